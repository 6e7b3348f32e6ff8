//! The feature of one image: a few unit vectors, one per part.

use serde::{Deserialize, Serialize};

use super::{Part, PartMap};
use crate::arithmetic::dot_f64;

/// The parts of one image's feature: each L2-normalised, absent if its objective was off.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Features(PartMap<Option<Vec<f32>>>);

impl Features {
    /// Features without any part.
    pub fn new() -> Self {
        Self::default()
    }

    /// Stores `vector` L2-normalised as `part`; a zero vector stays zero.
    pub fn set(&mut self, part: Part, mut vector: Vec<f32>) {
        let norm = dot_f64(&vector, &vector).sqrt() as f32;
        if norm > 0.0 {
            vector.iter_mut().for_each(|x| *x /= norm);
        }
        self.0[part] = Some(vector);
    }

    /// Stores what [`Features::get`] gave before, to the bit.
    pub(crate) fn restore(&mut self, part: Part, unit: Vec<f32>) {
        self.0[part] = Some(unit);
    }

    /// Takes the parts of `other`, to the bit; its other parts stay.
    pub fn merge(&mut self, other: Self) {
        for part in Part::ALL {
            if let Some(unit) = &other.0[part] {
                self.restore(part, unit.clone());
            }
        }
    }

    /// Whether each of `parts` was computed.
    pub fn has(&self, parts: &[Part]) -> bool {
        parts.iter().all(|&part| self.0[part].is_some())
    }

    /// The unit vector of `part`, if it was computed.
    pub fn get(&self, part: Part) -> Option<&[f32]> {
        self.0[part].as_deref()
    }

    /// The parts that were computed, in order.
    pub fn parts(&self) -> impl Iterator<Item = (Part, &[f32])> {
        Part::ALL.into_iter().filter_map(|part| Some((part, self.get(part)?)))
    }

    /// The given parts, concatenated and not normalised again, as the paper does. Absent parts are left out.
    pub fn concatenated(&self, parts: &[Part]) -> Vec<f32> {
        parts.iter().filter_map(|&part| self.get(part)).flatten().copied().collect()
    }
}
