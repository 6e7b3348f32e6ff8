//! The model's name in the bar; on demand what it is, where it came from, and others to choose from.

use leptos::html::Section;
use leptos::prelude::*;
use web_sys::File;

use super::entry::Entry;
use super::form::OwnFile;
use super::side::InputSide;
use super::switching::Switching;
use crate::engine::protocol::{Listed, Place, Progress};
use crate::ui::address::Method;
use crate::ui::link::{Link, Phase, SwitchStep};
use crate::ui::numbers::megabytes;

/// The model's name; more on demand. `offered` is a person's own file of weights; `lean` chooses the preset Lean.
#[component]
pub fn ModelChip(
    link: Link,
    method: RwSignal<Method>,
    offered: RwSignal<Option<File>, LocalStorage>,
    lean: Callback<()>,
) -> impl IntoView {
    let card = NodeRef::<Section>::new();
    Effect::new(move |_| {
        if offered.with(Option::is_some)
            && let Some(card) = card.get()
        {
            // It fails only for a card that is open already.
            let _ = card.show_popover();
            card.set_scroll_top(0);
        }
    });
    let name = move || {
        let percent = |done: u64, total: u64| format!("{} %", done * 100 / total.max(1));
        match (link.switch.get().map(|switch| switch.step), link.model.get(), link.phase.get()) {
            (Some(SwitchStep::At(Progress::Download { done, total })), Some(model), _) => {
                format!("{}, next one {}", model.name, percent(done, total))
            }
            (_, Some(model), _) => model.name,
            (_, None, Phase::Starting(Progress::Download { done, total })) if total > 0 => {
                format!("{} loaded", percent(done, total))
            }
            (_, None, Phase::Failed(_)) => "none".into(),
            _ => "loading".into(),
        }
    };
    let facts = move || match link.model.get() {
        None => view! { <p>"The model is still loading. You can add images already; they will wait."</p> }.into_any(),
        Some(model) => view! {
            <p>{model.description.clone()}</p>
            <dl class="facts">
                <dt>"Size"</dt>
                <dd>{megabytes(model.bytes)}</dd>
                <dt>"Input"</dt>
                <dd>{format!("{0} × {0} pixels, patches of {1} × {1}", model.image, model.patch)}</dd>
                <dt>"Embedding"</dt>
                <dd>{format!("{} numbers", model.embedding)}</dd>
                <dt>"Licence"</dt>
                <dd>{if model.licence.is_empty() { "not known".into() } else { model.licence.clone() }}</dd>
                <dt>"Loaded from"</dt>
                <dd>{model.source.clone()}</dd>
            </dl>
            <InputSide link model />
        }
        .into_any(),
    };
    let of = move |group: usize| {
        let is_of = move |listed: &Listed| match listed.place {
            Place::Included => group == 0,
            Place::Hub(_) | Place::Elsewhere(_) => group == 1,
            Place::Dropped => group == 2,
        };
        link.models.get().into_iter().filter(is_of).collect::<Vec<_>>()
    };
    let group = move |(place, title): (usize, &'static str)| {
        let names = move || of(place).into_iter().map(|listed| listed.name).collect::<Vec<_>>();
        view! {
            <section hidden=move || of(place).is_empty()>
                <h3>{title}</h3>
                <ul class="models">
                    <For each=names key=|name| name.clone() let(name)>
                        <Entry link name method lean />
                    </For>
                </ul>
            </section>
        }
    };
    let kept = move || {
        link.models.with(|models| {
            let used = link.model.with(|model| model.as_ref().map(|model| model.name.clone()));
            let kept = models.iter().filter(|listed| listed.kept.is_some() && Some(&listed.name) != used.as_ref());
            kept.map(|listed| listed.name.clone()).collect::<Vec<_>>()
        })
    };
    view! {
        <button type="button" class="chip" popovertarget="about-model" data-testid="model">
            <span class="chip-name">"Model"</span>
            <span class="chip-value">{name}</span>
        </button>
        <section id="about-model" class="card" popover="auto" aria-label="Model" node_ref=card>
            <h2>"Model"</h2>
            <OwnFile link offered />
            <Switching link />
            {facts}
            <div data-testid="models">
                {[(0, "Come with the page"), (1, "Downloaded when chosen"), (2, "Your own files")].map(group).collect_view()}
            </div>
            <label class="button">
                "Your own file..."
                <input
                    type="file"
                    accept=".safetensors"
                    data-testid="own-input"
                    on:change:target=move |event| {
                        offered.set(event.target().files().and_then(|files| files.item(0)));
                        // So that the same file can be picked again.
                        event.target().set_value("");
                    }
                />
            </label>
            <p class="quiet">
                "A safetensors file can also be dropped anywhere. A model is downloaded when it is first chosen, and kept in this browser. Features belong to a model: images are computed anew, and the former features come back with the former model."
            </p>
            <button
                type="button"
                data-testid="forget-all"
                hidden=move || kept().is_empty()
                on:click=move |_| link.forget_models(kept())
            >
                "Remove all that are not in use from this browser"
            </button>
        </section>
    }
}
