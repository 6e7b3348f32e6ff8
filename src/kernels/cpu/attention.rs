//! Attention, a few queries of one view at a time.

use super::math::{dot, exponentials};
use crate::cores::{each, vectorised};
use crate::kernels::product::{Matrix, product};

/// Scores held at once: 256 kB.
const SCORES: usize = 1 << 16;

/// See [`attention`](crate::kernels::attention); `qkv` is `[V, T, 3E]`.
pub fn attention(qkv: &[f32], tokens: usize, dim: usize, heads: usize) -> Vec<f32> {
    let mut out = vec![0.0; qkv.len() / 3];
    let queries = (SCORES / tokens).clamp(16, 128);
    let tasks = out.chunks_exact_mut(tokens * dim).zip(qkv.chunks_exact(tokens * 3 * dim)).flat_map(|(out, qkv)| {
        let queries_of = qkv.chunks(queries * 3 * dim);
        out.chunks_mut(queries * dim).zip(queries_of).map(move |(out, queries)| (out, queries, qkv))
    });
    each(tasks, |(out, queries, qkv)| {
        let (rows, head, stride) = (out.len() / dim, dim / heads, 3 * dim);
        let mut scores = vec![0.0; rows * tokens];
        let mut sums = vec![0.0; rows];
        for start in (0..dim).step_by(head) {
            let query = Matrix::strided(&queries[start..], rows, head, stride);
            let key = Matrix::strided(&qkv[dim + start..], tokens, head, stride);
            let value = Matrix::strided(&qkv[2 * dim + start..], tokens, head, stride);
            product(&mut scores, tokens, query, key.transposed(), false);
            vectorised(|| {
                for (scores, sum) in scores.chunks_exact_mut(tokens).zip(&mut sums) {
                    *sum = exponentials(scores);
                }
            });
            product(&mut out[start..], dim, Matrix::new(&scores, tokens), value, false);
            // Dividing the weighted sums is cheaper than dividing the weights.
            for (row, sum) in out.chunks_exact_mut(dim).zip(&sums) {
                let inverse = 1.0 / sum;
                row[start..start + head].iter_mut().for_each(|x| *x *= inverse);
            }
        }
    });
    out
}

/// See [`class_attention`](crate::kernels::class_attention); `q` is `[V, E]`, `kv` `[V, T, 2E]`.
pub fn class_attention(q: &[f32], kv: &[f32], dim: usize, heads: usize) -> Vec<f32> {
    let head = dim / heads;
    let mut out = vec![0.0; q.len()];
    let views = q.len() / dim;
    let views = out.chunks_exact_mut(dim).zip(q.chunks_exact(dim)).zip(kv.chunks_exact(kv.len() / views.max(1)));
    each(views, |((out, q), kv)| {
        let mut scores = vec![0.0; kv.len() / (2 * dim)];
        vectorised(|| {
            for start in (0..dim).step_by(head) {
                let (query, out) = (&q[start..start + head], &mut out[start..start + head]);
                for (score, row) in scores.iter_mut().zip(kv.chunks_exact(2 * dim)) {
                    *score = dot(query, &row[start..start + head]);
                }
                let inverse = 1.0 / exponentials(&mut scores);
                for (score, row) in scores.iter().zip(kv.chunks_exact(2 * dim)) {
                    let value = &row[dim + start..dim + start + head];
                    out.iter_mut().zip(value).for_each(|(out, value)| *out += score * inverse * value);
                }
            }
        });
    });
    out
}
