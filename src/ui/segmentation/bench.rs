//! The Segmentation tab: choose photos, paint, see the maps.

use leptos::prelude::*;

use super::classes::Classes;
use super::editor::Editor;
use super::maps::QueryMaps;
use super::options::Options;
use super::start::Start;
use super::status::Status;
use super::tools::Tools;
use crate::ui::components::page;

/// The whole tab.
#[component]
pub fn Segmentation() -> impl IntoView {
    let page = page();
    let studio = page.studio;
    let empty = Memo::new(move |_| studio.is_empty());
    view! {
        <div class="seg">
            <Chosen />
            <Status />
            <Show when=move || !empty.get() fallback=|| view! { <Start /> }>
                <div class="seg-bench">
                    <Classes />
                    <Tools />
                </div>
                <section class="seg-support" aria-labelledby="seg-support-heading">
                    <h2 id="seg-support-heading">"Support: paint here"</h2>
                    <p class="quiet" hidden=move || studio.support.with(|all| !all.is_empty())>
                        "No support photo yet. Choose an image in the gallery, then \u{201c}Paint on it\u{201d}."
                    </p>
                    <div class="seg-editors">
                        <For each=move || studio.support.get() key=|picture| picture.id let(picture)>
                            <Editor picture />
                        </For>
                    </div>
                </section>
                <QueryMaps />
                <Options />
            </Show>
        </div>
    }
}

/// What can be done with the image that is chosen in the gallery, and with all that is here.
#[component]
fn Chosen() -> impl IntoView {
    let page = page();
    let studio = page.studio;
    let chosen = Memo::new(move |_| {
        let key = page.active.get()?;
        page.photos.with(|photos| photos.iter().find(|photo| photo.key == key).map(|photo| (key, photo.name.clone())))
    });
    let key = move || chosen.with_untracked(|chosen| chosen.as_ref().map(|(key, _)| *key));
    let masked = move || {
        chosen.with(|chosen| {
            chosen.as_ref().is_some_and(|(key, _)| page.back.with_value(|back| back.masks.contains_key(key)))
        })
    };
    let painted = move || {
        chosen.with(|chosen| {
            chosen
                .as_ref()
                .is_some_and(|(key, _)| studio.support.with(|all| all.iter().any(|picture| picture.id == *key)))
        })
    };
    view! {
        <div class="row seg-chosen" role="group" aria-label="Photos for segmentation">
            <Show when=move || chosen.with(Option::is_some)>
                <span class="quiet">
                    "Chosen in the gallery: "
                    <b>{move || chosen.get().map(|(_, name)| name)}</b>
                    {move || if masked() { ", with its mask" } else { "" }}
                </span>
                <button
                    type="button"
                    class="small"
                    data-testid="seg-add-support"
                    disabled=painted
                    on:click=move |_| if let Some(key) = key() { studio.add_support(page, key) }
                >
                    "Paint on it"
                </button>
                <button
                    type="button"
                    class="small"
                    data-testid="seg-set-query"
                    on:click=move |_| if let Some(key) = key() { studio.set_query(page, key) }
                >
                    "Make it the query"
                </button>
            </Show>
            <Show when=move || !studio.is_empty()>
                <button type="button" class="small" data-testid="seg-clear" on:click=move |_| studio.clear(page)>"Clear the tab"</button>
            </Show>
            {move || studio.removed.with(|all| all.last().map(|removed| removed.what.clone())).map(|what| view! {
                <button type="button" class="small" data-testid="seg-bring-back" on:click=move |_| studio.bring_back(page)>{what}</button>
            })}
        </div>
    }
}
