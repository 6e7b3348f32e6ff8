//! Compares the program, on any device, with golden tensors that were made elsewhere (see `tests/golden/README.md`).

mod checks;
mod cut;
mod golden;
mod measure;
mod method;

use burn::prelude::*;
use thiserror::Error;

use crate::fungi::ExtractError;
use crate::vit::LoadError;
use checks::Checks;
use golden::Golden;
pub use measure::{Measure, Measures};

/// The files of a golden folder, as bytes.
#[derive(Debug, Clone, Default)]
pub struct GoldenFolder {
    /// `config.json`.
    pub config: Vec<u8>,
    /// `model.safetensors`.
    pub model: Vec<u8>,
    /// `golden.safetensors`.
    pub golden: Vec<u8>,
    /// `images/0.png` and so on, without a gap.
    pub images: Vec<Vec<u8>>,
}

/// The result of a comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The worst of each quantity over all images.
    pub quantities: Measures,
    /// Golden tensors that describe a result but were not compared, since something needed to compute them is missing.
    pub unchecked: Vec<String>,
}

impl Report {
    /// Whether every quantity is within its limit.
    pub fn passed(&self) -> bool {
        self.quantities.values().all(|measure| measure.passed)
    }
}

/// Why nothing could be compared.
#[derive(Debug, Error)]
pub enum ParityError {
    /// The folder is not of the expected form.
    #[error("{0}")]
    Golden(String),
    /// The weights do not form a model.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// A setting does not fit, or the device failed.
    #[error(transparent)]
    Extract(#[from] ExtractError),
}

/// Compares every quantity that is there; on a GPU features may differ a little more.
///
/// # Errors
///
/// [`ParityError`] if the folder is broken or the device fails; a quantity beyond its limit is a result.
pub async fn parity(folder: &GoldenFolder, device: &Device, gpu: bool) -> Result<Report, ParityError> {
    let golden = Golden::open(folder)?;
    let checks = Checks::new(&golden, device, gpu)?;
    let (mut quantities, mut covered) = (Measures::new(), Vec::new());
    for i in 0..golden.images.len() {
        checks.image(i, &mut quantities, &mut covered).await?;
    }
    if quantities.is_empty() {
        return Err(golden.wrong("golden.safetensors holds nothing that could be compared".into()));
    }
    let result = |name: &&str| name.starts_with("image") && !name.ends_with(".boxes");
    let left = golden.names().into_iter().filter(result).filter(|name| !covered.iter().any(|done| done == name));
    let unchecked = left.map(str::to_owned).collect();
    Ok(Report { quantities, unchecked })
}
