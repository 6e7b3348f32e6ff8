//! Which feature set is the best for a gallery, in one sentence that says how sure that is.
//!
//! The best of many is the best partly by luck, so its interval is widened for as many comparisons as were made
//! (Bonferroni): at 95 %, all intervals hold together, whichever is looked at.

use super::{Difference, FeatureSet, Metric, Row, Verdict, Weights};

/// Below this number of images, an interval from a bootstrap over them is a guess.
const FEW: usize = 30;

/// The best feature set by one measure, and how it compares.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// Place of its row; `None` where the embedding itself is the best.
    pub best: Option<usize>,
    /// What it gains on the embedding, widened for all comparisons.
    pub gain: Option<Difference>,
    /// Feature sets that were compared with the embedding.
    pub compared: usize,
}

/// The paper's feature, which people know as FUNGI.
pub fn is_fungi(set: &FeatureSet) -> bool {
    !set.centred && set.weights == Weights::fungi()
}

/// Finds the best row by a measure; `None` while fewer than two rows have it.
pub fn summarise<'a>(rows: impl Iterator<Item = &'a Row> + Clone, metric: Metric, k: usize) -> Option<Summary> {
    let values = || rows.clone().enumerate().filter_map(|(place, row)| Some((place, row, row.value(metric, k)?)));
    let compared = values().filter(|(_, row, _)| !row.set.is_embedding()).count();
    if compared == 0 || values().count() == compared {
        return None;
    }
    // Of equals, the first: rows begin with what is simplest.
    let (place, row, value) = values().reduce(|best, next| if next.2.value > best.2.value { next } else { best })?;
    let best = (!row.set.is_embedding()).then_some(place);
    Some(Summary { best, gain: value.against_embedding.map(|gain| widened(&gain, compared)), compared })
}

/// A 95 % interval, widened so that `comparisons` of its kind hold together. The bootstrap's means are taken for normal
/// beyond the percentiles that it gives.
pub fn widened(difference: &Difference, comparisons: usize) -> Difference {
    let factor = upper_quantile(0.025 / comparisons.max(1) as f64) / upper_quantile(0.025);
    Difference {
        mean: difference.mean,
        low: difference.mean - (difference.mean - difference.low) * factor,
        high: difference.mean + (difference.high - difference.mean) * factor,
    }
}

/// The normal distribution's quantile with that probability above it, up to a half; to 5e-4 (Abramowitz and Stegun, 26.2.23).
fn upper_quantile(above: f64) -> f64 {
    let t = (-2.0 * above.ln()).sqrt();
    t - (2.515_517 + t * (0.802_853 + t * 0.010_328)) / (1.0 + t * (1.432_788 + t * (0.189_269 + t * 0.001_308)))
}

impl Summary {
    /// The sentence. `rows`: those that it was made of; `fungi`: how much better the best is than FUNGI, if that is known.
    pub fn words(
        &self,
        rows: &[&Row],
        metric: &str,
        (images, classes): (usize, usize),
        fungi: Option<Difference>,
    ) -> String {
        let on = format!("On your {images} images in {classes} classes");
        let few = if images < FEW { " With so few images, this is little more than a guess." } else { "" };
        let among = match self.compared {
            1 => String::new(),
            n => format!(" The interval allows for {n} sets having been compared."),
        };
        let Some(best) = self.best.and_then(|place| rows.get(place)) else {
            return format!("{on}, nothing beats the embedding by {metric}{}.{few}", of_sets(self.compared));
        };
        let name = name(&best.set);
        let Some(gain) = self.gain else {
            return format!(
                "{on}, {name} has the highest {metric}{}; how sure that is can't be said.{few}",
                of_sets(self.compared)
            );
        };
        let beside = match fungi.map(|better| better.verdict()).filter(|_| !is_fungi(&best.set)) {
            None => "",
            Some(Verdict::Better) => "; FUNGI falls short of it",
            Some(Verdict::Worse) => "; FUNGI is better still",
            Some(Verdict::NotDistinguishable) => "; FUNGI is not distinguishable from it",
        };
        match gain.verdict() {
            Verdict::Better => {
                format!("{on}, {name} beats the embedding by {} of {metric}{beside}.{among}{few}", range(&gain))
            }
            _ => format!(
                "{on}, no feature set is distinguishable from the embedding by {metric}: the highest, {name}, lies between {}.{among}{few}",
                either_side(&gain)
            ),
        }
    }
}

/// A set's name within a sentence.
pub fn name(set: &FeatureSet) -> String {
    let name = if is_fungi(&FeatureSet { centred: false, ..set.clone() }) { "FUNGI" } else { &set.name };
    if set.centred { format!("{name} (centred)") } else { name.to_owned() }
}

/// "of 31 sets", where there were several.
fn of_sets(compared: usize) -> String {
    if compared == 1 { String::new() } else { format!(", of {compared} sets") }
}

/// "4 to 12 points".
fn range(gain: &Difference) -> String {
    format!("{} to {} points", points(gain.low), points(gain.high))
}

/// "2 points below it and 5 above".
fn either_side(gain: &Difference) -> String {
    format!("{} points below it and {} above", points(-gain.low), points(gain.high))
}

/// A share in points, to a tenth where it is small.
fn points(share: f64) -> String {
    let tenths = (share * 1000.0).round() as i64;
    match tenths.abs() {
        0..100 if tenths % 10 != 0 => {
            format!("{}{}.{}", if tenths < 0 { "-" } else { "" }, tenths.abs() / 10, tenths.abs() % 10)
        }
        _ => format!("{}", (share * 100.0).round() as i64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fungi::Part;
    use crate::retrieval::Value;

    fn row(parts: &[Part], value: f64, gain: Option<(f64, f64)>) -> Row {
        let against_embedding = gain.map(|(low, high)| Difference { mean: (low + high) / 2.0, low, high });
        let value = Value { value, deviation: None, against_embedding };
        Row { set: FeatureSet::of(parts), at_k: Vec::new(), values: vec![(Metric::Map, value)] }
    }

    const MEAN: [Part; 2] = [Part::Embedding, Part::MeanDino];
    const FUNGI: [Part; 4] = [Part::Embedding, Part::Kl, Part::Dino, Part::Simclr];

    fn said(rows: &[Row], images: usize, fungi: Option<Difference>) -> Option<String> {
        let summary = summarise(rows.iter(), Metric::Map, 10)?;
        Some(summary.words(&rows.iter().collect::<Vec<_>>(), "mAP", (images, 6), fungi))
    }

    #[test]
    fn the_best_is_told_with_what_is_sure_of_it() {
        let rows = [row(&[Part::Embedding], 0.5, None), row(&MEAN, 0.58, Some((0.04, 0.12)))];
        assert_eq!(
            said(&rows, 120, None).unwrap(),
            "On your 120 images in 6 classes, Embedding + DINO views' mean beats the embedding by 4 to 12 points of mAP."
        );
        let equal = Difference { mean: 0.01, low: -0.02, high: 0.04 };
        let three = [rows[0].clone(), rows[1].clone(), row(&FUNGI, 0.57, Some((0.02, 0.12)))];
        let words = said(&three, 120, Some(equal)).unwrap();
        assert!(words.contains("beats the embedding by 3.4 to 13 points"), "{words}");
        assert!(words.contains("; FUNGI is not distinguishable from it. The interval allows for 2 sets"), "{words}");
        let worse = Difference { mean: 0.05, low: 0.02, high: 0.08 };
        assert!(said(&three, 120, Some(worse)).unwrap().contains("; FUNGI falls short of it"));
    }

    #[test]
    fn luck_among_many_is_no_gain() {
        // Better by itself, but not among thirty.
        let mut rows = vec![row(&[Part::Embedding], 0.5, None), row(&MEAN, 0.55, Some((0.005, 0.095)))];
        assert!(said(&rows, 120, None).unwrap().contains("beats"));
        rows.extend((0..29).map(|_| row(&[Part::Kl], 0.4, Some((-0.2, 0.0)))));
        let words = said(&rows, 120, None).unwrap();
        assert!(words.contains("no feature set is distinguishable from the embedding by mAP"), "{words}");
        assert!(words.contains("points below it and"), "{words}");
    }

    #[test]
    fn nothing_is_said_before_there_is_something_to_compare() {
        let embedding = row(&[Part::Embedding], 0.5, None);
        assert_eq!(said(std::slice::from_ref(&embedding), 120, None), None);
        assert_eq!(said(&[row(&MEAN, 0.5, None)], 120, None), None, "without the embedding");
        let rows = [embedding, row(&MEAN, 0.4, Some((-0.2, 0.0)))];
        let words = said(&rows, 12, None).unwrap();
        assert!(words.contains("nothing beats the embedding by mAP."), "{words}");
        assert!(words.ends_with("With so few images, this is little more than a guess."), "{words}");
    }

    #[test]
    fn quantiles_are_the_normal_distributions() {
        for (above, z) in [(0.025, 1.959_964), (0.005, 2.575_829), (0.025 / 31.0, 3.153_4), (0.5, 0.0)] {
            assert!((upper_quantile(above) - z).abs() < 1e-3, "{above}");
        }
        let one = Difference { mean: 0.1, low: 0.0, high: 0.3 };
        assert_eq!(widened(&one, 1), one);
        let many = widened(&one, 10);
        assert!(((many.high - 0.1) / (0.1 - many.low) - 2.0).abs() < 1e-9, "each side by its own width");
    }
}
