//! Self-distillation between crops (section 3.1; Caron et al. 2021, "Emerging properties", without centring).

use burn::prelude::*;
use burn::tensor::activation::softmax;

use super::{log_sum_exp, total};
use crate::fungi::heads::Head;
use crate::fungi::norm::Unit;
use crate::fungi::{DinoSettings, ExtractError, Given};
use crate::random::Purpose;

/// Sum over every pair of a teacher's view (the global ones) and a student's view (all; the same view included) of
/// `CE(softmax(t / T_t), softmax(s / T_s))`, with `t` and `s` two heads' latents of L2-normalised embeddings. No gradient
/// flows through the teacher.
#[derive(Debug, Clone)]
pub struct Dino {
    /// The student's head.
    pub student: Head,
    /// The teacher's head.
    pub teacher: Head,
    /// T_s.
    pub student_temperature: f32,
    /// T_t.
    pub teacher_temperature: f32,
    /// How many of the first views the teacher sees.
    pub global: usize,
}

/// The objective at given embeddings.
#[derive(Debug, Clone)]
pub struct DinoState<'a> {
    objective: &'a Dino,
    unit: Unit,
    /// `s / T_s`, `[B, V, L]`.
    student: Tensor<3>,
    /// Sum of the teacher's distributions over its views: `[B, 1, L]`, of mass `global`.
    target: Tensor<3>,
    shape: [usize; 3],
}

impl Dino {
    /// The objective with heads of `given`.
    pub(super) fn with_given(settings: &DinoSettings, given: &Given) -> Result<Self, ExtractError> {
        Ok(Self {
            student: given.heads.get(Purpose::HeadDinoStudent, settings.latent)?,
            teacher: given.heads.get(Purpose::HeadDinoTeacher, settings.latent)?,
            student_temperature: settings.student_temperature,
            teacher_temperature: settings.teacher_temperature,
            global: settings.global,
        })
    }

    /// Runs both heads on `e` `[B, V, E]`; the first `global` of the V views are the teacher's too.
    pub fn forward(&self, e: Tensor<3>) -> DinoState<'_> {
        let shape @ [images, views, dim] = e.dims();
        let unit = Unit::new(e.reshape([images * views, dim]));
        let student = self.student.forward(unit.rows.clone()) / self.student_temperature;
        let global = unit.rows.clone().reshape([images, views, dim]).slice([0..images, 0..self.global]);
        let teacher = self.teacher.forward(global.reshape([images * self.global, dim])) / self.teacher_temperature;
        let latent = self.teacher.latent();
        let target = softmax(teacher, 1).reshape([images, self.global, latent]).sum_dim(1);
        DinoState { objective: self, unit, student: student.reshape([images, views, latent]), target, shape }
    }
}

impl DinoState<'_> {
    /// What each of the student's views adds to its image's loss, `[B, V]`: `global logsumexp(s / T_s) - target . s / T_s`.
    pub fn losses(&self) -> Tensor<2> {
        let [images, views, _] = self.shape;
        let normaliser = log_sum_exp(self.student.clone()) * self.objective.global as f32;
        let agreement = (self.student.clone() * self.target.clone()).sum_dim(2);
        (normaliser - agreement).reshape([images, views])
    }

    /// One loss per image, `[B]`.
    pub fn loss(&self) -> Tensor<1> {
        total(self.losses())
    }

    /// The gradient with respect to the embeddings, `[B, V, E]`: `(global softmax(s / T_s) - target) / T_s` through the
    /// student's head and the norm.
    pub fn gradient(&self) -> Tensor<3> {
        let [images, views, _] = self.shape;
        let mass = self.objective.global as f32;
        let latents =
            (softmax(self.student.clone(), 2) * mass - self.target.clone()) / self.objective.student_temperature;
        let latents = latents.reshape([images * views, self.objective.student.latent()]);
        self.unit.backward(self.objective.student.backward(latents)).reshape(self.shape)
    }
}
