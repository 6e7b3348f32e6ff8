//! Classes of pixels, each with a name and a colour.

use serde::{Deserialize, Serialize};

use super::change::{Change, Way};
use super::palette::{Palette, usual_colour};
use crate::segmentation::UNLABELLED;

/// A class of pixels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Class {
    /// Its index in masks and maps; it stays the same when another class is removed.
    pub id: u8,
    /// Its name.
    pub name: String,
    /// Red, green, blue.
    pub colour: [u8; 3],
}

impl Class {
    /// The class with that index, in its default colour.
    pub fn new(id: u8, name: impl Into<String>) -> Self {
        Self { id, name: name.into(), colour: usual_colour(id) }
    }

    /// A class besides `others`, with the smallest free index; none if all are taken.
    pub fn beside(others: &[Self]) -> Option<Self> {
        let id = (0..UNLABELLED).find(|&id| others.iter().all(|class| class.id != id))?;
        Some(Self::new(id, usual_name(id)))
    }

    /// The colour in HTML's notation.
    pub fn hex(&self) -> String {
        let [r, g, b] = self.colour;
        format!("#{r:02x}{g:02x}{b:02x}")
    }
}

/// Which classes differ between two lists, each before and after.
pub fn class_changes(before: &[Class], after: &[Class]) -> Vec<Change<Option<Class>>> {
    let of = |all: &[Class], id: u8| all.iter().find(|class| class.id == id).cloned();
    let change = |id| Change { before: of(before, id), after: of(after, id) };
    (0..UNLABELLED).map(change).filter(|change| change.before != change.after).collect()
}

/// Undoes changes of classes, or makes them again. Classes are in the order of their indices.
pub fn restore_classes(classes: &mut Vec<Class>, changes: &[Change<Option<Class>>], way: Way) {
    for change in changes {
        let id = change.before.iter().chain(&change.after).map(|class| class.id).next();
        classes.retain(|class| Some(class.id) != id);
        classes.extend(change.goal(way).clone());
    }
    classes.sort_by_key(|class| class.id);
}

/// The classes of a tab in which nothing was done yet.
pub fn first_classes() -> Vec<Class> {
    vec![Class::new(0, "background"), Class::new(1, "object")]
}

/// Reads a colour in HTML's notation.
pub fn parse_hex(text: &str) -> Option<[u8; 3]> {
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    let number = u32::from_str_radix(digits, 16).ok()?;
    Some([(number >> 16) as u8, (number >> 8) as u8, number as u8])
}

/// The default name of the class with that index.
pub fn class_name(classes: &[Class], id: u8) -> String {
    classes.iter().find(|class| class.id == id).map_or_else(|| usual_name(id), |class| class.name.clone())
}

pub(super) fn usual_name(id: u8) -> String {
    format!("class {id}")
}

/// The colours of these classes.
pub fn palette(classes: &[Class]) -> Palette {
    let mut palette = [[0; 3]; 256];
    classes.iter().for_each(|class| palette[class.id as usize] = class.colour);
    palette
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_free_index_is_taken() {
        let classes = [Class::new(0, "background"), Class::new(2, "cup")];
        let class = Class::beside(&classes).unwrap();
        assert_eq!((class.id, class.name.as_str()), (1, "class 1"));
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
}
