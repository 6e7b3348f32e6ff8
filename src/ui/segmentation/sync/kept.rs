//! Maps that were computed and are kept, for when the same are wanted again.

use super::shown::Wanted;

/// Maps that are kept at most; a pair takes up to 1.5 MB.
const KEPT: usize = 8;

/// The maps that were wanted last, `M`, each with everything that it depends on.
#[derive(Debug, Clone)]
pub struct Kept<M>(Vec<(Wanted, M)>);

impl<M> Default for Kept<M> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<M: Clone> Kept<M> {
    /// Keeps maps, in the place of those that were not wanted for longest if there are too many.
    pub fn keep(&mut self, wanted: Wanted, maps: M) {
        self.0.retain(|(earlier, _)| *earlier != wanted);
        if self.0.len() == KEPT {
            self.0.remove(0);
        }
        self.0.push((wanted, maps));
    }

    /// The maps that depend on exactly that, which now count as wanted last.
    pub fn recall(&mut self, wanted: &Wanted) -> Option<M> {
        let place = self.0.iter().position(|(kept, _)| kept == wanted)?;
        let entry = self.0.remove(place);
        let maps = entry.1.clone();
        self.0.push(entry);
        Some(maps)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::segmentation::{Mask, Propagation};
    use crate::ui::segmentation::sync::{Shown, ShownPhoto};

    fn shown(query: u32) -> Shown {
        let support = vec![ShownPhoto { id: 1, revision: 5, labelled: true, ..ShownPhoto::default() }];
        Shown { support, query: Some(ShownPhoto { id: query, ..ShownPhoto::default() }), ..Shown::default() }
    }

    #[test]
    fn maps_are_recalled_until_something_that_they_depend_on_changes() {
        let first = shown(9);
        let mut kept = Kept::default();
        kept.keep(first.wanted().unwrap(), "nine");
        kept.keep(shown(8).wanted().unwrap(), "eight");
        assert_eq!(kept.recall(&first.wanted().unwrap()), Some("nine"));
        let changes: [fn(&mut Shown); 6] = [
            |shown| shown.support[0].revision += 1,
            |shown| shown.support.push(ShownPhoto { id: 2, ..ShownPhoto::default() }),
            |shown| shown.side = Some(128),
            |shown| shown.propagation = Propagation { neighbours: Some(5), ..Propagation::default() },
            |shown| shown.session += 1,
            |shown| shown.query.iter_mut().for_each(|query| query.truth = Some(Arc::new(Mask::unlabelled(2, 2)))),
        ];
        for (which, change) in changes.iter().enumerate() {
            let mut other = first.clone();
            change(&mut other);
            assert_eq!(kept.recall(&other.wanted().unwrap()), None, "{which}");
        }
    }

    #[test]
    fn those_that_were_wanted_last_are_kept() {
        let mut kept = Kept::default();
        let wanted = |query| shown(query).wanted().unwrap();
        for query in 10..10 + KEPT as u32 {
            kept.keep(wanted(query), query);
        }
        assert_eq!(kept.recall(&wanted(10)), Some(10));
        kept.keep(wanted(99), 99);
        assert_eq!((kept.recall(&wanted(10)), kept.recall(&wanted(11))), (Some(10), None));
        kept.keep(wanted(99), 100);
        assert_eq!((kept.recall(&wanted(99)), kept.recall(&wanted(12))), (Some(100), Some(12)), "each is there once");
    }
}
