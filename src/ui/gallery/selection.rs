//! Which images are selected after a click, a key or a rubber band. Decisions only: no browser is needed.

use std::collections::BTreeSet;

use crate::gallery::Id;

/// Selected images.
pub type Selected = BTreeSet<Id>;

/// The selection with one image more, or one less if it was selected.
pub fn toggled(mut selected: Selected, id: Id) -> Selected {
    if !selected.remove(&id) {
        selected.insert(id);
    }
    selected
}

/// A run of images that Shift extends: from where it began to where the person is now.
#[derive(Debug, Clone, Default)]
pub struct Run {
    /// Where it began.
    anchor: Option<Id>,
    /// What was selected then.
    before: Selected,
    /// What it made of that.
    now: Selected,
}

impl Run {
    /// The next run begins anew.
    pub fn end(&mut self) {
        self.anchor = None;
    }

    /// The selection once the run reaches to `to`; it begins at `from`, unless it goes on and nothing else has changed
    /// the selection since. `ids`: the images, in order.
    pub fn reach(&mut self, ids: &[Id], selected: &Selected, from: Id, to: Id) -> Selected {
        let place = |id: Id| ids.iter().position(|&other| other == id);
        let goes_on = self.now == *selected;
        let anchor = self.anchor.filter(|_| goes_on).and_then(place);
        if anchor.is_none() {
            self.anchor = Some(from);
            self.before.clone_from(selected);
        }
        let Some(end) = place(to) else { return selected.clone() };
        let start = anchor.or_else(|| place(from)).unwrap_or(end);
        self.now = self.before.clone();
        self.now.extend(&ids[start.min(end)..=start.max(end)]);
        self.now.clone()
    }
}

/// What a rubber band does with the images that it touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Banding {
    /// They alone are selected.
    Replace,
    /// They are selected, too (Shift).
    Add,
    /// Those that were selected before are no longer, and the other way round (Ctrl, Command).
    Toggle,
}

/// The selection while a rubber band touches `touched`. `before`: what was selected when it began.
pub fn banded(before: &Selected, touched: &Selected, banding: Banding) -> Selected {
    match banding {
        Banding::Replace => touched.clone(),
        Banding::Add => before | touched,
        Banding::Toggle => before ^ touched,
    }
}

/// How many are selected, in words.
pub fn count(selected: usize) -> String {
    format!("{selected} selected")
}

/// Which labels the selected images have, the most frequent first, in words. `counts`: how many have each.
pub fn labels(mut counts: Vec<(Option<String>, usize)>) -> String {
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let words = counts.iter().map(|(label, count)| match label {
        Some(label) if counts.len() == 1 => label.clone(),
        Some(label) => format!("{label} {count}"),
        None if counts.len() == 1 => "no label".to_owned(),
        None => format!("no label {count}"),
    });
    words.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const IDS: [Id; 6] = [10, 20, 30, 40, 50, 60];

    fn set(ids: &[Id]) -> Selected {
        ids.iter().copied().collect()
    }

    #[test]
    fn a_run_follows_its_end_in_both_directions() {
        let (mut run, mut selected) = (Run::default(), set(&[60]));
        for (to, expected) in [(40, &[30, 40, 60][..]), (50, &[30, 40, 50, 60]), (20, &[20, 30, 60]), (30, &[30, 60])] {
            selected = run.reach(&IDS, &selected, 30, to);
            assert_eq!(selected, set(expected), "to {to}");
        }
        run.end();
        assert_eq!(run.reach(&IDS, &selected, 10, 20), set(&[10, 20, 30, 60]), "another run adds to the first");
    }

    #[test]
    fn a_run_begins_anew_once_something_else_changed_the_selection() {
        let mut run = Run::default();
        let selected = run.reach(&IDS, &set(&[]), 10, 40);
        assert_eq!(run.reach(&IDS, &toggled(selected, 20), 40, 50), set(&[10, 30, 40, 50]));
    }

    #[test]
    fn a_run_survives_images_that_go() {
        let mut run = Run::default();
        let selected = run.reach(&IDS, &set(&[]), 20, 30);
        let ids = [10, 30, 40];
        assert_eq!(run.reach(&ids, &set(&[30]), 30, 40), set(&[30, 40]), "{selected:?}");
        assert_eq!(run.reach(&ids, &set(&[30]), 30, 99), set(&[30]), "99 is nowhere");
        assert_eq!(run.reach(&ids, &set(&[]), 99, 10), set(&[10]));
    }

    #[test]
    fn bands_replace_add_or_toggle() {
        let (before, touched) = (set(&[10, 20]), set(&[20, 30]));
        let by = |banding| banded(&before, &touched, banding);
        assert_eq!(by(Banding::Replace), touched);
        assert_eq!(by(Banding::Add), set(&[10, 20, 30]));
        assert_eq!(by(Banding::Toggle), set(&[10, 30]));
    }

    #[test]
    fn labels_are_told_by_frequency() {
        let some = |label: &str, count| (Some(label.to_owned()), count);
        assert_eq!(labels(vec![some("cup", 3)]), "cup");
        assert_eq!(labels(vec![(None, 2)]), "no label");
        assert_eq!(labels(vec![(None, 2), some("boat", 2), some("cup", 5)]), "cup 5, no label 2, boat 2");
    }
}
