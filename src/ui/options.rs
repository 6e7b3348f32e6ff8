//! What a person may choose, and its form in the address: `#k=20&weights=1,1,0,1,0,0&device=cpu&seed=7`.
//!
//! Only what differs from the default is written. Whatever can't be read falls back to the default: an address is typed
//! by hand, shortened by mail programs, and lives longer than the program.

use super::numbers;
use crate::fungi::{DinoSettings, KlSettings, Objective, Part, Projection, Settings, SimclrSettings};
use crate::retrieval::Weights;

/// Neighbours that can be asked for.
pub const KS: [usize; 5] = [5, 10, 20, 40, 80];

/// Everything that the address remembers. Never image data.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// Neighbours in each column; 10.
    pub k: usize,
    /// What each part counts; the paper's four alike.
    pub weights: Weights,
    /// Whether the gallery's mean is taken away first; off.
    pub centred: bool,
    /// Where to compute; the GPU if there is one.
    pub device: Wish,
    /// How features are made.
    pub method: Method,
}

impl Default for Options {
    fn default() -> Self {
        Self { k: 10, weights: Weights::fungi(), centred: false, device: Wish::Auto, method: Method::default() }
    }
}

/// Where to compute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Wish {
    /// The GPU if a real one is there, else the CPU.
    #[default]
    Auto,
    /// The GPU, even one made of software.
    Gpu,
    /// The CPU.
    Cpu,
}

impl Wish {
    /// Its name in the address.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Gpu => "gpu",
            Self::Cpu => "cpu",
        }
    }

    /// The wish of that name.
    pub fn of(key: &str) -> Self {
        [Self::Gpu, Self::Cpu].into_iter().find(|wish| wish.key() == key).unwrap_or_default()
    }
}

/// How features are made: what of [`Settings`] the page offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Method {
    /// Seed of heads, crops and signs.
    pub seed: u64,
    /// Whether the KL objective is computed.
    pub kl: bool,
    /// Whether the DINO objective is computed.
    pub dino: bool,
    /// Whether the SimCLR objective is computed.
    pub simclr: bool,
    /// Fewer views than the paper's: 6 crops and 16 windows instead of 12 and 49.
    pub fewer: bool,
    /// How gradients are projected.
    pub projection: Projection,
}

impl Default for Method {
    fn default() -> Self {
        Self { seed: 0, kl: true, dino: true, simclr: true, fewer: false, projection: Projection::Rademacher }
    }
}

impl Method {
    /// The engine's settings.
    pub fn settings(&self) -> Settings {
        let (mut dino, mut simclr) = (DinoSettings::default(), SimclrSettings::default());
        if self.fewer {
            dino.local = 4;
            simclr.strides = 3;
        }
        Settings {
            seed: self.seed,
            objectives: [
                self.kl.then(|| Objective::Kl(KlSettings::default())),
                self.dino.then_some(Objective::Dino(dino)),
                self.simclr.then_some(Objective::Simclr(simclr)),
            ]
            .into_iter()
            .flatten()
            .collect(),
            projection: self.projection,
            ..Settings::default()
        }
    }
}

impl Options {
    /// Reads an address's part behind `#`.
    pub fn parse(hash: &str) -> Self {
        let mut options = Self::default();
        for (key, value) in hash.trim_start_matches('#').split('&').filter_map(|pair| pair.split_once('=')) {
            match key {
                "k" => {
                    if let Some(k) = value.parse().ok().filter(|k| KS.contains(k)) {
                        options.k = k;
                    }
                }
                "weights" => {
                    for (part, weight) in Part::ALL.into_iter().zip(value.split(',')) {
                        if let Some(weight) = numbers::read(weight) {
                            options.weights.set(part, weight);
                        }
                    }
                }
                "centred" => options.centred = value == "1",
                "device" => options.device = Wish::of(value),
                "seed" => options.method.seed = value.parse().unwrap_or(0),
                "objectives" => {
                    let has = |part: Part| value.split(',').any(|name| name == part.key());
                    (options.method.kl, options.method.dino, options.method.simclr) =
                        (has(Part::Kl), has(Part::Dino), has(Part::Simclr));
                }
                "views" => options.method.fewer = value == "fewer",
                "projection" if value == "khatri-rao" => options.method.projection = Projection::KhatriRao,
                _ => {}
            }
        }
        options
    }

    /// The address's part behind `#`, without it; empty where all is default.
    pub fn hash(&self) -> String {
        let usual = Self::default();
        let mut pairs = Vec::new();
        if self.k != usual.k {
            pairs.push(format!("k={}", self.k));
        }
        if self.weights != usual.weights {
            let weights: Vec<String> = Part::ALL.iter().map(|&part| numbers::short(self.weights.get(part))).collect();
            pairs.push(format!("weights={}", weights.join(",")));
        }
        if self.centred {
            pairs.push("centred=1".into());
        }
        if self.device != usual.device {
            pairs.push(format!("device={}", self.device.key()));
        }
        if self.method.seed != 0 {
            pairs.push(format!("seed={}", self.method.seed));
        }
        let on = [(self.method.kl, Part::Kl), (self.method.dino, Part::Dino), (self.method.simclr, Part::Simclr)];
        if on.iter().any(|(on, _)| !on) {
            let names: Vec<&str> = on.iter().filter(|(on, _)| *on).map(|(_, part)| part.key()).collect();
            pairs.push(format!("objectives={}", names.join(",")));
        }
        if self.method.fewer {
            pairs.push("views=fewer".into());
        }
        if self.method.projection == Projection::KhatriRao {
            pairs.push("projection=khatri-rao".into());
        }
        pairs.join("&")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_needs_no_words_and_nothing_gives_the_default() {
        assert_eq!(Options::default().hash(), "");
        for hash in ["", "#", "#k", "#k=7&weights=x,y&seed=-1&device=abacus", "#=&&=", "#weights=NaN,,inf&%%%=&="] {
            assert_eq!(Options::parse(hash), Options::default(), "{hash}");
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let mut options = Options { k: 40, centred: true, device: Wish::Cpu, ..Options::default() };
        options.weights.set(Part::Kl, 0.25);
        options.weights.set(Part::MeanDino, 0.5);
        options.method =
            Method { seed: u64::MAX, dino: false, fewer: true, projection: Projection::KhatriRao, ..Method::default() };
        let hash = options.hash();
        assert_eq!(Options::parse(&hash), options, "{hash}");
        assert!(hash.contains("weights=1,0.25,1,1,0.5,0"), "{hash}");
    }

    #[test]
    fn no_objective_at_all_is_a_choice_too() {
        let options = Options::parse("#objectives=");
        assert!(!options.method.kl && !options.method.dino && !options.method.simclr);
        assert_eq!(Options::parse(&options.hash()), options);
    }
}
