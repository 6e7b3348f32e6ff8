//! The process's own memory, where the system tells (Linux).

/// Resident memory now, in MiB.
pub(super) fn resident() -> Option<f64> {
    field("VmRSS:")
}

/// Largest resident memory since the process started, in MiB.
pub(super) fn peak() -> Option<f64> {
    field("VmHWM:")
}

fn field(name: &str) -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kib: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kib / 1024.0)
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
