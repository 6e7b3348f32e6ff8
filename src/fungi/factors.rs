//! What an image's exact gradients are kept as: the rows that they are sums of, in half precision.
//!
//! A gradient `[E, E + 1]` is a sum over views, `sum over v of d_v (x) [u_v; 1]`. Its rows `u` and `d` take `2 V E` numbers, and
//! exact inner products come from them alone ([`super::exact::inner_product`]).

use half::f16;
use half::slice::HalfFloatSliceExt;
use serde::{Deserialize, Serialize};

use super::exact::inner_product;
use super::{Part, PartMap, ViewRows};

/// The rows behind each of one image's gradients.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Factors(PartMap<Option<FactorRows>>);

/// The rows behind one gradient, scaled so that its length is 1: inner products of two are cosines.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FactorRows {
    /// u of each view, `[V, E]`, then d of each.
    #[serde(with = "halves")]
    values: Vec<f16>,
    dim: usize,
    /// What brings the stored u back.
    content: f32,
    /// What brings the stored d to a gradient of length 1; 0 where the gradient is zero.
    direction: f32,
}

impl Factors {
    /// The rows behind `part`, if it is a gradient that was computed.
    pub fn get(&self, part: Part) -> Option<&FactorRows> {
        self.0[part].as_ref()
    }

    /// The gradients that are there, in order.
    pub fn parts(&self) -> impl Iterator<Item = Part> {
        Part::ALL.into_iter().filter(|&part| self.0[part].is_some())
    }

    /// Takes the gradients of `other`; the others stay.
    pub fn merge(&mut self, other: Self) {
        let Self(mut rows) = other;
        for part in Part::ALL {
            if let Some(rows) = rows[part].take() {
                self.0[part] = Some(rows);
            }
        }
    }

    /// As bytes, for [`Self::from_bytes`]: [`super::Settings::factor_bytes`] and a few more.
    pub fn to_bytes(&self) -> Vec<u8> {
        postcard::to_allocvec(self).expect("numbers and bytes can always be written")
    }

    /// What [`Self::to_bytes`] gave; none if it is something else.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let factors: Self = postcard::from_bytes(bytes).ok()?;
        let is_whole = factors.0.iter().all(|(_, rows)| rows.as_ref().is_none_or(FactorRows::is_whole));
        is_whole.then_some(factors)
    }
}

/// From each part's rows, which must be finite.
impl<'a> FromIterator<(Part, ViewRows<'a>)> for Factors {
    fn from_iter<I: IntoIterator<Item = (Part, ViewRows<'a>)>>(rows: I) -> Self {
        let mut factors = Self::default();
        rows.into_iter().for_each(|(part, rows)| factors.0[part] = Some(FactorRows::new(rows)));
        factors
    }
}

impl FactorRows {
    fn new(rows: ViewRows<'_>) -> Self {
        let mut values = Vec::with_capacity(rows.u.len() + rows.d.len());
        let content = pack(rows.u, &mut values) as f32;
        pack(rows.d, &mut values);
        let mut packed = Self { values, dim: rows.dim, content, direction: 1.0 };
        // Of what is kept, not of what was given: an image's cosine with itself is 1.
        let kept = packed.unpacked();
        let (u, d) = kept.split_at(rows.u.len());
        let square = inner_product((d, u), (d, u), rows.dim);
        packed.direction = if square > 0.0 { square.sqrt().recip() as f32 } else { 0.0 };
        packed
    }

    /// E.
    pub fn dim(&self) -> usize {
        self.dim
    }

    /// V.
    pub fn views(&self) -> usize {
        self.values.len() / (2 * self.dim)
    }

    /// Whether the gradient is zero: it has no direction, and a cosine of 0 with anything.
    pub fn is_zero(&self) -> bool {
        self.direction == 0.0
    }

    fn is_whole(&self) -> bool {
        let numbers =
            self.values.iter().all(|x| x.is_finite()) && self.content.is_finite() && self.direction.is_finite();
        self.dim > 0 && self.values.len().is_multiple_of(2 * self.dim) && numbers
    }

    /// u `[V, E]`, then d `[V, E]`, such that the gradient's length is 1 (or 0).
    pub fn unpacked(&self) -> Vec<f32> {
        let mut values = vec![0.0; self.values.len()];
        self.values.convert_to_f32_slice(&mut values);
        let (u, d) = values.split_at_mut(self.values.len() / 2);
        u.iter_mut().for_each(|x| *x *= self.content);
        d.iter_mut().for_each(|x| *x *= self.direction);
        values
    }
}

/// Appends values in half precision, over a power of two that brings the largest to 2^14: far from what is too large (2^16),
/// and 28 powers of two above what loses digits (2^-14). Returns that power.
fn pack(values: &[f32], packed: &mut Vec<f16>) -> f64 {
    let largest = values.iter().fold(0.0_f32, |largest, x| largest.max(x.abs()));
    let scale = if largest > 0.0 { (f64::from(largest).log2().floor() - 14.0).exp2() } else { 1.0 };
    packed.extend(values.iter().map(|&x| f16::from_f64(f64::from(x) / scale)));
    scale
}

/// Half-precision numbers as bytes, the lower one first.
mod halves {
    use half::f16;
    use serde::{Deserializer, Serializer};

    pub fn serialize<S: Serializer>(values: &[f16], serializer: S) -> Result<S::Ok, S::Error> {
        let bytes: Vec<u8> = values.iter().flat_map(|x| x.to_le_bytes()).collect();
        serde_bytes::serialize(&bytes, serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<f16>, D::Error> {
        let bytes: Vec<u8> = serde_bytes::deserialize(deserializer)?;
        Ok(bytes.chunks_exact(2).map(|pair| f16::from_le_bytes([pair[0], pair[1]])).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fungi::{Contributions, Settings};
    use crate::random::{Purpose, Stream};

    const DIM: usize = 24;

    /// Views that have much in common, as an image's have, whose sizes differ by orders of magnitude.
    fn draw(lane: u32, views: usize, sizes: (f32, f32)) -> (Vec<f32>, Vec<f32>) {
        let mut stream = Stream::new(3, Purpose::Sample, lane);
        let common: Vec<f32> = (0..2 * DIM).map(|_| stream.range(-1.0, 1.0)).collect();
        let mut rows = |common: &[f32], size: f32| -> Vec<f32> {
            let view = |view: usize| size * 0.5_f32.powi(view as i32 % 9);
            let row = |v: usize| common.iter().map(|x| view(v) * (x + stream.range(-1.0, 1.0))).collect::<Vec<f32>>();
            (0..views).flat_map(row).collect()
        };
        (rows(&common[..DIM], sizes.0), rows(&common[DIM..], sizes.1))
    }

    fn rows((u, d): &(Vec<f32>, Vec<f32>)) -> ViewRows<'_> {
        ViewRows { u, d, dim: DIM }
    }

    fn kept(rows: ViewRows<'_>) -> FactorRows {
        FactorRows::new(rows)
    }

    fn product(a: &FactorRows, b: &FactorRows) -> f64 {
        let [a, b] = [a, b].map(FactorRows::unpacked);
        let split = |x: &[f32]| (x[x.len() / 2..].to_vec(), x[..x.len() / 2].to_vec());
        let ((d, u), (d2, u2)) = (split(&a), split(&b));
        inner_product((&d, &u), (&d2, &u2), DIM)
    }

    /// Losses' gradients may be as small as 1e-10 and smaller; heads may be large.
    #[test]
    fn inner_products_are_cosines_whatever_the_sizes() {
        for sizes in [(1.0, 1.0), (3e-3, 1e-12), (500.0, 1e-30), (1e5, 1e8), (1e-8, 1e-38)] {
            let (a, b) = (draw(0, 12, sizes), draw(1, 49, sizes));
            let exact = Contributions::of_gradients(rows(&a), rows(&b)).cosine;
            let (a, b) = (kept(rows(&a)), kept(rows(&b)));
            assert!((product(&a, &b) - exact).abs() < 1e-3, "{sizes:?}: {} {exact}", product(&a, &b));
            assert!((product(&a, &a) - 1.0).abs() < 1e-6, "{}", product(&a, &a));
            assert_eq!((a.views(), b.views(), a.dim()), (12, 49, DIM));
        }
    }

    #[test]
    fn a_zero_gradient_stays_zero() {
        let zero = kept(ViewRows { u: &[0.5; 2 * DIM], d: &[0.0; 2 * DIM], dim: DIM });
        assert!(zero.is_zero());
        assert_eq!(product(&zero, &kept(rows(&draw(0, 2, (1.0, 1.0))))), 0.0);
        // Without any content, the bias is left.
        let empty = kept(ViewRows { u: &[0.0; DIM], d: &[1e-3; DIM], dim: DIM });
        assert!((product(&empty, &empty) - 1.0).abs() < 1e-6);
    }

    #[test]
    fn their_bytes_are_said_beforehand() {
        let (settings, side) = (Settings::default(), 64);
        let views = |part: Part| settings.objective(part).unwrap().views().count(side);
        let drawn = |part: Part| draw(0, views(part), (1.0, 1.0));
        let parts = [Part::Kl, Part::Dino, Part::Simclr].map(|part| (part, drawn(part)));
        let factors: Factors = parts.iter().map(|(part, drawn)| (*part, rows(drawn))).collect();
        let numbers: usize = factors.parts().map(|part| factors.get(part).unwrap().values.len()).sum();
        assert_eq!(settings.factor_bytes(side, DIM), 2 * numbers as u64);
        // ViT-Ti: 62 views of 2 * 192 numbers.
        assert_eq!(settings.factor_bytes(side, 192), 62 * 2 * 192 * 2);
        let more = factors.to_bytes().len() as u64 - settings.factor_bytes(side, DIM);
        assert!(more < 64, "{more}");
    }

    #[test]
    fn bytes_bring_back_the_same_and_nothing_else() {
        let of = |part, lane| -> Factors { [(part, rows(&draw(lane, 5, (1.0, 1e-9))))].into_iter().collect() };
        let (mut both, dino) = (of(Part::Kl, 0), of(Part::Dino, 1));
        both.merge(dino.clone());
        assert_eq!(both.parts().collect::<Vec<_>>(), [Part::Kl, Part::Dino]);
        assert_eq!(both.get(Part::Dino), dino.get(Part::Dino));
        let bytes = both.to_bytes();
        assert_eq!(Factors::from_bytes(&bytes), Some(both.clone()));
        assert_eq!(Factors::from_bytes(&bytes[..bytes.len() - 9]), None);
        let FactorRows { values, .. } = both.get(Part::Kl).unwrap().clone();
        let damaged = |of: FactorRows| {
            let mut factors = Factors::default();
            factors.0[Part::Kl] = Some(of);
            Factors::from_bytes(&factors.to_bytes())
        };
        let whole = FactorRows { values, dim: DIM, content: 1.0, direction: 1.0 };
        assert!(damaged(whole.clone()).is_some());
        assert_eq!(damaged(FactorRows { dim: DIM + 1, ..whole.clone() }), None);
        assert_eq!(damaged(FactorRows { dim: 0, ..whole.clone() }), None);
        assert_eq!(damaged(FactorRows { content: f32::NAN, ..whole }), None);
    }
}
