//! What is to be written, gathered until there is time.

use std::collections::BTreeSet;

use crate::gallery::{Changes, Id};

/// What is to be written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Due {
    /// The gallery as a whole: its order, the query, the selection.
    pub list: bool,
    /// Where features come from.
    pub origins: bool,
    /// Images that may have changed.
    pub images: BTreeSet<Id>,
    /// The Segmentation tab as a whole, and its photos.
    pub tab: bool,
}

impl Due {
    /// The gallery changed; `all` are its images.
    pub fn add(&mut self, changes: &Changes, all: impl IntoIterator<Item = Id>) {
        self.list |= changes.list;
        self.origins |= changes.all;
        self.images.extend(&changes.entries);
        if changes.all {
            self.images.extend(all);
        }
    }

    /// Everything is to be compared with what lies there.
    pub fn everything(all: impl IntoIterator<Item = Id>) -> Self {
        Self { list: true, origins: true, images: all.into_iter().collect(), tab: true }
    }

    /// What could not be written is due again.
    pub fn again(&mut self, other: Self) {
        self.list |= other.list;
        self.origins |= other.origins;
        self.images.extend(other.images);
        self.tab |= other.tab;
    }

    /// Whether all is written.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_model_concerns_every_image_and_a_label_one() {
        let mut due = Due::default();
        due.add(&Changes::default(), [1, 2, 3]);
        assert!(due.is_empty());
        due.add(&Changes { entries: [2].into(), ..Changes::default() }, [1, 2, 3]);
        assert_eq!(due, Due { images: [2].into(), ..Due::default() });
        due.add(&Changes { all: true, features: true, ..Changes::default() }, [1, 2, 3]);
        assert_eq!(due, Due { origins: true, images: [1, 2, 3].into(), ..Due::default() });
    }

    #[test]
    fn what_failed_is_due_beside_what_came_since() {
        let mut due = Due { list: true, images: [4].into(), ..Due::default() };
        due.again(Due { images: [1, 2].into(), tab: true, ..Due::default() });
        assert_eq!(due, Due { list: true, images: [1, 2, 4].into(), tab: true, ..Due::default() });
    }
}
