//! The matrices that similarities come from, and which of them each feature set sums.

use std::cell::LazyCell;

use super::question::components;
use super::shifted::Shifted;
use super::{FeatureSet, FeatureTable};
use crate::fungi::{Part, PartMap};
use crate::kernels::product::{Matrix, product};

/// Brings rows of many numbers to few; `None` where it can't.
pub(super) type Reduce<'a> = &'a dyn Fn(&[f32], usize, usize) -> Option<(Vec<f32>, usize)>;

/// Where the similarities of some feature sets come from. What several sets sum is computed once.
#[derive(Debug)]
pub(super) struct Spaces {
    images: usize,
    /// The parts that some set sums.
    parts: PartMap<Option<Rows>>,
    spaces: Vec<Space>,
    sets: Vec<Sum>,
}

/// The rows of a part.
#[derive(Debug)]
enum Rows {
    /// As they are: no set centres them.
    Plain(Vec<f32>, usize),
    /// Some set centres them. Others may take them as they are: the same product serves both.
    Shifted(Shifted),
}

/// One matrix, a row for each image.
#[derive(Debug)]
enum Space {
    Part {
        centred: bool,
        part: Part,
    },
    /// Principal components of a whole set, with half of each row's squared length. Rows were unit vectors before some of their
    /// components were left out, so that 1 less half a squared distance takes the place of the cosine.
    Components {
        values: Vec<f32>,
        width: usize,
        halves: Vec<f32>,
    },
}

/// A weighted sum of spaces.
#[derive(Debug)]
struct Sum {
    terms: Vec<(usize, f32)>,
    /// What makes it a cosine: one over the sum of the weights.
    scale: f32,
}

impl Spaces {
    /// The spaces of `sets`, of parts that are there; a set without any has all similarities equal. With `reduce`, a set of
    /// many numbers is brought to few by what it makes of `(rows, width, wanted)`: `[images, components]`, and their number.
    pub(super) fn new(mut table: FeatureTable, sets: &[FeatureSet], reduce: Option<Reduce<'_>>) -> Self {
        let centred = LazyCell::new(|| table.centred());
        let components = |set: &FeatureSet| {
            let reduce = reduce?;
            reduced(if set.centred { &centred } else { &table }, set, reduce)
        };
        let mut spaces = Vec::new();
        let sums = sets.iter().map(|set| match components(set) {
            Some(components) => {
                spaces.push(components);
                Sum { terms: vec![(spaces.len() - 1, 1.0)], scale: 1.0 }
            }
            None => sum(&table, set, &mut spaces),
        });
        let sets = sums.collect();
        // The table's own memory is used on: galleries may be large.
        let wanted = |part, centred| spaces.iter().any(|space| space.is(part, centred));
        let rows = |part| match (wanted(part, true), wanted(part, false)) {
            (true, _) => table.take(part).map(|(rows, width)| Rows::Shifted(Shifted::new(rows, width))),
            (_, true) => table.take(part).map(|(rows, width)| Rows::Plain(rows, width)),
            _ => None,
        };
        let parts = PartMap::from_fn(rows);
        Self { images: table.len(), parts, spaces, sets }
    }

    /// The number of images.
    pub(super) fn len(&self) -> usize {
        self.images
    }

    /// What a set's similarities are multiplied by to be cosines.
    pub(super) fn scale(&self, set: usize) -> f32 {
        self.sets[set].scale
    }

    /// The similarities of `queries` with `images` (all, if not given) in every space that one of `sets` sums:
    /// `[queries, images]` for each space, empty for the others.
    pub(super) fn similarities(
        &self,
        queries: &[usize],
        images: Option<&[usize]>,
        sets: std::ops::Range<usize>,
    ) -> Vec<Vec<f32>> {
        let mut wanted = vec![false; self.spaces.len()];
        self.sets[sets].iter().flat_map(|sum| &sum.terms).for_each(|(space, _)| wanted[*space] = true);
        let mut others = PartMap::<Option<Vec<f32>>>::default();
        let of = |space: usize| {
            if wanted[space] { self.similar(space, queries, images, &wanted, &mut others) } else { Vec::new() }
        };
        (0..self.spaces.len()).map(of).collect()
    }

    /// `others` keeps the products of a part for the other space that is made of them, if that one is wanted, too.
    fn similar(
        &self,
        space: usize,
        queries: &[usize],
        images: Option<&[usize]>,
        wanted: &[bool],
        others: &mut PartMap<Option<Vec<f32>>>,
    ) -> Vec<f32> {
        let count = images.map_or(self.len(), <[usize]>::len);
        let image = |place: usize| images.map_or(place, |images| images[place]);
        match &self.spaces[space] {
            Space::Part { centred, part } => match &self.parts[*part] {
                // A sum has only parts that are there.
                None => vec![0.0; queries.len() * count],
                Some(Rows::Plain(rows, width)) => inner_products(rows, *width, queries, images),
                Some(Rows::Shifted(shifted)) => {
                    let mut cosines = others[*part].take().unwrap_or_else(|| {
                        let products = inner_products(&shifted.rows, shifted.width, queries, images);
                        let mut later = self.spaces.iter().zip(wanted).skip(space + 1);
                        let other = later.any(|(space, wanted)| *wanted && space.is(*part, !centred));
                        others[*part] = other.then(|| products.clone());
                        products
                    });
                    for (row, &query) in cosines.chunks_exact_mut(count.max(1)).zip(queries) {
                        shifted.cosines(*centred, query, (0..count).map(image), row);
                    }
                    cosines
                }
            },
            Space::Components { values, width, halves } => {
                let mut out = inner_products(values, *width, queries, images);
                for (row, &query) in out.chunks_exact_mut(count.max(1)).zip(queries) {
                    let rest = |place: usize| 1.0 - halves[query] - halves[image(place)];
                    row.iter_mut().enumerate().for_each(|(place, x)| *x += rest(place));
                }
                out
            }
        }
    }

    /// One query's similarities by a set, of what [`Self::similarities`] gave: `row` is the query's place there. Times
    /// [`Self::scale`], they are cosines.
    pub(super) fn summed(&self, set: usize, similarities: &[Vec<f32>], row: usize, count: usize, out: &mut Vec<f32>) {
        /// As much as stays close to the processor while the terms are added.
        const PIECE: usize = 2048;
        out.clear();
        out.resize(count, 0.0);
        for (piece, out) in out.chunks_mut(PIECE).enumerate() {
            for &(space, weight) in &self.sets[set].terms {
                let from = &similarities[space][row * count + piece * PIECE..][..out.len()];
                if weight == 1.0 {
                    out.iter_mut().zip(from).for_each(|(sum, x)| *sum += x);
                } else {
                    out.iter_mut().zip(from).for_each(|(sum, x)| *sum += weight * x);
                }
            }
        }
    }

    /// How many spaces there are.
    pub(super) fn count(&self) -> usize {
        self.spaces.len()
    }

    /// The spaces that a set sums, each with its share in a cosine.
    pub(super) fn shares(&self, set: usize) -> impl Iterator<Item = (usize, f32)> {
        let Sum { terms, scale } = &self.sets[set];
        terms.iter().map(move |&(space, weight)| (space, weight * scale))
    }

    /// The rows of `images` in one space: `[images, width]`, and the width.
    pub(super) fn rows(&self, space: usize, images: &[usize]) -> (Vec<f32>, usize) {
        let mut rows = Vec::new();
        images.iter().for_each(|&image| self.append(space, image, 1.0, &mut rows));
        (rows, self.width_of(space))
    }

    /// How many numbers a set's features have.
    pub(super) fn width(&self, set: usize) -> usize {
        self.shares(set).map(|(space, _)| self.width_of(space)).sum()
    }

    /// The features of `images` under a set, as unit vectors: `[images, width]`, and the width. No set gains from having more
    /// parts, and thereby longer vectors.
    pub(super) fn features(&self, set: usize, images: &[usize]) -> (Vec<f32>, usize) {
        let width = self.width(set);
        let mut rows = Vec::with_capacity(images.len() * width);
        for &image in images {
            self.shares(set).for_each(|(space, share)| self.append(space, image, share.sqrt(), &mut rows));
        }
        (rows, width)
    }

    fn width_of(&self, space: usize) -> usize {
        match &self.spaces[space] {
            Space::Part { part, .. } => match &self.parts[*part] {
                None => 0,
                Some(Rows::Plain(_, width)) => *width,
                Some(Rows::Shifted(shifted)) => shifted.width,
            },
            Space::Components { width, .. } => *width,
        }
    }

    /// Appends one image's row, times `factor`.
    fn append(&self, space: usize, image: usize, factor: f32, rows: &mut Vec<f32>) {
        let (values, width) = match &self.spaces[space] {
            Space::Part { centred, part } => match &self.parts[*part] {
                None => return,
                Some(Rows::Plain(values, width)) => (values, *width),
                Some(Rows::Shifted(shifted)) => {
                    return rows.extend(shifted.feature(image, *centred).map(|x| x * factor));
                }
            },
            Space::Components { values, width, .. } => (values, *width),
        };
        rows.extend(values[image * width..][..width].iter().map(|x| x * factor));
    }
}

impl Space {
    fn is(&self, wanted: Part, as_centred: bool) -> bool {
        matches!(self, Self::Part { centred, part } if (*centred, *part) == (as_centred, wanted))
    }
}

/// The sum of a set's parts, those that are there; spaces that are new are added to `spaces`.
fn sum(table: &FeatureTable, set: &FeatureSet, spaces: &mut Vec<Space>) -> Sum {
    let mut terms = Vec::new();
    for part in set.parts().filter(|part| table.part(*part).is_some()) {
        let place = spaces.iter().position(|space| space.is(part, set.centred)).unwrap_or_else(|| {
            spaces.push(Space::Part { centred: set.centred, part });
            spaces.len() - 1
        });
        terms.push((place, set.weights.get(part)));
    }
    let total: f32 = terms.iter().map(|(_, weight)| weight).sum();
    Sum { terms, scale: if total > 0.0 { 1.0 / total } else { 0.0 } }
}

/// The principal components of a set's features, where there are more than the paper takes; see [`components`].
fn reduced(table: &FeatureTable, set: &FeatureSet, reduce: Reduce<'_>) -> Option<Space> {
    let largest = set.parts().filter_map(|part| table.part(part)).map(|(_, width)| width).max()?;
    let total: f32 = set.parts().filter(|part| table.part(*part).is_some()).map(|part| set.weights.get(part)).sum();
    let (mut rows, width) = table.concatenated(set);
    let wanted = components(table.len(), width, largest)?;
    rows.iter_mut().for_each(|x| *x /= total.sqrt());
    let (values, width) = reduce(&rows, width, wanted).filter(|(_, width)| *width > 0)?;
    let halves = values.chunks_exact(width).map(|row| row.iter().map(|x| x * x).sum::<f32>() / 2.0).collect();
    Some(Space::Components { values, width, halves })
}

/// Inner products of the rows of `queries` with those of `images` (all, if not given): `[queries, images]`.
fn inner_products(values: &[f32], width: usize, queries: &[usize], images: Option<&[usize]>) -> Vec<f32> {
    let left = gather(values, width, queries);
    let right = images.map(|images| gather(values, width, images));
    let right = Matrix::new(right.as_deref().unwrap_or(values), width).transposed();
    let count = images.map_or(values.len() / width, <[usize]>::len);
    let mut out = vec![0.0; queries.len() * count];
    product(&mut out, count, Matrix::new(&left, width), right, false);
    out
}

fn gather(values: &[f32], width: usize, rows: &[usize]) -> Vec<f32> {
    rows.iter().flat_map(|row| &values[row * width..][..width]).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fungi::Features;
    use crate::random::{Purpose, Stream};
    use crate::retrieval::{Centring, Cosines};

    fn items(count: usize) -> Vec<Features> {
        let mut stream = Stream::new(2, Purpose::Bootstrap, 0);
        let one = |_| {
            let mut features = Features::new();
            for part in [Part::Embedding, Part::Kl, Part::Dino] {
                features.set(part, (0..5).map(|_| stream.uniform() - 0.3).collect());
            }
            features
        };
        (0..count).map(one).collect()
    }

    #[test]
    fn sums_are_the_weighted_cosines_of_single_queries() {
        let items = items(9);
        let centring = Centring::fit(&items);
        let centred: Vec<Features> = items.iter().map(|item| centring.apply(item)).collect();
        let mut uneven = FeatureSet { centred: true, ..FeatureSet::of(&[Part::Embedding, Part::Kl]) };
        uneven.weights.set(Part::Kl, 0.3);
        let sets = [FeatureSet::of(&[Part::Embedding, Part::Dino]), uneven, FeatureSet::of(&[Part::Embedding])];
        let spaces = Spaces::new(FeatureTable::from_features(&items), &sets, None);
        let similarities = spaces.similarities(&[3, 7], None, 0..3);
        let mut out = Vec::new();
        for (set, wanted) in sets.iter().enumerate() {
            let items = if wanted.centred { &centred } else { &items };
            for (row, query) in [3, 7].into_iter().enumerate() {
                spaces.summed(set, &similarities, row, 9, &mut out);
                let cosines = Cosines::between(&items[query], items);
                for (image, sum) in out.iter().enumerate() {
                    let expected = cosines.score(image, &wanted.weights).unwrap();
                    assert!((sum * spaces.scale(set) - expected).abs() < 1e-6);
                }
            }
            // Unit vectors, whose inner products these are.
            let (rows, width) = spaces.features(set, &[3, 5]);
            let product: f32 = rows[..width].iter().zip(&rows[width..]).map(|(a, b)| a * b).sum();
            spaces.summed(set, &similarities, 0, 9, &mut out);
            assert!((product - out[5] * spaces.scale(set)).abs() < 1e-6);
        }
        let some = spaces.similarities(&[7], Some(&[2, 0]), 2..3);
        spaces.summed(2, &some, 0, 2, &mut out);
        let mut all = Vec::new();
        spaces.summed(2, &similarities, 1, 9, &mut all);
        assert!((out[0] - all[2]).abs() < 1e-6 && (out[1] - all[0]).abs() < 1e-6);
    }

    #[test]
    fn reduced_sets_rank_by_distance() {
        let mut stream = Stream::new(2, Purpose::Bootstrap, 1);
        let one = |_| {
            let mut features = Features::new();
            for part in [Part::Embedding, Part::Kl] {
                features.set(part, (0..400).map(|_| stream.uniform() - 0.3).collect());
            }
            features
        };
        let items: Vec<Features> = (0..520).map(one).collect();
        let table = FeatureTable::from_features(&items);
        let sets = [FeatureSet::of(&[Part::Embedding, Part::Kl]), FeatureSet::of(&[Part::Kl])];
        // The first numbers stand for components here.
        let first = |rows: &[f32], width: usize, wanted: usize| {
            Some((rows.chunks_exact(width).flat_map(|row| row[..wanted].to_vec()).collect(), wanted))
        };
        let spaces = Spaces::new(table, &sets, Some(&first));
        let (rows, width) = spaces.features(0, &[1, 4]);
        assert_eq!(width, 512);
        let squared: f32 = rows[..width].iter().zip(&rows[width..]).map(|(a, b)| (a - b).powi(2)).sum();
        let mut out = Vec::new();
        spaces.summed(0, &spaces.similarities(&[1], None, 0..1), 0, 520, &mut out);
        assert!((out[4] - (1.0 - squared / 2.0)).abs() < 1e-5, "{} {squared}", out[4]);
        // 400 numbers are few enough.
        assert_eq!(spaces.features(1, &[0]).1, 400);
    }
}
