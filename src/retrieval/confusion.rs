//! Votes against labels: which class is taken for which, and what changes from one feature set to another.

/// How often images of each class were taken for each class.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Confusion {
    classes: usize,
    /// Row by row: `[label, vote]`.
    counts: Vec<u32>,
    /// Images of each class without a vote.
    without: Vec<u32>,
}

impl Confusion {
    /// Counts votes; `labels[i]` is the class of the image that got `votes[i]`. Classes from `classes` on are left out.
    pub fn count(labels: &[u32], votes: &[Option<u32>], classes: usize) -> Self {
        let mut confusion = Self { classes, counts: vec![0; classes * classes], without: vec![0; classes] };
        for (&label, vote) in labels.iter().zip(votes) {
            let label = label as usize;
            match vote.map(|vote| vote as usize) {
                Some(vote) if label < classes && vote < classes => confusion.counts[label * classes + vote] += 1,
                None if label < classes => confusion.without[label] += 1,
                _ => {}
            }
        }
        confusion
    }

    /// Number of classes.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// Images of the class `label` that were taken for `vote`.
    pub fn at(&self, label: usize, vote: usize) -> u32 {
        self.counts.get(label * self.classes + vote).copied().unwrap_or_default()
    }

    /// Images of a class that got a vote.
    pub fn of(&self, label: usize) -> u32 {
        (0..self.classes).map(|vote| self.at(label, vote)).sum()
    }

    /// Share of a class that got its own label; `None` if none of it got a vote.
    pub fn accuracy(&self, label: usize) -> Option<f64> {
        let of = self.of(label);
        (of > 0).then(|| f64::from(self.at(label, label)) / f64::from(of))
    }

    /// Images that got no vote: they were not asked about.
    pub fn without(&self) -> u32 {
        self.without.iter().sum()
    }
}

/// Images whose vote changes between two feature sets, by their places.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Turned {
    /// Wrong by the first, right by the second.
    pub to_right: Vec<usize>,
    /// Right by the first, wrong by the second.
    pub to_wrong: Vec<usize>,
}

impl Turned {
    /// Finds them; an image without a vote by either set is left out.
    pub fn find(labels: &[u32], first: &[Option<u32>], second: &[Option<u32>]) -> Self {
        let mut turned = Self::default();
        for (place, ((&label, first), second)) in labels.iter().zip(first).zip(second).enumerate() {
            let (Some(first), Some(second)) = (*first, *second) else { continue };
            match (first == label, second == label) {
                (false, true) => turned.to_right.push(place),
                (true, false) => turned.to_wrong.push(place),
                _ => {}
            }
        }
        turned
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn votes_are_counted_by_label() {
        let (labels, votes) = ([0, 0, 0, 1, 1, 2], [Some(0), Some(1), None, Some(1), Some(1), Some(9)]);
        let confusion = Confusion::count(&labels, &votes, 3);
        let row = |label| [0, 1, 2].map(|vote| confusion.at(label, vote));
        assert_eq!([row(0), row(1), row(2)], [[1, 1, 0], [0, 2, 0], [0, 0, 0]]);
        assert_eq!([0, 1, 2].map(|label| confusion.accuracy(label)), [Some(0.5), Some(1.0), None]);
        assert_eq!((confusion.of(0), confusion.without()), (2, 1));
    }

    #[test]
    fn only_changes_between_right_and_wrong_count() {
        let first = [Some(0), Some(1), Some(1), Some(2), None];
        let second = [Some(1), Some(0), Some(2), Some(2), Some(0)];
        let turned = Turned::find(&[0, 0, 0, 2, 0], &first, &second);
        assert_eq!(turned, Turned { to_right: vec![1], to_wrong: vec![0] });
    }
}
