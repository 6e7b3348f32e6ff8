//! A part of a picture.

use serde::{Deserialize, Serialize};

/// A part of a picture, in shares of its width and height.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Region {
    /// Left edge, 0 to 1.
    pub left: f32,
    /// Top edge, 0 to 1.
    pub top: f32,
    /// Share of the picture's width.
    pub width: f32,
    /// Share of the picture's height.
    pub height: f32,
}

impl Region {
    /// Its cells, row by row, as many as `[rows, columns]` says.
    pub fn grid(self, [rows, columns]: [usize; 2]) -> Vec<Self> {
        let (width, height) = (self.width / columns as f32, self.height / rows as f32);
        let cell = |i: usize| Self {
            left: self.left + (i % columns) as f32 * width,
            top: self.top + (i / columns) as f32 * height,
            width,
            height,
        };
        (0..rows * columns).map(cell).collect()
    }
}
