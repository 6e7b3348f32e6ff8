//! Cosines of gradients without projection, from the rows that they are sums of ([`crate::fungi::Factors`]).
//!
//! One query against many goes by pairs of views, `sum over v, v' of (d_v . d'_v') (u_v . u'_v' + 1)`: for few views, that is
//! far less than a gradient's `E (E + 1)` numbers. All pairs of a gallery go by gradients that are written out, a few rows at a
//! time, since there each is used as often as there are images.

mod centring;
mod gram;
mod query;

pub use centring::{ExactCentring, ExactMeans};
pub use gram::{Gram, exact_features, exact_features_bytes};
pub use query::exact_cosines;

/// Images whose rows are unpacked and multiplied at a time: as much as stays close to the processor.
const TOGETHER: usize = 16;

#[cfg(test)]
mod tests {
    use crate::fungi::exact::gradient;
    use crate::fungi::{Factors, Part, ViewRows};
    use crate::random::{Purpose, Stream};

    pub(super) const DIM: usize = 12;

    /// Factors with so many views, and their gradients at full size and of unit length, `[E, E + 1]`.
    pub(super) fn draw(part: Part, views: &[usize]) -> (Vec<Factors>, Vec<Vec<f64>>) {
        let one = |(image, &views): (usize, &usize)| {
            let mut stream = Stream::new(6, Purpose::Sample, image as u32);
            let mut rows = |shift: f32| -> Vec<f32> {
                (0..views * DIM).map(|i| stream.range(-1.0, 1.0) + shift * ((i % DIM) as f32 / 6.0 - 1.0)).collect()
            };
            let (u, d) = (rows(1.0), rows(0.5));
            let factors = [(part, ViewRows { u: &u, d: &d, dim: DIM })].into_iter().collect();
            (factors, unit(gradient(&d, &u, DIM)))
        };
        views.iter().enumerate().map(one).unzip()
    }

    /// Factors of a gradient that is zero.
    pub(super) fn zero(part: Part) -> Factors {
        [(part, ViewRows { u: &[0.5; DIM], d: &[0.0; DIM], dim: DIM })].into_iter().collect()
    }

    pub(super) fn unit(x: Vec<f64>) -> Vec<f64> {
        let length = product(&x, &x).sqrt();
        x.into_iter().map(|x| if length > 1e-9 { x / length } else { 0.0 }).collect()
    }

    pub(super) fn product(a: &[f64], b: &[f64]) -> f64 {
        a.iter().zip(b).map(|(a, b)| a * b).sum()
    }
}
