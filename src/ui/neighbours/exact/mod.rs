//! The switch for exact cosines: gradients are compared without projection, by a worker of its own. The projected ranking
//! shows at once, and is replaced.

pub mod standing;

#[cfg(feature = "page")]
mod state;
#[cfg(feature = "page")]
mod view;

#[cfg(feature = "page")]
pub use state::{Exact, Found};
#[cfg(feature = "page")]
pub use view::ExactSwitch;
