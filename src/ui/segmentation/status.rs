//! Where the maps are, in a sentence that screen readers hear; and what went wrong.

use leptos::prelude::*;

use super::picture::Picture;
use super::sheet::Sheet;
use super::talk::Asked;
use crate::engine::SegmentStep;
use crate::ui::components::page;
use crate::ui::numbers::fixed;
use crate::ui::state::{Page, Phase};

/// The sentence.
#[component]
pub fn Status() -> impl IntoView {
    let page = page();
    let studio = page.studio;
    let busy = move || studio.unsaid.get() || studio.asked.with(|all| !all.is_empty());
    view! {
        <p
            class="quiet seg-status"
            role="status"
            data-testid="seg-status"
            data-busy=Signal::derive(move || if busy() { "true" } else { "false" })
            hidden=Signal::derive(move || studio.is_empty())
        >
            {Memo::new(move |_| sentence(page))}
        </p>
        {move || studio.problem.get().map(|reason| view! { <p class="failure" role="alert" data-testid="seg-error">{reason}</p> })}
    }
}

fn sentence(page: Page) -> String {
    let studio = page.studio;
    if !matches!(page.phase.get(), Phase::Ready) {
        return "Waiting for the engine.".into();
    }
    if let Some((step, done, total)) = studio.step.get() {
        let what = match step {
            SegmentStep::Gradients => "Computing the patches\u{2019} gradients",
        };
        return format!("{what}: photo {} of {total}.", (done + 1).min(total));
    }
    let opening = studio.asked.with(|all| all.iter().filter(|asked| matches!(asked, Asked::Open(_))).count());
    match opening {
        0 => {}
        1 => return "Reading the patches of 1 photo.".into(),
        n => return format!("Reading the patches of {n} photos."),
    }
    if studio.asked.with(|all| all.iter().any(|asked| matches!(asked, Asked::Maps(_)))) {
        return "Drawing the maps.".into();
    }
    if studio.support.with(|all| !all.iter().any(|Picture { sheet, .. }| sheet.with(Sheet::is_labelled))) {
        return "Paint a stroke of each class on a support photo.".into();
    }
    match studio.present_maps() {
        None if studio.query.with(Option::is_none) => "Choose a query.".into(),
        None => "No map yet.".into(),
        Some(maps) => format!(
            "Maps by {} painted patches of {} {}: {} neighbours, temperature {}. The last maps took {} ms.",
            maps.bank,
            maps.images,
            if maps.images == 1 { "photo" } else { "photos" },
            maps.neighbours,
            fixed(f64::from(maps.temperature), 3).trim_end_matches('0'),
            fixed(maps.propagation_millis + maps.gradients_millis, 0),
        ),
    }
}
