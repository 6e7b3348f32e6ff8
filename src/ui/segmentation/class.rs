//! Classes: a name, a colour, and a pattern, so that colour is never the only sign.

use crate::segmentation::UNLABELLED;

/// Colours that people tell apart whatever their eyes (after Okabe and Ito); the first is the background's.
const COLOURS: [[u8; 3]; 8] = [
    [150, 150, 150],
    [230, 159, 0],
    [86, 180, 233],
    [0, 158, 115],
    [240, 228, 66],
    [0, 114, 178],
    [213, 94, 0],
    [204, 121, 167],
];

/// What pixels can be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    /// Its index in masks and maps; it stays when another class goes.
    pub id: u8,
    /// What people call it.
    pub name: String,
    /// Red, green, blue.
    pub colour: [u8; 3],
}

impl Class {
    /// A class of that index in its usual colour.
    pub fn new(id: u8, name: impl Into<String>) -> Self {
        Self { id, name: name.into(), colour: usual(id) }
    }

    /// Another class beside `others`, with the smallest free index; `None` when all are taken.
    pub fn beside(others: &[Self]) -> Option<Self> {
        let id = (0..UNLABELLED).find(|&id| others.iter().all(|class| class.id != id))?;
        Some(Self::new(id, format!("class {}", u16::from(id) + 1)))
    }

    /// The colour as HTML writes it.
    pub fn hex(&self) -> String {
        let [r, g, b] = self.colour;
        format!("#{r:02x}{g:02x}{b:02x}")
    }
}

/// Reads a colour as HTML writes it.
pub fn parse_hex(text: &str) -> Option<[u8; 3]> {
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    let number = u32::from_str_radix(digits, 16).ok()?;
    Some([(number >> 16) as u8, (number >> 8) as u8, number as u8])
}

/// A class's colour while nobody has chosen another: beyond the first eight darker, then lighter turns of them.
fn usual(id: u8) -> [u8; 3] {
    let colour = COLOURS[id as usize % COLOURS.len()];
    match id / 8 % 3 {
        0 => colour,
        1 => colour.map(|value| value / 2),
        _ => colour.map(|value| 128 + value / 2),
    }
}

/// Whether a class's pattern inks the pixel at `x`, `y`; patterns repeat every `period` pixels.
pub fn inked(class: u8, x: u32, y: u32, period: u32) -> bool {
    let (thin, half) = ((period / 4).max(1), (period / 2).max(1));
    let (across, down) = (x % period, y % period);
    match class % 8 {
        0 => false,
        1 => (across + down) % period < thin,
        2 => across < half && down < half && (across + down) % 2 == 0,
        3 => down < thin,
        4 => across < thin,
        5 => (across + period - down) % period < thin,
        6 => across < thin || down < thin,
        _ => (x / half + y / half).is_multiple_of(2),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_free_index_is_taken() {
        let classes = [Class::new(0, "background"), Class::new(2, "cup")];
        let class = Class::beside(&classes).unwrap();
        assert_eq!((class.id, class.name.as_str()), (1, "class 2"));
        let all: Vec<Class> = (0..UNLABELLED).map(|id| Class::new(id, "")).collect();
        assert_eq!(Class::beside(&all), None);
    }

    #[test]
    fn colours_are_written_and_read() {
        let class = Class::new(1, "cup");
        assert_eq!(class.hex(), "#e69f00");
        assert_eq!(parse_hex(&class.hex()), Some(class.colour));
        for text in ["", "#12345", "e69f00", "#gggggg", "#1234567"] {
            assert_eq!(parse_hex(text), None, "{text}");
        }
    }

    #[test]
    fn patterns_of_neighbouring_classes_differ() {
        let drawn = |class| (0..64).map(|i| inked(class, i % 8, i / 8, 8)).collect::<Vec<_>>();
        for class in 0..7 {
            assert_ne!(drawn(class), drawn(class + 1), "{class}");
        }
    }
}
