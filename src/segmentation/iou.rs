//! Intersection over union, with pixels that don't count.

use serde::{Deserialize, Serialize};

use super::{Mask, UNLABELLED};

/// Intersection over union, by class and on average.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// IoU of each class that truth or prediction has, in 0..1, in order of class.
    pub classes: Vec<(u8, f32)>,
    /// Their mean: mIoU.
    pub mean: f32,
    /// The mean over the classes that the truth has: a class that was only predicted, wrongly, does not count as one with an
    /// IoU of 0, as in evaluations over a fixed list of classes.
    pub truth_mean: f32,
}

/// Pixels counted by class, over one picture or many: `intersection / (predicted + true - intersection)`.
#[derive(Debug, Clone)]
pub struct Iou {
    intersection: [u64; 256],
    predicted: [u64; 256],
    truth: [u64; 256],
}

impl Default for Iou {
    fn default() -> Self {
        Self { intersection: [0; 256], predicted: [0; 256], truth: [0; 256] }
    }
}

impl Iou {
    /// No pixel yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Counts a picture. Pixels that `truth` leaves unlabelled don't count, whatever was predicted there; a truth of
    /// another size is brought to the prediction's.
    pub fn add(&mut self, prediction: &Mask, truth: &Mask) {
        let truth = truth.resized(prediction.width, prediction.height);
        for (&predicted, &real) in prediction.labels.iter().zip(&truth.labels) {
            if real == UNLABELLED {
                continue;
            }
            self.truth[real as usize] += 1;
            self.predicted[predicted as usize] += 1;
            self.intersection[real as usize] += u64::from(predicted == real);
        }
    }

    /// IoU by class and their mean; `None` before any labelled pixel.
    pub fn score(&self) -> Option<Score> {
        let classes: Vec<(u8, f32)> = (0..UNLABELLED)
            .filter_map(|class| {
                let c = class as usize;
                let union = self.predicted[c] + self.truth[c] - self.intersection[c];
                (union > 0).then(|| (class, (self.intersection[c] as f64 / union as f64) as f32))
            })
            .collect();
        let mean = |there: &dyn Fn(u8) -> bool| {
            let ious = classes.iter().filter(|(class, _)| there(*class)).map(|&(_, iou)| f64::from(iou));
            (ious.clone().sum::<f64>() / ious.count() as f64) as f32
        };
        let (all, true_ones) = (mean(&|_| true), mean(&|class| self.truth[class as usize] > 0));
        // Every pixel that counts has a true class, so that there is one if there is any.
        (!classes.is_empty()).then_some(Score { classes, mean: all, truth_mean: true_ones })
    }

    /// Share of labelled pixels that are right; `None` before any.
    pub fn accuracy(&self) -> Option<f32> {
        let total: u64 = self.truth.iter().sum();
        (total > 0).then(|| (self.intersection.iter().sum::<u64>() as f64 / total as f64) as f32)
    }

    /// Share of labelled pixels that the most common true class has; `None` before any.
    pub fn majority_accuracy(&self) -> Option<f32> {
        let total: u64 = self.truth.iter().sum();
        (total > 0).then(|| (self.truth.iter().max().copied().unwrap_or(0) as f64 / total as f64) as f32)
    }

    /// The score of answering the most common true class everywhere: what any map should beat.
    pub fn majority(&self) -> Option<Score> {
        let total: u64 = self.truth.iter().sum();
        let common = (0..UNLABELLED).max_by_key(|&c| (self.truth[c as usize], u8::MAX - c))?;
        let mut always = Self { truth: self.truth, ..Self::new() };
        always.predicted[common as usize] = total;
        always.intersection[common as usize] = self.truth[common as usize];
        always.score()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mask(labels: &[u8]) -> Mask {
        Mask::new(labels.len() as u32, 1, labels.to_vec()).unwrap()
    }

    #[test]
    fn iou_by_hand_with_pixels_that_do_not_count() {
        let mut iou = Iou::new();
        iou.add(&mask(&[0, 0, 1, 1, 2, 7]), &mask(&[0, 1, 1, 1, 255, 255]));
        let score = iou.score().unwrap();
        // Class 0: 1 of 2; class 1: 2 of 3; classes 2 and 7 lie on pixels that don't count.
        assert_eq!(score.classes, [(0, 0.5), (1, 2.0 / 3.0)]);
        assert!((score.mean - 7.0 / 12.0).abs() < 1e-6 && score.truth_mean == score.mean);
        assert_eq!(iou.accuracy(), Some(0.75));
        assert_eq!(iou.majority_accuracy(), Some(0.75));
        // Always 1: 3 of 4 right, class 0 missed.
        assert_eq!(iou.majority().unwrap().classes, [(0, 0.0), (1, 0.75)]);
    }

    #[test]
    fn pictures_add_up_before_the_ratio() {
        let mut iou = Iou::new();
        iou.add(&mask(&[0]), &mask(&[0]));
        iou.add(&mask(&[1, 1, 1]), &mask(&[0, 0, 1]));
        assert_eq!(iou.score().unwrap().classes, [(0, 1.0 / 3.0), (1, 1.0 / 3.0)]);
    }

    #[test]
    fn a_class_that_was_only_predicted_counts_in_one_mean_alone() {
        let mut iou = Iou::new();
        iou.add(&mask(&[0, 0, 1, 5]), &mask(&[0, 0, 1, 1]));
        let score = iou.score().unwrap();
        assert_eq!(score.classes, [(0, 1.0), (1, 0.5), (5, 0.0)]);
        assert_eq!((score.mean, score.truth_mean), (0.5, 0.75));
    }

    #[test]
    fn nothing_labelled_gives_no_score() {
        let mut iou = Iou::new();
        iou.add(&mask(&[0, 1]), &mask(&[255, 255]));
        assert_eq!((iou.score(), iou.accuracy(), iou.majority()), (None, None, None));
    }
}
