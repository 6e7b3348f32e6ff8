//! The method as it made the golden tensors: with golden heads, signs and negatives where they are given.

use std::sync::Arc;

use burn::prelude::*;

use super::ParityError;
use super::golden::{Golden, Values};
use crate::fungi::heads::{Head, Heads};
use crate::fungi::projection::Projector;
use crate::fungi::signs::Signs;
use crate::fungi::{
    DinoSettings, Extractor, Given, KlSettings, Limits, Negatives, Objective, Settings, SimclrSettings,
};
use crate::random::Purpose;
use crate::vit::ViT;

/// Golden settings on a device.
pub(super) struct Method {
    pub vit: Arc<ViT>,
    /// The paper's objectives, as far as their heads are given.
    pub paper: Extractor,
    /// SimCLR as in the authors' library, if its head is given.
    pub library: Option<Extractor>,
    /// Size of the KL head's latent.
    pub kl_latent: usize,
    /// The SimCLR head, drawn if it is not given.
    pub simclr: Head,
    pub projector: Projector,
    /// Whether the projection's signs were given: without them no feature can be compared.
    pub signs: bool,
}

impl Method {
    pub(super) fn new(golden: &Golden<'_>, device: &Device) -> Result<Self, ParityError> {
        let vit = Arc::new(ViT::load(golden.model, &golden.config.options(), device)?);
        let (dim, embedding) = (vit.config().dim, vit.config().embedding());
        let mut settings = Settings::default();
        let mut heads = Heads::new(settings.seed, embedding, device);
        let mut latents = [None; 4];
        let purposes = [Purpose::HeadKl, Purpose::HeadDinoStudent, Purpose::HeadDinoTeacher, Purpose::HeadSimclr];
        let names = ["kl", "dino_student", "dino_teacher", "simclr"];
        for ((purpose, name), latent) in purposes.into_iter().zip(names).zip(&mut latents) {
            if let Some(head) = head(golden, name, embedding, device)? {
                *latent = Some(head.latent());
                heads = heads.with(purpose, head);
            }
        }
        let [kl, student, teacher, simclr] = latents;
        let cut = |i: usize| ["views", "boxes"].iter().any(|key| golden.has(&format!("image{i}.dino.{key}")));
        let crops = (0..golden.images.len()).all(cut);
        let negatives = match golden.floats("simclr.negatives")? {
            Some(Values { shape, data }) if shape.len() == 2 => Some(matrix(data, [shape[0], shape[1]], device)),
            Some(_) => return Err(golden.wrong("simclr.negatives must be a matrix".into())),
            None => None,
        };
        // Golden gradients of KL are at temperature 1.
        let kl = kl.map(|latent| Objective::Kl(KlSettings { latent, temperature: 1.0 }));
        let dino = student.zip(teacher).filter(|_| crops);
        let dino = dino.map(|(latent, _)| Objective::Dino(DinoSettings { latent, ..DinoSettings::default() }));
        let contrast = simclr.zip(negatives.as_ref());
        let contrast = contrast.map(|(latent, _)| SimclrSettings { latent, ..SimclrSettings::default() });
        settings.objectives = [kl, dino, contrast.clone().map(Objective::Simclr)].into_iter().flatten().collect();
        let simclr = heads.get(Purpose::HeadSimclr, simclr.unwrap_or(SimclrSettings::default().latent))?;
        let signs = match golden.packed("projection.signs_u8")? {
            Some((rows, bytes)) => Some(
                Signs::from_bytes(bytes, rows, dim * (dim + 1))
                    .ok_or_else(|| golden.wrong("projection.signs_u8 has another width than the model needs".into()))?,
            ),
            None => None,
        };
        let projector = match &signs {
            Some(signs) => Projector::rademacher(signs, &Limits::default(), device),
            None => Projector::draw(&settings, embedding, dim, &Limits::default(), device),
        };
        let given = Given {
            heads,
            projector: projector.clone(),
            negatives: Negatives::default(),
            latents: negatives,
            limits: Limits::default(),
        };
        let library = contrast.map(|simclr| Objective::Simclr(SimclrSettings { library: true, ..simclr }));
        let library = library
            .map(|simclr| Extractor::with_given(vit.clone(), settings.with_objectives(vec![simclr]), given.clone()))
            .transpose()?;
        let kl_latent = settings.kl().map_or(1, |kl| kl.latent);
        let paper = Extractor::with_given(vit.clone(), settings, given)?;
        Ok(Self { vit, paper, library, kl_latent, simclr, projector, signs: signs.is_some() })
    }
}

/// The golden head called `name` for embeddings of size `dim`, if it is there.
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
