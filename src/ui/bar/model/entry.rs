//! One model of the list: what it is, what it costs here, and what can be done with it.

use leptos::prelude::*;

use super::estimate::{SLOW, about, seconds};
use super::listing::{State, ago, origin};
use crate::engine::protocol::{Listed, Place};
use crate::ui::address::{Method, Preset};
use crate::ui::link::Link;
use crate::vit::ViTConfig;

/// A model by its name. `lean` chooses the preset Lean.
#[component]
pub fn Entry(link: Link, name: String, method: RwSignal<Method>, lean: Callback<()>) -> impl IntoView {
    let wanted = name.clone();
    let listed =
        Memo::new(move |_| link.models.with(|models| models.iter().find(|listed| listed.name == wanted).cloned()));
    let used = move || link.model.with(|model| model.as_ref().map(|model| model.name.clone()).unwrap_or_default());
    let state = Memo::new(move |_| listed.get().map_or(State::Away, |listed| State::of(&listed, &used())));
    let of = move |words: fn(&Listed) -> String| listed.with(|listed| listed.as_ref().map(words).unwrap_or_default());
    let times = Memo::new(move |_| times(link, &listed.get()?.config, &method.get()));
    let cost = move || {
        let Times { views, now, lean_views, lean } = times.get()?;
        let now = format!("{} an image ({views} views)", about(now));
        Some(if views > lean_views {
            format!("On this device {now}; {} with Lean ({lean_views} views).", about(lean))
        } else {
            format!("On this device {now}.")
        })
    };
    // Its own features take more than a moment, and fewer views are to be had.
    let slow = move || times.get().is_some_and(|times| times.now > SLOW && times.views > times.lean_views);
    let choose = {
        let name = name.clone();
        move |with_lean: bool| {
            if with_lean {
                lean.run(());
            }
            link.choose(name.clone(), None);
        }
    };
    let (choose, choose_lean) = (choose.clone(), choose);
    let action = move || listed.with(|listed| state.get().action(listed.as_ref()?));
    let about_keeping = move || {
        let kept = listed.get()?.kept.filter(|kept| kept.complete)?;
        Some(format!(" Last used {}.", ago(kept.used, js_sys::Date::now())))
    };
    let removable = move || state.get() != State::Used && listed.get().is_some_and(|listed| listed.kept.is_some());
    let licence = move || {
        of(|listed| match &listed.licence[..] {
            "" => String::new(),
            licence => format!("Licence: {licence}. "),
        })
    };
    let (summary, forget) = (name.clone(), name.clone());
    view! {
        <li data-testid="model-entry" data-name=name data-state=move || state.get().key()>
            <details name="models">
                <summary>
                    <b>{summary}</b>
                    " "
                    <small>{move || listed.with(|listed| listed.as_ref().map(|listed| state.get().words(listed)))}</small>
                </summary>
                <p>{move || of(|listed| listed.description.clone())}</p>
                <p class="quiet">{licence}{move || of(origin)}{about_keeping}</p>
                {move || match listed.get()?.place {
                    Place::Elsewhere(address) => Some(view! {
                        <p><a href=address target="_blank" rel="noreferrer">"Where it is published"</a></p>
                    }),
                    _ => None,
                }}
                <p data-testid="model-cost">{cost}</p>
                <div class="row">
                    <button
                        type="button"
                        class="main"
                        data-testid="choose"
                        hidden=move || action().is_none()
                        on:click=move |_| choose(false)
                    >
                        {action}
                    </button>
                    <button
                        type="button"
                        data-testid="choose-lean"
                        hidden=move || action().is_none() || !slow()
                        on:click=move |_| choose_lean(true)
                    >
                        "The same, with Lean"
                    </button>
                    <button
                        type="button"
                        data-testid="forget"
                        hidden=move || !removable()
                        on:click=move |_| link.forget_models(vec![forget.clone()])
                    >
                        "Remove from this browser"
                    </button>
                </div>
            </details>
        </li>
    }
}

/// Views of an image, and about how many seconds it takes on this device: as things are set, and with Lean.
#[derive(Clone, Copy, PartialEq)]
struct Times {
    views: usize,
    now: f64,
    lean_views: usize,
    lean: f64,
}

fn times(link: Link, config: &ViTConfig, method: &Method) -> Option<Times> {
    let (millis, workers) = (link.view_millis.get()?, link.workers.get());
    let loaded = link.model.with(|model| {
        let model = model.as_ref()?;
        let listed = link.models.with(|models| models.iter().find(|listed| listed.name == model.name).cloned())?;
        Some(ViTConfig { image: model.image, ..listed.config })
    })?;
    let cost = |method: &Method| {
        let settings = method.settings();
        (settings.views(config.image), seconds(config, &settings, &loaded, millis, workers))
    };
    let ((views, now), (lean_views, lean)) = (cost(method), cost(&Preset::Lean.method(method)));
    Some(Times { views, now, lean_views, lean })
}
