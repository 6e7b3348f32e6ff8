//! What to do when an engine crashes, gives up or stops responding. Decisions only: [`super::Link`] carries them out.

use crate::engine::Backend;

/// How many workers in a row may crash before they are ready.
const FALSE_STARTS: u32 = 2;
/// Milliseconds of silence after which a worker may be dead.
const SILENCE: f64 = 30_000.0;

/// How to go on without an engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Start another worker of the same kind.
    Restart,
    /// Start a worker on the CPU, for this reason.
    Cpu(String),
    /// Wait for the user, who is shown this reason.
    Fail(String),
}

/// A worker crashed. `ready`: whether it had been ready; `false_starts`: how many in a row had not, including this one.
/// `reason` may be empty: browsers give none if a program can't be loaded.
pub fn after_breakdown(backend: Backend, ready: bool, false_starts: u32, reason: &str) -> Next {
    let reason = if reason.is_empty() { "its program could not be loaded." } else { reason };
    match backend {
        _ if ready => Next::Restart,
        Backend::Gpu => Next::Cpu(format!("The engine crashed while starting: {reason}")),
        Backend::Cpu if false_starts < FALSE_STARTS => Next::Restart,
        Backend::Cpu => Next::Fail(format!("The engine could not start: {reason}")),
    }
}

/// The engine reported that it can't work. `gpu`: whether the GPU was at fault.
pub fn after_failure(backend: Backend, gpu: bool, reason: String) -> Next {
    match backend {
        Backend::Gpu if gpu => Next::Cpu(reason),
        _ => Next::Fail(reason),
    }
}

/// Seconds of silence to worry about; 0 while all is well. `silence`: milliseconds since an engine that owes an answer
/// last sent anything; `pace`: milliseconds that it takes per image, if known; `person`: whether it is working on a
/// request of the user's, which takes longer than an image (a photo's dense gradients, for example).
pub fn silent_seconds(silence: f64, pace: Option<f64>, person: bool) -> u32 {
    let patience = SILENCE.max(20.0 * pace.unwrap_or(0.0)) * if person { 4.0 } else { 1.0 };
    if silence > patience { (silence / 1000.0) as u32 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_engine_that_was_ready_is_replaced_by_the_same_kind() {
        for backend in [Backend::Cpu, Backend::Gpu] {
            assert_eq!(after_breakdown(backend, true, 0, "killed"), Next::Restart);
        }
    }

    #[test]
    fn false_starts_lead_from_gpu_to_cpu_to_a_second_try_to_failure() {
        assert!(
            matches!(after_breakdown(Backend::Gpu, false, 1, "no adapter"), Next::Cpu(why) if why.contains("no adapter"))
        );
        assert_eq!(after_breakdown(Backend::Cpu, false, 1, ""), Next::Restart);
        assert!(
            matches!(after_breakdown(Backend::Cpu, false, 2, ""), Next::Fail(why) if why.contains("could not be loaded"))
        );
    }

    #[test]
    fn the_cpu_takes_over_only_for_a_faulty_gpu() {
        let failed = |backend, gpu| after_failure(backend, gpu, "It hurts.".into());
        assert_eq!(failed(Backend::Gpu, true), Next::Cpu("It hurts.".into()));
        for (backend, gpu) in [(Backend::Gpu, false), (Backend::Cpu, true), (Backend::Cpu, false)] {
            assert_eq!(failed(backend, gpu), Next::Fail("It hurts.".into()));
        }
    }

    #[test]
    fn slow_work_is_not_silence() {
        assert_eq!([29_000.0, 31_000.0].map(|silence| silent_seconds(silence, None, false)), [0, 31]);
        assert_eq!(silent_seconds(31_000.0, Some(2_000.0), false), 0, "an image takes 2 s here");
        assert_eq!(silent_seconds(31_000.0, None, true), 0, "a photo takes longer than an image");
        assert_eq!(silent_seconds(121_000.0, None, true), 121);
    }
}
