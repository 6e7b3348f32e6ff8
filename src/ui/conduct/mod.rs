//! Lets page and worker talk: what people want goes down as requests, what the engine says comes up as state.

mod events;
mod life;
mod work;

pub use life::{begin, move_to, restart};
pub use work::{configure, drop_waiting, report, resume, sample, segment, stop, welcome};
