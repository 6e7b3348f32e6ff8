//! The process's own memory, and the system's, where it tells (Linux).

/// Resident memory now, in MiB.
pub(super) fn resident() -> Option<f64> {
    field("VmRSS:")
}

/// Largest resident memory since the process started or [`forget_peak`] was called, in MiB.
pub(super) fn peak() -> Option<f64> {
    field("VmHWM:")
}

/// Lets [`peak`] begin anew; where the system does not allow it, peaks from before count on.
pub(super) fn forget_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

/// Bytes that the system could still give.
pub(super) fn available() -> Option<u64> {
    Some(kib("/proc/meminfo", "MemAvailable:")? * 1024)
}

fn field(name: &str) -> Option<f64> {
    Some(kib("/proc/self/status", name)? as f64 / 1024.0)
}

fn kib(file: &str, name: &str) -> Option<u64> {
    let text = std::fs::read_to_string(file).ok()?;
    text.lines().find_map(|line| line.strip_prefix(name))?.split_whitespace().next()?.parse().ok()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn memory_grows_with_what_is_held() {
        let before = resident().unwrap();
        let held = std::hint::black_box(vec![1_u8; 64 << 20]);
        assert!(resident().unwrap() > before + 32.0);
        assert!(peak().unwrap() >= resident().unwrap() - 1.0);
        drop(held);
    }
}
