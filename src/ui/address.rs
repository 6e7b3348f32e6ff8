//! Everything that the page's address remembers: `#k=20&weights=kl:0.25&device=cpu&seed=7`.
//!
//! Only what differs from the default is written, with parts and objectives by name. Whatever can't be read falls back
//! to the default: addresses are typed by hand, cut off by mail programs, and kept for later versions.

use super::numbers;
use crate::engine::Backend;
use crate::fungi::{Objective, Part, PartMap, Projection, Settings};
use crate::retrieval::Weights;

/// The numbers of neighbours on offer.
pub const KS: [usize; 5] = [5, 10, 20, 40, 80];

/// What the address remembers. Never image data.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// Neighbours in each column; 10.
    pub k: usize,
    /// The weight of each part; the paper's four alike.
    pub weights: Weights,
    /// Whether the gallery's mean is subtracted first; off.
    pub centred: bool,
    /// Where to compute; unset: the GPU if there is a real one, else the CPU.
    pub backend: Option<Backend>,
    /// How features are made.
    pub method: Method,
    /// Whether the browser may keep the page for use without a network; on.
    pub offline: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            k: 10,
            weights: Weights::fungi(),
            centred: false,
            backend: None,
            method: Method::default(),
            offline: true,
        }
    }
}

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

impl Options {
    /// Reads the part of an address behind `#`.
    pub fn parse(hash: &str) -> Self {
        let mut options = Self::default();
        for (key, value) in hash.trim_start_matches('#').split('&').filter_map(|pair| pair.split_once('=')) {
            match key {
                "k" => options.k = value.parse().ok().filter(|k| KS.contains(k)).unwrap_or(options.k),
                "weights" => {
                    for (name, weight) in value.split(',').filter_map(|pair| pair.split_once(':')) {
                        if let (Some(part), Some(weight)) = (Part::of_key(name), numbers::read(weight)) {
                            options.weights.set(part, weight);
                        }
                    }
                }
                "centred" => options.centred = value == "1",
                "device" => options.backend = [Backend::Gpu, Backend::Cpu].into_iter().find(|b| b.key() == value),
                "seed" => options.method.seed = value.parse().unwrap_or(0),
                "objectives" => {
                    for objective in Objective::all() {
                        let part = objective.part();
                        options.method.objectives[part] = value.split(',').any(|name| name == part.key());
                    }
                }
                "views" => options.method.fewer_views = value == "fewer",
                "offline" => options.offline = value != "0",
                "projection" if value == "khatri-rao" => options.method.projection = Projection::KhatriRao,
                _ => {}
            }
        }
        options
    }

    /// The part of an address behind `#`, without it; empty where everything is default.
    pub fn hash(&self) -> String {
        let usual = Self::default();
        let mut pairs = Vec::new();
        if self.k != usual.k {
            pairs.push(format!("k={}", self.k));
        }
        let weights: Vec<String> = Part::ALL
            .into_iter()
            .map(|part| (part, [&self.weights, &usual.weights].map(|weights| numbers::short(weights.get(part)))))
            // As it is written: 0.999 is written as 1, which is the default.
            .filter(|(_, [weight, usual])| weight != usual)
            .map(|(part, [weight, _])| format!("{}:{weight}", part.key()))
            .collect();
        if !weights.is_empty() {
            pairs.push(format!("weights={}", weights.join(",")));
        }
        if self.centred {
            pairs.push("centred=1".into());
        }
        if let Some(backend) = self.backend {
            pairs.push(format!("device={}", backend.key()));
        }
        if self.method.seed != 0 {
            pairs.push(format!("seed={}", self.method.seed));
        }
        if self.method.objectives != usual.method.objectives {
            let names: Vec<&str> = self.method.chosen().map(|objective| objective.part().key()).collect();
            pairs.push(format!("objectives={}", names.join(",")));
        }
        if self.method.fewer_views {
            pairs.push("views=fewer".into());
        }
        if self.method.projection == Projection::KhatriRao {
            pairs.push("projection=khatri-rao".into());
        }
        if !self.offline {
            pairs.push("offline=0".into());
        }
        pairs.join("&")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fungi::ViewSet;

    #[test]
    fn the_default_is_empty_and_nonsense_gives_the_default() {
        assert_eq!(Options::default().hash(), "");
        let nonsense = [
            "",
            "#",
            "#k",
            "#k=7&weights=x,y&seed=-1&device=abacus",
            "#=&&=",
            "#weights=kl:NaN,:1,kl:,dino:inf,spore:0.5,0.25&%%%=&=",
            "#device=auto",
            "#offline=no",
        ];
        for hash in nonsense {
            assert_eq!(Options::parse(hash), Options::default(), "{hash}");
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let mut options =
            Options { k: 40, centred: true, backend: Some(Backend::Cpu), offline: false, ..Options::default() };
        options.weights.set(Part::Kl, 0.25);
        options.weights.set(Part::MeanDino, 0.5);
        options.method =
            Method { seed: u64::MAX, fewer_views: true, projection: Projection::KhatriRao, ..Method::default() };
        options.method.objectives[Part::Dino] = false;
        let hash = options.hash();
        assert_eq!(Options::parse(&hash), options, "{hash}");
        assert!(hash.contains("weights=kl:0.25,mean_dino:0.5&"), "only what differs, by name: {hash}");
    }

    #[test]
    fn weights_are_read_in_any_order() {
        let [a, b] =
            ["#weights=kl:0.25,embedding:0.5,dino:0", "#weights=dino:0,kl:0.25,embedding:0.5"].map(Options::parse);
        assert_eq!(a, b);
        assert_eq!(
            [Part::Embedding, Part::Kl, Part::Dino, Part::Simclr].map(|part| a.weights.get(part)),
            [0.5, 0.25, 0.0, 1.0]
        );
        assert_eq!(a.hash(), "weights=embedding:0.5,kl:0.25,dino:0");
    }

    /// Found by `tests/mutations`.
    #[test]
    fn a_weight_that_is_written_like_the_default_is_left_out() {
        assert_eq!(Options::parse("#weights=kl:0.999,dino:0.994,mean_dino:0.001").hash(), "weights=dino:0.99");
    }

    #[test]
    fn no_objective_at_all_is_a_choice_too() {
        let options = Options::parse("#objectives=");
        assert_eq!(options.method.settings().objectives, []);
        assert_eq!(Options::parse(&options.hash()), options);
    }

    #[test]
    fn the_default_is_the_papers_and_fewer_views_are_fewer() {
        assert_eq!(Method::default().settings(), Settings::default());
        let settings = Method { fewer_views: true, ..Method::default() }.settings();
        let sets = [ViewSet::Inference, ViewSet::Crops { global: 2, local: 4 }, ViewSet::Windows { strides: 3 }];
        assert_eq!(settings.view_sets(), sets);
        assert_eq!(sets.map(|set| set.count(64)), [1, 6, 16]);
    }
}
