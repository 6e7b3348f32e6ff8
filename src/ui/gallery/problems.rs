//! Files that are not in the gallery, each with its reason.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::GalleryState;
use super::kind::no_pictures;
use super::state::Problem;

/// What could not be read, and what was already in the gallery.
#[component]
pub fn Problems(state: GalleryState) -> impl IntoView {
    let unread = |n| if n == 1 { "1 file was refused".to_owned() } else { format!("{n} files were refused") };
    let twice =
        |n| if n == 1 { "1 file was there already".to_owned() } else { format!("{n} files were there already") };
    view! {
        <List problems=state.problems strangers=state.strangers title=unread list="error-list" item="error" open=true />
        <List problems=state.duplicates title=twice list="duplicate-list" item="duplicate" open=false />
    }
}

/// Opens a list, and moves the focus to it.
pub fn open(list: &str) {
    let found = document().query_selector(&format!("[data-testid={list}]")).ok().flatten();
    if let Some(list) = found.and_then(|list| list.dyn_into::<HtmlElement>().ok()) {
        if let Some(details) = list.parent_element() {
            // Fails only for names that no attribute may have.
            let _ = details.set_attribute("open", "");
        }
        let _ = list.focus();
    }
}

#[component]
fn List(
    problems: RwSignal<Vec<Problem>>,
    #[prop(optional)] strangers: RwSignal<Vec<String>>,
    title: fn(usize) -> String,
    list: &'static str,
    item: &'static str,
    open: bool,
) -> impl IntoView {
    let count = Memo::new(move |_| problems.with(Vec::len) + strangers.with(Vec::len));
    view! {
        <details class="problems" open=open hidden=move || count.get() == 0>
            <summary>{move || title(count.get())}</summary>
            <ul data-testid=list tabindex="0" aria-label=move || title(count.get())>
                <li data-testid="strangers" hidden=move || strangers.with(Vec::is_empty)>
                    {move || strangers.with(|names| no_pictures(names))}
                </li>
                <For each=move || problems.get() key=|problem| problem.id let(problem)>
                    <li data-testid=item data-name=problem.name.clone()>
                        <b>{problem.name.clone()}</b>
                        " "
                        <span>{problem.reason}</span>
                    </li>
                </For>
            </ul>
            <button type="button" on:click=move |_| {
                problems.set(Vec::new());
                strangers.set(Vec::new());
            }>"Clear this list"</button>
        </details>
    }
}
