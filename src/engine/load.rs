//! Fetches and verifies the files of a model that comes with the program, given its name in the catalogue.

use sha2::{Digest, Sha256};

use super::{EngineError, ModelFiles, fetch::fetch, protocol::Progress};
use crate::gallery::hexadecimal;
use crate::vit::catalogue::{Catalogue, HUB, SideFile, Weights};

/// Bytes between two reports of a download.
const REPORT: u64 = 256 * 1024;

/// The catalogue whose files are under `base`.
pub(super) async fn fetch_catalogue(base: &str) -> Result<Catalogue, EngineError> {
    Ok(Catalogue::parse(&fetch(&format!("{base}catalogue.json"), |_, _| ()).await?)?)
}

/// Fetches the model `name` from the files under `base`; it must be one that comes with the program.
pub(super) async fn fetch_model(
    catalogue: &Catalogue,
    name: &str,
    base: &str,
    progress: &mut impl FnMut(Progress),
) -> Result<ModelFiles, EngineError> {
    let Some(checkpoint) = catalogue.find(name) else {
        let known: Vec<_> = catalogue.checkpoints.iter().map(|checkpoint| checkpoint.name.as_str()).collect();
        return Err(EngineError::UnknownModel { name: name.to_owned(), known: known.join(", ") });
    };
    let elsewhere = |address: String| EngineError::Elsewhere { name: checkpoint.name.clone(), address };
    let file = match &checkpoint.weights {
        Weights::File(file) => file,
        Weights::Hub(file) => return Err(elsewhere(file.address(HUB))),
        Weights::Elsewhere(address) => return Err(elsewhere(address.clone())),
    };
    let mut reported = 0;
    let bytes = fetch(&format!("{base}{file}"), |done, total| {
        if done >= reported + REPORT || done == total {
            reported = done;
            progress(Progress::Download { done, total: total.max(checkpoint.size()) });
        }
    })
    .await?;
    progress(Progress::Verify);
    if let Some(sha256) = &checkpoint.sha256 {
        verify(&bytes, sha256, file)?;
    }
    let negatives = match &checkpoint.negatives {
        Some(SideFile { file, sha256, .. }) => {
            let bytes = fetch(&format!("{base}{file}"), |_, _| ()).await?;
            verify(&bytes, sha256, file)?;
            Some(bytes.into())
        }
        None => None,
    };
    Ok(ModelFiles::of_checkpoint(checkpoint, bytes.into(), negatives))
}

/// Checks `bytes` against the catalogue's SHA-256, in hexadecimal.
fn verify(bytes: &[u8], expected: &str, file: &str) -> Result<(), EngineError> {
    let found = hexadecimal(&Sha256::digest(bytes));
    match found.eq_ignore_ascii_case(expected) {
        true => Ok(()),
        false => Err(EngineError::Checksum { file: file.to_owned(), found, expected: expected.to_owned() }),
    }
}
