//! How far exact cosines are, in words. Decisions only: no browser is needed.

use crate::ui::numbers::megabytes;

/// How far exact cosines are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// They are not wanted.
    Off,
    /// No objective is on.
    NoGradients,
    /// The gallery's would take too much memory.
    TooMany {
        /// Images in the gallery.
        images: usize,
        /// What they would take.
        bytes: u64,
        /// The most that is kept.
        most: u64,
    },
    /// They are wanted, and images are being computed with what they take.
    Computing {
        /// Images that have it.
        done: usize,
        /// All images.
        images: usize,
    },
    /// There is no query.
    NoQuery,
    /// The query is being compared.
    Comparing,
    /// The columns show them.
    Shown,
    /// They can't be had: why, as a sentence.
    Failed(String),
}

impl Standing {
    /// What is shown beside the switch; nothing while it is off.
    pub fn words(&self) -> String {
        match self {
            Self::Off => String::new(),
            Self::NoGradients => "There are no gradients: all objectives are off in Settings.".into(),
            Self::TooMany { images, bytes, most } => format!(
                "The gradients of {images} images would take {}, and at most {} are kept. They stay projected.",
                megabytes(*bytes),
                megabytes(*most)
            ),
            Self::Computing { done, images } => format!("Projected until all images are computed: {done} of {images}."),
            Self::NoQuery => "Choose a query.".into(),
            Self::Comparing => "Comparing; projected until then.".into(),
            Self::Shown => "The columns are exact. The numbers for the whole gallery stay projected.".into(),
            Self::Failed(reason) => reason.clone(),
        }
    }
}

/// What the switch takes, beside its name; nothing before that is known.
pub fn takes(bytes: u64) -> String {
    if bytes == 0 { String::new() } else { format!("keeps {}", megabytes(bytes)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_takes_is_said_beforehand_and_what_is_too_much_refused() {
        assert_eq!(takes(0), "");
        assert_eq!(takes(5_700_000), "keeps 5.7 MB");
        let words = Standing::TooMany { images: 9000, bytes: 428_000_000, most: 256_000_000 }.words();
        assert!(words.contains("9000 images") && words.contains("428.0 MB") && words.contains("256.0 MB"), "{words}");
        assert_eq!(Standing::Off.words(), "");
        assert!(Standing::Computing { done: 45, images: 120 }.words().ends_with("45 of 120."));
    }
}
