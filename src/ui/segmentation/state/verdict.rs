//! Which of the two maps is nearer to the true labels, in words.

use super::feature::Feature;
use crate::ui::numbers::fixed;

/// Which map scores higher, by how much, and both scores: mean IoU, in 0..1. Scores that read the same count as the same.
pub fn verdict(embedding: f32, fungi: f32) -> String {
    let hundredths = |iou: f32| (f64::from(iou) * 100.0).round();
    let read = |hundredths: f64| fixed(hundredths / 100.0, 2);
    let mut both = [(Feature::Embedding, hundredths(embedding)), (Feature::Fungi, hundredths(fungi))];
    both.sort_by(|a, b| b.1.total_cmp(&a.1));
    let [(winner, higher), (_, lower)] = both;
    if higher.total_cmp(&lower).is_eq() {
        return format!("Both maps have a mean IoU of {}.", read(higher));
    }
    let by = read(higher - lower);
    format!("{} is nearer to the truth: mean IoU {} against {}, {by} higher.", winner.name(), read(higher), read(lower))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_winner_is_named_with_its_lead() {
        let sentence = verdict(0.62, 0.654);
        assert_eq!(sentence, "FUNGI is nearer to the truth: mean IoU 0.65 against 0.62, 0.03 higher.");
        assert!(
            verdict(0.7, 0.2).starts_with("Embedding is nearer to the truth: mean IoU 0.70 against 0.20, 0.50 higher")
        );
        assert_eq!(verdict(0.651, 0.654), "Both maps have a mean IoU of 0.65.");
    }
}
