//! Gradients derived by hand, against automatic differentiation and central differences.

#![allow(clippy::unwrap_used)]

mod common;

use burn::prelude::*;
use burn::tensor::activation::{log_softmax, softmax};
use common::{difference, draw, numbers};
use mycoscope::fungi::heads::Head;
use mycoscope::fungi::objectives::{Dino, Kl, Loss, NegativeLatents, Simclr};
use mycoscope::fungi::tail;
use mycoscope::vit::{Activation, LastBlock, Linear, Norm, Readout};

const E: usize = 12;
const B: usize = 2;

fn device() -> Device {
    Device::flex()
}

fn tensor<const D: usize>(lane: u32, shape: [usize; D], size: f32) -> Tensor<D> {
    Tensor::from_data(TensorData::new(draw(lane, shape.iter().product(), size), shape), &device())
}

/// A last block with LayerScale: fc1 and fc2 of hidden width 20.
fn block() -> LastBlock {
    let linear = |lane, inputs, outputs| Linear {
        weight: tensor(lane, [inputs, outputs], 0.5),
        bias: tensor(lane + 1, [outputs], 0.5),
    };
    LastBlock {
        proj: linear(10, E, E),
        fc1: linear(12, E, 20),
        activation: Activation::Gelu,
        fc2: linear(14, 20, E),
        readout: Readout::Norm(Norm { weight: tensor(16, [E], 1.0) + 1.5, bias: tensor(17, [E], 1.0) }),
        ls1: Some(tensor(18, [E], 0.5) + 1.0),
        eps: 1e-6,
    }
}

/// The tail in Burn's own operations, from the residual stream: so that automatic differentiation can follow.
fn plain_tail(block: &LastBlock, r: Tensor<2>) -> Tensor<2> {
    let standard = |x: Tensor<2>| {
        let centred = x.clone() - x.mean_dim(1);
        centred.clone() / (centred.square().mean_dim(1) + block.eps).sqrt()
    };
    let lifted = |x: &Tensor<2>| x.clone().autodiff();
    let row = |x: &Tensor<1>| x.clone().unsqueeze::<2>().autodiff();
    let a = standard(r.clone()).matmul(lifted(&block.fc1.weight)) + row(&block.fc1.bias);
    let gelu = a.clone() * ((a * std::f32::consts::FRAC_1_SQRT_2).erf() + 1.0) * 0.5;
    let y = r + gelu.matmul(lifted(&block.fc2.weight)) + row(&block.fc2.bias);
    let Readout::Norm(norm) = &block.readout else { panic!("a final norm") };
    standard(y) * row(&norm.weight) + row(&norm.bias)
}

#[test]
fn the_tails_backward_pass_matches_autodiff() {
    let block = block();
    let (u, x, upstream) = (tensor::<2>(1, [7, E], 1.0), tensor::<2>(2, [7, E], 1.0), tensor::<2>(3, [7, E], 1.0));
    let (e, saved) = block.forward(u.clone(), x.clone());
    let ours = numbers(tail::backward(&block, &saved, upstream.clone()));

    let r = x + u.matmul(block.proj.weight.clone()) + block.proj.bias.clone().unsqueeze();
    let leaf = r.autodiff().require_grad();
    let plain = plain_tail(&block, leaf.clone());
    assert!(difference(&numbers(e), &numbers(plain.clone().inner())) < 1e-5);
    let gradients = (plain * upstream.autodiff()).sum().backward();
    // r = x + ls1 z.
    let expected = leaf.grad(&gradients).unwrap() * block.ls1.clone().unwrap().unsqueeze();
    let off = difference(&ours, &numbers(expected));
    assert!(off < 1e-5, "{off}");
}

/// The same objectives, written from their definitions, one image at a time.
mod plain {
    use super::*;

    pub fn head(head: &(Tensor<2>, Tensor<1>), x: Tensor<2>) -> Tensor<2> {
        x.matmul(head.0.clone().transpose().autodiff()) + head.1.clone().unsqueeze::<2>().autodiff()
    }

    pub fn unit(x: Tensor<2>) -> Tensor<2> {
        x.clone() / x.square().sum_dim(1).sqrt()
    }

    pub fn kl(e: Tensor<2>, weights: &(Tensor<2>, Tensor<1>), temperature: f32) -> Tensor<1> {
        let logs = log_softmax(head(weights, unit(e)) / temperature, 1);
        let latent = logs.dims()[1] as f32;
        (logs + latent.ln()).sum().neg() / latent
    }

    pub fn dino(
        e: Tensor<2>,
        student: &(Tensor<2>, Tensor<1>),
        teacher: &(Tensor<2>, Tensor<1>),
        global: usize,
    ) -> Tensor<1> {
        let e = unit(e);
        let targets = softmax(head(teacher, e.clone().slice(0..global)).detach() / 0.07, 1);
        let logs = log_softmax(head(student, e) / 0.1, 1);
        targets.matmul(logs.transpose()).sum().neg()
    }

    pub fn simclr(e: Tensor<2>, weights: &(Tensor<2>, Tensor<1>), negatives: Tensor<2>, contrast: f32) -> Tensor<1> {
        let views = e.dims()[0];
        let own = unit(head(weights, e));
        let mut loss = Tensor::zeros([1], &own.device());
        for i in 0..views {
            let others: Vec<_> = (0..views).filter(|&j| j != i).map(|j| own.clone().slice(j..j + 1)).collect();
            let this = own.clone().slice(i..i + 1).transpose();
            let positive = Tensor::cat(others.clone(), 0).matmul(this.clone());
            let against = Tensor::cat([others, vec![negatives.clone().autodiff()]].concat(), 0).matmul(this);
            loss = loss + (against / contrast).exp().sum().log() - positive.mean() / 0.07;
        }
        loss / views as f32
    }
}

fn weights(lane: u32, latent: usize) -> (Tensor<2>, Tensor<1>) {
    (tensor(lane, [latent, E], 0.3), tensor(lane + 1, [latent], 0.3))
}

fn head(weights: &(Tensor<2>, Tensor<1>)) -> Head {
    Head::new(weights.0.clone(), weights.1.clone())
}

/// Holds losses `[B]` and gradients `[B, V, E]` against automatic differentiation of `plain`, image by image.
fn agrees(e: &Tensor<3>, loss: Tensor<1>, gradient: Tensor<3>, plain: impl Fn(Tensor<2>) -> Tensor<1>) {
    let (loss, gradient) = (numbers(loss), numbers(gradient));
    let [images, views, dim] = e.dims();
    for image in 0..images {
        let leaf = e.clone().slice(image..image + 1).reshape([views, dim]).autodiff().require_grad();
        let expected = plain(leaf.clone());
        let gradients = expected.backward();
        let expected = numbers(expected.inner())[0];
        assert!((loss[image] - expected).abs() < 2e-5 * expected.abs().max(0.01), "{} {expected}", loss[image]);
        let ours = &gradient[image * views * dim..(image + 1) * views * dim];
        let off = difference(ours, &numbers(leaf.grad(&gradients).unwrap()));
        assert!(off < 1e-4, "gradient off by {off}");
    }
}

#[test]
fn the_kl_gradient_matches_autodiff() {
    let (e, weights) = (tensor::<3>(1, [B, 1, E], 2.0), weights(4, 40));
    for temperature in [0.5, 1.0, 15.0] {
        let kl = Kl { head: head(&weights), temperature };
        let state = kl.forward(e.clone());
        let (loss, gradient) = (numbers(state.loss()), numbers(state.gradient()));
        if temperature < 2.0 {
            agrees(&e, state.loss(), state.gradient(), |e| plain::kl(e, &weights, temperature));
        } else {
            // Nearly uniform: the plain formula is lost in rounding, so f64 takes its place.
            for (image, row) in numbers(e.clone()).chunks(E).enumerate() {
                let (expected_loss, expected) = kl_in_f64(row, &weights, f64::from(temperature));
                assert!((f64::from(loss[image]) / expected_loss - 1.0).abs() < 1e-3);
                assert!(difference(&gradient[image * E..(image + 1) * E], &expected) < 1e-3);
            }
        }
    }
}

/// KL and its gradient by central differences in f64.
fn kl_in_f64(e: &[f32], weights: &(Tensor<2>, Tensor<1>), temperature: f64) -> (f64, Vec<f32>) {
    let (weight, bias) = (numbers(weights.0.clone()), numbers(weights.1.clone()));
    let loss = |e: &[f64]| {
        let norm = e.iter().map(|x| x * x).sum::<f64>().sqrt();
        let logit = |(row, &b): (&[f32], &f32)| {
            (row.iter().zip(e).map(|(&w, x)| f64::from(w) * x / norm).sum::<f64>() + f64::from(b)) / temperature
        };
        let logits: Vec<f64> = weight.chunks(E).zip(&bias).map(logit).collect();
        let latent = logits.len() as f64;
        logits.iter().map(|h| h.exp()).sum::<f64>().ln() - logits.iter().sum::<f64>() / latent - latent.ln()
    };
    let e: Vec<f64> = e.iter().map(|&x| x.into()).collect();
    let slope = |i: usize| {
        let at = |step: f64| {
            let mut moved = e.clone();
            moved[i] += step;
            loss(&moved)
        };
        ((at(1e-4) - at(-1e-4)) / 2e-4) as f32
    };
    (loss(&e), (0..E).map(slope).collect())
}

#[test]
fn the_dino_gradient_matches_autodiff() {
    let (e, student, teacher) = (tensor::<3>(1, [B, 5, E], 2.0), weights(4, 40), weights(6, 40));
    let dino = Dino {
        student: head(&student),
        teacher: head(&teacher),
        student_temperature: 0.1,
        teacher_temperature: 0.07,
        global: 2,
    };
    let state = dino.forward(e.clone());
    agrees(&e, state.loss(), state.gradient(), |e| plain::dino(e, &student, &teacher, 2));
}

#[test]
fn the_simclr_gradient_matches_autodiff() {
    let (e, weights, negatives) = (tensor::<3>(1, [B, 5, E], 2.0), weights(4, 16), tensor::<2>(8, [9, 16], 1.0));
    let unit = negatives.clone() / negatives.clone().square().sum_dim(1).sqrt();
    for (library, contrast) in [(false, 0.07), (true, 1.0)] {
        let negatives = NegativeLatents::new(negatives.clone());
        let simclr = Simclr { head: head(&weights), negatives, temperature: 0.07, library };
        let state = simclr.forward(e.clone());
        agrees(&e, state.loss(), state.gradient(), |e| plain::simclr(e, &weights, unit.clone(), contrast));
    }
}

/// Each view's share of a loss is its own: that of the view alone for KL, of the view beside the global one for DINO, and
/// for SimCLR it moves with the view.
#[test]
fn losses_belong_to_their_views() {
    let e = tensor::<3>(1, [1, 3, E], 2.0);
    let some = |views: &[i32]| e.clone().select(1, Tensor::from_data(views, &device()));
    let close = |a: f32, b: f32| (a - b).abs() < 1e-4 * b.abs().max(0.01);
    let kl = Kl { head: head(&weights(4, 40)), temperature: 0.5 };
    let losses = numbers(kl.forward(e.clone()).losses());
    for (view, loss) in losses.iter().enumerate() {
        assert!(close(*loss, numbers(kl.forward(some(&[view as i32])).loss())[0]), "KL {view}");
    }
    let (student, teacher) = (head(&weights(4, 40)), head(&weights(6, 40)));
    let dino = Dino { student, teacher, student_temperature: 0.1, teacher_temperature: 0.07, global: 1 };
    let losses = numbers(dino.forward(e.clone()).losses());
    for view in [1, 2] {
        let pair = numbers(dino.forward(some(&[0, view])).losses());
        assert!(close(losses[0], pair[0]) && close(losses[view as usize], pair[1]), "DINO {view}");
    }
    let negatives = NegativeLatents::new(tensor(8, [9, 16], 1.0));
    let simclr = Simclr { head: head(&weights(4, 16)), negatives, temperature: 0.07, library: false };
    let (losses, moved) =
        (numbers(simclr.forward(e.clone()).losses()), numbers(simclr.forward(some(&[2, 0, 1])).losses()));
    assert!(!close(losses[0], losses[1]) && !close(losses[1], losses[2]), "{losses:?}");
    for (view, from) in [2, 0, 1].into_iter().enumerate() {
        assert!(close(moved[view], losses[from]), "SimCLR {view}");
    }
}

#[test]
fn the_simclr_gradient_by_rows_is_the_same() {
    let (e, weights) = (tensor::<3>(1, [1, 7, E], 2.0), weights(4, 16));
    let negatives = NegativeLatents::new(tensor(8, [9, 16], 1.0));
    let simclr = Simclr { head: head(&weights), negatives, temperature: 0.07, library: true };
    let whole = numbers(simclr.forward(e.clone()).gradient());
    for rows in [0, 1, 3, 7, 100] {
        let off = difference(&numbers(simclr.gradient_by_rows(e.clone().squeeze_dim(0), rows)), &whole);
        assert!(off < 1e-5, "{rows} rows at a time: off by {off}");
    }
}

/// Losses move as the gradient says: through heads, residual stream, tail and objective at once.
#[test]
fn central_differences_agree() {
    let block = block();
    let views = 4;
    let (u, x) = (tensor::<2>(1, [views, E], 1.0), tensor::<2>(2, [views, E], 1.0));
    let (student, teacher, simclr) = (weights(4, 40), weights(6, 40), weights(8, 16));
    let kl = Kl { head: head(&student), temperature: 0.2 };
    let dino = Dino {
        student: head(&student),
        teacher: head(&teacher),
        student_temperature: 0.1,
        teacher_temperature: 0.07,
        // The teacher is held still by the method, not by the loss: with one global view, move the others.
        global: 1,
    };
    let negatives = NegativeLatents::new(tensor(20, [9, 16], 1.0));
    let simclr = Simclr { head: head(&simclr), negatives, temperature: 0.3, library: false };
    let losses = [("KL", Loss::Kl(kl)), ("DINO", Loss::Dino(dino)), ("SimCLR", Loss::Simclr(simclr))];
    for (name, objective) in &losses {
        let run = |x: Tensor<2>| {
            let (e, saved) = block.forward(u.clone(), x);
            let e = e.reshape([1, views, E]);
            ((objective.loss(e.clone()), objective.gradient(e)), saved)
        };
        let ((_, gradient), saved) = run(x.clone());
        let d = numbers(tail::backward(&block, &saved, gradient.reshape([views, E])));
        let largest = d.iter().fold(0f32, |most, d| most.max(d.abs()));
        for (view, i) in [(1, 0), (1, 5), (2, 3), (3, 11), (3, 7)] {
            // z moves by h where the residual stream moves by ls1 h.
            let scale = numbers(block.ls1.clone().unwrap())[i];
            let at = |h: f32| {
                let mut moved = numbers(x.clone());
                moved[view * E + i] += scale * h;
                let ((loss, _), _) = run(Tensor::from_data(TensorData::new(moved, [views, E]), &device()));
                f64::from(numbers(loss)[0])
            };
            let h = 4e-3;
            let slope = (at(h) - at(-h)) / (2.0 * f64::from(h));
            let ours = f64::from(d[view * E + i]);
            assert!((slope - ours).abs() < 5e-3 * f64::from(largest), "{name} {view},{i}: {slope} {ours}");
        }
    }
}
