//! The drawn sample set: as files to try the program on, and as SimCLR's negatives for a model without any.

use super::{
    Engine, EngineError,
    protocol::{Progress, SampleFile},
};
use crate::{
    drawings::{self, PER_CLASS},
    fungi::{ExtractError, Features, Negatives, SimclrSettings, negatives::from_images},
    gallery::{
        Content, Origin,
        snapshot::{Image, Snapshot},
    },
    image::{self, Rgb},
    vit::ViT,
};

/// Seed of the sample set whose images are the negatives. It differs from the page's, so that no image is contrasted
/// with itself.
pub const NEGATIVES_SEED: u64 = 0x6e65_6761;

/// The sample set as files, one of each class in turn: a gallery that fills up shows all classes early.
pub fn sample(seed: u64) -> Vec<SampleFile> {
    let set = drawings::sample_set(seed);
    let turns = (0..PER_CLASS).flat_map(|turn| set.iter().skip(turn).step_by(PER_CLASS));
    turns
        .map(|s| SampleFile { name: s.name.clone(), label: s.label.to_owned(), bytes: image::encode_png(&s.rgb) })
        .collect()
}

impl Engine {
    /// The sample set of `seed`, in the order of [`sample`], with all features by the current settings; `done` is called
    /// after each image.
    ///
    /// # Errors
    ///
    /// [`EngineError::NotStarted`] before a model was loaded, [`EngineError::Extract`] if the device fails.
    pub async fn snapshot_of_samples(&mut self, seed: u64, done: &mut impl FnMut()) -> Result<Snapshot, EngineError> {
        let (_, model) = self.info()?;
        let settings = self.extractor()?.settings().clone();
        let origin = Origin { model: model.sha256.clone(), settings: settings.clone() };
        let mut images = Vec::new();
        for SampleFile { name, label, bytes } in sample(seed) {
            let (mut features, mut found) = (Features::new(), None);
            for set in settings.view_sets() {
                let hash = found.as_ref().map(|content: &Content| content.hash);
                // Drawn pictures differ, so none is known already.
                let Ok(prepared) = self.prepare(set, hash, &bytes)? else { continue };
                for item in self.embed(set, vec![prepared]).await? {
                    features.merge(item.features);
                    found = found.or(item.content);
                }
            }
            images.extend(found.map(|content| Image { name, label: Some(label), content, features }));
            done();
        }
        Ok(Snapshot { origin, images })
    }
}

/// The negatives made from the sample set of `seed`. Their windows are the paper's, whatever the settings, since
/// negatives depend only on the model.
pub(super) async fn negatives(
    vit: &ViT,
    seed: u64,
    progress: &mut impl FnMut(Progress),
) -> Result<Negatives, ExtractError> {
    let images: Vec<Rgb> = drawings::sample_set(seed).into_iter().map(|image| image.rgb).collect();
    let (mut done, total) = (0, images.len());
    progress(Progress::Negatives { done, total });
    from_images(vit, &SimclrSettings::default(), &images, || {
        done += 1;
        progress(Progress::Negatives { done, total });
    })
    .await
}
