//! From a name in the catalogue to a model on the device: fetched, verified, uploaded.

use burn::tensor::Device;
use sha2::{Digest, Sha256};

use super::{Event, Failure, Stage, fetch::fetch};
use crate::{
    fungi::Negatives,
    gallery::file::hexadecimal,
    vit::{
        ViT,
        catalogue::{Catalogue, Checkpoint},
    },
};

/// Bytes between two reports of a download.
const REPORT: u64 = 256 * 1024;

/// A model that is ready to compute, with what the catalogue says of it.
pub(super) struct Loaded {
    pub checkpoint: Checkpoint,
    pub vit: ViT,
    pub negatives: Negatives,
}

/// Loads the catalogue's `name` from the files under `base`.
pub(super) async fn load(
    name: &str,
    base: &str,
    device: &Device,
    say: &mut impl FnMut(Event),
) -> Result<Loaded, Failure> {
    let text = fetch(&format!("{base}catalogue.json"), |_, _| ()).await?;
    let catalogue = Catalogue::parse(&text)?;
    let Some(checkpoint) = catalogue.find(name).cloned() else {
        let known: Vec<_> = catalogue.checkpoints.iter().map(|checkpoint| checkpoint.name.as_str()).collect();
        return Err(Failure::new(format!("There is no model \"{name}\" here; there is {}.", known.join(", "))));
    };
    let mut reported = 0;
    let bytes = fetch(&format!("{base}{}", checkpoint.file), |done, total| {
        if done >= reported + REPORT || done == total {
            reported = done;
            say(Event::Stage(Stage::Download { done, total: total.max(checkpoint.bytes) }));
        }
    })
    .await?;
    say(Event::Stage(Stage::Verify));
    verify(&bytes, &checkpoint.sha256, &checkpoint.file)?;
    let Some(negatives) = &checkpoint.negatives else {
        return Err(Failure::new(format!(
            "The catalogue names no negatives for {name}; \"mycoscope negatives\" makes them."
        )));
    };
    let negatives = fetch(&format!("{base}{negatives}"), |_, _| ()).await?;
    say(Event::Stage(Stage::Upload));
    let vit = ViT::load(&bytes, &checkpoint.options(), device)?;
    let negatives = Negatives::load(&negatives)?;
    Ok(Loaded { checkpoint, vit, negatives })
}

/// Holds `bytes` against the catalogue's SHA-256, in hexadecimal.
fn verify(bytes: &[u8], expected: &str, file: &str) -> Result<(), Failure> {
    let found = hexadecimal(&Sha256::digest(bytes));
    if found.eq_ignore_ascii_case(expected) {
        return Ok(());
    }
    Err(Failure::new(format!(
        "{file} is not what the catalogue describes (SHA-256 {found}, expected {expected}): the download broke or the \
         file was changed. Reload the page; if it stays, deploy the models folder again."
    )))
}
