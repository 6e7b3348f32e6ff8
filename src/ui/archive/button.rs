//! The button that takes results away.

use leptos::prelude::*;

use super::Archives;
use super::state::Packing;
use super::words::offer;
use crate::retrieval::FeatureSet;

/// "Download results", with or without the images. `k`: the neighbourhood for which one number is shown; `own`: feature sets
/// beside the standard ones.
#[component]
pub fn TakeAway(
    archives: Archives,
    #[prop(into)] k: Signal<usize>,
    #[prop(into)] own: Signal<Vec<FeatureSet>>,
) -> impl IntoView {
    let with_pictures = RwSignal::new(false);
    let busy = Memo::new(move |_| matches!(archives.packing.get(), Packing::At(..)));
    let counts = Memo::new(move |_| {
        archives.gallery.with_features(|gallery| {
            let parts = gallery.origin().map(|origin| origin.settings.parts()).unwrap_or_default();
            let complete = gallery.computed().filter(|(_, features)| features.has(&parts)).count();
            (complete, gallery.len() - complete)
        })
    });
    let status = move || match archives.packing.get() {
        Packing::Idle => {
            let (complete, left_out) = counts.get();
            offer(complete, left_out)
        }
        Packing::At(what, _, 0, _) => format!("{what}..."),
        Packing::At(what, done, all, _) => format!("{what}: {done} of {all}"),
        Packing::Failed(sentence) => sentence,
    };
    let failed = move || matches!(archives.packing.get(), Packing::Failed(_));
    view! {
        <section class="take-away" aria-label="Take the results away">
            <div class="row">
                <button
                    type="button"
                    data-testid="download-results"
                    disabled=move || busy.get() || counts.get().0 == 0
                    on:click=move |_| archives.take_away(with_pictures.get_untracked(), k.get_untracked(), own.get_untracked())
                >
                    "Download results"
                </button>
                <label class="choice">
                    <input
                        type="checkbox"
                        data-testid="with-pictures"
                        prop:checked=move || with_pictures.get()
                        on:change:target=move |event| with_pictures.set(event.target().checked())
                    />
                    "with the images"
                </label>
                <button type="button" hidden=move || !busy.get() data-testid="stop-packing" on:click=move |_| archives.stop_packing()>
                    "Stop"
                </button>
            </div>
            <p class="quiet" class:failure=failed role="status" data-testid="take-away-status">{status}</p>
        </section>
    }
}
