//! What crosses the border between the engine and whoever asks it: plain data, so that it passes to a worker as bytes.
//!
//! Both sides send a [`Message`]. Each [`Request`] is answered by exactly one [`Answer`] under its own number, after any
//! number of [`Progress`] reports. Only [`Event::Hello`] and [`Event::Warning`] come unasked, under number 0.

mod report;
mod segmentation;
mod start;

use serde::{Deserialize, Serialize};

use super::Backend;
use crate::fungi::Settings;
use crate::gallery::Hash;
pub use report::{Item, ParityLine, SampleFile, Timings};
pub use segmentation::{
    DenseMillis, MAP_SIDE, Map, Maps, Opened, Resemblance, SceneFile, SegmentRequest, largest_grid, photo_memory,
};
pub use start::{DeviceInfo, ModelInfo, Progress, Ready};

/// What is said, and the number of the request that it belongs to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message<T> {
    /// Chosen by the asker, above 0, each once; an answer carries its request's.
    pub seq: u32,
    /// What is said.
    pub body: T,
}

/// What the engine is asked to do. Requests are served in order, one at a time; `Stop` overtakes waiting images.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// Choose a device, load a model, prove both. Answered by [`Answer::Ready`] or [`Answer::Failed`].
    Start {
        /// The device that is wanted.
        backend: Backend,
        /// Name in the catalogue (`models/catalogue.json`); empty: the catalogue's first, which is the default.
        model: String,
        /// Where the catalogue's files are, ending in a slash.
        base: String,
        /// The method's settings.
        settings: Settings,
    },
    /// Change settings; what was computed before no longer counts as known. Answered by [`Answer::Ready`].
    Configure(Settings),
    /// Contents that need not be computed again: the asker still has their features. Answered by [`Answer::Done`].
    Known(Vec<Hash>),
    /// Compute one image. Answered by [`Answer::Item`], [`Answer::Known`], [`Answer::GivenUp`] or [`Answer::Refused`].
    Embed {
        /// The file's bytes; in a browser a file may come beside the message instead.
        #[serde(with = "serde_bytes")]
        bytes: Vec<u8>,
    },
    /// Give up waiting images: each is answered by [`Answer::GivenUp`], then this by [`Answer::Done`]. The image that is
    /// being computed is finished first.
    Stop,
    /// Draw the sample set. Answered by [`Answer::Sample`].
    Sample {
        /// Seed of the drawings.
        seed: u64,
    },
    /// Hold a device against golden tensors (`tests/golden/README.md`), apart from what is started. Answered by
    /// [`Answer::Parity`] or [`Answer::Failed`].
    Parity {
        /// The device.
        backend: Backend,
        /// Where the golden folder is, ending in a slash.
        base: String,
    },
    /// Something about segmentation.
    Segment(SegmentRequest),
}

/// What the engine says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// Awake, and listening: the first thing a worker says. Messages before it would be lost.
    Hello,
    /// Something that a person should know; work goes on.
    Warning(String),
    /// A step of a request that takes long.
    Progress(Progress),
    /// The end of a request.
    Answer(Answer),
}

/// How a request ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// It is done; there is nothing to tell.
    Done,
    /// Device, model and settings stand: images may come.
    Ready(Box<Ready>),
    /// One image is computed.
    Item(Box<Item>),
    /// These bytes are known already: computed before, or named by [`Request::Known`].
    Known {
        /// The content's hash.
        hash: Hash,
    },
    /// The image was not computed, because of [`Request::Stop`].
    GivenUp,
    /// The drawn sample set, as files.
    Sample(Vec<SampleFile>),
    /// How far the device is from the golden tensors.
    Parity(Vec<ParityLine>),
    /// A photo is ready to be painted on, and to be mapped.
    Opened(Opened),
    /// The support is set.
    Supported {
        /// Numbers that are not open, and so left out.
        unknown: Vec<u32>,
    },
    /// Labels have arrived.
    Painted {
        /// Patches of the photo that carry a label now.
        patches: usize,
    },
    /// The two maps of a query.
    Maps(Box<Maps>),
    /// How alike a patch is to others: one entry for each photo that was asked for and is open, in that order.
    Resemblance(Vec<Resemblance>),
    /// A mask was read, at the size of its photo's maps.
    MaskRead(crate::segmentation::RawMask),
    /// A mask was written: an indexed PNG whose unlabelled pixels are transparent.
    MaskWritten(#[serde(with = "serde_bytes")] Vec<u8>),
    /// Drawn scenes with masks.
    Scenes {
        /// Names of the classes, by index.
        classes: Vec<String>,
        /// The scenes.
        scenes: Vec<SceneFile>,
    },
    /// This can't be done, and everything else stays as it was: a sentence that tells what happened and what to do.
    Refused(String),
    /// The engine can't work (any more).
    Failed {
        /// What happened and what to do.
        reason: String,
        /// Whether the CPU may help: the GPU was at fault.
        gpu: bool,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fungi::Features;
    use crate::gallery::Content;

    /// `tests/browser/postcard.mjs` packs and reads these by the variants' places: change both together.
    #[test]
    fn places_that_the_browser_tests_copy() {
        let place = |bytes: Vec<u8>, at: usize| bytes[at];
        let packed = |request: Request| postcard::to_allocvec(&Message { seq: 1, body: request }).unwrap();
        assert_eq!(place(packed(Request::Parity { backend: Backend::Gpu, base: String::new() }), 1), 6);
        assert_eq!(place(packed(Request::Parity { backend: Backend::Gpu, base: String::new() }), 2), 1);
        let said = |event: Event| postcard::to_allocvec(&Message { seq: 1, body: event }).unwrap();
        assert_eq!(place(said(Event::Progress(Progress::Device)), 1), 2);
        let content = Content { hash: [9; 32], size: (1, 1), thumbnail: Vec::new() };
        let item = Item { content, features: Features::new(), timings: Timings::default() };
        assert_eq!(said(Event::Answer(Answer::Item(Box::new(item))))[1..4], [3, 2, 9]);
        assert_eq!(said(Event::Answer(Answer::Parity(Vec::new())))[1..3], [3, 6]);
        assert_eq!(said(Event::Answer(Answer::Failed { reason: String::new(), gpu: false }))[1..3], [3, 16]);
    }

    #[test]
    fn a_message_crosses_the_border_unchanged() {
        let message = Message { seq: 7, body: Request::Embed { bytes: vec![1, 2, 3] } };
        let bytes = postcard::to_allocvec(&message).unwrap();
        assert_eq!(postcard::from_bytes::<Message<Request>>(&bytes).unwrap(), message);
    }
}
