//! The memory bank: labelled patches, up to a limit.

use super::{Patches, Rows, SoftLabels};
use crate::random::{Purpose, Stream};

/// A labelled picture.
#[derive(Debug, Clone, Copy)]
pub struct Labelled<'a> {
    /// Its patches.
    pub patches: Patches<'a>,
    /// Their labels.
    pub labels: &'a SoftLabels,
}

/// Patches that carry a label, with their features.
///
/// Memory: `4 * (E + D)` bytes for each patch, and a few for its label; 100,000 patches at E = D = 192 take 154 MB.
#[derive(Debug, Clone)]
pub struct Bank {
    pub(super) tokens: Rows,
    pub(super) gradients: Rows,
    pub(super) labels: SoftLabels,
    labelled: usize,
    images: usize,
}

impl Bank {
    /// Copies the labelled patches of the pictures, at most `memory` of them. If there are more, patches of rare classes
    /// are preferred: a patch's score is the share of labelled patches that have its classes, summed over its classes,
    /// times a uniform random number, and the lowest scores stay (Balazevic et al. 2023). The result depends only on
    /// pictures, labels and seed.
    pub fn new(pictures: &[Labelled<'_>], memory: usize, seed: u64) -> Self {
        let mut all = Vec::new();
        for (picture, Labelled { patches, labels }) in pictures.iter().enumerate() {
            all.extend(labels.labelled().filter(|&patch| patch < patches.tokens.len()).map(|patch| (picture, patch)));
        }
        let label = |(picture, patch): (usize, usize)| pictures[picture].labels.get(patch);
        let images = pictures.iter().filter(|picture| picture.labels.labelled().next().is_some()).count();
        let labelled = all.len();
        if labelled > memory {
            let mut frequency = [0_f64; 256];
            for &place in &all {
                label(place).iter().for_each(|&(class, _)| frequency[class as usize] += 1.0 / labelled as f64);
            }
            let mut stream = Stream::new(seed, Purpose::Bank, 0);
            let mut scored: Vec<(f64, usize)> = (all.iter().enumerate())
                .map(|(index, &place)| {
                    let common: f64 = label(place).iter().map(|&(class, _)| frequency[class as usize]).sum();
                    (common * f64::from(stream.uniform()), index)
                })
                .collect();
            if memory > 0 {
                scored.select_nth_unstable_by(memory - 1, |a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            }
            scored.truncate(memory);
            let mut kept: Vec<usize> = scored.into_iter().map(|(_, index)| index).collect();
            kept.sort_unstable();
            all = kept.into_iter().map(|index| all[index]).collect();
        }
        let dims = pictures.first().map_or((1, 1), |p| (p.patches.tokens.dim(), p.patches.gradients.dim()));
        let [mut tokens, mut gradients] = [dims.0, dims.1].map(|dim| Rows::with_capacity(dim, all.len()));
        let mut labels = SoftLabels::new();
        for (picture, patch) in all {
            tokens.push(pictures[picture].patches.tokens.row(patch));
            gradients.push(pictures[picture].patches.gradients.row(patch));
            labels.push(pictures[picture].labels.get(patch));
        }
        Self { tokens, gradients, labels, labelled, images }
    }

    /// Patches in the bank.
    pub fn len(&self) -> usize {
        self.tokens.view().len()
    }

    /// Whether nothing is labelled.
    pub fn is_empty(&self) -> bool {
        self.tokens.view().is_empty()
    }

    /// Labelled patches there were to choose from.
    pub fn labelled(&self) -> usize {
        self.labelled
    }

    /// Pictures with a labelled patch.
    pub fn images(&self) -> usize {
        self.images
    }

    /// The patches' labels.
    pub fn labels(&self) -> &SoftLabels {
        &self.labels
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The features of `count` patches: patch i has the token [i], and the same gradient.
    fn numbered(count: usize) -> Rows {
        Rows::new(1, (0..count).map(|i| i as f32).collect())
    }

    fn picture<'a>(rows: &'a Rows, labels: &'a SoftLabels) -> Labelled<'a> {
        Labelled { patches: Patches { tokens: rows.view(), gradients: rows.view() }, labels }
    }

    fn soft(labels: &[&[(u8, f32)]]) -> SoftLabels {
        let mut all = SoftLabels::new();
        labels.iter().for_each(|label| all.push(label));
        all
    }

    #[test]
    fn only_labelled_patches_count() {
        let (rows, labels) = (numbered(4), soft(&[&[], &[(3, 1.0)], &[], &[(1, 0.5), (3, 0.5)]]));
        let none = soft(&[&[]]);
        let bank = Bank::new(&[picture(&rows, &labels), picture(&rows, &none)], 10, 0);
        assert_eq!((bank.len(), bank.labelled(), bank.images()), (2, 2, 1));
        assert_eq!(bank.tokens.view().data(), [1.0, 3.0]);
        assert_eq!(bank.labels().get(1), [(1, 0.5), (3, 0.5)]);
    }

    #[test]
    fn a_full_bank_keeps_rare_classes() {
        // 990 patches of class 0 and 10 of class 1, of which 100 may stay: a fair draw would keep one of the ten.
        let labels: Vec<&[(u8, f32)]> =
            (0..1000).map(|i| if i % 100 == 50 { [(1, 1.0)].as_slice() } else { [(0, 1.0)].as_slice() }).collect();
        let (rows, labels) = (numbered(1000), soft(&labels));
        let rare = |seed| {
            let bank = Bank::new(&[picture(&rows, &labels)], 100, seed);
            assert_eq!((bank.len(), bank.labelled()), (100, 1000));
            (0..100).filter(|&i| bank.labels().get(i)[0].0 == 1).count()
        };
        assert!((0..5).all(|seed| rare(seed) >= 9), "{:?}", (0..5).map(rare).collect::<Vec<_>>());
    }

    #[test]
    fn the_seed_decides_which_stay() {
        let (rows, labels) = (numbered(200), soft(&vec![[(0, 1.0)].as_slice(); 200]));
        let pictures = [picture(&rows, &labels)];
        let tokens = |seed| Bank::new(&pictures, 20, seed).tokens;
        assert_eq!(tokens(1), tokens(1));
        assert_ne!(tokens(1), tokens(2));
        assert!(Bank::new(&pictures, 0, 0).is_empty());
    }
}
