//! Turns messages into calls of the engine's methods: each request gets one answer.

mod segmentation;

use web_time::Instant;

use super::{
    Backend, Embedded, Engine, EngineError,
    golden::fetch_golden,
    load::fetch_model,
    protocol::{Answer, ParityLine, Progress, Ready, Request},
    sample,
};
use crate::fungi::Settings;

impl Engine {
    /// Serves one request; `progress` gets the steps of long ones. [`Request::Stop`] is the inbox's business: no
    /// requests wait here.
    pub async fn answer(&mut self, request: Request, progress: &mut impl FnMut(Progress)) -> Answer {
        let answered = match request {
            Request::Start { backend, model, base, settings } => {
                let started = self.start(backend, &model, &base, settings, progress).await;
                return started.map_or_else(|error| failed(&error), |ready| Answer::Ready(Box::new(ready)));
            }
            Request::Configure(settings) => {
                self.configure(settings, progress).await.map(|ready| Answer::Ready(Box::new(ready)))
            }
            Request::Known(hashes) => {
                self.add_known(hashes);
                Ok(Answer::Done)
            }
            Request::Embed { bytes } => self.embed(&bytes).await.map(|embedded| match embedded {
                Embedded::Item(item) => Answer::Item(item),
                Embedded::Known(hash) => Answer::Known { hash },
            }),
            Request::Stop => Ok(Answer::Done),
            Request::Sample { seed } => Ok(Answer::Sample(sample(seed))),
            Request::Parity { backend, base } => self.against_golden(backend, &base).await.map(Answer::Parity),
            Request::Segment(request) => self.segment(request, progress).await,
        };
        answered.unwrap_or_else(|error| match error.is_refusal() {
            true => Answer::Refused(error.sentence()),
            false => failed(&error),
        })
    }

    async fn start(
        &mut self,
        backend: Backend,
        model: &str,
        base: &str,
        settings: Settings,
        progress: &mut impl FnMut(Progress),
    ) -> Result<Ready, EngineError> {
        let begun = Instant::now();
        self.open_device(backend, progress).await?;
        let files = fetch_model(model, base, progress).await?;
        let ready = self.load(files, settings, progress).await?;
        self.warm_up(progress).await?;
        Ok(Ready { millis: begun.elapsed().as_secs_f64() * 1e3, ..ready })
    }

    async fn against_golden(&self, backend: Backend, base: &str) -> Result<Vec<ParityLine>, EngineError> {
        let (_, report) = self.parity(backend, &fetch_golden(base).await?).await?;
        let lines = report.quantities.into_iter().map(|(quantity, measure)| ParityLine {
            quantity,
            error: measure.largest as f32,
            cosine: Some(measure.cosine as f32),
            ok: measure.passed,
        });
        Ok(lines.collect())
    }
}

fn failed(error: &EngineError) -> Answer {
    Answer::Failed { reason: error.sentence(), gpu: error.gpu() }
}
