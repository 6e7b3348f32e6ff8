//! The one owner of device and model: [`Request`] in, [`Event`] out, the same in the browser's worker and natively.

mod protocol;

pub use crate::gallery::Hash;
pub use protocol::{Backend, Choice, DeviceInfo, Event, Item, ModelInfo, Request, SampleFile, Stage, Timings};
