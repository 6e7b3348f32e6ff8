//! Whether the gallery is kept, and why not: each a sentence. Decisions only: no browser is needed.

use crate::ui::numbers::megabytes;

/// Whether the gallery is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// What was kept is being looked for.
    Opening,
    /// It is kept.
    Kept,
    /// A person, or the address, does not want it.
    Off,
    /// Another tab of this browser keeps its own gallery.
    Elsewhere,
    /// Another gallery lies there than this tab's, so a person decides which is kept.
    Other,
    /// The browser has no room left, or gives none.
    Full,
    /// The browser has no database for this page: a private window, or an address that it does not trust.
    Unavailable,
    /// A later version of this page has kept a gallery here.
    Newer,
    /// The browser closed or deleted the database: someone cleared the page's data.
    Lost,
    /// The browser's database failed, in its own words.
    Failed(String),
}

impl Condition {
    /// What a browser's error means, by its name.
    pub fn of_error(name: &str, words: &str) -> Self {
        match name {
            "QuotaExceededError" => Self::Full,
            "VersionError" => Self::Newer,
            "InvalidStateError" => Self::Lost,
            "SecurityError" | "NotFoundError" if words.is_empty() => Self::Unavailable,
            _ => Self::Failed(if words.is_empty() { name } else { words }.trim_end_matches('.').to_owned()),
        }
    }

    /// A word or two for the chip.
    pub fn short(&self, bytes: u64) -> String {
        match self {
            Self::Opening => "opening...".into(),
            Self::Kept if bytes == 0 => "nothing yet".into(),
            Self::Kept => megabytes(bytes),
            Self::Off => "off".into(),
            Self::Elsewhere | Self::Other => "not in this tab".into(),
            Self::Full => "storage is full".into(),
            Self::Unavailable | Self::Newer | Self::Lost | Self::Failed(_) => "not kept".into(),
        }
    }

    /// What it is, and what to do where something is wrong.
    pub fn sentence(&self) -> String {
        match self {
            Self::Opening => "Looking for the gallery that was kept here...".into(),
            Self::Kept => {
                "The gallery is kept in this browser: images, labels, features, selection, strokes and masks are here again \
                 after a reload. Undo is not."
                    .into()
            }
            Self::Off => "The gallery is not kept: a reload or a closed tab loses it.".into(),
            Self::Elsewhere => {
                "Mycoscope is open in another tab, which keeps its own gallery. What is in this tab is not kept, until the \
                 other is closed."
                    .into()
            }
            Self::Other => {
                "Another gallery is kept in this browser than this tab's, which is not kept. Reload to open that one here, \
                 without this tab's images, or keep this tab's gallery in its place."
                    .into()
            }
            Self::Full => {
                "The browser gives this page no more storage: the latest changes are not kept. Remove images or free some \
                 disk space, then try again."
                    .into()
            }
            Self::Unavailable => {
                "This browser keeps nothing for this page, so a reload loses the gallery: private windows have no storage, \
                 nor have addresses without https."
                    .into()
            }
            Self::Newer => {
                "A newer version of this page has kept a gallery here. This version leaves it alone and keeps nothing: \
                 reload to get the newer one, or clear everything."
                    .into()
            }
            Self::Lost => {
                "The browser has deleted what was kept, or closed it. The gallery is still in this tab: try again to keep it."
                    .into()
            }
            Self::Failed(words) => {
                format!(
                    "The browser's storage failed ({words}), so a reload may lose the gallery. Try again; if that does not \
                     help, clear everything."
                )
            }
        }
    }

    /// Whether a person should be told at once.
    pub fn is_trouble(&self) -> bool {
        !matches!(self, Self::Opening | Self::Kept | Self::Off)
    }

    /// Whether trying again may help.
    pub fn is_worth_trying(&self) -> bool {
        matches!(self, Self::Full | Self::Lost | Self::Failed(_))
    }
}

/// What came back, in a sentence; none where nothing did.
pub fn came_back(images: usize, left_out: usize) -> Option<String> {
    let back = match images {
        0 => String::new(),
        1 => "Your image is here again, as you left it.".into(),
        n => format!("Your {n} images are here again, as you left them."),
    };
    Some([back, damaged(left_out)].join(" ").trim().to_owned()).filter(|words| !words.is_empty())
}

/// How many kept records could not be read, in a sentence; empty where all could.
pub fn damaged(records: usize) -> String {
    match records {
        0 => String::new(),
        1 => "One kept image was damaged and is left out; add it again.".into(),
        n => format!("{n} kept images were damaged and are left out; add them again."),
    }
}

/// What the browser allows, in a sentence: bytes used by the whole page, of how many.
pub fn allowance(used: u64, quota: u64) -> String {
    format!(
        "With its models and the page itself, all of it takes {} of the {} that this browser allows.",
        short(used),
        short(quota)
    )
}

fn short(bytes: u64) -> String {
    match bytes {
        0..10_000_000_000 => megabytes(bytes),
        _ => format!("{} GB", bytes / 1_000_000_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_told_apart_by_name() {
        use Condition::{Failed, Full, Lost, Newer, Unavailable};
        assert_eq!(Condition::of_error("QuotaExceededError", "x"), Full);
        assert_eq!(Condition::of_error("VersionError", ""), Newer);
        assert_eq!(Condition::of_error("InvalidStateError", "The connection is closing."), Lost);
        assert_eq!(Condition::of_error("SecurityError", ""), Unavailable);
        assert_eq!(Condition::of_error("UnknownError", "Internal error."), Failed("Internal error".into()));
        assert_eq!(Condition::of_error("UnknownError", ""), Failed("UnknownError".into()));
    }

    #[test]
    fn trouble_says_what_to_do() {
        let all = [Condition::Elsewhere, Condition::Other, Condition::Full, Condition::Newer, Condition::Lost];
        for condition in all.into_iter().chain([Condition::Unavailable, Condition::Failed("so".into())]) {
            let sentence = condition.sentence();
            assert!(condition.is_trouble() && sentence.ends_with('.') && !sentence.contains(".."), "{sentence}");
        }
        assert!(!Condition::Kept.is_trouble() && !Condition::Off.is_trouble());
    }

    #[test]
    fn what_came_back_is_counted() {
        assert_eq!(came_back(0, 0), None);
        assert_eq!(came_back(1, 0).unwrap(), "Your image is here again, as you left it.");
        let words = came_back(12, 2).unwrap();
        assert_eq!(
            words,
            "Your 12 images are here again, as you left them. 2 kept images were damaged and are left out; add them again."
        );
        assert_eq!(came_back(0, 1).unwrap(), damaged(1));
        assert!(allowance(45_000_000, 120_000_000_000).contains("45.0 MB of the 120 GB"));
    }
}
