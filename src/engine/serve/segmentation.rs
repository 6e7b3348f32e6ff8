//! Turns requests about segmentation into calls of the segmenter's methods.

use web_time::Instant;

use crate::engine::{
    Backend, Engine, EngineError,
    protocol::{Answer, DenseMillis, Opened, Progress, SegmentRequest},
    segment::{SegmentError, scenes, write_mask},
    session::Model,
};
use crate::image;

impl Engine {
    /// Serves a request about segmentation.
    pub(super) async fn segment(
        &mut self,
        request: SegmentRequest,
        progress: &mut impl FnMut(Progress),
    ) -> Result<Answer, EngineError> {
        let gpu = self.info().is_ok_and(|(device, _)| device.backend == Backend::Gpu);
        self.segmentation(request, progress).await.map_err(|error| match error {
            // Another photo may work on the CPU, but a GPU that fails once fails again.
            SegmentError::Extract(error) if gpu => EngineError::Extract { error, gpu },
            error => error.into(),
        })
    }

    async fn segmentation(
        &mut self,
        request: SegmentRequest,
        progress: &mut impl FnMut(Progress),
    ) -> Result<Answer, SegmentError> {
        let model = self.model.as_mut().ok_or(SegmentError::NoModel);
        Ok(match request {
            SegmentRequest::Open { id, bytes, side } => {
                let Model { extractor, segmenter, .. } = model?;
                let clock = Instant::now();
                let picture = image::decode(&bytes)?;
                let decode = clock.elapsed().as_secs_f64() * 1e3;
                let opened = segmenter.open(extractor, id, &picture, side).await?;
                let millis = DenseMillis { decode: decode + opened.millis.decode, ..opened.millis };
                Answer::Opened(Opened { millis, ..opened })
            }
            SegmentRequest::Forget { id } => {
                model?.segmenter.forget(id);
                Answer::Done
            }
            SegmentRequest::Support { ids } => Answer::Supported { unknown: model?.segmenter.support(ids) },
            SegmentRequest::Paint { id, mask } => Answer::Painted { patches: model?.segmenter.paint(id, mask)? },
            SegmentRequest::Truth { id, mask } => {
                model?.segmenter.set_truth(id, mask)?;
                Answer::Done
            }
            SegmentRequest::Propagate { id, settings } => {
                let Model { extractor, segmenter, .. } = model?;
                let mut gradients = |done, total| progress(Progress::Gradients { done, total });
                Answer::Maps(Box::new(segmenter.propagate(extractor, id, &settings, &mut gradients).await?))
            }
            SegmentRequest::Resemblance { id, patch, with } => {
                Answer::Resemblance(model?.segmenter.resemblance(id, patch, &with)?)
            }
            SegmentRequest::ReadMask { id, bytes } => Answer::MaskRead(model?.segmenter.read_mask(id, &bytes)?),
            SegmentRequest::WriteMask { mask, palette } => Answer::MaskWritten(write_mask(&mask, &palette)?),
            SegmentRequest::Scenes { seed } => {
                let (classes, scenes) = scenes(seed);
                Answer::Scenes { classes, scenes }
            }
        })
    }
}
