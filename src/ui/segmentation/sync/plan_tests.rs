//! Tests of the plan, played against a worker that answers everything.

use std::sync::Arc;

use super::*;
use crate::segmentation::Mask;
use crate::ui::segmentation::sync::{Crash, ShownPhoto, Wanted};

fn photo(id: u32) -> ShownPhoto {
    ShownPhoto { id, ..ShownPhoto::default() }
}

fn labelled(id: u32, revision: u32) -> ShownPhoto {
    ShownPhoto { id, revision, labelled: true, ..ShownPhoto::default() }
}

/// Two support photos, one of them painted on, and a query with true labels.
fn scene() -> Shown {
    let truth = Some(Arc::new(Mask::unlabelled(2, 2)));
    let query = Some(ShownPhoto { truth, ..photo(3) });
    Shown { support: vec![labelled(1, 5), photo(2)], query, ..Shown::default() }
}

fn worker(number: u32) -> Known {
    let mut known = Known::default();
    known.start(number);
    known
}

/// Sends what the plan says.
fn send(shown: &Shown, known: &mut Known) -> Vec<Step> {
    let steps = plan(shown, known);
    steps.iter().for_each(|step| known.sent(step));
    steps
}

/// Answers opens and propagations.
fn answer(steps: &[Step], known: &mut Known) {
    for step in steps {
        match step {
            Step::Open { id, side } => known.opened(*id, *side),
            Step::Maps(_) => known.propagated(true),
            _ => {}
        }
    }
}

/// Sends and answers until nothing is left to send, and returns what was sent.
fn settle(shown: &Shown, known: &mut Known) -> Vec<Step> {
    let mut all = Vec::new();
    for _ in 0..20 {
        let steps = send(shown, known);
        if steps.is_empty() {
            return all;
        }
        answer(&steps, known);
        all.extend(steps);
    }
    panic!("there is always something left to send: {all:?}");
}

fn open(id: u32) -> Step {
    Step::Open { id, side: None }
}

/// Ended from outside.
const KILLED: Crash = Crash { blame: false };
/// By a fault of its own.
const TRAPPED: Crash = Crash { blame: true };

fn is_maps(step: &Step) -> bool {
    matches!(step, Step::Maps(_))
}

fn wanted(shown: &Shown) -> Wanted {
    shown.wanted().unwrap()
}

#[test]
fn all_photos_are_opened_first() {
    let (shown, mut known) = (scene(), worker(1));
    assert_eq!(send(&shown, &mut known), [open(1), open(2), open(3)]);
    known.opened(1, None);
    known.opened(3, None);
    assert_eq!(send(&shown, &mut known), [], "the second is still to come");
    known.opened(2, None);
    let truth = shown.query.as_ref().unwrap().truth.clone();
    let rest = [
        Step::Support(vec![1, 2]),
        Step::Labels { id: 1, revision: 5 },
        Step::Truth { id: 3, mask: truth },
        Step::Maps(wanted(&shown)),
    ];
    assert_eq!(send(&shown, &mut known), rest);
    known.propagated(true);
    assert_eq!(plan(&shown, &known), []);
}

#[test]
fn a_stroke_sends_its_labels_and_neither_photos_nor_the_truth() {
    let (mut shown, mut known) = (scene(), worker(1));
    settle(&shown, &mut known);
    shown.support[1] = labelled(2, 1);
    assert_eq!(settle(&shown, &mut known), [Step::Labels { id: 2, revision: 1 }, Step::Maps(wanted(&shown))]);
}

#[test]
fn strokes_during_a_propagation_go_into_the_next() {
    let (mut shown, mut known) = (scene(), worker(1));
    answer(&send(&shown, &mut known), &mut known);
    assert!(send(&shown, &mut known).iter().any(is_maps));
    for revision in 6..9 {
        shown.support[0].revision = revision;
        assert_eq!(send(&shown, &mut known), [Step::Labels { id: 1, revision }]);
    }
    known.propagated(true);
    assert_eq!(send(&shown, &mut known), [Step::Maps(wanted(&shown))], "one for all three strokes");
}

#[test]
fn erased_labels_are_sent_and_then_no_maps_are_wanted() {
    let (mut shown, mut known) = (scene(), worker(1));
    settle(&shown, &mut known);
    shown.support[0] = ShownPhoto { revision: 6, ..photo(1) };
    assert_eq!(shown.wanted(), None);
    assert_eq!(settle(&shown, &mut known), [Step::Labels { id: 1, revision: 6 }]);
}

#[test]
fn another_truth_requests_another_score() {
    let (mut shown, mut known) = (scene(), worker(1));
    settle(&shown, &mut known);
    let truth = Some(Arc::new(Mask::new(1, 1, vec![0]).unwrap()));
    shown.query.as_mut().unwrap().truth.clone_from(&truth);
    assert_eq!(settle(&shown, &mut known), [Step::Truth { id: 3, mask: truth }, Step::Maps(wanted(&shown))]);
}

#[test]
fn other_settings_request_only_other_maps() {
    let (mut shown, mut known) = (scene(), worker(1));
    settle(&shown, &mut known);
    shown.propagation.neighbours = Some(7);
    assert_eq!(settle(&shown, &mut known), [Step::Maps(wanted(&shown))]);
    shown.session += 1;
    assert_eq!(settle(&shown, &mut known), [Step::Maps(wanted(&shown))], "the engine's own settings count too");
}

#[test]
fn another_side_reopens_everything_and_late_answers_are_ignored() {
    let (mut shown, mut known) = (scene(), worker(1));
    send(&shown, &mut known);
    shown.side = Some(128);
    assert_eq!(send(&shown, &mut known).len(), 3);
    (1..4).for_each(|id| known.opened(id, None));
    assert_eq!(send(&shown, &mut known), [], "these were of the old side");
    (1..4).for_each(|id| known.opened(id, Some(128)));
    assert!(send(&shown, &mut known).iter().any(is_maps));

    known.propagated(true);
    shown.side = None;
    assert_eq!(send(&shown, &mut known), [open(1), open(2), open(3)], "and nothing else, though all were open before");
    (1..4).for_each(|id| known.opened(id, None));
    let again = settle(&shown, &mut known);
    assert!(again.contains(&Step::Support(vec![1, 2])) && again.contains(&Step::Labels { id: 1, revision: 5 }));
    assert!(again.iter().any(is_maps));
}

#[test]
fn a_new_worker_gets_everything_again() {
    let (shown, mut known) = (scene(), worker(1));
    let first = settle(&shown, &mut known);
    known.start(2);
    assert!(known.is_of(2) && !known.is_of(1));
    assert_eq!(settle(&shown, &mut known), first);
}

#[test]
fn photos_that_are_no_longer_shown_are_dropped() {
    let (mut shown, mut known) = (scene(), worker(1));
    settle(&shown, &mut known);
    shown.query = Some(photo(4));
    assert_eq!(send(&shown, &mut known), [Step::Forget(3), open(4)]);
    known.opened(4, None);
    assert_eq!(settle(&shown, &mut known), [Step::Maps(wanted(&shown))], "the support is still the same");
    shown.support.remove(1);
    let steps = [Step::Forget(2), Step::Support(vec![1]), Step::Maps(wanted(&shown))];
    assert_eq!(settle(&shown, &mut known), steps);
}

#[test]
fn former_queries_stay_open_at_the_same_side() {
    let (mut shown, mut known) = (scene(), worker(1));
    settle(&shown, &mut known);
    let first = wanted(&shown);
    (shown.query, shown.spare) = (Some(photo(4)), vec![3]);
    assert_eq!(send(&shown, &mut known), [open(4)]);
    known.opened(4, None);
    settle(&shown, &mut known);
    (shown.query, shown.spare) = (scene().query, vec![4]);
    known.recalled(first);
    assert_eq!(plan(&shown, &known), [], "its maps are shown, and it is open");
    shown.side = Some(128);
    assert!(plan(&shown, &known).contains(&Step::Forget(4)), "at another side it would be opened anew anyway");
}

#[test]
fn a_query_among_the_support_is_opened_once_and_kept_while_it_is_either() {
    let (mut shown, mut known) = (scene(), worker(1));
    shown.query = Some(labelled(1, 5));
    let steps = settle(&shown, &mut known);
    assert_eq!(steps.iter().filter(|step| **step == open(1)).count(), 1);
    shown.support.remove(0);
    assert!(!settle(&shown, &mut known).contains(&Step::Forget(1)));
}

#[test]
fn refused_photos_do_not_hold_up_the_rest() {
    let (mut shown, mut known) = (scene(), worker(1));
    send(&shown, &mut known);
    known.opened(1, None);
    known.opened(3, None);
    known.refused(2);
    shown.support[1].refused = true;
    assert!(send(&shown, &mut known).contains(&Step::Support(vec![1])));
    assert_eq!(known.opening(), 0);
}

#[test]
fn masks_are_read_once_before_maps_are_requested() {
    let (mut shown, mut known) = (scene(), worker(1));
    shown.support[1].mask_file = Some(1);
    answer(&send(&shown, &mut known), &mut known);
    assert_eq!(send(&shown, &mut known), [Step::ReadMask { id: 2, number: 1 }]);
    assert_eq!(send(&shown, &mut known), []);
    shown.support[1].mask_file = Some(2);
    assert_eq!(send(&shown, &mut known), [Step::ReadMask { id: 2, number: 2 }], "another file was put in its place");
    shown.support[1].mask_file = None;
    assert!(send(&shown, &mut known).iter().any(is_maps));
}

#[test]
fn after_two_crashes_in_a_row_nothing_is_sent_until_the_next_edit() {
    let (mut shown, mut known) = (scene(), worker(1));
    send(&shown, &mut known);
    known.broke_down(&open(1), KILLED, shown.edits);
    assert!(!known.gave_up(shown.edits), "it is tried again once");
    known.start(2);
    assert_eq!(send(&shown, &mut known).len(), 3);
    known.broke_down(&open(1), KILLED, shown.edits);
    known.start(3);
    assert!(known.gave_up(shown.edits));
    assert_eq!(plan(&shown, &known), []);
    shown.edits += 1;
    assert!(settle(&shown, &mut known).iter().any(is_maps));
}

#[test]
fn files_that_crash_the_engine_are_left_out_one_by_one() {
    let (mut shown, mut known) = (scene(), worker(1));
    for (number, at) in [(2, 0), (3, 1)] {
        send(&shown, &mut known);
        // The worker's last words name the photo; then it crashes, and the other photos are opened by the next.
        known.refused(shown.support[at].id);
        shown.support[at].refused = true;
        known.broke_down(&open(1), KILLED, shown.edits);
        assert!(!known.gave_up(shown.edits), "each crash had a cause of its own");
        known.start(number);
    }
    assert_eq!(send(&shown, &mut known), [open(3)], "the rest is opened after one restart for each");
    known.broke_down(&open(1), KILLED, shown.edits);
    assert!(known.gave_up(shown.edits), "a crash without a cause is the second in a row");
}

#[test]
fn a_photo_that_traps_is_left_out_after_one_crash_and_the_others_go_on() {
    let (mut shown, mut known) = (scene(), worker(1));
    for (number, at) in [(2, 0), (3, 1)] {
        send(&shown, &mut known);
        let step = open(shown.support[at].id);
        assert!(known.broke_down(&step, TRAPPED, shown.edits), "the photo is at fault");
        shown.support[at].refused = true;
        assert!(!known.gave_up(shown.edits));
        known.start(number);
    }
    assert_eq!(send(&shown, &mut known), [open(3)]);
}

#[test]
fn a_mask_that_traps_is_left_out_and_its_photo_stays() {
    let (mut shown, mut known) = (scene(), worker(1));
    shown.support[1].mask_file = Some(1);
    answer(&send(&shown, &mut known), &mut known);
    let step = Step::ReadMask { id: 2, number: 1 };
    assert_eq!(send(&shown, &mut known), std::slice::from_ref(&step));
    assert!(known.broke_down(&step, TRAPPED, shown.edits), "the mask is at fault");
    shown.support[1].mask_file = None;
    known.start(2);
    let steps = settle(&shown, &mut known);
    assert!(steps.starts_with(&[open(1), open(2), open(3)]) && steps.iter().any(is_maps), "{steps:?}");
}

#[test]
fn no_file_is_to_blame_for_a_worker_that_was_killed_or_crashed_on_something_else() {
    let (shown, mut known) = (scene(), worker(1));
    assert!(!known.broke_down(&open(1), KILLED, shown.edits));
    known.start(2);
    let maps = settle(&shown, &mut known).into_iter().find(is_maps).unwrap();
    assert!(!known.broke_down(&maps, TRAPPED, shown.edits), "maps are made from numbers, not from a file");
    known.start(3);
    assert_eq!(send(&shown, &mut known), [open(1), open(2), open(3)], "all are opened again");
}

#[test]
fn files_that_are_left_out_are_named() {
    let photo = open(1).left_out("cup.png").unwrap();
    let mask = Step::ReadMask { id: 1, number: 1 }.left_out("cup.png").unwrap();
    assert!(photo.contains("crashed on cup.png") && mask.contains("the mask of cup.png"), "{photo} {mask}");
    assert_eq!(Step::Support(vec![1]).left_out("cup.png"), None);
}

#[test]
fn crashes_with_maps_in_between_are_not_in_a_row() {
    let (shown, mut known) = (scene(), worker(1));
    for number in 2..6 {
        settle(&shown, &mut known);
        known.broke_down(&open(1), KILLED, shown.edits);
        assert!(!known.gave_up(shown.edits));
        known.start(number);
    }
}
