//! From the bank's labels to the query's (arXiv 2407.10964, section 4.3 and its appendix).

use super::{Bank, ClassMap, Hits, Patches, nearest};

/// The query's classes under both features.
#[derive(Debug, Clone, PartialEq)]
pub struct Both {
    /// By the tokens alone.
    pub embedding: ClassMap,
    /// By tokens and gradients.
    pub fungi: ClassMap,
}

/// Gives every patch of `query` the mean label of its `k` nearest patches in the bank, weighted by
/// `softmax(cosine / temperature)`. If the bank has fewer patches, all of them vote; an empty bank gives no class.
///
/// # Panics
///
/// If query and bank have features of different widths.
pub fn propagate(query: Patches<'_>, bank: &Bank, k: usize, temperature: f32) -> Both {
    let classes = bank.labels.classes();
    if bank.is_empty() {
        let nothing = ClassMap::new(classes, Vec::new());
        return Both { embedding: nothing.clone(), fungi: nothing };
    }
    let hits = nearest(&[query.tokens, query.gradients], &[bank.tokens.view(), bank.gradients.view()], k);
    let map = |hits: &Hits| ClassMap::new(classes.clone(), vote(hits, bank, &classes, temperature));
    Both { embedding: map(&hits[0]), fungi: map(&hits[1]) }
}

/// The weighted label mean of every query: `[queries, classes]`, each row adding up to 1.
fn vote(hits: &Hits, bank: &Bank, classes: &[u8], temperature: f32) -> Vec<f32> {
    let mut place = [0_usize; 256];
    classes.iter().enumerate().for_each(|(i, &class)| place[class as usize] = i);
    let queries = hits.indices.len() / hits.k.max(1);
    let mut shares = vec![0.0; queries * classes.len()];
    for (query, shares) in shares.chunks_exact_mut(classes.len().max(1)).enumerate() {
        // The nearest comes first, so that no exponent is above 0.
        let largest = hits.of(query).next().map_or(0.0, |(_, cosine)| cosine);
        let mut total = 0.0;
        for (index, cosine) in hits.of(query) {
            let weight = ((cosine - largest) / temperature).exp();
            total += weight;
            for &(class, share) in bank.labels.get(index as usize) {
                shares[place[class as usize]] += weight * share;
            }
        }
        shares.iter_mut().for_each(|share| *share /= total);
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segmentation::{Labelled, Rows, SoftLabels};

    fn rows(degrees: &[f32]) -> Rows {
        Rows::new(2, degrees.iter().flat_map(|d| [d.to_radians().cos(), d.to_radians().sin()]).collect())
    }

    /// Bank patches at 0, 60 and 180 degrees by token; gradients at 90, 0, 0.
    fn bank() -> Bank {
        let (tokens, gradients) = (rows(&[0.0, 60.0, 180.0]), rows(&[90.0, 0.0, 0.0]));
        let mut labels = SoftLabels::new();
        labels.push(&[(2, 1.0)]);
        labels.push(&[(2, 0.25), (7, 0.75)]);
        labels.push(&[(9, 1.0)]);
        let patches = Patches { tokens: tokens.view(), gradients: gradients.view() };
        Bank::new(&[Labelled { patches, labels: &labels }], 10, 0)
    }

    /// The classes of patches at such angles by token, all at 0 degrees by gradient.
    fn classes(degrees: &[f32], bank: &Bank, k: usize, temperature: f32) -> Both {
        let (tokens, gradients) = (rows(degrees), rows(&vec![0.0; degrees.len()]));
        propagate(Patches { tokens: tokens.view(), gradients: gradients.view() }, bank, k, temperature)
    }

    #[test]
    fn propagation_by_hand() {
        let both = classes(&[0.0], &bank(), 2, 0.5);
        // Embedding: cosines 1 and 0.5 of the two nearest, so weights 1 and 1/e.
        let w = (-1.0_f32).exp();
        let expected = [(1.0 + 0.25 * w) / (1.0 + w), 0.75 * w / (1.0 + w), 0.0];
        assert_eq!(both.embedding.classes(), [2, 7, 9]);
        for (share, expected) in both.embedding.shares().iter().zip(expected) {
            assert!((share - expected).abs() < 1e-6);
        }
        // FUNGI: (1 + 0)/2 = 0.5, (0.5 + 1)/2 = 0.75, (-1 + 1)/2 = 0: the second patch leads.
        let w = (-0.5_f32).exp();
        let expected = [(0.25 + w) / (1.0 + w), 0.75 / (1.0 + w), 0.0];
        for (share, expected) in both.fungi.shares().iter().zip(expected) {
            assert!((share - expected).abs() < 1e-6);
        }
    }

    #[test]
    fn all_of_a_small_bank_votes() {
        let both = classes(&[10.0, 170.0], &bank(), 90, 0.1);
        for map in [both.embedding, both.fungi] {
            for row in map.shares().chunks_exact(3) {
                assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-6);
            }
        }
    }

    #[test]
    fn an_empty_bank_gives_no_class() {
        let both = classes(&[10.0], &Bank::new(&[], 10, 0), 30, 0.02);
        assert!(both.fungi.classes().is_empty() && both.fungi.labels(3, 2).labels.iter().all(|&l| l == 255));
    }
}
