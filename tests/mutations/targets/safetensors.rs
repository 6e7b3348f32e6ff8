//! Weights: from a file's table of tensors to a model on a device.

use burn::prelude::*;
use mycoscope::vit::{LoadOptions, ViT};

/// Most numbers in a view that is run through a model that could be loaded.
const SMALL: usize = 10_000;

/// Loads a backbone, and runs a view through it where that is quick.
pub fn run(bytes: &[u8]) -> bool {
    let device = Device::flex();
    // Without a number of heads it is the width / 64, which few widths allow.
    let unset = ViT::load(bytes, &LoadOptions::default(), &device).is_ok();
    let Ok(vit) = ViT::load(bytes, &LoadOptions { heads: Some(1), ..LoadOptions::default() }, &device) else {
        assert!(!unset, "one head fits any width");
        return false;
    };
    let config = vit.config();
    let numbers = 3 * config.image * config.image;
    if numbers <= SMALL && config.tokens() * config.dim * config.depth <= SMALL {
        let view = Tensor::zeros([1, 3, config.image, config.image], &device);
        let state = vit.tokens(view);
        assert_eq!(state.u.dims(), [1, 1 + config.patches(), config.dim], "the class token and each patch");
    }
    true
}
