//! Why two images are alike: each part's cosine with the pairs of views that make it up, and a sentence about it.

use serde::{Deserialize, Serialize};

use super::{Contributions, Part, Region, ViewSet};

/// How one part's cosine comes about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    /// The part.
    pub part: Part,
    /// The views that it comes from; the embedding's pairs are patches of its one view instead.
    pub views: ViewSet,
    /// Where those views, or patches, lie in the two images.
    pub regions: [Vec<Region>; 2],
    /// The cosine of the two images' features, as neighbours are ranked by it.
    pub cosine: f64,
    /// What the projection is expected to move that cosine by (one standard deviation), for gradients.
    pub noise: Option<f64>,
    /// Pairs of views. Their sum is the cosine without projection; of the embedding's patches it is only a guide.
    pub pairs: Contributions,
}

/// What pairs are made of.
const fn kinds(views: ViewSet, part: Part) -> (&'static str, &'static str) {
    match part {
        Part::Embedding => ("patch", "patches"),
        _ => views.kinds(),
    }
}

impl Explanation {
    /// What a view of this part is called: "crop 3", "window 17".
    pub fn name(&self, view: usize) -> String {
        match (self.part, self.views) {
            (Part::Embedding, _) | (_, ViewSet::Crops { .. } | ViewSet::Windows { .. }) => {
                format!("{} {}", kinds(self.views, self.part).0, view + 1)
            }
            (_, ViewSet::Inference) => "the whole view".to_owned(),
        }
    }

    /// One sentence, from the numbers: how few views of the first image make up half of what there is, or what the two
    /// factors of a single pair are.
    pub fn sentence(&self) -> String {
        let name = self.part.name();
        let (_, kind) = kinds(self.views, self.part);
        if self.pairs.pairs.iter().all(|pair| *pair == 0.0) {
            return format!("{name}: nothing of the one image is like anything of the other.");
        }
        if self.pairs.pairs.len() == 1 {
            let pair = self.pairs.pair(0, 0);
            return match pair.direction {
                Some(direction) => format!(
                    "{name}: the views show alike things by {:+.2}, and the loss would move them alike by {direction:+.2}.",
                    pair.content
                ),
                None => format!("{name}: the views show alike things by {:+.2}.", pair.content),
            };
        }
        let of_first = self.pairs.of_first();
        let (few, share) = fewest(&of_first, 0.5);
        let (verb, total) = if self.pairs.cosine >= 0.0 { ("likeness", 1.0) } else { ("difference", -1.0) };
        let against = of_first.iter().filter(|part| **part * total < 0.0).count();
        let mut sentence = format!(
            "{name}: {:.0} % of the {verb} comes from {few} of the first image's {} {kind}",
            100.0 * share,
            self.pairs.rows
        );
        if against > 0 {
            let speak = if against == 1 { "speaks" } else { "speak" };
            sentence += &format!("; {against} {speak} against it");
        }
        sentence + "."
    }
}

/// How many of the largest values, by the sign of their sum, make up at least `most` of those with that sign, and their
/// share.
fn fewest(values: &[f32], most: f32) -> (usize, f32) {
    let sign = if values.iter().sum::<f32>() < 0.0 { -1.0 } else { 1.0 };
    let mut for_it: Vec<f32> = values.iter().map(|x| x * sign).filter(|x| *x > 0.0).collect();
    for_it.sort_by(|a, b| b.total_cmp(a));
    let all: f32 = for_it.iter().sum();
    let mut sum = 0.0;
    for (i, value) in for_it.iter().enumerate() {
        sum += value;
        if sum >= most * all {
            return (i + 1, sum / all);
        }
    }
    (for_it.len(), 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn explanation(part: Part, views: ViewSet, rows: usize, pairs: &[f32], direction: &[f32]) -> Explanation {
        let pairs = Contributions {
            rows,
            columns: pairs.len() / rows,
            pairs: pairs.to_vec(),
            content: vec![0.5; pairs.len()],
            direction: direction.to_vec(),
            cosine: pairs.iter().map(|x| f64::from(*x)).sum(),
        };
        Explanation { part, views, regions: [Vec::new(), Vec::new()], cosine: 0.4, noise: Some(0.05), pairs }
    }

    const CROPS: ViewSet = ViewSet::Crops { global: 1, local: 2 };

    #[test]
    fn the_sentence_counts_the_views_that_matter() {
        let dino = explanation(Part::Dino, CROPS, 3, &[0.3, 0.3, 0.1, 0.1, -0.05, 0.0], &[0.1; 6]);
        let said = dino.sentence();
        assert_eq!(said, "DINO: 75 % of the likeness comes from 1 of the first image's 3 crops; 1 speaks against it.");
        let unlike =
            explanation(Part::Simclr, ViewSet::Windows { strides: 1 }, 2, &[-0.1, -0.1, -0.3, -0.3], &[0.1; 4]);
        assert_eq!(unlike.sentence(), "SimCLR: 75 % of the difference comes from 1 of the first image's 2 windows.");
    }

    #[test]
    fn one_pair_is_told_by_its_factors() {
        let kl = explanation(Part::Kl, ViewSet::Inference, 1, &[0.2], &[0.4]);
        assert_eq!(
            kl.sentence(),
            "KL: the views show alike things by +0.50, and the loss would move them alike by +0.40."
        );
        let nothing = explanation(Part::Kl, ViewSet::Inference, 1, &[0.0], &[0.0]);
        assert!(nothing.sentence().contains("nothing"));
    }

    #[test]
    fn views_have_names() {
        assert_eq!(explanation(Part::Dino, CROPS, 1, &[1.0], &[]).name(2), "crop 3");
        assert_eq!(explanation(Part::Kl, ViewSet::Inference, 1, &[1.0], &[]).name(0), "the whole view");
        assert_eq!(explanation(Part::Embedding, ViewSet::Inference, 1, &[1.0], &[]).name(0), "patch 1");
    }
}
