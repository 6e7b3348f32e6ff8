//! What golden tensors are held against: the extractor that computes features, given golden heads, signs and negatives.

use std::sync::Arc;

use burn::prelude::*;

use super::ParityError;
use super::golden::{Golden, Values};
use super::measure::{FEATURE, LOOSE, Limit, Measures, VALUE, VIEW, compare};
use crate::fungi::extractor::read;
use crate::fungi::heads::{Head, Heads};
use crate::fungi::objectives::{NegativeLatents, Simclr};
use crate::fungi::projection::Projector;
use crate::fungi::signs::Signs;
use crate::fungi::{
    DinoSettings, ExtractError, Extractor, Features, Given, KlSettings, Part, Settings, SimclrSettings, Trace, Views,
    exact, tail,
};
use crate::image::resize::{CropBox, Filter, resize};
use crate::image::{Rgb, views};
use crate::vit::ViT;

/// Golden tensors beside the program's own way from image to feature.
pub(super) struct Checks<'a> {
    golden: &'a Golden<'a>,
    vit: Arc<ViT>,
    /// The paper's objectives, as far as their heads are given.
    paper: Extractor,
    /// SimCLR as in the authors' library, if its head is given.
    library: Option<Extractor>,
    heads: Heads,
    projector: Projector,
    /// Whether the projection's signs were given: without them no feature can be compared.
    signs: bool,
    /// Limit of features.
    feature: Limit,
}

impl<'a> Checks<'a> {
    pub(super) fn new(golden: &'a Golden<'a>, device: &Device, gpu: bool) -> Result<Self, ParityError> {
        let vit = Arc::new(ViT::load(golden.model, &golden.config.options(), device)?);
        let dim = vit.config().dim;
        let mut settings = Settings::default();
        let drawn = Heads::draw(&settings, dim, device);
        let [kl, student, teacher, simclr] =
            ["kl", "dino_student", "dino_teacher", "simclr"].map(|name| head(golden, name, dim, device));
        let (kl, student, teacher, simclr) = (kl?, student?, teacher?, simclr?);
        // Golden gradients of KL are at temperature 1.
        settings.kl = kl.as_ref().map(|head| KlSettings { latent: head.latent(), temperature: 1.0 });
        let cut = |i: usize| ["views", "boxes"].iter().any(|key| golden.has(&format!("image{i}.dino.{key}")));
        let crops = (0..golden.images.len()).all(cut);
        settings.dino = student
            .as_ref()
            .zip(teacher.as_ref())
            .filter(|_| crops)
            .map(|(head, _)| DinoSettings { latent: head.latent(), ..DinoSettings::default() });
        let negatives = match golden.floats("simclr.negatives")? {
            Some(Values { shape, data }) if shape.len() == 2 => Some(matrix(data, [shape[0], shape[1]], device)),
            Some(_) => return Err(golden.wrong("simclr.negatives must be a matrix".into())),
            None => None,
        };
        settings.simclr = simclr
            .as_ref()
            .zip(negatives.as_ref())
            .map(|(head, _)| SimclrSettings { latent: head.latent(), ..SimclrSettings::default() });
        let heads = Heads {
            kl: kl.unwrap_or(drawn.kl),
            dino_student: student.unwrap_or(drawn.dino_student),
            dino_teacher: teacher.unwrap_or(drawn.dino_teacher),
            simclr: simclr.unwrap_or(drawn.simclr),
        };
        let signs =
            match golden.packed("projection.signs_u8")? {
                Some((rows, bytes)) => Some(Signs::from_bytes(bytes, rows, dim * (dim + 1)).ok_or_else(|| {
                    golden.wrong("projection.signs_u8 has another width than the model asks for".into())
                })?),
                None => None,
            };
        let projector = match &signs {
            Some(signs) => Projector::rademacher(signs, device),
            None => Projector::draw(&settings, dim, device),
        };
        let given = Given { heads: heads.clone(), projector: projector.clone(), negatives };
        let library = settings.simclr.clone().map(|simclr| Settings {
            kl: None,
            dino: None,
            simclr: Some(SimclrSettings { library: true, ..simclr }),
            ..settings.clone()
        });
        let library =
            library.map(|settings| Extractor::with_given(vit.clone(), settings, given.clone())).transpose()?;
        let paper = Extractor::with_given(vit.clone(), settings, given)?;
        let feature = if gpu { LOOSE } else { FEATURE };
        Ok(Self { golden, vit, paper, library, heads, projector, signs: signs.is_some(), feature })
    }

    /// Compares everything that is golden for image `i`; `covered` gains the names of the tensors that were compared.
    pub(super) async fn image(
        &self,
        i: usize,
        measures: &mut Measures,
        covered: &mut Vec<String>,
    ) -> Result<(), ParityError> {
        let mut check = |quantity: &str, got: &[f32], width: usize, limit: Limit| -> Result<(), ParityError> {
            let name = format!("image{i}.{quantity}");
            if let Some(golden) = self.golden.floats(&name)? {
                compare(measures, quantity, got, &golden.data, width, limit);
                covered.push(name);
            }
            Ok(())
        };
        let own = self.own_views(i)?;
        let mut given = own.clone();
        for (quantity, views) in [
            ("inference.view", &mut given.inference),
            ("dino.views", &mut given.dino),
            ("simclr.views", &mut given.simclr),
        ] {
            check(quantity, views, self.view(), VIEW)?;
            // From here on, errors of views do not mix with those of arithmetic.
            if let Some(golden) = self.golden.floats(&format!("image{i}.{quantity}"))? {
                *views = golden.data;
            }
        }
        let dim = self.vit.config().dim;
        check("embedding", &self.embedding(&given.inference).await?, dim, VALUE)?;
        check("tokens", &read(self.tokens(&given.inference)?).await?, dim, VALUE)?;
        let features = self.objectives(&self.paper, &given, "simclr", &mut check).await?;
        if let Some(library) = &self.library {
            self.objectives(library, &Cut { dino: Vec::new(), ..given.clone() }, "simclr_library", &mut check).await?;
        }
        if self.signs && Self::complete(&features) {
            check("fungi", &features.concatenated(&Part::ALL[..4]), 4 * dim, self.feature)?;
            let own = self.paper.compute(&own.views()).await?;
            let own = own.concatenated(&Part::ALL[..4]);
            if let Some(golden) = self.golden.floats(&format!("image{i}.fungi"))? {
                compare(measures, "fungi, with views of its own", &own, &golden.data, 4 * dim, self.feature);
            }
        }
        self.dense(i, measures, covered).await
    }

    /// Losses, gradients and features of the extractor's objectives.
    async fn objectives(
        &self,
        extractor: &Extractor,
        cut: &Cut,
        simclr: &str,
        check: &mut impl FnMut(&str, &[f32], usize, Limit) -> Result<(), ParityError>,
    ) -> Result<Features, ParityError> {
        let views = cut.views();
        let dim = self.vit.config().dim;
        for (part, Trace { loss, d, u }) in extractor.trace(&views).await? {
            let name = quantity(part, simclr);
            // Golden KL is a mean over the latents, ours their sum.
            let scale = if part == Part::Kl { 1.0 / self.heads.kl.latent() as f64 } else { 1.0 };
            let gradient: Vec<f32> = exact::gradient(&d, &u, dim).into_iter().map(|x| (x * scale) as f32).collect();
            check(&format!("{name}.loss"), &[(f64::from(loss) * scale) as f32], 1, VALUE)?;
            check(&format!("{name}.gradient"), &gradient, dim * (dim + 1), VALUE)?;
        }
        let features = extractor.compute(&views).await?;
        if self.signs {
            for part in [Part::Kl, Part::Dino, Part::Simclr] {
                if let Some(feature) = features.get(part) {
                    check(&format!("{}.feature", quantity(part, simclr)), feature, feature.len(), self.feature)?;
                }
            }
        }
        Ok(features)
    }

    /// Dense features: positives all tokens of the image, negatives all tokens of the next one.
    async fn dense(&self, i: usize, measures: &mut Measures, covered: &mut Vec<String>) -> Result<(), ParityError> {
        for (quantity, library) in [("dense", false), ("dense_library", true)] {
            let names = ["loss", "feature"].map(|kind| (kind, format!("image{i}.{quantity}.{kind}")));
            if !names.iter().any(|(_, name)| self.golden.has(name)) || !self.golden.has("head.simclr.weight") {
                continue;
            }
            let next = self.given_inference((i + 1) % self.golden.images.len())?;
            let negatives = NegativeLatents::shared(self.heads.simclr.forward(self.tokens(&next)?));
            let temperature = SimclrSettings::default().temperature;
            let objective = Simclr { head: self.heads.simclr.clone(), negatives, temperature, library };
            let inference = self.given_inference(i)?;
            let dense = self.paper.dense(self.picture(&inference));
            for (kind, name) in names {
                let (Some(golden), true) = (self.golden.floats(&name)?, kind == "loss" || self.signs) else { continue };
                let (got, limit) = match kind {
                    "loss" => (read(dense.loss(&objective)).await?, VALUE),
                    _ => (read(dense.features(&objective, &self.projector)).await?, LOOSE),
                };
                let width = golden.shape.last().copied().unwrap_or(1);
                compare(measures, &format!("{quantity}.{kind}"), &got, &golden.data, width, limit);
                covered.push(name);
            }
        }
        Ok(())
    }

    fn complete(features: &Features) -> bool {
        Part::ALL[..4].iter().all(|&part| features.get(part).is_some())
    }

    /// Numbers of one view.
    fn view(&self) -> usize {
        3 * self.vit.config().image.pow(2)
    }

    /// The views that the program cuts from the image itself, at golden boxes.
    fn own_views(&self, i: usize) -> Result<Cut, ParityError> {
        let (image, side) = (&self.golden.images[i], self.vit.config().image);
        let settings = self.paper.settings();
        let dino = match (&settings.dino, self.golden.floats(&format!("image{i}.dino.boxes"))?) {
            (Some(_), Some(boxes)) => views::dino(image, &self.boxes(&boxes, image)?, side),
            // Views alone are golden: these are all there is.
            (Some(_), None) => {
                self.golden.floats(&format!("image{i}.dino.views"))?.map(|views| views.data).unwrap_or_default()
            }
            (None, _) => Vec::new(),
        };
        let simclr = settings.simclr.as_ref().map(|simclr| views::simclr(image, simclr, side)).unwrap_or_default();
        Ok(Cut { inference: self.inference(image), dino, simclr })
    }

    fn boxes(&self, boxes: &Values, image: &Rgb) -> Result<Vec<CropBox>, ParityError> {
        let side = |x: f32| x as u32;
        let boxes: Vec<CropBox> = boxes
            .data
            .chunks_exact(4)
            .map(|b| CropBox { left: side(b[0]), top: side(b[1]), width: side(b[2]), height: side(b[3]) })
            .collect();
        let inside = |b: &CropBox| {
            let (right, bottom) = (b.left.saturating_add(b.width), b.top.saturating_add(b.height));
            b.width > 0 && b.height > 0 && right as usize <= image.width && bottom as usize <= image.height
        };
        match boxes.iter().all(inside) {
            true => Ok(boxes),
            false => Err(self.golden.wrong("a box of dino.boxes lies outside its image".into())),
        }
    }

    /// The inference view, with the side that the configuration resizes to.
    fn inference(&self, image: &Rgb) -> Vec<f32> {
        let side = self.vit.config().image;
        let usual = views::inference(image, side);
        let Some(full) = self.golden.config.resize.filter(|&full| full != (side * 256 + 112) / 224 && full >= side)
        else {
            return usual;
        };
        let resized = resize(image, CropBox::whole(image), Filter::Bilinear, full, full);
        let start = (full - side) / 2;
        let pixel = |channel: usize, i: usize| {
            let (row, column) = (start + i / side, start + i % side);
            f32::from(resized.data[3 * (row * full + column) + channel]) / 255.0
        };
        (0..3).flat_map(|channel| (0..side * side).map(move |i| pixel(channel, i))).collect()
    }

    /// The golden inference view, or else the program's own.
    fn given_inference(&self, i: usize) -> Result<Vec<f32>, ParityError> {
        let golden = self.golden.floats(&format!("image{i}.inference.view"))?;
        Ok(golden.map(|view| view.data).unwrap_or_else(|| self.inference(&self.golden.images[i])))
    }

    fn picture(&self, view: &[f32]) -> Tensor<4> {
        let side = self.vit.config().image;
        Tensor::from_data(TensorData::new(view.to_vec(), [1, 3, side, side]), self.vit.device())
    }

    async fn embedding(&self, view: &[f32]) -> Result<Vec<f32>, ParityError> {
        self.sized(view)?;
        let state = self.vit.class(self.picture(view));
        Ok(read(tail::forward(self.vit.tail(), state.u, state.x).0).await?)
    }

    fn tokens(&self, view: &[f32]) -> Result<Tensor<2>, ParityError> {
        self.sized(view)?;
        Ok(self.paper.dense(self.picture(view)).embeddings())
    }

    fn sized(&self, view: &[f32]) -> Result<(), ParityError> {
        let (found, expected) = (view.len(), self.view());
        if found == expected { Ok(()) } else { Err(ExtractError::Views { found, expected }.into()) }
    }
}

/// One image's views.
#[derive(Clone)]
struct Cut {
    inference: Vec<f32>,
    dino: Vec<f32>,
    simclr: Vec<f32>,
}

impl Cut {
    fn views(&self) -> Views {
        Views::given(&self.inference, &self.dino, &self.simclr)
    }
}

fn quantity(part: Part, simclr: &str) -> &str {
    if part == Part::Simclr { simclr } else { part.key() }
}

/// The golden head called `name`, if it is there.
fn head(golden: &Golden<'_>, name: &str, dim: usize, device: &Device) -> Result<Option<Head>, ParityError> {
    let [weight, bias] = ["weight", "bias"].map(|kind| golden.floats(&format!("head.{name}.{kind}")));
    let (Some(weight), Some(bias)) = (weight?, bias?) else { return Ok(None) };
    let latent = bias.data.len();
    if weight.shape != [latent, dim] {
        return Err(golden.wrong(format!(
            "head.{name}.weight has shape {:?}, expected {:?}",
            weight.shape,
            [latent, dim]
        )));
    }
    let bias = Tensor::from_data(TensorData::new(bias.data, [latent]), device);
    Ok(Some(Head::new(matrix(weight.data, [latent, dim], device), bias)))
}

fn matrix(data: Vec<f32>, shape: [usize; 2], device: &Device) -> Tensor<2> {
    Tensor::from_data(TensorData::new(data, shape), device)
}
