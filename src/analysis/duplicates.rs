//! Pairs of images that are nearly the same: their embeddings point the same way.

use web_time::Instant;

use super::protocol::{Answer, Progress};
use super::work::{STEP, Work};
use crate::gallery::Id;
use crate::kernels::product::{Matrix, product};

/// Images whose cosines with all later ones are computed together.
const BLOCK: usize = 32;

/// A search for pairs, block by block.
pub(super) struct Duplicates {
    ids: Vec<Id>,
    /// Unit vectors, one after the other.
    embeddings: Vec<f32>,
    width: usize,
    least: f32,
    most: usize,
    /// The first image of the next block.
    next: usize,
    cosines: Vec<f32>,
    found: Vec<(Id, Id, f32)>,
}

impl Duplicates {
    /// Among these images, each with its embedding of `width` numbers.
    pub fn new(ids: Vec<Id>, embeddings: Vec<f32>, width: usize, least: f32, most: usize) -> Self {
        Self { ids, embeddings, width, least, most, next: 0, cosines: Vec::new(), found: Vec::new() }
    }

    fn block(&mut self) {
        let (first, all, width) = (self.next, self.ids.len(), self.width);
        let rows = BLOCK.min(all - first);
        let others = all - first;
        self.cosines.resize(rows * others, 0.0);
        let (left, right) =
            (&self.embeddings[first * width..(first + rows) * width], &self.embeddings[first * width..]);
        product(&mut self.cosines, others, Matrix::new(left, width), Matrix::new(right, width).transposed(), false);
        for row in 0..rows {
            // Each pair once: with what comes after it.
            for other in row + 1..others {
                let cosine = self.cosines[row * others + other];
                if cosine >= self.least {
                    self.found.push((self.ids[first + row], self.ids[first + other], cosine));
                }
            }
        }
        // A gallery of equal images has more pairs than memory holds.
        if self.found.len() > 4 * self.most.max(BLOCK) {
            self.keep_nearest();
        }
        self.next += rows;
    }

    fn keep_nearest(&mut self) {
        self.found.sort_by(|a, b| b.2.total_cmp(&a.2).then(a.0.cmp(&b.0)).then(a.1.cmp(&b.1)));
        self.found.truncate(self.most);
    }
}

impl Work for Duplicates {
    fn step(&mut self, _: &mut dyn FnMut(Progress)) -> Option<Answer> {
        let began = Instant::now();
        while self.next < self.ids.len() && began.elapsed() < STEP {
            self.block();
        }
        (self.next >= self.ids.len()).then(|| {
            self.keep_nearest();
            Answer::Duplicates(std::mem::take(&mut self.found))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn search(mut work: Duplicates) -> Vec<(Id, Id, f32)> {
        loop {
            if let Some(Answer::Duplicates(found)) = work.step(&mut |_| ()) {
                return found;
            }
        }
    }

    #[test]
    fn pairs_are_found_across_blocks_and_told_once() {
        // 100 images on a circle, a degree apart; the last is a copy of the first.
        let angle = |i: usize| (if i == 99 { 0 } else { 3 * i } as f32).to_radians();
        let embeddings: Vec<f32> = (0..100).flat_map(|i| [angle(i).cos(), angle(i).sin()]).collect();
        let ids: Vec<Id> = (0..100).map(|i| 1000 + i).collect();
        let found = search(Duplicates::new(ids.clone(), embeddings.clone(), 2, 0.9999, 10));
        assert_eq!(found.iter().map(|(a, b, _)| (*a, *b)).collect::<Vec<_>>(), [(1000, 1099)]);
        // Neighbours lie 3 degrees apart: 98 pairs and the copy's two, of which the nearest few are kept.
        let found = search(Duplicates::new(ids.clone(), embeddings.clone(), 2, 0.9985, 1000));
        assert_eq!(found.len(), 98 + 2);
        assert_eq!(search(Duplicates::new(ids, embeddings, 2, -1.0, 3)).len(), 3);
        assert!(search(Duplicates::new(Vec::new(), Vec::new(), 2, 0.5, 3)).is_empty());
    }
}
