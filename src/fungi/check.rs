//! Settings held against their ranges.

use super::{ExtractError, Settings};

impl Settings {
    /// Holds every setting against its range.
    ///
    /// # Errors
    ///
    /// [`ExtractError::Setting`] naming the first that is out of it.
    pub fn check(&self, side: usize) -> Result<(), ExtractError> {
        if let Some(kl) = &self.kl {
            size("kl.latent", kl.latent, 2)?;
            temperature("kl.temperature", kl.temperature)?;
        }
        if let Some(dino) = &self.dino {
            size("dino.latent", dino.latent, 2)?;
            size("dino.global", dino.global, 1)?;
            at_most("dino.global", dino.global)?;
            at_most("dino.local", dino.local)?;
            temperature("dino.student_temperature", dino.student_temperature)?;
            temperature("dino.teacher_temperature", dino.teacher_temperature)?;
        }
        if let Some(simclr) = &self.simclr {
            size("simclr.latent", simclr.latent, 1)?;
            size("simclr.strides", simclr.strides, 1)?;
            at_most("simclr.strides", simclr.views(side))?;
            temperature("simclr.temperature", simclr.temperature)?;
        }
        match self.projected {
            Some(projected) => size("projected", projected, 1),
            None => Ok(()),
        }
    }
}

/// Latents and projections larger than this are a slip of the finger.
const LARGEST: usize = 1 << 16;
/// More views than this an image are, too.
const MOST_VIEWS: usize = 4096;

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

    #[test]
    fn out_of_range_is_named() {
        assert!(Settings::default().check(64).is_ok());
        for temperature in [0.0, -1.0, f32::NAN, f32::INFINITY] {
            let kl = Some(KlSettings { temperature, ..KlSettings::default() });
            let error = Settings { kl, ..Settings::default() }.check(64).expect_err("no temperature");
            assert!(error.to_string().contains("kl.temperature"), "{error}");
        }
        let simclr = Some(SimclrSettings { latent: 0, ..SimclrSettings::default() });
        assert!(Settings { simclr, ..Settings::default() }.check(64).is_err());
        assert!(Settings { projected: Some(0), ..Settings::default() }.check(64).is_err());
    }
}
