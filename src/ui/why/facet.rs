//! What the panel takes apart: one part's cosine, or all parts as FUNGI sums them. Decisions only: no browser is needed.

use crate::fungi::{Explanation, Factor, Heat, Pair, Part, Region};
use crate::retrieval::Weights;

/// What is taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Facet {
    /// The weighted mean of all parts' cosines, by which FUNGI's column is ranked.
    #[default]
    Sum,
    /// One part's cosine.
    Part(Part),
}

/// A pair of views among the strongest; of patches, for the embedding.
#[derive(Debug, Clone, PartialEq)]
pub struct Strong {
    /// The part that they belong to.
    pub part: Part,
    /// The views, and what their factors are.
    pub pair: Pair,
    /// Its share of all that pairs add and take away.
    pub share: f32,
    /// Where the two views lie.
    pub regions: [Region; 2],
    /// What they are called.
    pub names: [String; 2],
}

impl Strong {
    /// Which of the two factors did it; none where there is only one.
    pub fn factor(&self) -> Option<Factor> {
        self.pair.direction.map(|_| self.pair.factor())
    }
}

/// Each part's weight in the sum: they add up to 1.
pub fn weighed<'a>(parts: &'a [Explanation], weights: &Weights) -> Vec<(&'a Explanation, f32)> {
    let total: f32 = parts.iter().map(|of| weights.get(of.part)).sum();
    let weighed = parts.iter().map(|of| (of, weights.get(of.part) / total));
    weighed.filter(|(_, weight)| *weight > 0.0).collect()
}

impl Facet {
    /// What there is to choose from: the sum, the paper's parts, and what else has a weight.
    pub fn all(parts: &[Explanation], weights: &Weights) -> Vec<Self> {
        let paper = Weights::fungi();
        let shown = parts.iter().map(|of| of.part).filter(|&part| paper.get(part) > 0.0 || weights.get(part) > 0.0);
        std::iter::once(Self::Sum).chain(shown.map(Self::Part)).collect()
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sum => "FUNGI, with your weights",
            Self::Part(part) => part.name(),
        }
    }

    /// Its name in the page's elements.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Sum => "sum",
            Self::Part(part) => part.key(),
        }
    }

    /// The part that it is, if that is there.
    pub fn part(self, parts: &[Explanation]) -> Option<&Explanation> {
        parts.iter().find(|of| self == Self::Part(of.part))
    }

    /// The strongest pairs of views, whatever their sign.
    pub fn strongest(self, parts: &[Explanation], weights: &Weights, count: usize) -> Vec<Strong> {
        let mut strongest: Vec<Strong> = match self {
            Self::Part(_) => self.part(parts).into_iter().flat_map(|of| pairs(of, 1.0, count)).collect(),
            Self::Sum => {
                weighed(parts, weights).into_iter().flat_map(|(of, weight)| summed(of, weight, count)).collect()
            }
        };
        strongest.sort_by(|a, b| b.pair.value.abs().total_cmp(&a.pair.value.abs()));
        strongest.truncate(count);
        let all: f32 = match self {
            Self::Part(_) => self.part(parts).map_or(0.0, |of| of.pairs.turnover()),
            Self::Sum => weighed(parts, weights).iter().map(|(of, weight)| weight * in_sum(of)).sum(),
        };
        strongest.iter_mut().for_each(|strong| strong.share = strong.pair.value / all.max(f32::MIN_POSITIVE));
        strongest
    }

    /// Where in the first (0) or second (1) image the likeness lies, on a grid of `size` cells.
    pub fn heat(self, parts: &[Explanation], weights: &Weights, image: usize, (width, height): (usize, usize)) -> Heat {
        let mut sum = Heat::none(width, height);
        match self {
            Self::Part(_) => self.part(parts).into_iter().for_each(|of| {
                sum.add(&Heat::of(&of.regions[image], &by_view(of, image), width, height), 1.0);
            }),
            Self::Sum => weighed(parts, weights).into_iter().for_each(|(of, weight)| {
                let heat = match of.part {
                    Part::Embedding => Heat::of(&[whole(&of.regions[image])], &[of.cosine as f32], width, height),
                    _ => Heat::of(&of.regions[image], &by_view(of, image), width, height),
                };
                sum.add(&heat, weight);
            }),
        }
        sum
    }
}

/// What each view of an image adds.
pub fn by_view(of: &Explanation, image: usize) -> Vec<f32> {
    if image == 0 { of.pairs.of_first() } else { of.pairs.of_second() }
}

fn pairs(of: &Explanation, weight: f32, count: usize) -> impl Iterator<Item = Strong> {
    of.pairs.strongest(count).into_iter().map(move |pair| Strong {
        part: of.part,
        share: 0.0,
        regions: [of.regions[0][pair.first], of.regions[1][pair.second]],
        names: [of.name(pair.first), of.name(pair.second)],
        pair: Pair { value: weight * pair.value, ..pair },
    })
}

/// A part's pairs in the sum. The embedding is one: no sum over patches gives its cosine.
fn summed(of: &Explanation, weight: f32, count: usize) -> Vec<Strong> {
    if of.part != Part::Embedding {
        return pairs(of, weight, count).collect();
    }
    let cosine = of.cosine as f32;
    vec![Strong {
        part: of.part,
        pair: Pair { first: 0, second: 0, value: weight * cosine, content: cosine, direction: None },
        share: 0.0,
        regions: [0, 1].map(|image| whole(&of.regions[image])),
        names: ["the whole view".to_owned(), "the whole view".to_owned()],
    }]
}

/// All that a part's pairs add and take away in the sum.
fn in_sum(of: &Explanation) -> f32 {
    if of.part == Part::Embedding { of.cosine.abs() as f32 } else { of.pairs.turnover() }
}

/// The region that a view's patches make up.
fn whole(patches: &[Region]) -> Region {
    let (Some(first), Some(last)) = (patches.first(), patches.last()) else {
        return Region { left: 0.0, top: 0.0, width: 1.0, height: 1.0 };
    };
    let (width, height) = (last.left + last.width - first.left, last.top + last.height - first.top);
    Region { left: first.left, top: first.top, width, height }
}

#[cfg(test)]
#[path = "facet_tests.rs"]
mod tests;
