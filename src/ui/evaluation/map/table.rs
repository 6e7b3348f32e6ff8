//! The maps as a table: for those who can't see them, and for those who want names.

use leptos::prelude::*;

use super::pages;
use super::state::MapState;
use super::words;
use crate::gallery::Id;
use crate::ui::numbers::fixed;

/// Nearest images on a map that a row names.
const NEAREST: usize = 3;

/// The images, page by page, once it is opened.
#[component]
pub fn Table(
    state: MapState,
    /// Shows an image's neighbours.
    open: Callback<Id>,
) -> impl IntoView {
    let shown = RwSignal::new(false);
    let (page, only_selected) = (RwSignal::new(0_usize), RwSignal::new(false));
    let rows = Memo::new(move |_| {
        let placed = state.sides[0].layout.get();
        // In the gallery's order.
        let mut ids = state.gallery.ids.get();
        ids.retain(|&id| placed.position(id).is_some());
        if only_selected.get() {
            state.gallery.selected.with(|selected| ids.retain(|id| selected.contains(id)));
        }
        ids
    });
    let on_page = Memo::new(move |_| rows.with(|rows| rows[pages::rows(page.get(), rows.len())].to_vec()));
    let count = Memo::new(move |_| rows.with(Vec::len));
    let turn = move |by: isize| {
        page.update(|page| *page = (*page).min(pages::count(count.get_untracked()) - 1).saturating_add_signed(by));
    };
    let column = move |side: usize| state.sides[side].set.with(words::title);
    view! {
        <details class="map-table" data-testid="map-table" on:toggle=move |_| shown.update(|shown| *shown = !*shown)>
            <summary>"The maps as a table"</summary>
            <Show when=move || shown.get()>
                <div class="row">
                    <label class="choice">
                        <input
                            type="checkbox"
                            data-testid="map-table-selected"
                            prop:checked=move || only_selected.get()
                            on:change:target=move |event| {
                                only_selected.set(event.target().checked());
                                page.set(0);
                            }
                        />
                        "Selected images only"
                    </label>
                    <button type="button" class="small" data-testid="map-table-earlier" disabled=move || page.get() == 0 on:click=move |_| turn(-1)>"Earlier"</button>
                    <span role="status" data-testid="map-table-page">{move || pages::words(page.get(), count.get())}</span>
                    <button
                        type="button"
                        class="small"
                        data-testid="map-table-later"
                        disabled=move || { page.get() + 1 >= pages::count(count.get()) }
                        on:click=move |_| turn(1)
                    >
                        "Later"
                    </button>
                </div>
                <div class="map-rows" tabindex="0" role="region" aria-label="Images on the maps">
                    <table>
                        <caption class="unseen">"Images, their labels and votes, and what lies nearest on each map"</caption>
                        <thead>
                            <tr>
                                <th scope="col">"Selected"</th>
                                <th scope="col">"Image"</th>
                                <th scope="col">"Label"</th>
                                <th scope="col">{move || format!("Vote by {}", column(0))}</th>
                                <th scope="col">{move || format!("Nearest on the left map ({})", column(0))}</th>
                                <th scope="col">{move || format!("Vote by {}", column(1))}</th>
                                <th scope="col">{move || format!("Nearest on the right map ({})", column(1))}</th>
                            </tr>
                        </thead>
                        <tbody>
                            <For each=move || on_page.get() key=|id| *id let(id)>
                                <Row state id open />
                            </For>
                        </tbody>
                    </table>
                </div>
            </Show>
        </details>
    }
}

/// One image.
#[component]
fn Row(state: MapState, id: Id, open: Callback<Id>) -> impl IntoView {
    let name = state.describe(id).name;
    let label = move || state.described.with(|all| all.get(&id).map(|of| of.label.clone()).unwrap_or_default());
    let selected = move || state.gallery.selected.with(|selected| selected.contains(&id));
    let vote = move |side: usize| {
        state.sides[side].votes.with(|votes| votes.get(&id).cloned()).unwrap_or_else(|| "\u{2013}".into())
    };
    let nearest = move |side: usize| {
        let layout = state.sides[side].layout.get();
        let near = layout.position(id).map(|of| layout.neighbours(of, NEAREST)).unwrap_or_default();
        state.described.with(|all| {
            let names =
                near.into_iter().filter_map(|place| all.get(layout.ids().get(place)?)).map(|of| match &of.label[..] {
                    "" => of.name.clone(),
                    label => format!("{} ({label})", of.name),
                });
            names.collect::<Vec<_>>().join(", ")
        })
    };
    let place = move |side: usize| {
        let layout = state.sides[side].layout.get();
        layout
            .position(id)
            .map(|of| layout.points()[of])
            .map(|(x, y)| format!("{},{}", fixed(x.into(), 4), fixed(y.into(), 4)))
    };
    view! {
        <tr
            data-testid="map-row"
            data-name=name.clone()
            data-left=move || place(0)
            data-right=move || place(1)
            on:pointerenter=move |_| state.gallery.hovered.set(Some(id)) on:pointerleave=move |_| state.gallery.hovered.set(None)
        >
            <td>
                <input
                    type="checkbox"
                    aria-label=format!("Select {name}")
                    prop:checked=selected
                    on:change=move |_| state.toggle(id)
                    on:focus=move |_| state.gallery.hovered.set(Some(id))
                    on:blur=move |_| state.gallery.hovered.set(None)
                />
            </td>
            <th scope="row">
                <button type="button" class="small" title="Show its neighbours" on:click=move |_| open.run(id)>{name.clone()}</button>
            </th>
            <td>{label}</td>
            <td>{move || vote(0)}</td>
            <td>{move || nearest(0)}</td>
            <td>{move || vote(1)}</td>
            <td>{move || nearest(1)}</td>
        </tr>
    }
}
