//! The heads between embedding and loss: single linear layers with random weights, never trained (section 3.1).

use burn::prelude::*;

use super::ExtractError;
use crate::random::{Purpose, Stream};

/// A linear layer `h = x W^T + b`, forward and backward.
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

/// The source of the objectives' heads: each is drawn from the seed, unless it is supplied.
#[derive(Debug, Clone)]
pub struct Heads {
    seed: u64,
    dim: usize,
    device: Device,
    given: Vec<(Purpose, Head)>,
}

impl Heads {
    /// All heads drawn from `seed`, for embeddings of size `dim`.
    pub fn new(seed: u64, dim: usize, device: &Device) -> Self {
        Self { seed, dim, device: device.clone(), given: Vec::new() }
    }

    /// The same, with `head` for `purpose`.
    pub fn with(mut self, purpose: Purpose, head: Head) -> Self {
        self.given.push((purpose, head));
        self
    }

    /// Size E of the embeddings.
    pub fn dim(&self) -> usize {
        self.dim
    }

    /// Their device.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// The head for `purpose`, with latents of size `latent`.
    ///
    /// # Errors
    ///
    /// [`ExtractError::Given`] if it was supplied with another size.
    pub fn get(&self, purpose: Purpose, latent: usize) -> Result<Head, ExtractError> {
        let Some((_, head)) = self.given.iter().find(|(given, _)| *given == purpose) else {
            return Ok(Head::draw(self.seed, purpose, self.dim, latent, &self.device));
        };
        ExtractError::given(format!("{purpose:?}"), head.dim(), self.dim)?;
        ExtractError::given(format!("{purpose:?}"), head.latent(), latent)?;
        Ok(head.clone())
    }
}
