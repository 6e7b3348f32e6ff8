//! The engine's answers about the gallery's images.

use leptos::prelude::*;
use web_sys::File;

use super::GalleryState;
use super::intake::Outcome;
use super::state::Problem;
use crate::engine::protocol::{Answer, ModelInfo};
use crate::fungi::Settings;
use crate::gallery::{Hash, Id, Origin};
use crate::ui::link::ImageSource;

impl ImageSource for GalleryState {
    fn file(&self, id: Id) -> Option<File> {
        self.store(|store| store.files.get(&id).cloned())
    }

    fn answered(&self, id: Id, answer: Answer) {
        let asked = self.query.get_untracked() == Some(id);
        let outcome = self.store(|store| store.intake.take(&mut store.gallery, id, answer));
        self.refresh();
        match outcome {
            Outcome::Computed => {
                if self.query.get_untracked().is_none() {
                    self.query.set(Some(id));
                }
            }
            Outcome::Duplicate { of, told } => {
                self.forget_file(id);
                if asked {
                    self.query.set(Some(of));
                }
                if let Some((name, reason)) = told {
                    self.messages.tell(format!("{name} {reason}"));
                    self.duplicates.update(|all| all.push(Problem { id, name, reason }));
                }
            }
            Outcome::Refused { name, reason } => {
                self.forget_file(id);
                self.problems.update(|all| all.push(Problem { id, name, reason }));
            }
            Outcome::Nothing => {}
        }
    }

    fn ready(&self, model: &ModelInfo, settings: &Settings) -> Vec<Hash> {
        let origin = Origin { model: model.sha256.clone(), settings: settings.clone() };
        let (other, missing, known) = self.store(|store| {
            let other = store.gallery.origin() != Some(&origin);
            store.gallery.set_origin(origin);
            let missing: Vec<Id> = if other { store.gallery.missing().collect() } else { Vec::new() };
            (other, missing, store.gallery.known().copied().collect())
        });
        if other {
            self.refresh();
            self.link.requeue(missing);
        }
        known
    }
}

impl GalleryState {
    fn forget_file(&self, id: Id) {
        self.store(|store| {
            store.files.remove(&id);
            store.masks.remove(&id);
        });
    }
}
