//! The method's settings: objectives, views, projection, seed. A change may mean computing the whole gallery again, so
//! it takes effect only once it is applied.

use leptos::html::{Button, Section};
use leptos::prelude::*;

use crate::fungi::{Objective, Projection, ProjectionSize};
use crate::ui::address::{Method, PROJECTED};
use crate::ui::terms::TermsButton;

/// The settings in short; the form on demand.
#[component]
pub fn MethodChip(method: RwSignal<Method>, images: Signal<usize>) -> impl IntoView {
    let draft = RwSignal::new(method.get_untracked());
    Effect::new(move |_| draft.set(method.get()));
    let changed = move || draft.get() != method.get();
    let summary = move || {
        let method = method.get();
        format!("{} of {} objectives, seed {}", method.chosen().count(), Objective::all().len(), method.seed)
    };
    let objective = move |objective: Objective| {
        let part = objective.part();
        let get = move |draft: &Method| draft.objectives[part];
        check(draft, part.name(), views(&objective), get, move |draft, on| draft.objectives[part] = on)
    };
    let button = move || match images.get() {
        0 => "Apply".to_owned(),
        1 => "Apply to 1 image".to_owned(),
        n => format!("Apply to {n} images"),
    };
    let (chip, card) = (NodeRef::<Button>::new(), NodeRef::<Section>::new());
    // So that the result can be seen. The focus would be lost with the form.
    let close = move || {
        if let (Some(chip), Some(card)) = (chip.get_untracked(), card.get_untracked()) {
            // They fail only for elements that are gone, or closed already.
            let _ = card.hide_popover();
            let _ = chip.focus();
        }
    };
    view! {
        <button type="button" class="chip" popovertarget="about-method" data-testid="settings" node_ref=chip>
            <span class="chip-name">"Settings"</span>
            <span class="chip-value">{summary}</span>
        </button>
        <section id="about-method" class="card" popover="auto" aria-label="Settings" node_ref=card>
            <h2>"Settings"</h2>
            <form on:submit=move |event| {
                event.prevent_default();
                close();
                method.set(draft.get_untracked());
            }>
                <fieldset>
                    <legend>"Objectives whose gradients are used"</legend>
                    {Objective::all().into_iter().map(objective).collect_view()}
                    <TermsButton />
                </fieldset>
                <fieldset>
                    <legend>"Cost"</legend>
                    {check(
                        draft,
                        "Fewer views",
                        "nearly three times as fast, a little noisier",
                        |draft| draft.fewer_views,
                        |draft, on| draft.fewer_views = on,
                    )}
                    {check(
                        draft,
                        "Khatri-Rao projection",
                        "cheaper than the paper's dense signs, a little noisier",
                        |draft| draft.projection == Projection::KhatriRao,
                        |draft, on| draft.projection = if on { Projection::KhatriRao } else { Projection::Rademacher },
                    )}
                </fieldset>
                <label class="field">
                    "Numbers that a gradient is projected to"
                    <select
                        data-testid="projected"
                        prop:value=move || draft.with(|draft| draft.projected.to_string())
                        on:change:target=move |event| {
                            if let Ok(size) = event.target().value().parse() {
                                draft.update(|draft| draft.projected = size);
                            }
                        }
                    >
                        {PROJECTED.into_iter().zip(SIZES).map(|(size, words)| size_option(draft, size, words)).collect_view()}
                    </select>
                </label>
                <label class="field">
                    "Seed of heads, crops and projection"
                    <input
                        type="number"
                        min="0"
                        max="4294967295"
                        step="1"
                        prop:value=move || draft.with(|draft| draft.seed.to_string())
                        on:input:target=move |event| {
                            if let Ok(seed) = event.target().value().parse() {
                                draft.update(|draft| draft.seed = seed);
                            }
                        }
                    />
                </label>
                <button type="submit" class="main" disabled=move || !changed()>{button}</button>
            </form>
        </section>
    }
}

/// What [`PROJECTED`] stands for.
const SIZES: [&str; 3] = [
    "as many as the embedding has (the paper)",
    "twice as many: seven tenths of the noise",
    "four times as many: half the noise",
];

fn size_option(draft: RwSignal<Method>, size: ProjectionSize, words: &'static str) -> impl IntoView {
    let selected = draft.with_untracked(|draft| draft.projected == size);
    view! { <option value=size.to_string() selected=selected>{words}</option> }
}

/// A checkbox with a remark.
fn check(
    draft: RwSignal<Method>,
    name: &'static str,
    remark: &'static str,
    get: impl Fn(&Method) -> bool + Send + 'static,
    set: impl Fn(&mut Method, bool) + 'static,
) -> impl IntoView {
    view! {
        <label class="choice">
            <input
                type="checkbox"
                prop:checked=move || draft.with(&get)
                on:change:target=move |event| draft.update(|draft| set(draft, event.target().checked()))
            />
            <span>{name}<small>{remark}</small></span>
        </label>
    }
}

/// The views that an objective uses: the paper's number, or with fewer views.
fn views(objective: &Objective) -> &'static str {
    match objective {
        Objective::Kl(_) => "the image as it is: 1 view, shared with the embedding",
        Objective::Dino(_) => "crops, large and small: 12 views, or 6",
        Objective::Simclr(_) => "windows against other images: 49 views, or 16",
    }
}
