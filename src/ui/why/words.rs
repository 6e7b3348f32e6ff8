//! What the panel says in words beside the engine's own sentences. Decisions only: no browser is needed.

use super::facet::weighed;
use crate::fungi::{Explanation, Pair, Part};
use crate::retrieval::Weights;
use crate::ui::numbers::fixed;

/// A number with its sign.
pub fn signed(number: f32, digits: u32) -> String {
    let shown = fixed(f64::from(number), digits);
    if shown.starts_with('-') { shown } else { format!("+{shown}") }
}

/// A share with its sign; a small one with a digit after the point.
pub fn signed_percent(share: f32) -> String {
    let (sign, size) = (if share < 0.0 { "-" } else { "" }, 100.0 * f64::from(share.abs()));
    match size {
        0.0 => "0 %".to_owned(),
        size if size < 0.05 => "under 0.1 %".to_owned(),
        size => format!("{sign}{} %", fixed(size, if size < 9.95 { 1 } else { 0 })),
    }
}

/// How the parts make up the score, without projection: which adds most, and which least.
pub fn of_sum(parts: &[Explanation], weights: &Weights) -> String {
    let mut shares: Vec<(Part, f32)> =
        weighed(parts, weights).into_iter().map(|(of, weight)| (of.part, weight * exact(of))).collect();
    shares.sort_by(|a, b| b.1.total_cmp(&a.1));
    let adds = |(part, value): &(Part, f32)| format!("{} {}", part.name(), signed(*value, 3));
    let sum: f32 = shares.iter().map(|(_, value)| value).sum();
    match &shares[..] {
        [] => "Give at least one part a weight.".to_owned(),
        shares => {
            let told: Vec<String> = shares.iter().map(adds).collect();
            format!("Of a score of {} without projection: {}.", fixed(f64::from(sum), 3), told.join(", "))
        }
    }
}

/// A part's cosine without projection. The embedding is not projected.
fn exact(of: &Explanation) -> f32 {
    if of.part == Part::Embedding { of.cosine as f32 } else { of.pairs.cosine as f32 }
}

/// What a part's cosine is, and what it would be without projection.
pub fn facts(of: &Explanation) -> String {
    let cosine = format!("Cosine {}", fixed(of.cosine, 3));
    let sum = fixed(of.pairs.cosine, 3);
    match (of.part, of.noise) {
        (Part::Embedding, _) => {
            format!(
                "{cosine}. It comes from one view; its patches, weighed by attention, are only a guide to it: {sum}."
            )
        }
        (_, Some(noise)) => {
            format!("{cosine}; {sum} without projection, which moves it by about {}.", fixed(noise, 3))
        }
        (_, None) => format!("{cosine}, the sum of all pairs."),
    }
}

/// A pair's two factors, in numbers.
pub fn factors(pair: &Pair) -> String {
    let content = format!("what they show {}", signed(pair.content, 2));
    match pair.direction {
        Some(direction) => format!("{content}, way of the loss {}", signed(direction, 2)),
        None => content,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fungi::{Contributions, ViewSet};

    fn part(part: Part, cosine: f64, sum: f64, noise: Option<f64>) -> Explanation {
        let pairs = Contributions {
            rows: 1,
            columns: 1,
            pairs: vec![sum as f32],
            content: vec![0.5],
            direction: Vec::new(),
            cosine: sum,
        };
        Explanation { part, views: ViewSet::Inference, regions: [Vec::new(), Vec::new()], cosine, noise, pairs }
    }

    #[test]
    fn the_sum_tells_what_each_part_adds() {
        let parts = [part(Part::Embedding, 0.8, 0.6, None), part(Part::Kl, 0.3, 0.4, Some(0.05))];
        let said = of_sum(&parts, &Weights::fungi());
        assert_eq!(said, "Of a score of 0.600 without projection: Embedding +0.400, KL +0.200.");
        assert!(of_sum(&parts, &Weights::of(&[])).contains("weight"));
    }

    #[test]
    fn a_part_tells_its_cosine_and_what_projection_costs() {
        let kl = facts(&part(Part::Kl, 0.3, 0.4, Some(0.05)));
        assert_eq!(kl, "Cosine 0.300; 0.400 without projection, which moves it by about 0.050.");
        assert!(facts(&part(Part::Embedding, 0.8, 0.6, None)).contains("only a guide to it: 0.600"));
        assert_eq!(facts(&part(Part::MeanDino, 0.8, 0.8, None)), "Cosine 0.800, the sum of all pairs.");
    }

    #[test]
    fn small_shares_are_told_apart() {
        let told = [0.0, 0.0004, 0.0061, -0.0994, 0.0996, -1.0].map(signed_percent);
        assert_eq!(told, ["0 %", "under 0.1 %", "0.6 %", "-9.9 %", "10 %", "-100 %"]);
    }

    #[test]
    fn a_pair_tells_its_factors() {
        let pair = |direction| factors(&Pair { first: 0, second: 1, value: -0.1, content: 0.2, direction });
        assert_eq!(pair(Some(-0.7)), "what they show +0.20, way of the loss -0.70");
        assert_eq!(pair(None), "what they show +0.20");
    }
}
