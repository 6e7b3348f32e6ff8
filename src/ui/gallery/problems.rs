//! Files that are not in the gallery, each with its reason.

use leptos::prelude::*;

use super::GalleryState;
use super::state::Problem;

/// What could not be read, and what was already in the gallery.
#[component]
pub fn Problems(state: GalleryState) -> impl IntoView {
    let unread =
        |n| if n == 1 { "1 file could not be used".to_owned() } else { format!("{n} files could not be used") };
    let twice = |n| match n {
        1 => "1 file was already in the gallery".to_owned(),
        n => format!("{n} files were already in the gallery"),
    };
    view! {
        <List problems=state.problems title=unread list="error-list" item="error" open=true />
        <List problems=state.duplicates title=twice list="duplicate-list" item="duplicate" open=false />
    }
}

#[component]
fn List(
    problems: RwSignal<Vec<Problem>>,
    title: fn(usize) -> String,
    list: &'static str,
    item: &'static str,
    open: bool,
) -> impl IntoView {
    view! {
        <details class="problems" open=open hidden=move || problems.with(Vec::is_empty)>
            <summary>
                {move || title(problems.with(Vec::len))}
            </summary>
            <ul data-testid=list tabindex="0" aria-label=move || title(problems.with(Vec::len))>
                <For each=move || problems.get() key=|problem| problem.id let(problem)>
                    <li data-testid=item data-name=problem.name.clone()>
                        <b>{problem.name.clone()}</b>
                        " "
                        <span>{problem.reason}</span>
                    </li>
                </For>
            </ul>
            <button type="button" on:click=move |_| problems.set(Vec::new())>"Clear this list"</button>
        </details>
    }
}
