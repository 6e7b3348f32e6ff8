//! Masks that were loaded: which class each of their values is, so that it is the same in every mask.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::class::{Class, usual_name};
use crate::segmentation::{Mask, MaskError, MaskSet, Meaning, RawMask, Rgba, UNLABELLED, Value};

/// The masks that were loaded, one a photo, and the class of each of their colours.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct LoadedMasks {
    photos: BTreeMap<u32, MaskSet>,
    colours: BTreeMap<Rgba, u8>,
    names: BTreeMap<u8, String>,
}

/// A mask whose values have become classes.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadMask {
    /// Its labels.
    pub mask: Mask,
    /// All classes, with those that it brought.
    pub classes: Vec<Class>,
    /// How its values were read, in a sentence or two.
    pub note: String,
}

/// Why a mask was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// It has no label.
    #[error(transparent)]
    Mask(#[from] MaskError),
    /// It brings more classes than there can be.
    #[error(
        "With this mask there would be more than 255 classes. Give each class one plain colour without smoothed edges, the \
         same in every mask."
    )]
    TooManyClasses,
}

impl LoadedMasks {
    /// Reads the mask of a photo in the place of the one before. What its values mean depends on the masks loaded so far,
    /// by [`crate::segmentation::Rules`]. A colour that was loaded before, or is a class's, is that class; any other
    /// becomes a new class, and so does an index or a grey value that is none yet.
    ///
    /// # Errors
    /// A mask without any label, or too many classes; then nothing is changed.
    pub fn read(&mut self, photo: u32, raw: &RawMask, classes: &[Class]) -> Result<ReadMask, LoadError> {
        let mut next = self.clone();
        next.photos.insert(photo, MaskSet::of(raw));
        let mut set = MaskSet::default();
        next.photos.values().for_each(|photo| set.merge(photo));
        let rules = set.rules();

        let mut all = classes.to_vec();
        let (mut table, mut unlabelled) = ([UNLABELLED; 256], 0);
        for (place, pixels) in raw.counts() {
            let value = raw.value(place);
            let id = match rules.meaning(value) {
                Meaning::Unlabelled => {
                    unlabelled += pixels;
                    continue;
                }
                Meaning::Class(id) => next.of_index(id, value, &mut all),
                Meaning::Colour(colour) => next.of_colour(colour, &mut all).ok_or(LoadError::TooManyClasses)?,
            };
            table[place as usize] = id;
        }
        let pixels = raw.values.len() as u64;
        if unlabelled == pixels {
            return Err(MaskError::Unlabelled.into());
        }
        all.sort_by_key(|class| class.id);
        *self = next;
        Ok(ReadMask { mask: raw.labels(&table), classes: all, note: rules.describe(unlabelled, pixels) })
    }

    /// The same with other numbers for the photos; those that get none are left out.
    pub fn renumbered(&self, mut number: impl FnMut(u32) -> Option<u32>) -> Self {
        let photos = self.photos.iter().filter_map(|(photo, set)| Some((number(*photo)?, set.clone())));
        Self { photos: photos.collect(), ..self.clone() }
    }

    /// A class was removed: its colours are nobody's now.
    pub fn forget_class(&mut self, id: u8) {
        self.colours.retain(|_, class| *class != id);
    }

    /// Gives classes these names, now and whenever a mask brings one.
    pub fn name(&mut self, names: BTreeMap<u8, String>, classes: &mut [Class]) {
        for class in classes {
            if let Some(name) = names.get(&class.id) {
                class.name.clone_from(name);
            }
        }
        self.names.extend(names);
    }

    /// The name that was given to a class before there was one.
    pub fn name_of(&self, id: u8) -> Option<String> {
        self.names.get(&id).cloned()
    }

    fn of_index(&mut self, id: u8, value: Value, classes: &mut Vec<Class>) -> u8 {
        if classes.iter().all(|class| class.id != id) {
            let usual = Class::new(id, self.name_of(id).unwrap_or_else(|| usual_name(id)));
            let colour = value.index().map_or(usual.colour, |(_, [r, g, b, _])| [r, g, b]);
            classes.push(Class { colour, ..usual });
        }
        self.colours.entry(value.colour()).or_insert(id);
        id
    }

    /// The class of a colour; none where every index is taken.
    fn of_colour(&mut self, colour: Rgba, classes: &mut Vec<Class>) -> Option<u8> {
        let [r, g, b, opacity] = colour;
        let same = |class: &&Class| opacity == u8::MAX && class.colour == [r, g, b];
        let known = self.colours.get(&colour).copied().or_else(|| classes.iter().find(same).map(|class| class.id));
        let id = match known {
            Some(id) => id,
            None => {
                let class = Class { colour: [r, g, b], ..Class::beside(classes)? };
                let id = class.id;
                classes.push(class);
                id
            }
        };
        self.colours.insert(colour, id);
        Some(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segmentation::MaskKind;

    const BLACK: Rgba = [0, 0, 0, 255];
    const RED: Rgba = [200, 0, 0, 255];
    const GREEN: Rgba = [0, 200, 0, 255];

    fn raw(kind: MaskKind, values: &[u8]) -> RawMask {
        RawMask { width: values.len() as u32, height: 1, values: values.to_vec(), kind }
    }

    fn colours(colours: &[Rgba], values: &[u8]) -> RawMask {
        raw(MaskKind::Colours(colours.to_vec()), values)
    }

    fn two() -> Vec<Class> {
        vec![Class::new(0, "background"), Class::new(1, "object")]
    }

    #[test]
    fn a_colour_keeps_its_class_from_mask_to_mask() {
        let mut masks = LoadedMasks::default();
        let first = masks.read(1, &colours(&[BLACK, RED], &[0, 1, 1]), &two()).unwrap();
        assert_eq!(first.mask.labels, [2, 3, 3]);
        assert_eq!(first.classes[2..].iter().map(|class| class.colour).collect::<Vec<_>>(), [[0; 3], [200, 0, 0]]);
        let second = masks.read(2, &colours(&[GREEN, RED], &[1, 0, 0]), &first.classes).unwrap();
        assert_eq!((second.mask.labels, second.classes.len()), (vec![3, 4, 4], 5));
        // Another colour on the screen is the same class still.
        let mut recoloured = second.classes;
        recoloured[3].colour = [1, 2, 3];
        assert_eq!(masks.read(3, &colours(&[RED], &[0]), &recoloured).unwrap().mask.labels, [3]);
    }

    #[test]
    fn the_colour_of_a_class_is_that_class() {
        let [r, g, b] = two()[1].colour;
        let read = LoadedMasks::default().read(1, &colours(&[BLACK, [r, g, b, 255]], &[1, 0]), &two()).unwrap();
        assert_eq!((read.mask.labels, read.classes.len()), (vec![1, 2], 3));
        // Half as opaque, it is another colour.
        let read = LoadedMasks::default().read(1, &colours(&[[r, g, b, 99]], &[0]), &two()).unwrap();
        assert_eq!(read.mask.labels, [2]);
    }

    #[test]
    fn masks_of_0_and_255_have_an_object_until_one_has_more() {
        let (mut masks, grey) = (LoadedMasks::default(), MaskKind::Grey(255));
        let read = masks.read(1, &raw(grey.clone(), &[0, 255]), &two()).unwrap();
        assert_eq!((read.mask.labels, read.classes), (vec![0, 1], two()));
        assert!(read.note.contains("255 is class 1"), "{}", read.note);
        assert_eq!(masks.read(2, &raw(grey.clone(), &[255, 255]), &two()).unwrap().mask.labels, [1, 1]);
        let more = masks.read(3, &raw(grey.clone(), &[0, 7, 255, 255]), &two()).unwrap();
        assert_eq!(more.mask.labels, [0, 7, UNLABELLED, UNLABELLED]);
        assert!(more.note.contains("2 of 4 pixels (50.0 %)"), "{}", more.note);
        // The mask that was put in its place does not count any more.
        masks.read(3, &raw(grey.clone(), &[0]), &two()).unwrap();
        assert_eq!(masks.read(4, &raw(grey, &[255, 0]), &two()).unwrap().mask.labels, [1, 0]);
    }

    #[test]
    fn a_mask_without_a_label_changes_nothing() {
        let mut masks = LoadedMasks::default();
        let refused = masks.read(1, &raw(MaskKind::Grey(255), &[255, 255]), &two());
        assert_eq!(refused, Err(LoadError::Mask(MaskError::Unlabelled)));
        assert_eq!(masks, LoadedMasks::default());
    }

    #[test]
    fn an_index_is_its_class_and_later_colours_find_it() {
        let mut masks = LoadedMasks::default();
        let palette = MaskKind::Indexed(vec![BLACK, RED, [0; 4], GREEN]);
        let read = masks.read(1, &raw(palette, &[0, 1, 3, 255]), &two()).unwrap();
        assert_eq!(read.mask.labels, [0, 1, 3, UNLABELLED]);
        assert_eq!(read.classes[..2], two(), "a class that is there stays as it is");
        assert_eq!((read.classes[2].id, read.classes[2].colour), (3, [0, 200, 0]));
        let later = masks.read(2, &colours(&[BLACK, GREEN, RED], &[2, 1, 0]), &read.classes).unwrap();
        assert_eq!((later.mask.labels, later.classes), (vec![1, 3, 0], read.classes));
    }

    #[test]
    fn classes_are_numbered_unless_a_file_names_them() {
        let mut masks = LoadedMasks::default();
        let names = |read: &ReadMask| read.classes.iter().map(|class| class.name.clone()).collect::<Vec<_>>();
        let mut read = masks.read(1, &raw(MaskKind::Grey(255), &[0, 1]), &[]).unwrap();
        assert_eq!(names(&read), ["class 0", "class 1"]);
        masks.name(BTreeMap::from([(1, "sky".into()), (7, "sea".into())]), &mut read.classes);
        let read = masks.read(2, &raw(MaskKind::Grey(255), &[1, 7]), &read.classes).unwrap();
        assert_eq!(names(&read), ["class 0", "sky", "sea"]);
    }

    #[test]
    fn a_removed_class_leaves_its_colour() {
        let mut masks = LoadedMasks::default();
        let read = masks.read(1, &colours(&[RED], &[0]), &two()).unwrap();
        assert_eq!(read.mask.labels, [2]);
        masks.forget_class(2);
        // Index 2 is taken again, by another class.
        let classes = [two(), vec![Class::new(2, "new")]].concat();
        assert_eq!(masks.read(2, &colours(&[RED], &[0]), &classes).unwrap().mask.labels, [3]);
    }

    #[test]
    fn there_are_at_most_255_classes() {
        let shades: Vec<Rgba> = (0..254).map(|i| [9, i, 9, 255]).collect();
        let mut masks = LoadedMasks::default();
        let refused = masks.read(1, &colours(&shades, &(0..254).collect::<Vec<_>>()), &two());
        assert_eq!(refused, Err(LoadError::TooManyClasses));
        let read = masks.read(1, &colours(&shades[1..], &(0..253).collect::<Vec<_>>()), &two()).unwrap();
        assert_eq!(read.classes.len(), 255);
    }
}
