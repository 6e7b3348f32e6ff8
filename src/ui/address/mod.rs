//! Everything that the page's address remembers: `#k=20&weights=kl:0.25&device=cpu&seed=7`.
//!
//! Only what differs from the default is written, with parts and objectives by name. Whatever can't be read falls back
//! to the default: addresses are typed by hand, cut off by mail programs, and kept for later versions.

mod method;
mod preset;

pub use method::{Method, PROJECTED};
pub use preset::Preset;

use super::numbers;
use crate::engine::Backend;
use crate::fungi::{Objective, Part, PartMap, Projection};
use crate::retrieval::Weights;

/// The numbers of neighbours on offer.
pub const KS: [usize; 5] = [5, 10, 20, 40, 80];

/// The sizes of neighbours' pictures: a list, a list with large pictures, and three sizes of tiles.
pub const TILES: std::ops::RangeInclusive<usize> = 0..=4;

/// The numbers of workers on offer.
pub const WORKERS: std::ops::RangeInclusive<usize> = 1..=8;

/// The sides of a model's input that make sense at all.
pub const SIDES: std::ops::RangeInclusive<usize> = 8..=2048;

/// What the address remembers. Never image data.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// Neighbours in each column; 10.
    pub k: usize,
    /// The weight of each part; the paper's four alike.
    pub weights: Weights,
    /// The size of the neighbours' pictures, one of [`TILES`]; 1.
    pub tiles: usize,
    /// The parts that the gallery's mean is subtracted from first; none.
    pub centred: PartMap<bool>,
    /// Whether gradients are compared without projection; off.
    pub exact: bool,
    /// Where to compute; unset: the GPU if there is a real one, else the CPU.
    pub backend: Option<Backend>,
    /// How many workers compute on the CPU; unset: as many as suit the machine.
    pub workers: Option<usize>,
    /// Whether the CPU's workers may use relaxed SIMD where the browser has it; on.
    pub relaxed_simd: bool,
    /// The model's name in the catalogue; empty: its first.
    pub model: String,
    /// Side of the model's input in pixels; unset: the one that it was trained for.
    pub side: Option<usize>,
    /// How features are made.
    pub method: Method,
    /// Whether the browser may keep the page for use without a network; on.
    pub offline: bool,
    /// Whether the browser may keep the gallery; on.
    pub keep: bool,
    /// Whether the sample set stands there when the page opens; on.
    pub sample: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            k: 10,
            weights: Weights::fungi(),
            tiles: 1,
            centred: PartMap::default(),
            exact: false,
            backend: None,
            workers: None,
            relaxed_simd: true,
            model: String::new(),
            side: None,
            method: Method::default(),
            offline: true,
            keep: true,
            sample: true,
        }
    }
}

impl Options {
    /// Reads the part of an address behind `#`.
    pub fn parse(hash: &str) -> Self {
        let mut options = Self::default();
        for (key, value) in hash.trim_start_matches('#').split('&').filter_map(|pair| pair.split_once('=')) {
            match key {
                "k" => options.k = value.parse().ok().filter(|k| KS.contains(k)).unwrap_or(options.k),
                "tiles" => {
                    options.tiles = value.parse().ok().filter(|size| TILES.contains(size)).unwrap_or(options.tiles)
                }
                "weights" => {
                    for (name, weight) in value.split(',').filter_map(|pair| pair.split_once(':')) {
                        if let (Some(part), Some(weight)) = (Part::of_key(name), numbers::read(weight)) {
                            options.weights.set(part, weight);
                        }
                    }
                }
                // As addresses had it when all parts went together.
                "centred" if value == "1" => options.centred = PartMap::from_fn(|_| true),
                "centred" => options.centred = PartMap::from_fn(|part| value.split(',').any(|name| name == part.key())),
                "exact" => options.exact = value == "1",
                "workers" => options.workers = value.parse().ok().filter(|workers| WORKERS.contains(workers)),
                "device" => options.backend = [Backend::Gpu, Backend::Cpu].into_iter().find(|b| b.key() == value),
                "simd" => options.relaxed_simd = value != "128",
                "model" if is_name(value) => options.model = value.to_owned(),
                "side" => options.side = value.parse().ok().filter(|side| SIDES.contains(side)),
                "seed" => options.method.seed = value.parse().unwrap_or(0),
                "objectives" => {
                    for objective in Objective::all() {
                        let part = objective.part();
                        options.method.objectives[part] = value.split(',').any(|name| name == part.key());
                    }
                }
                "views" => options.method.fewer_views = value == "fewer",
                "offline" => options.offline = value != "0",
                "keep" => options.keep = value != "0",
                "sample" => options.sample = value != "0",
                "projection" if value == "khatri-rao" => options.method.projection = Projection::KhatriRao,
                "projected" => {
                    let size = value.parse().ok().filter(|size| PROJECTED.contains(size));
                    options.method.projected = size.unwrap_or_default();
                }
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
        if self.tiles != usual.tiles {
            pairs.push(format!("tiles={}", self.tiles));
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
        let centred: Vec<&str> = self.centred.iter().filter(|(_, on)| **on).map(|(part, _)| part.key()).collect();
        if !centred.is_empty() {
            pairs.push(format!("centred={}", centred.join(",")));
        }
        if self.exact {
            pairs.push("exact=1".into());
        }
        if let Some(backend) = self.backend {
            pairs.push(format!("device={}", backend.key()));
        }
        if let Some(workers) = self.workers {
            pairs.push(format!("workers={workers}"));
        }
        if !self.relaxed_simd {
            pairs.push("simd=128".into());
        }
        if !self.model.is_empty() {
            pairs.push(format!("model={}", self.model));
        }
        if let Some(side) = self.side {
            pairs.push(format!("side={side}"));
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
        if self.method.projected != usual.method.projected {
            pairs.push(format!("projected={}", self.method.projected));
        }
        if !self.offline {
            pairs.push("offline=0".into());
        }
        if !self.keep {
            pairs.push("keep=0".into());
        }
        if !self.sample {
            pairs.push("sample=0".into());
        }
        pairs.join("&")
    }
}

/// Whether a model may be called that.
fn is_name(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fungi::{Settings, ViewSet};

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
            "#centred=0&workers=0",
            "#centred=all&workers=9",
            "#model=&model=../x&model=a%20b",
            "#tiles=5&tiles=-1&tiles=x",
            "#exact=yes",
            "#side=7&side=9999&side=x",
        ];
        for hash in nonsense {
            assert_eq!(Options::parse(hash), Options::default(), "{hash}");
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let mut options = Options {
            k: 40,
            tiles: 3,
            exact: true,
            backend: Some(Backend::Cpu),
            offline: false,
            keep: false,
            sample: false,
            ..Options::default()
        };
        (options.workers, options.relaxed_simd) = (Some(3), false);
        (options.model, options.side) = ("vit-ti8-64-dino".into(), Some(128));
        options.centred[Part::MeanDino] = true;
        options.centred[Part::Kl] = true;
        options.weights.set(Part::Kl, 0.25);
        options.weights.set(Part::MeanDino, 0.5);
        options.method =
            Method { seed: u64::MAX, fewer_views: true, projection: Projection::KhatriRao, ..Method::default() };
        options.method.projected = PROJECTED[1];
        options.method.objectives[Part::Dino] = false;
        let hash = options.hash();
        assert_eq!(Options::parse(&hash), options, "{hash}");
        assert!(hash.contains("weights=kl:0.25,mean_dino:0.5&"), "only what differs, by name: {hash}");
        assert!(hash.contains("centred=kl,mean_dino&"), "{hash}");
        assert!(hash.contains("&projected=2E&"), "{hash}");
        assert_eq!(Options::parse("#projected=3E"), Options::default(), "the page does not offer it");
        assert!(Options::parse("#centred=1").centred.iter().all(|(_, on)| *on));
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
