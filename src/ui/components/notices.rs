//! Things that a person should know, until they say that they do.

use leptos::prelude::*;

use super::icons::{CROSS, Sign};
use super::page;

/// The engine's warnings.
#[component]
pub fn Notices() -> impl IntoView {
    let page = page();
    view! {
        <div class="notices" role="status">
            <For each=move || page.notices.get() key=|notice| notice.clone() let(notice)>
                <div class="notice" data-testid="notice">
                    <p>{notice.clone()}</p>
                    <button
                        type="button"
                        class="remove"
                        aria-label="Dismiss"
                        on:click={
                            let notice = notice.clone();
                            move |_| page.notices.update(|all| all.retain(|other| *other != notice))
                        }
                    >
                        <Sign path=CROSS />
                    </button>
                </div>
            </For>
        </div>
    }
}
