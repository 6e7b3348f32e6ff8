//! What each objective is, in two lines, and where the paper says more.

use crate::fungi::{Gradient, Part, ViewSet};

/// The paper.
pub const PAPER: &str = "https://arxiv.org/abs/2407.10964";

/// Where the paper has the objectives.
pub const OBJECTIVES: &str = "Section 3.1 of the paper";
/// Where it has gradients and their projection.
pub const GRADIENTS: &str = "section 3.2";

/// Two lines about the objective of a gradient: what its loss asks, and what it looks at. Only [`Part::Kl`],
/// [`Part::Dino`] and [`Part::Simclr`] have one.
pub fn about(gradient: &Gradient) -> [String; 2] {
    let asks = match gradient.part {
        Part::Kl => {
            "Asks the model to be undecided: the loss is the Kullback-Leibler divergence between the uniform distribution and what a \
             random linear head makes of the embedding."
        }
        Part::Dino => {
            "Asks every crop to give what the large crops give (self-distillation): the loss is the cross-entropy between a random \
             teacher head on the large crops and a random student head on all of them."
        }
        Part::Simclr => {
            "Asks windows of one picture to resemble each other more than windows of other pictures (contrastive learning): the loss \
             contrasts the cosines of their latents, by a random linear head, with those of a fixed set of negatives."
        }
        _ => "",
    };
    [asks.into(), format!("{} No head is ever trained; only the gradient is used.", looks_at(gradient))]
}

fn looks_at(gradient: &Gradient) -> String {
    let count = gradient.regions.len();
    match gradient.views {
        ViewSet::Inference => "It looks at one view, the one that the embedding comes from.".into(),
        ViewSet::Crops { global, local } => format!(
            "It looks at {count} random crops: {global} large ones of 25 to 100 % of the area, and {local} small ones of 5 to 25 %."
        ),
        ViewSet::Windows { .. } => {
            format!("It looks at {count} windows that overlap, each half as wide and half as high as the picture.")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::example;
    use super::*;

    #[test]
    fn each_objective_has_lines_of_its_own() {
        let crops = ViewSet::Crops { global: 2, local: 10 };
        let [asks, looks] = about(&example(Part::Dino, crops, 12));
        assert!(asks.contains("self-distillation"));
        assert!(looks.starts_with("It looks at 12 random crops: 2 large ones"), "{looks}");
        let simclr = about(&example(Part::Simclr, ViewSet::Windows { strides: 6 }, 49));
        assert!(simclr[0].contains("contrast") && simclr[1].contains("49 windows"));
        let kl = about(&example(Part::Kl, ViewSet::Inference, 1));
        assert!(kl[0].contains("uniform") && kl[1].contains("one view"));
    }
}
