//! Exact search for the nearest rows, in blocks.
//!
//! The cosines of a block of queries with a block of the bank are one matrix product. Of each query only the best few are
//! kept before the next block of the bank comes, so memory does not grow with the bank; [`search_memory`] says how much it is.

mod best;

use super::RowsRef;
use crate::{
    cores,
    kernels::product::{Matrix, product},
};
use best::Best;

/// Queries in a block.
const QUERIES: usize = 128;
/// Rows of the bank in a block.
const BANK: usize = 2048;
/// Bytes that the matrix product of two blocks takes for its own copies, at most: it copies as much as a core's second cache
/// holds. Measured with 2 MiB there; with less, it takes half of this.
const PRODUCT: usize = 9 << 18;

/// The nearest rows of every query, the nearest first; of equal ones the earlier first.
#[derive(Debug, Clone, PartialEq)]
pub struct Hits {
    /// Neighbours of each query.
    pub k: usize,
    /// `[queries, k]` places in the bank.
    pub indices: Vec<u32>,
    /// `[queries, k]` cosines.
    pub cosines: Vec<f32>,
}

impl Hits {
    /// One query's neighbours with their cosines.
    pub fn of(&self, query: usize) -> impl Iterator<Item = (u32, f32)> {
        let range = query * self.k..(query + 1) * self.k;
        self.indices[range.clone()].iter().copied().zip(self.cosines[range].iter().copied())
    }
}

/// The `k` nearest rows of `bank` (all, if there are fewer) for every row of `queries`: first by the first part alone, then
/// by the mean cosine of the first two, and so on. The answer has one entry for each number of parts, at the price of one
/// matrix product for each part.
///
/// Parts are unit vectors, so a product is a cosine, and the mean of the parts' cosines is the cosine of the concatenated
/// parts. The parts of one row have the same place in each `queries[p]`, or in each `bank[p]`. Blocks of queries are shared
/// among all cores; the answer does not depend on their number.
///
/// # Panics
///
/// If the widths of `queries[p]` and `bank[p]` differ, or the parts' lengths.
pub fn nearest(queries: &[RowsRef<'_>], bank: &[RowsRef<'_>], k: usize) -> Vec<Hits> {
    let (rows, size) = (queries.first().map_or(0, |part| part.len()), bank.first().map_or(0, |part| part.len()));
    assert!(
        queries.len() == bank.len() && queries.iter().all(|p| p.len() == rows) && bank.iter().all(|p| p.len() == size)
    );
    assert!(queries.iter().zip(bank).all(|(query, bank)| query.dim() == bank.dim()));
    let k = k.min(size);
    let mut hits = vec![Hits { k, indices: vec![0; rows * k], cosines: vec![0.0; rows * k] }; queries.len()];
    if k == 0 {
        return hits;
    }
    // Each block of queries with its place in every answer.
    let mut blocks: Vec<Block<'_>> = (0..rows.div_ceil(QUERIES)).map(|b| Block::new(b * QUERIES)).collect();
    for Hits { indices, cosines, .. } in &mut hits {
        let chunks = indices.chunks_mut(QUERIES * k).zip(cosines.chunks_mut(QUERIES * k));
        blocks.iter_mut().zip(chunks).for_each(|(block, chunk)| block.out.push(chunk));
    }
    cores::each(blocks.into_iter(), |block| block.search(queries, bank, k));
    hits
}

/// Bytes that [`nearest`] takes beside queries and bank: on each core a block's scores, the best so far, and the matrix
/// product's own copies; and the answers. The size of the bank does not matter.
pub fn search_memory(queries: usize, k: usize, parts: usize) -> usize {
    let best = parts * QUERIES * 2 * k * size_of::<(f32, u32)>();
    let block = QUERIES * BANK * size_of::<f32>() + PRODUCT + best;
    cores::count().min(queries.div_ceil(QUERIES)) * block + parts * queries * k * size_of::<(f32, u32)>()
}

/// A block of queries: where it begins, and where its answers go, one for each number of parts.
struct Block<'a> {
    first: usize,
    out: Vec<(&'a mut [u32], &'a mut [f32])>,
}

impl Block<'_> {
    fn new(first: usize) -> Self {
        Self { first, out: Vec::new() }
    }

    fn search(self, queries: &[RowsRef<'_>], bank: &[RowsRef<'_>], k: usize) {
        let size = bank[0].len();
        let rows = QUERIES.min(queries[0].len() - self.first);
        let fresh = || (0..rows).map(|_| Best::new(k)).collect::<Vec<_>>();
        let mut best: Vec<_> = queries.iter().map(|_| fresh()).collect();
        let mut scores = vec![0.0; rows * BANK.min(size)];
        for start in (0..size).step_by(BANK) {
            let width = BANK.min(size - start);
            let scores = &mut scores[..rows * width];
            for (part, (query, bank)) in queries.iter().zip(bank).enumerate() {
                let query = Matrix::new(query.block(self.first, rows).data(), query.dim());
                let bank = Matrix::new(bank.block(start, width).data(), bank.dim());
                product(scores, width, query, bank.transposed(), part > 0);
                for (best, scores) in best[part].iter_mut().zip(scores.chunks_exact(width)) {
                    scores.iter().enumerate().for_each(|(i, &score)| best.offer(score, (start + i) as u32));
                }
            }
        }
        for (part, (best, (indices, cosines))) in best.into_iter().zip(self.out).enumerate() {
            let chunks = indices.chunks_exact_mut(k).zip(cosines.chunks_exact_mut(k));
            for (best, (indices, cosines)) in best.into_iter().zip(chunks) {
                for (place, (score, index)) in best.finish().into_iter().enumerate() {
                    indices[place] = index;
                    cosines[place] = score / (part + 1) as f32;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Purpose, Stream};
    use crate::segmentation::Rows;

    fn unit_rows(count: usize, dim: usize, lane: u32) -> Rows {
        let mut stream = Stream::new(5, Purpose::Bank, lane);
        Rows::new(dim, (0..count * dim).map(|_| stream.range(-1.0, 1.0)).collect()).normalised()
    }

    /// Every cosine, in double precision.
    fn all_cosines(queries: &[RowsRef<'_>], bank: &[RowsRef<'_>], query: usize) -> Vec<f64> {
        let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum::<f64>();
        let mean = |item: usize| {
            let parts = queries.iter().zip(bank).map(|(q, b)| dot(q.row(query), b.row(item)));
            parts.sum::<f64>() / queries.len() as f64
        };
        (0..bank[0].len()).map(mean).collect()
    }

    #[test]
    fn blocks_find_what_brute_force_finds() {
        // More than two blocks of queries and of bank, neither full.
        let (queries, more_queries) = (unit_rows(2 * QUERIES + 17, 12, 1), unit_rows(2 * QUERIES + 17, 7, 2));
        let (bank, more_bank) = (unit_rows(2 * BANK + 99, 12, 3), unit_rows(2 * BANK + 99, 7, 4));
        let queries = [queries.view(), more_queries.view()];
        let bank = [bank.view(), more_bank.view()];
        let found = nearest(&queries, &bank, 9);
        for query in (0..queries[0].len()).step_by(13) {
            for (parts, hits) in [(1, &found[0]), (2, &found[1])] {
                let all = all_cosines(&queries[..parts], &bank[..parts], query);
                let mut order: Vec<usize> = (0..all.len()).collect();
                order.sort_by(|&a, &b| all[b].total_cmp(&all[a]));
                let mut before = f32::INFINITY;
                for (place, (index, cosine)) in hits.of(query).enumerate() {
                    assert!((f64::from(cosine) - all[index as usize]).abs() < 1e-6);
                    assert!((all[index as usize] - all[order[place]]).abs() < 1e-6, "place {place} of query {query}");
                    assert!(cosine <= before);
                    before = cosine;
                }
            }
        }
    }

    #[test]
    fn equal_rows_come_in_order() {
        let bank = Rows::new(1, vec![1.0; 500]);
        let hits = &nearest(&[Rows::new(1, vec![1.0]).view()], &[bank.view()], 3)[0];
        assert_eq!(hits.indices, [0, 1, 2]);
    }

    #[test]
    fn a_small_bank_is_found_whole() {
        let bank = Rows::new(2, vec![1.0, 0.0, 0.0, 1.0]);
        let hits = &nearest(&[Rows::new(2, vec![0.6, 0.8]).view()], &[bank.view()], 30)[0];
        assert_eq!(
            (hits.k, hits.indices.as_slice(), hits.cosines.as_slice()),
            (2, [1, 0].as_slice(), [0.8, 0.6].as_slice())
        );
        assert_eq!(nearest(&[bank.view()], &[bank.view().skip(2)], 30)[0].k, 0);
    }
}
