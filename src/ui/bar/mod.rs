//! The thin bar at the top, and the notices under it: what computes, where, how.

mod device;
mod method;
mod model;
mod notices;
mod top_bar;

pub use notices::Notices;
pub use top_bar::TopBar;
