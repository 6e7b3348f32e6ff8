//! Messages between the engine and its caller: plain data, so that they can be sent to a worker as bytes.
//!
//! Both sides send a [`Message`]. Each [`Request`] is answered by exactly one [`Answer`] under its own number, after
//! any number of [`Progress`] reports. Only [`Event::Hello`] and [`Event::Warning`] are unrequested, under number 0.

mod models;
mod report;
mod segmentation;
mod start;
mod why;

use serde::{Deserialize, Serialize};

use super::{Backend, ModelFiles};
use crate::fungi::{Settings, ViewSet};
use crate::gallery::Hash;
use crate::vit::ViTConfig;
pub use crate::wire::Message;
pub use models::{Kept, Listed, ModelRequest, Place, Plan};
pub use report::{Item, ParityLine, SampleFile, Timings};
pub use segmentation::{
    DenseMillis, MAP_SIDE, Map, Maps, Opened, Resemblance, SceneFile, SegmentRequest, largest_grid, map_size,
    photo_memory,
};
pub use start::{DeviceInfo, ModelInfo, Progress, Ready};
pub use why::{Explained, Inside, WhyRequest};

/// A request to the engine. Requests are served in order, one at a time; `Stop` overtakes waiting images.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// Read the files of a model that is here already and check them: nothing is asked of other servers. Answered by
    /// [`Answer::Fetched`] or [`Answer::Failed`].
    Fetch {
        /// Its name; empty: the catalogue's first (`models/catalogue.json`), which is the default.
        model: String,
        /// Where the catalogue's files are, ending in a slash.
        base: String,
        /// Side of the inference view in pixels, unless the model's own.
        side: Option<usize>,
    },
    /// Open a device, load a model, test both. Answered by [`Answer::Ready`] or [`Answer::Failed`].
    Start {
        /// The requested device.
        backend: Backend,
        /// Whether to time the CPU as well as the GPU ([`Ready::cpu_view_millis`]).
        compare: bool,
        /// The model's files, as [`Answer::Fetched`] gave them; their bytes may accompany the message instead.
        files: Box<ModelFiles>,
        /// The method's settings.
        settings: Settings,
        /// Whether images come with what exact cosines of their gradients come from ([`Item::factors`]).
        exact: bool,
    },
    /// Change settings; earlier results no longer count as known. Answered by [`Answer::Ready`].
    Configure {
        /// The method's settings.
        settings: Settings,
        /// As in [`Request::Start`].
        exact: bool,
    },
    /// Contents whose first parts need not be computed again: the caller still has them. Answered by [`Answer::Done`].
    Known(Vec<Hash>),
    /// Compute those parts of one image that come from one set of views ([`Settings::parts_of`]). Images that follow each
    /// other with the same set may share a forward pass. Answered by [`Answer::Item`], [`Answer::Known`],
    /// [`Answer::GivenUp`] or [`Answer::Refused`].
    Embed {
        /// One of the settings' sets; the first is the inference view's.
        views: ViewSet,
        /// The content, if it is known: then the file is read only if nothing is left of its picture.
        hash: Option<Hash>,
        /// The file's bytes; in a browser a file may accompany the message instead.
        #[serde(with = "serde_bytes")]
        bytes: Vec<u8>,
    },
    /// Forget what is left of pictures: no more of their views are wanted. Answered by [`Answer::Done`].
    Release,
    /// Cancel waiting images: each is answered by [`Answer::GivenUp`], then this by [`Answer::Done`]. The image that is
    /// being computed is finished first.
    Stop,
    /// Draw the sample set. Answered by [`Answer::Sample`].
    Sample {
        /// Seed of the drawings.
        seed: u64,
    },
    /// Compare a device with golden tensors (`tests/golden/README.md`), independently of the started one. Answered by
    /// [`Answer::Parity`] or [`Answer::Failed`].
    Parity {
        /// The device.
        backend: Backend,
        /// Where the golden folder is, ending in a slash.
        base: String,
    },
    /// A request about segmentation.
    Segment(SegmentRequest),
    /// A request about models.
    Models(ModelRequest),
    /// A request about what features are made of.
    Why(WhyRequest),
}

/// What the engine sends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// The worker's first message: it is listening. Messages sent to it earlier would be lost.
    Hello,
    /// A warning for the user; work goes on.
    Warning(String),
    /// A step of a long request.
    Progress(Progress),
    /// The end of a request.
    Answer(Answer),
}

/// How a request ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// It is done, without a result.
    Done,
    /// A model's files.
    Fetched {
        /// The files; in a browser their bytes accompany the message.
        files: Box<ModelFiles>,
        /// The models to choose from, the default first.
        catalogue: Vec<Listed>,
    },
    /// Device, model and settings are ready for images.
    Ready(Box<Ready>),
    /// Some parts of one image have been computed.
    Item(Box<Item>),
    /// This content's first parts are known already: computed before, or named by [`Request::Known`].
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
        /// Numbers of photos that are not open, and were left out.
        unknown: Vec<u32>,
    },
    /// Labels have been stored.
    Painted {
        /// Patches of the photo that now carry a label.
        patches: usize,
    },
    /// The two maps of a query.
    Maps(Box<Maps>),
    /// Similarities of a patch to others: one entry for each requested photo that is open, in that order.
    Resemblance(Vec<Resemblance>),
    /// A mask has been read, at the size of its photo's maps.
    MaskRead(crate::segmentation::RawMask),
    /// A mask has been written: an indexed PNG whose unlabelled pixels are transparent.
    MaskWritten(#[serde(with = "serde_bytes")] Vec<u8>),
    /// Drawn scenes with masks.
    Scenes {
        /// Names of the classes, by index.
        classes: Vec<String>,
        /// The scenes.
        scenes: Vec<SceneFile>,
    },
    /// The request failed, and everything else stays as it was: a sentence that tells what happened and what to do.
    Refused(String),
    /// The engine can't work (any more).
    Failed {
        /// What happened and what to do.
        reason: String,
        /// Whether the CPU may help: the GPU was at fault.
        gpu: bool,
    },
    /// The models to choose from, the default first.
    Models(Vec<Listed>),
    /// The model that a file holds, with the usual choices for what it does not say.
    Recognised(Box<ViTConfig>),
    /// The file of the loaded model's negatives; in a browser it accompanies the message.
    Negatives(#[serde(with = "serde_bytes")] Vec<u8>),
    /// Why two images are as alike as they are.
    Explained(Box<Explained>),
    /// What is inside an image's features.
    Inside(Box<Inside>),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fungi::Features;

    /// `tests/browser/postcard.mjs` packs and reads these by the variants' indices: change both together.
    #[test]
    fn variant_indices_are_those_in_the_browser_tests() {
        let place = |bytes: Vec<u8>, at: usize| bytes[at];
        let packed = |request: Request| postcard::to_allocvec(&Message { seq: 1, body: request }).unwrap();
        assert_eq!(place(packed(Request::Parity { backend: Backend::Gpu, base: String::new() }), 1), 8);
        assert_eq!(place(packed(Request::Parity { backend: Backend::Gpu, base: String::new() }), 2), 1);
        let said = |event: Event| postcard::to_allocvec(&Message { seq: 1, body: event }).unwrap();
        assert_eq!(place(said(Event::Progress(Progress::Device)), 1), 2);
        let item = Item {
            hash: [9; 32],
            content: None,
            features: Features::new(),
            factors: Vec::new(),
            timings: Timings::default(),
        };
        assert_eq!(said(Event::Answer(Answer::Item(Box::new(item))))[1..4], [3, 3, 9]);
        assert_eq!(said(Event::Answer(Answer::Parity(Vec::new())))[1..3], [3, 7]);
        assert_eq!(said(Event::Answer(Answer::Refused(String::new())))[1..3], [3, 16]);
        assert_eq!(said(Event::Answer(Answer::Failed { reason: String::new(), gpu: false }))[1..3], [3, 17]);
    }

    #[test]
    fn a_message_survives_encoding() {
        let views = ViewSet::Crops { global: 2, local: 10 };
        let body = Request::Embed { views, hash: Some([4; 32]), bytes: vec![1, 2, 3] };
        let message = Message { seq: 7, body };
        let bytes = postcard::to_allocvec(&message).unwrap();
        assert_eq!(postcard::from_bytes::<Message<Request>>(&bytes).unwrap(), message);
    }
}
