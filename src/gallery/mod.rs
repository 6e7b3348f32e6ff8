//! What has been computed: images, labels, features, with removal and undo. Whoever shows the images owns the gallery, so
//! that nothing is lost when the program that computes is stopped and started again.

#[cfg(feature = "engine")]
pub mod file;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::fungi::Features;

/// SHA-256 of a file's bytes: what makes two images the same.
pub type Hash = [u8; 32];

/// Removals that can be undone; older ones are forgotten.
pub const UNDO_DEPTH: usize = 50;

/// One image of a gallery.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// File name, with its folders where they are known.
    pub name: String,
    /// Its class: the folder's name, unless the file lay in none.
    pub label: Option<String>,
    /// SHA-256 of the file.
    pub hash: Hash,
    /// Width and height in pixels, upright.
    pub size: (u32, u32),
    /// A small JPEG; empty where nobody looks.
    #[serde(with = "serde_bytes")]
    pub thumbnail: Vec<u8>,
    /// Its features.
    pub features: Features,
}

/// Images in the order in which they came, each once.
#[derive(Debug, Clone, Default)]
pub struct Gallery {
    entries: Vec<Arc<Entry>>,
    /// Everything that was ever computed, so that an image that comes back costs nothing.
    computed: BTreeMap<Hash, Arc<Entry>>,
    /// Removed entries with the places they had, in ascending order.
    undo: VecDeque<Vec<(usize, Arc<Entry>)>>,
}

impl Gallery {
    /// No image yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The images.
    pub fn entries(&self) -> &[Arc<Entry>] {
        &self.entries
    }

    /// Number of images.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no image.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The features, in order: what retrieval takes.
    pub fn features(&self) -> impl Iterator<Item = &Features> {
        self.entries.iter().map(|entry| &entry.features)
    }

    /// The place of the image with this content.
    pub fn find(&self, hash: &Hash) -> Option<usize> {
        self.entries.iter().position(|entry| entry.hash == *hash)
    }

    /// What was computed for this content, in the gallery or removed from it.
    pub fn computed(&self, hash: &Hash) -> Option<&Arc<Entry>> {
        self.computed.get(hash)
    }

    /// Every content whose features are known, in the gallery or removed from it.
    pub fn known(&self) -> impl Iterator<Item = &Hash> {
        self.computed.keys()
    }

    /// Adds an image at the end and returns its place; `Err` with the place of the same content if it is there already.
    pub fn add(&mut self, entry: Entry) -> Result<usize, usize> {
        if let Some(place) = self.find(&entry.hash) {
            return Err(place);
        }
        let entry = Arc::new(entry);
        self.computed.insert(entry.hash, entry.clone());
        self.entries.push(entry);
        Ok(self.entries.len() - 1)
    }

    /// Adds an image whose features are known, under a new name and label: nothing is computed. `None` if they aren't
    /// known; otherwise as [`Self::add`].
    pub fn add_known(&mut self, hash: &Hash, name: String, label: Option<String>) -> Option<Result<usize, usize>> {
        let entry = Entry { name, label, ..Entry::clone(self.computed.get(hash)?) };
        Some(self.add(entry))
    }

    /// Removes the image at `place`, if there is one, for [`Self::undo`] to bring back.
    pub fn remove(&mut self, place: usize) -> Option<Arc<Entry>> {
        let entry = (place < self.entries.len()).then(|| self.entries.remove(place))?;
        self.remember(vec![(place, entry.clone())]);
        Some(entry)
    }

    /// Removes all images in one step.
    pub fn clear(&mut self) {
        let removed: Vec<_> = self.entries.drain(..).enumerate().collect();
        if !removed.is_empty() {
            self.remember(removed);
        }
    }

    /// Whether there is a removal to take back.
    pub fn can_undo(&self) -> bool {
        !self.undo.is_empty()
    }

    /// Takes the last removal back and returns how many images came back: each to its place, unless the same content has
    /// come again since.
    pub fn undo(&mut self) -> usize {
        let mut back = 0;
        for (place, entry) in self.undo.pop_back().unwrap_or_default() {
            if self.find(&entry.hash).is_none() {
                self.entries.insert(place.min(self.entries.len()), entry);
                back += 1;
            }
        }
        back
    }

    /// Forgets every feature, and with them all images and removals: for a new model or new settings. Returns the images
    /// that were shown, so that they can be asked for again.
    pub fn reset(&mut self) -> Vec<Arc<Entry>> {
        self.computed.clear();
        self.undo.clear();
        std::mem::take(&mut self.entries)
    }

    fn remember(&mut self, removed: Vec<(usize, Arc<Entry>)>) {
        if self.undo.len() == UNDO_DEPTH {
            self.undo.pop_front();
        }
        self.undo.push_back(removed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fungi::Part;

    fn entry(n: u8) -> Entry {
        let mut features = Features::new();
        features.set(Part::Embedding, vec![f32::from(n), 1.0]);
        Entry { name: n.to_string(), label: None, hash: [n; 32], size: (1, 1), thumbnail: Vec::new(), features }
    }

    fn gallery(n: u8) -> Gallery {
        let mut gallery = Gallery::new();
        (0..n).for_each(|n| assert!(gallery.add(entry(n)).is_ok()));
        gallery
    }

    fn names(gallery: &Gallery) -> String {
        gallery.entries().iter().map(|entry| entry.name.as_str()).collect()
    }

    #[test]
    fn the_same_content_comes_once() {
        let mut gallery = gallery(2);
        assert_eq!(gallery.add(Entry { name: "again".into(), ..entry(1) }), Err(1));
        assert_eq!(names(&gallery), "01");
    }

    #[test]
    fn undo_brings_removed_images_back_to_their_places() {
        let mut gallery = gallery(5);
        assert_eq!(gallery.remove(1).unwrap().name, "1");
        assert!(gallery.remove(9).is_none());
        gallery.clear();
        assert!(gallery.is_empty());
        gallery.clear();
        assert!(gallery.add(entry(3)).is_ok());
        assert_eq!(gallery.undo(), 3);
        assert_eq!(names(&gallery), "0234");
        assert_eq!(gallery.undo(), 1);
        assert_eq!(names(&gallery), "01234");
        assert!(!gallery.can_undo());
        assert_eq!(gallery.undo(), 0);
    }

    #[test]
    fn a_removed_image_comes_back_without_computing() {
        let mut gallery = gallery(3);
        gallery.remove(1);
        assert_eq!(gallery.find(&[1; 32]), None);
        assert_eq!(gallery.known().count(), 3);
        assert_eq!(gallery.add_known(&[1; 32], "new".into(), Some("label".into())), Some(Ok(2)));
        assert_eq!(gallery.entries()[2].features, entry(1).features);
        assert_eq!(gallery.entries()[2].label.as_deref(), Some("label"));
        assert_eq!(gallery.add_known(&[1; 32], "twice".into(), None), Some(Err(2)));
        assert_eq!(gallery.add_known(&[9; 32], "unknown".into(), None), None);
    }

    #[test]
    fn undo_is_bounded() {
        let mut gallery = gallery(60);
        (0..60).for_each(|_| assert!(gallery.remove(0).is_some()));
        let back: usize = (0..60).map(|_| gallery.undo()).sum();
        assert_eq!(back, UNDO_DEPTH);
        assert_eq!(gallery.entries()[0].name, "10");
    }

    #[test]
    fn reset_forgets_all() {
        let mut gallery = gallery(2);
        gallery.remove(0);
        assert_eq!(gallery.reset().len(), 1);
        assert!(gallery.is_empty() && !gallery.can_undo() && gallery.known().next().is_none());
    }
}
