//! Maps of the images in two dimensions.

use web_time::{Duration, Instant};

use super::protocol::{Answer, MapOrder, Progress};
use super::work::Work;
use crate::fungi::Features;
use crate::gallery::Id;
use crate::retrieval::{EPOCHS, FeatureTable, MapMethod, principal_plane, tsne};

/// How often a t-SNE's coordinates are told.
const TELL: Duration = Duration::from_millis(100);

/// A map to be made. It takes one step, however long: t-SNE can't be put aside, and is ended with its worker.
pub(super) struct Mapping {
    ids: Vec<Id>,
    /// `[images, width]`
    rows: Vec<f32>,
    width: usize,
    order: MapOrder,
}

impl Mapping {
    /// A map of those images that have every part of the order's set, in one size.
    pub fn new<'a>(images: impl Iterator<Item = (Id, &'a Features)>, order: MapOrder) -> Self {
        let parts: Vec<_> = order.set.parts().collect();
        let mut widths = None;
        let mut suits = |features: &Features| -> bool {
            let own: Vec<Option<usize>> = parts.iter().map(|&part| features.get(part).map(<[f32]>::len)).collect();
            own.iter().all(Option::is_some) && *widths.get_or_insert_with(|| own.clone()) == own
        };
        let (ids, features): (Vec<Id>, Vec<&Features>) = images.filter(|(_, features)| suits(features)).unzip();
        let table = FeatureTable::from_features(features);
        let table = if order.set.centred { table.centred() } else { table };
        let (rows, width) = table.concatenated(&order.set);
        Self { ids, rows, width, order }
    }
}

impl Work for Mapping {
    fn step(&mut self, report: &mut dyn FnMut(Progress)) -> Option<Answer> {
        let Self { ids, rows, width, order } = self;
        if ids.is_empty() {
            return Some(Answer::Refused("No image has all parts of this feature set yet.".into()));
        }
        let made = match order.method {
            MapMethod::Pca => principal_plane(rows, *width),
            MapMethod::Tsne => {
                let mut told: Option<Instant> = None;
                tsne(rows, *width, order.seed, |done, map| {
                    if told.is_none_or(|told| told.elapsed() > TELL) {
                        told = Some(Instant::now());
                        report(Progress::Map { done, all: EPOCHS, ids: ids.clone(), coordinates: map.to_vec() });
                    }
                })
            }
        };
        Some(match made {
            Ok(coordinates) => Answer::Mapped { ids: std::mem::take(ids), coordinates },
            Err(error) => Answer::Refused(error.to_string()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fungi::Part;
    use crate::retrieval::FeatureSet;

    fn features(parts: &[(Part, Vec<f32>)]) -> Features {
        let mut features = Features::new();
        parts.iter().for_each(|(part, vector)| features.set(*part, vector.clone()));
        features
    }

    fn order(parts: &[Part], method: MapMethod) -> MapOrder {
        MapOrder { map: 0, set: FeatureSet::of(parts), method, seed: 0 }
    }

    #[test]
    fn images_that_lack_a_part_are_left_out() {
        let whole = |x: f32| features(&[(Part::Embedding, vec![x, 1.0, 0.5]), (Part::Kl, vec![1.0, x])]);
        let images = [whole(0.0), features(&[(Part::Embedding, vec![1.0, 0.0, 0.0])]), whole(1.0), whole(2.0)];
        let all = || images.iter().enumerate().map(|(at, of)| (at as Id + 10, of));
        let mut mapping = Mapping::new(all(), order(&[Part::Embedding, Part::Kl], MapMethod::Pca));
        let Some(Answer::Mapped { ids, coordinates }) = mapping.step(&mut |_| ()) else { panic!() };
        assert_eq!((ids, coordinates.len()), (vec![10, 12, 13], 6));
        // On a line, more or less: in order along the first axis.
        assert!((coordinates[0] < coordinates[2]) == (coordinates[2] < coordinates[4]), "{coordinates:?}");
        let mut none = Mapping::new(all(), order(&[Part::Dino], MapMethod::Pca));
        assert!(matches!(none.step(&mut |_| ()), Some(Answer::Refused(_))));
    }

    #[test]
    fn tsne_tells_its_steps() {
        let images: Vec<Features> =
            (0..30).map(|at| features(&[(Part::Embedding, vec![at as f32, (at % 3) as f32 * 10.0, 1.0])])).collect();
        let all = images.iter().enumerate().map(|(at, of)| (at as Id, of));
        let mut told = Vec::new();
        let mut mapping = Mapping::new(all, order(&[Part::Embedding], MapMethod::Tsne));
        let answer = mapping.step(&mut |progress| {
            let Progress::Map { done, all, ids, coordinates } = progress else { panic!("{progress:?}") };
            assert_eq!((all, ids.len(), coordinates.len()), (EPOCHS, 30, 60));
            told.push(done);
        });
        assert!(matches!(answer, Some(Answer::Mapped { .. })));
        assert!(told[0] == 1 && told.is_sorted(), "{told:?}");
    }
}
