//! What the tab and the engine say to each other.
//!
//! [`sync`] compares what is shown with what the engine has, and asks for the difference; it may be called at any time.
//! The engine answers requests in order, each once, so a queue of questions tells what an answer is about. At most one
//! propagation is asked for at a time: strokes that come meanwhile are asked for when it is done.

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use web_sys::File;

use super::choices::Choices;
use super::look::unlook;
use super::picture::Picture;
use super::sheet::Sheet;
use crate::engine::SegmentRequest;
use crate::segmentation::Mask;
use crate::ui::conduct;
use crate::ui::state::Page;

/// After a stroke, so long a pause before the engine hears of it: another may follow.
const PAUSE: Duration = Duration::from_millis(100);
/// Breakdowns in a row after which the engine is not asked again by itself.
const PATIENCE: u32 = 2;

/// A question that the engine has not answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// To open a photo.
    Open(u32),
    /// To drop one.
    Forget,
    /// Which photos are the support.
    Support,
    /// To take labels.
    Paint,
    /// For maps, by ticket.
    Maps(u32),
    /// For a patch's resemblance.
    Look,
    /// To read a mask for a photo.
    Read(u32),
    /// To write a mask: the file's name.
    Write(String),
    /// For the drawn scenes.
    Scenes,
}

/// All that maps depend on.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    query: u32,
    support: Vec<(u32, u32)>,
    choices: Choices,
    truth: usize,
    generation: u32,
}

pub(super) fn ask(page: Page, request: SegmentRequest, file: Option<&File>, asked: Asked) -> bool {
    let sent = conduct::segment(page, request, file);
    if sent {
        page.studio.asked.update(|all| all.push_back(asked));
    }
    sent
}

/// [`sync`] after a short pause, begun anew with every call.
pub fn soon(page: Page) {
    page.studio.back.update_value(|back| {
        if let Some(timer) = back.timer.take() {
            timer.clear();
        }
        back.breakdowns = 0;
        back.timer = set_timeout_with_handle(move || sync(page), PAUSE).ok();
    });
    page.studio.unsaid.set(true);
}

/// Asks the engine for whatever it lacks.
pub fn sync(page: Page) {
    let studio = page.studio;
    if studio.unsaid.get_untracked() {
        studio.unsaid.set(false);
    }
    if studio.back.with_value(|back| back.breakdowns >= PATIENCE) {
        return;
    }
    let side = studio.choices.with_untracked(|choices| choices.side);
    let pictures = studio.pictures();
    for picture in pictures.iter().filter(|picture| picture.failure.with_untracked(Option::is_none)) {
        let file = studio.back.with_value(|back| {
            (!back.sent.contains(&picture.id)).then(|| back.files.get(&picture.id).cloned()).flatten()
        });
        let request = SegmentRequest::Open { id: picture.id, bytes: Vec::new(), side };
        if let Some(file) = file
            && ask(page, request, Some(&file), Asked::Open(picture.id))
        {
            studio.back.update_value(|back| {
                back.sent.insert(picture.id);
            });
        }
    }
    let open = |picture: &Picture| studio.back.with_value(|back| back.open.contains(&picture.id));
    // A map by part of the support would be replaced at once: wait for all of it.
    if pictures.iter().any(|picture| !open(picture) && picture.failure.with_untracked(Option::is_none)) {
        return;
    }
    let support: Vec<Picture> = studio.support.get_untracked().into_iter().filter(|picture| open(picture)).collect();
    tell_support(page, &support);
    for picture in &support {
        tell_labels(page, picture);
    }
    tell_query(page, &support);
}

fn tell_support(page: Page, support: &[Picture]) {
    let ids: Vec<u32> = support.iter().map(|picture| picture.id).collect();
    if page.studio.back.with_value(|back| back.supported != ids)
        && ask(page, SegmentRequest::Support { ids: ids.clone() }, None, Asked::Support)
    {
        page.studio.back.update_value(|back| back.supported = ids);
    }
}

fn tell_labels(page: Page, picture: &Picture) {
    let revision = picture.sheet.with_untracked(Sheet::revision);
    let painted = page.studio.back.with_value(|back| back.painted.get(&picture.id).copied());
    if painted == Some(revision) || (painted.is_none() && !picture.is_labelled()) {
        return;
    }
    let mask = picture.sheet.with_untracked(Sheet::settled);
    if ask(page, SegmentRequest::Paint { id: picture.id, mask }, None, Asked::Paint) {
        page.studio.back.update_value(|back| {
            back.painted.insert(picture.id, revision);
        });
    }
}

fn tell_query(page: Page, support: &[Picture]) {
    let studio = page.studio;
    let Some(query) = studio.query.get_untracked().filter(|query| query.failure.with_untracked(Option::is_none)) else {
        return;
    };
    if !support.iter().any(Picture::is_labelled) {
        studio.maps.set(None);
        studio.back.update_value(|back| back.wanted = None);
        return;
    }
    let truth = query.truth.get_untracked();
    let choices = studio.choices.get_untracked();
    let settings = choices.vote.settings();
    let wanted = Wanted {
        query: query.id,
        support: support.iter().map(|picture| (picture.id, picture.sheet.with_untracked(Sheet::revision))).collect(),
        choices,
        truth: truth.as_ref().map_or(0, |truth| Arc::as_ptr(truth) as usize),
        generation: page.generation.get_untracked(),
    };
    let known = studio.back.with_value(|back| back.wanted.as_ref() == Some(&wanted));
    let busy = studio.asked.with_untracked(|all| all.iter().any(|asked| matches!(asked, Asked::Maps(_))));
    if known || busy {
        return;
    }
    let ticket = studio
        .back
        .try_update_value(|back| {
            back.ticket += 1;
            back.ticket
        })
        .unwrap_or_default();
    let truth = truth.map(|truth| Mask::clone(&truth));
    if ask(page, SegmentRequest::Propagate { id: query.id, ticket, settings, truth }, None, Asked::Maps(ticket)) {
        studio.back.update_value(|back| back.wanted = Some(wanted));
    }
}

/// Drops a photo that is shown no longer.
pub fn forget(page: Page, id: u32) {
    let sent = page.studio.back.try_update_value(|back| {
        back.open.remove(&id);
        back.painted.remove(&id);
        back.supported.retain(|&other| other != id);
        back.sent.remove(&id)
    });
    if sent == Some(true) {
        ask(page, SegmentRequest::Forget { id }, None, Asked::Forget);
    }
}

/// Another size of input: every photo has to be opened anew.
pub fn reopen(page: Page) {
    page.studio.back.update_value(|back| {
        back.sent.clear();
        back.open.clear();
        back.painted.clear();
        back.breakdowns = 0;
    });
    page.studio.pictures().iter().for_each(|picture| picture.failure.set(None));
    unlook(page);
    sync(page);
}

/// Reads a mask for a photo.
pub fn read_mask(page: Page, picture: &Picture, file: &File) {
    picture.refusal.set(None);
    let request = SegmentRequest::ReadMask { id: picture.id, bytes: Vec::new() };
    if !ask(page, request, Some(file), Asked::Read(picture.id)) {
        picture.refusal.set(Some("The engine is not ready yet. Load the mask once it is.".into()));
    }
}

/// Writes labels as an indexed PNG, to be saved under that name.
pub fn write_mask(page: Page, mask: Mask, name: String) {
    let palette = page.studio.palette().to_vec();
    ask(page, SegmentRequest::WriteMask { ticket: 0, mask, palette }, None, Asked::Write(name));
}

/// Asks for the drawn scenes.
pub fn ask_scenes(page: Page) {
    if !page.studio.asked.with_untracked(|all| all.contains(&Asked::Scenes)) {
        page.studio.problem.set(None);
        if !ask(page, SegmentRequest::Scenes { seed: 0 }, None, Asked::Scenes) {
            page.studio.problem.set(Some("The engine is not ready yet. Try again once it is.".into()));
        }
    }
}

/// The engine is ready, for the first time or again.
pub fn ready(page: Page) {
    // Settings may be others than before.
    page.studio.back.update_value(|back| back.wanted = None);
    sync(page);
}

/// The engine is gone, with all that it had. What is painted is here.
pub fn lost(page: Page) {
    let studio = page.studio;
    let asked = studio.asked.try_update(std::mem::take).unwrap_or_default();
    studio.step.set(None);
    unlook(page);
    let given_up = studio.back.try_update_value(|back| {
        back.breakdowns += u32::from(!asked.is_empty());
        back.sent.clear();
        back.open.clear();
        back.painted.clear();
        back.supported.clear();
        back.wanted = None;
        back.breakdowns >= PATIENCE
    });
    if given_up == Some(true) {
        studio.problem.set(Some(
            "The engine broke down over these photos, twice. Choose a smaller input side, or paint on to try again."
                .into(),
        ));
    }
    for asked in asked {
        // A mask that came along is read again with its photo.
        if let Asked::Read(id) = asked
            && !studio.back.with_value(|back| back.masks.contains_key(&id))
            && let Some(picture) = studio.find(id)
        {
            picture.refusal.set(Some("The engine broke down before it had read the mask. Load it again.".into()));
        }
    }
}
