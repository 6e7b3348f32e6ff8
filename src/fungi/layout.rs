//! Which rows belong to which objective.
//!
//! An image's sets of views are concatenated in the order of [`super::Settings::view_sets`], and each view has a row in
//! the tensors after the backbone. The first objective that uses a set gets the views' own rows; each further one gets
//! copies of them, after all views. So every objective has rows of its own, and one backward pass through the tail and
//! one projection serve all of them.

use std::ops::Range;

use burn::prelude::*;

use super::ViewSet;

/// The rows of one image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Layout {
    /// Views that an image is cut into.
    pub views: usize,
    /// The views that are copied, in the order of the copies.
    pub copies: Vec<Range<usize>>,
    /// Rows in all: views, then copies.
    pub rows: usize,
    /// The rows of each objective.
    pub objectives: Vec<Range<usize>>,
}

impl Layout {
    /// The rows of an image that is cut into `sets`, for objectives that use `wanted`, at a model's input `side`.
    pub fn new(sets: &[ViewSet], wanted: &[ViewSet], side: usize) -> Self {
        let mut views = 0;
        let mut ranges = Vec::new();
        for &set in sets {
            ranges.push((set, views..views + set.count(side), false));
            views += set.count(side);
        }
        let (mut rows, mut copies, mut objectives) = (views, Vec::new(), Vec::new());
        for wanted in wanted {
            for (_, range, taken) in ranges.iter_mut().filter(|(set, ..)| set == wanted) {
                if std::mem::replace(taken, true) {
                    objectives.push(rows..rows + range.len());
                    rows += range.len();
                    copies.push(range.clone());
                } else {
                    objectives.push(range.clone());
                }
            }
        }
        Self { views, copies, rows, objectives }
    }

    /// Adds the copies to the rows of some images' views: `[B V, E]` to `[B R, E]`.
    pub fn copied(&self, x: Tensor<2>) -> Tensor<2> {
        if self.copies.is_empty() {
            return x;
        }
        let [rows, dim] = x.dims();
        let images = rows / self.views;
        let x = x.reshape([images, self.views, dim]);
        let copies = self.copies.iter().map(|range| x.clone().slice([0..images, range.clone()]));
        Tensor::cat(std::iter::once(x.clone()).chain(copies).collect(), 1).reshape([images * self.rows, dim])
    }

    /// A row for each range, `[1, ranges, rows]`: `value(range)` within the range, 0 elsewhere. None without ranges.
    pub fn lines(&self, ranges: &[Range<usize>], value: fn(usize) -> f32, device: &Device) -> Option<Tensor<3>> {
        let line = |range: &Range<usize>| {
            let (range, inside) = (range.clone(), value(range.len()));
            (0..self.rows).map(move |row| if range.contains(&row) { inside } else { 0.0 })
        };
        let values: Vec<f32> = ranges.iter().flat_map(line).collect();
        let shape = [1, ranges.len(), self.rows];
        (!ranges.is_empty()).then(|| Tensor::from_data(TensorData::new(values, shape), device))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Objective, Settings};
    use super::*;

    fn layout(settings: &Settings) -> Layout {
        let wanted: Vec<ViewSet> = settings.objectives.iter().map(Objective::views).collect();
        Layout::new(&settings.view_sets(), &wanted, 64)
    }

    #[test]
    fn rows_follow_the_sets() {
        let all = layout(&Settings::default());
        assert_eq!((all.objectives, all.views, all.rows), (vec![0..1, 1..13, 13..62], 62, 62));
        let [kl, _, simclr] = Objective::all().try_into().unwrap();
        let two = layout(&Settings::default().with_objectives(vec![kl, simclr]));
        assert_eq!((two.objectives, two.views, two.rows), (vec![0..1, 1..50], 50, 50));
        let none = layout(&Settings::default().with_objectives(Vec::new()));
        assert_eq!((none.objectives.len(), none.views), (0, 1));
        assert!(none.lines(&[], |_| 1.0, &Device::flex()).is_none());
        let simclr = ViewSet::Windows { strides: 6 };
        let alone = Layout::new(&[simclr], &[simclr], 64);
        assert_eq!((alone.objectives[0].clone(), alone.views), (0..49, 49));
    }

    #[test]
    fn shared_views_are_copied_after_all_others() {
        let crops = ViewSet::Crops { global: 2, local: 1 };
        let wanted = [crops, ViewSet::Inference, crops, ViewSet::Inference];
        let layout = Layout::new(&[ViewSet::Inference, crops], &wanted, 64);
        assert_eq!((layout.views, layout.rows), (4, 8));
        assert_eq!(layout.objectives, [1..4, 0..1, 4..7, 7..8]);
        assert_eq!(layout.copies, [1..4, 0..1]);
        // Two images of four views, one number each.
        let x = Tensor::from_data([[0.0], [1.0], [2.0], [3.0], [10.0], [11.0], [12.0], [13.0]], &Device::flex());
        let copied = layout.copied(x).into_data();
        let expected = [0., 1., 2., 3., 1., 2., 3., 0., 10., 11., 12., 13., 11., 12., 13., 10.];
        assert_eq!(copied.try_to_vec::<f32>().unwrap(), expected);
    }
}
