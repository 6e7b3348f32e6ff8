//! Views that are pointed at, and what is drawn over the two images then. Decisions only: no browser is needed.

use super::facet::{Facet, Strong, by_view};
use crate::fungi::{Explanation, Heat, Part, Region, ViewSet};
use crate::retrieval::Weights;

/// Most partners that light up in the other image.
const PARTNERS: usize = 3;

/// Views that are pointed at, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// One view of the first (0) or second (1) image.
    View {
        /// Whose.
        image: usize,
        /// Which.
        view: usize,
    },
    /// A pair among the strongest.
    Pair(usize),
}

/// What is drawn over an image.
#[derive(Debug, Clone, PartialEq)]
pub struct Overlay {
    /// Where the likeness lies.
    pub heat: Heat,
    /// Views that are marked, the strongest first.
    pub boxes: Vec<Region>,
}

/// What is drawn over the first (0) or second (1) image, on a grid of `size` cells.
pub fn overlay(
    parts: &[Explanation],
    facet: Facet,
    weights: &Weights,
    strongest: &[Strong],
    mark: Option<Mark>,
    image: usize,
    size: (usize, usize),
) -> Overlay {
    let base = || facet.heat(parts, weights, image, size);
    match mark {
        Some(Mark::Pair(place)) => {
            let boxes = strongest.get(place).map(|pair| pair.regions[image]);
            Overlay { heat: base(), boxes: boxes.into_iter().collect() }
        }
        Some(Mark::View { image: own, view }) if own == image => {
            let place = facet.part(parts).and_then(|of| of.regions[image].get(view).copied());
            Overlay { heat: base(), boxes: place.into_iter().collect() }
        }
        Some(Mark::View { image: other, view }) if let Some(of) = facet.part(parts) => {
            let values = partners(of, other, view);
            let heat = Heat::of(&of.regions[image], &values, size.0, size.1);
            let mut order: Vec<usize> = (0..values.len()).filter(|&at| values[at] != 0.0).collect();
            order.sort_by(|&a, &b| values[b].abs().total_cmp(&values[a].abs()));
            let boxes = order.into_iter().take(PARTNERS).map(|at| of.regions[image][at]).collect();
            Overlay { heat, boxes }
        }
        _ => Overlay { heat: base(), boxes: Vec::new() },
    }
}

/// What a view of an image adds together with each of the other's.
pub fn partners(of: &Explanation, image: usize, view: usize) -> Vec<f32> {
    let (rows, columns) = (of.pairs.rows, of.pairs.columns);
    match image {
        0 if view < rows => (0..columns).map(|other| of.pairs.pair(view, other).value).collect(),
        1 if view < columns => (0..rows).map(|other| of.pairs.pair(other, view).value).collect(),
        _ => Vec::new(),
    }
}

/// What a view adds, in words: its name, and its share of what all of its image's views add and take away.
pub fn adds(of: &Explanation, image: usize, view: usize) -> Option<(String, f32)> {
    let values = by_view(of, image);
    let all: f32 = values.iter().map(|value| value.abs()).sum();
    Some((of.name(view), values.get(view)? / all.max(f32::MIN_POSITIVE)))
}

/// Lines that show where the views of a part lie: boxes for crops, a grid for windows; as a path in a picture of 1000 x 1000.
/// Empty for patches, which would cover everything.
pub fn outline(of: &Explanation, image: usize) -> String {
    let regions = &of.regions[image];
    match of.views {
        _ if of.part == Part::Embedding => String::new(),
        ViewSet::Inference | ViewSet::Crops { .. } => regions.iter().map(|region| rectangle(*region)).collect(),
        ViewSet::Windows { .. } => {
            let mut xs: Vec<f32> = regions.iter().flat_map(|of| [of.left, of.left + of.width]).collect();
            let mut ys: Vec<f32> = regions.iter().flat_map(|of| [of.top, of.top + of.height]).collect();
            for lines in [&mut xs, &mut ys] {
                lines.sort_by(f32::total_cmp);
                lines.dedup_by(|a, b| (*a - *b).abs() < 1e-4);
            }
            let [left, right, top, bottom] =
                [xs.first(), xs.last(), ys.first(), ys.last()].map(|end| thousandths(end.copied().unwrap_or_default()));
            let down = xs.iter().map(|x| format!("M{} {top}V{bottom}", thousandths(*x)));
            let across = ys.iter().map(|y| format!("M{left} {}H{right}", thousandths(*y)));
            down.chain(across).collect()
        }
    }
}

/// A region's edge as a path in a picture of 1000 x 1000.
pub fn rectangle(region: Region) -> String {
    let [left, top] = [region.left, region.top].map(thousandths);
    let [right, bottom] = [region.left + region.width, region.top + region.height].map(thousandths);
    format!("M{left} {top}H{right}V{bottom}H{left}Z")
}

fn thousandths(share: f32) -> i32 {
    (share * 1000.0).round() as i32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fungi::Contributions;

    const WHOLE: Region = Region { left: 0.0, top: 0.0, width: 1.0, height: 1.0 };

    fn explanation(views: ViewSet) -> Explanation {
        let regions = [WHOLE.grid([1, 3]), WHOLE.grid([1, 2])];
        let pairs = vec![0.3, 0.1, -0.2, 0.0, 0.05, 0.05];
        let (content, direction) = (vec![0.5; 6], vec![0.5; 6]);
        let pairs = Contributions { rows: 3, columns: 2, pairs, content, direction, cosine: 0.3 };
        Explanation { part: Part::Dino, views, regions, cosine: 0.3, noise: None, pairs }
    }

    fn crops() -> Explanation {
        explanation(ViewSet::Crops { global: 1, local: 2 })
    }

    #[test]
    fn pointing_at_a_view_lights_up_its_partners() {
        let (parts, facet, weights) = ([crops()], Facet::Part(Part::Dino), Weights::fungi());
        let over = |mark, image| overlay(&parts, facet, &weights, &[], mark, image, (6, 1));
        let mark = Some(Mark::View { image: 0, view: 0 });
        assert_eq!(over(mark, 0).boxes, [parts[0].regions[0][0]]);
        let other = over(mark, 1);
        assert_eq!(other.boxes, [parts[0].regions[1][0], parts[0].regions[1][1]], "the strongest first");
        assert!((other.heat.values[0] - 0.6).abs() < 1e-6 && (other.heat.values[5] - 0.2).abs() < 1e-6);
        let back = over(Some(Mark::View { image: 1, view: 0 }), 0);
        assert_eq!(back.boxes[1], parts[0].regions[0][1], "what speaks against it is a partner, too");
        assert_eq!(over(Some(Mark::View { image: 1, view: 9 }), 0).boxes, []);
        assert_eq!(over(None, 0).boxes, []);
    }

    #[test]
    fn a_strong_pair_marks_both_images() {
        let (parts, facet, weights) = ([crops()], Facet::Part(Part::Dino), Weights::fungi());
        let strongest = facet.strongest(&parts, &weights, 10);
        for image in [0, 1] {
            let over = overlay(&parts, facet, &weights, &strongest, Some(Mark::Pair(1)), image, (6, 1));
            assert_eq!(over.boxes, [strongest[1].regions[image]]);
        }
    }

    #[test]
    fn what_a_view_adds_is_told_as_a_share() {
        let (name, share) = adds(&crops(), 0, 0).unwrap();
        assert_eq!(name, "crop 1");
        assert!((share - 0.4 / 0.7).abs() < 1e-6, "{share}");
        assert_eq!(adds(&crops(), 1, 2), None);
    }

    #[test]
    fn crops_are_boxes_and_windows_a_grid() {
        assert_eq!(outline(&crops(), 1), "M0 0H500V1000H0ZM500 0H1000V1000H500Z");
        let windows = explanation(ViewSet::Windows { strides: 1 });
        assert_eq!(outline(&windows, 1), "M0 0V1000M500 0V1000M1000 0V1000M0 0H1000M0 1000H1000");
        assert_eq!(outline(&Explanation { part: Part::Embedding, ..crops() }, 0), "");
    }
}
