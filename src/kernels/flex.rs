//! Kernels for the CPU: passes Burn's tensors to and from [`cpu`](super::cpu).

use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Flex, TensorMetadata};
use burn::tensor::{Bytes, DType, Shape};
use burn_flex::{FlexTensor, Layout};

use super::{Activation, Kernels, composed, cpu};

impl Kernels for Flex {
    fn embed(views: FloatTensor<Self>, weight: FloatTensor<Self>, positions: FloatTensor<Self>) -> FloatTensor<Self> {
        let [count, _, height, width] = views.shape().dims();
        let [tokens, dim] = positions.shape().dims();
        let (views, weight, positions) = (packed(views), packed(weight), packed(positions));
        match (floats(&views), floats(&weight), floats(&positions)) {
            (Some(v), Some(w), Some(p)) => tensor(cpu::embed(v, height, width, w, p, dim), [count, tokens, dim]),
            _ => composed::embed::<Self>(views, weight, positions),
        }
    }

    fn standardize_linear(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        eps: f32,
        activation: Activation,
    ) -> FloatTensor<Self> {
        let (rows, outputs) = (x.shape()[0], activation.outputs(bias.shape()[0]));
        let (x, weight, bias) = (packed(x), packed(weight), packed(bias));
        match (floats(&x), floats(&weight), floats(&bias)) {
            (Some(x), Some(w), Some(b)) => tensor(cpu::standardize_linear(x, w, b, eps, activation), [rows, outputs]),
            _ => composed::standardize_linear::<Self>(x, weight, bias, eps, activation),
        }
    }

    fn linear_add(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        residual: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        let (x, weight, bias, mut residual) = (packed(x), packed(weight), packed(bias), packed(residual));
        match (floats(&x), floats(&weight), floats(&bias), residual.dtype()) {
            (Some(x), Some(w), Some(b), DType::F32) => {
                cpu::linear_add(x, w, b, residual.storage_mut());
                residual
            }
            _ => composed::linear_add::<Self>(x, weight, bias, residual),
        }
    }

    fn attention(qkv: FloatTensor<Self>, heads: usize) -> FloatTensor<Self> {
        let [views, tokens, width] = qkv.shape().dims();
        let qkv = packed(qkv);
        match floats(&qkv) {
            Some(x) => tensor(cpu::attention(x, tokens, width / 3, heads), [views, tokens, width / 3]),
            None => composed::attention::<Self>(qkv, heads),
        }
    }

    fn class_attention(q: FloatTensor<Self>, kv: FloatTensor<Self>, heads: usize) -> FloatTensor<Self> {
        let [views, width] = q.shape().dims();
        let (q, kv) = (packed(q), packed(kv));
        match (floats(&q), floats(&kv)) {
            (Some(q), Some(kv)) => tensor(cpu::class_attention(q, kv, width, heads), [views, width]),
            _ => composed::class_attention::<Self>(q, kv, heads),
        }
    }

    fn rademacher(d: FloatTensor<Self>, u: FloatTensor<Self>, signs: IntTensor<Self>) -> FloatTensor<Self> {
        let [images, views, dim] = d.shape().dims();
        let rows = signs.shape()[0];
        let (d, u, signs) = (packed(d), packed(u), packed(signs));
        match (floats(&d), floats(&u), words(&signs)) {
            (Some(d), Some(u), Some(signs)) => tensor(cpu::rademacher(d, u, views, dim, &signs), [images, rows]),
            _ => composed::rademacher::<Self>(d, u, signs),
        }
    }
}

/// The tensor with its elements in order and nothing else in its storage.
fn packed(tensor: FlexTensor) -> FlexTensor {
    let whole = tensor.layout().start_offset() == 0
        && tensor.is_contiguous()
        && tensor.bytes().len() == tensor.layout().num_elements() * tensor.dtype().size();
    if whole { tensor } else { tensor.to_contiguous() }
}

/// The elements of a packed tensor, if they are f32.
fn floats(tensor: &FlexTensor) -> Option<&[f32]> {
    tensor.as_slice()
}

/// The low 32 bits of a packed tensor's elements, whichever of Burn's integers they are.
fn words(tensor: &FlexTensor) -> Option<Vec<u32>> {
    if let Some(words) = tensor.as_slice::<i32>() {
        return Some(words.iter().map(|&word| word as u32).collect());
    }
    if let Some(words) = tensor.as_slice::<u32>() {
        return Some(words.to_vec());
    }
    Some(tensor.as_slice::<i64>()?.iter().map(|&word| word as u32).collect())
}

fn tensor<const D: usize>(values: Vec<f32>, shape: [usize; D]) -> FlexTensor {
    FlexTensor::new(Bytes::from_elems(values), Layout::contiguous(Shape::from(shape)), DType::F32)
}

#[cfg(test)]
mod tests {
    use burn::backend::ops::FloatTensorOps;
    use burn::tensor::Slice;

    use super::*;
    use crate::random::{Purpose, Stream};

    fn random<const D: usize>(shape: [usize; D], lane: u32) -> FlexTensor {
        let mut stream = Stream::new(3, Purpose::Sample, lane);
        tensor((0..shape.iter().product()).map(|_| stream.range(-1.0, 1.0)).collect(), shape)
    }

    fn signs(rows: usize, dim: usize) -> FlexTensor {
        let mut stream = Stream::new(5, Purpose::Signs, 0);
        let words = (dim * (dim + 1)).div_ceil(32);
        let values: Vec<i32> = (0..rows * words).map(|_| stream.next_u32() as i32).collect();
        FlexTensor::new(Bytes::from_elems(values), Layout::contiguous(Shape::from([rows, words])), DType::I32)
    }

    #[track_caller]
    fn assert_close(found: FlexTensor, expected: FlexTensor) {
        assert_eq!(found.shape(), expected.shape());
        let (found, expected) = (packed(found), packed(expected));
        let (found, expected) = (floats(&found).unwrap(), floats(&expected).unwrap());
        let largest = expected.iter().fold(0f32, |largest, x| largest.max(x.abs()));
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() <= 3e-6 * largest.max(1.0), "{found} instead of {expected}");
        }
    }

    #[test]
    fn linear_layers_equal_their_composition() {
        for (rows, inputs, outputs) in [(1, 5, 4), (130, 48, 70), (300, 64, 34)] {
            let (x, w) = (random([rows, inputs], 0), random([inputs, outputs], 1));
            let (b, r) = (random([outputs], 2), random([rows, outputs], 3));
            for activation in Activation::ALL {
                assert_close(
                    Flex::standardize_linear(x.clone(), w.clone(), b.clone(), 1e-6, activation),
                    composed::standardize_linear::<Flex>(x.clone(), w.clone(), b.clone(), 1e-6, activation),
                );
            }
            assert_close(
                Flex::linear_add(x.clone(), w.clone(), b.clone(), r.clone()),
                composed::linear_add::<Flex>(x, w, b, r.clone()),
            );
            // A residual that is still in use elsewhere stays unchanged.
            assert_close(r, random([rows, outputs], 3));
        }
    }

    #[test]
    fn patches_equal_their_composition() {
        for prefix in [0, 1, 5] {
            let (views, weight) = (random([3, 3, 8, 12], 0), random([48, 10], 1));
            let positions = random([prefix + 6, 10], 2);
            assert_close(
                Flex::embed(views.clone(), weight.clone(), positions.clone()),
                composed::embed::<Flex>(views, weight, positions),
            );
        }
    }

    #[test]
    fn attention_equals_its_composition() {
        for (views, tokens, dim, heads) in [(1, 1, 4, 2), (3, 65, 48, 3), (2, 300, 16, 1)] {
            let qkv = Flex::float_mul_scalar(random([views, tokens, 3 * dim], 0), 3.0.into());
            assert_close(Flex::attention(qkv.clone(), heads), composed::attention::<Flex>(qkv, heads));
            let (q, kv) = (random([views, dim], 1), random([views, tokens, 2 * dim], 2));
            assert_close(
                Flex::class_attention(q.clone(), kv.clone(), heads),
                composed::class_attention::<Flex>(q, kv, heads),
            );
        }
    }

    /// Few images of many views, many images of one view, and sizes that do not fill a word.
    #[test]
    fn projections_equal_their_composition() {
        for (images, views, dim, rows) in
            [(1, 1, 6, 5), (1, 12, 33, 33), (6, 3, 20, 7), (40, 1, 24, 24), (300, 1, 9, 3)]
        {
            let (d, u) = (random([images, views, dim], 0), random([images, views, dim], 1));
            let signs = signs(rows, dim);
            assert_close(
                Flex::rademacher(d.clone(), u.clone(), signs.clone()),
                composed::rademacher::<Flex>(d, u, signs),
            );
        }
    }

    #[test]
    fn strided_views_of_other_tensors_are_read_correctly() {
        let wide = random([4, 9, 24], 0);
        let part = Flex::float_slice(wide.clone(), &[Slice::from(1..3), Slice::from(0..9), Slice::from(6..18)]);
        assert_close(Flex::attention(part.clone(), 2), composed::attention::<Flex>(part, 2));
        let turned = Flex::float_transpose(random([8, 30], 1));
        let (w, b) = (random([8, 5], 2), random([5], 3));
        assert_close(
            Flex::standardize_linear(turned.clone(), w.clone(), b.clone(), 1e-6, Activation::Gelu),
            composed::standardize_linear::<Flex>(turned, w, b, 1e-6, Activation::Gelu),
        );
    }
}
