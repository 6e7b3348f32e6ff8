//! What an image costs in a stage that none has come through yet: by the time that a view takes, which follows the latest
//! images, so that the time left is true of a machine that has become slow.

/// How much an image counts beside those before it.
const LATEST: f64 = 0.1;

/// Views by stage, and the time of a view.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cost {
    /// Views of an image, by stage.
    views: Vec<usize>,
    /// How many workers share the work.
    workers: usize,
    /// Milliseconds for a view in one worker.
    view: f64,
}

impl Cost {
    /// `views` of an image by stage; `view`: milliseconds for one, as far as is known before an image was computed.
    pub fn new(views: Vec<usize>, workers: usize, view: f64) -> Self {
        Self { views, workers, view }
    }

    /// A worker has computed a stage of an image in so many milliseconds.
    pub fn computed(&mut self, stage: usize, millis: f64) {
        if let Some(&views) = self.views.get(stage).filter(|views| **views > 0) {
            self.view += LATEST * (millis / views as f64 - self.view);
        }
    }

    /// Milliseconds for a view in one worker.
    pub fn view(&self) -> f64 {
        self.view
    }

    /// Milliseconds for an image by stage, all workers together.
    pub fn stages(&self) -> Vec<f64> {
        self.views.iter().map(|&views| self.view * views as f64 / self.workers.max(1) as f64).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_to_come_cost_what_views_cost_lately() {
        let mut cost = Cost::new(vec![1, 12, 49], 2, 10.0);
        assert_eq!(cost.stages(), [5.0, 60.0, 245.0]);
        // The machine has become three times as slow.
        (0..40).for_each(|_| cost.computed(1, 12.0 * 30.0));
        assert!((cost.view() - 30.0).abs() < 0.5 && (cost.stages()[2] - 735.0).abs() < 10.0, "{cost:?}");
        cost.computed(7, 1e9);
        assert!(cost.view() < 31.0, "there is no such stage");
    }
}
