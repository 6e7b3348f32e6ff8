//! Notices, shown until they are dismissed.

use leptos::prelude::*;

use crate::ui::icons::{CROSS, Sign};
use crate::ui::messages::Messages;

/// The notices.
#[component]
pub fn Notices(messages: Messages) -> impl IntoView {
    let notices = messages.notices;
    view! {
        <div class="notices" role="status">
            <For each=move || notices.get() key=|notice| notice.clone() let(notice)>
                <div class="notice" data-testid="notice">
                    <p>{notice.clone()}</p>
                    <button
                        type="button"
                        class="remove"
                        aria-label="Dismiss"
                        on:click={
                            let notice = notice.clone();
                            move |_| notices.update(|all| all.retain(|other| *other != notice))
                        }
                    >
                        <Sign path=CROSS />
                    </button>
                </div>
            </For>
        </div>
    }
}
