//! Every kind of ViT against the plain one, and the gradient through every activation.

use burn::prelude::*;
use burn::tensor::activation::sigmoid;
use mycoscope::fungi::tail;
use mycoscope::random::{Purpose, Stream};
use mycoscope::vit::{Activation, LastBlock, Linear, LoadError, LoadOptions, Norm, Readout, ViT};

use crate::weights::{DIM, HEADS, Kind, PATCH, PLAIN, Positioned, SIDE, Tensors, write};
use crate::{embedding, relative, tokens, values};

fn draw(lane: u32, count: usize, low: f32, high: f32) -> Vec<f32> {
    let mut stream = Stream::new(23, Purpose::Sample, lane);
    (0..count).map(|_| stream.range(low, high)).collect()
}

fn load(tensors: &Tensors, activation: Option<Activation>) -> Result<ViT, LoadError> {
    let options = LoadOptions { heads: Some(HEADS), activation, ..LoadOptions::default() };
    ViT::load(&write(tensors), &options, &Device::flex())
}

fn view() -> (Vec<f32>, Tensor<4>) {
    let side = SIDE * PATCH;
    let pixels = draw(0, 3 * side * side, 0.0, 1.0);
    (pixels.clone(), Tensor::from_data(TensorData::new(pixels, [1, 3, side, side]), &Device::flex()))
}

#[track_caller]
fn agrees(name: &str, kind: Kind, activation: Option<Activation>) {
    let weights = kind.weights();
    let vit = load(&weights, activation).unwrap();
    let config = vit.config();
    assert_eq!(
        (config.prefix, config.activation, config.pre_norm, config.layer_scale),
        (kind.prefix(), kind.activation, kind.pre_norm, kind.layer_scale),
        "{name}"
    );
    assert_eq!(config.tokens(), kind.prefix() + SIDE * SIDE, "{name}");
    let (pixels, view) = view();
    let expected = kind.tokens(&weights, &pixels);
    let off = relative(&tokens(&vit, view.clone()), &expected);
    assert!(off < 1e-5, "{name}: tokens off by {off}");
    let off = relative(&embedding(&vit, view.clone()), &expected[..DIM]);
    assert!(off < 1e-5, "{name}: embedding off by {off}");
    let weights: Vec<f32> = vit.class_weights(view).into_data().try_to_vec().unwrap();
    let off = relative(&weights, &kind.class_weights(&kind.weights(), &pixels));
    assert!(off < 1e-5, "{name}: the class token's attention off by {off}");
}

#[test]
fn prefix_tokens_and_their_positions() {
    agrees("class token without a position", Kind { positioned: Positioned::None, ..PLAIN }, None);
    for positioned in [Positioned::NoRegisters, Positioned::All, Positioned::None] {
        agrees(&format!("registers, {positioned:?}"), Kind { registers: 3, positioned, ..PLAIN }, None);
        let both = Kind { registers: 2, distilled: true, positioned, ..PLAIN };
        agrees(&format!("registers and distillation token, {positioned:?}"), both, None);
    }
    agrees("distillation token", Kind { distilled: true, ..PLAIN }, None);
}

#[test]
fn a_norm_before_the_first_block() {
    agrees("pre-norm", Kind { pre_norm: true, ..PLAIN }, None);
    let mut with_bias = Kind { pre_norm: true, ..PLAIN }.weights();
    with_bias.insert("patch_embed.proj.bias".into(), (vec![DIM], draw(1, DIM, -1.0, 1.0)));
    let (pixels, view) = view();
    let expected = Kind { pre_norm: true, ..PLAIN }.tokens(&with_bias, &pixels);
    assert!(relative(&tokens(&load(&with_bias, None).unwrap(), view), &expected) < 1e-5);
    // Only a norm makes up for the bias.
    let mut without = PLAIN.weights();
    without.remove("patch_embed.proj.bias");
    assert!(load(&without, None).err().unwrap().to_string().contains("patch_embed.proj.bias"));
}

#[test]
fn every_activation() {
    for activation in Activation::ALL {
        agrees(&activation.to_string(), Kind { activation, ..PLAIN }, Some(activation));
    }
    agrees("SwiGLU, by its shapes", Kind { activation: Activation::SwiGlu, ..PLAIN }, None);
    for (of, asked) in [(Activation::SwiGlu, Activation::Gelu), (Activation::Gelu, Activation::SwiGlu)] {
        let message = load(&Kind { activation: of, ..PLAIN }.weights(), Some(asked)).err().unwrap().to_string();
        assert!(message.contains(&asked.to_string()) && message.contains("gated"), "{message}");
    }
}

#[test]
fn everything_at_once() {
    let positioned = Positioned::NoRegisters;
    let activation = Activation::SwiGlu;
    let kind = Kind { registers: 4, distilled: true, positioned, pre_norm: true, layer_scale: true, activation };
    agrees("everything", kind, None);
}

/// The names that other libraries give to registers and to a gated MLP.
#[test]
fn other_names_give_the_same_embedding() {
    let positioned = Positioned::NoRegisters;
    let kind = Kind { registers: 3, positioned, activation: Activation::SwiGlu, ..PLAIN };
    let weights = kind.weights();
    let expected = embedding(&load(&weights, None).unwrap(), view().1);
    let renamed = |pairs: &[(&str, &str)]| -> Tensors {
        let rename = |name: &str| pairs.iter().fold(name.to_owned(), |name, (from, to)| name.replace(from, to));
        weights.iter().map(|(name, tensor)| (rename(name), tensor.clone())).collect()
    };
    let meta = renamed(&[("reg_token", "register_tokens"), ("mlp.fc1", "mlp.w12"), ("mlp.fc2", "mlp.w3")]);
    let hugging_face = renamed(&[
        ("cls_token", "embeddings.cls_token"),
        ("reg_token", "embeddings.register_tokens"),
        ("pos_embed", "embeddings.position_embeddings"),
        ("patch_embed.proj", "embeddings.patch_embeddings.projection"),
        ("blocks", "encoder.layer"),
        ("attn.proj", "attention.output.dense"),
        ("mlp.fc1", "mlp.weights_in"),
        ("mlp.fc2", "mlp.weights_out"),
        ("norm.", "layernorm."),
    ]);
    let heads = ["attention.attention.query", "attention.attention.key", "attention.attention.value"];
    let hugging_face = split(hugging_face, "attn.qkv", &heads);
    // timm's unpacked SwiGLU has a layer for the gates and one for the values.
    let apart = split(weights.clone(), "mlp.fc1", &["mlp.fc1_g", "mlp.fc1_x"]);
    for (name, tensors) in [("facebookresearch", meta), ("Hugging Face", hugging_face), ("timm, apart", apart)] {
        assert!(tensors.keys().ne(weights.keys()));
        assert_eq!(embedding(&load(&tensors, None).unwrap(), view().1), expected, "{name}");
    }
}

/// The same tensors with one kind of layer cut into equal parts.
fn split(tensors: Tensors, whole: &str, parts: &[&str]) -> Tensors {
    let cut = |(name, (mut shape, values)): (String, (Vec<usize>, Vec<f32>))| {
        if !name.contains(whole) {
            return vec![(name, (shape, values))];
        }
        shape[0] /= parts.len();
        let pieces = parts.iter().zip(values.chunks(values.len() / parts.len()));
        pieces.map(|(part, values)| (name.replace(whole, part), (shape.clone(), values.to_vec()))).collect()
    };
    tensors.into_iter().flat_map(cut).collect()
}

#[test]
fn mlps_that_do_not_fit_are_told() {
    let with = |layers: &[(&str, [usize; 2])]| {
        let mut weights = PLAIN.weights();
        for (layer, [outputs, inputs]) in layers {
            for block in 0..2 {
                let name = format!("blocks.{block}.mlp.{layer}");
                weights.insert(format!("{name}.weight"), (vec![*outputs, *inputs], vec![0.1; outputs * inputs]));
                weights.insert(format!("{name}.bias"), (vec![*outputs], vec![0.1; *outputs]));
            }
        }
        load(&weights, None).err().unwrap()
    };
    for error in [with(&[("fc1", [0, DIM]), ("fc2", [DIM, 0])]), with(&[("fc1", [0, DIM])]), with(&[("fc2", [DIM, 0])])]
    {
        assert!(
            matches!(error, LoadError::EmptyMlp { .. }) && error.to_string().contains("blocks.0.mlp.fc"),
            "{error}"
        );
    }
    let error = with(&[("fc1", [30, DIM])]).to_string();
    assert!(error.contains("blocks.0.mlp.fc2.weight") && error.contains("[12, 30]"), "{error}");
}

/// A last block with LayerScale and this activation.
fn last_block(activation: Activation) -> LastBlock {
    let device = Device::flex();
    let vector = |lane, count, low, high| {
        Tensor::<1>::from_data(TensorData::new(draw(lane, count, low, high), [count]), &device)
    };
    let linear = |lane, inputs: usize, outputs: usize| {
        let weight = TensorData::new(draw(lane, inputs * outputs, -0.5, 0.5), [inputs, outputs]);
        Linear { weight: Tensor::from_data(weight, &device), bias: vector(lane + 1, outputs, -0.5, 0.5) }
    };
    LastBlock {
        proj: linear(2, DIM, DIM),
        fc1: linear(4, DIM, activation.inputs(10)),
        activation,
        fc2: linear(6, 10, DIM),
        readout: Readout::Norm(Norm { weight: vector(8, DIM, 0.5, 2.0), bias: vector(9, DIM, -1.0, 1.0) }),
        ls1: Some(vector(10, DIM, 0.5, 1.5)),
        eps: 1e-6,
    }
}

/// The tail from the residual stream in Burn's own operations, which automatic differentiation can follow.
fn differentiable(block: &LastBlock, r: Tensor<2>) -> Tensor<2> {
    let standard = |x: Tensor<2>| {
        let centred = x.clone() - x.mean_dim(1);
        centred.clone() / (centred.square().mean_dim(1) + block.eps).sqrt()
    };
    let matrix = |x: &Tensor<2>| x.clone().autodiff();
    let row = |x: &Tensor<1>| x.clone().unsqueeze::<2>().autodiff();
    let a = standard(r.clone()).matmul(matrix(&block.fc1.weight)) + row(&block.fc1.bias);
    let hidden = match block.activation {
        Activation::Identity => a,
        Activation::Gelu => a.clone() * ((a * std::f32::consts::FRAC_1_SQRT_2).erf() + 1.0) * 0.5,
        Activation::GeluTanh => {
            let inner = (a.clone() + a.clone().powi_scalar(3) * 0.044_715) * (2.0 / std::f32::consts::PI).sqrt();
            a * (inner.tanh() + 1.0) * 0.5
        }
        Activation::QuickGelu => a.clone() * sigmoid(a * 1.702),
        Activation::SwiGlu => {
            let half = a.dims()[1] / 2;
            let gates = a.clone().narrow(1, 0, half);
            gates.clone() * sigmoid(gates) * a.narrow(1, half, half)
        }
    };
    let y = r + hidden.matmul(matrix(&block.fc2.weight)) + row(&block.fc2.bias);
    match &block.readout {
        Readout::Norm(norm) => standard(y) * row(&norm.weight) + row(&norm.bias),
        Readout::Projection(projection) => standard(y).matmul(matrix(&projection.weight)) + row(&projection.bias),
        Readout::Identity => y,
    }
}

#[test]
fn the_way_back_through_every_activation_is_automatic_differentiations() {
    for activation in Activation::ALL {
        goes_back(&activation.to_string(), &last_block(activation));
    }
}

/// Through CLIP's projection and through an attention pool, after which there is no norm.
#[test]
fn the_way_back_from_every_embedding_is_automatic_differentiations() {
    let device = Device::flex();
    let weight = Tensor::from_data(TensorData::new(draw(14, DIM * 5, -0.5, 0.5), [DIM, 5]), &device);
    let bias = Tensor::from_data(TensorData::new(draw(15, 5, -0.5, 0.5), [5]), &device);
    for readout in [Readout::Projection(Linear { weight, bias }), Readout::Identity] {
        goes_back(&format!("{readout:?}"), &LastBlock { readout, ..last_block(Activation::GeluTanh) });
    }
}

#[track_caller]
fn goes_back(name: &str, block: &LastBlock) {
    let tensor = |lane, width| {
        Tensor::<2>::from_data(TensorData::new(draw(lane, 7 * width, -1.0, 1.0), [7, width]), &Device::flex())
    };
    let (u, x) = (tensor(11, DIM), tensor(12, DIM));
    let (e, saved) = block.forward(u.clone(), x.clone());
    let upstream = tensor(13, e.dims()[1]);
    let ours = values(tail::backward(block, &saved, upstream.clone()));

    let r = x + u.matmul(block.proj.weight.clone()) + block.proj.bias.clone().unsqueeze();
    let leaf = r.autodiff().require_grad();
    let plain = differentiable(block, leaf.clone());
    let off = relative(&values(e), &values(plain.clone().inner()));
    assert!(off < 1e-5, "{name}: embedding off by {off}");
    let gradients = (plain * upstream.autodiff()).sum().backward();
    let expected = leaf.grad(&gradients).unwrap() * block.ls1.clone().unwrap().unsqueeze();
    let off = relative(&ours, &values(expected));
    assert!(off < 1e-5, "{name}: gradient off by {off}");
}
