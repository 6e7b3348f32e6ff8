//! What the values of masks mean, so that they mean the same in every mask of a set.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::UNLABELLED;
use super::raw_mask::{RawMask, Rgba, Value};

/// Values that are kept. A set with more has more than 255 colours: 256 indices times 255 colours are fewer.
const MAX_VALUES: usize = 70_000;
/// The class of 255 where it is one.
const OBJECT: u8 = 1;

/// The values that a set of masks holds, with how many pixels have each.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct MaskSet {
    values: BTreeMap<Value, u64>,
}

/// What the values of a set mean.
///
/// - Where every mask is grey or indexed, a pixel's value is its class.
/// - Where one is in colours, or two palettes have different colours at the same index, every colour is a class.
/// - 255, grey or index, marks unlabelled pixels, as in PASCAL VOC. But where all grey masks together hold only 0 and 255
///   (the usual masks of one object), 255 is class 1; likewise for indices, if 255 is not transparent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// Whether some mask is in colours.
    pub colours: bool,
    /// Whether two palettes have different colours at the same index.
    pub palettes_differ: bool,
    /// Whether some mask is indexed.
    pub indexed: bool,
    /// Whether grey 255 is a class.
    pub white_is_class: bool,
    /// Whether index 255 is a class.
    pub last_index_is_class: bool,
}

/// What a value means within a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// No class.
    Unlabelled,
    /// The class of that index.
    Class(u8),
    /// The class that has this colour.
    Colour(Rgba),
}

impl Meaning {
    /// The colour that is the class.
    pub fn colour(self) -> Option<Rgba> {
        if let Self::Colour(colour) = self { Some(colour) } else { None }
    }
}

impl MaskSet {
    /// The values of one mask.
    pub fn of(mask: &RawMask) -> Self {
        let mut set = Self::default();
        mask.counts().into_iter().for_each(|(value, pixels)| set.count(mask.value(value), pixels));
        set
    }

    /// Adds the masks of another set.
    pub fn merge(&mut self, other: &Self) {
        other.values.iter().for_each(|(&value, &pixels)| self.count(value, pixels));
    }

    /// All values, with how many pixels have each.
    pub fn values(&self) -> impl Iterator<Item = (Value, u64)> {
        self.values.iter().map(|(&value, &pixels)| (value, pixels))
    }

    /// What its values mean.
    pub fn rules(&self) -> Rules {
        let white: Vec<u8> = self.values().filter_map(|(value, _)| value.full_range_level()).collect();
        let indices: Vec<(u8, Rgba)> = self.values().filter_map(|(value, _)| value.index()).collect();
        // Values are in order, so those of one index follow each other.
        let labelled: Vec<_> = indices.iter().filter(|(index, _)| *index != UNLABELLED).collect();
        Rules {
            colours: self.values.keys().any(|value| matches!(value, Value::Colour(_))),
            palettes_differ: labelled.windows(2).any(|pair| pair[0].0 == pair[1].0),
            indexed: !indices.is_empty(),
            white_is_class: white == [0, UNLABELLED],
            last_index_is_class: indices.first().is_some_and(|first| first.0 == 0)
                && indices.last().is_some_and(|last| last.0 == UNLABELLED)
                && indices.iter().all(|&(index, colour)| index == 0 || index == UNLABELLED && colour[3] != 0),
        }
    }

    fn count(&mut self, value: Value, pixels: u64) {
        if self.values.len() < MAX_VALUES || self.values.contains_key(&value) {
            let count = self.values.entry(value).or_default();
            *count = count.saturating_add(pixels);
        }
    }
}

impl Rules {
    /// Whether every colour is a class.
    pub fn by_colour(self) -> bool {
        self.colours || self.palettes_differ
    }

    /// What a value of one of the set's masks means.
    pub fn meaning(self, value: Value) -> Meaning {
        let (class, last_is_class) = match value {
            Value::Colour(colour) => return Meaning::Colour(colour),
            Value::Grey { level, .. } => (level, self.white_is_class),
            Value::Index { index, .. } => (index, self.last_index_is_class),
        };
        match class {
            UNLABELLED if !last_is_class => Meaning::Unlabelled,
            _ if self.by_colour() => Meaning::Colour(value.colour()),
            UNLABELLED => Meaning::Class(OBJECT),
            class => Meaning::Class(class),
        }
    }

    /// How classes were told apart, and what 255 is, in a sentence or two. `unlabelled` of `pixels` pixels have no label.
    pub fn describe(self, unlabelled: u64, pixels: u64) -> String {
        let by = match self {
            Self { colours: true, indexed: false, .. } => "Each colour of the masks is a class.",
            Self { colours: true, .. } => "Some masks are in colours, so in all of them each colour is a class.",
            Self { palettes_differ: true, .. } => {
                "The masks' palettes differ, so each colour, whatever its index, is a class."
            }
            Self { indexed: true, .. } => "A mask's index is the class.",
            _ => "A mask's grey value is the class.",
        };
        let mut text = by.to_owned();
        if self.white_is_class || self.last_index_is_class {
            let which = if self.white_is_class { "grey" } else { "indexed" };
            let class = if self.by_colour() { "a class too".to_owned() } else { format!("class {OBJECT}") };
            text += &format!(" The {which} masks hold only 0 and 255, so 255 is {class}.");
        }
        if unlabelled > 0 {
            let share = 100.0 * unlabelled as f64 / pixels.max(1) as f64;
            text += &format!(" {unlabelled} of {pixels} pixels ({share:.1} %) are 255 and count as unlabelled.");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::super::raw_mask::MaskKind;
    use super::*;

    fn set(masks: &[(MaskKind, &[u8])]) -> MaskSet {
        let mut set = MaskSet::default();
        for (kind, values) in masks {
            let mask = RawMask { width: values.len() as u32, height: 1, values: values.to_vec(), kind: kind.clone() };
            set.merge(&MaskSet::of(&mask));
        }
        set
    }

    fn meanings(set: &MaskSet) -> Vec<Meaning> {
        let rules = set.rules();
        set.values().map(|(value, _)| rules.meaning(value)).collect()
    }

    const GREY: MaskKind = MaskKind::Grey(255);
    const BLACK: Rgba = [0, 0, 0, 255];
    const RED: Rgba = [255, 0, 0, 255];
    const WHITE: Rgba = [255; 4];
    use Meaning::{Class, Colour, Unlabelled};

    #[test]
    fn white_is_a_class_only_where_all_grey_masks_hold_nothing_else() {
        // A mask without the object, and one that is nothing else, belong to the set.
        let two = set(&[(GREY, &[0, 0]), (GREY, &[255, 255, 0]), (GREY, &[255])]);
        assert_eq!(meanings(&two), [Class(0), Class(1)]);
        assert!(two.rules().describe(0, 6).ends_with("hold only 0 and 255, so 255 is class 1."));
        let more = set(&[(GREY, &[0, 255]), (GREY, &[0, 3])]);
        assert_eq!(meanings(&more), [Class(0), Class(3), Unlabelled]);
        assert!(more.rules().describe(1, 4).ends_with("1 of 4 pixels (25.0 %) are 255 and count as unlabelled."));
        assert_eq!(meanings(&set(&[(GREY, &[255, 255])])), [Unlabelled]);
    }

    #[test]
    fn masks_of_one_bit_do_not_change_what_255_is() {
        let both = set(&[(MaskKind::Grey(1), &[0, 1]), (GREY, &[0, 255])]);
        assert_eq!(meanings(&both), [Class(0), Class(0), Class(1), Class(1)]);
    }

    #[test]
    fn an_index_is_its_class_while_palettes_agree() {
        let palette = MaskKind::Indexed(vec![BLACK, RED]);
        let longer = MaskKind::Indexed(vec![BLACK, RED, WHITE]);
        assert_eq!(meanings(&set(&[(palette.clone(), &[0, 1]), (longer, &[1, 2])])), [Class(0), Class(1), Class(2)]);
        let other = MaskKind::Indexed(vec![RED, BLACK]);
        let differ = set(&[(palette, &[0, 1]), (other, &[0, 1])]);
        assert_eq!(meanings(&differ), [Colour(BLACK), Colour(RED), Colour(BLACK), Colour(RED)]);
        assert!(differ.rules().describe(0, 4).contains("palettes differ"));
    }

    #[test]
    fn the_last_index_is_unlabelled_unless_it_is_the_only_object() {
        let opaque = MaskKind::Indexed(vec![BLACK; 255].into_iter().chain([WHITE]).collect());
        let transparent = MaskKind::Indexed(vec![BLACK; 255].into_iter().chain([[0; 4]]).collect());
        assert_eq!(meanings(&set(&[(opaque.clone(), &[0, 255])])), [Class(0), Class(1)]);
        assert_eq!(meanings(&set(&[(transparent, &[0, 255])])), [Class(0), Unlabelled]);
        assert_eq!(meanings(&set(&[(opaque, &[0, 7, 255])])), [Class(0), Class(7), Unlabelled]);
    }

    #[test]
    fn beside_colours_everything_is_its_colour() {
        let colours = MaskKind::Colours(vec![BLACK, RED]);
        let mixed = set(&[(GREY, &[0, 255]), (MaskKind::Grey(1), &[1]), (colours, &[0, 1])]);
        let expected = [Colour(BLACK), Colour(WHITE), Colour(WHITE), Colour(BLACK), Colour(RED)];
        assert_eq!(meanings(&mixed), expected);
        // Index 255 beside others stays unlabelled.
        let palette = MaskKind::Indexed([vec![RED, BLACK], vec![WHITE; 254]].concat());
        let indexed = set(&[(palette, &[0, 1, 255]), (MaskKind::Colours(vec![RED]), &[0])]);
        assert_eq!(meanings(&indexed), [Colour(RED), Colour(BLACK), Unlabelled, Colour(RED)]);
    }
}
