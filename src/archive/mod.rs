//! Results in one file: a zip with features, labels, measures, settings, and a report that opens by itself. The command line
//! and the page's analysis worker write it with the same code; the page reads it again.
//!
//! | entry | what it holds |
//! |---|---|
//! | `report.html` | tables, confusion matrices and maps, for people: no script, nothing from elsewhere |
//! | `settings.json` | [`Making`]: model, settings of the method, seed, device, versions |
//! | `metrics.json` | every measure of every feature set, with intervals |
//! | `images.csv` | name, label, SHA-256: a row for each image |
//! | `features.safetensors` | the gallery as [`crate::gallery::file`] saves it: what the reader goes by |
//! | `features/PART.npy` | the same matrices, `[images, size]` of f32, one for each part |
//! | `images/NAME` | the pictures, where they were asked for |
//!
//! Times are fixed and entries in a fixed order, so that the same results are the same bytes.

mod making;
mod restored;

#[cfg(feature = "evaluation")]
mod arrays;
#[cfg(feature = "evaluation")]
mod error;
#[cfg(feature = "evaluation")]
mod evaluated;
#[cfg(feature = "evaluation")]
mod list;
#[cfg(feature = "evaluation")]
mod measures;
#[cfg(feature = "evaluation")]
mod names;
#[cfg(feature = "evaluation")]
mod npz;
#[cfg(feature = "evaluation")]
mod packer;
#[cfg(feature = "evaluation")]
mod pieces;
#[cfg(feature = "evaluation")]
mod reader;
#[cfg(feature = "evaluation")]
mod report;
#[cfg(feature = "evaluation")]
mod study;
#[cfg(feature = "parquet")]
mod table;

pub use making::Making;
pub use restored::RestoredImage;

#[cfg(feature = "evaluation")]
pub use {
    arrays::{npy_matrix, npy_texts},
    error::ArchiveError,
    evaluated::{Detail, Evaluated, PlaneMap},
    npz::npz,
    packer::{Packer, Results},
    reader::{Picture, Reader},
    study::{Labelled, Study, Wish, plane_map, worth_maps},
};

#[cfg(feature = "parquet")]
pub use table::parquet;

#[cfg(test)]
#[cfg(feature = "evaluation")]
mod tests;
