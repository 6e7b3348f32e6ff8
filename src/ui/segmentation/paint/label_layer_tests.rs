//! Tests of the label layer.

use super::*;

fn layer() -> LabelLayer {
    let mut layer = LabelLayer::default();
    layer.fit((16, 8));
    layer
}

fn dot(layer: &mut LabelLayer, at: (f32, f32), label: u8) -> Option<LabelChange> {
    layer.disc(at, Brush { radius: 2.0, label });
    layer.commit()
}

#[test]
fn changes_are_undone_and_made_again() {
    let mut layer = layer();
    let first = dot(&mut layer, (4.0, 4.0), 1).unwrap();
    let one = layer.mask().clone();
    let second = dot(&mut layer, (5.0, 4.0), 2).unwrap();
    let both = layer.mask().clone();
    assert!(!layer.apply(&first, Way::Undo), "not before the one that came later");
    assert!(layer.apply(&second, Way::Undo));
    assert_eq!(*layer.mask(), one);
    assert!(layer.apply(&second, Way::Redo) && !layer.apply(&second, Way::Redo));
    assert_eq!(*layer.mask(), both);
    assert!(layer.apply(&second, Way::Undo) && layer.apply(&first, Way::Undo));
    assert!(!layer.is_labelled());
    layer.fit((8, 4));
    assert!(!layer.apply(&first, Way::Redo), "labels of another size are others");
}

#[test]
fn the_same_labels_have_the_same_revision_and_others_another() {
    let mut layer = layer();
    let blank = layer.revision();
    let change = dot(&mut layer, (4.0, 4.0), 1).unwrap();
    let dotted = layer.revision();
    layer.apply(&change, Way::Undo);
    assert_eq!(layer.revision(), blank);
    dot(&mut layer, (9.0, 4.0), 1);
    assert!(layer.revision() != dotted && layer.revision() != blank, "a revision is never used for other labels");
    let revision = layer.revision();
    assert_eq!((layer.remove_class(7), layer.load_below(&Mask::unlabelled(2, 1))), (None, None));
    assert_eq!(layer.revision(), revision, "nothing changed: nothing has to be sent");
    assert!(layer.remove_class(1).is_some() && layer.clear().is_none());
    assert_ne!(layer.revision(), revision);
}

#[test]
fn a_cancelled_stroke_leaves_no_trace() {
    let mut layer = layer();
    layer.curve((1.0, 1.0), (5.0, 1.0), (9.0, 6.0), Brush { radius: 1.0, label: 1 });
    assert!(layer.mask().counts().len() == 1 && !layer.is_labelled(), "it is shown, but does not count yet");
    assert_eq!(layer.committed(), Mask::unlabelled(16, 8));
    layer.cancel();
    assert!(!layer.is_labelled() && layer.commit().is_none());
}

#[test]
fn a_loaded_mask_takes_the_layers_size_or_gives_it_one() {
    let halves = Mask::new(2, 1, vec![0, 1]).unwrap();
    let mut layer = layer();
    let change = layer.load(&halves).unwrap();
    assert_eq!(layer.load(&halves), None);
    assert_eq!((layer.size(), layer.mask().counts()), ((16, 8), vec![(0, 64), (1, 64)]));
    assert!(layer.apply(&change, Way::Undo) && !layer.is_labelled(), "it is one step");
    let mut blank = LabelLayer::default();
    assert!(blank.load(&halves).is_some());
    assert_eq!(*blank.mask(), halves);
}

#[test]
fn a_mask_that_comes_late_leaves_strokes_on_top() {
    let mut layer = layer();
    dot(&mut layer, (4.0, 4.0), 3);
    let painted = layer.mask().counts();
    layer.disc((12.0, 4.0), Brush { radius: 2.0, label: 4 });
    assert!(layer.load_below(&Mask::new(2, 1, vec![0, 1]).unwrap()).is_some());
    layer.disc((8.0, 4.0), Brush { radius: 2.0, label: 4 });
    layer.commit();
    let counts = layer.mask().counts();
    assert_eq!(counts[2..], [painted[0], (4, 24)], "strokes stay, also one that is being drawn");
    assert_eq!(counts.iter().map(|(_, count)| count).sum::<usize>(), 16 * 8);
}
