//! Five labelled images of each class, and all others named by the nearest of them.

use super::chance::{Draw, sample};
use super::spaces::Spaces;
use super::{Classes, Effort};

/// Labelled images a class.
const SHOTS: usize = 5;
/// How often they are drawn anew.
pub(super) const DRAWS: usize = 20;
/// Pairs of a labelled image and one to be named, at most, where there are more than [`LEAST`] to be named.
const PAIRS: usize = 1_000_000;
/// Images to be named, at least.
const LEAST: usize = 200;

/// A few images with their labels, and others to be named by them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Split {
    /// The labelled ones, in the gallery's order.
    shots: Vec<usize>,
    /// Those to be named.
    others: Vec<usize>,
}

impl Split {
    /// Draws [`SHOTS`] images of each class, or all but one where there are no more; a class of one image takes no part.
    pub(super) fn draw(classes: &Classes, effort: Effort, seed: u64, draw: usize) -> Self {
        let mut stream = Draw::FewShot(draw as u32).stream(seed);
        let (mut shots, mut others) = (Vec::new(), Vec::new());
        for members in classes.iter().filter(|members| members.len() > 1) {
            let taken = sample(members.to_vec(), SHOTS.min(members.len() - 1), &mut stream);
            others.extend(members.iter().filter(|image| !taken.contains(image)));
            shots.extend(taken);
        }
        shots.sort_unstable();
        others.sort_unstable();
        let most = effort.few_shot.min((PAIRS / shots.len().max(1)).max(LEAST));
        Self { shots, others: sample(others, most, &mut stream) }
    }

    /// How many images are to be named.
    pub(super) fn others(&self) -> usize {
        self.others.len()
    }

    /// The share of the others that each set names right; `None` without any.
    pub(super) fn accuracies(&self, spaces: &Spaces, sets: usize, labels: &[usize]) -> Option<Vec<f64>> {
        if self.others.is_empty() {
            return None;
        }
        let similarities = spaces.similarities(&self.others, Some(&self.shots), 0..sets);
        let mut row = Vec::new();
        let mut accuracy = |set: usize| {
            let right = |(place, other): (usize, &usize)| {
                spaces.summed(set, &similarities, place, self.shots.len(), &mut row);
                let nearer = |best: usize, shot: usize| if row[shot] > row[best] { shot } else { best };
                let best = (1..row.len()).fold(0, nearer);
                labels[self.shots[best]] == labels[*other]
            };
            let right = self.others.iter().enumerate().map(right).filter(|right| *right).count();
            right as f64 / self.others.len() as f64
        };
        Some((0..sets).map(&mut accuracy).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_of_each_class_and_the_others_without_overlap() {
        let labels: Vec<usize> = (0..40)
            .map(|i| {
                if i < 20 {
                    0
                } else if i < 36 {
                    1
                } else if i < 39 {
                    2
                } else {
                    3
                }
            })
            .collect();
        let classes = Classes::new(&labels, 4);
        let split = Split::draw(&classes, Effort::page(), 0, 0);
        let of = |images: &[usize]| [0, 1, 2, 3].map(|class| images.iter().filter(|&&i| labels[i] == class).count());
        assert_eq!(of(&split.shots), [5, 5, 2, 0]);
        assert_eq!(of(&split.others), [15, 11, 1, 0]);
        assert!(split.others.iter().all(|image| !split.shots.contains(image)));
        assert_ne!(split, Split::draw(&classes, Effort::page(), 0, 1));
        let few = Split::draw(&classes, Effort { few_shot: 4, ..Effort::page() }, 0, 0);
        assert_eq!((few.shots, few.others.len()), (split.shots, 4));
        assert_eq!(Split::draw(&Classes::new(&[0, 1], 2), Effort::page(), 0, 0).others(), 0);
    }
}
