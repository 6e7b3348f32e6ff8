use super::*;
use crate::fungi::{Objective, Part, Settings};

fn content(n: u8) -> Arc<Content> {
    Arc::new(Content { hash: [n; 32], size: (1, 1), thumbnail: Vec::new() })
}

fn features(n: u8) -> Features {
    let mut features = Features::new();
    features.set(Part::Embedding, vec![f32::from(n), 1.0]);
    features
}

/// Another model for each number: its features have nothing in common with another's.
fn origin(n: u64) -> Origin {
    Origin { model: n.to_string(), settings: Settings::default() }
}

/// `n` computed images, numbered from 1, whose names and contents are their numbers.
fn gallery(n: u8) -> Gallery {
    let mut gallery = Gallery::new();
    gallery.set_origin(origin(0));
    for n in 1..=n {
        let id = gallery.add(n.to_string(), None);
        gallery.keep([n; 32], features(n));
        assert_eq!(gallery.identify(id, content(n)), Identified::First);
    }
    gallery.take_changes();
    gallery
}

fn names(gallery: &Gallery) -> String {
    gallery.entries().iter().map(|entry| entry.name.as_str()).collect()
}

/// The images that lack some of `parts`.
fn missing(gallery: &Gallery, parts: &[Part]) -> Vec<Id> {
    gallery.ids().filter(|&id| !gallery.has(id, parts)).collect()
}

#[test]
fn the_same_content_is_kept_once() {
    let mut gallery = gallery(2);
    let again = gallery.add("again".into(), None);
    assert_eq!(gallery.identify(again, content(1)), Identified::Duplicate(1));
    assert_eq!(names(&gallery), "12");
    assert_eq!(gallery.identify(again, content(1)), Identified::Gone);
    assert!(gallery.last_edit().is_none(), "nothing was removed by hand");
}

#[test]
fn a_list_of_files_keeps_duplicates() {
    let mut gallery = gallery(2);
    let again = gallery.add("again".into(), None);
    assert!(gallery.set_content(again, content(1)) && !gallery.set_content(99, content(1)));
    assert_eq!((names(&gallery).as_str(), gallery.computed().count()), ("12again", 3));
    gallery.keep([1; 32], features(5));
    assert_eq!(gallery.take_changes().entries, [1, again].into());
}

#[test]
fn a_query_from_outside_is_not_in_the_gallery() {
    let mut gallery = gallery(2);
    let query = gallery.add_query("query".into(), None);
    assert_eq!((gallery.len(), missing(&gallery, &[Part::Embedding])), (2, vec![query]));
    gallery.keep([9; 32], features(9));
    assert_eq!(gallery.identify(query, content(9)), Identified::First);
    assert!(gallery.features(query).is_some() && gallery.computed().count() == 2);
    let next = gallery.add_query("next".into(), None);
    assert!(gallery.get(query).is_none() && gallery.get(next).is_some());
    assert_eq!(gallery.identify(next, content(2)), Identified::Duplicate(2), "it is an image of the gallery");
}

#[test]
fn undo_brings_removed_images_back_to_their_places() {
    let mut gallery = gallery(5);
    assert_eq!(gallery.remove(&[2, 99]), 1);
    assert_eq!((gallery.remove(&[99]), gallery.clear(), gallery.clear()), (0, 4, 0));
    // One of them is added again meanwhile.
    let again = gallery.add("4".into(), None);
    assert_eq!(gallery.identify(again, content(4)), Identified::First);
    assert_eq!(gallery.undo().map(|edit| edit.removed().len()), Some(4));
    assert_eq!(names(&gallery), "1345");
    gallery.undo();
    assert_eq!(names(&gallery), "12345");
    assert!(gallery.undo().is_none());
}

#[test]
fn a_removed_image_comes_back_without_computing() {
    let mut gallery = gallery(3);
    gallery.remove(&[2]);
    assert_eq!(gallery.known(&[Part::Embedding]).count(), 3);
    let again = gallery.add("new".into(), Some("label".into()));
    assert_eq!(missing(&gallery, &[Part::Embedding]), [again]);
    let known = gallery.content(&[2; 32]).cloned().unwrap();
    assert_eq!(gallery.identify(again, known), Identified::First);
    assert_eq!(gallery.features(again).map(|known| (**known).clone()), Some(features(2)));
}

#[test]
fn a_query_from_outside_can_be_labelled_as_long_as_it_is_there() {
    let mut gallery = gallery(1);
    let query = gallery.add_query("query".into(), None);
    let label = |gallery: &Gallery| gallery.get(query).and_then(|query| query.label.clone());
    assert!(gallery.relabel(query, Some("cup")) && gallery.relabel(query, Some("mug")));
    assert!(gallery.take_changes().entries.contains(&query));
    gallery.undo();
    assert_eq!(label(&gallery).as_deref(), Some("cup"));
    assert!(gallery.relabel(1, Some("boat")));
    gallery.add_query("next".into(), None);
    gallery.undo();
    assert!(gallery.last_edit().is_none(), "the label of a query that is gone is nothing to undo");
}

#[test]
fn undo_is_bounded() {
    let mut gallery = gallery(60);
    (1..=60).for_each(|id| assert_eq!(gallery.remove(&[id]), 1));
    while gallery.undo().is_some() {}
    assert_eq!((gallery.len(), gallery.entries()[0].name.as_str()), (UNDO_DEPTH, "11"));
}

#[test]
fn a_return_to_earlier_settings_computes_nothing() {
    let mut gallery = gallery(3);
    gallery.set_origin(origin(1));
    assert_eq!((missing(&gallery, &[Part::Embedding]).len(), gallery.known(&[Part::Embedding]).count()), (3, 0));
    gallery.keep([2; 32], features(7));
    assert_eq!(missing(&gallery, &[Part::Embedding]), [1, 3]);
    gallery.set_origin(origin(0));
    assert_eq!(missing(&gallery, &[Part::Embedding]).len(), 0);
    assert_eq!(gallery.features(2).map(|known| (**known).clone()), Some(features(2)));
    // This many others push the first out.
    (2..=5).for_each(|seed| gallery.set_origin(origin(seed)));
    gallery.set_origin(origin(0));
    assert_eq!(missing(&gallery, &[Part::Embedding]).len(), 3);
}

#[test]
fn other_settings_keep_the_parts_that_do_not_depend_on_them() {
    let mut gallery = gallery(2);
    let dino = Objective::all().remove(1);
    let settings = Settings::default();
    let lean = settings.with_objectives(vec![dino]);
    let mut more = Features::new();
    more.set(Part::Dino, vec![1.0, 2.0]);
    more.set(Part::Kl, vec![3.0, 4.0]);
    gallery.keep([1; 32], more.clone());
    let model = "0".to_owned();
    gallery.set_origin(Origin { model: model.clone(), settings: lean.clone() });
    assert_eq!(missing(&gallery, &[Part::Embedding]).len(), 0);
    assert_eq!(missing(&gallery, &[Part::Dino]), [2]);
    assert_eq!(missing(&gallery, &[Part::Kl]).len(), 2, "the new settings have no such part");
    gallery.keep([2; 32], more);
    // What was computed meanwhile serves the former settings too.
    gallery.set_origin(Origin { model: model.clone(), settings });
    assert_eq!(missing(&gallery, &[Part::Embedding, Part::Dino]).len(), 0);
    assert_eq!(missing(&gallery, &[Part::Kl]), [2]);
    gallery.set_origin(Origin { model, settings: Settings { seed: 1, ..lean } });
    assert_eq!((missing(&gallery, &[Part::Embedding]).len(), missing(&gallery, &[Part::Dino]).len()), (0, 2));
}

#[test]
fn changes_are_reported_once() {
    let mut gallery = gallery(2);
    assert_eq!(gallery.take_changes(), Changes::default());
    gallery.relabel(2, Some("cup"));
    assert_eq!(gallery.take_changes(), Changes { entries: [2].into(), ..Changes::default() });
    gallery.keep([1; 32], features(8));
    assert_eq!(gallery.take_changes(), Changes { entries: [1].into(), features: true, ..Changes::default() });
    gallery.set_origin(origin(0));
    assert_eq!(gallery.take_changes(), Changes::default(), "it is the current origin");
    gallery.set_origin(origin(3));
    assert_eq!(gallery.take_changes(), Changes { all: true, features: true, ..Changes::default() });
    gallery.remove(&[1]);
    assert_eq!(gallery.take_changes(), Changes { list: true, features: true, ..Changes::default() });
}

#[test]
fn a_snapshot_of_what_is_there_brings_features_and_missing_labels() {
    let mut gallery = gallery(2);
    gallery.relabel(2, Some("mine"));
    let image = |n: u8| Image {
        name: format!("its {n}"),
        label: Some("its".into()),
        content: Content { hash: [n; 32], size: (1, 1), thumbnail: Vec::new() },
        features: features(9),
    };
    let ids = gallery.open(Snapshot { origin: origin(7), images: [1, 2, 3, 3].map(image).into() });
    assert_eq!(ids, [1, 2, 3, 3]);
    assert_eq!(names(&gallery), "12its 3");
    let labels: Vec<_> = gallery.entries().iter().map(|entry| entry.label.as_deref()).collect();
    assert_eq!(labels, [Some("its"), Some("mine"), Some("its")]);
    assert_eq!(gallery.features(1).map(|f| (**f).clone()), Some(features(1)), "the present origin's stay");
    gallery.set_origin(origin(7));
    assert_eq!(gallery.features(1).map(|f| (**f).clone()), Some(features(9)));
}

#[test]
fn a_snapshot_brings_images_and_features_beside_those_of_another_origin() {
    let image =
        |n: u8| Image { name: n.to_string(), label: None, content: Content::clone(&content(n)), features: features(n) };
    let drawn = || Snapshot { origin: origin(7), images: vec![image(8), image(9)] };
    let mut empty = Gallery::new();
    let ids = empty.open(drawn());
    assert_eq!((empty.origin(), names(&empty).as_str()), (Some(&origin(7)), "89"));
    assert!(ids.iter().all(|&id| empty.features(id).is_some()));

    let mut other = gallery(1);
    let ids = other.open(drawn());
    assert_eq!(other.origin(), Some(&origin(0)), "an origin that is there stays");
    assert!(ids.iter().all(|&id| other.features(id).is_none()));
    other.set_origin(origin(7));
    assert!(ids.iter().all(|&id| other.features(id).is_some()));
}
