//! The state of the engine, as people hear of it.

use crate::engine::protocol::Progress;
use crate::ui::numbers::megabytes;

/// The state of the engine.
#[derive(Debug, Clone, PartialEq)]
pub enum Phase {
    /// The worker is loading.
    Waking,
    /// It is starting: the current step.
    Starting(Progress),
    /// Images may come.
    Ready,
    /// It can't work: why, and what might help.
    Failed(String),
}

/// A step of a long request, as a sentence.
pub fn describe(progress: Progress) -> String {
    match progress {
        Progress::Device => "Opening the device...".into(),
        Progress::SelfTest => "Testing the device against known answers...".into(),
        Progress::Download { done, total } => {
            format!("Loading the model: {} of {}.", megabytes(done), megabytes(total))
        }
        Progress::Verify => "Checking the model...".into(),
        Progress::Upload => "Copying the model to the device...".into(),
        Progress::Negatives { done, total } => format!("Computing SimCLR's negatives: {done} of {total}."),
        Progress::WarmUp { total: 0..=1, .. } => "Warming up...".into(),
        Progress::WarmUp { done, total } => format!("Compiling the GPU's programs: step {} of {total}.", done + 1),
        Progress::Reading | Progress::Computing => "Computing...".into(),
        Progress::Gradients { done, total } => format!("Computing gradients: {done} of {total}."),
    }
}
