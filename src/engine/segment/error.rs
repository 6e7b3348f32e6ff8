//! Why a request about segmentation was refused.

use crate::{
    engine::sentence::sentence,
    fungi::ExtractError,
    image::DecodeError,
    segmentation::{MaskError, png::PngError},
};

/// Why a request about segmentation was refused, in a sentence.
#[derive(Debug, thiserror::Error)]
pub enum SegmentError {
    /// The photo or mask can't be read.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The labels don't fit.
    #[error(transparent)]
    Mask(#[from] MaskError),
    /// The map can't be written.
    #[error(transparent)]
    Png(#[from] PngError),
    /// The features can't be computed.
    #[error("{}", sentence(.0))]
    Extract(#[from] ExtractError),
    /// The engine has no model yet.
    #[error("No model is loaded yet. Choose a model and a device first.")]
    NoModel,
    /// No photo of that number.
    #[error("This photo is not open for segmentation. Open it again.")]
    NotOpen,
    /// The support has no label.
    #[error("Nothing is labelled yet. Paint a stroke on a support photo, or load a mask.")]
    NoLabels,
    /// The memory bank's limit is zero.
    #[error("The memory bank is limited to 0 patches. Allow at least one.")]
    NoMemory,
    /// No such patch.
    #[error("The photo has {patches} patches; there is no patch {patch}.")]
    Patch {
        /// The patch asked for.
        patch: usize,
        /// How many there are.
        patches: usize,
    },
    /// A picture without pixels.
    #[error("The photo is empty: it has no pixels.")]
    Empty,
    /// A side that can't be cut into patches.
    #[error("A side of {side} pixels can't be cut into patches of {patch}. Choose a multiple of {patch}, at least {}.", 2 * .patch)]
    Side {
        /// The side asked for.
        side: usize,
        /// The model's patch.
        patch: usize,
    },
    /// A side that would take too much memory.
    #[error(
        "A side of {side} pixels makes {patches} patches, which would take about {megabytes} MB for each photo. Choose \
         at most {limit} pixels."
    )]
    TooLarge {
        /// The side asked for.
        side: usize,
        /// Patches it makes.
        patches: usize,
        /// What they would take.
        megabytes: usize,
        /// The largest side that is allowed.
        limit: usize,
    },
}
