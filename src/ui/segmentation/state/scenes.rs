//! The drawn scenes: photos, strokes and true masks from one click.

use std::sync::Arc;

use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use web_sys::{File, FilePropertyBag};

use super::signals::SegmentationState;
use super::tab_photo::TabPhoto;
use crate::engine::protocol::SceneFile;
use crate::ui::segmentation::paint::{Change, Class, Edit, LoadedMasks, class_changes, ready_made};

/// Scenes to paint on; the same number can be the query.
const SUPPORT: usize = 3;

impl SegmentationState {
    /// Shows drawn scenes, which come in pairs: the first of each joins the support, with some strokes; the second is
    /// offered as a query.
    pub fn show_scenes(&self, class_names: &[String], scenes: Vec<SceneFile>) {
        let (photos, query) = (self.support.get_untracked(), self.query.get_untracked());
        let (former, masks) = (self.classes.get_untracked(), self.masks.get_value());
        let (mut support, mut queries, mut labels) = (Vec::new(), Vec::new(), vec![0]);
        for (i, scene) in scenes.into_iter().enumerate().take(2 * SUPPORT) {
            let Some(file) = file(&scene) else { continue };
            if i % 2 == 0 {
                labels.extend(scene.mask.counts().into_iter().map(|(label, _)| label));
                let photo = TabPhoto::new(self.fresh_id.run(()), scene.name, file, None);
                photo.layer.set(ready_made(&scene.mask));
                support.push(photo);
            } else {
                let photo = TabPhoto::new(self.fresh_id.run(()), scene.name, file, None);
                photo.truth.set(Some(Arc::new(scene.mask)));
                queries.push(photo);
            }
        }
        self.masks.set_value(LoadedMasks::default());
        let classes = class_names.iter().enumerate().map(|(id, name)| Class::new(id as u8, name.clone()));
        self.classes.set(classes.filter(|class| labels.contains(&class.id)).collect());
        self.choose_class(labels.into_iter().max().unwrap_or(0));
        self.support.set(support);
        self.scenes.set(queries);
        self.query_scene(0);
        self.record(Edit {
            removed: (!photos.is_empty() || query.is_some()).then(|| "everything".into()),
            support: Some(Change { before: photos, after: self.support.get_untracked() }),
            query: Some(Change { before: query, after: self.query.get_untracked() }),
            classes: self.classes.with_untracked(|all| class_changes(&former, all)),
            masks: Some(Change { before: masks, after: LoadedMasks::default() }),
            ..Edit::new("loading the drawn scenes")
        });
    }

    /// Makes a drawn scene the query.
    pub fn query_scene(&self, place: usize) {
        if let Some(scene) = self.scenes.with_untracked(|scenes| scenes.get(place).cloned()) {
            self.set_query(Some(scene));
        }
    }
}

fn file(scene: &SceneFile) -> Option<File> {
    let options = FilePropertyBag::new();
    options.set_type("image/png");
    let parts = Array::of1(&Uint8Array::from(scene.bytes.as_slice()));
    File::new_with_u8_array_sequence_and_options(&parts, &scene.name, &options).ok()
}
