//! The choice to keep the page, and the notice of a new version.

use leptos::prelude::*;

use super::keeper::{Kept, Newer, Offline};

/// The choice, with what became of it.
#[component]
pub fn OfflineChoice(offline: Offline) -> impl IntoView {
    let (state, remark) = (
        move || match offline.kept.get() {
            Kept::No => "no",
            Kept::Soon => "soon",
            Kept::Yes => "yes",
            Kept::Unavailable | Kept::Failed => "failed",
        },
        move || match offline.kept.get() {
            Kept::No => "page and model are loaded anew each time",
            Kept::Soon => "being kept...",
            Kept::Yes => "kept: page and model open without a network",
            Kept::Unavailable => {
                "not here: browsers keep pages only from https addresses and your own machine, and some not in private windows"
            }
            Kept::Failed => "could not be kept; it will be tried again when the page is next opened",
        },
    );
    view! {
        <label class="choice">
            <input
                type="checkbox"
                data-testid="offline"
                data-state=state
                prop:checked=move || offline.wanted.get()
                on:change:target=move |event| offline.choose(event.target().checked())
            />
            <span>"Keep this page for use without a network" <small>{remark}</small></span>
        </label>
    }
}

/// Tells that a new version is there, and takes it over when asked.
#[component]
pub fn NewVersion(
    offline: Offline,
    /// Whether the gallery is there again after a reload.
    kept: Signal<bool>,
) -> impl IntoView {
    let words = move || match offline.newer.get() {
        Newer::None => None,
        Newer::Waiting if kept.get() => Some("A new version of this page is ready. Reloading keeps the gallery."),
        Newer::Waiting => Some("A new version of this page is ready. Reloading starts with an empty gallery."),
        Newer::Elsewhere => Some(
            "The page is still open in another tab or window, in its old version. Close it there, then reload here.",
        ),
    };
    view! {
        <div class="notices" role="status">
            {move || words().map(|words| view! {
                <div class="notice" data-testid="new-version">
                    <p>{words}</p>
                    <button type="button" class="main" data-testid="reload" on:click=move |_| offline.replace()>
                        "Reload"
                    </button>
                </div>
            })}
        </div>
    }
}
