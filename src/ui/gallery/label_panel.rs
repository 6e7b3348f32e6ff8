//! All labels: how many images have each, renamed, merged, selected; and read from a file.

use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::HtmlInputElement;

use super::GalleryState;
use super::files;

/// The list, closed at first.
#[component]
pub fn LabelPanel(state: GalleryState) -> impl IntoView {
    let counts = state.label_counts();
    let title = move || match state.labels.with(|labels| labels.len()) {
        0 => "No labels yet".to_owned(),
        1 => "1 label".to_owned(),
        n => format!("{n} labels"),
    };
    let picked = move |input: HtmlInputElement| {
        let found = files::listed(input.files());
        input.set_value("");
        spawn_local(state.read_labels(found));
    };
    view! {
        <details class="labels" data-testid="labels" hidden=move || state.ids.with(Vec::is_empty)>
            <summary>{title}</summary>
            <ul>
                <For each=move || counts.get() key=|(label, _)| label.clone() let((label, _))>
                    <Row state counts label />
                </For>
            </ul>
            <div class="row">
                <label class="button">
                    "Labels from a file..."
                    <input
                        type="file"
                        multiple
                        accept=".csv,.tsv,text/csv"
                        data-testid="label-file-input"
                        on:change:target=move |event| picked(event.target())
                    />
                </label>
            </div>
            <p class="quiet">
                "A CSV file with a line for each image: its name, its label and, if you like, its SHA-256. It may also be dropped anywhere."
            </p>
        </details>
    }
}

/// A label, or what is there without one.
#[component]
fn Row(state: GalleryState, counts: Memo<Vec<(Option<String>, usize)>>, label: Option<String>) -> impl IntoView {
    let count = {
        let label = label.clone();
        Memo::new(move |_| {
            counts.with(|counts| counts.iter().find(|(other, _)| *other == label).map_or(0, |(_, n)| *n))
        })
    };
    let name = label.clone().unwrap_or_else(|| "no label".into());
    let select = {
        let label = label.clone();
        move |_| state.select_label(label.as_deref())
    };
    let field = label.clone().map(|label| {
        let before = label.clone();
        view! {
            <input
                type="text"
                list="labels"
                autocomplete="off"
                aria-label=format!("Rename {label}")
                title="Another name; that of another label makes the two one"
                data-testid="label-rename"
                prop:value=label.clone()
                on:change:target=move |event| {
                    let input = event.target();
                    state.rename_label(&before, &input.value());
                    // A row whose label is gone goes away; where nothing was renamed, the field says so.
                    input.set_value(&before);
                }
            />
        }
    });
    let plain = label.is_none().then(|| view! { <span class="quiet">"no label"</span> });
    view! {
        <li data-testid="label-row" data-label=label.unwrap_or_default() data-count=count>
            {field}
            {plain}
            <span class="count">{count}</span>
            <button type="button" data-testid="label-select" aria-label=format!("Select the images with {name}") on:click=select>
                "Select"
            </button>
        </li>
    }
}
