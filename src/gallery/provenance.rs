//! How features were made.

use serde::{Deserialize, Serialize};

use crate::fungi::Settings;
use crate::vit::ViTConfig;

/// What determined the features, besides the images.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Provenance {
    /// Name of the model.
    pub model: String,
    /// SHA-256 of its weights, in hexadecimal.
    pub sha256: String,
    /// Its shape, and the normalisation of its input.
    pub config: ViTConfig,
    /// SHA-256 of SimCLR's negatives, in hexadecimal; empty without SimCLR, or where it is not known.
    pub negatives: String,
    /// Settings of the method.
    pub settings: Settings,
}
