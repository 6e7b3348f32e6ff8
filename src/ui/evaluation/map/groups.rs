//! Which mark each image has, and what the legend says: by label, by the neighbours' vote, or by whether that is right.
//! Decisions only: no browser is needed.

use std::collections::{BTreeMap, BTreeSet};

use super::marks::Mark;

/// What marks stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkedBy {
    /// The images' labels.
    Label,
    /// The label for which an image's nearest neighbours vote, by the map's feature set.
    Vote,
    /// Whether they vote for the image's own label.
    Correctness,
}

impl MarkedBy {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Label, Self::Vote, Self::Correctness];

    /// Its name on the page.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Label => "Label",
            Self::Vote => "Neighbours' vote",
            Self::Correctness => "Right or wrong vote",
        }
    }

    /// Its name in attributes.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Label => "label",
            Self::Vote => "vote",
            Self::Correctness => "correctness",
        }
    }
}

/// The labels that have marks of their own: the most frequent ones, in alphabetical order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Classes(Vec<String>);

impl Classes {
    /// Counts labels; empty ones don't count.
    pub fn of<'a>(labels: impl IntoIterator<Item = &'a str>) -> Self {
        let mut counts = BTreeMap::<&str, usize>::new();
        labels.into_iter().filter(|label| !label.is_empty()).for_each(|label| *counts.entry(label).or_default() += 1);
        let mut all: Vec<(&str, usize)> = counts.into_iter().collect();
        // Of equally frequent ones, the first by name.
        all.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
        let kept: BTreeSet<&str> = all.into_iter().take(Mark::CLASSES).map(|(label, _)| label).collect();
        Self(kept.into_iter().map(str::to_owned).collect())
    }

    fn mark(&self, label: &str) -> Mark {
        match self.0.iter().position(|class| class == label) {
            _ if label.is_empty() => Mark::none(),
            Some(place) => Mark::class(place),
            None => Mark::other(),
        }
    }
}

/// One line of the legend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// What it holds.
    pub name: String,
    /// The label, where it is one.
    pub label: Option<String>,
    /// How its images are marked.
    pub mark: Mark,
    /// How many images.
    pub count: usize,
}

/// How images are marked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Groups {
    /// The legend, those with images only.
    pub all: Vec<Group>,
    /// The group of each image.
    pub of: Vec<usize>,
}

impl Groups {
    /// Groups of images with these labels, empty where there is none. `votes` are those of the nearest neighbours, by the
    /// same order; none before they are known.
    pub fn new(by: MarkedBy, labels: &[&str], votes: &[Option<&str>], classes: &Classes) -> Self {
        let vote = |image: usize| votes.get(image).copied().flatten().unwrap_or_default();
        let look = |image: usize| match by {
            MarkedBy::Label => look(labels[image], classes, "No label"),
            MarkedBy::Vote => look(vote(image), classes, "No vote yet"),
            MarkedBy::Correctness => match (labels[image], vote(image)) {
                ("", _) => (4, "No label", None, Mark::none()),
                (_, "") => (3, "No vote yet", None, Mark::other()),
                (label, vote) if label == vote => (1, "Right vote", None, Mark::right()),
                _ => (2, "Wrong vote", None, Mark::wrong()),
            },
        };
        let mut found = BTreeMap::new();
        let looks: Vec<_> = (0..labels.len()).map(look).collect();
        looks.iter().for_each(|&look| *found.entry((look.0, look.1)).or_insert(0) += 1);
        let place: BTreeMap<_, usize> = found.keys().enumerate().map(|(place, &key)| (key, place)).collect();
        let of: Vec<usize> = looks.iter().map(|look| place[&(look.0, look.1)]).collect();
        let mut all: Vec<Group> = found
            .iter()
            .map(|(&(_, name), &count)| Group { name: name.to_owned(), label: None, mark: Mark::none(), count })
            .collect();
        for (&group, (_, _, label, mark)) in of.iter().zip(&looks) {
            all[group].mark = *mark;
            all[group].label = label.map(str::to_owned);
        }
        Self { all, of }
    }

    /// Whether an image is in the foreground, given the label that someone chose to see.
    pub fn lit(&self, image: usize, label: &str, chosen: Option<&str>) -> bool {
        chosen.is_none_or(|chosen| match self.of.get(image).and_then(|&group| self.all.get(group)?.label.as_deref()) {
            Some(of_group) => of_group == chosen,
            None => label == chosen,
        })
    }
}

/// Order, name and label of a group, and its mark.
fn look<'a>(label: &'a str, classes: &Classes, without: &'a str) -> (u8, &'a str, Option<&'a str>, Mark) {
    let mark = classes.mark(label);
    match mark {
        _ if label.is_empty() => (4, without, None, mark),
        _ if mark == Mark::other() => (3, "Other labels", None, mark),
        _ => (1, label, Some(label), mark),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(groups: &Groups) -> Vec<(&str, usize)> {
        groups.all.iter().map(|group| (&group.name[..], group.count)).collect()
    }

    #[test]
    fn labels_are_listed_by_name_and_those_without_last() {
        let labels = ["cup", "", "ant", "cup"];
        let groups = Groups::new(MarkedBy::Label, &labels, &[], &Classes::of(labels));
        assert_eq!(names(&groups), [("ant", 1), ("cup", 2), ("No label", 1)]);
        assert_eq!(groups.of, [1, 2, 0, 1]);
        assert_eq!(groups.all[0].mark, Mark::class(0));
        assert_eq!(groups.all[2].mark, Mark::none());
    }

    #[test]
    fn the_rarest_of_many_labels_share_a_mark() {
        let all: Vec<String> = (0..15).flat_map(|at| vec![format!("l{at:02}"); 20 - at]).collect();
        let labels: Vec<&str> = all.iter().map(String::as_str).collect();
        let classes = Classes::of(labels.iter().copied());
        let groups = Groups::new(MarkedBy::Label, &labels, &[], &classes);
        assert_eq!(groups.all.len(), 13);
        assert_eq!(names(&groups)[12], ("Other labels", 8 + 7 + 6));
        let last = labels.len() - 1;
        assert!(groups.lit(last, "l14", Some("l14")) && !groups.lit(0, "l00", Some("l14")));
        assert!(groups.lit(0, "l00", None) && !groups.lit(last, "l14", Some("l13")));
    }

    #[test]
    fn a_vote_has_the_mark_of_the_label_that_it_names() {
        let labels = ["ant", "bee", "bee"];
        let classes = Classes::of(labels);
        let votes = [Some("bee"), Some("bee"), None];
        let groups = Groups::new(MarkedBy::Vote, &labels, &votes, &classes);
        assert_eq!(names(&groups), [("bee", 2), ("No vote yet", 1)]);
        assert_eq!(groups.all[0].mark, Mark::class(1));
        assert!(groups.lit(0, "ant", Some("bee")), "the chosen label is what is marked");
        let groups = Groups::new(MarkedBy::Correctness, &labels, &votes, &classes);
        assert_eq!(names(&groups), [("Right vote", 1), ("Wrong vote", 1), ("No vote yet", 1)]);
        assert_eq!(groups.of, [1, 0, 2]);
        assert!(groups.lit(0, "ant", Some("ant")) && !groups.lit(1, "bee", Some("ant")));
    }

    #[test]
    fn a_label_may_be_named_like_a_group() {
        let labels = ["No label", "", "Other labels"];
        let groups = Groups::new(MarkedBy::Label, &labels, &[], &Classes::of(labels));
        assert_eq!(names(&groups), [("No label", 1), ("Other labels", 1), ("No label", 1)]);
    }
}
