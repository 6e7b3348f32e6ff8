//! The drawn sample set: as files to try things on, and as SimCLR's negatives for a model that brings none.

use half::f16;

use super::protocol::{Progress, SampleFile};
use crate::{
    drawings::{self, PER_CLASS},
    fungi::{ExtractError, Negatives, negatives::from_images},
    image,
    vit::ViT,
};

/// Seed of the sample set whose images are the negatives. Not the page's, so that no image is contrasted with itself.
pub const NEGATIVES_SEED: u64 = 0x6e65_6761;

/// The sample set as files, one of each class in turn: a gallery that fills up shows all classes early.
pub fn sample(seed: u64) -> Vec<SampleFile> {
    let set = drawings::sample_set(seed);
    let turns = (0..PER_CLASS).flat_map(|turn| set.iter().skip(turn).step_by(PER_CLASS));
    turns
        .map(|s| SampleFile { name: s.name.clone(), label: s.label.to_owned(), bytes: image::encode_png(&s.rgb) })
        .collect()
}

/// The negatives that the sample set of `seed` gives.
pub(super) async fn negatives(
    vit: &ViT,
    seed: u64,
    progress: &mut impl FnMut(Progress),
) -> Result<Negatives, ExtractError> {
    let set = drawings::sample_set(seed);
    let (mut values, total) = (Vec::new(), set.len());
    for (done, image) in set.iter().enumerate() {
        progress(Progress::Negatives { done, total });
        let rows = from_images(vit, std::slice::from_ref(&image.rgb)).await?;
        // Rounded as a file rounds them, so that saving them changes no feature.
        values.extend(rows.values().iter().map(|&x| f16::from_f32(x).to_f32()));
    }
    progress(Progress::Negatives { done: total, total });
    Ok(Negatives::new(values, vit.config().dim))
}
