//! How far the gallery's images are: counted in the gallery itself, so that it is true whatever was removed, brought back or
//! added meanwhile.

use crate::gallery::{Gallery, Origin};

/// Numbers of images.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts {
    /// In the gallery.
    pub images: usize,
    /// Of those, with all parts of the features.
    pub complete: usize,
    /// Of those, with the parts of each of the settings' sets of views.
    pub stages: Vec<usize>,
}

impl Counts {
    /// Counts a gallery's images.
    pub fn of(gallery: &Gallery) -> Self {
        let parts: Vec<_> = gallery.origin().map_or_else(Vec::new, |Origin { settings, .. }| {
            settings.view_sets().into_iter().map(|set| settings.parts_of(set)).collect()
        });
        let mut counts = Self { images: gallery.len(), complete: 0, stages: vec![0; parts.len()] };
        for (_, features) in gallery.computed() {
            let mut lacking = 0;
            for (count, parts) in counts.stages.iter_mut().zip(&parts) {
                let has = features.has(parts);
                *count += usize::from(has);
                lacking += usize::from(!has);
            }
            counts.complete += usize::from(lacking == 0);
        }
        counts
    }

    /// The part of the work that is done, 0 to 1.
    pub fn share(&self) -> f64 {
        let all = self.images * self.stages.len();
        if all == 0 { 0.0 } else { self.stages.iter().sum::<usize>() as f64 / all as f64 }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::fungi::{Features, Settings};
    use crate::gallery::Content;

    /// Images numbered from 1, of which the first `first` have the first stage and the first `all` have all.
    fn gallery(images: u8, first: u8, all: u8) -> Gallery {
        let mut gallery = Gallery::new();
        let settings = Settings::default();
        gallery.set_origin(Origin { model: "m".into(), settings: settings.clone() });
        for n in 1..=images {
            let id = gallery.add(n.to_string(), None);
            for (stage, set) in settings.view_sets().into_iter().enumerate() {
                if n <= all || (n <= first && stage == 0) {
                    let mut features = Features::new();
                    settings.parts_of(set).into_iter().for_each(|part| features.set(part, vec![1.0, f32::from(n)]));
                    gallery.keep([n; 32], features);
                }
            }
            if n <= first {
                gallery.identify(id, Arc::new(Content { hash: [n; 32], size: (1, 1), thumbnail: Vec::new() }));
            }
        }
        gallery
    }

    #[test]
    fn images_are_counted_by_stage() {
        let counts = Counts::of(&gallery(6, 4, 1));
        assert_eq!(counts, Counts { images: 6, complete: 1, stages: vec![4, 1, 1] });
        assert!((counts.share() - 6.0 / 18.0).abs() < 1e-9);
        assert_eq!(Counts::of(&Gallery::new()), Counts::default());
    }

    #[test]
    fn a_removal_that_is_undone_changes_no_count() {
        let mut gallery = gallery(6, 4, 2);
        let before = Counts::of(&gallery);
        gallery.remove(&[1, 3, 6]);
        assert_eq!(Counts::of(&gallery), Counts { images: 3, complete: 1, stages: vec![2, 1, 1] });
        gallery.undo();
        assert_eq!(Counts::of(&gallery), before);
    }
}
