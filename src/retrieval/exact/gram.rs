//! All pairs of a gallery: the matrix of their exact cosines, and vectors that have those cosines, so that whatever is done
//! with features (neighbours, centring, a probe, clusters) is exact without knowing of it.

use faer::{Mat, Side};

use crate::cores::each;
use crate::fungi::{FactorRows, Factors, Features, Part};
use crate::kernels::product::{Matrix, product};

/// Bytes of the gradients' rows that are written out at a time.
const SLICE: usize = 32 << 20;
/// Rows of the matrix that a core computes at a time.
const BAND: usize = 64;
/// What is added to the diagonal, the first that suffices: where images are nearly alike, rounding makes the matrix indefinite.
const RIDGES: [f64; 4] = [1e-6, 1e-5, 1e-4, 1e-3];

/// The exact cosines of all pairs of images, by one gradient.
#[derive(Debug, Clone, PartialEq)]
pub struct Gram {
    /// `[n, n]`; above the diagonal, only what lies in a band's rows.
    values: Vec<f32>,
    count: usize,
    /// Whether each gradient is zero.
    zero: Vec<bool>,
}

impl Gram {
    /// Of all `items`; None if one lacks `part`, or has it in another width.
    pub fn new(part: Part, items: &[&Factors]) -> Option<Self> {
        let rows: Vec<&FactorRows> = items.iter().map(|item| item.get(part)).collect::<Option<_>>()?;
        let (count, dim) = (rows.len(), rows.first()?.dim());
        if rows.iter().any(|rows| rows.dim() != dim) {
            return None;
        }
        let mut values = vec![0.0; count * count];
        let slice = (SLICE / size_of::<f32>() / count / (dim + 1)).clamp(1, dim);
        for first in (0..dim).step_by(slice) {
            let slice = slice.min(dim - first);
            let width = slice * (dim + 1);
            let mut gradients = vec![0.0; count * width];
            each(gradients.chunks_exact_mut(width).zip(&rows), |(gradient, rows)| write_rows(gradient, rows, first));
            let bands = values.chunks_mut(BAND * count).enumerate();
            each(bands, |(band, out)| {
                let (from, until) = (band * BAND, count.min((band + 1) * BAND));
                let left = Matrix::new(&gradients[from * width..until * width], width);
                let right = Matrix::new(&gradients[..until * width], width).transposed();
                product(out, count, left, right, true);
            });
        }
        Some(Self { values, count, zero: rows.iter().map(|rows| rows.is_zero()).collect() })
    }

    /// The cosine of two of the images.
    ///
    /// # Panics
    ///
    /// If there is no such image.
    pub fn cosine(&self, first: usize, second: usize) -> f32 {
        self.values[first.max(second) * self.count + first.min(second)]
    }

    /// Unit vectors, `[n, n]`, whose inner products are the cosines, to 1e-5 or so: the matrix's Cholesky factor. Zero for a
    /// gradient that is zero. None if some gradient is not finite.
    pub fn vectors(&self) -> Option<Vec<f32>> {
        let cosine = |i: usize, j: usize| f64::from(self.cosine(i, j));
        let factor = RIDGES.into_iter().find_map(|ridge| {
            let unit = 1.0 + ridge;
            let square = Mat::<f64>::from_fn(self.count, self.count, |i, j| if i == j { unit } else { cosine(i, j) });
            square.llt(Side::Lower).ok()
        })?;
        let factor = factor.L();
        let mut vectors = vec![0.0; self.count * self.count];
        for (row, vector) in vectors.chunks_exact_mut(self.count).enumerate().filter(|(row, _)| !self.zero[*row]) {
            vector[..=row].iter_mut().enumerate().for_each(|(column, x)| *x = factor[(row, column)] as f32);
        }
        vectors.iter().all(|x| x.is_finite()).then_some(vectors)
    }
}

/// Writes some rows of a unit gradient `[E, E + 1]`, from `first` on.
fn write_rows(gradient: &mut [f32], rows: &FactorRows, first: usize) {
    let (dim, unpacked) = (rows.dim(), rows.unpacked());
    let (u, d) = unpacked.split_at(unpacked.len() / 2);
    let (stride, count) = (dim + 1, gradient.len() / (dim + 1));
    let left = Matrix::strided(&d[first..], rows.views(), count, dim).transposed();
    product(gradient, stride, left, Matrix::new(u, dim), false);
    for (row, gradient) in gradient.chunks_exact_mut(stride).enumerate() {
        gradient[dim] = d.iter().skip(first + row).step_by(dim).sum();
    }
}

/// The same features with each gradient that all `factors` have in place of its projection. None if a gradient is not finite.
pub fn exact_features(features: &[&Features], factors: &[&Factors]) -> Option<Vec<Features>> {
    let mut exact: Vec<Features> = features.iter().copied().cloned().collect();
    let parts = factors.first().into_iter().flat_map(|first| first.parts());
    for (part, gram) in parts.filter_map(|part| Some((part, Gram::new(part, factors)?))) {
        let vectors = gram.vectors()?;
        for (features, vector) in exact.iter_mut().zip(vectors.chunks_exact(factors.len())) {
            features.set(part, vector.to_vec());
        }
    }
    Some(exact)
}

/// The bytes that [`exact_features`] and an evaluation of them take at most, beside the factors: for `images` with `parts`
/// gradients of a backbone of width `dim`.
pub fn exact_features_bytes(images: usize, parts: usize, dim: usize) -> u64 {
    let (square, number) = ((images * images) as u64, size_of::<f32>() as u64);
    // The vectors as features, as a table, and centred; at their making the matrix, twice in f64, and as one array.
    let slice = (SLICE as u64).max((images * (dim + 1)) as u64 * number);
    square * (3 * parts as u64 * number + 2 * number + 2 * size_of::<f64>() as u64) + slice
}

#[cfg(test)]
mod tests {
    use super::super::tests::{draw, product as inner, zero};
    use super::*;

    /// More images than a band holds; the last ones are the same image again, and one whose gradient is zero.
    fn drawn() -> (Vec<Factors>, Vec<Vec<f64>>) {
        let views: Vec<usize> = (0..70).map(|image| 1 + image % 4).collect();
        let (mut factors, mut gradients) = draw(Part::Dino, &views);
        factors.push(factors[5].clone());
        gradients.push(gradients[5].clone());
        factors.push(zero(Part::Dino));
        gradients.push(vec![0.0; gradients[0].len()]);
        (factors, gradients)
    }

    #[test]
    fn all_pairs_have_the_cosines_of_the_gradients_themselves() {
        let (factors, gradients) = drawn();
        let gram = Gram::new(Part::Dino, &factors.iter().collect::<Vec<_>>()).unwrap();
        for (i, a) in gradients.iter().enumerate() {
            for (j, b) in gradients.iter().enumerate() {
                let expected = inner(a, b);
                assert!((f64::from(gram.cosine(i, j)) - expected).abs() < 1e-3, "{i} {j}: {expected}");
            }
        }
    }

    #[test]
    fn features_get_vectors_with_these_cosines() {
        let (factors, gradients) = drawn();
        let factors: Vec<&Factors> = factors.iter().collect();
        let mut projected = Features::new();
        projected.set(Part::Embedding, vec![1.0, 2.0]);
        projected.set(Part::Dino, vec![1.0, 2.0]);
        let features = exact_features(&vec![&projected; factors.len()], &factors).unwrap();
        assert!(features.iter().all(|features| features.get(Part::Embedding) == projected.get(Part::Embedding)));
        let vector = |image: usize| features[image].get(Part::Dino).unwrap();
        for i in 0..features.len() {
            for j in 0..features.len() {
                let found: f64 = vector(i).iter().zip(vector(j)).map(|(a, b)| f64::from(a * b)).sum();
                assert!((found - inner(&gradients[i], &gradients[j])).abs() < 1e-3, "{i} {j}: {found}");
            }
        }
    }

    #[test]
    fn gradients_that_some_lack_stay_as_they_are() {
        let (factors, _) = draw(Part::Kl, &[1, 2]);
        let none = Factors::default();
        assert_eq!(Gram::new(Part::Kl, &[&factors[0], &none]), None);
        assert_eq!(Gram::new(Part::Kl, &[]), None);
        let features = Features::new();
        assert_eq!(exact_features(&[&features; 2], &[&factors[0], &none]), Some(vec![Features::new(); 2]));
    }
}
