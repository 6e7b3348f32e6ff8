//! What the panel says of a model that can be chosen. Decisions only: no browser is needed.

use crate::engine::protocol::{Listed, Place};
use crate::ui::numbers::megabytes;

/// What can be done with a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It computes.
    Used,
    /// It is here.
    Here,
    /// Some of it is here: so many bytes.
    Part(u64),
    /// It has to be downloaded.
    Away,
}

impl State {
    /// Of a model, when the one called `used` is loaded.
    pub fn of(listed: &Listed, used: &str) -> Self {
        match (listed.kept, &listed.place) {
            _ if listed.name == used => Self::Used,
            (_, Place::Included) => Self::Here,
            (Some(kept), _) if kept.complete => Self::Here,
            (Some(kept), _) if kept.bytes > 0 => Self::Part(kept.bytes),
            _ => Self::Away,
        }
    }

    /// Its name in tests and styles.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Used => "used",
            Self::Here => "here",
            Self::Part(_) => "part",
            Self::Away => "away",
        }
    }

    /// The state in a few words.
    pub fn words(self, listed: &Listed) -> String {
        match (self, &listed.place) {
            (Self::Used, _) => "in use".into(),
            (Self::Here, Place::Included) => "comes with the page".into(),
            (Self::Here, _) => "in this browser".into(),
            (Self::Part(bytes), _) => format!("{} of {} here", megabytes(bytes), megabytes(listed.bytes)),
            (Self::Away, Place::Elsewhere(_)) => "published elsewhere".into(),
            (Self::Away, _) => megabytes(listed.bytes),
        }
    }

    /// What the button does; none for the model that is in use.
    pub fn action(self, listed: &Listed) -> Option<String> {
        match self {
            Self::Used => None,
            Self::Away if matches!(listed.place, Place::Elsewhere(_)) => None,
            Self::Here => Some("Use it".into()),
            Self::Part(bytes) => {
                let left = listed.bytes.saturating_sub(bytes);
                Some(format!("Go on: {} more, then use it", megabytes(left)))
            }
            Self::Away => Some(format!("Download {} and use it", megabytes(listed.bytes))),
        }
    }
}

/// Where it comes from, and whether anyone vouches for what this browser has of it.
pub fn origin(listed: &Listed) -> String {
    let place = match &listed.place {
        Place::Included => return "Comes with the page.".into(),
        Place::Dropped => return "Your own file.".into(),
        Place::Elsewhere(_) => {
            return "Its publisher gives no safetensors file: download it there, convert it as README says, and drop it here.".into();
        }
        Place::Hub(address) => format!("From {address}."),
    };
    match listed.kept.filter(|kept| kept.complete) {
        Some(kept) if kept.verified => format!("{place} It has the SHA-256 that its publisher gives."),
        Some(_) => {
            format!("{place} Not verified by its publisher, who gives no SHA-256; it is as it was when it came.")
        }
        None => place,
    }
}

/// How long ago something was, by two times in milliseconds.
pub fn ago(then: f64, now: f64) -> String {
    let hours = (now - then) / 3_600_000.0;
    match hours {
        hours if hours < 1.0 => "within the last hour".into(),
        hours if hours < 24.0 => "today or yesterday".into(),
        hours if hours < 48.0 => "yesterday".into(),
        hours => format!("{} days ago", (hours / 24.0) as u64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::protocol::Kept;

    fn listed(place: Place, kept: Option<(u64, bool)>) -> Listed {
        let config = r#"{"image": 224, "patch": 16, "dim": 384, "depth": 12, "heads": 6, "hidden": 1536, "eps": 1e-6,
            "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]}"#;
        Listed {
            name: "dino-s16".into(),
            description: "DINO".into(),
            bytes: 88_000_000,
            licence: "Apache-2.0".into(),
            config: serde_json::from_str(config).unwrap(),
            place,
            kept: kept.map(|(bytes, complete)| Kept { bytes, complete, verified: false, used: 0.0 }),
        }
    }

    #[test]
    fn the_button_says_what_it_costs() {
        let hub = || Place::Hub("https://huggingface.co/x".into());
        let away = listed(hub(), None);
        let half = listed(hub(), Some((22_000_000, false)));
        let here = listed(hub(), Some((88_000_000, true)));
        let action = |listed: &Listed, used: &str| State::of(listed, used).action(listed).unwrap_or_default();
        assert_eq!(action(&away, "vit"), "Download 88.0 MB and use it");
        assert_eq!(action(&half, "vit"), "Go on: 66.0 MB more, then use it");
        assert_eq!(action(&here, "vit"), "Use it");
        assert_eq!(action(&here, "dino-s16"), "");
        assert_eq!(action(&listed(Place::Included, None), "vit"), "Use it");
        assert!(origin(&here).contains("Not verified by its publisher") && !origin(&away).contains("verified"));
        assert_eq!(State::of(&half, "vit").words(&half), "22.0 MB of 88.0 MB here");
    }

    #[test]
    fn times_are_told_in_days() {
        let hour = 3_600_000.0;
        let said = [0.2, 5.0, 30.0, 24.0 * 9.5].map(|hours| ago(0.0, hours * hour));
        assert_eq!(said, ["within the last hour", "today or yesterday", "yesterday", "9 days ago"]);
    }
}
