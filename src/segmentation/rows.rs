//! Features of patches, one row each.

/// A matrix of `len() x dim` numbers, row by row.
#[derive(Debug, Clone, PartialEq)]
pub struct Rows {
    dim: usize,
    data: Vec<f32>,
}

impl Rows {
    /// Rows of `dim` numbers each; what does not fill a row is dropped. A row has at least one number.
    pub fn new(dim: usize, mut data: Vec<f32>) -> Self {
        let dim = dim.max(1);
        data.truncate(data.len() / dim * dim);
        Self { dim, data }
    }

    /// No row yet.
    pub fn empty(dim: usize) -> Self {
        Self::new(dim, Vec::new())
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

    /// Numbers in a row.
    pub fn dim(&self) -> usize {
        self.dim
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.data.len() / self.dim
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.data.is_empty()
    }

    /// One row.
    pub fn row(&self, index: usize) -> &[f32] {
        &self.data[index * self.dim..][..self.dim]
    }

    /// All numbers, row by row.
    pub fn data(&self) -> &[f32] {
        &self.data
    }

    /// Appends rows of the same width.
    pub fn extend(&mut self, rows: &Self) {
        debug_assert_eq!(self.dim, rows.dim);
        self.data.extend_from_slice(&rows.data);
    }

    /// Appends one row of the same width.
    pub fn push(&mut self, row: &[f32]) {
        debug_assert_eq!(self.dim, row.len());
        self.data.extend_from_slice(row);
    }

    /// Makes room for `rows` more.
    pub fn reserve(&mut self, rows: usize) {
        self.data.reserve_exact(rows * self.dim);
    }

    /// The rows at `indices`, in that order.
    pub fn gather(&self, indices: &[u32]) -> Self {
        let mut data = Vec::with_capacity(indices.len() * self.dim);
        indices.iter().for_each(|&index| data.extend_from_slice(self.row(index as usize)));
        Self { dim: self.dim, data }
    }
}

/// The patches of one picture, row by row of the picture; class token left out.
///
/// The feature of a patch is `L2([L2(token), L2(gradient)])`. Its halves have norm 1, so a cosine of two features is the
/// mean of the halves' cosines, and neither has to be stored twice.
#[derive(Debug, Clone, PartialEq)]
pub struct Patches {
    /// Tokens after the final norm, each L2-normalised; `[N, E]`.
    pub tokens: Rows,
    /// Projected dense gradients, each L2-normalised; `[N, D]`.
    pub gradients: Rows,
}

impl Patches {
    /// Number of patches.
    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    /// Whether there is no patch.
    pub fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_normalised_each() {
        let rows = Rows::new(2, vec![3.0, 4.0, 0.0, 0.0, 0.0, -2.0, 9.0]).normalised();
        assert_eq!((rows.len(), rows.data()), (3, [0.6, 0.8, 0.0, 0.0, 0.0, -1.0].as_slice()));
        assert_eq!(rows.gather(&[2, 0]).data(), [0.0, -1.0, 0.6, 0.8]);
    }
}
