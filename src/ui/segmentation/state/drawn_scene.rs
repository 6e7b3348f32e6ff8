//! A drawn scene that can be the query.

use std::sync::Arc;

use web_sys::File;

use crate::segmentation::Mask;

/// A drawn scene that can be the query.
#[derive(Clone)]
pub struct DrawnScene {
    /// The file's name.
    pub name: String,
    /// The file.
    pub file: File,
    /// Its true labels.
    pub truth: Arc<Mask>,
}
