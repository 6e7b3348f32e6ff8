//! The dialog: one image, its views, its gradients.

use leptos::html;
use leptos::prelude::*;

use super::InsideState;
use super::objective::{Objective, Tabs};
use super::picture::Picture;
use crate::ui::dialog::open_while;

/// Open while an image is looked into.
#[component]
pub fn InsideDialog(state: InsideState) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let id = Memo::new(move |_| state.id());
    let close = move || state.gallery.inside.set(None);
    open_while(dialog, move || id.get().is_some(), close);
    let name = Memo::new(move |_| id.get().and_then(|id| state.gallery.shown(id)).map(|shown| shown.get().name));
    let gradient = Memo::new(move |_| state.gradient());
    view! {
        <dialog
            node_ref=dialog
            class="inside"
            data-testid="inside"
            data-name=move || name.get()
            aria-labelledby="inside-heading"
        >
            <div class="row">
                <h2 id="inside-heading">"Inside " <span class="quiet">{move || name.get()}</span></h2>
                <button type="button" class="main" autofocus=true data-testid="inside-close" on:click=move |_| close()>"Close"</button>
            </div>
            // Always there, so that screen readers notice when it changes.
            <div role="status" class="inside-status" data-testid="inside-status">
                {move || state.sentence()}
                {move || state.is_busy().then(|| view! { <progress aria-hidden="true"></progress> })}
            </div>
            {move || id.get().map(|id| view! {
                <div class="inside-body">
                    <Picture state id />
                    <div class="inside-objective">
                        <Tabs state />
                        {move || gradient.get().map(|gradient| view! { <Objective state gradient /> })}
                    </div>
                </div>
            })}
        </dialog>
    }
}
