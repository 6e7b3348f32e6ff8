//! The main area: one tab for each way of looking at the gallery.

use leptos::prelude::*;

use super::analysis::Analysis;
use super::archive::Archives;
use super::evaluation::{Evaluation, EvaluationState};
use super::focus::{focus, next_tab};
use super::gallery::GalleryState;
use super::neighbours::{Neighbours, NeighboursState};
use super::segmentation::{Segmentation, SegmentationState};

/// A way of looking at the gallery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tab {
    Neighbours,
    Segmentation,
    Evaluation,
}

impl Tab {
    const ALL: [Self; 3] = [Self::Neighbours, Self::Segmentation, Self::Evaluation];

    const fn name(self) -> &'static str {
        match self {
            Self::Neighbours => "Neighbours",
            Self::Segmentation => "Segmentation",
            Self::Evaluation => "Evaluation",
        }
    }

    /// Its panel's id.
    const fn id(self) -> &'static str {
        match self {
            Self::Neighbours => "neighbours",
            Self::Segmentation => "segmentation",
            Self::Evaluation => "evaluation",
        }
    }

    fn focus(self) {
        focus(&format!("#tab-{}", self.id()));
    }
}

/// The tabs and the chosen one's panel. Panels stay in the page, hidden, so that nothing in them is lost.
#[component]
pub fn Tabs(
    gallery: GalleryState,
    neighbours: NeighboursState,
    segmentation: SegmentationState,
    analysis: Analysis,
    archives: Archives,
) -> impl IntoView {
    let chosen = RwSignal::new(Tab::Neighbours);
    let visit = Callback::new(move |id| {
        gallery.select(id);
        chosen.set(Tab::Neighbours);
        Tab::Neighbours.focus();
    });
    let looked_at = Signal::derive(move || chosen.get() == Tab::Evaluation);
    let as_ranked = (neighbours.k, neighbours.weights, neighbours.centred);
    let evaluation = EvaluationState::new(gallery, analysis, as_ranked, looked_at, visit);
    let steer = move |event: web_sys::KeyboardEvent| {
        let place = Tab::ALL.iter().position(|&tab| tab == chosen.get_untracked()).unwrap_or(0);
        if let Some(goal) = next_tab(&event.key(), place, Tab::ALL.len()) {
            chosen.set(Tab::ALL[goal]);
            Tab::ALL[goal].focus();
        }
    };
    let tab = move |tab: Tab| {
        let selected = move || chosen.get() == tab;
        view! {
            <button
                type="button"
                role="tab"
                id=format!("tab-{}", tab.id())
                data-testid=format!("tab-{}", tab.id())
                aria-controls=format!("panel-{}", tab.id())
                aria-selected=move || if selected() { "true" } else { "false" }
                tabindex=move || if selected() { "0" } else { "-1" }
                on:click=move |_| chosen.set(tab)
            >
                {tab.name()}
            </button>
        }
    };
    let panel = move |tab: Tab| {
        let inside = match tab {
            Tab::Neighbours => view! { <Neighbours state=neighbours /> }.into_any(),
            Tab::Segmentation => view! { <Segmentation state=segmentation /> }.into_any(),
            Tab::Evaluation => view! { <Evaluation state=evaluation archives /> }.into_any(),
        };
        view! {
            <section
                role="tabpanel"
                id=format!("panel-{}", tab.id())
                aria-labelledby=format!("tab-{}", tab.id())
                hidden=move || chosen.get() != tab
            >
                {inside}
            </section>
        }
    };
    view! {
        <main id="main" tabindex="-1">
            <div class="tabs" role="tablist" aria-label="Views" on:keydown=steer>
                {Tab::ALL.map(tab).collect_view()}
            </div>
            {Tab::ALL.map(panel).collect_view()}
        </main>
    }
}
