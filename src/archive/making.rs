//! How results were made: `settings.json`.

use serde::{Deserialize, Serialize};

use crate::gallery::{Origin, Provenance};

/// How an archive's features and numbers were made, and where.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Making {
    /// Model and settings.
    pub provenance: Provenance,
    /// What else tells the model's features from others of the same weights; empty where it is used as it was trained.
    pub variant: String,
    /// The adapter's name, or "CPU".
    pub device: String,
    /// The operating system, or the browser as it calls itself.
    pub platform: String,
    /// Version of Mycoscope.
    pub program: String,
}

impl Making {
    /// What the features are kept under in a gallery.
    pub fn origin(&self) -> Origin {
        let Provenance { sha256, settings, .. } = &self.provenance;
        // As `ModelInfo::identity` puts it.
        Origin { model: format!("{sha256} {}", self.variant).trim_end().to_owned(), settings: settings.clone() }
    }
}
