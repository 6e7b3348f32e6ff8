//! The weights of a filter at the places where a resize needs them.

use std::ops::Range;

use super::Filter;

/// Along one axis: which inputs each output weighs, and how much.
pub(crate) struct Taps<T> {
    starts: Vec<usize>,
    /// Weights of output `i` at `ends[i - 1]..ends[i]`.
    ends: Vec<usize>,
    weights: Vec<T>,
}

impl<T> Taps<T> {
    /// Per output: the first input and the weights from there on.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (usize, &[T])> {
        self.places().map(|(start, weights)| (start, &self.weights[weights]))
    }

    /// Number of outputs.
    pub(super) fn len(&self) -> usize {
        self.starts.len()
    }

    /// All weights, as [`Taps::places`] counts them.
    pub(super) fn weights(&self) -> &[T] {
        &self.weights
    }

    /// Per output: the first input and the weights' places.
    pub(super) fn places(&self) -> impl Iterator<Item = (usize, Range<usize>)> {
        let begins = std::iter::once(0).chain(self.ends.iter().copied());
        self.starts.iter().zip(begins.zip(&self.ends)).map(|(&start, (begin, &end))| (start, begin..end))
    }

    /// The inputs that any output weighs: the first, and the one after the last.
    pub(super) fn span(&self) -> (usize, usize) {
        let ends = self.iter().map(|(start, weights)| start + weights.len());
        (self.starts.first().copied().unwrap_or(0), ends.max().unwrap_or(0))
    }

    /// The same, counting inputs from `first` on.
    pub(super) fn counted_from(mut self, first: usize) -> Self {
        self.starts.iter_mut().for_each(|start| *start -= first);
        self
    }

    pub(crate) fn map<U>(self, f: impl Fn(T) -> U) -> Taps<U> {
        Taps { starts: self.starts, ends: self.ends, weights: self.weights.into_iter().map(f).collect() }
    }
}

/// Weights that bring `input` samples to `output`, of which only those in `keep` are wanted.
pub(crate) fn taps(filter: Filter, input: usize, output: usize, keep: Range<usize>) -> Taps<f64> {
    let scale = input as f64 / output as f64;
    let stretch = scale.max(1.0);
    let radius = filter.radius() * stretch;
    let mut taps =
        Taps { starts: Vec::with_capacity(keep.len()), ends: Vec::with_capacity(keep.len()), weights: vec![] };
    for i in keep {
        let centre = (i as f64 + 0.5) * scale;
        // Saturating casts: a negative start is 0.
        let start = (centre - radius + 0.5) as usize;
        let end = ((centre + radius + 0.5) as usize).min(input);
        let first = taps.weights.len();
        taps.weights.extend((start..end).map(|j| filter.at((j as f64 - centre + 0.5) / stretch)));
        let sum: f64 = taps.weights[first..].iter().sum();
        taps.weights[first..].iter_mut().for_each(|w| *w /= sum);
        taps.starts.push(start);
        taps.ends.push(taps.weights.len());
    }
    taps
}
