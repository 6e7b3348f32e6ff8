//! Why the engine could not do something.

use thiserror::Error;

use super::{device::DeviceError, fetch::FetchError, parity::ParityError, segment::SegmentError, sentence::sentence};
use crate::{
    fungi::{ExtractError, NegativesError, SelfTestError},
    image::DecodeError,
    vit::{LoadError, catalogue::CatalogueError},
};

/// Why the engine could not do something: what happened and what to do.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EngineError {
    /// No device is open, or no model is loaded.
    #[error("No model is loaded yet. Choose a model and a device first.")]
    NotStarted,
    /// The device could not be opened.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// The device computes wrongly.
    #[error(transparent)]
    SelfTest(#[from] SelfTestError),
    /// A file could not be fetched.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// The catalogue could not be read.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// The catalogue has no such model.
    #[error("There is no model \"{name}\". Available: {known}.")]
    UnknownModel {
        /// The name that was given.
        name: String,
        /// The catalogue's names.
        known: String,
    },
    /// Weights that this program can't download.
    #[error("The weights of {name} are published at {address}. Download them there, then open the file.")]
    Elsewhere {
        /// The model.
        name: String,
        /// Where its weights are, or a page that links to them.
        address: String,
    },
    /// Weights or negatives that are not those of the catalogue.
    #[error(
        "{file} is not what the catalogue describes (SHA-256 {found}, expected {expected}): the download was cut off \
         or the file was changed. Reload the page; if that does not help, deploy the models folder again."
    )]
    Checksum {
        /// The file.
        file: String,
        /// Its SHA-256, in hexadecimal.
        found: String,
        /// The catalogue's.
        expected: String,
    },
    /// The weights do not form a model.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The negatives could not be read.
    #[error(transparent)]
    Negatives(#[from] NegativesError),
    /// The negatives could not be made into a file.
    #[error("The negatives can't be written as a file: {0}. Please report this.")]
    Unsaved(String),
    /// A file is not what it was.
    #[error("The file has changed since it was added. Add it again.")]
    Changed,
    /// An image was not taken apart before it was asked about, or that was dropped since.
    #[error("What these features are made of is no longer at hand. Close this and open it again.")]
    NotDissected,
    /// The settings want no such views.
    #[error("These views are not among those that the settings want.")]
    Views,
    /// The image could not be read.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// A setting is out of range, or the device failed.
    #[error("{error}")]
    Extract {
        /// What happened.
        #[source]
        error: ExtractError,
        /// Whether it happened on the GPU.
        gpu: bool,
    },
    /// A request about segmentation can't be met.
    #[error(transparent)]
    Segment(#[from] SegmentError),
    /// The golden tensors could not be compared.
    #[error(transparent)]
    Parity(#[from] ParityError),
}

impl EngineError {
    /// Whether the GPU was at fault, so that the CPU may help.
    pub fn gpu(&self) -> bool {
        match self {
            Self::Device(_) | Self::SelfTest(_) => true,
            Self::Extract { error, gpu } => *gpu && is_fault(error),
            _ => false,
        }
    }

    /// Whether only the request is at fault: everything else stays as it was.
    pub(super) fn is_refusal(&self) -> bool {
        match self {
            Self::Decode(_) | Self::Segment(_) | Self::Changed | Self::Views | Self::NotDissected => true,
            Self::Extract { error, .. } => !is_fault(error),
            _ => false,
        }
    }

    /// The error as a complete sentence.
    pub fn sentence(&self) -> String {
        sentence(self)
    }
}

/// Whether the device failed, and so would fail again.
fn is_fault(error: &ExtractError) -> bool {
    matches!(error, ExtractError::Device(_) | ExtractError::NotFinite)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fungi::DeviceFailure;

    #[test]
    fn errors_are_sentences_and_tell_whether_the_cpu_may_help() {
        let lost = |gpu| EngineError::Extract { error: ExtractError::Device(DeviceFailure::Lost), gpu };
        assert!(lost(true).gpu() && !lost(false).gpu() && !lost(true).is_refusal());
        assert_eq!(
            lost(true).sentence(),
            "The device was lost: its driver stopped or was reset; starting again may help, and the CPU always works."
        );
        let setting = EngineError::Extract { error: ExtractError::NoNegatives, gpu: true };
        assert!(!setting.gpu() && setting.is_refusal());
        assert!(EngineError::from(DeviceError::NoGpuSupport).gpu());
        let early = EngineError::NotStarted;
        assert_eq!(early.sentence(), early.to_string());
    }
}
