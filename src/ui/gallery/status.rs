//! The status of engine and images, in a sentence.

use leptos::prelude::*;

use crate::engine::protocol::Progress;
use crate::ui::link::{Link, Phase};
use crate::ui::numbers::{fixed, megabytes};

/// The sentence.
pub fn sentence(link: Link) -> String {
    let queue = link.queue.get();
    let waiting = match queue.open {
        0 => String::new(),
        1 => " 1 image is waiting.".into(),
        n => format!(" {n} images are waiting."),
    };
    match link.phase.get() {
        Phase::Waking => format!("Loading the engine...{waiting}"),
        Phase::Starting(progress) => format!("{}{waiting}", step(progress)),
        Phase::Failed(_) => format!("The engine is not running.{waiting}"),
        Phase::Ready if queue.silent > 0 => format!("The engine has not answered for {} s.{waiting}", queue.silent),
        Phase::Ready if queue.stopped && queue.in_flight > 0 => "Stopping after the current image...".into(),
        Phase::Ready if queue.stopped => {
            format!("Stopped: {} of {} images done.{waiting}", queue.run.done, queue.run.total)
        }
        Phase::Ready if queue.open > 0 => {
            let left = queue.left.map(|left| format!(", {} left", duration(left))).unwrap_or_default();
            let stage = queue.run.stage().and_then(|stage| Some((link.stage_name(stage)?, queue.run.stages[stage])));
            match stage {
                Some((name, stage)) => {
                    let pace = stage.pace().map(|pace| format!(", {} ms each", fixed(pace, 0))).unwrap_or_default();
                    format!("{name}: {} of {}{pace}{left}", stage.done, stage.total)
                }
                None => format!("{} of {}{left}", queue.run.done, queue.run.total),
            }
        }
        Phase::Ready => match queue.run.total {
            0 => "Ready for images.".into(),
            1 => "1 image done.".into(),
            n => format!("All {n} images done."),
        },
    }
}

fn step(progress: Progress) -> String {
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

fn duration(milliseconds: f64) -> String {
    let seconds = (milliseconds / 1000.0).ceil() as u64;
    match seconds {
        0..=90 => format!("{seconds} s"),
        91..=5400 => format!("{} min", seconds.div_ceil(60)),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}
