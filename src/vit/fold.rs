//! Folds norms and scales next to a linear layer into its weights, in f64, once, at load.

use burn::prelude::*;

/// A linear layer `x W + b`.
#[derive(Debug, Clone)]
pub struct Linear {
    /// `[in, out]`.
    pub weight: Tensor<2>,
    /// `[out]`.
    pub bias: Tensor<1>,
}

/// A linear layer on its way to the device; `weight` is `[out, in]`, as PyTorch stores it.
#[derive(Debug, Clone)]
pub(super) struct Layer {
    pub weight: Vec<f64>,
    pub bias: Vec<f64>,
}

impl Layer {
    fn inputs(&self) -> usize {
        self.weight.len() / self.bias.len()
    }

    /// After a norm: `W (g * x + s) + b = (W g) x + (W s + b)`.
    pub(super) fn after_norm(mut self, scale: &[f64], shift: &[f64]) -> Self {
        let inputs = self.inputs();
        for (row, bias) in self.weight.chunks_exact_mut(inputs).zip(&mut self.bias) {
            *bias += row.iter().zip(shift).map(|(w, s)| w * s).sum::<f64>();
            row.iter_mut().zip(scale).for_each(|(w, g)| *w *= g);
        }
        self
    }

    /// With a scale per output after it: `g * (W x + b) = (g W) x + g b`. Outputs beyond the scale's length are left unscaled.
    pub(super) fn scaled(mut self, scale: &[f64]) -> Self {
        let inputs = self.inputs();
        for ((row, bias), g) in self.weight.chunks_exact_mut(inputs).zip(&mut self.bias).zip(scale) {
            row.iter_mut().for_each(|w| *w *= g);
            *bias *= g;
        }
        self
    }

    /// `W x + b`.
    pub(super) fn forward(&self, x: &[f64]) -> Vec<f64> {
        let rows = self.weight.chunks_exact(self.inputs()).zip(&self.bias);
        rows.map(|(row, bias)| row.iter().zip(x).map(|(w, x)| w * x).sum::<f64>() + bias).collect()
    }

    /// Only the outputs `start..end`.
    pub(super) fn outputs(&self, start: usize, end: usize) -> Self {
        let inputs = self.inputs();
        Self { weight: self.weight[start * inputs..end * inputs].to_vec(), bias: self.bias[start..end].to_vec() }
    }

    /// Copies it to the device, transposed.
    pub(super) fn load(&self, device: &Device) -> Linear {
        let (inputs, outputs) = (self.inputs(), self.bias.len());
        let mut weight = vec![0f32; inputs * outputs];
        for (output, row) in self.weight.chunks_exact(inputs).enumerate() {
            for (input, &w) in row.iter().enumerate() {
                weight[input * outputs + output] = w as f32;
            }
        }
        Linear { weight: matrix(weight, [inputs, outputs], device), bias: vector(&self.bias, device) }
    }
}

pub(super) fn matrix(values: Vec<f32>, shape: [usize; 2], device: &Device) -> Tensor<2> {
    Tensor::from_data(TensorData::new(values, shape), device)
}

pub(super) fn vector(values: &[f64], device: &Device) -> Tensor<1> {
    let values: Vec<f32> = values.iter().map(|&x| x as f32).collect();
    let length = values.len();
    Tensor::from_data(TensorData::new(values, [length]), device)
}
