//! Which of an image's views belongs to whom. Views lie one behind the other: the inference view, DINO's, SimCLR's.

use std::ops::Range;

use burn::prelude::*;

use super::Settings;

/// The views of one image, by their use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Layout {
    kl: Option<Range<usize>>,
    pub dino: Option<Range<usize>>,
    pub simclr: Option<Range<usize>>,
    pub views: usize,
}

impl Layout {
    /// The views that the settings need at a model's input `side`.
    pub fn new(settings: &Settings, side: usize) -> Self {
        let mut views = 1;
        let mut take = |count: usize| {
            views += count;
            views - count..views
        };
        let dino = settings.dino.as_ref().map(|dino| take(dino.views()));
        let simclr = settings.simclr.as_ref().map(|simclr| take(simclr.views(side)));
        Self { kl: settings.kl.as_ref().map(|_| 0..1), dino, simclr, views }
    }

    /// Views of each objective that is on.
    pub fn objectives(&self) -> Vec<Range<usize>> {
        [&self.kl, &self.dino, &self.simclr].into_iter().flatten().cloned().collect()
    }

    /// Views of each mean that is free: DINO's, SimCLR's.
    pub fn means(&self) -> Vec<Range<usize>> {
        [&self.dino, &self.simclr].into_iter().flatten().cloned().collect()
    }

    /// A row for each range, `[1, ranges, views]`: `value(range)` at its views, 0 elsewhere. None without ranges.
    pub fn rows(&self, ranges: &[Range<usize>], value: fn(usize) -> f32, device: &Device) -> Option<Tensor<3>> {
        let row = |range: &Range<usize>| {
            let (range, inside) = (range.clone(), value(range.len()));
            (0..self.views).map(move |view| if range.contains(&view) { inside } else { 0.0 })
        };
        let values: Vec<f32> = ranges.iter().flat_map(row).collect();
        let shape = [1, ranges.len(), self.views];
        (!ranges.is_empty()).then(|| Tensor::from_data(TensorData::new(values, shape), device))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn views_are_shared_out_in_order() {
        let all = Layout::new(&Settings::default(), 64);
        assert_eq!((all.objectives(), all.views), (vec![0..1, 1..13, 13..62], 62));
        let simclr = Layout::new(&Settings { dino: None, ..Settings::default() }, 64);
        assert_eq!((simclr.objectives(), simclr.views), (vec![0..1, 1..50], 50));
        assert_eq!(simclr.means(), simclr.objectives()[1..]);
        let none = Layout::new(&Settings { kl: None, dino: None, simclr: None, ..Settings::default() }, 64);
        assert_eq!((none.objectives().len(), none.views), (0, 1));
        assert!(none.rows(&none.objectives(), |_| 1.0, &Device::flex()).is_none());
    }
}
