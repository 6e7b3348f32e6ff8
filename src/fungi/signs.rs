//! Random signs, one bit each: how they are drawn, read and packed.

use burn::prelude::*;
use burn::tensor::DType;

use crate::random::{Purpose, Stream};

/// A matrix of +1 and -1, packed: word `w` of a row holds the columns `32 w..32 w + 32`, lowest bit first, 1 for +1.
/// Bits after the last column are ignored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signs {
    words: Vec<u32>,
    rows: usize,
    columns: usize,
}

impl Signs {
    /// The signs that `seed` draws: a row is the stream of its own lane.
    pub fn draw(seed: u64, purpose: Purpose, rows: usize, columns: usize) -> Self {
        let width = columns.div_ceil(32);
        let mut words = Vec::with_capacity(rows * width + 3);
        for row in 0..rows {
            let stream = Stream::new(seed, purpose, row as u32);
            for block in 0..width.div_ceil(4) {
                words.extend_from_slice(&stream.block(block as u64));
            }
            words.truncate((row + 1) * width);
        }
        Self { words, rows, columns }
    }

    /// Signs given as bytes, eight per byte, lowest bit first, each row starting a new byte: `rows * ceil(columns / 8)`
    /// bytes. None if there are more or fewer.
    pub fn from_bytes(bytes: &[u8], rows: usize, columns: usize) -> Option<Self> {
        let width = columns.div_ceil(8);
        if width == 0 || bytes.len() != rows * width {
            return None;
        }
        let word = |four: &[u8]| four.iter().rev().fold(0, |word, &byte| word << 8 | u32::from(byte));
        let words = bytes.chunks_exact(width).flat_map(|row| row.chunks(4).map(word)).collect();
        Some(Self { words, rows, columns })
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The sign at a position: 1 or -1.
    pub fn at(&self, row: usize, column: usize) -> f32 {
        let word = self.words[row * self.columns.div_ceil(32) + column / 32];
        if word >> (column % 32) & 1 == 1 { 1.0 } else { -1.0 }
    }

    /// Still packed, on a device, in tensors of at most `bytes` or one row: each `[rows, ceil(columns / 32)]`.
    pub fn packed(&self, bytes: usize, device: &Device) -> Vec<Tensor<2, Int>> {
        let width = self.columns.div_ceil(32);
        let step = (bytes / 4 / width.max(1)).max(1);
        let tensor = |words: &[u32]| {
            let words: Vec<i32> = words.iter().map(|&word| word as i32).collect();
            let rows = words.len() / width;
            Tensor::from_data(TensorData::new(words, [rows, width]), (device, DType::I32))
        };
        self.words.chunks(step * width).map(tensor).collect()
    }

    /// As floats on a device, `[rows, columns]`: for small matrices only.
    pub fn floats(&self, device: &Device) -> Tensor<2> {
        let signs = (0..self.rows).flat_map(|row| (0..self.columns).map(move |column| self.at(row, column)));
        Tensor::from_data(TensorData::new(signs.collect::<Vec<f32>>(), [self.rows, self.columns]), device)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_the_stream_of_its_lane() {
        let signs = Signs::draw(5, Purpose::Signs, 3, 150);
        for row in 0..3 {
            let stream = Stream::new(5, Purpose::Signs, row as u32);
            for column in 0..150 {
                let bit = stream.word(column as u64 / 32) >> (column % 32) & 1;
                assert_eq!(signs.at(row, column), if bit == 1 { 1.0 } else { -1.0 });
            }
        }
    }

    #[test]
    fn bytes_keep_their_order() {
        // Two rows of 42 signs: six bytes each, so that the second row starts inside what would be a word.
        let bytes: Vec<u8> = (0..12).map(|i| (i * 37 + 11) as u8).collect();
        let signs = Signs::from_bytes(&bytes, 2, 42).expect("twelve bytes");
        for row in 0..2 {
            for column in 0..42 {
                let bit = bytes[row * 6 + column / 8] >> (column % 8) & 1;
                assert_eq!(signs.at(row, column), if bit == 1 { 1.0 } else { -1.0 });
            }
        }
        assert_eq!(Signs::from_bytes(&bytes[1..], 2, 42), None);
    }

    #[test]
    fn packing_cuts_between_rows() {
        let signs = Signs::draw(1, Purpose::Signs, 5, 70);
        let parts = signs.packed(2 * 3 * 4, &Device::flex());
        assert_eq!(parts.iter().map(|part| part.dims()).collect::<Vec<_>>(), [[2, 3], [2, 3], [1, 3]]);
        let words: Vec<i32> =
            parts.into_iter().flat_map(|part| part.into_data().try_to_vec::<i32>().expect("i32")).collect();
        assert_eq!(words.iter().map(|&word| word as u32).collect::<Vec<_>>(), signs.words);
    }

    #[test]
    fn signs_are_fair() {
        let signs = Signs::draw(0, Purpose::Signs, 64, 1000).floats(&Device::flex());
        let mean = signs.mean().into_scalar::<f32>();
        assert!(mean.abs() < 0.02, "{mean}");
    }
}
