//! The drawn scenes on the bench: everything to see after one click.

use std::sync::Arc;

use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use web_sys::{File, FilePropertyBag};

use super::class::Class;
use super::picture::Picture;
use super::talk;
use crate::engine::SceneFile;
use crate::segmentation::Mask;
use crate::ui::photo::BlobUrl;
use crate::ui::state::Page;

/// Scenes with ready-made strokes.
const SUPPORT: usize = 3;

/// Puts every other scene among the support, with some strokes, and offers the rest as queries with known masks.
pub fn show(page: Page, classes: &[String], scenes: Vec<SceneFile>) {
    let studio = page.studio;
    if !studio.pictures().is_empty() {
        studio.clear(page);
    }
    let (mut support, mut names, mut queries) = (Vec::new(), Vec::new(), Vec::new());
    let mut shown = vec![0];
    for (i, scene) in scenes.into_iter().enumerate().take(2 * SUPPORT) {
        let Some(file) = file(&scene) else { continue };
        let truth = Arc::new(scene.mask);
        if i % 2 == 0 {
            shown.extend(truth.counts().into_iter().map(|(class, _)| class));
            let picture = Picture::new(page.fresh_key(), scene.name, BlobUrl::of(&file));
            studio.back.update_value(|back| {
                back.files.insert(picture.id, file);
                back.ready_made.insert(picture.id, truth);
            });
            support.push(picture);
        } else {
            names.push(scene.name);
            queries.push((file, truth));
        }
    }
    shown.sort_unstable();
    shown.dedup();
    let named = classes.iter().enumerate().map(|(id, name)| Class::new(id as u8, name.clone()));
    studio.classes.set(named.filter(|class| shown.contains(&class.id)).collect());
    studio.choose(shown.last().copied().unwrap_or(0));
    studio.active.set(support.first().map(|picture| picture.id));
    studio.support.set(support);
    studio.back.update_value(|back| back.scenes = queries);
    studio.scenes.set(names);
    ask(page, 0);
}

/// Makes a drawn scene the query.
pub fn ask(page: Page, place: usize) {
    let Some(name) = page.studio.scenes.with_untracked(|names| names.get(place).cloned()) else { return };
    let Some((file, truth)): Option<(File, Arc<Mask>)> =
        page.studio.back.with_value(|back| back.scenes.get(place).cloned())
    else {
        return;
    };
    let picture = Picture::new(page.fresh_key(), name, BlobUrl::of(&file));
    picture.truth.set(Some(truth));
    page.studio.back.update_value(|back| {
        back.files.insert(picture.id, file);
    });
    page.studio.ask(page, Some(picture));
    talk::sync(page);
}

fn file(scene: &SceneFile) -> Option<File> {
    let options = FilePropertyBag::new();
    options.set_type("image/png");
    let parts = Array::of1(&Uint8Array::from(scene.bytes.as_slice()));
    File::new_with_u8_array_sequence_and_options(&parts, &scene.name, &options).ok()
}
