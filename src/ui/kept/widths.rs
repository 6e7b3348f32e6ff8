//! Features of one origin have one size a part. Whatever has another is no feature of it, and is computed again.

use std::collections::HashMap;

use crate::fungi::{Features, Part};

/// The sizes that were seen first.
#[derive(Debug, Default)]
pub struct Widths(HashMap<(u32, Part), usize>);

impl Widths {
    /// Whether features of the origin with that number are of the same sizes as those before.
    pub fn admit(&mut self, origin: u32, features: &Features) -> bool {
        let known = |(part, unit): (Part, &[f32])| self.0.get(&(origin, part)).is_none_or(|width| *width == unit.len());
        let same = features.parts().all(known);
        if same {
            self.0.extend(features.parts().map(|(part, unit)| ((origin, part), unit.len())));
        }
        same
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_size_is_refused_within_an_origin() {
        let features = |embedding: usize, kl: usize| {
            let mut features = Features::new();
            features.set(Part::Embedding, vec![1.0; embedding]);
            features.set(Part::Kl, vec![1.0; kl]);
            features
        };
        let mut widths = Widths::default();
        let seen =
            [(1, 3, 2), (1, 3, 2), (1, 4, 2), (2, 4, 2), (1, 3, 5)].map(|(o, e, k)| widths.admit(o, &features(e, k)));
        assert_eq!(seen, [true, true, false, true, false]);
    }
}
