//! Lets page and worker talk: what people want goes down as requests, what the engine says comes up as state.

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::File;

use super::files::Found;
use super::options::{Method, Wish};
use super::photo::Shot;
use super::probe;
use super::segmentation;
use super::state::{Page, Phase, Problem, Progress};
use super::transport::{Arrival, Transport};
use crate::engine::{Choice, Event, Hash, Item, Request, SegmentRequest, Stage};

/// The embedded model's name in the catalogue.
const MODEL: &str = "vit-ti8-64";
/// Breakdowns before the first image that are put up with.
const FALSE_STARTS: u32 = 2;
/// An engine that says nothing for so many milliseconds may be dead.
const SILENCE: f64 = 30_000.0;
/// Images that come into the gallery in one frame.
const PORTION: usize = 24;

/// Finds a device and wakes its engine.
pub fn begin(page: Page) {
    spawn_local(async move {
        let (choice, reason) = probe::choose(page.wish.get_untracked()).await;
        page.device_reason.set(reason);
        launch(page, choice);
    });
    set_interval(move || watch(page), Duration::from_secs(1));
}

/// Another device was chosen: begins anew there. What was computed stays.
pub fn move_to(page: Page, wish: Wish) {
    page.wish.set(wish);
    page.phase.set(Phase::Waking);
    page.device.set(None);
    retire(page);
    page.back.update_value(|back| {
        back.false_starts = 0;
        let flight = back.desk.in_flight_keys();
        back.desk.given_back(&flight);
    });
    spawn_local(async move {
        let (choice, reason) = probe::choose(wish).await;
        page.device_reason.set(reason);
        launch(page, choice);
    });
}

/// Ends the engine, starts another, and goes on where it was.
pub fn restart(page: Page) {
    let choice = page.back.with_value(|back| back.engine).unwrap_or(Choice::Cpu);
    page.back.update_value(|back| {
        back.false_starts = 0;
        let flight = back.desk.in_flight_keys();
        back.desk.given_back(&flight);
    });
    page.news.set("The engine was restarted.".into());
    launch(page, choice);
}

fn launch(page: Page, choice: Choice) {
    // The old worker's end comes before the new one's start: two would share the GPU's memory.
    retire(page);
    page.back.update_value(|back| {
        back.engine = Some(choice);
        back.heard = now();
    });
    segmentation::lost(page);
    page.phase.set(Phase::Waking);
    let started = Transport::start(choice, move |arrival| match arrival {
        Arrival::Event(event) => hear(page, event),
        Arrival::Crash(reason) => broken(page, &reason),
    });
    match started {
        Ok(transport) => page.back.update_value(|back| back.transport = Some(transport)),
        Err(reason) => {
            page.phase.set(Phase::Failed(format!(
                "This browser would not start the engine: {reason}. Reloading the page may help."
            )));
        }
    }
    report(page);
}

/// Ends the worker. Its listeners are dropped later: one of them may be what calls here.
fn retire(page: Page) {
    let old = page.back.try_update_value(|back| {
        back.ready = false;
        back.transport.take()
    });
    if let Some(old) = old.flatten() {
        old.end();
        set_timeout(move || drop(old), Duration::ZERO);
    }
}

fn post(page: Page, request: &Request) {
    page.back.with_value(|back| {
        if let Some(transport) = &back.transport {
            // It fails only where the worker can't be reached; `watch` notices that it is silent.
            let _ = transport.post(request, None);
        }
    });
}

/// Sends a request about segmentation, with a file beside it if there is one. False while no engine is ready.
pub fn segment(page: Page, request: SegmentRequest, file: Option<&File>) -> bool {
    let sent = page.back.try_update_value(|back| {
        let Some(transport) = back.transport.as_ref().filter(|_| back.ready) else { return false };
        if back.desk.in_flight() == 0 && !page.studio.is_waiting() {
            back.heard = now();
        }
        transport.post(&Request::Segment(request), file).is_ok()
    });
    sent.unwrap_or(false)
}

/// Asks for the drawn sample set.
pub fn sample(page: Page) {
    if !page.sample_wanted.get_untracked() {
        page.sample_wanted.set(true);
        if page.back.with_value(|back| back.ready) {
            post(page, &Request::Sample { seed: 0 });
        }
    }
}

/// Puts files into the gallery, some in each frame, so that thousands don't hold the page up.
pub async fn welcome(page: Page, found: Vec<Found>) {
    let mut found = found.into_iter().peekable();
    while found.peek().is_some() {
        page.add(found.by_ref().take(PORTION).collect());
        gloo::timers::future::TimeoutFuture::new(0).await;
    }
}

/// Gives up the waiting images until a person says otherwise.
pub fn stop(page: Page) {
    page.progress.update(|progress| progress.stopped = true);
    post(page, &Request::Stop);
    report(page);
}

/// Sends what waits.
pub fn resume(page: Page) {
    page.progress.update(|progress| progress.stopped = false);
    pump(page);
}

/// Removes every image that waits from the gallery.
pub fn drop_waiting(page: Page) {
    let waiting: Vec<u32> = page.back.with_value(|back| back.desk.waiting().collect());
    page.remove(&waiting);
    page.progress.update(|progress| progress.stopped = false);
    report(page);
}

/// Changes how features are made, and computes the gallery anew.
pub fn configure(page: Page, method: Method) {
    if page.method.get_untracked() == method {
        return;
    }
    page.method.set(method);
    page.generation.update(|generation| *generation += 1);
    let mut keys: Vec<u32> = page.photos.with_untracked(|photos| photos.iter().map(|photo| photo.key).collect());
    if let Some(query) = page.query.get_untracked()
        && !keys.contains(&query.key)
    {
        keys.insert(0, query.key);
    }
    let ready = page.back.try_update_value(|back| {
        keys.iter().for_each(|&key| back.desk.cancel(key));
        back.desk.add(keys);
        back.kept.clear();
        std::mem::take(&mut back.ready)
    });
    page.touch();
    if ready == Some(true) {
        post(page, &Request::Stop);
        post(page, &Request::Configure(page.method.get_untracked().settings()));
    } else {
        // It is starting with the old settings: start again.
        let choice = page.back.with_value(|back| back.engine);
        if let Some(choice) = choice {
            launch(page, choice);
        }
    }
    page.progress.update(|progress| progress.stopped = false);
    report(page);
}

fn pump(page: Page) {
    page.back.update_value(|back| {
        let Some(transport) = back.transport.as_ref().filter(|_| back.ready) else { return };
        // Who paints is waiting for an answer now; images can wait.
        if page.studio.is_waiting() {
            return;
        }
        if back.desk.in_flight() == 0 {
            back.heard = now();
        }
        while let Some(key) = back.desk.send(now()) {
            let request = Request::Embed { id: key, bytes: Vec::new() };
            let sent = back.files.get(&key).map(|file| transport.post(&request, Some(file)));
            if !matches!(sent, Some(Ok(()))) {
                back.desk.answered(key, false, now());
            }
        }
    });
    report(page);
}

fn hear(page: Page, event: Event) {
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

fn ready(page: Page, device: crate::engine::DeviceInfo, model: crate::engine::ModelInfo) {
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

fn refuse(page: Page, key: u32, reason: String) {
    if let Some(photo) = page.find(key) {
        page.take(&[key]);
        page.back.update_value(|back| {
            back.files.remove(&key);
        });
        page.problems.update(|problems| problems.push(Problem { key, name: photo.name, reason }));
    }
}

fn failed(page: Page, reason: String, gpu: bool) {
    let on_gpu = page.back.with_value(|back| back.engine) == Some(Choice::Gpu);
    if gpu && on_gpu {
        to_cpu(page, &reason);
    } else {
        lose(page);
        retire(page);
        page.phase.set(Phase::Failed(reason));
    }
}

fn to_cpu(page: Page, reason: &str) {
    lose(page);
    page.device.set(None);
    page.device_reason.set(format!("The CPU, because the GPU failed: {reason}"));
    page.notify(format!("The GPU can't be used, the CPU takes over. {reason}"));
    page.back.update_value(|back| back.false_starts = 0);
    launch(page, Choice::Cpu);
}

/// What the engine had waits again; an image that it broke down over twice is left out.
fn lose(page: Page) {
    let culprit = page.back.try_update_value(|back| {
        let ready = std::mem::take(&mut back.ready);
        ready.then(|| back.desk.lost()).flatten()
    });
    if let Some(key) = culprit.flatten() {
        refuse(page, key, "The engine broke down over this file twice, so it was left out.".into());
    }
}

fn broken(page: Page, reason: &str) {
    let (was_ready, engine) = page.back.with_value(|back| (back.ready, back.engine));
    let Some(engine) = engine else { return };
    lose(page);
    if was_ready {
        page.news.set("The engine broke down and is being restarted; what was computed is kept.".into());
        launch(page, engine);
        return;
    }
    let count = page.back.try_update_value(|back| {
        back.false_starts += 1;
        back.false_starts
    });
    let reason = if reason.is_empty() { "its program could not be loaded." } else { reason };
    if engine == Choice::Gpu {
        to_cpu(page, &format!("The engine broke down while starting: {reason}"));
    } else if count.is_some_and(|count| count < FALSE_STARTS) {
        launch(page, engine);
    } else {
        retire(page);
        page.phase.set(Phase::Failed(format!("The engine could not start: {reason}")));
    }
}

/// Looks once a second whether the engine is still there.
fn watch(page: Page) {
    let silent = page.back.with_value(|back| {
        let patience = SILENCE.max(20.0 * back.desk.run().pace().unwrap_or(0.0));
        let silence = now() - back.heard;
        // A photo's dense gradients take longer than an image.
        let patience = if page.studio.is_waiting() { 4.0 * patience } else { patience };
        if (back.desk.in_flight() > 0 || page.studio.is_waiting()) && silence > patience {
            (silence / 1000.0) as u32
        } else {
            0
        }
    });
    if page.progress.with_untracked(|progress| progress.silent) != silent {
        page.progress.update(|progress| progress.silent = silent);
    }
}

/// Brings the shown progress up to date.
pub fn report(page: Page) {
    let (run, open, in_flight) = page.back.with_value(|back| {
        let in_flight = back.desk.in_flight();
        (back.desk.run(), back.desk.waiting().count() + in_flight, in_flight)
    });
    let before = page.progress.get_untracked();
    let progress = Progress { run, open, in_flight, stopped: before.stopped && open > 0, ..before };
    if progress != before {
        page.progress.set(progress);
    }
}

/// Milliseconds since the page was opened.
fn now() -> f64 {
    window().performance().map_or(0.0, |performance| performance.now())
}
