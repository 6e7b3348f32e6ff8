//! Settings checked against their ranges.

use super::{ExtractError, Objective, ProjectionSize, Settings, ViewSet};

impl Settings {
    /// Checks every setting against its range, for a model of input size `side`.
    ///
    /// # Errors
    ///
    /// [`ExtractError::Setting`] naming the first that is out of range.
    pub fn check(&self, side: usize) -> Result<(), ExtractError> {
        let parts: Vec<_> = self.objectives.iter().map(Objective::part).collect();
        if !parts.is_sorted_by(|a, b| a < b) {
            let value = parts.iter().map(|part| part.key()).collect::<Vec<_>>().join(", ");
            let expected = "each at most once, in the order kl, dino, simclr";
            return Err(ExtractError::Setting { name: "objectives", value, expected });
        }
        for objective in &self.objectives {
            match objective {
                Objective::Kl(kl) => {
                    size("kl.latent", kl.latent, 2)?;
                    temperature("kl.temperature", kl.temperature)?;
                }
                Objective::Dino(dino) => {
                    size("dino.latent", dino.latent, 2)?;
                    size("dino.global", dino.global, 1)?;
                    at_most("dino.global", dino.global)?;
                    at_most("dino.local", dino.local)?;
                    temperature("dino.student_temperature", dino.student_temperature)?;
                    temperature("dino.teacher_temperature", dino.teacher_temperature)?;
                }
                Objective::Simclr(simclr) => {
                    size("simclr.latent", simclr.latent, 1)?;
                    size("simclr.strides", simclr.strides, 1)?;
                    at_most("simclr.strides", ViewSet::Windows { strides: simclr.strides }.count(side))?;
                    temperature("simclr.temperature", simclr.temperature)?;
                }
            }
        }
        match self.projected {
            ProjectionSize::Numbers(numbers) => size("projected", numbers, 1)?,
            ProjectionSize::Times(times) if !(1..=MOST_TIMES).contains(&times) => {
                let (value, expected) = (self.projected.to_string(), "between E and 64E");
                return Err(ExtractError::Setting { name: "projected", value, expected });
            }
            ProjectionSize::Times(_) => {}
        }
        let view = side.saturating_mul(side).saturating_mul(3 * size_of::<f32>());
        if self.views(side).saturating_mul(view) > MOST_MEMORY {
            let expected =
                "such that the views of an image take at most 1 GB (or leave out an objective with many views)";
            return Err(ExtractError::Setting { name: "image side", value: side.to_string(), expected });
        }
        Ok(())
    }
}

/// Latents and projections larger than this are surely typing errors.
const LARGEST: usize = 1 << 16;
/// So are projections so many times as large as an embedding.
const MOST_TIMES: usize = 64;
/// So are more views per image than this.
const MOST_VIEWS: usize = 4096;
/// Bytes that the views of one image may take together.
const MOST_MEMORY: usize = 1_000_000_000;

fn size(name: &'static str, value: usize, least: usize) -> Result<(), ExtractError> {
    let expected = if least == 1 { "between 1 and 65536" } else { "between 2 and 65536" };
    let fits = (least..=LARGEST).contains(&value);
    if fits { Ok(()) } else { Err(ExtractError::Setting { name, value: value.to_string(), expected }) }
}

fn at_most(name: &'static str, views: usize) -> Result<(), ExtractError> {
    let expected = "such that an image has at most 4096 views";
    if views <= MOST_VIEWS { Ok(()) } else { Err(ExtractError::Setting { name, value: views.to_string(), expected }) }
}

fn temperature(name: &'static str, value: f32) -> Result<(), ExtractError> {
    let expected = "between 0.001 and 1000";
    let fits = (1e-3..=1e3).contains(&value);
    if fits { Ok(()) } else { Err(ExtractError::Setting { name, value: value.to_string(), expected }) }
}

#[cfg(test)]
mod tests {
    use super::super::{KlSettings, SimclrSettings};
    use super::*;

    fn error(objectives: Vec<Objective>) -> String {
        let settings = Settings { objectives, ..Settings::default() };
        settings.check(64).expect_err("out of range").to_string()
    }

    #[test]
    fn settings_out_of_range_are_named() {
        assert!(Settings::default().check(64).is_ok());
        for temperature in [0.0, -1.0, f32::NAN, f32::INFINITY] {
            let kl = Objective::Kl(KlSettings { temperature, ..KlSettings::default() });
            let error = error(vec![kl]);
            assert!(error.contains("kl.temperature"), "{error}");
        }
        let simclr = Objective::Simclr(SimclrSettings { latent: 0, ..SimclrSettings::default() });
        assert!(error(vec![simclr]).contains("simclr.latent"));
        for (projected, fits) in [("4E", true), ("64E", true), ("65E", false), ("65536", true), ("65537", false)] {
            let projected = projected.parse().unwrap();
            assert_eq!(Settings { projected, ..Settings::default() }.check(64).is_ok(), fits, "{projected}");
        }
        for projected in [ProjectionSize::Numbers(0), ProjectionSize::Times(0)] {
            assert!(Settings { projected, ..Settings::default() }.check(64).is_err());
        }
        // 62 views of 12 MB fit, and of 17 MB do not.
        assert!(Settings::default().check(1024).is_ok());
        assert!(Settings::default().check(1200).unwrap_err().to_string().contains("image side is 1200"));
    }

    #[test]
    fn objectives_come_once_and_in_order() {
        let [kl, dino, _] = Objective::all().try_into().unwrap();
        assert!(error(vec![kl.clone(), kl.clone()]).contains("kl, kl"));
        assert!(error(vec![dino, kl]).contains("dino, kl"));
    }
}
