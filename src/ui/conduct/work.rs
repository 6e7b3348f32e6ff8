//! The engine's work: what is sent to it, and when.

use leptos::prelude::*;
use web_sys::File;

use super::life::launch;
use crate::engine::{Request, SegmentRequest};
use crate::ui::files::Found;
use crate::ui::options::Method;
use crate::ui::state::{Page, Progress};

/// Images that come into the gallery in one frame.
const PORTION: usize = 24;

pub(super) fn post(page: Page, request: &Request) {
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

pub(super) fn pump(page: Page) {
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
pub(super) fn now() -> f64 {
    window().performance().map_or(0.0, |performance| performance.now())
}
