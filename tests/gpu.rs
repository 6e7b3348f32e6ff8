//! The GPU's kernels, backbone and features against the CPU's and PyTorch's, on a native adapter; a software one will do.

#![allow(clippy::unwrap_used)]

#[path = "backbone/weights.rs"]
mod weights;

use std::process::Command;
use std::sync::LazyLock;

use burn::prelude::*;
use burn::tensor::DType;
use mycoscope::fungi::tail;
use mycoscope::kernels;
use mycoscope::random::{Purpose, Stream};
use mycoscope::vit::{Activation, LoadOptions, ViT};
use weights::{HEADS, Kind, PATCH, PLAIN, Positioned, SIDE, write};

/// One device for all tests: it can be initialised once.
static GPU: LazyLock<Device> = LazyLock::new(|| {
    let adapter = pollster::block_on(kernels::device::gpu()).unwrap();
    assert!(!adapter.name.is_empty());
    adapter.device
});

fn floats(count: usize, lane: u32) -> Vec<f32> {
    let mut stream = Stream::new(7, Purpose::Sample, lane);
    (0..count).map(|_| stream.uniform() * 2.0 - 1.0).collect()
}

fn tensor<const D: usize>(shape: [usize; D], lane: u32, device: &Device) -> Tensor<D> {
    Tensor::from_data(TensorData::new(floats(shape.iter().product(), lane), shape), device)
}

/// `compute` on both devices, within `tolerance` of the greatest magnitude.
fn agree<const D: usize>(name: &str, tolerance: f32, compute: impl Fn(&Device) -> Tensor<D>) {
    let (cpu, gpu) = (compute(&Device::flex()), compute(&GPU));
    assert_eq!(cpu.dims(), gpu.dims(), "{name}");
    let cpu: Vec<f32> = cpu.into_data().try_to_vec().unwrap();
    let gpu: Vec<f32> = gpu.into_data().try_to_vec().unwrap();
    let scale = cpu.iter().fold(0.0f32, |most, x| most.max(x.abs()));
    assert!(scale > 0.0, "{name}: nothing to compare");
    for (at, (cpu, gpu)) in cpu.iter().zip(&gpu).enumerate() {
        assert!((cpu - gpu).abs() <= tolerance * scale, "{name}: {cpu} on the CPU, {gpu} on the GPU, at {at}");
    }
}

#[test]
fn linear_layers_of_any_size() {
    for (rows, inputs, outputs) in
        [(130, 192, 576), (33, 768, 192), (37, 23, 30), (1, 7, 4), (17, 200, 2), (16, 1, 40), (19, 30, 1)]
    {
        for activation in Activation::ALL {
            if activation.is_gated() && outputs % 2 == 1 {
                continue;
            }
            agree(&format!("standardize_linear {rows} x {inputs} x {outputs}, {activation}"), 2e-6, |device| {
                let x = tensor([rows, inputs], 1, device) * 3.0 + 2.0;
                let weight = tensor([inputs, outputs], 2, device);
                kernels::standardize_linear(x, weight, tensor([outputs], 3, device), 1e-6, activation)
            });
        }
        agree(&format!("linear_add {rows} x {inputs} x {outputs}"), 2e-6, |device| {
            let (x, residual) = (tensor([rows, inputs], 1, device), tensor([rows, outputs], 4, device));
            kernels::linear_add(x, tensor([inputs, outputs], 2, device), tensor([outputs], 3, device), residual)
        });
    }
}

#[test]
fn layouts_that_are_not_contiguous() {
    agree("transposed", 2e-6, |device| {
        let x = tensor([40, 21], 1, device).transpose();
        let weight = tensor([12, 40], 2, device).transpose();
        let residual = tensor([21, 30], 3, device).slice([0..21, 9..21]);
        kernels::linear_add(x, weight, tensor([20], 4, device).slice(4..16), residual)
    });
}

#[test]
fn patches_of_any_size() {
    for (views, height, width, patch, dim, prefix) in
        [(3, 64, 64, 8, 192, 1), (2, 16, 24, 8, 32, 5), (2, 10, 15, 5, 9, 1), (3, 10, 15, 5, 9, 3)]
    {
        agree(&format!("embed {views} x {height} x {width}, patch {patch}, prefix {prefix}"), 2e-6, |device| {
            let views = tensor([views, 3, height, width], 1, device);
            let weight = tensor([3 * patch * patch, dim], 2, device);
            let positions = tensor([(height / patch) * (width / patch) + prefix, dim], 3, device);
            kernels::embed(views, weight, positions)
        });
    }
}

#[test]
fn attention_over_any_number_of_tokens() {
    for (views, tokens, heads, size) in [(2, 65, 3, 64), (3, 17, 4, 8), (2, 197, 1, 6), (1, 300, 2, 16), (4, 1, 2, 5)] {
        let name = format!("{views} x {tokens}, {heads} x {size}");
        let width = heads * size;
        agree(&format!("attention {name}"), 5e-6, |device| {
            kernels::attention(tensor([views, tokens, 3 * width], 1, device), heads)
        });
        agree(&format!("class_attention {name}"), 5e-6, |device| {
            let kv = tensor([views, tokens, 2 * width], 2, device);
            kernels::class_attention(tensor([views, width], 1, device), kv, heads)
        });
    }
}

#[test]
fn attention_of_great_scores() {
    // Scores of some thousands carry 1e-4 of rounding into the exponent.
    agree("great scores", 5e-4, |device| kernels::attention(tensor([2, 70, 96], 1, device) * 20.0, 2));
}

#[test]
fn projections_by_packed_signs() {
    for (images, views, width, rows) in [(2, 49, 192usize, 192), (3, 1, 32, 32), (1, 12, 5, 7), (2, 3, 20, 300)] {
        let words = (width * (width + 1)).div_ceil(32);
        let mut stream = Stream::new(7, Purpose::Signs, 0);
        let signs: Vec<i32> = (0..rows * words).map(|_| stream.next_u32() as i32).collect();
        agree(&format!("rademacher {images} x {views} x {width} to {rows}"), 5e-6, |device| {
            let (d, u) = (tensor([images, views, width], 1, device), tensor([images, views, width], 2, device));
            let signs = TensorData::new(signs.clone(), [rows, words]);
            let signs = Tensor::from_data(signs, (device, DType::I32));
            kernels::rademacher(d, u, signs)
        });
    }
}

/// Activations far from zero, where exponentials overflow.
#[test]
fn activations_of_great_numbers() {
    for activation in [Activation::Gelu, Activation::GeluTanh, Activation::QuickGelu, Activation::SwiGlu] {
        agree(&format!("{activation} of great numbers"), 2e-6, |device| {
            let (x, weight) = (tensor([9, 20], 1, device), tensor([20, 22], 2, device) * 100.0);
            kernels::standardize_linear(x, weight, tensor([22], 3, device), 1e-6, activation)
        });
    }
}

#[test]
fn every_kind_of_backbone_and_its_gradient() {
    let registers = Kind { registers: 3, positioned: Positioned::NoRegisters, layer_scale: true, ..PLAIN };
    let positioned = Positioned::None;
    let clip = Kind { pre_norm: true, positioned, activation: Activation::QuickGelu, ..PLAIN };
    let gated = Kind { distilled: true, activation: Activation::SwiGlu, ..PLAIN };
    for kind in [PLAIN, registers, clip, gated] {
        let file = write(&kind.weights());
        let options = LoadOptions { heads: Some(HEADS), activation: Some(kind.activation), ..LoadOptions::default() };
        let load = |device: &Device| ViT::load(&file, &options, device).unwrap();
        let views = |device: &Device| tensor([5, 3, SIDE * PATCH, SIDE * PATCH], 1, device) * 0.5 + 0.5;
        agree(&format!("tokens of {kind:?}"), 1e-5, |device| load(device).tokens(views(device)).u);
        agree(&format!("embedding of {kind:?}"), 1e-5, |device| {
            let vit = load(device);
            let state = vit.class(views(device));
            vit.tail().forward(state.u, state.x).0
        });
        agree(&format!("gradient of {kind:?}"), 1e-5, |device| {
            let vit = load(device);
            let state = vit.class(views(device));
            let (embedding, saved) = vit.tail().forward(state.u, state.x);
            let gradient = tensor(embedding.dims(), 2, device);
            tail::backward(vit.tail(), &saved, gradient)
        });
    }
}

/// From the weights to the features, against PyTorch's, as a user would hold them.
#[test]
fn golden_tensors_agree() {
    for folder in ["tiny", "layer-scale", "structures/timm-clip", "structures/transformers-siglip"] {
        let folder = format!("{}/tests/golden/{folder}", env!("CARGO_MANIFEST_DIR"));
        let program = env!("CARGO_BIN_EXE_mycoscope");
        let output = Command::new(program).args(["parity", &folder, "--device", "gpu"]).output().unwrap();
        let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        assert!(output.status.success(), "{folder}: {}", said.join("\n"));
    }
}
