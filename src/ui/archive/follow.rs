//! What follows from how an archive was made: its features are compared with new ones only where model and settings are the
//! same. Decisions only: no browser is needed.

use crate::archive::Making;
use crate::engine::protocol::{Listed, ModelInfo, Place};
use crate::fungi::Settings;
use crate::gallery::Provenance;
use crate::ui::address::Method;

/// What the page does after an archive was opened.
#[derive(Debug, Clone, PartialEq)]
pub enum Follow {
    /// Nothing: it was made as the page computes now.
    Same,
    /// It takes over the method's settings.
    Settings(Method),
    /// It takes over the settings, and switches to the model, which is here.
    Model {
        /// The model's name.
        name: String,
        /// Side of its input in pixels, unless its own.
        side: Option<usize>,
        /// The settings.
        method: Method,
    },
    /// Nothing, since it can't: why, and what to do, as a sentence.
    Apart(String),
}

/// What follows, where the page computes with `model` by `settings` now and could switch to one of `models`.
pub fn follow(making: &Making, model: &ModelInfo, settings: &Settings, models: &[Listed]) -> Follow {
    let Provenance { model: name, config, settings: wanted, .. } = &making.provenance;
    let same_model = making.origin().model == model.identity();
    if same_model && wanted == settings {
        return Follow::Same;
    }
    let Some(method) = Method::of(wanted) else {
        return Follow::Apart(
            "The archive was made by settings that this page does not offer, so its features are kept, but not compared with \
             new ones; the command line can go on with them."
                .into(),
        );
    };
    if same_model {
        return Follow::Settings(method);
    }
    let listed = models.iter().find(|listed| listed.name == *name);
    let here = |listed: &Listed| listed.place == Place::Included || listed.kept.is_some_and(|kept| kept.complete);
    match listed {
        Some(listed) if here(listed) && making.variant.is_empty() => {
            Follow::Model { name: name.clone(), side: None, method }
        }
        Some(listed) if here(listed) && listed.config.image != config.image => {
            Follow::Model { name: name.clone(), side: Some(config.image), method }
        }
        Some(_) => Follow::Apart(format!(
            "The archive was made with the model {name}. Choose it under Model: its features are kept until then, and nothing \
             is computed again."
        )),
        None => Follow::Apart(format!(
            "The archive was made with the model {name}, which this page does not know. Drop the model's file on the page: the \
             features are kept until then."
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::protocol::Kept;
    use crate::fungi::ProjectionSize;
    use crate::vit::ViTConfig;

    fn making(name: &str, variant: &str, settings: Settings) -> Making {
        let [model, sha256, negatives] = [name, name, ""].map(String::from);
        Making {
            provenance: Provenance { model, sha256, config: ViTConfig::small(64), negatives, settings },
            variant: variant.into(),
            device: "CPU".into(),
            platform: "a test".into(),
            program: "0".into(),
        }
    }

    fn listed(name: &str, place: Place, complete: bool) -> Listed {
        Listed {
            name: name.into(),
            description: String::new(),
            bytes: 1,
            licence: String::new(),
            config: ViTConfig::small(32),
            place,
            kept: Some(Kept { bytes: 1, complete, verified: true, used: 0.0 }),
        }
    }

    #[test]
    fn the_page_goes_where_the_archive_was_made() {
        let now = ModelInfo { sha256: "tiny".into(), ..ModelInfo::default() };
        let models = [
            listed("included", Place::Included, false),
            listed("half", Place::Hub("there".into()), false),
            listed("whole", Place::Hub("there".into()), true),
        ];
        let followed = |making: Making| follow(&making, &now, &Settings::default(), &models);
        let usual = Settings::default;
        assert_eq!(followed(making("tiny", "", usual())), Follow::Same);
        let seeded = Method { seed: 5, ..Method::default() };
        assert_eq!(followed(making("tiny", "", seeded.settings())), Follow::Settings(seeded.clone()));
        let model = |name: &str, side, method| Follow::Model { name: name.into(), side, method };
        assert_eq!(followed(making("included", "", usual())), model("included", None, Method::default()));
        assert_eq!(followed(making("whole", "64 px", seeded.settings())), model("whole", Some(64), seeded));
        let apart = |making: Making| match followed(making) {
            Follow::Apart(sentence) => sentence,
            other => panic!("{other:?}"),
        };
        assert!(apart(making("half", "", usual())).contains("Choose it under Model"));
        assert!(apart(making("unheard of", "", usual())).contains("Drop the model's file"));
        let other = Settings { projected: ProjectionSize::Numbers(8), ..usual() };
        assert!(apart(making("tiny", "", other)).contains("does not offer"));
    }
}
