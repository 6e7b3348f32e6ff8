//! Exact cosines after centring: the mean of a gallery's unit gradients is one `[E, E + 1]` matrix M, and an image's inner
//! product with it is `sum over v of d_v^T M [u_v; 1]`.

use super::TOGETHER;
use super::query::{Rows, exact_cosines};
use crate::arithmetic::{dot, dot_f64};
use crate::cores::{count, each};
use crate::fungi::{FactorRows, Factors, Part, PartMap};
use crate::kernels::product::{Matrix, product};

/// Centred lengths below this are rounding: the gradient is the mean itself.
const ROUNDING: f64 = 3e-3;

/// The mean of a gallery's unit gradients, and where the gallery's images lie from it. See [`super::super::Centring`].
#[derive(Debug, Clone, PartialEq)]
pub struct ExactCentring {
    part: Part,
    /// `[E, E + 1]`.
    mean: Vec<f32>,
    dim: usize,
    /// The mean's inner product with itself.
    square: f64,
    items: Vec<Option<Place>>,
}

/// Where a gradient lies from the mean.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Place {
    /// Its inner product with the mean.
    along: f64,
    /// Its length less the mean.
    length: f64,
}

impl ExactCentring {
    /// The mean over `items`. One counts only if it has `part`, in the width of the first that has it; None if none has it.
    pub fn fit(part: Part, items: &[&Factors]) -> Option<Self> {
        let dim = items.iter().find_map(|item| item.get(part))?.dim();
        let fitting: Vec<&FactorRows> =
            items.iter().filter_map(|item| item.get(part)).filter(|rows| rows.dim() == dim).collect();
        let mean = mean(&fitting, dim);
        let square = dot_f64(&mean, &mean);
        let mut centring = Self { part, mean, dim, square, items: Vec::new() };
        let mut places = vec![None; items.len()];
        let pieces = places.chunks_mut(TOGETHER).zip(items.chunks(TOGETHER));
        each(pieces, |(places, items)| {
            places.iter_mut().zip(items).for_each(|(place, item)| *place = centring.place(item));
        });
        centring.items = places;
        Some(centring)
    }

    /// The exact cosines of `query` with each of the `items` that the mean is over, all of them less the mean. NaN where one of
    /// the two does not count; 0 with a gradient that is the mean itself.
    pub fn cosines(&self, query: &Factors, items: &[&Factors]) -> Vec<f32> {
        let mut cosines = exact_cosines(self.part, query, items);
        let query = self.place(query);
        for (cosine, item) in cosines.iter_mut().zip(&self.items) {
            *cosine = match (query, *item) {
                (Some(a), Some(b)) if a.length < ROUNDING || b.length < ROUNDING => 0.0,
                (Some(a), Some(b)) => {
                    let product = f64::from(*cosine) - a.along - b.along + self.square;
                    (product / (a.length * b.length)) as f32
                }
                _ => f32::NAN,
            };
        }
        cosines
    }

    fn place(&self, item: &Factors) -> Option<Place> {
        let item = item.get(self.part).filter(|rows| rows.dim() == self.dim)?;
        let (dim, mut rows) = (self.dim, Rows::default());
        rows.push(item);
        // d M, without M's last column, which stands for the bias.
        let mut along = vec![0.0; rows.d.len()];
        let (d, stride) = (Matrix::new(&rows.d, dim), dim + 1);
        product(&mut along, dim, d, Matrix::strided(&self.mean, dim, dim, stride), false);
        let bias: Vec<f32> = self.mean.iter().skip(dim).step_by(stride).copied().collect();
        let views = along.chunks_exact(dim).zip(rows.u.chunks_exact(dim).zip(rows.d.chunks_exact(dim)));
        let along: f64 = views.map(|(along, (u, d))| f64::from(dot(along, u)) + f64::from(dot(d, &bias))).sum();
        let own = if item.is_zero() { 0.0 } else { 1.0 };
        Some(Place { along, length: (own - 2.0 * along + self.square).max(0.0).sqrt() })
    }
}

/// A gallery's means, each from the first query on that asks for cosines less the mean.
#[derive(Debug, Default)]
pub struct ExactMeans(PartMap<Option<ExactCentring>>);

impl ExactMeans {
    /// The exact cosines of `query` with each of the `items`, which are the same at every call; less their mean if `centred`.
    /// NaN where there is none.
    pub fn cosines(&mut self, part: Part, query: &Factors, items: &[&Factors], centred: bool) -> Vec<f32> {
        let mean = &mut self.0[part];
        if centred && mean.is_none() {
            *mean = ExactCentring::fit(part, items);
        }
        match mean {
            Some(mean) if centred => mean.cosines(query, items),
            _ => exact_cosines(part, query, items),
        }
    }
}

/// `[E, E + 1]`.
fn mean(items: &[&FactorRows], dim: usize) -> Vec<f32> {
    let stride = dim + 1;
    // A sum for each core, so that none waits for another.
    let share = items.len().div_ceil(count()).max(1);
    let mut sums: Vec<Vec<f32>> = items.chunks(share).map(|_| vec![0.0; dim * stride]).collect();
    each(sums.iter_mut().zip(items.chunks(share)), |(sum, items)| {
        for items in items.chunks(TOGETHER) {
            let mut rows = Rows::default();
            items.iter().for_each(|item| rows.push(item));
            add_gradients(sum, &rows, dim);
        }
    });
    let mut mean = vec![0.0; dim * stride];
    for sum in sums {
        mean.iter_mut().zip(sum).for_each(|(mean, sum)| *mean += sum / items.len() as f32);
    }
    mean
}

/// Adds `sum over rows of d (x) [u; 1]`.
fn add_gradients(sum: &mut [f32], rows: &Rows, dim: usize) {
    let stride = dim + 1;
    product(sum, stride, Matrix::new(&rows.d, dim).transposed(), Matrix::new(&rows.u, dim), true);
    for d in rows.d.chunks_exact(dim) {
        sum.iter_mut().skip(dim).step_by(stride).zip(d).for_each(|(sum, d)| *sum += d);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{draw, product, unit, zero};
    use super::*;

    /// Three groups of images, the query among them, and one whose gradient is zero: as if each gradient were written out.
    #[test]
    fn centred_cosines_are_those_of_centred_gradients() {
        let views: Vec<usize> = (0..37).map(|image| 1 + image % 5).collect();
        let (mut factors, mut gradients) = draw(Part::Simclr, &views);
        factors.push(zero(Part::Simclr));
        gradients.push(vec![0.0; gradients[0].len()]);
        let items: Vec<&Factors> = factors.iter().collect();
        let count = gradients.len() as f64;
        let mean: Vec<f64> =
            (0..gradients[0].len()).map(|at| gradients.iter().map(|x| x[at]).sum::<f64>() / count).collect();
        let centred: Vec<Vec<f64>> = gradients
            .iter()
            .map(|gradient| unit(gradient.iter().zip(&mean).map(|(x, mean)| x - mean).collect()))
            .collect();
        let centring = ExactCentring::fit(Part::Simclr, &items).unwrap();
        let plain = exact_cosines(Part::Simclr, items[3], &items);
        for query in [3, 37] {
            let found = centring.cosines(items[query], &items);
            for ((found, gradient), plain) in found.iter().zip(&centred).zip(&plain) {
                let expected = product(&centred[query], gradient);
                assert!((f64::from(*found) - expected).abs() < 1e-3, "{query}: {found} {expected} {plain}");
            }
            assert!((found[query] - 1.0).abs() < 1e-4);
        }
    }

    #[test]
    fn an_image_alone_is_its_own_mean() {
        let (factors, _) = draw(Part::Kl, &[4]);
        let centring = ExactCentring::fit(Part::Kl, &[&factors[0]]).unwrap();
        assert_eq!(centring.cosines(&factors[0], &[&factors[0]]), [0.0]);
        assert_eq!(ExactCentring::fit(Part::Dino, &[&factors[0]]), None);
    }

    #[test]
    fn images_without_the_part_do_not_count() {
        let (factors, _) = draw(Part::Kl, &[4, 2, 3]);
        let none = Factors::default();
        let with = [&factors[0], &none, &factors[1]];
        let (some, all) = (ExactCentring::fit(Part::Kl, &with), ExactCentring::fit(Part::Kl, &[with[0], with[2]]));
        let found = some.unwrap().cosines(&factors[2], &with);
        let expected = all.unwrap().cosines(&factors[2], &[with[0], with[2]]);
        assert!(found[1].is_nan() && (found[0] - expected[0]).abs() < 1e-6 && (found[2] - expected[1]).abs() < 1e-6);
    }
}
