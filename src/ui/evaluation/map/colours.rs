//! The page's colours, light or dark, for canvases: they don't follow the style sheet by themselves.

use super::marks::{DARK, LIGHT, Palette};

/// Colours to draw with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colours {
    /// Whether the page is dark.
    pub dark: bool,
    /// Of marks.
    pub palette: Palette,
    /// Of what is chosen or under the pointer: the page's ink.
    pub ink: [u8; 3],
    /// Behind marks and pictures: the page's sheet.
    pub sheet: [u8; 3],
}

impl Colours {
    /// Those of a light or a dark page, as in public/styles.css.
    pub const fn of(dark: bool) -> Self {
        match dark {
            true => Self { dark, palette: DARK, ink: [0xeb, 0xe7, 0xd9], sheet: [0x1c, 0x1f, 0x17] },
            false => Self { dark, palette: LIGHT, ink: [0x20, 0x24, 0x1d], sheet: [0xfd, 0xfb, 0xf5] },
        }
    }
}

/// A colour as canvases and SVG take it.
pub fn css([red, green, blue]: [u8; 3]) -> String {
    format!("rgb({red} {green} {blue})")
}
