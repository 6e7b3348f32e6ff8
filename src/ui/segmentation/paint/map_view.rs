//! Ways of looking at the two maps of a query, side by side or in one picture.

use crate::segmentation::UNLABELLED;

/// A way of looking at the two maps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MapView {
    /// Both as they are, side by side.
    #[default]
    Maps,
    /// Of each, the pixels where the other says something else.
    Differences,
    /// Of each, the pixels that the truth says something else about.
    Errors,
    /// One over the other, with a border that can be moved.
    Swipe,
    /// The true labels.
    Truth,
}

impl MapView {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 5] = [Self::Maps, Self::Differences, Self::Errors, Self::Swipe, Self::Truth];

    /// Its name on the page.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Maps => "Both maps",
            Self::Differences => "Where they differ",
            Self::Errors => "Where each is wrong",
            Self::Swipe => "One over the other",
            Self::Truth => "The true labels",
        }
    }

    /// Whether it needs the query's true labels.
    pub const fn needs_truth(self) -> bool {
        matches!(self, Self::Errors | Self::Truth)
    }

    /// Whether it is one picture, not two side by side.
    pub const fn is_single(self) -> bool {
        matches!(self, Self::Swipe | Self::Truth)
    }

    /// The labels that it shows of one map: `own`, the other's and the true ones, all of the same length.
    pub fn labels(self, own: &[u8], other: &[u8], truth: Option<&[u8]>) -> Vec<u8> {
        let kept = |keep: &dyn Fn(usize) -> bool| {
            own.iter().enumerate().map(|(at, &label)| if keep(at) { label } else { UNLABELLED }).collect()
        };
        let truth = truth.filter(|truth| truth.len() == own.len());
        match (self, truth) {
            (Self::Differences, _) => kept(&|at| other.get(at) != Some(&own[at])),
            (Self::Errors, Some(truth)) => kept(&|at| truth[at] != UNLABELLED && truth[at] != own[at]),
            (Self::Truth, Some(truth)) => truth.to_vec(),
            _ => own.to_vec(),
        }
    }

    /// What it shows of a map, in words: `share` of the pixels have a label in [`Self::labels`]. None where the map speaks
    /// for itself.
    pub fn describe(self, share: &str) -> Option<String> {
        match self {
            Self::Differences => Some(format!("Differs from the other map in {share} of the pixels.")),
            Self::Errors => Some(format!("Differs from the true labels in {share} of the pixels.")),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: [u8; 4] = [0, 1, 1, 2];
    const OTHER: [u8; 4] = [0, 1, 2, 1];
    const TRUTH: [u8; 4] = [0, 0, 1, UNLABELLED];

    #[test]
    fn differences_and_errors_keep_the_maps_own_labels() {
        let none = UNLABELLED;
        assert_eq!(MapView::Differences.labels(&OWN, &OTHER, None), [none, none, 1, 2]);
        assert_eq!(
            MapView::Errors.labels(&OWN, &OTHER, Some(&TRUTH)),
            [none, 1, none, none],
            "the unknown is no error"
        );
        assert_eq!(MapView::Truth.labels(&OWN, &OTHER, Some(&TRUTH)), TRUTH);
    }

    #[test]
    fn without_a_truth_that_fits_the_map_is_shown() {
        for view in MapView::ALL.into_iter().filter(|view| view.needs_truth()) {
            assert_eq!(view.labels(&OWN, &OTHER, None), OWN);
            assert_eq!(view.labels(&OWN, &OTHER, Some(&[0])), OWN);
        }
        assert_eq!(MapView::Swipe.labels(&OWN, &OTHER, Some(&TRUTH)), OWN);
    }
}
