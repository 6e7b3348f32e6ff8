//! Moves the focus within the gallery.

use leptos::prelude::*;

use super::GalleryState;
use crate::ui::focus::focus;

/// To the image that arrow keys are on, once it is drawn; to the undo button where there is none.
pub fn focus_active(state: GalleryState) {
    request_animation_frame(move || {
        let target = match state.active.get_untracked() {
            Some(id) => format!(".cell[data-key=\"{id}\"] .pick"),
            None => "[data-testid=undo]".to_owned(),
        };
        focus(&target);
    });
}
