//! The one owner of device and model: [`Request`] in, [`Event`] out, the same in the browser's worker and natively.

#[cfg(feature = "engine")]
pub mod device;
#[cfg(feature = "engine")]
mod fetch;
#[cfg(feature = "engine")]
mod load;
#[cfg(feature = "engine")]
pub mod parity;
mod protocol;
#[cfg(feature = "engine")]
pub mod segment;
mod segment_protocol;
#[cfg(feature = "engine")]
mod session;
#[cfg(all(target_arch = "wasm32", feature = "worker"))]
pub mod worker;

pub use crate::gallery::Hash;
pub use protocol::{
    Backend, Choice, DeviceInfo, Event, Item, ModelInfo, ParityLine, Request, SampleFile, Stage, Timings,
};
pub use segment_protocol::{
    DenseMillis, MAP_SIDE, Map, Maps, Resemblance, SceneFile, SegmentEvent, SegmentRequest, SegmentStep, largest_grid,
    photo_memory,
};
#[cfg(feature = "engine")]
pub use session::Engine;
#[cfg(feature = "engine")]
use session::Failure;
