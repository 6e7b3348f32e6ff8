//! Labels on the page: given to a selection, renamed, counted, read from files.

use js_sys::Uint8Array;
use leptos::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

use super::GalleryState;
use super::edits::breathe;
use super::files::Found;
use super::label_files::Labels;
use super::state::Problem;
use crate::gallery::label_file::LabelFile;
use crate::gallery::{Id, LabelSource};

/// Bytes of a table of labels. A larger one would hold up the page, and none has a line for that many images.
const MOST: f64 = 8e6;

impl GalleryState {
    /// Gives images a label, or clears theirs if it is blank, in one step that can be undone.
    pub fn relabel_all(&self, ids: &[Id], label: &str) {
        let labels = ids.iter().map(|id| (*id, Some(label.to_owned())));
        let count = self.store(|store| store.gallery.relabel_all(labels, LabelSource::Person));
        self.refresh();
        let images = if count == 1 { "1 image".to_owned() } else { format!("{count} images") };
        match (count, label.trim()) {
            (0, _) => {}
            (_, "") => self.messages.tell(format!("{images} lost their label.")),
            (_, label) => self.messages.tell(format!("{images} got the label {label}.")),
        }
    }

    /// Renames a label wherever it is used; under the name of another label, the two are one from then on.
    pub fn rename_label(&self, from: &str, to: &str) {
        let to = to.trim();
        let merged = self.labels.with_untracked(|labels| labels.contains(to));
        let count = self.store(|store| store.gallery.rename_label(from, to));
        self.refresh();
        if count > 0 {
            let all = self.store(|store| store.gallery.with_label(Some(to)).count());
            self.messages.tell(if merged {
                format!("{from} and {to} are one label now, of {all} images.")
            } else {
                format!("The label {from} is called {to} now.")
            });
        }
    }

    /// Selects the images with a label, or those without any.
    pub fn select_label(&self, label: Option<&str>) {
        let ids = self.store(|store| store.gallery.with_label(label).collect());
        self.selected.set(ids);
    }

    /// How many images have each label, in the labels' order; those without one first.
    pub fn label_counts(&self) -> Memo<Vec<(Option<String>, usize)>> {
        let gallery = *self;
        Memo::new(move |_| {
            gallery.with_labels(|gallery| {
                let counts = gallery.label_counts();
                counts.into_iter().map(|(label, count)| (label.map(str::to_owned), count)).collect()
            })
        })
    }

    /// How many of the selected images have each label.
    pub fn selected_labels(&self) -> Memo<Vec<(Option<String>, usize)>> {
        let state = *self;
        Memo::new(move |_| {
            let selected = state.selected.get();
            state.with_labels(|gallery| {
                let mut counts = std::collections::BTreeMap::<Option<&str>, usize>::new();
                for entry in gallery.entries().iter().filter(|entry| selected.contains(&entry.id)) {
                    *counts.entry(entry.label.as_deref()).or_default() += 1;
                }
                counts.into_iter().map(|(label, count)| (label.map(str::to_owned), count)).collect()
            })
        })
    }

    /// Reads tables of labels, one after the other: what they say goes to the images that are there, in a step each that
    /// can be undone, and waits for those that are not.
    pub async fn read_labels(self, tables: Vec<Found>) {
        for Found { name, file, .. } in tables {
            breathe().await;
            match read(&file).await {
                Ok(table) => {
                    self.store(|store| {
                        let labels = store.label_files.take(name.clone(), table, &store.gallery);
                        store.gallery.relabel_all(labels, LabelSource::File(name.clone()));
                    });
                    self.refresh();
                    self.report_labels();
                    let said = self.label_reports.with_untracked(|reports| Some(reports.last()?.sentence(true)));
                    self.messages.tell(said.unwrap_or_default());
                }
                Err(reason) => {
                    let id = self.fresh_id();
                    self.messages.tell(format!("{name} gave no labels."));
                    self.problems.update(|all| all.push(Problem { id, name, reason }));
                }
            }
        }
    }

    /// Gives images that were just added the labels that wait for them.
    pub(super) fn label_added(&self, new: &[Id]) {
        let any = self.store(|store| {
            let labels = store.label_files.added(new, &store.gallery);
            give(&mut store.gallery, labels)
        });
        if any {
            self.refresh();
            self.report_labels();
        }
    }

    /// Waits no more for images of a table of labels, and says nothing more of it.
    pub fn forget_label_file(&self, name: &str) {
        self.store(|store| store.label_files.forget(name));
        self.report_labels();
    }

    pub(super) fn report_labels(&self) {
        let reports = self.store(|store| store.label_files.reports());
        if self.label_reports.with_untracked(|before| *before != reports) {
            self.label_reports.set(reports);
        }
    }
}

/// Gives images that are new their labels; whether there were any.
pub(super) fn give(gallery: &mut crate::gallery::Gallery, labels: Labels) -> bool {
    let any = !labels.is_empty();
    gallery.label_new(labels);
    any
}

async fn read(file: &File) -> Result<LabelFile, String> {
    if file.size() > MOST {
        return Err("It is larger than 8 MB. Split it, or leave out columns besides name and label.".to_owned());
    }
    let Ok(buffer) = JsFuture::from(file.array_buffer()).await else {
        return Err("The browser could not read it. Drop it again.".to_owned());
    };
    LabelFile::parse(&Uint8Array::new(&buffer).to_vec()).map_err(|error| error.to_string())
}
