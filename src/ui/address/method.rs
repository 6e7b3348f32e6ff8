//! How features are made, as far as the page offers it.

use crate::fungi::{Objective, PartMap, Projection, ProjectionSize, Settings};

/// The sizes of a projected gradient that the page offers.
pub const PROJECTED: [ProjectionSize; 3] =
    [ProjectionSize::Times(1), ProjectionSize::Times(2), ProjectionSize::Times(4)];

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
    /// To how many numbers: one of [`PROJECTED`].
    pub projected: ProjectionSize,
}

impl Default for Method {
    fn default() -> Self {
        let mut objectives = PartMap::default();
        Objective::all().iter().for_each(|objective| objectives[objective.part()] = true);
        let Settings { projection, projected, .. } = Settings::default();
        Self { seed: 0, objectives, fewer_views: false, projection, projected }
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
            projected: self.projected,
        }
    }

    /// What the page offers that gives these settings, if it does.
    pub fn of(settings: &Settings) -> Option<Self> {
        let mut objectives = PartMap::default();
        settings.objectives.iter().for_each(|objective| objectives[objective.part()] = true);
        let Settings { seed, projection, projected, .. } = *settings;
        if !PROJECTED.contains(&projected) {
            return None;
        }
        let with = |fewer_views| Self { seed, objectives, fewer_views, projection, projected };
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

    #[test]
    fn settings_that_the_page_offers_are_found_again() {
        let mut objectives = Method::default().objectives;
        objectives[crate::fungi::Part::Kl] = false;
        for method in [
            Method::default(),
            Method { seed: 9, fewer_views: true, ..Method::default() },
            Method { objectives, projection: Projection::KhatriRao, ..Method::default() },
            Method { projected: ProjectionSize::Times(4), ..Method::default() },
        ] {
            assert_eq!(Method::of(&method.settings()), Some(method));
        }
        assert_eq!(Method::of(&Settings { projected: ProjectionSize::Numbers(8), ..Settings::default() }), None);
    }
}
