//! From messages to the segmenter's methods, and from their results to messages.

use web_time::Instant;

use super::{DenseMillis, Maps, Opened, SegmentError, Segmenter, millis, scenes, write_mask};
use crate::{
    engine::{self, SegmentEvent, SegmentRequest, SegmentStep},
    fungi::{ExtractError, Extractor},
    image,
};

impl Segmenter {
    /// Serves one request; `say` hears every answer.
    ///
    /// # Errors
    ///
    /// Where the device failed, and so will fail again; the refusal has been said.
    pub async fn handle(
        &mut self,
        extractor: &Extractor,
        request: SegmentRequest,
        say: &mut impl FnMut(SegmentEvent),
    ) -> Result<(), ExtractError> {
        let (id, ticket) = asker(&request);
        match self.serve(extractor, request, say).await {
            Ok(event) => say(event),
            Err(error) => {
                say(SegmentEvent::Refused { id, ticket, reason: error.to_string() });
                if error.is_device_fault()
                    && let SegmentError::Extract(fault) = error
                {
                    return Err(fault);
                }
            }
        }
        Ok(())
    }

    async fn serve(
        &mut self,
        extractor: &Extractor,
        request: SegmentRequest,
        say: &mut impl FnMut(SegmentEvent),
    ) -> Result<SegmentEvent, SegmentError> {
        Ok(match request {
            SegmentRequest::Open { id, bytes, side } => {
                let clock = Instant::now();
                let picture = image::decode(&bytes)?;
                let decode = millis(clock);
                let Opened { size, photo, grid, millis } = self.open(extractor, id, &picture, side).await?;
                let millis = DenseMillis { decode: decode + millis.decode, ..millis };
                SegmentEvent::Opened { id, size, photo, grid, millis }
            }
            SegmentRequest::Forget { id } => {
                self.forget(id);
                SegmentEvent::Forgotten { id }
            }
            SegmentRequest::Support { ids } => SegmentEvent::Supported { unknown: self.support(ids) },
            SegmentRequest::Paint { id, mask } => SegmentEvent::Painted { id, patches: self.paint(id, mask)? },
            SegmentRequest::Propagate { id, ticket, settings, truth } => {
                self.set_truth(id, truth)?;
                let step = SegmentStep::Gradients;
                let mut progress = |done, total| say(SegmentEvent::Progress { id, step, done, total });
                let maps = self.propagate(extractor, id, &settings, &mut progress).await?;
                SegmentEvent::Maps(Box::new(with_asker(maps, id, ticket)))
            }
            SegmentRequest::Resemblance { id, patch, with } => {
                SegmentEvent::Resemblance { id, patch, with: self.resemblance(id, patch, &with)? }
            }
            SegmentRequest::ReadMask { id, bytes } => {
                let (mask, colours) = self.read_mask(id, &bytes)?;
                SegmentEvent::MaskRead { id, mask, colours }
            }
            SegmentRequest::WriteMask { ticket, mask, palette } => {
                SegmentEvent::MaskWritten { ticket, bytes: write_mask(&mask, &palette)? }
            }
            SegmentRequest::Scenes { seed } => drawn(seed),
        })
    }
}

/// Serves what needs no model, and refuses the rest.
pub fn before_start(request: &SegmentRequest, say: &mut impl FnMut(SegmentEvent)) {
    let (id, ticket) = asker(request);
    say(match request {
        SegmentRequest::Scenes { seed } => drawn(*seed),
        _ => SegmentEvent::Refused { id, ticket, reason: SegmentError::NoModel.to_string() },
    });
}

/// The numbers that an answer returns to whoever asked.
fn asker(request: &SegmentRequest) -> (Option<u32>, Option<u32>) {
    match request {
        SegmentRequest::Open { id, .. }
        | SegmentRequest::Forget { id }
        | SegmentRequest::Paint { id, .. }
        | SegmentRequest::Resemblance { id, .. }
        | SegmentRequest::ReadMask { id, .. } => (Some(*id), None),
        SegmentRequest::Propagate { id, ticket, .. } => (Some(*id), Some(*ticket)),
        SegmentRequest::WriteMask { ticket, .. } => (None, Some(*ticket)),
        SegmentRequest::Support { .. } | SegmentRequest::Scenes { .. } => (None, None),
    }
}

fn with_asker(maps: Maps, id: u32, ticket: u32) -> engine::Maps {
    engine::Maps {
        id,
        ticket,
        size: maps.size,
        embedding: maps.embedding,
        fungi: maps.fungi,
        bank: maps.bank,
        labelled: maps.labelled,
        images: maps.images,
        neighbours: maps.neighbours,
        temperature: maps.temperature,
        gradients_millis: maps.gradients_millis,
        propagation_millis: maps.propagation_millis,
    }
}

fn drawn(seed: u64) -> SegmentEvent {
    let (classes, scenes) = scenes(seed);
    SegmentEvent::Scenes { classes, scenes }
}
