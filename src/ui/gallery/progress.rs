//! The progress of the work: n of N, time left, what was left out; stop, resume, restart.

use leptos::prelude::*;

use super::GalleryState;
use super::counts::Counts;
use super::failure::Failure;
use super::problems::open;
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
    let counts = state.counts();
    let share = move || match link.phase.get() {
        Phase::Starting(Progress::Download { done, total }) if total > 0 => done as f64 / total as f64,
        _ => counts.with(Counts::share),
    };
    // A button for each list of files that are not in the gallery.
    let left_out = move |place: usize, list: &'static str| {
        let words = Memo::new(move |_| state.left_out()[place].clone());
        view! {
            <button
                type="button"
                class="left-out"
                data-testid=format!("open-{list}")
                hidden=move || words.with(String::is_empty)
                on:click=move |_| open(list)
            >
                {words}
            </button>
        }
    };
    view! {
        <section class="progress" aria-label="Progress">
            <div
                class="status"
                data-testid="status"
                data-busy=move || if queue.get().is_busy() { "true" } else { "false" }
            >
                <p>
                    <span aria-hidden="true" class:working=busy>{move || state.facts(counts).sentence()}</span>
                    " "
                    {left_out(0, "error-list")}
                    " "
                    {left_out(1, "duplicate-list")}
                </p>
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
