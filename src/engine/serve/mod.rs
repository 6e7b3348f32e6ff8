//! Turns messages into calls of the engine's methods: each request gets one answer.

mod segmentation;

use web_time::Instant;

use super::{
    Backend, Engine, EngineError, ModelFiles, Prepared,
    golden::fetch_golden,
    load::{fetch_catalogue, fetch_model},
    protocol::{Answer, Item, ModelRequest, ParityLine, Progress, Ready, Request, WhyRequest},
    sample,
};
use crate::fungi::{Settings, ViewSet};

impl Engine {
    /// Serves one request; `progress` gets the steps of long ones. [`Request::Stop`] is the inbox's business: no
    /// requests wait here.
    pub async fn answer(&mut self, request: Request, progress: &mut impl FnMut(Progress)) -> Answer {
        let answered = match request {
            Request::Fetch { model, base, side } => {
                let fetched = self.files(&model, &base, side, progress).await;
                return fetched.unwrap_or_else(|error| failed(&error));
            }
            Request::Start { backend, compare, files, settings, exact } => {
                let started = self.start(backend, compare, *files, settings, progress).await;
                self.keep_factors(exact);
                return started.map_or_else(|error| failed(&error), |ready| Answer::Ready(Box::new(ready)));
            }
            Request::Configure { settings, exact } => {
                let configured = self.configure(settings, progress).await;
                if configured.is_ok() {
                    self.keep_factors(exact);
                }
                configured.map(|ready| Answer::Ready(Box::new(ready)))
            }
            Request::Known(hashes) => {
                self.add_known(hashes);
                Ok(Answer::Done)
            }
            Request::Embed { views, hash, bytes } => match self.prepare(views, hash, &bytes) {
                Ok(Ok(image)) => return self.compute(views, vec![image]).await.pop().unwrap_or(Answer::Done),
                Ok(Err(hash)) => Ok(Answer::Known { hash }),
                Err(error) => Err(error),
            },
            Request::Release => {
                self.release();
                Ok(Answer::Done)
            }
            Request::Stop => Ok(Answer::Done),
            Request::Sample { seed } => Ok(Answer::Sample(sample(seed))),
            Request::Parity { backend, base } => self.against_golden(backend, &base).await.map(Answer::Parity),
            Request::Segment(request) => self.segment(request, progress).await,
            Request::Why(WhyRequest::Dissect { hash, bytes }) => {
                self.dissect(hash, &bytes).await.map(|()| Answer::Done)
            }
            Request::Why(WhyRequest::Explain { first, second }) => {
                self.explain(&first, &second).map(|explained| Answer::Explained(Box::new(explained)))
            }
            Request::Why(WhyRequest::Inspect { hash }) => {
                self.inspect(&hash).map(|inside| Answer::Inside(Box::new(inside)))
            }
            Request::Models(ModelRequest::Negatives) => {
                self.saved_negatives().map(|(_, bytes)| Answer::Negatives(bytes))
            }
            Request::Models(_) => {
                return Answer::Refused("Models are kept by browsers alone; here, give the file itself.".into());
            }
        };
        answered.unwrap_or_else(|error| without_result(&error))
    }

    /// The answers for images that were prepared together, in order.
    pub(super) async fn compute(&mut self, views: ViewSet, images: Vec<Prepared>) -> Vec<Answer> {
        let count = images.len();
        let answers = |items: Vec<Item>| items.into_iter().map(|item| Answer::Item(Box::new(item))).collect();
        match self.embed(views, images.clone()).await {
            Ok(items) => answers(items),
            // One of them may be at fault: each on its own.
            Err(error) if error.is_refusal() && count > 1 => {
                let mut all = Vec::with_capacity(count);
                for image in images {
                    let items = self.embed(views, vec![image]).await;
                    all.extend(items.map_or_else(|error| vec![without_result(&error)], answers));
                }
                all
            }
            Err(error) => vec![without_result(&error); count],
        }
    }

    async fn files(
        &self,
        model: &str,
        base: &str,
        side: Option<usize>,
        progress: &mut impl FnMut(Progress),
    ) -> Result<Answer, EngineError> {
        let catalogue = fetch_catalogue(base).await?;
        let mut files = fetch_model(&catalogue, model, base, progress).await?;
        if side.is_some() && side != files.options.image {
            // Those that it has are of the side that it was trained for.
            (files.options.image, files.negatives) = (side, None);
        }
        Ok(Answer::Fetched { files: Box::new(files), catalogue: Vec::new() })
    }

    async fn start(
        &mut self,
        backend: Backend,
        compare: bool,
        files: ModelFiles,
        settings: Settings,
        progress: &mut impl FnMut(Progress),
    ) -> Result<Ready, EngineError> {
        let begun = Instant::now();
        self.open_device(backend, progress).await?;
        let ready = self.load(&files, settings, progress).await?;
        self.warm_up(progress).await?;
        let cpu_view_millis = match compare && backend == Backend::Gpu {
            true => Some(self.cpu_view_millis(&files).await?),
            false => None,
        };
        let view_millis = self.model.as_ref().map_or(0.0, |model| model.view_millis);
        Ok(Ready { millis: begun.elapsed().as_secs_f64() * 1e3, view_millis, cpu_view_millis, ..ready })
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

/// The answer where an error came in place of a result.
pub(super) fn without_result(error: &EngineError) -> Answer {
    if error.is_refusal() { Answer::Refused(error.sentence()) } else { failed(error) }
}

fn failed(error: &EngineError) -> Answer {
    Answer::Failed { reason: error.sentence(), gpu: error.gpu() }
}
