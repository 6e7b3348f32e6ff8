//! The classes of a run's masks, with their colours.

use std::collections::BTreeMap;

use super::mask_set::{MaskSet, Meaning, Rules};
use super::png::colour;
use super::raw_mask::{RawMask, Rgba, Value};
use super::{Mask, UNLABELLED};

/// Why masks have no classes in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PaletteError {
    /// More colours than classes.
    #[error(
        "The masks together have {0} colours or more, and there can be 255 classes; give each class one plain colour \
         without smoothed edges, the same in every file."
    )]
    Colours(usize),
    /// A mask with a colour that no mask of the set has.
    #[error("The mask has changed since the colours of all masks were read; run the command again.")]
    Changed,
}

/// The classes of a set of masks: all of its masks are read by them, and maps are written in their colours.
#[derive(Debug, Clone)]
pub struct MaskPalette {
    rules: Rules,
    /// Classes by colour, where a colour is the class.
    ranks: BTreeMap<Rgba, u8>,
    /// The classes that are there, in order.
    pub classes: Vec<PaletteClass>,
    /// Pixels without a label.
    pub unlabelled: u64,
    /// All pixels.
    pub pixels: u64,
}

/// A class of a set of masks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaletteClass {
    /// Its index.
    pub class: u8,
    /// Its colour in the masks; none where they are grey.
    pub colour: Option<Rgba>,
    /// Its pixels.
    pub pixels: u64,
}

impl MaskPalette {
    /// Numbers the classes of a set: by value, or in the order of their colours.
    ///
    /// # Errors
    /// More than 255 colours.
    pub fn of(set: &MaskSet) -> Result<Self, PaletteError> {
        let rules = set.rules();
        let meanings: Vec<(Value, Meaning, u64)> =
            set.values().map(|(value, pixels)| (value, rules.meaning(value), pixels)).collect();
        let colours: BTreeMap<Rgba, ()> = meanings.iter().filter_map(|(_, m, _)| m.colour().zip(Some(()))).collect();
        if colours.len() > UNLABELLED as usize {
            return Err(PaletteError::Colours(colours.len()));
        }
        let ranks: BTreeMap<Rgba, u8> = colours.into_keys().zip(0..).collect();
        let mut palette = Self { rules, ranks, classes: Vec::new(), unlabelled: 0, pixels: 0 };
        let mut classes = BTreeMap::<u8, PaletteClass>::new();
        for (value, meaning, pixels) in meanings {
            palette.pixels += pixels;
            let Some(class) = palette.class(meaning) else {
                palette.unlabelled += pixels;
                continue;
            };
            let entry = classes.entry(class).or_insert(PaletteClass { class, colour: None, pixels: 0 });
            entry.pixels += pixels;
            // A grey value that is a class says nothing of the class's colour.
            if rules.by_colour() || !matches!(value, Value::Grey { .. }) {
                entry.colour = Some(value.colour());
            }
        }
        palette.classes = classes.into_values().collect();
        Ok(palette)
    }

    /// The labels of one of the set's masks.
    ///
    /// # Errors
    /// A colour that the set does not have.
    pub fn labels(&self, mask: &RawMask) -> Result<Mask, PaletteError> {
        let mut classes = [UNLABELLED; 256];
        for (value, _) in mask.counts() {
            let meaning = self.rules.meaning(mask.value(value));
            classes[value as usize] = match meaning {
                Meaning::Unlabelled => UNLABELLED,
                meaning => self.class(meaning).ok_or(PaletteError::Changed)?,
            };
        }
        Ok(mask.labels(&classes))
    }

    /// The colours of all classes, by index: those of the masks, and usual ones for the rest.
    pub fn colours(&self) -> Vec<[u8; 3]> {
        let mut colours: Vec<[u8; 3]> = (0..UNLABELLED).map(colour).collect();
        for class in &self.classes {
            if let Some([r, g, b, _]) = class.colour {
                colours[class.class as usize] = [r, g, b];
            }
        }
        colours
    }

    /// How classes were told apart, in a few sentences; none without a mask.
    pub fn describe(&self) -> Option<String> {
        let numbered =
            if self.rules.by_colour() { " Classes are numbered in the order of red, green and blue." } else { "" };
        (self.pixels > 0).then(|| self.rules.describe(self.unlabelled, self.pixels) + numbered)
    }

    fn class(&self, meaning: Meaning) -> Option<u8> {
        match meaning {
            Meaning::Unlabelled => None,
            Meaning::Class(class) => Some(class),
            Meaning::Colour(colour) => self.ranks.get(&colour).copied(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::raw_mask::MaskKind;
    use super::*;

    fn mask(kind: MaskKind, values: &[u8]) -> RawMask {
        RawMask { width: values.len() as u32, height: 1, values: values.to_vec(), kind }
    }

    fn palette(masks: &[RawMask]) -> Result<MaskPalette, PaletteError> {
        let mut set = MaskSet::default();
        masks.iter().for_each(|mask| set.merge(&MaskSet::of(mask)));
        MaskPalette::of(&set)
    }

    const BLACK: Rgba = [0, 0, 0, 255];
    const GREEN: Rgba = [0, 200, 0, 255];
    const RED: Rgba = [200, 0, 0, 255];

    #[test]
    fn a_colour_is_the_same_class_in_every_file() {
        let one = mask(MaskKind::Colours(vec![BLACK, RED]), &[0, 1, 1]);
        let other = mask(MaskKind::Colours(vec![GREEN, RED]), &[1, 0, 0]);
        let both = palette(&[one.clone(), other.clone()]).unwrap();
        assert_eq!(both.labels(&one).unwrap().labels, [0, 2, 2]);
        assert_eq!(both.labels(&other).unwrap().labels, [2, 1, 1]);
        let classes: Vec<_> = both.classes.iter().map(|class| (class.class, class.colour, class.pixels)).collect();
        assert_eq!(classes, [(0, Some(BLACK), 1), (1, Some(GREEN), 2), (2, Some(RED), 3)]);
        assert_eq!(both.colours()[..3], [[0, 0, 0], [0, 200, 0], [200, 0, 0]]);
        let new = mask(MaskKind::Colours(vec![[9; 4]]), &[0]);
        assert_eq!(both.labels(&new), Err(PaletteError::Changed));
    }

    #[test]
    fn an_index_keeps_its_number_and_brings_its_colour() {
        let indexed = mask(MaskKind::Indexed(vec![BLACK, RED, GREEN]), &[0, 2, 255]);
        let grey = mask(MaskKind::Grey(255), &[0, 255]);
        let both = palette(&[indexed.clone(), grey.clone()]).unwrap();
        assert_eq!(both.labels(&indexed).unwrap().labels, [0, 2, UNLABELLED]);
        assert_eq!(both.labels(&grey).unwrap().labels, [0, 1]);
        assert_eq!((both.unlabelled, both.pixels), (1, 5));
        // Class 1 is a grey value alone, so it has its usual colour.
        assert_eq!(both.colours()[..3], [[0, 0, 0], colour(1), [0, 200, 0]]);
    }

    #[test]
    fn there_are_at_most_255_colours_in_all() {
        let shades = |from: u8, count: usize| {
            let colours = (0..count).map(|i| [from, i as u8, 0, 255]).collect();
            mask(MaskKind::Colours(colours), &(0..count).map(|i| i as u8).collect::<Vec<_>>())
        };
        assert_eq!(palette(&[shades(0, 200), shades(1, 55)]).unwrap().classes.len(), 255);
        let sentence = palette(&[shades(0, 200), shades(1, 56)]).unwrap_err().to_string();
        assert!(sentence.contains("256 colours"), "{sentence}");
    }

    #[test]
    fn nothing_is_said_without_a_mask() {
        assert_eq!(palette(&[]).unwrap().describe(), None);
    }
}
