//! The engine's word: each event becomes a change of state.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::life::failed;
use super::work::{now, post, pump, report, welcome};
use crate::engine::{DeviceInfo, Event, Hash, Item, ModelInfo, Request, Stage};
use crate::ui::files::Found;
use crate::ui::photo::Shot;
use crate::ui::segmentation;
use crate::ui::state::{Page, Phase, Problem};

/// The embedded model's name in the catalogue.
const MODEL: &str = "vit-ti8-64";

pub(super) fn hear(page: Page, event: Event) {
    page.back.update_value(|back| back.heard = now());
    match event {
        Event::Hello => {
            let Some(device) = page.back.with_value(|back| back.engine) else { return };
            page.phase.set(Phase::Starting(Stage::Device));
            let base = document().base_uri().ok().flatten().unwrap_or_default();
            let base = base.split(['#', '?']).next().unwrap_or_default();
            let base = format!("{}models/", &base[..base.rfind('/').map_or(0, |slash| slash + 1)]);
            let settings = page.method.get_untracked().settings();
            post(page, &Request::Start { device, model: MODEL.into(), base, settings });
        }
        Event::Stage(stage) => page.phase.set(Phase::Starting(stage)),
        Event::Ready { device, model, .. } => ready(page, device, model),
        Event::Item(item) => computed(page, *item),
        Event::Duplicate { id, hash } => known(page, id, &hash),
        Event::Rejected { id, reason } => {
            if answered(page, id, false) {
                refuse(page, id, reason);
            }
        }
        Event::Stopped { ids } => page.back.update_value(|back| back.desk.given_back(&ids)),
        Event::Sample(files) => {
            page.sample_wanted.set(false);
            let found = files.into_iter().filter_map(Found::drawn).collect();
            spawn_local(welcome(page, found));
        }
        Event::Segment(event) => segmentation::hear(page, event),
        // Asked of a worker by whoever holds it against golden tensors, never by the page.
        Event::Parity(_) => {}
        Event::Warning(warning) => page.notify(warning),
        Event::Failed { reason, gpu } => failed(page, reason, gpu),
    }
    if page.progress.with_untracked(|progress| progress.stopped) {
        report(page);
    } else {
        pump(page);
    }
}

fn ready(page: Page, device: DeviceInfo, model: ModelInfo) {
    page.device.set(Some(device));
    page.model.set(Some(model));
    page.phase.set(Phase::Ready);
    let known: Option<Vec<Hash>> = page.back.try_update_value(|back| {
        back.ready = true;
        back.false_starts = 0;
        back.kept.keys().copied().collect()
    });
    if let Some(known) = known.filter(|known| !known.is_empty()) {
        post(page, &Request::Known(known));
    }
    if page.sample_wanted.get_untracked() {
        post(page, &Request::Sample { seed: 0 });
    }
    segmentation::ready(page);
}

fn answered(page: Page, key: u32, computed: bool) -> bool {
    page.back.try_update_value(|back| back.ready && back.desk.answered(key, computed, now())).unwrap_or(false)
}

fn computed(page: Page, item: Item) {
    let (key, timings) = (item.id, item.timings);
    let expected = answered(page, key, true);
    if !page.back.with_value(|back| back.ready) {
        return;
    }
    // Even for an image that was removed meanwhile: the engine will call it known from now on.
    let shot = Arc::new(Shot::new(item, page.generation.get_untracked()));
    page.back.update_value(|back| {
        back.kept.insert(shot.hash, shot.clone());
    });
    if expected {
        page.timings.set(Some(timings));
        show(page, key, shot);
    }
}

fn show(page: Page, key: u32, shot: Arc<Shot>) {
    let Some(photo) = page.find(key) else { return };
    photo.shot.set(Some(shot));
    page.touch();
    if page.query.with_untracked(Option::is_none) {
        page.query.set(Some(photo));
    }
}

/// The engine knows these bytes: computed for another file of the gallery, or for one that was removed.
fn known(page: Page, key: u32, hash: &Hash) {
    if !answered(page, key, false) {
        return;
    }
    let Some(photo) = page.find(key) else { return };
    let twin =
        page.photos.with_untracked(|photos| photos.iter().find(|other| other.key != key && other.has(hash)).cloned());
    let asked = page.query.with_untracked(|query| query.as_ref().is_some_and(|query| query.key == key));
    let in_gallery = page.photos.with_untracked(|photos| photos.iter().any(|other| other.key == key));
    match (twin, page.back.with_value(|back| back.kept.get(hash).cloned())) {
        (Some(twin), _) if !in_gallery => page.query.set(Some(twin)),
        (Some(twin), _) => {
            page.take(&[key]);
            let reason = if twin.name == photo.name {
                "is already in the gallery.".to_owned()
            } else {
                format!("is already in the gallery as {}.", twin.name)
            };
            page.news.set(format!("{} {reason}", photo.name));
            page.duplicates.update(|all| all.push(Problem { key, name: photo.name, reason }));
            if asked {
                page.query.set(Some(twin));
            }
        }
        (None, Some(shot)) => show(page, key, shot),
        (None, None) => refuse(page, key, "Its features were lost. Reload the page and add it again.".into()),
    }
}

pub(super) fn refuse(page: Page, key: u32, reason: String) {
    if let Some(photo) = page.find(key) {
        page.take(&[key]);
        page.back.update_value(|back| {
            back.files.remove(&key);
        });
        page.problems.update(|problems| problems.push(Problem { key, name: photo.name, reason }));
    }
}
