//! FUNGI: features from self-supervised gradients of a frozen vision transformer (arXiv 2407.10964).
//!
//! An image's feature is its embedding and, for each self-supervised objective, the gradient of the objective's loss
//! with respect to the last block's attention projection, reduced to a few numbers and L2-normalised. The losses depend
//! on the class token alone, so a view's gradient is the outer product of two vectors: nothing before that projection
//! needs a gradient, and no gradient is ever stored.
//!
//! [`Extractor`] runs all steps: [`views`], [`heads`], [`objectives`], [`tail`] and [`projection`]. [`dense`] applies
//! them to the patches of one picture; [`exact`] has the unprojected gradients, for tests, and [`Factors`] are what they are
//! kept as where cosines are to be exact.

mod contributions;
mod explanation;
mod features;
mod heat;
mod inside;
mod limits;
mod objective;
mod part;
mod projection_size;
mod region;
mod settings;

#[cfg(any(feature = "engine", feature = "evaluation"))]
mod check;
#[cfg(feature = "engine")]
pub mod dense;
#[cfg(feature = "engine")]
mod dissection;
#[cfg(any(feature = "engine", feature = "evaluation"))]
mod error;
#[cfg(any(feature = "engine", feature = "evaluation"))]
pub mod exact;
#[cfg(feature = "engine")]
pub(crate) mod extractor;
#[cfg(any(feature = "engine", feature = "evaluation"))]
mod factors;
#[cfg(feature = "engine")]
mod given;
#[cfg(feature = "engine")]
pub mod heads;
#[cfg(feature = "engine")]
mod layout;
#[cfg(feature = "engine")]
pub mod negatives;
#[cfg(feature = "engine")]
mod norm;
#[cfg(feature = "engine")]
pub mod objectives;
#[cfg(feature = "engine")]
mod pass;
#[cfg(feature = "engine")]
pub mod projection;
#[cfg(feature = "engine")]
mod self_test;
#[cfg(feature = "engine")]
pub mod signs;
#[cfg(feature = "engine")]
pub mod tail;
#[cfg(feature = "engine")]
pub mod views;

pub use contributions::{Contributions, Factor, Pair, ViewRows, projection_noise};
pub use explanation::Explanation;
pub use features::Features;
pub use heat::Heat;
pub use inside::{CELLS, Cells, Gradient};
pub use limits::Limits;
pub use objective::{DinoSettings, KlSettings, Means, Objective, SimclrSettings, ViewSet, window_offsets};
pub use part::{Part, PartMap};
pub use projection_size::ProjectionSize;
pub use region::Region;
pub use settings::{Projection, Settings};

#[cfg(feature = "engine")]
pub use {
    dense::Dense,
    dissection::{Dissection, Patches},
    extractor::{Extractor, Trace},
    given::Given,
    negatives::Negatives,
    self_test::{SelfTestError, self_test},
    views::{Cuts, Views},
};
#[cfg(any(feature = "engine", feature = "evaluation"))]
pub use {
    error::{DeviceFailure, ExtractError, NegativesError},
    factors::{FactorRows, Factors},
};
