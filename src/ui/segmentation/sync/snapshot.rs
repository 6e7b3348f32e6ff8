//! Reads from the signals what the plan needs.

use leptos::prelude::*;

use super::shown::{Shown, ShownPhoto};
use crate::ui::segmentation::state::{SegmentationState, TabPhoto};

/// What is shown now; an effect that calls it runs again with every change.
pub(super) fn shown(state: SegmentationState) -> Shown {
    let settings = state.settings.get();
    Shown {
        support: state.support.with(|all| all.iter().map(photo).collect()),
        query: state.query.with(|query| query.as_ref().map(photo)),
        spare: state.former.with(|all| all.iter().rev().take(state.spare()).map(|photo| photo.id).collect()),
        side: settings.side,
        propagation: settings.vote.propagation(),
        session: state.link.session.get(),
        edits: state.edits.get(),
    }
}

fn photo(photo: &TabPhoto) -> ShownPhoto {
    let (revision, labelled) = photo.layer.with(|layer| (layer.revision(), layer.is_labelled()));
    ShownPhoto {
        id: photo.id,
        refused: photo.open_error.with(Option::is_some),
        revision,
        labelled,
        truth: photo.truth.get(),
        mask_file: photo.mask_file.with(|mask| mask.file.is_some().then_some(mask.number)),
    }
}
