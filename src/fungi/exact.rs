//! Gradients and their inner products without projection: what every projection approximates.

use crate::arithmetic::dot_f64;

/// `<G, G'> = sum over v, v' of (d_v . d'_v') ([u_v; 1] . [u'_v'; 1])`, in f64, for gradients given by their views'
/// rows (`d` and `u`, `dim` numbers per view).
pub fn inner_product(first: (&[f32], &[f32]), second: (&[f32], &[f32]), dim: usize) -> f64 {
    let pairs = |(d, u): (&[f32], &[f32]), other: (&[f32], &[f32])| -> f64 {
        let rows = other.0.chunks_exact(dim).zip(other.1.chunks_exact(dim));
        rows.map(|(d2, u2)| dot_f64(d, d2) * (dot_f64(u, u2) + 1.0)).sum()
    };
    first.0.chunks_exact(dim).zip(first.1.chunks_exact(dim)).map(|row| pairs(row, second)).sum()
}

/// The gradient itself, `[E, E + 1]` row-major: `sum over v of d_v (x) [u_v; 1]`, in f64. For tests and parity only;
/// features never need it.
pub fn gradient(d: &[f32], u: &[f32], dim: usize) -> Vec<f64> {
    let mut gradient = vec![0.0; dim * (dim + 1)];
    for (d, u) in d.chunks_exact(dim).zip(u.chunks_exact(dim)) {
        for (row, &d) in gradient.chunks_exact_mut(dim + 1).zip(d) {
            let with_bias = u.iter().copied().chain([1.0]);
            row.iter_mut().zip(with_bias).for_each(|(g, u)| *g += f64::from(d) * f64::from(u));
        }
    }
    gradient
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Purpose, Stream};

    #[test]
    fn the_shortcut_is_the_inner_product_of_the_gradients() {
        let mut stream = Stream::new(3, Purpose::Sample, 0);
        let mut draw = |n: usize| (0..n).map(|_| stream.range(-1.0, 1.0)).collect::<Vec<f32>>();
        let dim = 6;
        let (d, u, d2, u2) = (draw(3 * dim), draw(3 * dim), draw(5 * dim), draw(5 * dim));
        let pairs = gradient(&d, &u, dim).into_iter().zip(gradient(&d2, &u2, dim));
        let long: f64 = pairs.map(|(a, b)| a * b).sum();
        let short = inner_product((&d, &u), (&d2, &u2), dim);
        assert!((long - short).abs() < 1e-9 * long.abs().max(1.0), "{long} {short}");
    }
}
