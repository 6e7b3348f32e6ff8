//! The gallery as a map in two dimensions: two feature sets side by side, linked with the gallery by hovering and selection.
//!
//! [`camera`], [`layout`], [`marks`], [`groups`], [`pictures`], [`scene`], [`gesture`], [`keys`], [`words`] and [`pages`] decide
//! and need no browser.

pub mod camera;
pub mod gesture;
pub mod groups;
pub mod keys;
pub mod layout;
pub mod marks;
pub mod pages;
pub mod pictures;
pub mod plan;
pub mod scene;
pub mod words;
