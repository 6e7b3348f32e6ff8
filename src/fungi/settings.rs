//! Everything that determines a feature, besides the image and the model.

use serde::{Deserialize, Serialize};

use super::{DinoSettings, KlSettings, Objective, Part, ProjectionSize, SimclrSettings, ViewSet};

/// Settings of the method. Two runs with equal settings, model and image give equal features.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// Seed of heads, crops and projection.
    pub seed: u64,
    /// The objectives whose gradients are taken, each kind at most once, in the order of their parts.
    pub objectives: Vec<Objective>,
    /// How gradients are projected.
    pub projection: Projection,
    /// Size of a projected gradient; files and messages have nothing there for the embedding's own size.
    #[serde(default)]
    pub projected: ProjectionSize,
}

impl Default for Settings {
    fn default() -> Self {
        let projected = ProjectionSize::default();
        Self { seed: 0, objectives: Objective::all(), projection: Projection::Rademacher, projected }
    }
}

impl Settings {
    /// The same with these objectives instead, sorted.
    pub fn with_objectives(&self, mut objectives: Vec<Objective>) -> Self {
        objectives.sort_by_key(Objective::part);
        Self { objectives, ..self.clone() }
    }

    /// The objective whose gradient becomes `part`, if it is on.
    pub fn objective(&self, part: Part) -> Option<&Objective> {
        self.objectives.iter().find(|objective| objective.part() == part)
    }

    /// The KL objective's settings, if it is on.
    pub fn kl(&self) -> Option<&KlSettings> {
        self.objectives.iter().find_map(|objective| if let Objective::Kl(kl) = objective { Some(kl) } else { None })
    }

    /// The DINO objective's settings, if it is on.
    pub fn dino(&self) -> Option<&DinoSettings> {
        self.objectives
            .iter()
            .find_map(|objective| if let Objective::Dino(dino) = objective { Some(dino) } else { None })
    }

    /// The SimCLR objective's settings, if it is on.
    pub fn simclr(&self) -> Option<&SimclrSettings> {
        self.objectives.iter().find_map(|objective| if let Objective::Simclr(s) = objective { Some(s) } else { None })
    }

    /// The views that an image needs, each set once: the inference view, then each objective's in order.
    pub fn view_sets(&self) -> Vec<ViewSet> {
        ViewSet::distinct(self.objectives.iter().map(Objective::views))
    }

    /// The parts that come from one set of views, in the order of [`Part::ALL`].
    pub fn parts_of(&self, set: ViewSet) -> Vec<Part> {
        let of = |part: Part| {
            (part == Part::Embedding && set == ViewSet::Inference)
                || self.objectives.iter().any(|objective| {
                    objective.views() == set && (objective.part() == part || objective.averages_to(part))
                })
        };
        Part::ALL.into_iter().filter(|&part| of(part)).collect()
    }

    /// Whether both settings give the same `part` of the same image, by the same model.
    pub fn agree_on(&self, other: &Self, part: Part) -> bool {
        let source = |of: &Self| of.objectives.iter().find(|o| o.part() == part || o.averages_to(part)).cloned();
        match (source(self), source(other)) {
            _ if part == Part::Embedding => true,
            (Some(a), Some(b)) if a.part() == part => {
                a == b
                    && (self.seed, self.projection, self.projected) == (other.seed, other.projection, other.projected)
            }
            // Means depend on the views alone.
            (Some(a), Some(b)) => a.views() == b.views() && self.seed == other.seed,
            _ => false,
        }
    }

    /// Total number of views of one image at a model's input `side`.
    pub fn views(&self, side: usize) -> usize {
        self.view_sets().into_iter().map(|set| set.count(side)).sum()
    }

    /// The parts that are gradients and come from one set of views.
    pub fn gradients_of(&self, set: ViewSet) -> impl Iterator<Item = Part> {
        self.objectives.iter().filter(move |objective| objective.views() == set).map(Objective::part)
    }

    /// The bytes that the rows behind an image's exact gradients take (`fungi::Factors`), in half precision, for a backbone of
    /// width `dim` and a model's input `side`.
    pub fn factor_bytes(&self, side: usize, dim: usize) -> u64 {
        let views: usize = self.objectives.iter().map(|objective| objective.views().count(side)).sum();
        (2 * views * dim * size_of::<u16>()) as u64
    }

    /// The parts that features have: the embedding, each objective's gradient, each mean; in the order of
    /// [`Part::ALL`].
    pub fn parts(&self) -> Vec<Part> {
        let mut parts: Vec<Part> = self.view_sets().into_iter().flat_map(|set| self.parts_of(set)).collect();
        parts.sort_unstable();
        parts
    }
}

/// How a gradient is reduced to a few numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Projection {
    /// Dense signs, as in the paper (section 3.2), made where they are used.
    Rademacher,
    /// Product of two small sign projections, one per side of the gradient: cheaper, a little noisier.
    KhatriRao,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn views_are_counted_once_however_many_objectives_want_them() {
        assert_eq!(Settings::default().views(64), 1 + 12 + 49);
        let only = |objectives| Settings::default().with_objectives(objectives);
        assert_eq!(only(Vec::new()).views(64), 1);
        assert_eq!(only(vec![Objective::Kl(KlSettings::default())]).views(64), 1, "KL looks at the embedding's view");
    }

    #[test]
    fn parts_follow_from_objectives() {
        use Part::{Dino, Embedding, EmbeddingDino, Kl, MeanDino};
        assert_eq!(Settings::default().parts(), Part::ALL);
        let objectives = Objective::all().into_iter().take(2).collect();
        assert_eq!(
            Settings::default().with_objectives(objectives).parts(),
            [Embedding, Kl, Dino, MeanDino, EmbeddingDino]
        );
    }

    #[test]
    fn the_order_in_which_objectives_are_chosen_does_not_matter() {
        let reversed = Objective::all().into_iter().rev().collect();
        assert_eq!(Settings::default().with_objectives(reversed), Settings::default());
    }

    #[test]
    fn settings_agree_on_the_parts_that_depend_on_the_same() {
        use Part::{Dino, Embedding, EmbeddingDino, EmbeddingSimclr, MeanDino, MeanSimclr};
        let all = Settings::default();
        let dino = all.with_objectives(vec![Objective::Dino(DinoSettings::default())]);
        let agreed = |a: &Settings, b: &Settings| -> Vec<Part> {
            Part::ALL.into_iter().filter(|&part| a.agree_on(b, part)).collect()
        };
        assert_eq!(agreed(&all, &all), Part::ALL);
        assert_eq!(agreed(&dino, &all), [Embedding, Dino, MeanDino, EmbeddingDino]);
        assert_eq!(agreed(&Settings { seed: 1, ..all.clone() }, &all), [Embedding]);
        let khatri_rao = Settings { projection: Projection::KhatriRao, ..all.clone() };
        let without_gradients = [Embedding, MeanDino, MeanSimclr, EmbeddingDino, EmbeddingSimclr];
        assert_eq!(agreed(&khatri_rao, &all), without_gradients);
        let warm = DinoSettings { student_temperature: 0.2, ..DinoSettings::default() };
        let of_crops = [Embedding, MeanDino, EmbeddingDino];
        assert_eq!(agreed(&all.with_objectives(vec![Objective::Dino(warm)]), &dino), of_crops);
        let fewer = DinoSettings { local: 4, ..DinoSettings::default() };
        assert_eq!(agreed(&all.with_objectives(vec![Objective::Dino(fewer)]), &dino), [Embedding]);
    }

    #[test]
    fn each_part_comes_from_one_set_of_views() {
        let settings = Settings::default();
        let parts: Vec<_> = settings.view_sets().into_iter().map(|set| settings.parts_of(set)).collect();
        use Part::{Dino, Embedding, EmbeddingDino, EmbeddingSimclr, Kl, MeanDino, MeanSimclr, Simclr};
        let [crops, windows] = [vec![Dino, MeanDino, EmbeddingDino], vec![Simclr, MeanSimclr, EmbeddingSimclr]];
        assert_eq!(parts, [vec![Embedding, Kl], crops, windows]);
        assert_eq!(settings.parts(), Part::ALL);
    }

    #[test]
    fn objectives_are_named_in_json() {
        let json = serde_json::to_string(&Settings::default()).unwrap();
        assert!(json.contains(r#"{"kl":{"latent":768,"#), "{json}");
        assert_eq!(serde_json::from_str::<Settings>(&json).unwrap(), Settings::default());
    }
}
