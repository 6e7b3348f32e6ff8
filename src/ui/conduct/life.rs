//! The engine's life: which device, start, restart, breakdowns, silence.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::events::{hear, refuse};
use super::work::{now, report};
use crate::engine::Choice;
use crate::ui::options::Wish;
use crate::ui::state::{Page, Phase};
use crate::ui::transport::{Arrival, Transport};
use crate::ui::{probe, segmentation};

/// Breakdowns before the first image that are put up with.
const FALSE_STARTS: u32 = 2;
/// An engine that says nothing for so many milliseconds may be dead.
const SILENCE: f64 = 30_000.0;

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

pub(super) fn launch(page: Page, choice: Choice) {
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
pub(super) fn retire(page: Page) {
    let old = page.back.try_update_value(|back| {
        back.ready = false;
        back.transport.take()
    });
    if let Some(old) = old.flatten() {
        old.end();
        set_timeout(move || drop(old), Duration::ZERO);
    }
}

pub(super) fn failed(page: Page, reason: String, gpu: bool) {
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
