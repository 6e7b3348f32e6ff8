use super::*;
use crate::analysis::protocol::{Progress, Suspect};
use crate::retrieval::{FeatureSet, Metric, Row};

/// A session that has images on a circle, two classes of six: around 0 and around 90 degrees. KL tells the classes apart but
/// for image 5, which it takes for one of the other class; so does the embedding.
fn session() -> (Session, Vec<(Id, u32)>) {
    let mut session = Session::new();
    let degrees = [0, 3, 6, 9, 12, 87, 90, 93, 96, 99, 102, 105];
    let (mut given, mut values) = (Vec::new(), Vec::new());
    for (i, degrees) in degrees.iter().enumerate() {
        let angle = (*degrees as f32).to_radians();
        given.push(Given { id: i as Id, parts: vec![(Part::Embedding, 2), (Part::Kl, 2)] });
        values.extend([angle.cos(), angle.sin()]);
        values.extend(if i < 5 { [1.0, 0.0] } else { [0.0, 1.0] });
    }
    assert_eq!(only(session.take(message(1, Request::Put(given)), &values)), (1, Event::Answer(Answer::Done)));
    (session, (0..12).map(|i| (i, u32::from(i > 5))).collect())
}

fn message(seq: u32, body: Request) -> Message<Request> {
    Message { seq, body }
}

fn only(said: Vec<Message<Event>>) -> (u32, Event) {
    assert_eq!(said.len(), 1, "{said:?}");
    said.into_iter().map(|Message { seq, body }| (seq, body)).next().unwrap()
}

fn order(slot: Slot, images: &[(Id, u32)], sets: Option<Vec<FeatureSet>>) -> Request {
    Request::Evaluate(Order { slot, images: images.to_vec(), classes: 2, sets, seed: 0 })
}

/// Works until all is done; gives everything that was said.
fn finish(session: &mut Session) -> Vec<(u32, Event)> {
    let mut said = Vec::new();
    while !session.is_idle() {
        session.step(&mut |Message { seq, body }| said.push((seq, body)));
    }
    said
}

fn rows(said: &[(u32, Event)], of: u32) -> Vec<Row> {
    let mut all: BTreeMap<usize, Row> = BTreeMap::new();
    for (seq, event) in said {
        if let Event::Progress(Progress::Rows { rows, .. }) = event
            && *seq == of
        {
            all.extend(rows.iter().cloned());
        }
    }
    all.into_values().collect()
}

#[test]
fn an_evaluation_is_told_row_by_row_and_stays_for_questions() {
    let (mut session, images) = session();
    assert!(session.take(message(2, order(Slot::Standard, &images, None)), &[]).is_empty());
    let said = finish(&mut session);
    assert_eq!(said.last(), Some(&(2, Event::Answer(Answer::Evaluated))));
    let rows = rows(&said, 2);
    assert!(rows[0].set.is_embedding());
    // Image 5 is wrong, all others right, by five neighbours.
    assert_eq!(rows[0].value(Metric::Knn, 5).map(|value| value.value), Some(11.0 / 12.0));
    let suspects = session.take(message(3, Request::Suspects { evaluation: 2, k: 5 }), &[]);
    assert_eq!(only(suspects).1, Event::Answer(Answer::Suspects(vec![Suspect { id: 5, class: 1 }])));
    let compared = session.take(message(4, Request::Compare { sets: [(2, 0), (2, 1)], k: 5 }), &[]);
    let Event::Answer(Answer::Compared { ids, votes, difference, .. }) = only(compared).1 else { panic!() };
    assert_eq!((ids.len(), votes[0][0], votes[1][5]), (12, Some(0), Some(1)));
    assert_eq!(difference.map(|difference| difference.mean), Some(0.0));
    let compared = session.take(message(5, Request::Compare { sets: [(2, 0), (9, 1)], k: 5 }), &[]);
    assert_eq!(only(compared).1, Event::Answer(Answer::Outdated));
}

#[test]
fn a_later_order_ends_an_earlier_one_and_leaves_the_other_slot_alone() {
    let (mut session, images) = session();
    let own = || Some(vec![FeatureSet::of(&[Part::Embedding]), FeatureSet::of(&[Part::Kl])]);
    session.take(message(2, order(Slot::Standard, &images, None)), &[]);
    session.take(message(3, order(Slot::Own, &images, own())), &[]);
    let said = session.take(message(4, order(Slot::Standard, &images, None)), &[]);
    assert_eq!(only(said), (2, Event::Answer(Answer::GivenUp)));
    let said = finish(&mut session);
    let ends: Vec<u32> =
        said.iter().filter(|(_, event)| matches!(event, Event::Answer(_))).map(|(seq, _)| *seq).collect();
    assert_eq!(ends, [3, 4], "a person's own weights first");
    let compared = session.take(message(5, Request::Compare { sets: [(4, 0), (3, 1)], k: 3 }), &[]);
    assert!(matches!(only(compared).1, Event::Answer(Answer::Compared { .. })));
    // With other labels, the two are about different things.
    session.take(message(6, order(Slot::Own, &images[1..], own())), &[]);
    let compared = session.take(message(7, Request::Compare { sets: [(4, 0), (6, 1)], k: 3 }), &[]);
    assert_eq!(only(compared).1, Event::Answer(Answer::Outdated));
    let said = session.take(message(8, Request::Stop(6)), &[]);
    assert_eq!(said.len(), 2);
    assert!(session.is_idle());
}

#[test]
fn features_come_and_go() {
    let (mut session, images) = session();
    // One more than announced is refused, and changes nothing.
    let given = vec![Given { id: 0, parts: vec![(Part::Embedding, 2)] }];
    let refused = session.take(message(2, Request::Put(given)), &[1.0, 0.0, 0.0]);
    assert!(matches!(only(refused).1, Event::Answer(Answer::Refused(why)) if why.contains("3 numbers")));
    assert!(session.take(message(3, Request::Duplicates { least: 0.998, most: 100 }), &[]).is_empty());
    let pairs = |said: Vec<(u32, Event)>| match &said[..] {
        [(_, Event::Answer(Answer::Duplicates(pairs)))] => pairs.len(),
        other => panic!("{other:?}"),
    };
    assert_eq!(pairs(finish(&mut session)), 4 + 6, "neighbours three degrees apart");
    session.take(message(4, Request::Remove(vec![0, 1, 2, 3])), &[]);
    session.take(message(5, Request::Duplicates { least: 0.998, most: 100 }), &[]);
    assert_eq!(pairs(finish(&mut session)), 6);
    session.take(message(6, order(Slot::Standard, &images, None)), &[]);
    let said = finish(&mut session);
    let images_of = said.iter().find_map(|(_, event)| match event {
        Event::Progress(Progress::Rows { samples, .. }) => Some(samples.images),
        _ => None,
    });
    assert_eq!(images_of, Some(8), "those that are gone are left out");
    session.take(message(7, Request::Clear), &[]);
    let refused = session.take(message(8, order(Slot::Standard, &images, None)), &[]);
    assert!(matches!(only(refused).1, Event::Answer(Answer::Refused(_))));
}
