//! The engine can't work: why, and what can be tried.

use leptos::prelude::*;

use super::page;
use crate::ui::conduct;
use crate::ui::options::Wish;
use crate::ui::state::Phase;

/// The reason and two ways on; nothing while all is well.
#[component]
pub fn Failure() -> impl IntoView {
    let page = page();
    let reason = move || match page.phase.get() {
        Phase::Failed(reason) => Some(reason),
        _ => None,
    };
    move || {
        reason().map(|reason| {
            view! {
                <div class="failure" role="alert" data-testid="failure">
                    <p>{reason}</p>
                    <div class="row">
                        <button type="button" class="main" on:click=move |_| conduct::restart(page)>"Try again"</button>
                        <button type="button" on:click=move |_| conduct::move_to(page, Wish::Cpu)>"Try on the CPU"</button>
                    </div>
                </div>
            }
        })
    }
}
