//! The one owner of device and model: [`Request`] in, [`Event`] out, the same in the browser's worker and natively.

mod protocol;
mod segment_protocol;

pub use crate::gallery::Hash;
pub use protocol::{Backend, Choice, DeviceInfo, Event, Item, ModelInfo, Request, SampleFile, Stage, Timings};
pub use segment_protocol::{
    DenseMillis, MAP_SIDE, Map, Maps, Resemblance, SceneFile, SegmentEvent, SegmentRequest, SegmentStep,
};
