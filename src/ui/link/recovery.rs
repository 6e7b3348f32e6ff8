//! What to do when an engine crashes, gives up or stops responding. Decisions only: [`super::Link`] carries them out.

use crate::engine::Backend;

/// How many workers in a row may crash on the GPU, and on the CPU, without an answer between them.
const GPU_CRASHES: u32 = 2;
const CPU_CRASHES: u32 = 3;
/// How browsers name what a program sets off itself: a trap, memory or a stack that does not suffice.
const OWN_FAULTS: [&str; 3] = ["RuntimeError", "RangeError", "InternalError"];
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

/// A worker crashed. `ready`: whether it had been ready; `crashes`: how many did in a row without an answer between
/// them, including this one. `reason` may be empty: browsers give none if a program can't be loaded.
pub fn after_breakdown(backend: Backend, ready: bool, crashes: u32, reason: &str) -> Next {
    let reason = if reason.is_empty() { "its program could not be loaded." } else { reason };
    match backend {
        Backend::Gpu if !ready => Next::Cpu(format!("The engine crashed while starting: {reason}")),
        Backend::Gpu if crashes >= GPU_CRASHES => Next::Cpu(format!("The engine crashed {crashes} times: {reason}")),
        Backend::Cpu if crashes >= CPU_CRASHES && ready => {
            Next::Fail(format!("The engine crashed {crashes} times in a row: {reason}"))
        }
        Backend::Cpu if crashes >= CPU_CRASHES => Next::Fail(format!("The engine could not start: {reason}")),
        _ => Next::Restart,
    }
}

/// Whether a crash may be the fault of the image that the engine was at: not if it was ended from outside, nor on a GPU,
/// which may have been lost.
pub fn may_blame_image(backend: Backend, reason: &str) -> bool {
    backend == Backend::Cpu && OWN_FAULTS.iter().any(|fault| reason.contains(fault))
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
/// request of the user's, which takes longer than an image (a photo's dense gradients, for example); `compiles`: whether a
/// GPU may still be compiling its programs, which takes minutes on some.
pub fn silent_seconds(silence: f64, pace: Option<f64>, person: bool, compiles: bool) -> u32 {
    let longer = if compiles {
        20.0
    } else if person {
        4.0
    } else {
        1.0
    };
    let patience = SILENCE.max(20.0 * pace.unwrap_or(0.0)) * longer;
    if silence > patience { (silence / 1000.0) as u32 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_engine_that_was_ready_is_replaced_by_the_same_kind() {
        for backend in [Backend::Cpu, Backend::Gpu] {
            assert_eq!(after_breakdown(backend, true, 1, "killed"), Next::Restart);
        }
    }

    #[test]
    fn crashes_in_a_row_end_sometime() {
        assert_eq!(after_breakdown(Backend::Cpu, true, 2, "killed"), Next::Restart);
        assert!(matches!(after_breakdown(Backend::Gpu, true, 2, "lost"), Next::Cpu(why) if why.contains("lost")));
        assert!(
            matches!(after_breakdown(Backend::Cpu, true, 3, "killed"), Next::Fail(why) if why.contains("3 times in a row"))
        );
    }

    #[test]
    fn an_image_is_suspected_of_the_programs_own_faults_alone() {
        let faults = ["Uncaught RuntimeError: unreachable", "RangeError: Maximum call stack size exceeded"];
        for reason in faults {
            assert!(may_blame_image(Backend::Cpu, reason), "{reason}");
            assert!(!may_blame_image(Backend::Gpu, reason), "{reason}");
        }
        for reason in ["Uncaught Error: killed by the test", "A message could not be read.", ""] {
            assert!(!may_blame_image(Backend::Cpu, reason), "{reason}");
        }
    }

    #[test]
    fn false_starts_lead_from_gpu_to_cpu_to_more_tries_to_failure() {
        assert!(
            matches!(after_breakdown(Backend::Gpu, false, 1, "no adapter"), Next::Cpu(why) if why.contains("no adapter"))
        );
        assert_eq!(after_breakdown(Backend::Cpu, false, 2, ""), Next::Restart);
        assert!(
            matches!(after_breakdown(Backend::Cpu, false, 3, ""), Next::Fail(why) if why.contains("could not be loaded"))
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
        assert_eq!([29_000.0, 31_000.0].map(|silence| silent_seconds(silence, None, false, false)), [0, 31]);
        assert_eq!(silent_seconds(31_000.0, Some(2_000.0), false, false), 0, "an image takes 2 s here");
        assert_eq!(silent_seconds(31_000.0, None, true, false), 0, "a photo takes longer than an image");
        assert_eq!(silent_seconds(121_000.0, None, true, false), 121);
        assert_eq!(silent_seconds(240_000.0, None, false, true), 0, "a GPU's programs are being compiled");
        assert_eq!(silent_seconds(601_000.0, None, false, true), 601);
    }
}
