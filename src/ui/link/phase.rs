//! The state of the engine, as people hear of it.

use crate::engine::protocol::Progress;

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
