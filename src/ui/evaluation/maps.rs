//! The map of the gallery within the tab: by the two sets that are compared, with the votes by each.

use std::sync::Arc;

use leptos::prelude::*;

use super::EvaluationState;
use super::lines::Key;
use super::map::{Map, MapState, Votes, first_sets};
use crate::fungi::PartMap;
use crate::retrieval::FeatureSet;

/// Both maps.
#[component]
pub fn Maps(state: EvaluationState) -> impl IntoView {
    let gallery = state.gallery;
    // The parts that every image has: while gradients arrive, sets that are made of them wait.
    let parts = Memo::new(move |_| {
        gallery.with_features(|gallery| {
            let mut all = gallery.computed().map(|(_, features)| PartMap::from_fn(|part| features.get(part).is_some()));
            all.next().map(|first| all.fold(first, |parts, has| PartMap::from_fn(|part| parts[part] && has[part])))
        })
    });
    let sets = Memo::new(move |_| {
        let Some(parts) = parts.get() else { return Vec::new() };
        FeatureSet::standard(|part| parts[part]).into_iter().chain(state.own(&parts)).collect::<Vec<_>>()
    });
    let shown = first_sets(&[]).map(RwSignal::new);
    Effect::new(move |_| {
        // While an evaluation goes on, the best set changes often: the maps stay as they are.
        let pair = if state.progress.with(Option::is_none) { state.chosen_pair() } else { None };
        let wanted = sets.with(|sets| {
            let of = |key: &Key| sets.iter().find(|set| Key::of(set) == *key).cloned();
            match pair {
                Some(pair) => pair.map(|key| of(&key)),
                None if sets.iter().any(|set| *set == shown[1].get_untracked()) => [None, None],
                None => first_sets(sets).map(Some),
            }
        });
        for (set, wanted) in shown.into_iter().zip(wanted) {
            if let Some(wanted) = wanted
                && set.with_untracked(|set| *set != wanted)
            {
                set.set(wanted);
            }
        }
    });
    let votes = shown.map(|set| Signal::from(Memo::new(move |_| Arc::new(votes(state, &set.get())))));
    let map = MapState::new(gallery, state.analysis.another("The map"), shown, votes, state.looked_at);
    let choose = Callback::new(move |(which, set): (usize, FeatureSet)| {
        state.pair.update(|pair| pair[which] = Some(Key::of(&set)));
        shown[which].set(set);
    });
    view! { <Map state=map sets=sets.into() choose open=state.visit /> }
}

/// What neighbours by a set vote for, if it is one of the two that are compared.
fn votes(state: EvaluationState, set: &FeatureSet) -> Votes {
    state.compared.with(|compared| {
        let Some(compared) = compared else { return Votes::new() };
        let Some(which) = compared.keys.iter().position(|key| *key == Key::of(set)) else { return Votes::new() };
        let name = |class: u32| compared.names.names.get(class as usize).cloned();
        let votes = compared.ids.iter().zip(&compared.votes[which]);
        votes.filter_map(|(&id, &vote)| Some((id, name(vote?)?))).collect()
    })
}
