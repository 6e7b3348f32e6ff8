//! A model's files, as far as the page knows of them.

use leptos::prelude::document;

use crate::engine::ModelFiles;
use crate::fungi::Settings;

/// The address of the folder of models.
pub fn models() -> String {
    let base = document().base_uri().ok().flatten().unwrap_or_default();
    let base = base.split(['#', '?']).next().unwrap_or_default();
    format!("{}models/", &base[..base.rfind('/').map_or(0, |slash| slash + 1)])
}

/// Whether negatives must be computed before several workers can share this model.
pub fn lacks_negatives(files: &ModelFiles, settings: &Settings) -> bool {
    files.negatives.is_none() && settings.simclr().is_some()
}
