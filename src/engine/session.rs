//! The engine itself: one device, one model, the settings, and what it has computed so far.

use std::collections::HashSet;

use sha2::{Digest, Sha256};
use web_time::Instant;

use super::{
    Backend, Choice, DeviceInfo, Event, Hash, Item, ModelInfo, ParityLine, Request, SampleFile, SegmentRequest, Stage,
    Timings, device,
    fetch::fetch,
    load::{Loaded, load},
    parity::{GoldenFolder, parity},
    segment::{self, Segmenter},
};
use crate::{
    drawings,
    fungi::{Extractor, Settings},
    image::{self, Rgb},
};

/// Longest side of a thumbnail in pixels.
const THUMBNAIL: u32 = 128;

/// Serves [`Request`]s, one at a time.
#[derive(Default)]
pub struct Engine {
    open: Option<Open>,
    known: HashSet<Hash>,
}

/// What stands once a start succeeded.
struct Open {
    device: DeviceInfo,
    model: ModelInfo,
    extractor: Extractor,
    segmenter: Segmenter,
}

/// Why a request could not be served, and whether the GPU was at fault.
pub(super) struct Failure {
    reason: String,
    gpu: bool,
}

impl Failure {
    pub(super) fn new(reason: impl ToString) -> Self {
        Self { reason: reason.to_string(), gpu: false }
    }

    fn gpu(reason: impl ToString) -> Self {
        Self { reason: reason.to_string(), gpu: true }
    }
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::new(error)
    }
}

impl Engine {
    /// An engine without device or model: the first request has to be [`Request::Start`].
    pub fn new() -> Self {
        Self::default()
    }

    /// Serves one request; `say` hears every answer. [`Request::Stop`] is for whoever keeps the queue: here nothing waits.
    pub async fn handle(&mut self, request: Request, say: &mut impl FnMut(Event)) {
        let served = match request {
            Request::Start { device, model, base, settings } => self.start(device, &model, &base, settings, say).await,
            Request::Configure(settings) => self.configure(settings, say),
            Request::Known(hashes) => {
                self.known.extend(hashes);
                Ok(())
            }
            Request::Embed { id, bytes } => self.embed(id, &bytes, say).await,
            Request::Stop => {
                say(Event::Stopped { ids: Vec::new() });
                Ok(())
            }
            Request::Segment(request) => self.segment(request, say).await,
            Request::Parity { device, base } => against_golden(device, &base, say).await,
            Request::Sample { seed } => {
                say(Event::Sample(sample(seed)));
                Ok(())
            }
        };
        if let Err(Failure { reason, gpu }) = served {
            say(Event::Failed { reason, gpu });
        }
    }

    async fn start(
        &mut self,
        choice: Choice,
        model: &str,
        base: &str,
        settings: Settings,
        say: &mut impl FnMut(Event),
    ) -> Result<(), Failure> {
        let begun = Instant::now();
        self.open = None;
        self.known.clear();
        say(Event::Stage(Stage::Device));
        let (burn, device) = device::open(choice).await.map_err(Failure::gpu)?;
        if device.backend == Backend::Gpu {
            say(Event::Stage(Stage::SelfTest));
            crate::fungi::self_test(&burn).await.map_err(Failure::gpu)?;
        }
        let Loaded { checkpoint, vit, negatives } = load(model, base, &burn, say).await?;
        let model = ModelInfo {
            name: checkpoint.name,
            description: checkpoint.description,
            licence: checkpoint.licence,
            bytes: checkpoint.bytes,
            source: checkpoint.source,
            image: vit.config().image,
            patch: vit.config().patch,
            dim: vit.config().dim,
        };
        let extractor = Extractor::new(vit, settings, negatives)?;
        say(Event::Stage(Stage::WarmUp));
        // The first pass compiles a GPU's shaders; any picture will do.
        let grey = Rgb { width: 64, height: 64, data: vec![128; 64 * 64 * 3] };
        let gpu = choice == Choice::Gpu;
        let warm = extractor.compute(extractor.views(&grey)).await;
        warm.map_err(|error| Failure { reason: error.to_string(), gpu })?;
        let open = self.open.insert(Open { device, model, extractor, segmenter: Segmenter::new() });
        say(open.ready(begun));
        Ok(())
    }

    fn configure(&mut self, settings: Settings, say: &mut impl FnMut(Event)) -> Result<(), Failure> {
        let begun = Instant::now();
        let open = self.open.as_mut().ok_or_else(not_started)?;
        open.extractor = open.extractor.with_settings(settings)?;
        self.known.clear();
        say(open.ready(begun));
        Ok(())
    }

    async fn segment(&mut self, request: SegmentRequest, say: &mut impl FnMut(Event)) -> Result<(), Failure> {
        let mut say = |event| say(Event::Segment(event));
        let Some(open) = &mut self.open else {
            segment::before_start(&request, &mut say);
            return Ok(());
        };
        let gpu = open.device.backend == Backend::Gpu;
        let served = open.segmenter.handle(&open.extractor, request, &mut say).await;
        // Refused already; but a GPU that fails is the whole engine's affair.
        served.or_else(|error| if gpu { Err(Failure::gpu(error)) } else { Ok(()) })
    }

    async fn embed(&mut self, id: u32, bytes: &[u8], say: &mut impl FnMut(Event)) -> Result<(), Failure> {
        let open = self.open.as_ref().ok_or_else(not_started)?;
        let hash: Hash = Sha256::digest(bytes).into();
        if self.known.contains(&hash) {
            say(Event::Duplicate { id, hash });
            return Ok(());
        }
        let mut timings = Timings::default();
        let mut clock = Instant::now();
        let mut lap = || {
            let now = Instant::now();
            let millis = now.duration_since(clock).as_secs_f64() * 1e3;
            clock = now;
            millis
        };
        let picture = match image::decode(bytes) {
            Ok(picture) => picture,
            Err(error) => {
                say(Event::Rejected { id, reason: error.to_string() });
                return Ok(());
            }
        };
        let thumbnail = image::thumbnail(&picture, THUMBNAIL);
        timings.decode = lap();
        let views = open.extractor.views(&picture);
        timings.views = lap();
        let gpu = open.device.backend == Backend::Gpu;
        let computed = open.extractor.compute(views).await;
        timings.compute = lap();
        let features = computed.map_err(|error| Failure { reason: error.to_string(), gpu })?;
        let size = (picture.width as u32, picture.height as u32);
        self.known.insert(hash);
        say(Event::Item(Box::new(Item { id, hash, size, thumbnail, features, timings })));
        Ok(())
    }
}

impl Open {
    fn ready(&self, begun: Instant) -> Event {
        Event::Ready {
            device: self.device.clone(),
            model: self.model.clone(),
            millis: begun.elapsed().as_secs_f64() * 1e3,
        }
    }
}

fn not_started() -> Failure {
    Failure::new("No model is loaded yet. Choose a model and a device first.")
}

/// The drawn sample set as files, a class after the other in turn: a gallery that fills up shows all of them early.
fn sample(seed: u64) -> Vec<SampleFile> {
    let set = drawings::sample_set(seed);
    let turns = (0..drawings::PER_CLASS).flat_map(|turn| set.iter().skip(turn).step_by(drawings::PER_CLASS));
    turns
        .map(|s| SampleFile { name: s.name.clone(), label: s.label.to_owned(), bytes: image::encode_png(&s.rgb) })
        .collect()
}

/// Fetches a golden folder and holds a device against it.
async fn against_golden(choice: Choice, base: &str, say: &mut impl FnMut(Event)) -> Result<(), Failure> {
    let (device, _) = device::open(choice).await.map_err(Failure::gpu)?;
    let get = async |name: &str| fetch(&format!("{base}{name}"), |_, _| ()).await;
    let mut images = Vec::new();
    // Numbered from 0 without a gap: the first that is not there ends the row.
    while let Ok(image) = get(&format!("images/{}.png", images.len())).await {
        images.push(image);
    }
    let (config, model) = (get("config.json").await?, get("model.safetensors").await?);
    let folder = GoldenFolder { config, model, golden: get("golden.safetensors").await?, images };
    let report = parity(&folder, &device, choice == Choice::Gpu).await?;
    let lines = report.quantities.into_iter().map(|(quantity, measure)| ParityLine {
        quantity,
        error: measure.largest as f32,
        cosine: Some(measure.cosine as f32),
        ok: measure.passed,
    });
    say(Event::Parity(lines.collect()));
    Ok(())
}
