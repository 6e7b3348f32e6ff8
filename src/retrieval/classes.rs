//! The images of each class.

use serde::{Deserialize, Serialize};

/// Which images each class has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Classes {
    members: Vec<Vec<usize>>,
}

impl Classes {
    /// `labels` gives the class of each image, below `classes` (or more are made).
    pub fn new(labels: &[usize], classes: usize) -> Self {
        let classes = labels.iter().max().map_or(0, |last| last + 1).max(classes);
        let mut members = vec![Vec::new(); classes];
        labels.iter().enumerate().for_each(|(image, &class)| members[class].push(image));
        Self { members }
    }

    /// The images of one class, in order.
    pub fn of(&self, class: usize) -> &[usize] {
        &self.members[class]
    }

    /// The images of each class.
    pub fn iter(&self) -> impl Iterator<Item = &[usize]> {
        self.members.iter().map(Vec::as_slice)
    }

    /// How many classes have an image.
    pub fn present(&self) -> usize {
        self.iter().filter(|members| !members.is_empty()).count()
    }

    /// The size of the smallest class that has an image.
    pub fn smallest(&self) -> Option<usize> {
        self.iter().map(<[usize]>::len).filter(|size| *size > 0).min()
    }

    /// The size of the largest class.
    pub fn largest(&self) -> usize {
        self.iter().map(<[usize]>::len).max().unwrap_or(0)
    }

    /// The classes in which `k` neighbours can't all have the query's label: those with `k` images or fewer. There, a
    /// larger k asks other classes by force, and misleads.
    pub fn too_small_for(&self, k: usize) -> usize {
        self.iter().filter(|members| !members.is_empty() && members.len() <= k).count()
    }

    /// The k to use for these classes instead of a `wanted` one: the largest, up to that, which leaves every class
    /// neighbours enough. Classes of one image, which no k suits, are not looked at; where there is no other, 1.
    pub fn fair_k(&self, wanted: usize) -> usize {
        let smallest = self.iter().map(<[usize]>::len).filter(|size| *size > 1).min();
        smallest.map_or(1, |size| wanted.clamp(1, size - 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn k_is_held_against_the_sizes_of_classes() {
        let classes = Classes::new(&[0, 1, 1, 3, 3, 3, 1, 1], 6);
        assert_eq!((classes.of(1), classes.of(5)), (&[1, 2, 6, 7][..], &[][..]));
        assert_eq!((classes.present(), classes.smallest(), classes.largest()), (3, Some(1), 4));
        assert_eq!([1, 2, 3, 4].map(|k| classes.too_small_for(k)), [1, 1, 2, 3]);
        assert_eq!((classes.fair_k(20), classes.fair_k(1), classes.fair_k(0)), (2, 1, 1));
        assert_eq!(Classes::new(&[0, 1], 2).fair_k(20), 1);
        assert_eq!(Classes::new(&[], 0).smallest(), None);
    }
}
