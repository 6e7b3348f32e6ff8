use super::*;
use crate::fungi::{Features, Part};
use crate::random::{Purpose, Stream};
use crate::retrieval::{Centring, Cosines, Effort, FeatureSet, average_precision, majority, mean};

/// Images whose parts tell their labels, more or less; some twice, so that there are ties.
fn gallery(labels: &[usize]) -> Vec<Features> {
    let mut stream = Stream::new(7, Purpose::Bootstrap, 0);
    let mut items: Vec<Features> = Vec::new();
    for (image, &label) in labels.iter().enumerate() {
        let mut features = Features::new();
        for part in [Part::Embedding, Part::Kl, Part::Dino] {
            let number = |i: usize| stream.uniform() + if i == label { 0.7 } else { 0.0 };
            features.set(part, (0..6).map(number).collect());
        }
        items.push(if image % 9 == 8 { items[image - 3].clone() } else { features });
    }
    items
}

fn evaluator(labels: &[usize], effort: Effort) -> Evaluator {
    let sets = FeatureSet::standard(|part| matches!(part, Part::Embedding | Part::Kl | Part::Dino));
    let classes = labels.iter().max().map_or(0, |last| last + 1);
    let table = FeatureTable::from_features(&gallery(labels));
    Evaluator::new(table, Question { effort, ..Question::new(sets, labels.to_vec(), classes, 1) })
}

fn done(mut evaluator: Evaluator) -> Evaluator {
    let mut last = evaluator.progress().0;
    while !evaluator.step() {
        assert!(evaluator.progress().0 > last, "every step does something");
        last = evaluator.progress().0;
    }
    let (done, all) = evaluator.progress();
    assert_eq!(done, all);
    evaluator
}

#[test]
fn it_finds_what_a_direct_computation_finds() {
    let labels: Vec<usize> = (0..40).map(|i| i * 7 % 4).collect();
    let items = gallery(&labels);
    let centring = Centring::fit(&items);
    let centred: Vec<Features> = items.iter().map(|item| centring.apply(item)).collect();
    let evaluator = done(evaluator(&labels, Effort::page()));
    let rows = evaluator.rows();
    assert_eq!(rows.len(), 8);
    for (set, row) in rows.iter().enumerate() {
        let items = if row.set.centred { &centred } else { &items };
        let (mut precisions, mut right) = (Vec::new(), vec![0_usize; 39]);
        for query in 0..labels.len() {
            let order = Cosines::between(&items[query], items).order(&row.set.weights, usize::MAX, Some(query));
            precisions.push(average_precision(order.iter().map(|(image, _)| labels[*image] == labels[query])));
            for k in 1..=39 {
                let vote = majority(order[..k].iter().map(|(image, _)| labels[*image]));
                assert_eq!(evaluator.votes(set, k)[query], vote, "{} k = {k}", row.set.name);
                right[k - 1] += usize::from(vote == Some(labels[query]));
            }
            let nearest = evaluator.neighbours(set, query);
            assert!(nearest.iter().map(|near| near.0).eq(order.iter().map(|near| near.0)));
            assert!(nearest.iter().zip(&order).all(|(a, b)| (a.1 - b.1).abs() < 1e-6));
        }
        assert_eq!(row.at_k.len(), 39);
        let accuracies = right.iter().map(|right| *right as f64 / 40.0);
        assert!(row.at_k.iter().map(|at| at.knn.value).eq(accuracies), "{}", row.set.name);
        let map = row.value(Metric::Map, 1).unwrap().value;
        assert!((map - mean(precisions).unwrap()).abs() < 1e-6);
        for metric in Metric::ALL {
            let value = row.value(metric, 5).unwrap();
            assert!((-0.5..=1.0).contains(&value.value), "{metric:?}");
            let compared = !matches!(metric, Metric::Nmi | Metric::Ari | Metric::ClusterAccuracy);
            assert_eq!(value.against_embedding.is_some(), compared && set > 0, "{metric:?} of {}", row.set.name);
            if let Some(difference) = value.against_embedding {
                let expected = value.value - rows[0].value(metric, 5).unwrap().value;
                assert!((difference.mean - expected).abs() < 1e-6, "{metric:?}");
                assert!(difference.low <= difference.mean && difference.mean <= difference.high);
            }
        }
    }
}

#[test]
fn the_steps_do_not_matter_and_the_cheap_columns_come_first() {
    let labels: Vec<usize> = (0..150).map(|i| i % 5).collect();
    let mut slow = evaluator(&labels, Effort::page());
    let mut seen_first = false;
    while !slow.step() {
        let rows = slow.rows();
        let (near, few) = (
            rows.iter().filter(|row| !row.at_k.is_empty()).count(),
            rows.iter().filter(|row| row.value(Metric::FewShot, 1).is_some()).count(),
        );
        seen_first |= near == rows.len() && few == 0;
        assert!(near == rows.len() || few == 0);
    }
    assert!(seen_first);
    assert_eq!(slow.rows(), done(evaluator(&labels, Effort::page())).rows());
}

#[test]
fn a_sample_of_queries_is_said_and_compared_with_all_images() {
    let labels: Vec<usize> = (0..700).map(|i| i % 5).collect();
    let effort = Effort { pairs: 1, first: usize::MAX, few_shot: 30, sampled: 60 };
    let some = done(evaluator(&labels, effort));
    let samples = some.samples();
    assert_eq!((samples.images, samples.queries, samples.few_shot), (700, Effort::LEAST, 30));
    assert_eq!(samples.sampled, 60);
    assert!(samples.partial());
    let all = evaluator(&labels, Effort::command_line());
    assert!(!Samples { sampled: 700, ..all.samples() }.partial());
    let votes = some.votes(3, 5);
    assert_eq!(votes.iter().flatten().count(), Effort::LEAST);
    let query = votes.iter().position(Option::is_some).unwrap();
    let nearest = all.neighbours(3, query);
    assert_eq!(votes[query], majority(nearest[..5].iter().map(|(image, _)| labels[*image])));
}

#[test]
fn after_a_first_round_every_column_is_there_and_the_last_one_tells_of_all() {
    let labels: Vec<usize> = (0..700).map(|i| i % 5).collect();
    let effort = Effort { few_shot: 20, sampled: 40, ..Effort::command_line() };
    let mut twice = evaluator(&labels, Effort { first: 100, ..effort });
    let every = |evaluator: &Evaluator| {
        let has = |row: &Row| Metric::ALL.iter().all(|metric| row.value(*metric, 5).is_some());
        evaluator.rows().iter().all(has)
    };
    while !every(&twice) {
        assert!(!twice.step());
    }
    // Blocks of 64.
    assert_eq!((twice.samples().queries, twice.votes(0, 5).iter().flatten().count()), (128, 128));
    assert!(twice.samples().partial() && twice.has_neighbours());
    let first = twice.rows();
    let (twice, once) = (done(twice), done(evaluator(&labels, effort)));
    assert_eq!((twice.samples(), once.samples().queries), (once.samples(), 700));
    assert_ne!(first, twice.rows());
    for (row, expected) in twice.rows().iter().zip(once.rows()) {
        assert_eq!(row.at_k, expected.at_k);
        Metric::ALL.iter().for_each(|metric| assert_eq!(row.value(*metric, 5), expected.value(*metric, 5)));
        assert_eq!(row.values.len(), expected.values.len(), "no value is there twice");
    }
}

#[test]
fn there_is_an_end_whatever_the_labels() {
    let cases: [&[usize]; 6] = [&[], &[0], &[0, 0, 0], &[0, 1, 2, 3], &[5, 5], &[0, 1, 1, 1, 1, 1, 1, 1, 1, 1]];
    for labels in cases {
        let evaluator = done(evaluator(labels, Effort::page()));
        for row in evaluator.rows() {
            assert_eq!(row.at_k.len(), LARGEST_K.min(labels.len().saturating_sub(1)));
            let values = row.values.iter().map(|(_, value)| value.value);
            assert!(values.clone().all(|value| (-1.0..=1.0).contains(&value)), "{labels:?} {:?}", row.values);
        }
        assert_eq!(evaluator.votes(0, 3).len(), labels.len());
        assert_eq!(evaluator.neighbours(0, labels.len()), []);
        assert_eq!(evaluator.neighbours(99, 0), []);
    }
}

#[test]
fn a_table_without_the_parts_of_a_set_and_too_few_labels_are_no_panic() {
    let items = gallery(&[0, 1, 0, 1, 0]);
    let table = FeatureTable::from_features(&items);
    let sets = vec![FeatureSet::of(&[Part::MeanDino]), FeatureSet::of(&[Part::Embedding])];
    let evaluator = done(Evaluator::new(table, Question::new(sets, vec![0, 1, 0, 1], 2, 0)));
    assert_eq!(evaluator.samples().images, 4);
    assert!(evaluator.rows()[1].value(Metric::Map, 1).is_some());
    assert!(evaluator.rows()[0].value(Metric::Nmi, 1).is_none(), "there is nothing to cluster");
}

/// 600 images in 768 numbers, of which few vary: their components tell all that there is to tell.
#[test]
fn reduced_to_principal_components_neighbours_are_nearly_the_same() {
    let mut stream = Stream::new(9, Purpose::Bootstrap, 0);
    let labels: Vec<usize> = (0..600).map(|i| i % 3).collect();
    let item = |&label: &usize| {
        let mut features = Features::new();
        for part in [Part::Embedding, Part::Kl, Part::Dino, Part::Simclr] {
            let number = |i: usize| if i < 20 { stream.uniform() + f32::from(i == label) } else { 0.3 };
            features.set(part, (0..192).map(number).collect());
        }
        features
    };
    let table = FeatureTable::from_features(&labels.iter().map(item).collect::<Vec<_>>());
    let effort = Effort { few_shot: 10, sampled: 10, ..Effort::page() };
    let sets = vec![FeatureSet::of(&[Part::Embedding, Part::Kl, Part::Dino, Part::Simclr])];
    let rows = |reduced| {
        let question = Question { reduced, effort, ..Question::new(sets.clone(), labels.clone(), 3, 0) };
        done(Evaluator::new(table.clone(), question)).rows().remove(0)
    };
    let (whole, reduced) = (rows(false), rows(true));
    assert_ne!(whole, reduced, "the components are what is compared");
    for metric in [Metric::Knn, Metric::WeightedKnn, Metric::Map, Metric::RPrecision] {
        let [a, b] = [&whole, &reduced].map(|row| row.value(metric, 20).unwrap().value);
        assert!((a - b).abs() < 0.01, "{metric:?}: {a} {b}");
    }
}
