//! How far the work is: n of N, pace, time left; stop, go on, restart.

use leptos::prelude::*;

use super::failure::Failure;
use super::model::megabytes;
use super::page;
use crate::engine::{Backend, Stage};
use crate::ui::conduct;
use crate::ui::numbers::fixed;
use crate::ui::options::Wish;
use crate::ui::state::{Page, Phase};

/// The status line, a bar, and what can be done about it.
#[component]
pub fn ProgressBar() -> impl IntoView {
    let page = page();
    let progress = page.progress;
    let busy = move || progress.get().busy() || matches!(page.phase.get(), Phase::Waking | Phase::Starting(_));
    let stopped = move || progress.get().stopped;
    // Nobody chose the CPU: say why it is used.
    let explain =
        move || page.wish.get() != Wish::Cpu && page.device.get().is_some_and(|device| device.backend == Backend::Cpu);
    let share = move || match (page.phase.get(), progress.get()) {
        (Phase::Starting(Stage::Download { done, total }), _) if total > 0 => done as f64 / total as f64,
        (_, progress) if progress.run.total > 0 => progress.run.done as f64 / progress.run.total as f64,
        _ => 0.0,
    };
    view! {
        <section class="progress" aria-label="Progress">
            <div
                class="status"
                data-testid="status"
                data-busy=move || if progress.get().busy() { "true" } else { "false" }
                data-done=move || progress.get().run.done
                data-total=move || progress.get().run.total
            >
                <p aria-hidden="true" class:working=busy>{move || sentence(page)}</p>
                <p class="news" role="status">{page.news}</p>
            </div>
            <div class="row">
                <button
                    type="button"
                    class:main=stopped
                    data-testid=move || if stopped() { "resume" } else { "stop" }
                    disabled=move || !stopped() && !progress.get().busy()
                    on:click=move |_| if page.progress.get_untracked().stopped { conduct::resume(page) } else { conduct::stop(page) }
                >
                    {move || if stopped() { "Go on" } else { "Stop" }}
                </button>
                <Show when=stopped>
                    <button type="button" data-testid="drop-waiting" on:click=move |_| conduct::drop_waiting(page)>
                        "Remove those waiting"
                    </button>
                </Show>
                <Show when=move || { progress.get().silent > 0 }>
                    <button type="button" class="main" data-testid="restart-silent" on:click=move |_| conduct::restart(page)>
                        "Restart and go on"
                    </button>
                </Show>
            </div>
            <div class="meter" class:idle=move || !busy() aria-hidden="true">
                <span style:transform=move || format!("scaleX({})", fixed(share(), 4))></span>
            </div>
            <p class="quiet" hidden=move || !explain()>{page.device_reason}</p>
            <Failure />
        </section>
    }
}

/// Where things stand, in a sentence.
pub fn sentence(page: Page) -> String {
    let progress = page.progress.get();
    let waiting = match progress.open {
        0 => String::new(),
        1 => " 1 image waits.".into(),
        n => format!(" {n} images wait."),
    };
    match page.phase.get() {
        Phase::Waking => format!("Loading the engine...{waiting}"),
        Phase::Starting(stage) => {
            let step = match stage {
                Stage::Device => "Opening the device...".into(),
                Stage::SelfTest => "Testing the device against known answers...".into(),
                Stage::Download { done, total } => {
                    format!("Loading the model: {} of {}.", megabytes(done), megabytes(total))
                }
                Stage::Verify => "Checking the model...".into(),
                Stage::Upload => "Giving the model to the device...".into(),
                Stage::WarmUp => "Warming up...".into(),
            };
            format!("{step}{waiting}")
        }
        Phase::Failed(_) => format!("The engine does not run.{waiting}"),
        Phase::Ready if progress.silent > 0 => {
            format!("The engine has not answered for {} s.{waiting}", progress.silent)
        }
        Phase::Ready if progress.stopped && progress.in_flight > 0 => "Stopping after the image in work...".into(),
        Phase::Ready if progress.stopped => {
            format!("Stopped: {} of {} images done.{waiting}", progress.run.done, progress.run.total)
        }
        Phase::Ready if progress.open > 0 => {
            let run = progress.run;
            let pace = run.pace().map(|pace| format!(", {} ms per image", fixed(pace, 0))).unwrap_or_default();
            let left = run.left().map(|left| format!(", {} left", duration(left))).unwrap_or_default();
            format!("{} of {}{pace}{left}", run.done, run.total)
        }
        Phase::Ready => match progress.run.total {
            0 => "Ready for images.".into(),
            1 => "1 image done.".into(),
            n => format!("All {n} images done."),
        },
    }
}

fn duration(milliseconds: f64) -> String {
    let seconds = (milliseconds / 1000.0).ceil() as u64;
    match seconds {
        0..=90 => format!("{seconds} s"),
        91..=5400 => format!("{} min", seconds.div_ceil(60)),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}
