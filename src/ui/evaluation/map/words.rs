//! What a map says of itself. Decisions only: no browser is needed.

use crate::fungi::Part;
use crate::retrieval::FeatureSet;
use crate::ui::numbers::duration;

/// How far a map's coordinates are.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Progress {
    /// Nothing has been asked for.
    #[default]
    Nothing,
    /// The worker has been asked, and has not begun.
    Asked,
    /// t-SNE is at this step.
    Step {
        /// Steps done.
        done: usize,
        /// All steps.
        all: usize,
        /// Milliseconds since the first step.
        spent: f64,
    },
    /// All done.
    Done,
    /// Someone stopped t-SNE at this step.
    Stopped {
        /// Steps done.
        done: usize,
        /// All steps.
        all: usize,
    },
    /// It failed, for this reason, a sentence.
    Failed(String),
}

impl Progress {
    /// Whether a worker is at it.
    pub fn is_running(&self) -> bool {
        matches!(self, Self::Asked | Self::Step { .. })
    }

    /// Its name in attributes.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Asked => "asked",
            Self::Step { .. } => "running",
            Self::Done => "done",
            Self::Stopped { .. } => "stopped",
            Self::Failed(_) => "failed",
        }
    }

    /// A sentence.
    pub fn words(&self) -> String {
        match self {
            Self::Nothing | Self::Done => String::new(),
            Self::Asked => "Preparing...".into(),
            Self::Step { done, all, .. } => match self.left() {
                Some(left) => format!("Step {done} of {all}, about {} left.", duration(left)),
                None => format!("Step {done} of {all}."),
            },
            Self::Stopped { done: 0, .. } => "Stopped before the first step.".into(),
            Self::Stopped { done, all } => format!("Stopped at step {done} of {all}."),
            Self::Failed(reason) => reason.clone(),
        }
    }

    /// Milliseconds that are left, once enough steps were timed.
    pub fn left(&self) -> Option<f64> {
        match *self {
            Self::Step { done, all, spent } if done >= 10 && spent > 0.0 => {
                Some(spent / done as f64 * all.saturating_sub(done) as f64)
            }
            _ => None,
        }
    }

    /// The same, stopped where it is.
    pub fn stopped(&self) -> Self {
        match *self {
            Self::Step { done, all, .. } => Self::Stopped { done, all },
            Self::Asked => Self::Stopped { done: 0, all: 0 },
            _ => self.clone(),
        }
    }
}

/// A feature set's name, with whether it is centred.
pub fn title(set: &FeatureSet) -> String {
    if set.centred { format!("{}, centred", set.name) } else { set.name.clone() }
}

/// The sets of both maps before anyone has chosen: the embedding, and the one with the most gradients.
pub fn first_sets(sets: &[FeatureSet]) -> [FeatureSet; 2] {
    let embedding = FeatureSet::of(&[Part::Embedding]);
    let plain = sets.iter().filter(|set| !set.centred && set.has_gradients());
    // Of equals, the first.
    let second = plain.rev().max_by_key(|set| set.parts().count()).cloned();
    [embedding.clone(), second.unwrap_or(embedding)]
}

/// What an image is called: its name, label and vote.
pub fn image(name: &str, label: &str, vote: Option<&str>) -> String {
    let label = if label.is_empty() { "no label" } else { label };
    match vote {
        Some(vote) => format!("{name}: {label}; its neighbours vote for {vote}"),
        None => format!("{name}: {label}"),
    }
}

/// What a screen reader says of a whole map.
pub fn summary(set: &str, method: &str, images: usize, selected: usize) -> String {
    let images = match images {
        0 => return format!("Map by {set}: no image has been computed yet."),
        1 => "1 image".to_owned(),
        images => format!("{images} images"),
    };
    let selected = if selected == 0 { String::new() } else { format!(", {selected} selected") };
    format!("Map by {set}, {method}: {images}{selected}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_says_the_time_that_is_left() {
        let step = Progress::Step { done: 250, all: 1000, spent: 5_000.0 };
        assert_eq!(step.words(), "Step 250 of 1000, about 15 s left.");
        assert_eq!(Progress::Step { done: 2, all: 1000, spent: 100.0 }.words(), "Step 2 of 1000.");
        assert_eq!(step.stopped().words(), "Stopped at step 250 of 1000.");
        assert_eq!(Progress::Asked.stopped().words(), "Stopped before the first step.");
        assert_eq!(Progress::Done.stopped(), Progress::Done);
        assert!(step.is_running() && !step.stopped().is_running());
    }

    #[test]
    fn centred_sets_are_told_apart() {
        let plain = FeatureSet::of(&[Part::Embedding]);
        let centred = FeatureSet { centred: true, ..plain.clone() };
        assert_eq!([title(&plain), title(&centred)], ["Embedding", "Embedding, centred"]);
    }

    #[test]
    fn the_first_maps_are_the_embedding_and_all_gradients() {
        let sets = FeatureSet::standard(|part| part != Part::Simclr);
        let [first, second] = first_sets(&sets);
        assert!(first.is_embedding());
        assert_eq!(second.name, "Embedding + KL + DINO");
        assert!(first_sets(&[]).iter().all(FeatureSet::is_embedding));
    }

    #[test]
    fn images_and_maps_are_described() {
        assert_eq!(image("a.png", "", None), "a.png: no label");
        assert_eq!(image("a.png", "cup", Some("fish")), "a.png: cup; its neighbours vote for fish");
        assert_eq!(summary("Embedding", "t-SNE", 120, 7), "Map by Embedding, t-SNE: 120 images, 7 selected.");
        assert_eq!(summary("Embedding", "t-SNE", 0, 0), "Map by Embedding: no image has been computed yet.");
    }
}
