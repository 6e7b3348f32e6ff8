//! Requests about segmentation, put to the segmenter in the messages that it still speaks.

use std::collections::BTreeMap;

use crate::engine::{
    Engine, SegmentEvent as Said, SegmentRequest as Asked, SegmentStep,
    protocol::{Answer, DenseMillis, Map, Maps, Opened, Progress, Resemblance, SceneFile, SegmentRequest},
    segment,
};
use crate::segmentation::Mask;

impl Engine {
    pub(super) async fn segment(&mut self, request: SegmentRequest, progress: &mut impl FnMut(Progress)) -> Answer {
        let mut last = Answer::Done;
        let mut say = |said| match answer(said) {
            Ok(answer) => last = answer,
            Err(step) => progress(step),
        };
        let gpu = self.info().is_ok_and(|(device, _)| device.backend == crate::engine::Backend::Gpu);
        let Some(model) = &mut self.model else {
            match asked(request, &mut BTreeMap::new()) {
                Some(asked) => segment::before_start(&asked, &mut say),
                None => {
                    say(Said::Refused { id: None, ticket: None, reason: segment::SegmentError::NoModel.to_string() })
                }
            }
            return last;
        };
        let Some(asked) = asked(request, &mut model.truths) else { return Answer::Done };
        match model.segmenter.handle(&model.extractor, asked, &mut say).await {
            Err(error) if gpu => Answer::Failed { reason: error.to_string(), gpu },
            _ => last,
        }
    }
}

/// The same request as the segmenter knows it; none where the true labels are just kept for later.
fn asked(request: SegmentRequest, truths: &mut BTreeMap<u32, Mask>) -> Option<Asked> {
    Some(match request {
        SegmentRequest::Open { id, bytes, side } => {
            truths.remove(&id);
            Asked::Open { id, bytes, side }
        }
        SegmentRequest::Forget { id } => {
            truths.remove(&id);
            Asked::Forget { id }
        }
        SegmentRequest::Support { ids } => Asked::Support { ids },
        SegmentRequest::Paint { id, mask } => Asked::Paint { id, mask },
        SegmentRequest::Truth { id, mask } => {
            match mask {
                Some(mask) => truths.insert(id, mask),
                None => truths.remove(&id),
            };
            return None;
        }
        SegmentRequest::Propagate { id, settings } => {
            Asked::Propagate { id, ticket: 0, settings, truth: truths.get(&id).cloned() }
        }
        SegmentRequest::Resemblance { id, patch, with } => Asked::Resemblance { id, patch, with },
        SegmentRequest::ReadMask { id, bytes } => Asked::ReadMask { id, bytes },
        SegmentRequest::WriteMask { mask, palette } => Asked::WriteMask { ticket: 0, mask, palette },
        SegmentRequest::Scenes { seed } => Asked::Scenes { seed },
    })
}

/// What the segmenter said, as an answer or as a step.
fn answer(said: Said) -> Result<Answer, Progress> {
    let map = |map: crate::engine::Map| Map { labels: map.labels, shares: map.shares, score: map.score };
    Ok(match said {
        Said::Opened { size, photo, grid, millis, .. } => {
            let millis = DenseMillis { decode: millis.decode, tokens: millis.tokens };
            Answer::Opened(Opened { size, photo, grid, millis })
        }
        Said::Forgotten { .. } => Answer::Done,
        Said::Supported { unknown } => Answer::Supported { unknown },
        Said::Painted { patches, .. } => Answer::Painted { patches },
        Said::Progress { step: SegmentStep::Tokens | SegmentStep::Gradients, done, total, .. } => {
            return Err(Progress::Gradients { done, total });
        }
        Said::Maps(maps) => Answer::Maps(Box::new(Maps {
            size: maps.size,
            embedding: map(maps.embedding),
            fungi: map(maps.fungi),
            bank: maps.bank,
            labelled: maps.labelled,
            images: maps.images,
            neighbours: maps.neighbours,
            temperature: maps.temperature,
            gradients_millis: maps.gradients_millis,
            propagation_millis: maps.propagation_millis,
        })),
        Said::Resemblance { with, .. } => {
            let each = |r: crate::engine::Resemblance| Resemblance {
                id: r.id,
                grid: r.grid,
                embedding: r.embedding,
                fungi: r.fungi,
            };
            Answer::Resemblance(with.into_iter().map(each).collect())
        }
        Said::MaskRead { mask, colours, .. } => Answer::MaskRead { mask, colours },
        Said::MaskWritten { bytes, .. } => Answer::MaskWritten(bytes),
        Said::Scenes { classes, scenes } => {
            let each = |s: crate::engine::SceneFile| SceneFile { name: s.name, bytes: s.bytes, mask: s.mask };
            Answer::Scenes { classes, scenes: scenes.into_iter().map(each).collect() }
        }
        Said::Refused { reason, .. } => Answer::Refused(reason),
    })
}
