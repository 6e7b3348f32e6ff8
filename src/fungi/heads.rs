//! The heads between embedding and loss: single linear layers, drawn once and never trained (section 3.1).

use burn::prelude::*;

use super::Settings;
use crate::random::{Purpose, Stream};

/// A linear layer `h = x W^T + b` with its way back.
#[derive(Debug, Clone)]
pub struct Head {
    /// W, transposed: `[E, L]`.
    weight: Tensor<2>,
    /// b as a row: `[1, L]`.
    bias: Tensor<2>,
}

impl Head {
    /// A head with given weight `[L, E]` and bias `[L]`.
    pub fn new(weight: Tensor<2>, bias: Tensor<1>) -> Self {
        Self { weight: weight.transpose(), bias: bias.unsqueeze() }
    }

    /// The head that `seed` draws: first the weight, row by row, then the bias, all uniform in +-1/sqrt(E).
    pub fn draw(seed: u64, purpose: Purpose, dim: usize, latent: usize, device: &Device) -> Self {
        let mut stream = Stream::new(seed, purpose, 0);
        let bound = 1.0 / (dim as f32).sqrt();
        let mut draw = |n: usize| (0..n).map(|_| stream.range(-bound, bound)).collect::<Vec<f32>>();
        let weight = TensorData::new(draw(latent * dim), [latent, dim]);
        let bias = TensorData::new(draw(latent), [latent]);
        Self::new(Tensor::from_data(weight, device), Tensor::from_data(bias, device))
    }

    /// Size L of the latent.
    pub fn latent(&self) -> usize {
        self.bias.dims()[1]
    }

    /// Size E of the embedding.
    pub fn dim(&self) -> usize {
        self.weight.dims()[0]
    }

    /// Latents `[N, L]` of `x` `[N, E]`.
    pub fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        x.matmul(self.weight.clone()) + self.bias.clone()
    }

    /// The loss's gradient with respect to `x` `[N, E]`, from that with respect to the latents `[N, L]`.
    pub fn backward(&self, gradient: Tensor<2>) -> Tensor<2> {
        gradient.matmul(self.weight.clone().transpose())
    }
}

/// Heads of all objectives.
#[derive(Debug, Clone)]
pub struct Heads {
    /// The KL objective's.
    pub kl: Head,
    /// DINO's, for every view.
    pub dino_student: Head,
    /// DINO's, for the global views; nothing flows back through it.
    pub dino_teacher: Head,
    /// SimCLR's.
    pub simclr: Head,
}

impl Heads {
    /// The heads that `settings.seed` draws for an embedding of size `dim`. Heads of objectives that are off are drawn with
    /// the default latent size, so that turning one objective off changes nothing else.
    pub fn draw(settings: &Settings, dim: usize, device: &Device) -> Self {
        let head = |purpose, latent| Head::draw(settings.seed, purpose, dim, latent, device);
        let dino = settings.dino.clone().unwrap_or_default().latent;
        Self {
            kl: head(Purpose::HeadKl, settings.kl.clone().unwrap_or_default().latent),
            dino_student: head(Purpose::HeadDinoStudent, dino),
            dino_teacher: head(Purpose::HeadDinoTeacher, dino),
            simclr: head(Purpose::HeadSimclr, settings.simclr.clone().unwrap_or_default().latent),
        }
    }
}
