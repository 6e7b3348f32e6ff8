//! Which images are marked as selected: one signal per image, so that a change touches only the elements of those that
//! changed.

use std::collections::HashMap;

use leptos::prelude::*;

use super::selection::Selected;
use crate::gallery::Id;

/// The images' marks.
#[derive(Clone, Copy)]
pub struct Marks {
    selected: RwSignal<Selected>,
    signals: StoredValue<HashMap<Id, ArcRwSignal<bool>>>,
}

impl Marks {
    /// Follows the selection.
    pub fn follow(selected: RwSignal<Selected>) -> Self {
        let signals = StoredValue::new(HashMap::<Id, ArcRwSignal<bool>>::new());
        Effect::new(move |before: Option<Selected>| {
            let now = selected.get();
            let before = before.unwrap_or_default();
            let changed = signals.with_value(|signals| {
                let changed = before.symmetric_difference(&now).filter_map(|id| Some((*id, signals.get(id)?.clone())));
                changed.collect::<Vec<_>>()
            });
            changed.into_iter().for_each(|(id, signal)| signal.set(now.contains(&id)));
            now
        });
        Self { selected, signals }
    }

    /// Whether an image is selected; for as long as the present owner lives.
    pub fn of(&self, id: Id) -> ArcRwSignal<bool> {
        let signal = ArcRwSignal::new(self.selected.with_untracked(|selected| selected.contains(&id)));
        let signals = self.signals;
        signals.update_value(|signals| {
            signals.insert(id, signal.clone());
        });
        on_cleanup(move || {
            // The grid itself may have gone before.
            let _ = signals.try_update_value(|signals| signals.remove(&id));
        });
        signal
    }
}
