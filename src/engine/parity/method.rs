//! The method as golden tensors were made: with golden heads, signs and negatives, as far as they are there.

use std::sync::Arc;

use burn::prelude::*;

use super::ParityError;
use super::golden::{Golden, Values};
use crate::fungi::heads::{Head, Heads};
use crate::fungi::projection::Projector;
use crate::fungi::signs::Signs;
use crate::fungi::{DinoSettings, Extractor, Given, KlSettings, Settings, SimclrSettings};
use crate::vit::ViT;

/// Golden settings on a device.
pub(super) struct Method {
    pub vit: Arc<ViT>,
    /// The paper's objectives, as far as their heads are given.
    pub paper: Extractor,
    /// SimCLR as in the authors' library, if its head is given.
    pub library: Option<Extractor>,
    pub heads: Heads,
    pub projector: Projector,
    /// Whether the projection's signs were given: without them no feature can be compared.
    pub signs: bool,
}

impl Method {
    pub(super) fn new(golden: &Golden<'_>, device: &Device) -> Result<Self, ParityError> {
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
        Ok(Self { vit, paper, library, heads, projector, signs: signs.is_some() })
    }
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
