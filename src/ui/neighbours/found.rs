//! What a survey of the whole gallery found, in words and in groups of queries. Decisions only: no browser is needed.

use crate::retrieval::Tally;
use crate::ui::numbers::{fixed, percent};

/// Queries that belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Right by the embedding.
    Embedding,
    /// Right by FUNGI.
    Fungi,
    /// Right by FUNGI alone.
    Helped,
    /// Right by the embedding alone.
    Hurt,
    /// Not the same neighbours by both.
    Different,
}

impl Group {
    /// Every group.
    pub const ALL: [Self; 5] = [Self::Embedding, Self::Fungi, Self::Helped, Self::Hurt, Self::Different];

    /// Its name on the page.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Embedding => "Right by embedding",
            Self::Fungi => "Right by FUNGI",
            Self::Helped => "Helped",
            Self::Hurt => "Hurt",
            Self::Different => "Different neighbours",
        }
    }

    /// Its name in tests.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Embedding => "embedding",
            Self::Fungi => "fungi",
            Self::Helped => "helped",
            Self::Hurt => "hurt",
            Self::Different => "different",
        }
    }

    /// Which queries these are, as a sentence.
    pub const fn about(self) -> &'static str {
        match self {
            Self::Embedding => "Images whose nearest by the embedding vote for their label.",
            Self::Fungi => "Images whose nearest by FUNGI vote for their label.",
            Self::Helped => "Images that only FUNGI gets right.",
            Self::Hurt => "Images that only the embedding gets right.",
            Self::Different => "Images whose nearest are not the same by both; those that differ most come first.",
        }
    }

    /// Whether it is of interest: the last one without labels, all others with them.
    pub fn is_told(self, tally: &Tally) -> bool {
        !all_are_near(tally) && (self == Self::Different) == (tally.judged == 0)
    }

    /// Its queries, by their places in the gallery.
    pub fn queries(self, tally: &Tally) -> Vec<usize> {
        match self {
            Self::Embedding => tally.embedding.clone(),
            Self::Fungi => tally.fungi.clone(),
            Self::Helped => tally.helped.clone(),
            Self::Hurt => tally.hurt.clone(),
            Self::Different => tally.different.iter().map(|(query, _)| *query).collect(),
        }
    }

    /// How many queries it has, of how many.
    pub fn count(self, tally: &Tally) -> String {
        let count = self.queries(tally).len();
        let of = if self == Self::Different { tally.queries } else { tally.judged };
        match self {
            Self::Embedding | Self::Fungi => format!("{count} of {of} ({})", percent(count as f32 / of.max(1) as f32)),
            _ => format!("{count} of {of}"),
        }
    }
}

/// Neighbours leave no image out, so that neither ranking can have others than the other.
fn all_are_near(tally: &Tally) -> bool {
    tally.nearest + 1 >= tally.queries
}

/// What the numbers say, as a sentence; `None`: nothing is known yet.
pub fn about(tally: Option<&Tally>) -> String {
    let Some(tally) = tally.filter(|tally| tally.queries > 1) else {
        return "All images are compared with each other here once they have their embeddings.".into();
    };
    let Tally { nearest, queries, judged, common, .. } = *tally;
    if all_are_near(tally) {
        return format!(
            "Each of {queries} images has all others among its neighbours. Add images, or show fewer neighbours."
        );
    }
    if judged > 0 {
        return format!(
            "Each of {judged} labelled images was the query once: do its {nearest} nearest vote for its label?"
        );
    }
    let shared = fixed(common as f64 / queries as f64, 1);
    format!(
        "Each of {queries} images was the query once: of its {nearest} nearest, embedding and FUNGI share {shared} on average."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(tally: &Tally) -> Vec<Group> {
        Group::ALL.into_iter().filter(|group| group.is_told(tally)).collect()
    }

    #[test]
    fn with_labels_it_says_who_is_right_and_without_how_much_differs() {
        let mut tally = Tally { nearest: 5, queries: 30, judged: 24, common: 123, ..Tally::default() };
        (tally.embedding, tally.fungi) = ((0..12).collect(), (3..21).collect());
        (tally.helped, tally.hurt) = ((12..21).collect(), (0..3).collect());
        tally.different = vec![(9, 1), (2, 4)];
        assert_eq!(told(&tally), [Group::Embedding, Group::Fungi, Group::Helped, Group::Hurt]);
        let counts = told(&tally).into_iter().map(|group| group.count(&tally)).collect::<Vec<_>>();
        assert_eq!(counts, ["12 of 24 (50 %)", "18 of 24 (75 %)", "9 of 24", "3 of 24"]);
        assert_eq!(
            about(Some(&tally)),
            "Each of 24 labelled images was the query once: do its 5 nearest vote for its label?"
        );
        tally.judged = 0;
        assert_eq!(told(&tally), [Group::Different]);
        assert_eq!((Group::Different.count(&tally), Group::Different.queries(&tally)), ("2 of 30".into(), vec![9, 2]));
        assert_eq!(
            about(Some(&tally)),
            "Each of 30 images was the query once: of its 5 nearest, embedding and FUNGI share 4.1 on average."
        );
    }

    #[test]
    fn numbers_that_mean_nothing_are_not_told() {
        let tally = Tally { nearest: 8, queries: 9, judged: 9, ..Tally::default() };
        assert_eq!(told(&tally), []);
        assert!(about(Some(&tally)).contains("all others"));
        assert_eq!(told(&Tally::default()), []);
        assert_eq!(about(None), about(Some(&Tally { queries: 1, ..Tally::default() })));
    }
}
