//! What is seen: one component a file, named for what it shows.

mod announcer;
mod app;
mod columns;
mod device;
mod drop_zone;
mod failure;
mod gallery;
mod grid;
pub(super) mod icons;
mod inspector;
mod method;
mod model;
mod neighbours;
mod notices;
mod problems;
mod progress;
mod query;
mod tabs;
mod threads;
mod top_bar;
mod weights;
mod welcome;

pub use app::App;

use leptos::prelude::use_context;

use super::state::Page;

/// The page's state, from the context.
pub(super) fn page() -> Page {
    use_context().expect("App provides the state before any component is built")
}
