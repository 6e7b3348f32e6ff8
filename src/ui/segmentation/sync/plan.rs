//! The difference between what is shown and what the engine has.

use super::known::Known;
use super::shown::Shown;
use super::step::Step;

/// What has to be sent now, in this order. Photos are opened first, and their masks read; labels and the request for
/// maps wait until all are there, since maps from part of the support would be replaced at once. At most one
/// propagation is requested at a time: strokes made meanwhile go into the next.
pub fn plan(shown: &Shown, known: &Known) -> Vec<Step> {
    if known.gave_up(shown.edits) {
        return Vec::new();
    }
    let mut steps = forget(shown, known);
    steps.extend(open(shown, known));
    steps.extend(read_masks(shown, known));
    if shown.usable().all(|photo| known.is_open_at(photo.id, shown.side) && photo.mask_file.is_none()) {
        steps.extend(tell_support(shown, known));
        steps.extend(ask_for_maps(shown, known));
    }
    steps
}

fn forget(shown: &Shown, known: &Known) -> Vec<Step> {
    let is_shown = |id: u32| shown.support.iter().chain(&shown.query).any(|photo| photo.id == id);
    let is_spared = |id: u32| shown.spare.contains(&id) && known.is_open_at(id, shown.side);
    known.photos.keys().filter(|&&id| !is_shown(id) && !is_spared(id)).map(|&id| Step::Forget(id)).collect()
}

fn open(shown: &Shown, known: &Known) -> Vec<Step> {
    let is_known = |id: u32| known.photos.get(&id).is_some_and(|photo| photo.side == shown.side);
    let missing = shown.usable().filter(|photo| !is_known(photo.id));
    missing.map(|photo| Step::Open { id: photo.id, side: shown.side }).collect()
}

fn read_masks(shown: &Shown, known: &Known) -> Vec<Step> {
    let open = shown.usable().filter(|photo| known.is_open_at(photo.id, shown.side));
    let unread = open.filter_map(|photo| {
        let number = photo.mask_file?;
        (known.photos.get(&photo.id)?.mask_file != Some(number)).then_some(Step::ReadMask { id: photo.id, number })
    });
    unread.collect()
}

fn tell_support(shown: &Shown, known: &Known) -> Vec<Step> {
    let ids: Vec<u32> = shown.usable_support().map(|photo| photo.id).collect();
    let mut steps = Vec::new();
    if known.support != ids {
        steps.push(Step::Support(ids));
    }
    for photo in shown.usable_support() {
        let told = known.photos.get(&photo.id).and_then(|photo| photo.labels);
        // A photo that was just opened has no labels.
        if told != Some(photo.revision) && (told.is_some() || photo.labelled) {
            steps.push(Step::Labels { id: photo.id, revision: photo.revision });
        }
    }
    steps
}

fn ask_for_maps(shown: &Shown, known: &Known) -> Vec<Step> {
    let (Some(wanted), Some(query)) = (shown.wanted(), &shown.query) else { return Vec::new() };
    let mut steps = Vec::new();
    if known.photos.get(&query.id).is_some_and(|photo| photo.truth != query.truth) {
        steps.push(Step::Truth { id: query.id, mask: query.truth.clone() });
    }
    if !known.is_propagating() && !known.has_maps(&wanted) {
        steps.push(Step::Maps(wanted));
    }
    steps
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
