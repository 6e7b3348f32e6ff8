//! Ready-made strokes for the drawn scenes, placed as a user would draw them, well inside each region.

use super::brush::Brush;
use super::label_layer::LabelLayer;
use crate::segmentation::Mask;

/// Strokes for each class of the true mask: its longest horizontal and its longest vertical line that stay a brush's
/// width away from everything else, and a tenth of the image away from its edges. Long ones are shortened around their
/// middle, so that all classes have similar numbers of painted patches: otherwise the largest would win most votes.
pub fn ready_made(truth: &Mask) -> LabelLayer {
    let mut layer = LabelLayer::default();
    layer.fit((truth.width, truth.height));
    let radius = (truth.width.max(truth.height) / 64).max(1);
    let lines: Vec<(u8, Vec<Line>)> = truth
        .counts()
        .into_iter()
        .map(|(label, _)| {
            let line = |vertical| longest(truth, label, radius as usize, vertical);
            (label, [false, true].into_iter().filter_map(line).collect())
        })
        .collect();
    let total = |lines: &[Line]| lines.iter().map(|(from, to)| (to.0 - from.0) + (to.1 - from.1)).sum::<f32>();
    let least = lines.iter().map(|(_, lines)| total(lines)).filter(|&length| length > 0.0).fold(f32::MAX, f32::min);
    for (label, lines) in lines {
        let kept = (least / total(&lines).max(1.0)).min(1.0);
        for (from, to) in lines {
            let middle = (f32::midpoint(from.0, to.0), f32::midpoint(from.1, to.1));
            let cut = |end: (f32, f32)| (middle.0 + kept * (end.0 - middle.0), middle.1 + kept * (end.1 - middle.1));
            layer.curve(cut(from), middle, cut(to), Brush { radius: radius as f32, label });
            layer.commit();
        }
    }
    layer
}

/// Ends of a line.
type Line = ((f32, f32), (f32, f32));

fn longest(truth: &Mask, label: u8, radius: usize, vertical: bool) -> Option<Line> {
    let (width, height) = (truth.width as usize, truth.height as usize);
    let (along, lines) = if vertical { (height, width) } else { (width, height) };
    let at = |i: usize, line: usize| {
        let (x, y) = if vertical { (line, i) } else { (i, line) };
        truth.labels[y * width + x] == label
    };
    // A margin all around, checked at nine points.
    let steps = [0, radius, 2 * radius];
    let inside =
        |i: usize, line: usize| steps.iter().all(|&a| steps.iter().all(|&b| at(i + a - radius, line + b - radius)));
    let mut best: Option<(usize, usize, usize)> = None;
    let clear = |length: usize| radius.max(length / 10)..length - radius.max(length / 10).min(length);
    for line in clear(lines).step_by(2) {
        let mut start = None;
        for i in clear(along) {
            if !inside(i, line) {
                start = None;
                continue;
            }
            let begin = *start.get_or_insert(i);
            if best.is_none_or(|(_, from, to)| i - begin > to - from) {
                best = Some((line, begin, i));
            }
        }
    }
    let (line, from, to) = best?;
    let point = |i: usize| {
        let (x, y) = if vertical { (line, i) } else { (i, line) };
        (x as f32 + 0.5, y as f32 + 0.5)
    };
    Some((point(from), point(to)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segmentation::UNLABELLED;

    #[test]
    fn strokes_stay_in_their_regions() {
        let labels = (0..128 * 96).map(|i| u8::from((20..90).contains(&(i % 128)) && (30..80).contains(&(i / 128))));
        let truth = Mask::new(128, 96, labels.collect()).unwrap();
        let layer = ready_made(&truth);
        let painted = layer.mask();
        assert_eq!(painted.classes(), 2);
        for (found, real) in painted.labels.iter().zip(&truth.labels) {
            assert!(*found == UNLABELLED || found == real);
        }
        let counts: Vec<usize> = painted.counts().into_iter().map(|(_, count)| count).collect();
        assert!(counts[0].abs_diff(counts[1]) * 10 < counts[0], "{counts:?}");
        let share = painted.counts().iter().map(|(_, count)| count).sum::<usize>() as f32 / (128.0 * 96.0);
        assert!(share > 0.02 && share < 0.2, "{share}");
    }
}
