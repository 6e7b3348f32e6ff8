//! How features are made, as far as the page offers it.

use crate::fungi::{Objective, PartMap, Projection, Settings};

/// How features are made: the part of [`Settings`] that the page offers.
#[derive(Debug, Clone, PartialEq)]
pub struct Method {
    /// Seed of heads, crops and projection.
    pub seed: u64,
    /// Which objectives are computed, by the part that their gradient becomes; all.
    pub objectives: PartMap<bool>,
    /// Fewer views than the paper's: 6 crops and 16 windows instead of 12 and 49.
    pub fewer_views: bool,
    /// How gradients are projected.
    pub projection: Projection,
}

impl Default for Method {
    fn default() -> Self {
        let mut objectives = PartMap::default();
        Objective::all().iter().for_each(|objective| objectives[objective.part()] = true);
        Self { seed: 0, objectives, fewer_views: false, projection: Projection::Rademacher }
    }
}

impl Method {
    /// The engine's settings.
    pub fn settings(&self) -> Settings {
        let objectives =
            self.chosen().map(|objective| if self.fewer_views { fewer_views(objective) } else { objective });
        Settings {
            seed: self.seed,
            objectives: objectives.collect(),
            projection: self.projection,
            ..Settings::default()
        }
    }

    /// What the page offers that gives these settings, if it does.
    pub fn of(settings: &Settings) -> Option<Self> {
        let mut objectives = PartMap::default();
        settings.objectives.iter().for_each(|objective| objectives[objective.part()] = true);
        let with = |fewer_views| Self { seed: settings.seed, objectives, fewer_views, projection: settings.projection };
        [false, true].map(with).into_iter().find(|method| method.settings() == *settings)
    }

    /// The objectives that are computed, with the paper's settings.
    pub fn chosen(&self) -> impl Iterator<Item = Objective> {
        Objective::all().into_iter().filter(|objective| self.objectives[objective.part()])
    }
}

fn fewer_views(mut objective: Objective) -> Objective {
    match &mut objective {
        Objective::Kl(_) => {}
        Objective::Dino(settings) => settings.local = 4,
        Objective::Simclr(settings) => settings.strides = 3,
    }
    objective
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fungi::ProjectionSize;

    #[test]
    fn settings_that_the_page_offers_are_found_again() {
        let mut objectives = Method::default().objectives;
        objectives[crate::fungi::Part::Kl] = false;
        for method in [
            Method::default(),
            Method { seed: 9, fewer_views: true, ..Method::default() },
            Method { objectives, projection: Projection::KhatriRao, ..Method::default() },
        ] {
            assert_eq!(Method::of(&method.settings()), Some(method));
        }
        assert_eq!(Method::of(&Settings { projected: ProjectionSize::Numbers(8), ..Settings::default() }), None);
    }
}
