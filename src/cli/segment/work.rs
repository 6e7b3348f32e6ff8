//! The engine's segmentation, asked directly.

use crate::engine::segment::Segmenter;
use crate::engine::{SegmentEvent, SegmentRequest};
use crate::fungi::Extractor;
use crate::image::Rgb;

/// The engine's segmentation with what it works on.
pub(super) struct Work<'a> {
    /// Model and device.
    pub extractor: &'a Extractor,
    /// What it keeps of the photos.
    pub segmenter: Segmenter,
    /// Side in pixels that photos are resized to.
    pub side: usize,
}

impl Work<'_> {
    /// Opens a photo; tells how long its tokens took.
    pub(super) fn open(&mut self, id: u32, picture: &Rgb) -> Result<f64, String> {
        let opening = self.segmenter.open(self.extractor, id, picture, Some(self.side), 0.0);
        match pollster::block_on(opening).map_err(|error| error.to_string())? {
            SegmentEvent::Opened { millis, .. } => Ok(millis.tokens),
            _ => Ok(0.0),
        }
    }

    pub(super) fn forget(&mut self, id: u32) {
        // Forgetting is never refused.
        let _ = self.ask(SegmentRequest::Forget { id });
    }

    /// The answer that ends a request, or the sentence of its refusal.
    pub(super) fn ask(&mut self, request: SegmentRequest) -> Result<SegmentEvent, String> {
        let mut last = None;
        let mut say = |event| last = Some(event);
        let asked = self.segmenter.handle(self.extractor, request, &mut say);
        pollster::block_on(asked).map_err(|error| error.to_string())?;
        match last {
            Some(SegmentEvent::Refused { reason, .. }) => Err(reason),
            Some(event) => Ok(event),
            None => Err("The engine gave no answer.".into()),
        }
    }
}
