//! What people do to the gallery, and how it is undone.

use leptos::prelude::*;

use super::conduct;
use super::files::Found;
use super::photo::Photo;
use super::state::{Page, Undo};

/// Removals and renamings that can be undone.
const UNDO_DEPTH: usize = 50;

impl Page {
    /// A number that no image or problem has yet.
    pub fn fresh_key(&self) -> u32 {
        self.back
            .try_update_value(|back| {
                back.next += 1;
                back.next
            })
            .unwrap_or_default()
    }

    /// The image of that number, in the gallery or as a dropped query.
    pub fn find(&self, key: u32) -> Option<Photo> {
        self.photos
            .with_untracked(|photos| photos.iter().find(|photo| photo.key == key).cloned())
            .or_else(|| self.query.get_untracked().filter(|query| query.key == key))
    }

    /// Puts files into the gallery, where they wait to be computed.
    pub fn add(&self, found: Vec<Found>) {
        let photos: Vec<Photo> = found.into_iter().map(|found| self.photo(found)).collect();
        let keys: Vec<u32> = photos.iter().map(|photo| photo.key).collect();
        if self.active.get_untracked().is_none() {
            self.active.set(keys.first().copied());
        }
        self.photos.update(|all| all.extend(photos));
        self.back.update_value(|back| back.desk.add(keys));
        conduct::resume(*self);
    }

    /// Asks about a file without putting it into the gallery.
    pub fn ask_about(&self, found: Found) {
        let photo = self.photo(found);
        self.back.update_value(|back| back.desk.add([photo.key]));
        self.query.set(Some(photo));
        conduct::resume(*self);
    }

    fn photo(&self, found: Found) -> Photo {
        let key = self.fresh_key();
        self.back.update_value(|back| {
            back.files.insert(key, found.file);
            back.masks.extend(found.mask.map(|mask| (key, mask)));
        });
        Photo::new(key, found.name, found.label)
    }

    /// Makes an image of the gallery the query.
    pub fn ask(&self, key: u32) {
        if let Some(photo) = self.find(key) {
            self.active.set(Some(key));
            self.query.set(Some(photo));
        }
    }

    /// Removes images; this can be undone.
    pub fn remove(&self, keys: &[u32]) {
        let removed = self.take(keys);
        if !removed.is_empty() {
            let (first, count) = (removed[0].1.name.clone(), removed.len());
            self.news.set(match count {
                1 => format!("{first} was removed."),
                _ => format!("{count} images were removed."),
            });
            self.remember(Undo::Removed(removed));
        }
    }

    /// Removes every image; this can be undone.
    pub fn clear(&self) {
        let keys: Vec<u32> = self.photos.with_untracked(|photos| photos.iter().map(|photo| photo.key).collect());
        self.remove(&keys);
    }

    /// Takes images out of gallery and queue without a word, and gives them with their places.
    pub fn take(&self, keys: &[u32]) -> Vec<(usize, Photo)> {
        let mut removed = Vec::new();
        self.photos.update(|photos| {
            let mut place = 0;
            photos.retain(|photo| {
                let gone = keys.contains(&photo.key);
                if gone {
                    removed.push((place, photo.clone()));
                }
                place += 1;
                !gone
            });
        });
        self.back.update_value(|back| keys.iter().for_each(|&key| back.desk.cancel(key)));
        if self.active.get_untracked().is_some_and(|active| keys.contains(&active)) {
            let place = removed.first().map_or(0, |(place, _)| *place);
            self.active
                .set(self.photos.with_untracked(|photos| photos.get(place).or(photos.last()).map(|photo| photo.key)));
        }
        if self.query.with_untracked(|query| query.as_ref().is_some_and(|query| keys.contains(&query.key))) {
            self.query.set(None);
        }
        self.touch();
        conduct::report(*self);
        removed
    }

    /// Gives an image another label; this can be undone.
    pub fn relabel(&self, photo: &Photo, label: &str) {
        let (label, before) = (label.trim(), photo.label.get_untracked());
        if label != before {
            photo.label.set(label.to_owned());
            self.remember(Undo::Labelled(photo.clone(), before));
        }
    }

    fn remember(&self, undo: Undo) {
        self.undo.update(|all| {
            all.push(undo);
            if all.len() > UNDO_DEPTH {
                all.remove(0);
            }
        });
    }

    /// Takes back the last removal or renaming.
    pub fn undo_last(&self) {
        let Some(undo) = self.undo.try_update(Vec::pop).flatten() else { return };
        match undo {
            Undo::Labelled(photo, label) => photo.label.set(label),
            Undo::Removed(removed) => {
                self.news.set(match removed.len() {
                    1 => format!("{} is back.", removed[0].1.name),
                    count => format!("{count} images are back."),
                });
                let generation = self.generation.get_untracked();
                let stale: Vec<u32> = removed
                    .iter()
                    .filter(|(_, photo)| photo.shot_now().is_none_or(|shot| shot.generation != generation))
                    .map(|(_, photo)| photo.key)
                    .collect();
                if self.active.get_untracked().is_none() {
                    self.active.set(removed.first().map(|(_, photo)| photo.key));
                }
                self.photos.update(|photos| {
                    removed.into_iter().for_each(|(place, photo)| photos.insert(place.min(photos.len()), photo));
                });
                self.touch();
                if !stale.is_empty() {
                    self.back.update_value(|back| back.desk.add(stale));
                    conduct::resume(*self);
                }
            }
        }
    }
}
