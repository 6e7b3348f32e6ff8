//! What an archive says of a gallery: its evaluation, step by step, then maps.

use super::{Evaluated, PlaneMap};
use crate::fungi::Features;
use crate::retrieval::{Evaluator, FeatureSet, FeatureTable, PrincipalComponents, Question};

/// The labelled images of a gallery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labelled {
    /// Names of the classes, in order.
    pub names: Vec<String>,
    /// The class of each labelled image.
    pub classes: Vec<usize>,
    /// Its place in the gallery.
    pub rows: Vec<usize>,
}

impl Labelled {
    /// From the label of each image; none where nothing can be evaluated: fewer than two labels, or no label twice.
    pub fn of<'a>(labels: impl IntoIterator<Item = Option<&'a str>>) -> Option<Self> {
        let labelled: Vec<(usize, &str)> =
            labels.into_iter().enumerate().filter_map(|(row, label)| Some((row, label?))).collect();
        let mut names: Vec<&str> = labelled.iter().map(|(_, label)| *label).collect();
        names.sort_unstable();
        names.dedup();
        let classes = labelled.iter().filter_map(|(_, label)| names.binary_search(label).ok()).collect();
        let enough = names.len() >= 2 && labelled.len() > names.len();
        enough.then(|| Self {
            names: names.into_iter().map(str::to_owned).collect(),
            classes,
            rows: labelled.iter().map(|(row, _)| *row).collect(),
        })
    }
}

/// How an archive's numbers are computed.
#[derive(Debug, Clone, PartialEq)]
pub struct Wish {
    /// The neighbourhood for which one number is shown.
    pub k: usize,
    /// Seed of draws, starts and intervals.
    pub seed: u64,
    /// Feature sets beside the standard ones: a person's own weights.
    pub own: Vec<FeatureSet>,
}

/// The study of a gallery, which takes a while.
pub struct Study {
    table: FeatureTable,
    labelled: Option<Labelled>,
    evaluator: Option<Evaluator>,
    wish: Wish,
    evaluated: Option<Evaluated>,
    maps: Vec<PlaneMap>,
    /// The sets that are still to be drawn; none before the evaluation is done.
    waiting: Option<Vec<FeatureSet>>,
}

impl Study {
    /// Of the images with these features and labels, in the archive's order.
    pub fn new<'a>(images: impl IntoIterator<Item = (&'a Features, Option<&'a str>)>, wish: Wish) -> Self {
        let (features, labels): (Vec<&Features>, Vec<Option<&str>>) = images.into_iter().unzip();
        let table = FeatureTable::from_features(features);
        let labelled = Labelled::of(labels).filter(|_| !table.parts().is_empty());
        let evaluator = labelled.as_ref().map(|labelled| {
            let mut sets = standard(&table);
            sets.extend(wish.own.iter().cloned());
            let question = Question::new(sets, labelled.classes.clone(), labelled.names.len(), wish.seed);
            Evaluator::new(table.select(&labelled.rows), question)
        });
        Self { table, labelled, evaluator, wish, evaluated: None, maps: Vec::new(), waiting: None }
    }

    /// Does some of it; true when all is done.
    pub fn step(&mut self) -> bool {
        if let Some(evaluator) = &mut self.evaluator {
            if evaluator.step()
                && let (Some(evaluator), Some(labelled)) = (self.evaluator.take(), self.labelled.take())
            {
                self.evaluated = Some(Evaluated::of(&evaluator, labelled, self.wish.k, self.wish.seed));
            }
            return false;
        }
        let waiting = self.waiting.get_or_insert_with(|| worth_maps(&self.table, self.evaluated.as_ref()));
        if !waiting.is_empty() {
            let set = waiting.remove(0);
            self.maps.extend(plane_map(&self.table, &set));
        }
        waiting.is_empty()
    }

    /// How much is done, of how much.
    pub fn progress(&self) -> (usize, usize) {
        self.evaluator.as_ref().map_or((1, 1), Evaluator::progress)
    }

    /// What was found.
    pub fn found(self) -> (Option<Evaluated>, Vec<PlaneMap>) {
        (self.evaluated, self.maps)
    }
}

/// The sets that are always compared, as far as all images have their parts.
fn standard(table: &FeatureTable) -> Vec<FeatureSet> {
    let parts = table.parts();
    FeatureSet::standard(|part| parts.contains(&part))
}

/// The sets that are drawn: those that are looked at more closely, or, without labels, the embedding and all gradients.
pub fn worth_maps(table: &FeatureTable, evaluated: Option<&Evaluated>) -> Vec<FeatureSet> {
    match evaluated {
        Some(evaluated) => {
            let row = |detail: &super::Detail| Some(evaluated.rows.get(detail.row)?.set.clone());
            evaluated.details.iter().filter_map(row).collect()
        }
        None => {
            let mut sets = standard(table);
            sets.retain(|set| !set.centred && Evaluated::is_landmark(set));
            sets
        }
    }
}

/// A gallery by the first two principal components of a feature set; none where there are no numbers to draw.
pub fn plane_map(table: &FeatureTable, set: &FeatureSet) -> Option<PlaneMap> {
    let (rows, width) = if set.centred { table.centred().concatenated(set) } else { table.concatenated(set) };
    if width == 0 || table.is_empty() {
        return None;
    }
    let components = PrincipalComponents::fit(&rows, width, 2).ok()?;
    let (flat, count) = (components.project(&rows), components.count());
    let at = |row: usize, axis: usize| if axis < count { flat[row * count + axis] } else { 0.0 };
    let points = (0..table.len()).map(|row| [at(row, 0), at(row, 1)]).collect();
    let all = variance(&rows, width);
    let share = |axis: usize| {
        let along = components.variances().get(axis).copied().unwrap_or(0.0);
        if all > 0.0 { f64::from(along) / all } else { 0.0 }
    };
    let title = format!("{}{}", set.name, if set.centred { ", centred" } else { "" });
    Some(PlaneMap { title, points, explained: [share(0), share(1)] })
}

/// The variance of rows in all directions together, of a sample.
fn variance(rows: &[f32], width: usize) -> f64 {
    let count = rows.len() / width;
    let mut mean = vec![0.0_f64; width];
    rows.chunks_exact(width).for_each(|row| mean.iter_mut().zip(row).for_each(|(sum, x)| *sum += f64::from(*x)));
    mean.iter_mut().for_each(|sum| *sum /= count as f64);
    let squares: f64 = rows
        .chunks_exact(width)
        .map(|row| row.iter().zip(&mean).map(|(x, mean)| (f64::from(*x) - mean).powi(2)).sum::<f64>())
        .sum();
    squares / count.saturating_sub(1).max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fungi::Part;

    /// Two classes on opposite sides of a line.
    fn features(n: usize) -> Features {
        let mut features = Features::new();
        let side = if n.is_multiple_of(2) { 1.0 } else { -1.0 };
        features.set(Part::Embedding, vec![side, 0.05 * n as f32, 0.0]);
        features.set(Part::Kl, vec![side, 0.0, 0.02 * n as f32]);
        features
    }

    fn studied(labels: &[Option<&str>]) -> (Option<Evaluated>, Vec<PlaneMap>) {
        let features: Vec<Features> = (0..labels.len()).map(features).collect();
        let wish = Wish { k: 3, seed: 0, own: Vec::new() };
        let mut study = Study::new(features.iter().zip(labels.iter().copied()), wish);
        while !study.step() {}
        study.found()
    }

    #[test]
    fn a_labelled_gallery_is_evaluated_and_drawn() {
        let labels: Vec<Option<&str>> =
            (0..13).map(|n| [Some("right"), Some("left")][n % 2].filter(|_| n < 12)).collect();
        let (evaluated, maps) = studied(&labels);
        let evaluated = evaluated.unwrap();
        assert_eq!(evaluated.names, ["left", "right"]);
        assert_eq!(evaluated.classes.len(), 12, "the last has no label");
        assert_eq!(evaluated.details[0].per_class(), [Some(1.0), Some(1.0)]);
        assert!(evaluated.rows.len() >= 4, "the embedding and its sum with KL, plain and centred");
        assert_eq!(maps.len(), evaluated.details.len());
        let map = &maps[0];
        assert_eq!((map.title.as_str(), map.points.len()), ("Embedding", 13));
        assert!(map.explained[0] > 0.9 && map.explained[0] + map.explained[1] <= 1.0 + 1e-6, "{:?}", map.explained);
        let side = |n: usize| map.points[n][0] > 0.0;
        assert!((0..13).all(|n| side(n) == (side(0) == n.is_multiple_of(2))), "the first axis tells the classes apart");
    }

    #[test]
    fn without_enough_labels_there_are_maps_alone() {
        for labels in [vec![None; 4], vec![Some("a"); 4], vec![Some("a"), Some("b")]] {
            let (evaluated, maps) = studied(&labels);
            assert!(evaluated.is_none());
            assert_eq!(maps.len(), 1, "of the embedding: not all gradients are there");
        }
        assert_eq!(studied(&[]), (None, Vec::new()));
    }
}
