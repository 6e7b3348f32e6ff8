//! `--report`: what was found, as the one file that the page takes away too.

use std::io::{Error, Write};
use std::path::Path;

use super::input::Input;
use crate::archive::{Evaluated, Labelled, Making, Packer, PlaneMap, Results, plane_map, worth_maps};
use crate::cli::CliError;
use crate::cli::target::Target;
use crate::engine::Engine;
use crate::fungi::Features;
use crate::gallery::Entry;
use crate::retrieval::{Evaluator, FeatureTable};

/// Writes the archive. `pictures`: the folder of the images, if they go into it.
pub(super) fn write(
    target: &Target,
    input: &Input,
    evaluator: &Evaluator,
    k: usize,
    making: &Making,
    pictures: Option<&Path>,
) -> Result<(), CliError> {
    let images: Vec<(&Entry, &Features)> = input.images.iter().map(|(entry, features)| (entry, features)).collect();
    let labelled = Labelled::of(images.iter().map(|(entry, _)| entry.label.as_deref()));
    let seed = input.provenance.settings.seed;
    let evaluated = labelled.map(|labelled| Evaluated::of(evaluator, labelled, k, seed));
    let table = FeatureTable::from_features(images.iter().map(|(_, features)| *features));
    let worth = worth_maps(&table, evaluated.as_ref());
    let maps: Vec<PlaneMap> = worth.iter().filter_map(|set| plane_map(&table, set)).collect();
    let results =
        Results { images, making, evaluated: evaluated.as_ref(), maps: &maps, with_pictures: pictures.is_some() };
    let mut packer = Packer::begin(&results)?;
    target.write_by(|file| {
        for (place, (entry, _)) in input.images.iter().enumerate() {
            if let Some(folder) = pictures {
                let bytes = std::fs::read(folder.join(&entry.name))?;
                packer.picture(place, &bytes).map_err(Error::other)?;
            }
            file.write_all(&packer.take())?;
        }
        file.write_all(&packer.finish().map_err(Error::other)?)
    })
}

/// How it was made. `engine`: what computed the features, unless they were read from a file.
pub(super) fn making(input: &Input, engine: Option<&Engine>) -> Result<Making, CliError> {
    let (variant, device) = match engine {
        Some(engine) => {
            let (device, model) = engine.info()?;
            (model.variant.clone(), device.name.clone())
        }
        None => (String::new(), "features that were saved before".to_owned()),
    };
    Ok(Making {
        provenance: input.provenance.clone(),
        variant,
        device,
        platform: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
        program: env!("CARGO_PKG_VERSION").to_owned(),
    })
}
