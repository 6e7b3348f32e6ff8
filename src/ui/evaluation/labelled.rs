//! The labelled images of a gallery, as far as an evaluation can use them. Decisions only: no browser is needed.

use std::collections::{BTreeMap, HashMap};

use crate::fungi::PartMap;
use crate::gallery::{Gallery, Id, Origin};

/// Labelled images with features.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Labelled {
    /// The images, in the gallery's order.
    pub ids: Vec<Id>,
    /// The class of each, by its place in `names`.
    pub classes: Vec<u32>,
    /// The labels, in order.
    pub names: Vec<String>,
    /// The parts that each of them has.
    pub parts: PartMap<bool>,
    /// What the features were made by.
    pub origin: Option<Origin>,
    /// Images without a label.
    pub unlabelled: usize,
    /// Images with a label that have no features yet.
    pub waiting: usize,
}

impl Labelled {
    /// Those of a gallery.
    pub fn find(gallery: &Gallery) -> Self {
        let mut found = Self { origin: gallery.origin().cloned(), ..Self::default() };
        let mut numbers: BTreeMap<&str, u32> = BTreeMap::new();
        let mut labels = Vec::new();
        let mut parts = None::<PartMap<bool>>;
        let of = |label: &Option<String>| label.as_deref().filter(|label| !label.is_empty()).is_none();
        found.unlabelled = gallery.entries().iter().filter(|entry| of(&entry.label)).count();
        for (entry, features) in gallery.computed() {
            let Some(label) = entry.label.as_deref().filter(|label| !label.is_empty()) else { continue };
            found.ids.push(entry.id);
            labels.push(label);
            numbers.insert(label, 0);
            let has = PartMap::from_fn(|part| features.get(part).is_some());
            parts = Some(parts.map_or(has, |parts| PartMap::from_fn(|part| parts[part] && has[part])));
        }
        numbers.values_mut().zip(0..).for_each(|(number, place)| *number = place);
        found.classes = labels.iter().map(|label| numbers[label]).collect();
        found.names = numbers.into_keys().map(str::to_owned).collect();
        found.parts = parts.unwrap_or_default();
        found.waiting = gallery.len() - found.unlabelled - found.ids.len();
        found
    }

    /// Number of images of each class.
    pub fn sizes(&self) -> Vec<usize> {
        let mut sizes = vec![0; self.names.len()];
        self.classes.iter().for_each(|&class| sizes[class as usize] += 1);
        sizes
    }

    /// What an evaluation lacks, and how to provide it, as a sentence; `None` if it lacks nothing.
    pub fn lacking(&self) -> Option<String> {
        const HOW: &str =
            "Add photos in folders named after what they show, or type a label below a photo in the gallery.";
        let enough = self.sizes().into_iter().filter(|&size| size > 1).count();
        if enough > 1 {
            return None;
        }
        if self.waiting > 0 {
            return Some(format!("{} labelled images are still waiting for their features.", self.waiting));
        }
        let there = match (self.ids.len(), self.names.len()) {
            (0, _) => "No image has a label.".to_owned(),
            (n, 1) => format!("{} labelled images have the label {}.", n, self.names[0]),
            (n, classes) => format!("{n} labelled images in {classes} classes are too few."),
        };
        Some(format!("{there} An evaluation needs two labels at least, on two images each. {HOW}"))
    }

    /// The smallest class that has another image to find, and its size.
    pub fn smallest(&self) -> Option<(&str, usize)> {
        let sizes = self.sizes().into_iter().zip(&self.names).filter(|(size, _)| *size > 1);
        sizes.min_by_key(|(size, _)| *size).map(|(size, name)| (name.as_str(), size))
    }

    /// What to bear in mind about k, and the largest of `choices` that suits every class, if another does.
    pub fn about_k(&self, k: usize, choices: &[usize]) -> Option<(String, Option<usize>)> {
        let (name, size) = self.smallest().filter(|(_, size)| k + 1 > *size)?;
        let suits = choices.iter().copied().filter(|&choice| choice < size).max();
        let others = if size == 2 { "1 other image".to_owned() } else { format!("{} other images", size - 1) };
        let note = format!(
            "{k} neighbours are more than the {others} of the smallest class, {name}, so its votes are outnumbered: \
             there, R-precision says more."
        );
        Some((note, suits))
    }

    /// Whether someone changed labels, or images went, from `before` to now; not whether features came in.
    pub fn edited_since(&self, before: &Self) -> bool {
        let now: HashMap<Id, &str> =
            self.ids.iter().zip(&self.classes).map(|(id, class)| (*id, self.names[*class as usize].as_str())).collect();
        let same = |(id, class): (&Id, &u32)| now.get(id) == Some(&before.names[*class as usize].as_str());
        self.origin != before.origin || !before.ids.iter().zip(&before.classes).all(same)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::fungi::{Features, Part, Settings};
    use crate::gallery::Content;

    fn gallery(labels: &[Option<&str>], parts: &[Part]) -> Gallery {
        let mut gallery = Gallery::new();
        gallery.set_origin(Origin { model: "m".into(), settings: Settings::default() });
        for (i, label) in labels.iter().enumerate() {
            let id = gallery.add(format!("{i}"), label.map(str::to_owned));
            let hash = [i as u8; 32];
            gallery.set_content(id, Arc::new(Content { hash, size: (1, 1), thumbnail: Vec::new() }));
            let mut features = Features::new();
            parts.iter().for_each(|&part| features.set(part, vec![1.0]));
            gallery.keep(hash, features);
        }
        gallery
    }

    #[test]
    fn classes_are_numbered_in_order_and_parts_are_those_of_all() {
        let mut gallery = gallery(&[Some("cup"), None, Some("bee"), Some("cup")], &[Part::Embedding, Part::Kl]);
        let last = gallery.add("late".into(), Some("cup".into()));
        let found = Labelled::find(&gallery);
        assert_eq!((found.ids.len(), &found.classes[..]), (3, &[1, 0, 1][..]));
        assert_eq!(found.names, ["bee", "cup"]);
        assert_eq!((found.unlabelled, found.waiting, found.sizes()), (1, 1, vec![1, 2]));
        assert!(found.parts[Part::Kl] && !found.parts[Part::Dino]);
        gallery.set_content(last, Arc::new(Content { hash: [9; 32], size: (1, 1), thumbnail: Vec::new() }));
        let mut features = Features::new();
        features.set(Part::Embedding, vec![1.0]);
        gallery.keep([9; 32], features);
        assert!(!Labelled::find(&gallery).parts[Part::Kl]);
    }

    #[test]
    fn what_is_lacking_is_said() {
        let lacking = |labels: &[Option<&str>]| Labelled::find(&gallery(labels, &[Part::Embedding])).lacking();
        assert_eq!(lacking(&[Some("a"), Some("a"), Some("b"), Some("b")]), None);
        for (labels, words) in [
            (&[None, None][..], "No image has a label."),
            (&[Some("a"), Some("a")], "2 labelled images have the label a."),
            (&[Some("a"), Some("a"), Some("b")], "3 labelled images in 2 classes are too few."),
        ] {
            let said = lacking(labels).unwrap();
            assert!(said.starts_with(words) && said.contains("folders"), "{said}");
        }
    }

    #[test]
    fn a_k_that_outnumbers_a_class_is_told_with_one_that_does_not() {
        let labels: Vec<_> = [vec![Some("a"); 30], vec![Some("b"); 8], vec![Some("alone")]].concat();
        let found = Labelled::find(&gallery(&labels, &[Part::Embedding]));
        assert_eq!(found.about_k(5, &[5, 10]), None);
        let (note, suits) = found.about_k(10, &[5, 10, 20]).unwrap();
        assert!(note.contains("the 7 other images of the smallest class, b"), "{note}");
        assert_eq!(suits, Some(5));
        assert_eq!(found.about_k(10, &[10, 20]).unwrap().1, None);
    }

    #[test]
    fn new_images_are_no_edit_but_labels_and_removals_are() {
        let find = |labels: &[Option<&str>]| Labelled::find(&gallery(labels, &[Part::Embedding]));
        let before = find(&[Some("a"), Some("b")]);
        assert!(!find(&[Some("a"), Some("b"), Some("aa")]).edited_since(&before), "even if numbers shift");
        assert!(find(&[Some("a"), Some("c")]).edited_since(&before));
        assert!(find(&[Some("a"), None]).edited_since(&before));
    }
}
