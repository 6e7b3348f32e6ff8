//! Both maps with all that belongs to them.

use leptos::prelude::*;

use super::groups::MarkedBy;
use super::legend::Legend;
use super::panel::Panel;
use super::state::MapState;
use super::table::Table;
use super::theme::follow_colours;
use super::thumbnails::Thumbnails;
use super::tools::{Selection, Tools};
use crate::gallery::Id;
use crate::retrieval::{FeatureSet, MapMethod};

/// Two maps of the gallery, side by side.
#[component]
pub fn Map(
    /// The maps' state.
    state: MapState,
    /// The feature sets to choose from.
    sets: Signal<Vec<FeatureSet>>,
    /// Chooses one for a map.
    choose: Callback<(usize, FeatureSet)>,
    /// Shows an image's neighbours.
    open: Callback<Id>,
) -> impl IntoView {
    let colours = follow_colours();
    let thumbnails = Thumbnails::new(state.gallery);
    let about = move || match state.method.get() {
        MapMethod::Pca => {
            "The two directions in which the features vary most. What is close here need not be close in all of them."
        }
        MapMethod::Tsne => {
            "t-SNE keeps neighbours together. How far apart groups lie, and how large they are, means little."
        }
    };
    view! {
        <section class="maps-area" aria-labelledby="map-heading" data-testid="map">
            <h2 id="map-heading">"Map of the gallery"</h2>
            <p class="quiet map-about">
                {about}
                " Draw around images with the lasso, or with Shift held, to select them; a double click makes an image the query."
            </p>
            <Tools state />
            <Selection state />
            <div class="maps">
                {state.sides.map(|side| view! { <Panel state side sets choose colours thumbnails /> }).collect_view()}
            </div>
            <div class="maps">
                <Legend state side=state.sides[0] colours />
                // By label, both maps have one legend.
                <div hidden=move || state.marked_by.get() == MarkedBy::Label>
                    <Legend state side=state.sides[1] colours />
                </div>
            </div>
            <Table state open />
            <p class="unseen" role="status" data-testid="map-announcement">{state.announcement}</p>
        </section>
    }
}
