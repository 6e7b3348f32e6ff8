//! Exact search for the nearest rows, in blocks.
//!
//! Cosines of a block of queries with a block of the bank are one matrix product; of each row the best few are kept
//! before the next block comes. So memory does not depend on the bank; [`search_memory`] says how much it is.

use super::Rows;

/// Queries in a block.
const QUERIES: usize = 128;
/// Rows of the bank in a block.
const BANK: usize = 2048;
/// Bytes that a matrix product of blocks takes for copies, by count.
const PRODUCT: usize = 5 << 18;

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

/// The `k` nearest rows of `bank` (all, if there are fewer) for every row of `queries`, under the first part alone, under
/// the mean cosine of the first two, and so on: one answer for each number of parts, one matrix product for each part.
///
/// Parts are unit vectors, so a product is a cosine, and the mean of the parts' cosines is that of the parts one behind
/// the other. Parts of a row stand at the same place in each `queries[p]`, and in each `bank[p]`. Natively, blocks of
/// queries are shared out among threads; the answer is the same for any number.
///
/// # Panics
///
/// If the widths of `queries[p]` and `bank[p]` differ, or the parts' lengths.
pub fn nearest(queries: &[&Rows], bank: &[&Rows], k: usize) -> Vec<Hits> {
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
    share_out(blocks, |block| block.search(queries, bank, k));
    hits
}

/// Bytes that [`nearest`] takes beside queries and bank, for so many queries, neighbours and parts: for each thread a
/// block's scores, the best so far, and the matrix product's own copies; and the answers. The size of the bank does not
/// matter.
pub fn search_memory(queries: usize, k: usize, parts: usize) -> usize {
    let best = parts * QUERIES * 2 * k * size_of::<(f32, u32)>();
    let block = QUERIES * BANK * size_of::<f32>() + PRODUCT + best;
    threads(queries.div_ceil(QUERIES)) * block + parts * queries * k * size_of::<(f32, u32)>()
}

/// Threads that share so many blocks.
fn threads(blocks: usize) -> usize {
    if cfg!(target_family = "wasm") {
        return 1;
    }
    std::thread::available_parallelism().map_or(1, usize::from).min(blocks)
}

/// Runs `work` on every block, on as many threads as the machine has.
#[cfg(not(target_family = "wasm"))]
fn share_out<T: Send>(blocks: Vec<T>, work: impl Fn(T) + Sync) {
    let threads = threads(blocks.len());
    if threads < 2 {
        return blocks.into_iter().for_each(work);
    }
    let queue = std::sync::Mutex::new(blocks.into_iter());
    let next = || queue.lock().ok().and_then(|mut queue| queue.next());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(block) = next() {
                    work(block);
                }
            });
        }
    });
}

/// Runs `work` on every block: a worker has one thread.
#[cfg(target_family = "wasm")]
fn share_out<T>(blocks: Vec<T>, work: impl Fn(T)) {
    blocks.into_iter().for_each(work);
}

/// A block of queries: where it begins, and where its answers go, feature by feature.
struct Block<'a> {
    first: usize,
    out: Vec<(&'a mut [u32], &'a mut [f32])>,
}

impl Block<'_> {
    fn new(first: usize) -> Self {
        Self { first, out: Vec::new() }
    }

    fn search(self, queries: &[&Rows], bank: &[&Rows], k: usize) {
        let size = bank[0].len();
        let rows = QUERIES.min(queries[0].len() - self.first);
        let fresh = || (0..rows).map(|_| Best::new(k)).collect::<Vec<_>>();
        let mut best: Vec<_> = queries.iter().map(|_| fresh()).collect();
        let mut scores = vec![0.0; rows * BANK.min(size)];
        for start in (0..size).step_by(BANK) {
            let width = BANK.min(size - start);
            let scores = &mut scores[..rows * width];
            for (part, (query, bank)) in queries.iter().zip(bank).enumerate() {
                let dim = query.dim();
                let query = &query.data()[self.first * dim..][..rows * dim];
                products(scores, query, &bank.data()[start * dim..][..width * dim], dim, part > 0);
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

/// The best few of what was offered.
struct Best {
    k: usize,
    found: Vec<(f32, u32)>,
    /// What an offer has to exceed once k are found. Indices come in order, so that an equal one is a later one.
    threshold: f32,
}

impl Best {
    fn new(k: usize) -> Self {
        Self { k, found: Vec::with_capacity(2 * k), threshold: f32::NEG_INFINITY }
    }

    fn offer(&mut self, score: f32, index: u32) {
        if score > self.threshold {
            self.found.push((score, index));
            if self.found.len() == 2 * self.k {
                self.prune();
            }
        }
    }

    fn prune(&mut self) {
        if self.found.len() > self.k {
            self.found.select_nth_unstable_by(self.k - 1, better);
            self.found.truncate(self.k);
            self.threshold = self.found[self.k - 1].0;
        }
    }

    fn finish(mut self) -> Vec<(f32, u32)> {
        self.prune();
        self.found.sort_unstable_by(better);
        self.found
    }
}

fn better(a: &(f32, u32), b: &(f32, u32)) -> std::cmp::Ordering {
    b.0.total_cmp(&a.0).then(a.1.cmp(&b.1))
}

/// `out[i, j] = query[i] . bank[j]`, or that added to `out`.
fn products(out: &mut [f32], query: &[f32], bank: &[f32], dim: usize, add: bool) {
    let (m, n) = (query.len() / dim, bank.len() / dim);
    assert!(out.len() == m * n && query.len() == m * dim && bank.len() == n * dim);
    // SAFETY: `out` is [m, n], `query` [m, dim] and `bank` [n, dim], each row by row and of that very length (asserted
    // above); the strides below say so, `bank` read as its transpose.
    unsafe {
        gemm::gemm(
            m,
            n,
            dim,
            out.as_mut_ptr(),
            1,
            n as isize,
            add,
            query.as_ptr(),
            1,
            dim as isize,
            bank.as_ptr(),
            dim as isize,
            1,
            1.0,
            1.0,
            false,
            false,
            false,
            gemm::Parallelism::None,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Purpose, Stream};

    fn unit_rows(count: usize, dim: usize, lane: u32) -> Rows {
        let mut stream = Stream::new(5, Purpose::Bank, lane);
        Rows::new(dim, (0..count * dim).map(|_| stream.range(-1.0, 1.0)).collect()).normalised()
    }

    /// Every cosine, in double precision.
    fn all_cosines(queries: &[&Rows], bank: &[&Rows], query: usize) -> Vec<f64> {
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
        let found = nearest(&[&queries, &more_queries], &[&bank, &more_bank], 9);
        for query in (0..queries.len()).step_by(13) {
            for (parts, hits) in [(1, &found[0]), (2, &found[1])] {
                let all = all_cosines(&[&queries, &more_queries][..parts], &[&bank, &more_bank][..parts], query);
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
        let hits = &nearest(&[&Rows::new(1, vec![1.0])], &[&bank], 3)[0];
        assert_eq!(hits.indices, [0, 1, 2]);
    }

    #[test]
    fn a_small_bank_is_found_whole() {
        let bank = Rows::new(2, vec![1.0, 0.0, 0.0, 1.0]);
        let hits = &nearest(&[&Rows::new(2, vec![0.6, 0.8])], &[&bank], 30)[0];
        assert_eq!(
            (hits.k, hits.indices.as_slice(), hits.cosines.as_slice()),
            (2, [1, 0].as_slice(), [0.8, 0.6].as_slice())
        );
        assert_eq!(nearest(&[&bank], &[&Rows::empty(2)], 30)[0].k, 0);
    }
}
