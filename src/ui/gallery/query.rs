//! How an image becomes the query: chosen in the gallery, or dropped on the query.

use leptos::prelude::*;

use super::GalleryState;
use super::edits::keep_files;
use super::files::Found;
use super::kind::{is_archive, is_label_file};
use super::looked::Looked;
use super::selection::toggled;
use crate::gallery::Id;

impl GalleryState {
    /// Makes an image of the gallery the query.
    pub fn select(&self, id: Id) {
        self.store(|store| {
            store.lost.chosen();
            if let Some(outside) = store.outside.filter(|&outside| outside != id) {
                store.gallery.take(outside);
            }
        });
        self.active.set(Some(id));
        self.query.set(Some(id));
        self.refresh();
        self.link.overtake(id);
    }

    /// Selects an image, or no longer.
    pub fn toggle(&self, id: Id) {
        self.selected.update(|selected| *selected = toggled(std::mem::take(selected), id));
    }

    /// Looks at the two selected images side by side.
    pub fn compare_selected(&self) {
        let selected = self.selected.get_untracked();
        if let (2, [Some(&first), Some(&second)]) = (selected.len(), [selected.first(), selected.last()]) {
            self.looked.set(Some(Looked { first, second, ranked_by: None }));
        }
    }

    /// Takes what was dropped on the query. One file is the query from now on, and is not added to the gallery; of several
    /// files or a folder, all are added, and the first is the query.
    pub async fn ask_about(self, found: Vec<Found>) {
        let (archives, found): (Vec<_>, Vec<_>) = found.into_iter().partition(|found| is_archive(&found.name));
        if !archives.is_empty() {
            self.add(archives).await;
            if found.is_empty() {
                return;
            }
        }
        let count = found.len();
        let (tables, found) = found.into_iter().partition(|found| is_label_file(&found.name));
        self.read_labels(tables).await;
        let mut found = self.pictures(found);
        match found.len() {
            0 if count == 0 => self.say_no_file(),
            0 => {}
            1 => self.compare(found.remove(0)),
            count => {
                let rest = found.split_off(1);
                let first = found.remove(0);
                let name = first.name.clone();
                if let Some(&id) = self.add_now(std::iter::once(first)).first() {
                    self.label_added(&[id]);
                    self.select(id);
                }
                self.messages.tell(format!("{count} files go into the gallery; {name} is the query."));
                self.add(rest).await;
            }
        }
    }

    /// Makes a file the query without adding it to the gallery.
    fn compare(&self, found: Found) {
        let id = self.store(|store| {
            store.lost.chosen();
            let id = store.gallery.add_query(found.name.clone(), found.label.clone());
            store.outside = Some(id);
            keep_files(store, id, found);
            id
        });
        self.refresh();
        self.query.set(Some(id));
        self.link.enqueue([id]);
        self.link.overtake(id);
    }

    /// Says that a drop contained no files.
    pub fn say_no_file(&self) {
        self.messages.tell("No files were dropped.");
    }
}
