//! The thin bar at the top, and the notices under it: what computes, where, how.

pub mod model;

#[cfg(feature = "page")]
mod device;
#[cfg(feature = "page")]
mod method;
#[cfg(feature = "page")]
mod notices;
#[cfg(feature = "page")]
mod top_bar;

#[cfg(feature = "page")]
pub use notices::Notices;
#[cfg(feature = "page")]
pub use top_bar::TopBar;
