//! Whether the gallery is kept, how much there is of it, and what a person can do about it.

use leptos::html::Button;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::condition::{Condition, allowance};
use super::dialog::ClearDialog;
use super::state::Kept;

/// In short; the whole on demand.
#[component]
pub fn KeptChip(kept: Kept) -> impl IntoView {
    let Kept { condition, bytes, storage, .. } = kept;
    let chip = NodeRef::<Button>::new();
    let asking = RwSignal::new(false);
    let state = move || match (condition.get(), kept.writing.get()) {
        (Condition::Kept, true) => "writing",
        (Condition::Kept, false) => "kept",
        (Condition::Opening, _) => "opening",
        (Condition::Off, _) => "off",
        (Condition::Elsewhere, _) => "elsewhere",
        (Condition::Other, _) => "other",
        (Condition::Full, _) => "full",
        _ => "failed",
    };
    let is = move |wanted: Condition| condition.with(|condition| *condition == wanted);
    let allowed = move || storage.get().map(|storage| allowance(storage.used, storage.quota));
    view! {
        <div class="keeping">
            <button
                type="button"
                class="chip"
                popovertarget="about-kept"
                data-testid="kept"
                data-state=state
                data-bytes=move || bytes.get()
                node_ref=chip
                on:click=move |_| kept.look()
            >
                <span class="chip-name">"Kept in this browser"</span>
                <span class="chip-value">{move || condition.get().short(bytes.get())}</span>
            </button>
            <section id="about-kept" class="card" popover="auto" aria-label="Kept in this browser">
                <h2>"Kept in this browser"</h2>
                <p data-testid="kept-sentence">{move || condition.get().sentence()}</p>
                <p class="quiet" data-testid="kept-allowance">{allowed}</p>
                <div class="row" hidden=move || !is(Condition::Other)>
                    <button type="button" data-testid="kept-open" on:click=move |_| drop(window().location().reload())>
                        "Reload and open it"
                    </button>
                    <button type="button" data-testid="kept-replace" on:click=move |_| spawn_local(kept.replace())>
                        "Keep this tab's instead"
                    </button>
                </div>
                <button
                    type="button"
                    class="main"
                    data-testid="kept-try"
                    hidden=move || !condition.get().is_worth_trying()
                    on:click=move |_| spawn_local(kept.try_again())
                >
                    "Try again"
                </button>
                <label class="choice">
                    <input
                        type="checkbox"
                        data-testid="keep"
                        prop:checked=move || kept.wanted.get()
                        on:change:target=move |event| kept.choose(event.target().checked())
                    />
                    <span>
                        "Keep the gallery in this browser"
                        <small>"switched off, what was kept is deleted; the gallery stays until the tab is closed"</small>
                    </span>
                </label>
                <p hidden=move || !is(Condition::Kept) || storage.get().is_none()>
                    {move || match storage.get().is_some_and(|storage| storage.lasting) {
                        true => "The browser has agreed to keep it even when the disk gets full.",
                        false => "When the disk gets full, the browser may delete it. ",
                    }}
                    <button
                        type="button"
                        class="small"
                        data-testid="kept-lasting"
                        hidden=move || storage.get().is_none_or(|storage| storage.lasting)
                        on:click=move |_| kept.make_lasting()
                    >
                        "Ask it not to"
                    </button>
                </p>
                <button type="button" data-testid="clear-everything" on:click=move |_| asking.set(true)>
                    "Clear everything..."
                </button>
            </section>
            <ClearDialog kept asking chip />
        </div>
    }
}
