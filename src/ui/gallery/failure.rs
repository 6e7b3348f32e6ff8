//! The engine can't work: why, and what to try.

use leptos::prelude::*;

use crate::engine::Backend;
use crate::ui::link::{Link, Phase};

/// The reason and what to try; nothing while all is well.
#[component]
pub fn Failure(link: Link) -> impl IntoView {
    let reason = move || match link.phase.get() {
        Phase::Failed(reason) => Some(reason),
        _ => None,
    };
    move || {
        reason().map(|reason| {
            view! {
                <div class="failure" role="alert" data-testid="failure">
                    <p>{reason}</p>
                    <div class="row">
                        <button type="button" class="main" on:click=move |_| link.restart()>"Try again"</button>
                        {(link.backend() == Backend::Gpu)
                            .then(|| view! {
                                <button type="button" on:click=move |_| link.move_to(Some(Backend::Cpu))>"Try on the CPU"</button>
                            })}
                    </div>
                </div>
            }
        })
    }
}
