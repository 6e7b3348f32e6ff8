//! A ViT as its papers write it down, in f64, token by token: nothing folded, nothing fused.

use mycoscope::vit::Activation;

use crate::weights::{DEPTH, DIM, HEADS, Kind, PATCH, SIDE, Tensors};

const EPS: f64 = 1e-6;

impl Kind {
    /// Class token and patches after the final norm, for a view `[3, SIDE * PATCH, SIDE * PATCH]` in 0..1.
    pub fn tokens(&self, tensors: &Tensors, view: &[f32]) -> Vec<f32> {
        self.run(tensors, view).0
    }

    /// How much the class token attends to each patch in the last block, mean over heads.
    pub fn class_weights(&self, tensors: &Tensors, view: &[f32]) -> Vec<f32> {
        self.run(tensors, view).1
    }

    fn run(&self, tensors: &Tensors, view: &[f32]) -> (Vec<f32>, Vec<f32>) {
        let mut weights = Vec::new();
        let file = File(tensors);
        let mut x = self.embed(&file, view);
        if self.pre_norm {
            x = x.iter().map(|row| file.norm("norm_pre", row)).collect();
        }
        for block in 0..DEPTH {
            let name = |part: &str| format!("blocks.{block}.{part}");
            let normed: Vec<_> = x.iter().map(|row| file.norm(&name("norm1"), row)).collect();
            let qkv: Vec<_> = normed.iter().map(|row| file.linear(&name("attn.qkv"), row)).collect();
            weights = class_weights(&qkv)[self.prefix()..].to_vec();
            for (row, heads) in x.iter_mut().zip(attention(&qkv)) {
                file.add_scaled(&name("ls1.gamma"), row, file.linear(&name("attn.proj"), &heads));
            }
            for row in &mut x {
                let inner = file.linear(&name("mlp.fc1"), &file.norm(&name("norm2"), row));
                let branch = file.linear(&name("mlp.fc2"), &activate(self.activation, &inner));
                file.add_scaled(&name("ls2.gamma"), row, branch);
            }
        }
        let kept = x.iter().take(1).chain(&x[self.prefix()..]);
        (kept.flat_map(|row| file.norm("norm", row)).map(|x| x as f32).collect(), weights)
    }

    fn embed(&self, file: &File<'_>, view: &[f32]) -> Vec<Vec<f64>> {
        let (mean, std) = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]);
        let mut tokens: Vec<Vec<f64>> = Vec::new();
        for name in ["cls_token", "reg_token", "dist_token"] {
            tokens.extend(file.get(name).unwrap_or_default().chunks(DIM).map(<[f64]>::to_vec));
        }
        let (kernel, bias) = (file.get("patch_embed.proj.weight").unwrap(), file.get("patch_embed.proj.bias"));
        let pixel = |channel: usize, y: usize, x: usize| {
            let value = f64::from(view[(channel * SIDE * PATCH + y) * SIDE * PATCH + x]);
            (value - mean[channel]) / std[channel]
        };
        for (row, column) in (0..SIDE * SIDE).map(|cell| (cell / SIDE * PATCH, cell % SIDE * PATCH)) {
            let output = |out: usize| {
                let mut sum = bias.as_ref().map_or(0.0, |bias| bias[out]);
                for (channel, y, x) in (0..3 * PATCH * PATCH).map(|i| (i / PATCH / PATCH, i / PATCH % PATCH, i % PATCH))
                {
                    let weight = kernel[((out * 3 + channel) * PATCH + y) * PATCH + x];
                    sum += weight * pixel(channel, row + y, column + x);
                }
                sum
            };
            tokens.push((0..DIM).map(output).collect());
        }
        let positions = file.get("pos_embed").unwrap();
        let mut positions = positions.chunks(DIM);
        for (index, token) in tokens.iter_mut().enumerate() {
            if index >= self.prefix() || self.has_position(index) {
                token.iter_mut().zip(positions.next().unwrap()).for_each(|(token, position)| *token += position);
            }
        }
        tokens
    }
}

/// Tensors of a file in f64.
struct File<'a>(&'a Tensors);

impl File<'_> {
    fn get(&self, name: &str) -> Option<Vec<f64>> {
        self.0.get(name).map(|(_, values)| values.iter().map(|&x| f64::from(x)).collect())
    }

    fn norm(&self, name: &str, row: &[f64]) -> Vec<f64> {
        let mean = row.iter().sum::<f64>() / row.len() as f64;
        let variance = row.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / row.len() as f64;
        let (scale, shift) = (self.get(&format!("{name}.weight")).unwrap(), self.get(&format!("{name}.bias")).unwrap());
        let terms = row.iter().zip(scale.iter().zip(&shift));
        terms.map(|(x, (scale, shift))| (x - mean) / (variance + EPS).sqrt() * scale + shift).collect()
    }

    fn linear(&self, name: &str, row: &[f64]) -> Vec<f64> {
        let weight = self.get(&format!("{name}.weight")).unwrap();
        let bias = self.get(&format!("{name}.bias")).unwrap();
        let dot = |weights: &[f64]| weights.iter().zip(row).map(|(w, x)| w * x).sum::<f64>();
        weight.chunks(row.len()).zip(bias).map(|(weights, bias)| dot(weights) + bias).collect()
    }

    fn add_scaled(&self, scale: &str, row: &mut [f64], branch: Vec<f64>) {
        let scale = self.get(scale).unwrap_or_else(|| vec![1.0; DIM]);
        row.iter_mut().zip(branch.iter().zip(scale)).for_each(|(x, (branch, scale))| *x += scale * branch);
    }
}

/// How much the first token attends to every token, mean over heads, from queries, keys and values `[T][3 E]`.
fn class_weights(qkv: &[Vec<f64>]) -> Vec<f32> {
    let mut mean = vec![0.0; qkv.len()];
    for head in 0..HEADS {
        let weights = weights(qkv, 0, head);
        mean.iter_mut().zip(weights).for_each(|(mean, weight)| *mean += (weight / HEADS as f64) as f32);
    }
    mean
}

/// How much a token attends to every token, in one head.
fn weights(qkv: &[Vec<f64>], token: usize, head: usize) -> Vec<f64> {
    let size = DIM / HEADS;
    let part = |token: usize, which: usize| &qkv[token][which * DIM + head * size..][..size];
    let dot = |other: usize| part(token, 0).iter().zip(part(other, 1)).map(|(q, k)| q * k).sum::<f64>();
    let weights: Vec<f64> = (0..qkv.len()).map(|other| (dot(other) / (size as f64).sqrt()).exp()).collect();
    let total: f64 = weights.iter().sum();
    weights.into_iter().map(|weight| weight / total).collect()
}

/// Concatenated heads of every token, from queries, keys and values `[T][3 E]`.
fn attention(qkv: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let size = DIM / HEADS;
    let of = |token: usize, head: usize| {
        let weights = weights(qkv, token, head);
        let value = |other: usize| &qkv[other][2 * DIM + head * size..][..size];
        let mix = |i: usize| weights.iter().enumerate().map(|(other, w)| w * value(other)[i]).sum::<f64>();
        (0..size).map(mix).collect::<Vec<_>>()
    };
    (0..qkv.len()).map(|token| (0..HEADS).flat_map(|head| of(token, head)).collect()).collect()
}

fn activate(activation: Activation, a: &[f64]) -> Vec<f64> {
    let sigmoid = |x: f64| 1.0 / (1.0 + (-x).exp());
    match activation {
        Activation::Identity => a.to_vec(),
        Activation::Gelu => a.iter().map(|x| x * 0.5 * (1.0 + libm::erf(x / 2f64.sqrt()))).collect(),
        Activation::GeluTanh => {
            let inner = |x: f64| (2.0 / std::f64::consts::PI).sqrt() * (x + 0.044_715 * x.powi(3));
            a.iter().map(|&x| 0.5 * x * (1.0 + inner(x).tanh())).collect()
        }
        Activation::QuickGelu => a.iter().map(|x| x * sigmoid(1.702 * x)).collect(),
        Activation::SwiGlu => {
            let (gates, values) = a.split_at(a.len() / 2);
            gates.iter().zip(values).map(|(gate, value)| gate * sigmoid(*gate) * value).collect()
        }
    }
}
