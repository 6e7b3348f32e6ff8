//! Messages between the page and its worker.

use mycoscope::engine::protocol::{Answer, Event, Message, Request, SegmentRequest};
use mycoscope::segmentation::{Mask, MaskPalette, MaskSet, png};
use serde::{Serialize, de::DeserializeOwned};

/// Reads a message of either side, and looks at the masks in it as their receivers do.
pub fn run(bytes: &[u8]) -> bool {
    let request: Option<Message<Request>> = read(bytes);
    let event: Option<Message<Event>> = read(bytes);
    let accepted = request.is_some() || event.is_some();
    match request.map(|message| message.body) {
        Some(Request::Segment(SegmentRequest::Paint { mask, .. })) => labels(&mask, &[]),
        Some(Request::Segment(SegmentRequest::Truth { mask: Some(mask), .. })) => labels(&mask, &[]),
        Some(Request::Segment(SegmentRequest::WriteMask { mask, palette })) => labels(&mask, &palette),
        Some(Request::Configure { settings, .. } | Request::Start { settings, .. }) => drop(settings.check(64)),
        _ => {}
    }
    if let Some(Event::Answer(Answer::MaskRead(mask))) = event.map(|message| message.body)
        && let Ok(palette) = MaskPalette::of(&MaskSet::of(&mask))
    {
        palette.labels(&mask).expect("the palette was made from this mask");
    }
    accepted
}

/// What can be read can be written, to bytes that say the same.
fn read<T: Serialize + DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    let message: T = postcard::from_bytes(bytes).ok()?;
    let written = postcard::to_allocvec(&message).expect("what was read can be written");
    let again: T = postcard::from_bytes(&written).expect("what was written can be read");
    // As bytes, since a NaN does not equal itself.
    assert_eq!(postcard::to_allocvec(&again).ok(), Some(written), "the same message again");
    Some(message)
}

fn labels(mask: &Mask, palette: &[[u8; 3]]) {
    if mask.check().is_ok() {
        assert!(mask.resized(7, 5).check().is_ok(), "resized, it has a label for each pixel");
        png::write(mask, palette).expect("a mask with a label for each pixel can be written");
    }
}
