//! One query against many images.

use super::TOGETHER;
use crate::cores::each;
use crate::fungi::{FactorRows, Factors, Part};
use crate::kernels::product::{Matrix, product};

/// The exact cosines of `query`'s gradient with that of each of `items`, in their order; NaN where one of the two lacks `part`,
/// or they are of different widths.
pub fn exact_cosines(part: Part, query: &Factors, items: &[&Factors]) -> Vec<f32> {
    let mut cosines = vec![f32::NAN; items.len()];
    if let Some(query) = query.get(part) {
        let (dim, rows) = (query.dim(), query.unpacked());
        let pieces = cosines.chunks_mut(TOGETHER).zip(items.chunks(TOGETHER));
        each(pieces, |(cosines, items)| compare(cosines, (&rows, dim), part, items));
    }
    cosines
}

/// Rows of many images, one image after the other: u `[R, E]`, d `[R, E]`.
#[derive(Default)]
pub(super) struct Rows {
    pub u: Vec<f32>,
    pub d: Vec<f32>,
}

impl Rows {
    pub(super) fn push(&mut self, rows: &FactorRows) {
        let unpacked = rows.unpacked();
        let (u, d) = unpacked.split_at(unpacked.len() / 2);
        self.u.extend_from_slice(u);
        self.d.extend_from_slice(d);
    }
}

/// `query`: its unpacked rows, and their width.
fn compare(cosines: &mut [f32], (query, dim): (&[f32], usize), part: Part, items: &[&Factors]) {
    let fitting = |item: &&Factors| item.get(part).filter(|rows| rows.dim() == dim).map(FactorRows::views);
    let views: Vec<Option<usize>> = items.iter().map(fitting).collect();
    let mut rows = Rows::default();
    for (item, _) in items.iter().zip(&views).filter(|(_, views)| views.is_some()) {
        item.get(part).into_iter().for_each(|item| rows.push(item));
    }
    let (u, d) = query.split_at(query.len() / 2);
    let wanted = u.len() / dim;
    let pairs = |rows: &[f32], query: &[f32]| {
        let mut pairs = vec![0.0; rows.len() / dim * wanted];
        product(&mut pairs, wanted, Matrix::new(rows, dim), Matrix::new(query, dim).transposed(), false);
        pairs
    };
    let (content, direction) = (pairs(&rows.u, u), pairs(&rows.d, d));
    let mut pairs = direction.iter().zip(&content).map(|(d, u)| f64::from(*d) * f64::from(u + 1.0));
    for (cosine, views) in cosines.iter_mut().zip(views) {
        if let Some(views) = views {
            *cosine = pairs.by_ref().take(views * wanted).sum::<f64>() as f32;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{draw, product, zero};
    use super::*;
    use crate::fungi::ViewRows;

    const VIEWS: [usize; 20] = [3, 1, 5, 4, 2, 7, 1, 1, 9, 3, 2, 2, 6, 1, 3, 8, 5, 4, 2, 3];

    #[test]
    fn cosines_are_those_of_the_gradients_themselves() {
        let (factors, gradients) = draw(Part::Dino, &VIEWS);
        let items: Vec<&Factors> = factors.iter().collect();
        for query in [0, 5, 18] {
            let found = exact_cosines(Part::Dino, items[query], &items);
            for (found, gradient) in found.iter().zip(&gradients) {
                let expected = product(&gradients[query], gradient);
                assert!((f64::from(*found) - expected).abs() < 1e-3, "{found} {expected}");
            }
            assert!((found[query] - 1.0).abs() < 1e-5);
        }
    }

    #[test]
    fn what_an_image_is_compared_with_does_not_matter() {
        let (factors, _) = draw(Part::Kl, &VIEWS);
        let items: Vec<&Factors> = factors.iter().collect();
        let together = exact_cosines(Part::Kl, items[2], &items);
        for (item, cosine) in items.iter().zip(together) {
            assert!((exact_cosines(Part::Kl, items[2], &[item])[0] - cosine).abs() < 1e-6);
        }
    }

    #[test]
    fn what_cannot_be_compared_is_left_out_and_a_zero_is_like_nothing() {
        let (factors, _) = draw(Part::Kl, &[2, 3]);
        let other = [(Part::Kl, ViewRows { u: &[0.5; 5], d: &[0.5; 5], dim: 5 })].into_iter().collect();
        let (none, zero) = (Factors::default(), zero(Part::Kl));
        let found = exact_cosines(Part::Kl, &factors[0], &[&none, &factors[1], &other, &zero]);
        assert!(found[0].is_nan() && found[1].is_finite() && found[2].is_nan() && found[3] == 0.0, "{found:?}");
        assert!(exact_cosines(Part::Dino, &factors[0], &[&factors[1]])[0].is_nan());
        assert!(exact_cosines(Part::Kl, &factors[0], &[]).is_empty());
    }
}
