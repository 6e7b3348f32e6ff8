//! Tests of the label layer.

use super::super::history::DEPTH;
use super::*;

fn layer() -> LabelLayer {
    let mut layer = LabelLayer::default();
    layer.fit((16, 8));
    layer
}

fn dot(layer: &mut LabelLayer, at: (f32, f32), label: u8) {
    layer.disc(at, Brush { radius: 2.0, label });
    layer.commit();
}

#[test]
fn steps_are_undone_and_redone() {
    let mut layer = layer();
    dot(&mut layer, (4.0, 4.0), 1);
    let first = layer.mask().clone();
    dot(&mut layer, (5.0, 4.0), 2);
    let second = layer.mask().clone();
    assert!(layer.undo());
    assert_eq!(*layer.mask(), first);
    assert!(layer.redo() && !layer.redo());
    assert_eq!(*layer.mask(), second);
    assert!(layer.undo() && layer.undo() && !layer.undo());
    assert!(!layer.is_labelled());
    dot(&mut layer, (9.0, 4.0), 1);
    assert!(!layer.can_redo(), "another stroke ends what could be redone");
}

#[test]
fn every_finished_change_has_a_revision_of_its_own() {
    let mut layer = layer();
    let mut seen = vec![layer.revision()];
    dot(&mut layer, (4.0, 4.0), 1);
    seen.push(layer.revision());
    layer.undo();
    seen.push(layer.revision());
    layer.redo();
    seen.push(layer.revision());
    layer.remove_class(1);
    seen.push(layer.revision());
    assert!(seen.windows(2).all(|pair| pair[0] < pair[1]), "{seen:?}");
    assert!(!layer.clear() && !layer.undo() && !layer.remove_class(7));
    assert_eq!(layer.revision(), seen[4], "nothing changed: nothing has to be sent");
}

#[test]
fn history_is_bounded_and_forgets_removed_classes() {
    let mut layer = layer();
    for i in 0..2 * DEPTH {
        dot(&mut layer, (4.0, 4.0), (i % 2) as u8);
    }
    assert_eq!(std::iter::from_fn(|| layer.undo().then_some(())).count(), DEPTH);
    layer.remove_class(1);
    while layer.redo() {}
    assert!(layer.mask().labels.iter().all(|&label| label != 1));
    while layer.undo() {}
    assert!(layer.mask().labels.iter().all(|&label| label != 1));
}

#[test]
fn a_cancelled_stroke_leaves_no_trace() {
    let mut layer = layer();
    layer.curve((1.0, 1.0), (5.0, 1.0), (9.0, 6.0), Brush { radius: 1.0, label: 1 });
    assert!(layer.mask().counts().len() == 1 && !layer.is_labelled(), "it is shown, but does not count yet");
    assert_eq!(layer.committed(), Mask::unlabelled(16, 8));
    layer.cancel();
    assert!(!layer.is_labelled() && !layer.can_undo() && !layer.commit());
}

#[test]
fn a_loaded_mask_takes_the_layers_size_or_gives_it_one() {
    let halves = Mask::new(2, 1, vec![0, 1]).unwrap();
    let mut layer = layer();
    assert!(layer.load(&halves) && !layer.load(&halves));
    assert_eq!((layer.size(), layer.mask().counts()), ((16, 8), vec![(0, 64), (1, 64)]));
    assert!(layer.undo() && !layer.is_labelled(), "it is one step");
    let mut blank = LabelLayer::default();
    assert!(blank.load(&halves));
    assert_eq!(*blank.mask(), halves);
}

#[test]
fn a_mask_that_comes_late_leaves_strokes_on_top() {
    let mut layer = layer();
    dot(&mut layer, (4.0, 4.0), 3);
    let painted = layer.mask().counts();
    layer.disc((12.0, 4.0), Brush { radius: 2.0, label: 4 });
    assert!(layer.load_below(&Mask::new(2, 1, vec![0, 1]).unwrap()));
    layer.disc((8.0, 4.0), Brush { radius: 2.0, label: 4 });
    layer.commit();
    let counts = layer.mask().counts();
    assert_eq!(counts[2..], [painted[0], (4, 24)], "strokes stay, also one that is being drawn");
    assert_eq!(counts.iter().map(|(_, count)| count).sum::<usize>(), 16 * 8);
}
