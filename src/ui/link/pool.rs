//! How many workers compute.

use crate::ui::numbers::fixed;

/// Most workers at once.
pub const MOST: usize = 8;

/// How many workers suit a machine of `cores` cores and `memory` GB, where browsers tell (`navigator.deviceMemory`):
/// from four cores on, one core is left to the page; a worker takes some 60 MB, and the tab must not be the first to go.
pub fn size(cores: usize, memory: Option<f64>) -> usize {
    let by_cores = if cores > 3 { cores - 1 } else { cores };
    let by_memory = match memory {
        Some(gigabytes) if gigabytes <= 1.0 => 1,
        Some(gigabytes) if gigabytes <= 2.0 => 2,
        Some(gigabytes) if gigabytes <= 4.0 => 4,
        _ => MOST,
    };
    by_cores.min(by_memory).clamp(1, MOST)
}

/// Why the CPU's workers are better than the GPU, if they are: by milliseconds for a view on the GPU, and on one core.
pub fn beats_gpu(gpu: f64, core: f64, workers: usize) -> Option<String> {
    let cpu = core / workers as f64;
    let cores = if workers == 1 { "one core computes".into() } else { format!("{workers} cores compute") };
    (cpu < gpu).then(|| {
        let [cpu, gpu] = [cpu, gpu].map(|millis| fixed(millis, 1));
        format!("The CPU: {cores} a view in {cpu} ms here, the GPU takes {gpu} ms. You can still choose the GPU.")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worker_for_each_core_but_one_within_memory() {
        let sizes = [0, 1, 2, 3, 4, 8, 9, 64].map(|cores| size(cores, None));
        assert_eq!(sizes, [1, 1, 2, 3, 3, 7, 8, 8]);
        assert_eq!([0.5, 1.0, 2.0, 4.0, 8.0].map(|memory| size(8, Some(memory))), [1, 1, 2, 4, 7]);
    }

    #[test]
    fn the_faster_device_is_taken() {
        assert_eq!(beats_gpu(3.0, 24.0, 7), None);
        let reason = beats_gpu(30.04, 24.0, 2).expect("12 ms are less than 30");
        assert!(reason.contains("2 cores compute a view in 12.0 ms here, the GPU takes 30.0 ms."), "{reason}");
    }
}
