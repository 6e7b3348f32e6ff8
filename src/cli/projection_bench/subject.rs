//! The sample set's gradients, exactly, and what projections make of them.

use std::time::Instant;

use burn::prelude::*;

use super::{CHOICES, Choice, Errors, Found, SEEDS, Time};
use crate::arithmetic::{dot_f64, median};
use crate::cli::CliError;
use crate::cli::cost::{Timing, compute};
use crate::cli::output::Bar;
use crate::drawings::{SampleImage, sample_set};
use crate::fungi::exact::inner_product;
use crate::fungi::extractor::read;
use crate::fungi::projection::Projector;
use crate::fungi::{Extractor, Factors, Part, Settings, Trace, projection_noise};
use crate::retrieval::{Gram, average_precision, mean};

/// Drawn images, and their gradients as sums over views.
pub(super) struct Subject<'a> {
    extractor: &'a Extractor,
    images: Vec<SampleImage>,
    parts: Vec<Gradients>,
}

/// One part's gradients of all images.
struct Gradients {
    part: Part,
    traces: Vec<Trace>,
    /// Exact cosines of all pairs, `[n, n]`.
    exact: Vec<f64>,
}

impl<'a> Subject<'a> {
    pub(super) fn new(extractor: &'a Extractor) -> Result<Self, CliError> {
        let (images, dim) = (sample_set(extractor.settings().seed), extractor.vit().config().dim);
        let objectives = &extractor.settings().objectives;
        let empty = |part| Gradients { part, traces: Vec::with_capacity(images.len()), exact: Vec::new() };
        let mut parts: Vec<Gradients> = objectives.iter().map(|objective| empty(objective.part())).collect();
        let mut bar = Bar::new(images.len(), "Computing");
        for image in &images {
            let traces = pollster::block_on(extractor.trace(extractor.views(&image.rgb)))?;
            parts.iter_mut().zip(traces).for_each(|(of, (_, trace))| of.traces.push(trace));
            bar.advance()?;
        }
        bar.finish();
        for of in &mut parts {
            of.exact = cosines(&of.traces, |a, b| inner_product((&a.d, &a.u), (&b.d, &b.u), dim));
        }
        Ok(Self { extractor, images, parts })
    }

    /// The number of images.
    pub(super) fn count(&self) -> usize {
        self.images.len()
    }

    /// What the exact gradients are kept as: their cosines differ from the exact ones by rounding to half precision.
    pub(super) fn exactly(&self) -> Result<Found, CliError> {
        let config = self.extractor.vit().config();
        let factors: Vec<Factors> = (0..self.count()).map(|image| self.factors(image)).collect();
        let (factors, count): (Vec<&Factors>, usize) = (factors.iter().collect(), self.count());
        let errors = |of: &Gradients| {
            let gram = Gram::new(of.part, &factors).ok_or(CliError::NotFiniteGradients)?;
            let found: Vec<f64> = (0..count * count).map(|at| f64::from(gram.cosine(at / count, at % count))).collect();
            let rmse = mean_square(of.exact.iter().zip(&found).map(|(a, b)| a - b)).sqrt();
            Ok((of.part.key(), Errors { rmse, predicted: 0.0, map: self.precision(&found) }))
        };
        let parts = self.parts.iter().map(errors).collect::<Result<_, CliError>>()?;
        let bytes = self.extractor.settings().factor_bytes(config.image, config.dim);
        Ok(Found { parts, signs_mib: 0.0, bytes })
    }

    fn factors(&self, image: usize) -> Factors {
        let dim = self.extractor.vit().config().dim;
        self.parts.iter().map(|of| (of.part, of.traces[image].rows(dim))).collect()
    }

    /// One projection, over several draws of its signs.
    pub(super) fn projected(&self, choice: Choice) -> Result<Found, CliError> {
        let projectors: Vec<Projector> = (0..SEEDS).map(|more| self.projector(choice, more)).collect();
        let size = choice.size.of(self.extractor.vit().config().embedding());
        let errors = |of: &Gradients| {
            let (mut squares, mut maps) = (Vec::new(), Vec::new());
            for projector in &projectors {
                let all = |of: Vec<f32>| self.tensor(of, self.count());
                let d = all(of.traces.iter().flat_map(|trace| &trace.d).copied().collect());
                let u = all(of.traces.iter().flat_map(|trace| &trace.u).copied().collect());
                let rows = pollster::block_on(read(projector.project(d, u)))?;
                let rows: Vec<&[f32]> = rows.chunks_exact(size).collect();
                let found = cosines(&rows, |a, b| dot_f64(a, b));
                squares.push(Some(mean_square(of.exact.iter().zip(&found).map(|(a, b)| a - b))));
                maps.push(self.precision(&found));
            }
            let predicted = mean_square(of.exact.iter().map(|&cosine| projection_noise(cosine, size))).sqrt();
            let rmse = mean(squares).map_or(f64::NAN, f64::sqrt);
            Ok((of.part.key(), Errors { rmse, predicted, map: mean(maps) }))
        };
        let parts = self.parts.iter().map(errors).collect::<Result<_, CliError>>()?;
        let signs_mib = projectors.first().map_or(0, Projector::bytes) as f64 / f64::from(1 << 20);
        Ok(Found { parts, signs_mib, bytes: (self.parts.len() * size * size_of::<f32>()) as u64 })
    }

    fn projector(&self, choice: Choice, more: u64) -> Projector {
        let (vit, settings) = (self.extractor.vit(), self.extractor.settings());
        let seed = settings.seed.wrapping_add(more);
        let settings = Settings { seed, projection: choice.kind, ..settings.clone() };
        let size = choice.size.of(vit.config().embedding());
        Projector::draw(&settings, size, vit.config().dim, self.extractor.limits(), vit.device())
    }

    /// Rows of some gradients, `[gradients, V, E]`.
    fn tensor(&self, values: Vec<f32>, gradients: usize) -> Tensor<3> {
        let dim = self.extractor.vit().config().dim;
        let shape = [gradients, values.len() / dim / gradients, dim];
        Tensor::from_data(TensorData::new(values, shape), self.extractor.vit().device())
    }

    /// Of the first image, by turns: all its features, in milliseconds; packing its exact gradients, then each choice's
    /// projection, as the extractor does it, where each objective gets every row, with the others' rows masked out.
    pub(super) fn times(&self, timing: &Timing) -> Result<(f64, Vec<Time>), CliError> {
        let views = self.extractor.views(&self.images[0].rgb);
        let projectors = CHOICES.map(|choice| self.projector(choice, 0));
        let rows = |of: fn(&Trace) -> &Vec<f32>, masked: bool| {
            let of_part = |wanted: usize| {
                let row = move |(place, part): (usize, &Gradients)| {
                    let mask = if masked && place != wanted { 0.0 } else { 1.0 };
                    of(&part.traces[0]).iter().map(|x| x * mask).collect::<Vec<f32>>()
                };
                self.parts.iter().enumerate().flat_map(row)
            };
            self.tensor((0..self.parts.len()).flat_map(of_part).collect(), self.parts.len())
        };
        let (d, u) = (rows(|trace| &trace.d, true), rows(|trace| &trace.u, false));
        compute(self.extractor, vec![views.clone()])?;
        let mut features = Vec::new();
        let mut runs = vec![(Vec::new(), Vec::new()); 1 + CHOICES.len()];
        for _ in 0..timing.repeats {
            let feature = compute(self.extractor, vec![views.clone()])?;
            features.push(feature);
            let mut note = |place: usize, begun: Instant| {
                let ms = 1e3 * begun.elapsed().as_secs_f64();
                runs[place].0.push(ms);
                runs[place].1.push(ms / feature);
            };
            let begun = Instant::now();
            std::hint::black_box(self.factors(0));
            note(0, begun);
            for (place, projector) in (1..).zip(&projectors) {
                let begun = Instant::now();
                pollster::block_on(read(projector.project(d.clone(), u.clone())))?;
                note(place, begun);
            }
        }
        let time = |(ms, share)| Time { ms: median(ms), share: median(share) };
        Ok((median(features), runs.into_iter().map(time).collect()))
    }

    /// mAP of the labels, each image a query among the others, by these cosines.
    fn precision(&self, cosines: &[f64]) -> Option<f64> {
        let of_query = |(query, row): (usize, &[f64])| {
            let mut others: Vec<usize> = (0..row.len()).filter(|&image| image != query).collect();
            others.sort_by(|&a, &b| row[b].total_cmp(&row[a]));
            average_precision(others.iter().map(|&image| self.images[image].label == self.images[query].label))
        };
        mean(cosines.chunks_exact(self.count()).enumerate().map(of_query))
    }
}

/// Cosines of all pairs, `[n, n]`, from inner products; 0 with an item without a length.
fn cosines<T>(items: &[T], inner: impl Fn(&T, &T) -> f64) -> Vec<f64> {
    let lengths: Vec<f64> = items.iter().map(|item| inner(item, item).max(0.0).sqrt()).collect();
    let count = items.len();
    let mut cosines = vec![0.0; count * count];
    for i in 0..count {
        for j in 0..=i {
            let length = lengths[i] * lengths[j];
            let cosine = if length > 0.0 { inner(&items[i], &items[j]) / length } else { 0.0 };
            cosines[i * count + j] = cosine;
            cosines[j * count + i] = cosine;
        }
    }
    cosines
}

/// Of an `[n, n]` matrix with zeros on the diagonal: over the pairs of different items.
fn mean_square(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = values.len();
    let pairs = count - count.isqrt();
    values.map(|x| x * x).sum::<f64>() / pairs as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_over_pairs_of_different_images() {
        let found = cosines(&[[3.0, 4.0], [0.0, 2.0], [0.0, 0.0]], |a, b| a[0] * b[0] + a[1] * b[1]);
        assert_eq!(found, [1.0, 0.8, 0.0, 0.8, 1.0, 0.0, 0.0, 0.0, 0.0]);
        // Three images: six pairs.
        assert_eq!(mean_square([0.0, 1.0, 2.0, 1.0, 0.0, 0.0, 2.0, 0.0, 0.0].into_iter()), 10.0 / 6.0);
    }
}
