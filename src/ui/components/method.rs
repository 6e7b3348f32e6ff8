//! The method's settings: objectives, views, projection, seed. A change computes the gallery anew, so it wants a press.

use leptos::prelude::*;

use super::page;
use crate::fungi::Projection;
use crate::ui::conduct;
use crate::ui::options::Method;

/// What is set, in short; the form on demand.
#[component]
pub fn MethodChip() -> impl IntoView {
    let page = page();
    let draft = RwSignal::new(page.method.get_untracked());
    Effect::new(move |_| draft.set(page.method.get()));
    let changed = move || draft.get() != page.method.get();
    let summary = move || {
        let method = page.method.get();
        let count = [method.kl, method.dino, method.simclr].into_iter().filter(|on| *on).count();
        format!("{count} of 3 objectives, seed {}", method.seed)
    };
    let check =
        move |words: &'static str, about: &'static str, get: fn(&Method) -> bool, set: fn(&mut Method, bool)| {
            view! {
                <label class="choice">
                    <input
                        type="checkbox"
                        prop:checked=move || draft.with(get)
                        on:change:target=move |event| draft.update(|draft| set(draft, event.target().checked()))
                    />
                    <span>{words}<small>{about}</small></span>
                </label>
            }
        };
    let button = move || match page.photos.with(Vec::len) {
        0 => "Apply".to_owned(),
        1 => "Apply and compute 1 image anew".to_owned(),
        n => format!("Apply and compute {n} images anew"),
    };
    view! {
        <button type="button" class="chip" popovertarget="about-method" data-testid="settings">
            <span class="chip-name">"Settings"</span>
            <span class="chip-value">{summary}</span>
        </button>
        <section id="about-method" class="card" popover="auto" aria-label="Settings">
            <h2>"Settings"</h2>
            <form on:submit=move |event| {
                event.prevent_default();
                conduct::configure(page, draft.get_untracked());
            }>
                <fieldset>
                    <legend>"Objectives whose gradients are taken"</legend>
                    {check("KL", "the image as it is: 1 view, shared with the embedding", |m| m.kl, |m, on| m.kl = on)}
                    {check("DINO", "crops, large and small: 12 views, or 6", |m| m.dino, |m, on| m.dino = on)}
                    {check("SimCLR", "windows against other images: 49 views, or 16", |m| m.simclr, |m, on| m.simclr = on)}
                </fieldset>
                <fieldset>
                    <legend>"Cost"</legend>
                    {check("Fewer views", "nearly three times as fast, a little noisier", |m| m.fewer, |m, on| m.fewer = on)}
                    {check(
                        "Khatri-Rao projection",
                        "cheaper than the paper's dense signs, a little noisier",
                        |m| m.projection == Projection::KhatriRao,
                        |m, on| m.projection = if on { Projection::KhatriRao } else { Projection::Rademacher },
                    )}
                </fieldset>
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
