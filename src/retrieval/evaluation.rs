//! Leave-one-out evaluation of several feature sets on a labelled gallery.

use serde::{Deserialize, Serialize};

use super::{Cosines, Weights, average_precision, majority, softmax_weighted};
use crate::fungi::{Features, Part};

/// A selection of parts, with a name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FeatureSet {
    /// Its name on the page and in tables: "Embedding + KL".
    pub name: String,
    /// The weight of each part.
    pub weights: Weights,
    /// Whether the gallery's mean is subtracted from every part, which is then normalised again.
    pub centred: bool,
}

impl FeatureSet {
    /// The sum of `parts`, named after them.
    pub fn of(parts: &[Part]) -> Self {
        let names: Vec<&str> = parts.iter().map(|part| part.name()).collect();
        Self { name: names.join(" + "), weights: Weights::of(parts), centred: false }
    }

    /// The sets worth comparing, limited to parts that are there according to `has`: each part alone, the embedding
    /// with one objective after the other added, and the embedding with the means.
    pub fn standard(has: impl Fn(Part) -> bool) -> Vec<Self> {
        use Part::{Dino, Embedding, Kl, MeanDino, MeanSimclr, Simclr};
        let sums: &[&[Part]] = &[
            &[Embedding, Kl],
            &[Embedding, Kl, Dino],
            &[Embedding, Kl, Dino, Simclr],
            &[Embedding, MeanDino],
            &[Embedding, MeanSimclr],
            &[Embedding, MeanDino, MeanSimclr],
        ];
        let alone = Part::ALL.iter().map(std::slice::from_ref);
        alone.chain(sums.iter().copied()).filter(|parts| parts.iter().all(|&part| has(part))).map(Self::of).collect()
    }
}

/// The result of one query under one feature set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The majority's class for each k; `None` without neighbours.
    pub predicted: Vec<Option<usize>>,
    /// The softmax-weighted class for each k.
    pub weighted: Vec<Option<usize>>,
    /// Average precision; `None` if no other image has the query's label.
    pub average_precision: Option<f64>,
}

/// One feature set over all queries.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// The feature set.
    pub set: FeatureSet,
    /// The neighbourhood sizes.
    pub ks: Vec<usize>,
    /// The true class of each query.
    pub labels: Vec<usize>,
    /// One outcome per query.
    pub outcomes: Vec<Outcome>,
}

impl Evaluation {
    /// For each query 1 where the majority of its `ks[which]` nearest has its label, else 0: what
    /// [`super::paired_difference`] takes. An image alone in its class counts, as 0.
    pub fn correct(&self, which: usize) -> Vec<f64> {
        self.share(|outcome| outcome.predicted.get(which).copied().flatten())
    }

    /// The same by the softmax-weighted vote.
    pub fn correct_weighted(&self, which: usize) -> Vec<f64> {
        self.share(|outcome| outcome.weighted.get(which).copied().flatten())
    }

    fn share(&self, vote: impl Fn(&Outcome) -> Option<usize>) -> Vec<f64> {
        let right = |(outcome, &label)| if vote(outcome) == Some(label) { 1.0 } else { 0.0 };
        self.outcomes.iter().zip(&self.labels).map(right).collect()
    }

    /// Accuracy for `ks[which]`; `None` without queries.
    pub fn accuracy(&self, which: usize) -> Option<f64> {
        super::mean(self.correct(which).into_iter().map(Some))
    }

    /// Mean average precision; `None` if no two images share a label.
    pub fn mean_average_precision(&self) -> Option<f64> {
        super::mean(self.outcomes.iter().map(|outcome| outcome.average_precision))
    }
}

/// Takes every item in turn as the query against all others, for every feature set and every k; `labels[i]` is the
/// class of `items[i]`. Memory grows with the number of items, not with its square. `tick` is called after each query.
pub fn evaluate(
    items: &[&Features],
    labels: &[usize],
    sets: &[FeatureSet],
    ks: &[usize],
    mut tick: impl FnMut(),
) -> Vec<Evaluation> {
    let start = |set: &FeatureSet| Evaluation {
        set: set.clone(),
        ks: ks.to_vec(),
        labels: labels.to_vec(),
        outcomes: Vec::with_capacity(items.len()),
    };
    let mut evaluations: Vec<Evaluation> = sets.iter().map(start).collect();
    for (query, (features, &label)) in items.iter().zip(labels).enumerate() {
        let cosines = Cosines::between(features, items.iter().copied());
        for evaluation in &mut evaluations {
            let order = cosines.order(&evaluation.set.weights, None, Some(query));
            evaluation.outcomes.push(outcome(&order, labels, label, ks));
        }
        tick();
    }
    evaluations
}

/// Temperature of DINO's k-NN vote.
const TEMPERATURE: f32 = 0.07;

fn outcome(order: &[(usize, f32)], labels: &[usize], label: usize, ks: &[usize]) -> Outcome {
    let classes: Vec<(usize, f32)> = order.iter().map(|&(item, score)| (labels[item], score)).collect();
    let nearest = |k: usize| &classes[..k.min(classes.len())];
    Outcome {
        predicted: ks.iter().map(|&k| majority(nearest(k).iter().map(|(class, _)| *class))).collect(),
        weighted: ks.iter().map(|&k| softmax_weighted(nearest(k), TEMPERATURE)).collect(),
        average_precision: average_precision(classes.iter().map(|(class, _)| *class == label)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A point on the circle, in degrees, as embedding; the KL part tells the classes apart perfectly.
    fn item(degrees: f32, class: usize) -> Features {
        let mut features = Features::new();
        features.set(Part::Embedding, vec![degrees.to_radians().cos(), degrees.to_radians().sin()]);
        features.set(Part::Kl, if class == 0 { vec![1.0, 0.0] } else { vec![-1.0, 0.0] });
        features
    }

    #[test]
    fn leave_one_out_by_hand() {
        let labels = [0, 0, 1, 1];
        let items: Vec<Features> = [0.0, 10.0, 15.0, 40.0].into_iter().zip(labels).map(|(d, c)| item(d, c)).collect();
        let items: Vec<&Features> = items.iter().collect();
        let sets = FeatureSet::standard(|part| matches!(part, Part::Embedding | Part::Kl));
        assert_eq!(sets.iter().map(|set| set.name.as_str()).collect::<Vec<_>>(), ["Embedding", "KL", "Embedding + KL"]);
        let mut ticks = 0;
        let evaluations = evaluate(&items, &labels, &sets, &[1, 3], || ticks += 1);
        assert_eq!(ticks, 4);
        // Nearest by angle: 0 -> 10 (right), 10 -> 15 (wrong), 15 -> 10 (wrong), 40 -> 15 (right).
        assert_eq!(evaluations[0].correct(0), [1.0, 0.0, 0.0, 1.0]);
        assert_eq!(evaluations[0].accuracy(0), Some(0.5));
        // All three others vote: two of the other class.
        assert_eq!(evaluations[0].accuracy(1), Some(0.0));
        // Rank of the one relevant item: 1, 2, 3, 1.
        let map = evaluations[0].mean_average_precision().unwrap();
        assert!((map - (1.0 + 0.5 + 1.0 / 3.0 + 1.0) / 4.0).abs() < 1e-12);
        assert_eq!(evaluations[1].accuracy(0), Some(1.0));
        assert_eq!(evaluations[1].mean_average_precision(), Some(1.0));
        assert_eq!(evaluations[2].accuracy(0), Some(1.0));
    }

    #[test]
    fn an_image_alone_in_its_class_has_no_precision() {
        let items = [item(0.0, 0), item(5.0, 1), item(9.0, 1)];
        let items: Vec<&Features> = items.iter().collect();
        let evaluation = evaluate(&items, &[0, 1, 1], &[FeatureSet::of(&[Part::Embedding])], &[20], || ()).remove(0);
        assert_eq!(evaluation.outcomes[0].average_precision, None);
        assert_eq!(evaluation.outcomes[2].average_precision, Some(1.0));
        assert_eq!(evaluation.correct(0)[0], 0.0);
    }
}
