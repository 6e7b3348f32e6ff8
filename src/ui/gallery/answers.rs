//! The engine's answers about the gallery's images.

use leptos::prelude::*;
use web_sys::File;

use super::GalleryState;
use super::factors::keep_factors;
use super::intake::Outcome;
use super::kind::Kind;
use super::labelling::give;
use super::state::{Problem, Store};
use crate::engine::protocol::{Answer, ModelInfo};
use crate::fungi::{Settings, ViewSet};
use crate::gallery::{Entry, Hash, Id, Origin};
use crate::ui::link::ImageSource;

impl ImageSource for GalleryState {
    fn file(&self, id: Id) -> Option<(File, Option<Hash>)> {
        self.store(|store| {
            let content = store.gallery.get(id).and_then(|entry| entry.content.as_ref());
            Some((store.files.get(&id)?.clone(), content.map(|content| content.hash)))
        })
    }

    fn needs(&self, id: Id) -> Vec<usize> {
        self.store(|store| needs(store, id))
    }

    fn answered(&self, id: Id, answer: Answer) -> Vec<usize> {
        match answer {
            Answer::Refused(reason) if self.kind(id) == Some(Kind::Browser) => {
                self.leave_to_browser(id, reason);
                Vec::new()
            }
            answer => self.take(id, answer),
        }
    }

    fn ready(&self, model: &ModelInfo, settings: &Settings, exact: bool) -> Option<Vec<(Id, Vec<usize>)>> {
        let origin = Origin { model: model.identity(), settings: settings.clone() };
        let missing = self.store(|store| {
            let fresh = store.gallery.origin() != Some(&origin);
            if !store.factors.begin(exact, settings.factor_bytes(model.image, model.dim), fresh) {
                return None;
            }
            store.gallery.set_origin(origin);
            let needs = store.gallery.ids().map(|id| (id, needs(store, id)));
            Some(needs.filter(|(_, needs)| !needs.is_empty()).collect())
        });
        if missing.is_some() {
            self.refresh();
        }
        missing
    }

    fn known(&self) -> Vec<Hash> {
        self.store(|Store { gallery, factors, .. }| {
            let Some(Origin { settings, .. }) = gallery.origin() else { return Vec::new() };
            let lacks = |hash: &&Hash| factors.lacks(hash, settings.gradients_of(ViewSet::Inference), gallery.len());
            gallery.known(&settings.parts_of(ViewSet::Inference)).filter(|hash| !lacks(hash)).copied().collect()
        })
    }
}

/// The settings' sets of views, by place, that an image still needs; the first, before an engine is ready. Nothing while
/// its file is not there: the sample set's are drawn late.
fn needs(Store { gallery, files, factors, .. }: &Store, id: Id) -> Vec<usize> {
    if !files.contains_key(&id) {
        return Vec::new();
    }
    let Some(Origin { settings, .. }) = gallery.origin() else { return vec![0] };
    // Without its content, its features can't be found.
    let hash = |entry: &Entry| entry.content.as_ref().map(|content| content.hash);
    let lacks = |set| {
        gallery.get(id).is_some_and(|entry| {
            let without = |hash: Hash| factors.lacks(&hash, settings.gradients_of(set), gallery.len());
            !gallery.has(id, &settings.parts_of(set)) || hash(entry).is_some_and(without)
        })
    };
    settings.view_sets().into_iter().enumerate().filter(|(_, set)| lacks(*set)).map(|(stage, _)| stage).collect()
}

impl GalleryState {
    /// Takes in the answer for an image; returns the stages that it still needs.
    pub(super) fn take(&self, id: Id, answer: Answer) -> Vec<usize> {
        let asked = self.query.get_untracked() == Some(id);
        let (outcome, labelled) = self.store(|store| {
            if let Answer::Item(item) = &answer {
                keep_factors(store, item);
            }
            let outcome = store.intake.take(&mut store.gallery, id, answer);
            let content = store.gallery.get(id).and_then(|entry| entry.content.clone());
            let labels = content.map(|content| store.label_files.identified(id, &content.hash)).unwrap_or_default();
            (outcome, give(&mut store.gallery, labels))
        });
        self.refresh();
        if labelled {
            self.report_labels();
        }
        match outcome {
            Outcome::Computed => {
                if self.query.get_untracked().is_none() {
                    self.query.set(Some(id));
                }
            }
            Outcome::Duplicate { of, .. } if self.picture(of, id) => {
                if asked {
                    self.query.set(Some(of));
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
            Outcome::Refused { name, .. } if self.kind(id) == Some(Kind::Unknown) => {
                self.forget_file(id);
                self.strangers.update(|all| all.push(name));
            }
            Outcome::Refused { name, reason } => {
                self.forget_file(id);
                self.problems.update(|all| all.push(Problem { id, name, reason }));
            }
            Outcome::Nothing => {}
        }
        self.needs(id)
    }

    fn forget_file(&self, id: Id) {
        self.store(|store| {
            store.files.remove(&id);
            store.masks.remove(&id);
        });
    }
}
