//! What forward passes cannot be faster than: their operations at the rate of a large matrix product.

use std::time::Instant;

use burn::prelude::*;

use super::CliError;
use crate::fungi::extractor::read;
use crate::vit::ViTConfig;

/// Floating-point operations of one view's forward pass, products alone: the last block for the class token only.
pub(super) fn flop(config: &ViTConfig) -> f64 {
    let ViTConfig { patch, dim, depth, hidden, .. } = *config;
    let tokens = config.tokens();
    let mlp = dim * (config.mlp_width() + hidden);
    let embedding = config.patches() * 3 * patch * patch * dim;
    let block = tokens * (4 * dim * dim + 2 * tokens * dim + mlp);
    let last = tokens * 2 * dim * dim + dim * dim + 2 * tokens * dim + dim * dim + mlp;
    2.0 * (embedding + (depth - 1) * block + last) as f64
}

/// A large matrix product: as fast as the device multiplies.
pub(super) struct Product {
    left: Tensor<2>,
    right: Tensor<2>,
}

impl Product {
    const SIDE: usize = 1024;
    /// Products in a row, so that one is not over too soon.
    const ROW: usize = 4;

    pub(super) fn new(device: &Device) -> Self {
        let values = || (0..Self::SIDE.pow(2)).map(|i| (i % 7) as f32 * 1e-3).collect::<Vec<f32>>();
        let matrix = || Tensor::<2>::from_data(TensorData::new(values(), [Self::SIDE; 2]), device);
        Self { left: matrix(), right: matrix() }
    }

    /// Billions of operations a second.
    pub(super) fn rate(&self) -> Result<f64, CliError> {
        let start = Instant::now();
        let product = (0..Self::ROW).fold(self.left.clone(), |product, _| product.matmul(self.right.clone()));
        // One number: waits for the product without moving all of it.
        pollster::block_on(read(product.slice([0..1, 0..1])))?;
        Ok((Self::ROW * 2 * Self::SIDE.pow(3)) as f64 / start.elapsed().as_secs_f64() / 1e9)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vit::{Activation, Output};

    #[test]
    fn operations_by_hand() {
        // One patch of one pixel, hence two tokens, and one block.
        let config = ViTConfig {
            image: 1,
            patch: 1,
            dim: 2,
            depth: 1,
            heads: 1,
            hidden: 8,
            prefix: 1,
            activation: Activation::Gelu,
            pre_norm: false,
            layer_scale: false,
            rotary: false,
            output: Output::ClassToken,
            eps: 1e-6,
            mean: [0.0; 3],
            std: [1.0; 3],
        };
        // 3 * 2 + 2 * 2 * 4 + 4 + 2 * 2 * 2 + 4 + 2 * 2 * 8 = 70 products, two operations each.
        assert_eq!(flop(&config), 140.0);
        // One block more: 2 * (4 * 4 + 2 * 2 * 2 + 2 * 2 * 8) = 112 products.
        assert_eq!(flop(&ViTConfig { depth: 2, ..config }), 140.0 + 224.0);
    }
}
