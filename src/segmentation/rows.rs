//! Features of patches, one row each.

/// A matrix of `len() x dim` numbers, row by row.
#[derive(Debug, Clone, PartialEq)]
pub struct Rows {
    dim: usize,
    data: Vec<f32>,
}

impl Rows {
    /// Rows of `dim` numbers each, at least one; numbers at the end that do not fill a row are dropped.
    pub fn new(dim: usize, mut data: Vec<f32>) -> Self {
        let dim = dim.max(1);
        data.truncate(data.len() / dim * dim);
        Self { dim, data }
    }

    /// No row yet, and room for so many.
    pub fn with_capacity(dim: usize, rows: usize) -> Self {
        let dim = dim.max(1);
        Self { dim, data: Vec::with_capacity(dim * rows) }
    }

    /// The same rows, each L2-normalised; a zero row stays zero.
    pub fn normalised(mut self) -> Self {
        for row in self.data.chunks_exact_mut(self.dim) {
            let norm = row.iter().map(|&x| f64::from(x) * f64::from(x)).sum::<f64>().sqrt();
            if norm > 0.0 {
                row.iter_mut().for_each(|x| *x = (f64::from(*x) / norm) as f32);
            }
        }
        self
    }

    /// All rows, borrowed.
    pub fn view(&self) -> RowsRef<'_> {
        RowsRef { dim: self.dim, data: &self.data }
    }

    /// Appends one row of the same width.
    pub fn push(&mut self, row: &[f32]) {
        debug_assert_eq!(self.dim, row.len());
        self.data.extend_from_slice(row);
    }
}

/// Borrowed rows that follow each other in memory.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RowsRef<'a> {
    dim: usize,
    data: &'a [f32],
}

impl<'a> RowsRef<'a> {
    /// Numbers in a row.
    pub fn dim(self) -> usize {
        self.dim
    }

    /// Number of rows.
    pub fn len(self) -> usize {
        self.data.len() / self.dim
    }

    /// Whether there is no row.
    pub fn is_empty(self) -> bool {
        self.data.is_empty()
    }

    /// One row.
    pub fn row(self, index: usize) -> &'a [f32] {
        &self.data[index * self.dim..][..self.dim]
    }

    /// `count` rows from row `first` on.
    pub fn block(self, first: usize, count: usize) -> Self {
        Self { dim: self.dim, data: &self.data[first * self.dim..][..count * self.dim] }
    }

    /// The rows from row `first` on.
    pub fn skip(self, first: usize) -> Self {
        self.block(first, self.len() - first)
    }

    /// All numbers, row by row.
    pub fn data(self) -> &'a [f32] {
        self.data
    }
}

/// The patches of one picture, row by row of the picture, without the class token.
///
/// The feature of a patch is `L2([L2(token), L2(gradient)])`. Both halves have norm 1, so the cosine of two features is the
/// mean of the halves' cosines, and the concatenation need not be stored.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Patches<'a> {
    /// Tokens after the final norm, each L2-normalised; `[N, E]`.
    pub tokens: RowsRef<'a>,
    /// Projected dense gradients, each L2-normalised; `[N, D]`.
    pub gradients: RowsRef<'a>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_normalised_each() {
        let rows = Rows::new(2, vec![3.0, 4.0, 0.0, 0.0, 0.0, -2.0, 9.0]).normalised();
        assert_eq!((rows.view().len(), rows.view().data()), (3, [0.6, 0.8, 0.0, 0.0, 0.0, -1.0].as_slice()));
    }

    #[test]
    fn a_block_is_a_part_of_the_rows() {
        let rows = Rows::new(2, vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        assert_eq!(rows.view().block(1, 1).data(), [3.0, 4.0]);
        assert_eq!((rows.view().skip(1).len(), rows.view().skip(1).row(1)), (2, [5.0, 6.0].as_slice()));
        assert!(rows.view().skip(3).is_empty());
    }
}
