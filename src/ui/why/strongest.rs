//! The strongest pairs of views, as pictures cut from the two images.

use leptos::prelude::*;

use super::WhyState;
use super::facet::{Facet, Strong};
use super::mark::Mark;
use super::words;
use crate::fungi::{Factor, Region};
use crate::gallery::Id;
use crate::ui::numbers::fixed;

/// A list of pairs; who points at one, or reaches it by the keyboard, sees where its views lie.
#[component]
pub fn Strongest(state: WhyState) -> impl IntoView {
    let gallery = state.gallery;
    let looked = Memo::new(move |_| {
        state.answer.track();
        gallery.looked.get().map(|looked| [looked.first, looked.second])
    });
    let sources = Memo::new(move |_| looked.get().map(|ids| ids.map(|id: Id| gallery.full_size(id))));
    let source = move |image: usize| {
        let thumbnail = || Some(gallery.shown(looked.get()?[image])?.get().thumbnail?.get());
        sources.with(|sources| sources.as_ref()?[image].as_ref().map(|url| url.get())).or_else(thumbnail)
    };
    let cut = move |image: usize, region: Region| {
        // Percent: the browser stretches the picture so that the region fills its square, as the model sees it.
        let percent = |share: f32| format!("{}%", fixed(100.0 * f64::from(share), 2));
        view! {
            <span class="cut">
                <img
                    src=move || source(image)
                    alt=""
                    style:width=percent(1.0 / region.width)
                    style:height=percent(1.0 / region.height)
                    style:left=percent(-region.left / region.width)
                    style:top=percent(-region.top / region.height)
                />
            </span>
        }
    };
    let row = move |(place, strong): (usize, Strong)| {
        let share = words::signed_percent(strong.share);
        let names = strong.names.join(" · ");
        let factor = strong.factor().map(|factor| match factor {
            Factor::Content => "by what they show",
            Factor::Direction => "by the way of the loss",
        });
        let part = move || (state.facet.get() == Facet::Sum).then(|| view! { <span>{strong.part.name()}</span> });
        let marked = move || state.mark.get() == Some(Mark::Pair(place));
        let mark = move |on: bool| state.mark.set(on.then_some(Mark::Pair(place)));
        view! {
            <li>
                <button
                    type="button"
                    class="strong"
                    class:marked=marked
                    data-testid="why-pair"
                    data-first=strong.names[0].clone()
                    data-second=strong.names[1].clone()
                    data-part=strong.part.key()
                    data-value=fixed(f64::from(strong.pair.value), 6)
                    aria-pressed=move || if marked() { "true" } else { "false" }
                    on:pointerenter=move |_| mark(true)
                    on:pointerleave=move |_| mark(false)
                    on:focus=move |_| mark(true)
                    on:blur=move |_| mark(false)
                    on:click=move |_| mark(true)
                >
                    <span class="cuts">{cut(0, strong.regions[0])}{cut(1, strong.regions[1])}</span>
                    <span class="strong-words">
                        <b>{share}</b>
                        {part}
                        <span class="quiet">{names}</span>
                        {factor.map(|factor| view! { <span class="quiet">{factor}</span> })}
                        <span class="unseen">{words::factors(&strong.pair)}</span>
                    </span>
                </button>
            </li>
        }
    };
    view! {
        <section id="why-pairs" role="tabpanel" aria-labelledby=move || format!("why-{}", state.facet.get().key())>
            <h3>"The strongest pairs of views"</h3>
            <ol class="strongest" data-testid="why-pairs">{move || state.strongest.get().into_iter().enumerate().map(row).collect_view()}</ol>
        </section>
    }
}
