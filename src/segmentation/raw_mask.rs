//! Masks as their files have them: values of pixels that are not classes yet.

use serde::{Deserialize, Serialize};

use super::Mask;

/// Red, green, blue, opacity.
pub type Rgba = [u8; 4];

/// A mask as its file has it. Which class a value is depends on the masks that it comes with: see [`super::MaskSet`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawMask {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// `width * height` values, row by row.
    #[serde(with = "serde_bytes")]
    pub values: Vec<u8>,
    /// What the values are.
    pub kind: MaskKind,
}

/// What the values of a mask's pixels are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum MaskKind {
    /// Grey values, of which this one is white: 1, 3, 15 or 255.
    Grey(u8),
    /// Indices into this palette.
    Indexed(Vec<Rgba>),
    /// Places among these colours.
    Colours(Vec<Rgba>),
}

/// One value of a mask, as far as other masks' values can be compared with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Value {
    /// A grey value.
    Grey {
        /// Which.
        level: u8,
        /// The value that is white in its file.
        white: u8,
    },
    /// An index.
    Index {
        /// Which.
        index: u8,
        /// Its colour.
        colour: Rgba,
    },
    /// A colour.
    Colour(Rgba),
}

impl RawMask {
    /// What a value of this mask is. An index without a colour is black, as PNG viewers show it.
    pub fn value(&self, value: u8) -> Value {
        let black = [0, 0, 0, u8::MAX];
        match &self.kind {
            &MaskKind::Grey(white) => Value::Grey { level: value, white },
            MaskKind::Indexed(palette) => {
                let colour = palette.get(value as usize).copied().unwrap_or(black);
                Value::Index { index: value, colour: if colour[3] == 0 { [0; 4] } else { colour } }
            }
            MaskKind::Colours(colours) => Value::Colour(colours.get(value as usize).copied().unwrap_or(black)),
        }
    }

    /// Pixels of each value that is there, in order of value.
    pub fn counts(&self) -> Vec<(u8, u64)> {
        let mut counts = [0_u64; 256];
        self.values.iter().for_each(|&value| counts[value as usize] += 1);
        (0..=u8::MAX).zip(counts).filter(|&(_, count)| count > 0).collect()
    }

    /// The mask in which value `v` is class `classes[v]`.
    pub fn labels(&self, classes: &[u8; 256]) -> Mask {
        let labels = self.values.iter().map(|&value| classes[value as usize]).collect();
        Mask { width: self.width, height: self.height, labels }
    }
}

impl Value {
    /// Its grey level, if its file can hold 255.
    pub fn full_range_level(self) -> Option<u8> {
        if let Self::Grey { level, white: u8::MAX } = self { Some(level) } else { None }
    }

    /// Its index and that one's colour.
    pub fn index(self) -> Option<(u8, Rgba)> {
        if let Self::Index { index, colour } = self { Some((index, colour)) } else { None }
    }

    /// Its colour.
    pub fn colour(self) -> Rgba {
        match self {
            Self::Grey { level, white } => {
                let grey = (u32::from(level) * 255 / u32::from(white.max(1))) as u8;
                [grey, grey, grey, u8::MAX]
            }
            Self::Index { colour, .. } | Self::Colour(colour) => colour,
        }
    }
}

#[cfg(feature = "engine")]
impl From<crate::image::MaskFile> for RawMask {
    fn from(file: crate::image::MaskFile) -> Self {
        use crate::image::MaskPixels::{Colours, Grey, Indexed};
        let (values, kind) = match file.pixels {
            Grey { values, white } => (values, MaskKind::Grey(white)),
            Indexed { indices, palette } => (indices, MaskKind::Indexed(palette)),
            Colours { places, colours } => (places, MaskKind::Colours(colours)),
        };
        Self { width: file.width as u32, height: file.height as u32, values, kind }
    }
}
