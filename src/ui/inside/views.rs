//! The views as small pictures, each with its loss and the length of its gradient. One of them takes the Tab key's focus;
//! arrow keys go from one to the next.

use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::InsideState;
use super::pointing::follow;
use super::words;
use crate::fungi::Gradient;
use crate::ui::numbers::fixed;

/// All views of a gradient.
#[component]
pub fn Views(state: InsideState, gradient: Arc<Gradient>) -> impl IntoView {
    let list = NodeRef::<html::Ul>::new();
    let count = gradient.regions.len();
    let steer = move |event: web_sys::KeyboardEvent| {
        let Some(list) = list.get_untracked() else { return };
        let items = items(&list);
        let from = state.chosen.get_untracked().unwrap_or(0);
        if let Some(goal) = follow(&event.key(), from, count, columns(&items)) {
            event.prevent_default();
            // The focus chooses.
            let _ = items[goal].focus();
        }
    };
    let view = {
        let gradient = gradient.clone();
        move |view: usize| view! { <View state gradient=gradient.clone() view /> }
    };
    let label = format!("{}, {count}", gradient.views.kinds().1);
    view! {
        <ul
            node_ref=list
            class="inside-views"
            role="listbox"
            aria-label=label
            data-testid="inside-views"
            on:keydown=steer
            on:pointerleave=move |_| state.pointed.set(None)
        >
            {(0..count).map(view).collect_view()}
        </ul>
    }
}

/// One view.
#[component]
fn View(state: InsideState, gradient: Arc<Gradient>, view: usize) -> impl IntoView {
    let canvas = NodeRef::<html::Canvas>::new();
    let (views, region) = (gradient.views, gradient.regions[view]);
    Effect::new(move |_| {
        if let (Some(canvas), Some(cutter)) = (canvas.get(), state.cutter.get()) {
            cutter.draw(&canvas, views, region);
        }
    });
    let (loss, length) = (f64::from(gradient.losses[view]), gradient.lengths[view]);
    let most_loss = gradient.losses.iter().fold(0.0_f64, |most, loss| most.max(f64::from(loss.abs())));
    let most_length = gradient.lengths.iter().fold(0.0_f64, |most, length| most.max(*length));
    let chosen = move || state.chosen.get() == Some(view);
    let has_focus = move || state.chosen.get().unwrap_or(0) == view;
    view! {
        <li
            role="option"
            class:marked=move || state.marked() == Some(view)
            data-testid="inside-view"
            data-loss=words::number(loss)
            data-length=words::number(length)
            aria-selected=move || if chosen() { "true" } else { "false" }
            tabindex=move || if has_focus() { "0" } else { "-1" }
            on:focus=move |_| state.chosen.set(Some(view))
            on:pointerenter=move |_| state.pointed.set(Some(view))
        >
            <canvas node_ref=canvas aria-hidden="true"></canvas>
            <b>{words::name(&gradient, view)}" "</b>
            <Measure words="loss" number=loss most=most_loss />
            <Measure words="gradient" number=length most=most_length />
            <span class="unseen">{words::place(region)}</span>
        </li>
    }
}

/// A number, and a bar that compares it with the largest.
#[component]
fn Measure(words: &'static str, number: f64, most: f64) -> impl IntoView {
    let share = if most > 0.0 { number.abs() / most } else { 0.0 };
    view! {
        <span>{words}" "{words::number(number)}" "</span>
        <span class="meter" aria-hidden="true"><span style:transform=format!("scaleX({})", fixed(share, 3))></span></span>
    }
}

fn items(list: &web_sys::Element) -> Vec<HtmlElement> {
    let Ok(found) = list.query_selector_all("[role=option]") else { return Vec::new() };
    (0..found.length()).filter_map(|i| found.get(i)?.dyn_into().ok()).collect()
}

/// How many stand in the first row.
fn columns(items: &[HtmlElement]) -> usize {
    let top = items.first().map(HtmlElement::offset_top);
    items.iter().take_while(|item| Some(item.offset_top()) == top).count().max(1)
}
