//! The progress of the work: n of N, pace, time left; stop, resume, restart.

use leptos::prelude::*;

use super::GalleryState;
use super::failure::Failure;
use super::status::sentence;
use crate::engine::Backend;
use crate::engine::protocol::Progress;
use crate::ui::link::Phase;
use crate::ui::numbers::fixed;

/// The status line, a bar, and buttons.
#[component]
pub fn ProgressBar(state: GalleryState) -> impl IntoView {
    let link = state.link;
    let queue = link.queue;
    let busy = move || queue.get().is_busy() || matches!(link.phase.get(), Phase::Waking | Phase::Starting(_));
    let stopped = move || queue.get().stopped;
    // The CPU was not chosen by the user: say why it is used.
    let explain = move || {
        link.wanted.get() != Some(Backend::Cpu)
            && link.device.get().is_some_and(|device| device.backend == Backend::Cpu)
    };
    let share = move || match (link.phase.get(), queue.get().run) {
        (Phase::Starting(Progress::Download { done, total }), _) if total > 0 => done as f64 / total as f64,
        (_, run) => run.share(),
    };
    view! {
        <section class="progress" aria-label="Progress">
            <div
                class="status"
                data-testid="status"
                data-busy=move || if queue.get().is_busy() { "true" } else { "false" }
                data-done=move || queue.get().run.done
                data-total=move || queue.get().run.total
            >
                <p aria-hidden="true" class:working=busy>{move || sentence(link)}</p>
                <p class="news" role="status">{state.messages.news}</p>
            </div>
            <div class="row">
                <button
                    type="button"
                    class:main=stopped
                    data-testid=move || if stopped() { "resume" } else { "stop" }
                    disabled=move || !stopped() && !queue.get().is_busy()
                    on:click=move |_| if queue.get_untracked().stopped { link.resume() } else { link.stop() }
                >
                    {move || if stopped() { "Resume" } else { "Stop" }}
                </button>
                <Show when=stopped>
                    <button type="button" data-testid="drop-waiting" on:click=move |_| state.remove_waiting()>
                        "Remove waiting images"
                    </button>
                </Show>
                <Show when=move || { queue.get().silent > 0 }>
                    <button type="button" class="main" data-testid="restart-silent" on:click=move |_| link.restart()>
                        "Restart and continue"
                    </button>
                </Show>
            </div>
            <div class="meter" class:idle=move || !busy() aria-hidden="true">
                <span style:transform=move || format!("scaleX({})", fixed(share(), 4))></span>
            </div>
            <p class="quiet" hidden=move || !explain()>{link.device_reason}</p>
            <Failure link />
        </section>
    }
}
