//! From gradients to a few numbers whose inner products approximate those of the gradients; no gradient is ever stored.

use burn::prelude::*;

use super::signs::Signs;
use super::{Limits, Projection, Settings};
use crate::kernels;
use crate::random::Purpose;

/// A projection, and the width E of the gradients `[E, E + 1]` that it takes.
#[derive(Debug, Clone)]
pub struct Projector {
    kind: Kind,
    dim: usize,
}

/// A projection of gradients `sum over v of d_v (x) [u_v; 1]` to D numbers.
#[derive(Debug, Clone)]
enum Kind {
    /// `R vec(G) / sqrt(D)` with dense signs R (section 3.2), packed, in tensors of a few rows each.
    Rademacher(Vec<Tensor<2, Int>>),
    /// `sum over v of (A d_v) * (B [u_v; 1]) / sqrt(D)`: the same with R's rows the Kronecker products of A's and B's.
    KhatriRao(Box<Sides>),
}

/// The Khatri-Rao projection's two sign matrices.
#[derive(Debug, Clone)]
struct Sides {
    /// A, transposed: `[E, D]`.
    left: Tensor<2>,
    /// B without its last column, transposed: `[E, D]`.
    right: Tensor<2>,
    /// B's last column, `[1, D]`.
    ones: Tensor<2>,
}

impl Projector {
    /// The projection that the settings name, of gradients `[dim, dim + 1]` to `size` numbers.
    pub fn draw(settings: &Settings, size: usize, dim: usize, limits: &Limits, device: &Device) -> Self {
        let signs = |purpose, columns| Signs::draw(settings.seed, purpose, size, columns);
        match settings.projection {
            Projection::Rademacher => Self::rademacher(&signs(Purpose::Signs, dim * (dim + 1)), limits, device),
            Projection::KhatriRao => {
                Self::khatri_rao(&signs(Purpose::SignsLeft, dim), &signs(Purpose::SignsRight, dim + 1), device)
            }
        }
    }

    /// The dense projection by given signs, `[D, E (E + 1)]`.
    pub fn rademacher(signs: &Signs, limits: &Limits, device: &Device) -> Self {
        // E is the whole part of sqrt(E (E + 1)).
        Self { kind: Kind::Rademacher(signs.packed(limits.signs, device)), dim: signs.columns().isqrt() }
    }

    /// The structured projection by given signs A `[D, E]` and B `[D, E + 1]`.
    pub fn khatri_rao(left: &Signs, right: &Signs, device: &Device) -> Self {
        let dim = left.columns();
        let right = right.floats(device).transpose();
        let (ones, right) = (right.clone().slice(dim..dim + 1), right.slice(0..dim));
        Self { kind: Kind::KhatriRao(Box::new(Sides { left: left.floats(device).transpose(), right, ones })), dim }
    }

    /// E.
    pub fn dim(&self) -> usize {
        self.dim
    }

    /// D.
    pub fn size(&self) -> usize {
        match &self.kind {
            Kind::Rademacher(parts) => parts.iter().map(|part| part.dims()[0]).sum(),
            Kind::KhatriRao(sides) => sides.ones.dims()[1],
        }
    }

    /// The bytes of its signs: packed, or as floats.
    pub fn bytes(&self) -> usize {
        let bytes = |dims: [usize; 2]| dims[0] * dims[1] * size_of::<f32>();
        match &self.kind {
            Kind::Rademacher(parts) => parts.iter().map(|part| bytes(part.dims())).sum(),
            Kind::KhatriRao(sides) => {
                [&sides.left, &sides.right, &sides.ones].map(|side| bytes(side.dims())).iter().sum()
            }
        }
    }

    /// Projects gradients given by `d` and `u`, both `[B, V, E]`, to `[B, D]`.
    pub fn project(&self, d: Tensor<3>, u: Tensor<3>) -> Tensor<2> {
        let size = self.size() as f32;
        match &self.kind {
            Kind::Rademacher(parts) => {
                let project = |part: &Tensor<2, Int>| {
                    let f = kernels::rademacher(d.clone(), u.clone(), part.clone());
                    let rows = part.dims()[0] as f32;
                    // The kernel divides by the square root of the rows that it saw.
                    if rows == size { f } else { f * (rows / size).sqrt() }
                };
                match &parts[..] {
                    [part] => project(part),
                    parts => Tensor::cat(parts.iter().map(project).collect(), 1),
                }
            }
            Kind::KhatriRao(sides) => {
                let Sides { left, right, ones } = &**sides;
                let [images, views, dim] = d.dims();
                let rows = images * views;
                let d = d.reshape([rows, dim]).matmul(left.clone());
                let u = u.reshape([rows, dim]).matmul(right.clone()) + ones.clone();
                let f = (d * u).reshape([images, views, self.size()]).sum_dim(1);
                f.reshape([images, self.size()]) / size.sqrt()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Stream;

    /// Large models need several tensors of signs. Here two tensors hold two rows each, then one holds the last.
    #[test]
    fn signs_in_several_tensors_project_as_in_one() {
        let (dim, device) = (12, Device::flex());
        let mut stream = Stream::new(4, Purpose::Sample, 0);
        let mut draw = || {
            let values: Vec<f32> = (0..3 * 5 * dim).map(|_| stream.range(-1.0, 1.0)).collect();
            Tensor::<3>::from_data(TensorData::new(values, [3, 5, dim]), &device)
        };
        let (d, u) = (draw(), draw());
        let run = |signs| {
            let projector =
                Projector::draw(&Settings::default(), dim, dim, &Limits { signs, ..Limits::default() }, &device);
            let parts = match &projector.kind {
                Kind::Rademacher(parts) => parts.len(),
                Kind::KhatriRao(_) => 0,
            };
            (projector.size(), parts, projector.project(d.clone(), u.clone()).into_data())
        };
        let row = 4 * (dim * (dim + 1)).div_ceil(32);
        let (size, parts, whole) = run(Limits::default().signs);
        assert_eq!((size, parts), (dim, 1));
        for (bytes, expected) in [(5 * row, 3), (row, dim), (0, dim)] {
            let (size, parts, split) = run(bytes);
            assert_eq!((size, parts), (dim, expected));
            split.assert_approx_eq::<f32>(&whole, burn::tensor::Tolerance::absolute(1e-5));
        }
    }
}
