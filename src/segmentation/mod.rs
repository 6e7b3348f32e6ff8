//! In-context segmentation: a few labelled pictures, a frozen backbone, no training (arXiv 2407.10964, section 4.3;
//! Balazevic et al. 2023, "Towards in-context scene understanding", arXiv 2306.01667).
//!
//! Every labelled patch of the support goes into a memory bank with its share of each class. A patch of the query finds its
//! nearest neighbours in the bank, and takes the mean of their labels, weighted by similarity.

pub mod beside;
mod iou;
mod mask;
mod mask_set;
mod raw_mask;
mod settings;

#[cfg(feature = "engine")]
mod bank;
#[cfg(feature = "engine")]
mod class_map;
#[cfg(feature = "engine")]
mod labels;
#[cfg(feature = "engine")]
mod mask_palette;
#[cfg(feature = "engine")]
mod negatives;
#[cfg(feature = "engine")]
pub mod png;
#[cfg(feature = "engine")]
mod propagate;
#[cfg(feature = "engine")]
mod rows;
#[cfg(feature = "engine")]
mod search;

#[cfg(feature = "engine")]
pub use {
    bank::{Bank, Labelled},
    class_map::ClassMap,
    labels::SoftLabels,
    mask_palette::{MaskPalette, PaletteClass, PaletteError},
    negatives::{Place, negatives},
    propagate::{Both, propagate},
    rows::{Patches, Rows, RowsRef},
    search::{Hits, nearest, search_memory},
};

pub use iou::{Iou, Score};
pub use mask::{Mask, MaskError, UNLABELLED};
pub use mask_set::{MaskSet, Meaning, Rules};
pub use raw_mask::{MaskKind, RawMask, Rgba, Value};
pub use settings::{FEW_IMAGES, Propagation};
