//! Builds the areas, and handles what concerns the whole page: address, drops, pastes, undo.

use std::rc::Rc;
use std::time::Duration;

use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast, JsValue};

use super::address::{Method, Options, Preset};
use super::analysis::Analysis;
use super::archive::Archives;
use super::bar::{Notices, TopBar};
use super::gallery::files::{self, Dropped};
use super::gallery::{Announcer, GalleryArea, GalleryState};
use super::inside::{InsideDialog, InsideState};
use super::kept::{Kept, KeptChip};
use super::link::{Link, Phase};
use super::messages::Messages;
use super::neighbours::NeighboursState;
use super::offline::{NewVersion, Offline};
use super::segmentation::{Chosen, SegmentationState};
use super::tabs::Tabs;
use super::terms::Terms;
use super::why::{Why, WhyState};
use crate::engine::Backend;

/// The whole page: bar, gallery, tabs. Starts the engine.
#[component]
pub fn App() -> impl IntoView {
    let options = Options::parse(&hash());
    let method = RwSignal::new(options.method.clone());
    let messages = Messages::new();
    let link = Link::new(
        messages,
        options.backend,
        options.workers,
        options.model.clone(),
        options.method.settings(),
        options.exact,
    );
    link.relaxed_simd.set(options.relaxed_simd);
    link.wanted_side.set(options.side);
    let offline = Offline::new(options.offline);
    let gallery = GalleryState::new(link, messages);
    let analysis = Analysis::new("The evaluation", messages, link.relaxed_simd);
    let neighbours = NeighboursState::new(gallery, analysis.another("The exact comparison"), method, &options);
    let why = WhyState::new(gallery, neighbours.weights.into());
    let archives = Archives::new(analysis, gallery, link, method, messages);
    let chosen = Signal::derive_local(move || {
        let id = gallery.active.get()?;
        let (name, file, mask) = gallery.file_of(id)?;
        Some(Chosen { id, name, file, mask })
    });
    let segmentation = SegmentationState::new(link, chosen, method.into(), Callback::new(move |()| gallery.fresh_id()));

    Effect::new(move |_| link.configure(method.get().settings(), neighbours.ranking.exact.wanted.get()));
    let settings = Signal::derive(move || method.get().settings());
    let inside = InsideState::new(gallery, settings);
    let kept = Kept::new(options.keep, gallery, segmentation, settings, messages);
    keep_address(link, neighbours, method, offline, kept, options.sample);
    take_files(gallery);
    let _ = window_event_listener(ev::keydown, move |event| {
        // A photo that is being painted on has undone its own stroke already.
        if event.default_prevented() {
            return;
        }
        let typing = event.target().is_some_and(|target| target.has_type::<web_sys::HtmlInputElement>());
        if event.key() == "z" && (event.ctrl_key() || event.meta_key()) && !event.shift_key() && !typing {
            event.prevent_default();
            gallery.undo();
        }
    });
    spawn_local(async move {
        // The sample set stands there only if nothing was kept.
        if !kept.begin().await && options.sample {
            gallery.show_samples().await;
        }
    });
    link.begin(Rc::new(gallery));
    keep_page(link, offline);

    view! {
        <a class="skip" href="#main">"Skip to the results"</a>
        <TopBar link method offline images=Signal::derive(move || gallery.ids.with(Vec::len)) offered=gallery.weights lean=Callback::new(move |()| neighbours.take(Preset::Lean)) />
        <NewVersion offline kept=Signal::derive(move || kept.is_kept()) />
        <Notices messages />
        <div class="areas">
            <GalleryArea state=gallery><KeptChip kept /></GalleryArea>
            <Tabs gallery neighbours segmentation analysis archives />
        </div>
        <Why state=why ranked=neighbours.ranked() />
        <Terms />
        <InsideDialog state=inside />
        <Announcer state=gallery />
    }
}

fn hash() -> String {
    window().location().hash().unwrap_or_default()
}

/// Keeps the page for use without a network, once the engine has loaded what it needs, or cannot run.
fn keep_page(link: Link, offline: Offline) {
    let idle = Memo::new(move |before: Option<&bool>| {
        before.copied().unwrap_or_default() || matches!(link.phase.get(), Phase::Ready | Phase::Failed(_))
    });
    let used = move || {
        let gpu = link.device.get().is_some_and(|device| device.backend == Backend::Gpu);
        let model = link.model.get().map(|model| format!("models/{}/", model.name));
        gpu.then(|| "engine-gpu".to_owned()).into_iter().chain(model).collect()
    };
    offline.begin(idle.into(), Signal::derive(used));
}

/// Keeps the address and the settings in sync.
fn keep_address(
    link: Link,
    neighbours: NeighboursState,
    method: RwSignal<Method>,
    offline: Offline,
    kept: Kept,
    sample: bool,
) {
    let NeighboursState { k, weights, centred, tiles, ranking, .. } = neighbours;
    let exact = ranking.exact.wanted;
    // Into the address once a slider rests: browsers limit how often it may change.
    let pending = StoredValue::new_local(None::<TimeoutHandle>);
    Effect::new(move |before: Option<Options>| {
        let options = Options {
            k: k.get(),
            weights: weights.get(),
            centred: centred.get(),
            exact: exact.get(),
            tiles: tiles.get(),
            backend: link.wanted.get(),
            workers: link.wanted_workers.get(),
            relaxed_simd: link.relaxed_simd.get(),
            model: link.wanted_model.get(),
            side: link.wanted_side.get(),
            method: method.get(),
            offline: offline.wanted.get(),
            keep: kept.wanted.get(),
            sample,
        };
        if before.is_some_and(|before| before != options) {
            let words = format!("#{}", options.hash());
            let write = move || {
                if let Ok(history) = window().history() {
                    // It fails only where scripts may not change the address; then it stays as it was.
                    let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&words));
                }
            };
            pending.update_value(|pending| {
                if let Some(pending) = pending.take() {
                    pending.clear();
                }
                *pending = set_timeout_with_handle(write, Duration::from_millis(300)).ok();
            });
        }
        options
    });
    // ... and back, when a person edits the address.
    let _ = window_event_listener(ev::hashchange, move |_| {
        let options = Options::parse(&hash());
        k.set(options.k);
        weights.set(options.weights);
        centred.set(options.centred);
        exact.set(options.exact);
        tiles.set(options.tiles);
        if link.wanted.get_untracked() != options.backend {
            link.move_to(options.backend);
        }
        if link.wanted_workers.get_untracked() != options.workers {
            link.employ(options.workers);
        }
        if link.relaxed_simd.get_untracked() != options.relaxed_simd {
            link.relax(options.relaxed_simd);
        }
        if (link.wanted_model.get_untracked(), link.wanted_side.get_untracked())
            != (options.model.clone(), options.side)
        {
            link.follow(options.model, options.side);
        }
        if method.get_untracked() != options.method {
            method.set(options.method);
        }
        offline.follow(options.offline);
        kept.follow(options.keep);
    });
}

/// Files may be dropped anywhere and pasted any time; otherwise the browser would open them in place of the page.
fn take_files(gallery: GalleryState) {
    let _ = window_event_listener(ev::dragover, |event| event.prevent_default());
    let _ = window_event_listener(ev::drop, move |event| {
        if event.default_prevented() {
            return;
        }
        event.prevent_default();
        if let Some(data) = event.data_transfer() {
            let dropped = Dropped::take(&data);
            spawn_local(async move { gallery.add(dropped.walk().await).await });
        }
    });
    let _ = window_event_listener(ev::paste, move |event| {
        let found = files::listed(event.clipboard_data().and_then(|data| data.files()));
        if !found.is_empty() {
            event.prevent_default();
            spawn_local(gallery.add(found));
        }
    });
}
