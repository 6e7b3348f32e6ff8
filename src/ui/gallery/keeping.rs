//! What those who keep the gallery need of it: what changed, an image with its file, and the way back.

use std::sync::Arc;

use leptos::prelude::*;
use web_sys::File;

use super::GalleryState;
use super::label_files::LabelFiles;
use crate::fungi::Features;
use crate::gallery::{Changes, Content, Entry, Gallery, Id, Origin};

/// An image with all that a person gave.
pub struct Given {
    /// The image.
    pub entry: Entry,
    /// Its file; the sample set's may not be drawn yet.
    pub file: Option<File>,
    /// The mask that came with it.
    pub mask: Option<File>,
    /// Whether the browser decoded it, since the engine does not know its format.
    pub by_browser: bool,
}

/// An image that comes back.
pub struct Returning {
    /// The file's name.
    pub name: String,
    /// Its class.
    pub label: Option<String>,
    /// What the file holds, once it has been read.
    pub content: Option<Content>,
    /// Its file.
    pub file: Option<File>,
    /// The mask that came with it.
    pub mask: Option<File>,
    /// Whether the browser decoded it.
    pub by_browser: bool,
    /// Whether it is the query from outside the gallery.
    pub outside: bool,
    /// Its features by where they come from.
    pub features: Vec<(Origin, Features)>,
}

impl GalleryState {
    /// What changed since the last call; [`Self::unkept`] counts up when there is more.
    pub fn take_unkept(&self) -> Changes {
        self.store(|store| std::mem::take(&mut store.unkept))
    }

    /// Says that an image's file changed, which the gallery itself does not know.
    pub(super) fn file_changed(&self, ids: impl IntoIterator<Item = Id>) {
        self.store(|store| store.unkept.entries.extend(ids));
        self.unkept.update(|count| *count += 1);
    }

    /// Reads the gallery without following it.
    pub fn read<T>(&self, read: impl FnOnce(&Gallery) -> T) -> T {
        self.store(|store| read(&store.gallery))
    }

    /// The images, and the query from outside.
    pub fn everything(&self) -> (Vec<Id>, Option<Id>) {
        self.store(|store| (store.gallery.entries().iter().map(|entry| entry.id).collect(), store.outside))
    }

    /// An image with all that a person gave.
    pub fn given(&self, id: Id) -> Option<Given> {
        self.store(|store| {
            Some(Given {
                entry: store.gallery.get(id)?.clone(),
                file: store.files.get(&id).cloned(),
                mask: store.masks.get(&id).cloned(),
                by_browser: store.cards.is_by_browser(id),
            })
        })
    }

    /// Whether nothing is here but the sample set as it stood there from the start.
    pub fn is_untouched(&self) -> bool {
        let standing = self.standing.get_untracked();
        self.store(|store| {
            let entries = store.gallery.entries();
            store.outside.is_none()
                && store.gallery.last_edit().is_none()
                && entries.iter().all(|entry| standing.contains(&entry.id))
        })
    }

    /// The sample set's images, as far as they stand there until a person's own take their place.
    pub fn standing_images(&self) -> Vec<Id> {
        self.standing.get_untracked()
    }

    /// The sample set that stands there, if nobody has touched it, makes way for what was kept: no undo brings it back.
    pub fn make_room(&self) {
        if self.is_untouched() && !self.standing.with_untracked(Vec::is_empty) {
            self.forget_all();
        }
    }

    /// Takes back where features come from, the one in use last, unless an engine has said so already.
    pub fn restore_origins(&self, origins: &[Origin]) {
        self.store(|store| {
            if store.gallery.origin().is_none() {
                origins.iter().for_each(|origin| store.gallery.set_origin(origin.clone()));
            }
        });
    }

    /// Takes back images; gives their numbers, none for those whose content is there already.
    pub fn restore_images(&self, images: Vec<Returning>) -> Vec<Option<Id>> {
        let ids: Vec<Option<Id>> = self.store(|store| {
            let restore = |image: Returning| {
                let Returning { name, label, content, file, mask, by_browser, outside, features } = image;
                let content = content.map(Arc::new);
                if outside && store.outside.is_some() {
                    return None;
                }
                if let Some(content) = &content {
                    for (origin, features) in features {
                        store.gallery.restore_features(&origin, content.hash, features);
                    }
                }
                let id = store.gallery.restore(name, label, content, outside)?;
                store.files.extend(file.map(|file| (id, file)));
                store.masks.extend(mask.map(|mask| (id, mask)));
                if outside {
                    store.outside = Some(id);
                }
                if by_browser {
                    store.cards.by_browser(id);
                }
                Some(id)
            };
            images.into_iter().map(restore).collect()
        });
        self.refresh();
        self.link.enqueue(ids.iter().flatten().copied());
        ids
    }

    /// Once all are back: what was the query, where the arrow keys start, what was selected, and the sample set stands there
    /// again.
    pub fn restored(&self, query: Option<Id>, active: Option<Id>, selected: Vec<Id>, standing: Vec<Id>) {
        if self.query.get_untracked().is_none() {
            let first = self.ids.with_untracked(|ids| ids.first().copied());
            self.query.set(query.or(first));
        }
        if active.is_some() {
            self.active.set(active);
        }
        self.selected.update(|all| all.extend(selected));
        let lacks_files = self.store(|store| standing.iter().any(|id| !store.files.contains_key(id)));
        if !standing.is_empty() {
            self.standing.set(standing);
        }
        if lacks_files {
            self.draw_standing();
        }
    }

    /// Removes everything for good: there is no undo.
    pub fn forget_all(&self) {
        self.problems.set(Vec::new());
        self.strangers.set(Vec::new());
        self.duplicates.set(Vec::new());
        self.standing.set(Vec::new());
        self.query.set(None);
        self.store(|store| {
            store.gallery.forget_all();
            store.lost.chosen();
            store.files.clear();
            store.masks.clear();
            store.factors.retain(|_| false);
            store.decoding.clear();
            store.label_files = LabelFiles::default();
        });
        self.refresh();
        self.report_labels();
    }
}
