//! Tests of the one history, on one photo.

use super::*;
use crate::ui::segmentation::paint::{Brush, LabelLayer, class_changes, restore_classes};

/// A tab with one photo, photo `()`.
struct Tab {
    layer: LabelLayer,
    classes: Vec<Class>,
    timeline: Timeline<()>,
}

impl Tab {
    fn new() -> Self {
        let mut layer = LabelLayer::default();
        layer.fit((16, 8));
        let classes = vec![Class::new(0, "sky"), Class::new(1, "cup"), Class::new(2, "hand")];
        Self { layer, classes, timeline: Timeline::default() }
    }

    fn stroke(&mut self, label: u8) {
        self.layer.disc((3.0 + 4.0 * f32::from(label), 4.0), Brush { radius: 2.0, label });
        let labels = self.layer.commit().map(|change| ((), change)).into_iter().collect();
        self.timeline.record(Edit { labels, ..Edit::new("stroke") });
    }

    fn change_classes(&mut self, change: impl FnOnce(&mut Vec<Class>)) {
        let before = self.classes.clone();
        change(&mut self.classes);
        let classes = class_changes(&before, &self.classes);
        self.timeline.record(Edit { classes, ..Edit::new("classes") });
    }

    fn remove_class(&mut self, id: u8) {
        let before = self.classes.clone();
        self.classes.retain(|class| class.id != id);
        let classes = class_changes(&before, &self.classes);
        let labels = self.layer.remove_class(id).map(|change| ((), change)).into_iter().collect();
        self.timeline.record(Edit { classes, labels, ..Edit::new("removal") });
    }

    fn step(&mut self, way: Way) -> bool {
        let Some(edit) = self.timeline.step(way) else { return false };
        restore_classes(&mut self.classes, &edit.classes, way);
        edit.labels.iter().for_each(|(_, change)| assert!(self.layer.apply(change, way)));
        true
    }

    /// Names of the classes, and which classes are painted.
    fn seen(&self) -> (Vec<&str>, Vec<u8>) {
        let painted = self.layer.mask().counts().into_iter().map(|(label, _)| label).collect();
        (self.classes.iter().map(|class| class.name.as_str()).collect(), painted)
    }
}

#[test]
fn undo_after_a_removal_takes_the_removal_back() {
    let mut tab = Tab::new();
    tab.stroke(1);
    tab.stroke(2);
    tab.remove_class(1);
    assert_eq!(tab.seen(), (vec!["sky", "hand"], vec![2]));
    assert!(tab.step(Way::Undo));
    assert_eq!(tab.seen(), (vec!["sky", "cup", "hand"], vec![1, 2]), "the class, its place and its stroke");
    assert!(tab.step(Way::Undo));
    assert_eq!(tab.seen().1, [1], "only then the stroke before it");
    assert!(tab.step(Way::Redo) && tab.step(Way::Redo) && !tab.step(Way::Redo));
    assert_eq!(tab.seen(), (vec!["sky", "hand"], vec![2]));
}

#[test]
fn strokes_and_classes_share_one_order() {
    let mut tab = Tab::new();
    tab.change_classes(|all| all.push(Class::new(3, "new")));
    tab.stroke(3);
    tab.change_classes(|all| all[3].name = "pen".into());
    for (names, painted) in [("new", vec![3]), ("new", vec![])] {
        assert!(tab.step(Way::Undo));
        assert_eq!((tab.seen().0[3], tab.seen().1), (names, painted));
    }
    assert!(tab.step(Way::Undo) && !tab.step(Way::Undo));
    assert_eq!(tab.seen().0, ["sky", "cup", "hand"]);
    while tab.step(Way::Redo) {}
    assert_eq!((tab.seen().0[3], tab.seen().1), ("pen", vec![3]));
    tab.step(Way::Undo);
    tab.stroke(0);
    assert!(!tab.step(Way::Redo), "another edit ends what could be redone");
}

#[test]
fn the_history_is_bounded_and_holds_no_edit_that_changed_nothing() {
    let mut tab = Tab::new();
    for i in 0..2 * DEPTH {
        tab.layer.disc((4.0, 4.0), Brush { radius: 2.0, label: (i % 2) as u8 });
        let labels = tab.layer.commit().map(|change| ((), change)).into_iter().collect();
        tab.timeline.record(Edit { labels, ..Edit::new("stroke") });
    }
    tab.timeline.record(Edit::new("nothing"));
    assert_eq!(std::iter::from_fn(|| tab.step(Way::Undo).then_some(())).count(), DEPTH);
}
