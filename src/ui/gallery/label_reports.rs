//! What came of tables of labels, as far as there is something to tell: a sentence each, and the lines behind it on demand.

use leptos::prelude::*;

use super::GalleryState;
use crate::gallery::label_report::LabelReport;

/// A list for each table.
#[component]
pub fn LabelReports(state: GalleryState) -> impl IntoView {
    let open = move || {
        let is_open = |report: &&LabelReport| !report.missed.is_empty();
        state
            .label_reports
            .with(|reports| reports.iter().filter(is_open).map(|report| report.file.clone()).collect::<Vec<_>>())
    };
    view! {
        <For each=open key=|file| file.clone() let(file)>
            <Report state file />
        </For>
    }
}

#[component]
fn Report(state: GalleryState, file: String) -> impl IntoView {
    let report = {
        let file = file.clone();
        Memo::new(move |_| {
            state.label_reports.with(|reports| reports.iter().find(|report| report.file == file).cloned())
        })
    };
    let sentence = move || report.with(|report| report.as_ref().map(|report| report.sentence(true)));
    let missed = move || report.with(|report| report.as_ref().map_or_else(Vec::new, |report| report.missed.clone()));
    let unlisted = move || report.with(|report| report.as_ref().map_or(0, LabelReport::unlisted));
    let waits = move || report.with(|report| report.as_ref().is_some_and(|report| report.waiting > 0));
    let name = file.clone();
    let about = format!("Lines of {file} without an image");
    view! {
        <details class="problems told" data-testid="label-report" data-name=name>
            <summary>{sentence}</summary>
            <ul tabindex="0" aria-label=about>
                <For each=missed key=|line| line.clone() let(line)>
                    <li data-testid="label-missed">{line.clone()}</li>
                </For>
                <li hidden=move || unlisted() == 0>{move || format!("and {} more lines", unlisted())}</li>
            </ul>
            <button type="button" data-testid="label-forget" on:click=move |_| state.forget_label_file(&file)>
                {move || if waits() { "Wait no longer" } else { "Close" }}
            </button>
        </details>
    }
}
