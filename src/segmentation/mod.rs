//! In-context segmentation: a few labelled pictures, a frozen backbone, no training (arXiv 2407.10964, section 4.3;
//! Balazevic et al. 2023, "Towards in-context scene understanding", arXiv 2306.01667).
//!
//! Every patch of a labelled picture goes into a memory bank with its share of each class. A patch of the query asks
//! its nearest neighbours in the bank, and the mean of their labels, weighted by similarity, is its own.

mod iou;
mod mask;
mod settings;

pub use iou::{Iou, Score};
pub use mask::{Mask, MaskError, UNLABELLED};
pub use settings::{FEW_IMAGES, Propagation};
