//! Fetches and verifies a model's files, given its name in the catalogue.

use sha2::{Digest, Sha256};

use super::{
    EngineError, ModelFiles,
    fetch::fetch,
    protocol::{Listed, Progress},
};
use crate::gallery::file::hexadecimal;
use crate::vit::catalogue::{Catalogue, Checkpoint, HUB, SideFile, Weights};

/// Bytes between two reports of a download.
const REPORT: u64 = 256 * 1024;

/// Fetches the catalogue's model `name` from the files under `base`, and says which others there are.
pub(super) async fn fetch_model(
    name: &str,
    base: &str,
    progress: &mut impl FnMut(Progress),
) -> Result<(ModelFiles, Vec<Listed>), EngineError> {
    let text = fetch(&format!("{base}catalogue.json"), |_, _| ()).await?;
    let catalogue = Catalogue::parse(&text)?;
    let Some(checkpoint) = catalogue.find(name) else {
        let known: Vec<_> = catalogue.checkpoints.iter().map(|checkpoint| checkpoint.name.as_str()).collect();
        return Err(EngineError::UnknownModel { name: name.to_owned(), known: known.join(", ") });
    };
    let mut reported = 0;
    let address = match &checkpoint.weights {
        Weights::File(file) => format!("{base}{file}"),
        Weights::Hub(file) => file.address(HUB),
        Weights::Elsewhere(address) => {
            return Err(EngineError::Elsewhere { name: checkpoint.name.clone(), address: address.clone() });
        }
    };
    let bytes = fetch(&address, |done, total| {
        if done >= reported + REPORT || done == total {
            reported = done;
            progress(Progress::Download { done, total: total.max(checkpoint.size()) });
        }
    })
    .await?;
    progress(Progress::Verify);
    if let Some(sha256) = &checkpoint.sha256 {
        verify(&bytes, sha256, &address)?;
    }
    let negatives = match &checkpoint.negatives {
        Some(SideFile { file, sha256, .. }) => {
            let bytes = fetch(&format!("{base}{file}"), |_, _| ()).await?;
            verify(&bytes, sha256, file)?;
            Some(bytes.into())
        }
        None => None,
    };
    Ok((ModelFiles::of_checkpoint(checkpoint, bytes.into(), negatives), list(&catalogue)))
}

/// What a person chooses from.
fn list(catalogue: &Catalogue) -> Vec<Listed> {
    let listed = |checkpoint: &Checkpoint| Listed {
        name: checkpoint.name.clone(),
        description: checkpoint.description.clone(),
        bytes: checkpoint.size(),
        licence: checkpoint.licence.clone(),
    };
    catalogue.checkpoints.iter().map(listed).collect()
}

/// Checks `bytes` against the catalogue's SHA-256, in hexadecimal.
fn verify(bytes: &[u8], expected: &str, file: &str) -> Result<(), EngineError> {
    let found = hexadecimal(&Sha256::digest(bytes));
    match found.eq_ignore_ascii_case(expected) {
        true => Ok(()),
        false => Err(EngineError::Checksum { file: file.to_owned(), found, expected: expected.to_owned() }),
    }
}
