//! Messages between the page and the worker that evaluates. Both sides send a [`Message`](crate::wire::Message): each
//! [`Request`] is answered by exactly one [`Answer`] under its own number, after any number of [`Progress`] reports. Only
//! [`Event::Hello`] is unrequested, under number 0.
//!
//! Requests are taken in order. Work that takes long is done in steps, and what comes meanwhile is answered between them.

use serde::{Deserialize, Serialize};

use super::parcels::{Pack, Unpacked};
use crate::fungi::{Part, PartMap};
use crate::gallery::{Hash, Id};
use crate::retrieval::{Difference, FeatureSet, MapMethod, Row, Samples};

/// A request to the worker.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// Keep parts of images' features, beside those that are there. The numbers accompany the message as one
    /// `Float32Array`, in the order of the parts. Answered by [`Answer::Done`].
    Put(Vec<Given>),
    /// Forget images. Answered by [`Answer::Done`].
    Remove(Vec<Id>),
    /// Forget all images: other features come. Work that goes on keeps what it began with. Answered by [`Answer::Done`].
    Clear,
    /// Evaluate feature sets on labelled images. A later order for the same [`Slot`] ends an earlier one, which is answered
    /// by [`Answer::GivenUp`]; otherwise by [`Answer::Evaluated`] after [`Progress::Rows`], or by [`Answer::Refused`].
    Evaluate(Order),
    /// Two feature sets of evaluations, each by the number of its [`Request::Evaluate`] and its place in the order's rows,
    /// image by image, at a size of the neighbourhood. Answered by [`Answer::Compared`], or [`Answer::Outdated`] if either
    /// has been replaced or both are not about the same images.
    Compare {
        /// Number of the evaluation, place of the set.
        sets: [(u32, usize); 2],
        /// Size of the neighbourhood, from 1.
        k: usize,
    },
    /// The images whose neighbours say another label by all sets of an evaluation. Answered by [`Answer::Suspects`], or
    /// [`Answer::Outdated`].
    Suspects {
        /// Number of the evaluation.
        evaluation: u32,
        /// Size of the neighbourhood, from 1.
        k: usize,
    },
    /// Pairs of images whose embeddings have at least that cosine, the nearest first. A later request ends an earlier one.
    /// Answered by [`Answer::Duplicates`].
    Duplicates {
        /// The least cosine.
        least: f32,
        /// The most pairs that are told.
        most: usize,
    },
    /// Pack what was found into one file. The pictures' files accompany the message. A later request ends an earlier one.
    /// Answered by [`Answer::Packed`] after [`Progress::Packing`], or by [`Answer::Refused`].
    Pack(Box<Pack>),
    /// Open an archive, which accompanies the message. Answered by [`Answer::Unpacked`] after [`Progress::Unpacking`], or by
    /// [`Answer::Refused`].
    Unpack {
        /// The file's name.
        name: String,
    },
    /// Lay all images out in two dimensions. A later order for the same map ends an earlier one, unless that is in the midst
    /// of a t-SNE, which nothing but the worker's end can stop. Answered by [`Answer::Mapped`] after [`Progress::Map`], or by
    /// [`Answer::Refused`].
    Map(MapOrder),
    /// Keep what exact cosines of images' gradients come from (`fungi::Factors`), beside what is there of the same images. A
    /// blob with all pieces accompanies the message. Answered by [`Answer::Done`], or by [`Answer::Refused`].
    PutFactors(Vec<Piece>),
    /// Forget these contents' factors. Answered by [`Answer::Done`].
    RemoveFactors(Vec<Hash>),
    /// Exact cosines of the gradients of one content with those of others. Answered by [`Answer::Exact`], or by
    /// [`Answer::Refused`] if the factors of one were not put before.
    Exact {
        /// The one.
        query: Hash,
        /// The others; it may be among them.
        images: Vec<Hash>,
        /// The parts that the others' mean is subtracted from first.
        centred: PartMap<bool>,
    },
    /// Give up the work of that request, which is answered by [`Answer::GivenUp`]. Answered by [`Answer::Done`].
    Stop(u32),
}

/// The parts of an image's feature that are given, and how many numbers each has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// The image.
    pub id: Id,
    /// The parts, in the order of their numbers.
    pub parts: Vec<(Part, u32)>,
}

/// The factors of some of a content's gradients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// The content.
    pub hash: Hash,
    /// How many bytes they are.
    pub bytes: u32,
}

/// What an evaluation is for: there is one for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Slot {
    /// The person's own weights. Comes first, being what was just asked for.
    Own,
    /// The sets that are always compared.
    Standard,
}

/// What to evaluate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// What it is for.
    pub slot: Slot,
    /// The images with a label, and the class of each, counted from 0. Those whose features the worker lacks are left out.
    pub images: Vec<(Id, u32)>,
    /// Number of classes.
    pub classes: usize,
    /// The feature sets; none: the standard ones of the parts that all images have.
    pub sets: Option<Vec<FeatureSet>>,
    /// Seed of draws, folds and intervals.
    pub seed: u64,
}

/// A map to be made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MapOrder {
    /// Which of the maps it is for.
    pub map: u8,
    /// What distances are measured by.
    pub set: FeatureSet,
    /// The way to two dimensions.
    pub method: MapMethod,
    /// Seed of what t-SNE begins with.
    pub seed: u64,
}

/// What the worker sends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// It is listening.
    Hello,
    /// A step of a request.
    Progress(Progress),
    /// The end of a request.
    Answer(Answer),
}

/// A step of a request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Progress {
    /// Rows of an evaluation that are new or have more values, by their places.
    Rows {
        /// How many rows there will be.
        sets: usize,
        /// Place and row.
        rows: Vec<(usize, Row)>,
        /// How much has been done, of how much.
        done: (usize, usize),
        /// Of how many images the values are.
        samples: Samples,
    },
    /// An archive is being packed.
    Packing {
        /// Steps of the evaluation, or pictures.
        done: usize,
        /// How many there are.
        all: usize,
        /// Whether it is at the pictures.
        pictures: bool,
    },
    /// What comes out of an archive.
    Unpacking(Unpacked),
    /// A t-SNE's coordinates so far.
    Map {
        /// Steps done.
        done: usize,
        /// All steps.
        all: usize,
        /// The images.
        ids: Vec<Id>,
        /// x and y of each.
        coordinates: Vec<f32>,
    },
}

/// The answer to a request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// It is done.
    Done,
    /// An evaluation is complete; its rows have been told as [`Progress::Rows`].
    Evaluated,
    /// See [`Request::Compare`].
    Compared {
        /// The images, in the order of labels and votes.
        ids: Vec<Id>,
        /// The class of each.
        labels: Vec<u32>,
        /// The class that each image's neighbours vote for, by either set; `None` for an image that was not asked about.
        votes: [Vec<Option<u32>>; 2],
        /// How much more often the second is right, with a 95 % interval over images.
        difference: Option<Difference>,
    },
    /// See [`Request::Suspects`].
    Suspects(Vec<Suspect>),
    /// See [`Request::Duplicates`].
    Duplicates(Vec<(Id, Id, f32)>),
    /// The archive is complete, and accompanies the message.
    Packed,
    /// All that is in an archive has been told.
    Unpacked {
        /// Names of images whose pictures are damaged, or not those that their features were made from.
        others: Vec<String>,
    },
    /// See [`Request::Map`].
    Mapped {
        /// The images that have all parts of the set.
        ids: Vec<Id>,
        /// x and y of each.
        coordinates: Vec<f32>,
    },
    /// The cosine with each image in order, by each gradient that the query has; NaN for an image without it.
    Exact(Vec<(Part, Vec<f32>)>),
    /// What it is about has been replaced or has changed: ask again.
    Outdated,
    /// It was ended by a later request, or by [`Request::Stop`].
    GivenUp,
    /// It can't be done: why, as a sentence.
    Refused(String),
}

/// An image that may have the wrong label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspect {
    /// The image.
    pub id: Id,
    /// The class that its neighbours vote for.
    pub class: u32,
}
