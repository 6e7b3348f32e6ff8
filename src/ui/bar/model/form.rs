//! A person's own file: what it holds, and what it does not say, with a guess filled in.

use leptos::prelude::*;
use web_sys::File;

use super::activation;
use super::normalisation::{self, CHOICES};
use crate::engine::protocol::{Answer, ModelRequest, Request};
use crate::ui::link::{Link, Reply};
use crate::vit::{Activation, LoadOptions, ViTConfig};

/// What has been found out about a file.
#[derive(Clone, PartialEq)]
enum Found {
    Reading,
    Model(Box<ViTConfig>),
    Nothing(String),
}

/// The form for `offered`, which is emptied when it is done with.
#[component]
pub fn OwnFile(link: Link, offered: RwSignal<Option<File>, LocalStorage>) -> impl IntoView {
    let found = RwSignal::new(Found::Reading);
    let (heads, side) = (RwSignal::new(0_usize), RwSignal::new(0_usize));
    let activation = RwSignal::new(Activation::default());
    let (choice, typed, wrong) = (RwSignal::new(Some(0)), RwSignal::new(String::new()), RwSignal::new(""));
    let name = move || offered.with(|file| file.as_ref().map(File::name).unwrap_or_default());
    let recognised = move |file: &str, config: ViTConfig| {
        heads.set(config.heads);
        side.set(config.image);
        choice.set(Some(normalisation::guess(file, config.pre_norm)));
        activation.set(activation::guess(file, &config));
        wrong.set("");
        found.set(Found::Model(Box::new(config)));
    };
    Effect::new(move |_| {
        let Some(file) = offered.get() else { return };
        found.set(Found::Reading);
        let (asked, name) = (file.clone(), file.name());
        let current = move || offered.with_untracked(|now| now.as_ref() == Some(&asked));
        let request = Request::Models(ModelRequest::Recognise { bytes: Vec::new() });
        link.ask(request, Some(file), move |reply| match reply {
            Reply::Answer(Answer::Recognised(config)) if current() => recognised(&name, *config),
            Reply::Answer(Answer::Refused(reason)) if current() => found.set(Found::Nothing(reason)),
            Reply::Lost { .. } if current() => {
                found.set(Found::Nothing("The engine stopped while it read the file. Drop it again.".into()));
            }
            _ => {}
        });
    });
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let normalisation = match choice.get_untracked() {
            Some(choice) => Ok(CHOICES[choice].1),
            None => normalisation::read(&typed.read_untracked()),
        };
        match (normalisation, offered.get_untracked()) {
            (Ok((mean, std)), Some(file)) => {
                let (heads, image) = (Some(heads.get_untracked()), Some(side.get_untracked()));
                let (mean, std, activation) = (Some(mean), Some(std), Some(activation.get_untracked()));
                let options = LoadOptions { heads, image, mean, std, activation, ..LoadOptions::default() };
                link.choose_file(&file, options);
                offered.set(None);
            }
            (Err(reason), _) => wrong.set(reason),
            _ => {}
        }
    };
    let number = move |words: &'static str, testid: &'static str, value: RwSignal<usize>, step: usize| {
        view! {
            <label class="field">
                {words}
                <input
                    type="number"
                    data-testid=testid
                    required
                    min=step
                    max="4096"
                    step=step
                    prop:value=move || value.get().to_string()
                    on:input:target=move |event| value.set(event.target().value().parse().unwrap_or_default())
                />
            </label>
        }
    };
    let form = move |config: ViTConfig| {
        let ViTConfig { image, patch, dim, depth, activation: found, .. } = config;
        let option = move |(name, of): (&'static str, Activation)| {
            view! { <option value=name selected=move || activation.get() == of>{of.to_string()}</option> }
        };
        let ungated = move |name: String| Activation::UNGATED.into_iter().find(|(known, _)| *known == name);
        view! {
            <p>{format!("A vision transformer: {dim} wide, {depth} deep, patches of {patch} × {patch}, trained at {image} px.")}</p>
            <form on:submit=submit>
                {number("Attention heads (mostly the width over 64)", "own-heads", heads, 1)}
                {number("Side of its input in pixels", "own-side", side, patch)}
                <label class="field" hidden=found.is_gated()>
                    "Its activation"
                    <select
                        data-testid="own-activation"
                        on:change:target=move |event| {
                            if let Some((_, chosen)) = ungated(event.target().value()) {
                                activation.set(chosen);
                            }
                        }
                    >
                        {Activation::UNGATED.map(option).collect_view()}
                    </select>
                </label>
                <label class="field">
                    "Pixels were normalised by"
                    <select
                        data-testid="own-normalisation"
                        prop:value=move || choice.get().map_or_else(String::new, |choice| choice.to_string())
                        on:change:target=move |event| choice.set(event.target().value().parse().ok())
                    >
                        {CHOICES.into_iter().enumerate().map(|(place, (name, _))| view! { <option value=place>{name}</option> }).collect_view()}
                        <option value="">"other numbers"</option>
                    </select>
                </label>
                <label class="field" hidden=move || choice.get().is_some()>
                    "Mean of red, green, blue, then their standard deviations, in 0 to 1"
                    <input
                        type="text"
                        data-testid="own-numbers"
                        prop:value=typed
                        on:input:target=move |event| typed.set(event.target().value())
                    />
                </label>
                <p role="alert">{wrong}</p>
                <button type="submit" class="main" data-testid="own-use">"Use it"</button>
            </form>
        }
    };
    view! {
        <Show when=move || offered.with(Option::is_some)>
            <section class="switching" data-testid="own-file" aria-label="Your own file">
                <p><b>{name}</b></p>
                {move || match found.get() {
                    Found::Reading => view! { <p role="status">"Reading what it holds..."</p> }.into_any(),
                    Found::Nothing(reason) => view! { <p role="alert" data-testid="own-refused">{reason}</p> }.into_any(),
                    Found::Model(config) => form(*config).into_any(),
                }}
                <button type="button" data-testid="own-dismiss" on:click=move |_| offered.set(None)>"Leave it"</button>
            </section>
        </Show>
    }
}
