//! The whole page: bar, gallery, tabs.

use std::time::Duration;

use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;

use super::announcer::Announcer;
use super::gallery::GalleryArea;
use super::notices::Notices;
use super::tabs::Tabs;
use super::top_bar::TopBar;
use crate::ui::conduct;
use crate::ui::files::{self, Dropped};
use crate::ui::options::Options;
use crate::ui::state::Page;

/// Builds everything, and wakes the engine.
#[component]
pub fn App() -> impl IntoView {
    let hash = || window().location().hash().unwrap_or_default();
    let page = Page::new(Options::parse(&hash()));
    provide_context(page);

    // Settings into the address, once a slider rests: browsers limit how often it may change.
    let pending = StoredValue::new_local(None::<TimeoutHandle>);
    Effect::new(move |before: Option<Options>| {
        let options = page.options();
        if before.is_some_and(|before| before != options) {
            let words = format!("#{}", options.hash());
            let write = move || {
                if let Ok(history) = window().history() {
                    // Refused only where scripts may not touch the address; then it stays as it was.
                    let _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&words));
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
        page.k.set(options.k);
        page.weights.set(options.weights);
        page.centred.set(options.centred);
        if page.wish.get_untracked() != options.device {
            conduct::move_to(page, options.device);
        }
        conduct::configure(page, options.method);
    });

    // Files may be dropped anywhere and pasted any time; without this the browser would leave the page for them.
    let _ = window_event_listener(ev::dragover, |event| event.prevent_default());
    let _ = window_event_listener(ev::drop, move |event| {
        if event.default_prevented() {
            return;
        }
        event.prevent_default();
        if let Some(data) = event.data_transfer() {
            let dropped = Dropped::take(&data);
            spawn_local(async move { conduct::welcome(page, dropped.walk().await).await });
        }
    });
    let _ = window_event_listener(ev::paste, move |event| {
        let found = files::listed(event.clipboard_data().and_then(|data| data.files()));
        if !found.is_empty() {
            event.prevent_default();
            spawn_local(conduct::welcome(page, found));
        }
    });
    let _ = window_event_listener(ev::keydown, move |event| {
        let typing = event.target().is_some_and(|target| target.has_type::<web_sys::HtmlInputElement>());
        if event.key() == "z" && (event.ctrl_key() || event.meta_key()) && !event.shift_key() && !typing {
            event.prevent_default();
            page.undo_last();
        }
    });
    conduct::begin(page);

    view! {
        <a class="skip" href="#main">"Skip to the results"</a>
        <TopBar />
        <Notices />
        <div class="desk">
            <GalleryArea />
            <Tabs />
        </div>
        <Announcer />
    }
}
