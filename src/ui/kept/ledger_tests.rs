use super::*;
use crate::fungi::Settings;
use crate::gallery::Content;

fn origin(model: &str) -> Origin {
    Origin { model: model.into(), settings: Settings::default() }
}

fn features(parts: &[Part]) -> Features {
    let mut features = Features::new();
    parts.iter().for_each(|part| features.set(*part, vec![1.0, 2.0]));
    features
}

/// A gallery of one image, whose content is known.
fn gallery() -> (Gallery, Id) {
    let mut gallery = Gallery::new();
    gallery.set_origin(origin("a"));
    let id = gallery.add("cup.png".into(), None);
    gallery.identify(id, Arc::new(Content { hash: [1; 32], size: (2, 3), thumbnail: vec![9] }));
    (gallery, id)
}

/// Writes everything that is due, and tells how much that was: images, features.
fn write(ledger: &mut Ledger, gallery: &Gallery) -> (usize, usize) {
    if let Some((now, _)) = ledger.origins(gallery.origins()) {
        ledger.note(Mark::Origins(now));
    }
    let mut count = (0, 0);
    for entry in gallery.entries() {
        if let Some((_, _, mark)) = ledger.image(entry, false) {
            ledger.note(mark);
            count.0 += 1;
        }
        for (_, _, _, mark) in ledger.features(gallery, entry) {
            ledger.note(mark);
            count.1 += 1;
        }
    }
    count
}

#[test]
fn only_what_changed_is_written() {
    let ((mut gallery, id), mut ledger) = (gallery(), Ledger::default());
    assert_eq!(write(&mut ledger, &gallery), (1, 0));
    assert_eq!(write(&mut ledger, &gallery), (0, 0));
    gallery.keep([1; 32], features(&[Part::Embedding]));
    assert_eq!(write(&mut ledger, &gallery), (0, 1));
    gallery.relabel(id, Some("cup"));
    assert_eq!(write(&mut ledger, &gallery), (1, 0));
    gallery.keep([1; 32], features(&[Part::Kl]));
    assert_eq!(write(&mut ledger, &gallery), (0, 1), "a later stage is written too");
    gallery.undo();
    assert_eq!(write(&mut ledger, &gallery), (1, 0), "undo is a change");
    assert!(ledger.image(&gallery.entries()[0], true).is_some(), "so is another decoder");
}

#[test]
fn each_origin_has_its_own_features_until_it_is_dropped() {
    let ((mut gallery, _), mut ledger) = (gallery(), Ledger::default());
    gallery.keep([1; 32], features(&[Part::Embedding]));
    write(&mut ledger, &gallery);
    for model in ["b", "c", "d"] {
        gallery.set_origin(origin(model));
        gallery.keep([1; 32], features(&[Part::Embedding]));
        assert_eq!(write(&mut ledger, &gallery), (0, 1), "{model}");
    }
    gallery.set_origin(origin("b"));
    let (now, gone) = ledger.origins(gallery.origins()).unwrap();
    assert_eq!((now.last().unwrap().0, gone), (2, vec![]), "another one is in use");
    ledger.note(Mark::Origins(now));
    // Features of a fifth: those of the least recently used one go.
    gallery.set_origin(origin("e"));
    let (now, gone) = ledger.origins(gallery.origins()).unwrap();
    assert_eq!((now.last().unwrap().0, gone), (5, vec![1]));
    ledger.note(Mark::Origins(now));
    gallery.set_origin(origin("a"));
    gallery.keep([1; 32], features(&[Part::Embedding]));
    assert_eq!(write(&mut ledger, &gallery), (0, 1), "it comes back under another number");
}

#[test]
fn keys_go_on_after_those_that_were_read() {
    let mut ledger = Ledger::default();
    ledger.read(7, 1);
    assert_eq!((ledger.key(1), ledger.key(2), ledger.key(2)), (7, 8, 8));
    ledger.reserve(20);
    assert_eq!(ledger.key(3), 21);
    let record = ImageRecord { name: "a".into(), label: None, content: None, by_browser: false };
    ledger.note(mark_of(7, &record));
    let entry = Entry { id: 1, name: "a".into(), label: None, content: None };
    assert!(ledger.has(1) && !ledger.has(2) && ledger.image(&entry, false).is_none());
}

#[test]
fn a_photo_is_written_again_when_its_labels_or_its_truth_change() {
    let mut ledger = Ledger::default();
    let truth = Some(Arc::new(Mask::unlabelled(2, 2)));
    let mut due = |revision, truth: &Option<Arc<Mask>>| {
        let mark = ledger.photo(4, Painted { revision, truth: truth.clone() });
        mark.map(|(_, mark)| ledger.note(mark)).is_some()
    };
    let seen = [due(1, &None), due(1, &None), due(2, &None), due(2, &truth), due(2, &truth), due(1, &truth)];
    assert_eq!(seen, [true, false, true, true, false, true]);
}

#[test]
fn bytes_are_counted_once() {
    let mut ledger = Ledger::default();
    ledger.weigh("files", 1, 100);
    ledger.weigh("files", 1, 150);
    ledger.weigh("images", 1, 10);
    ledger.weigh("features", 1 << 32 | 1, 1000);
    assert_eq!(ledger.bytes(), 1160);
    ledger.lighten("features", 1 << 32..=(1 << 32) + 5);
    ledger.lighten("files", 2..=9);
    assert_eq!(ledger.bytes(), 160);
}
