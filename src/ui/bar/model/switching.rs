//! How far the switch to another model is, or why it failed.

use leptos::prelude::*;

use super::transfer::Transfer;
use crate::engine::protocol::Progress;
use crate::ui::link::{Link, SwitchStep, describe};
use crate::ui::numbers::fixed;

/// The step, a bar, and a way out; nothing while there is no switch.
#[component]
pub fn Switching(link: Link) -> impl IntoView {
    let transfer = RwSignal::new(Transfer::default());
    Effect::new(move |_| {
        let now = window().performance().map_or(0.0, |performance| performance.now());
        link.switch.with(|switch| match switch.as_ref().map(|switch| &switch.step) {
            Some(SwitchStep::At(Progress::Download { done, .. })) => {
                transfer.update(|transfer| transfer.report(now, *done))
            }
            Some(SwitchStep::At(_)) => {}
            _ => transfer.set(Transfer::default()),
        });
    });
    let words = move || {
        let step = link.switch.get()?.step;
        Some(match step {
            SwitchStep::Waking => "Starting...".into(),
            SwitchStep::At(Progress::Download { total, .. }) => transfer.with(|transfer| transfer.words(total)),
            SwitchStep::At(progress) => describe(progress),
            SwitchStep::Failed(reason) => reason,
        })
    };
    let share = move || match link.switch.get().map(|switch| switch.step) {
        Some(SwitchStep::At(Progress::Download { done, total })) => done as f64 / total.max(1) as f64,
        Some(SwitchStep::At(Progress::Negatives { done, total })) => done as f64 / total.max(1) as f64,
        _ => 0.0,
    };
    let failed = move || {
        link.switch.with(|switch| matches!(switch, Some(switch) if matches!(switch.step, SwitchStep::Failed(_))))
    };
    let title = move || {
        let name = link.switch.get().map(|switch| switch.name).unwrap_or_default();
        if failed() { format!("{name} was not loaded") } else { format!("Getting {name}") }
    };
    let here = Memo::new(move |_| link.switch.with(Option::is_some));
    view! {
        <Show when=move || here.get()>
            <div class="switching" class:failed=failed data-testid="switching" data-state=move || if failed() { "failed" } else { "busy" }>
                <p role="status"><b>{title}</b></p>
                <p data-testid="switching-words">{words}</p>
                <div class="meter" hidden=failed aria-hidden="true">
                    <span style:transform=move || format!("scaleX({})", fixed(share(), 4))></span>
                </div>
                <button type="button" data-testid="cancel-switch" on:click=move |_| link.cancel_switch()>
                    {move || if failed() { "Dismiss" } else { "Cancel" }}
                </button>
            </div>
        </Show>
    }
}
