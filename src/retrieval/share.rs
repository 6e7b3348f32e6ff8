//! A query's agreement with its neighbours, counted against what is possible: of a class of eight, ten neighbours can
//! hold no more than seven others.

/// How many of a query's nearest images share its label, and how many could.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// Those of the nearest that have the query's label.
    pub right: usize,
    /// The nearest images that are looked at.
    pub nearest: usize,
    /// The images that have the query's label, the query itself left out, whether they are among the nearest or not.
    pub others: usize,
}

impl Share {
    /// Counts `wanted`, the query's label, among the labels of all `others` that the query is compared with, and among
    /// those of the `nearest`.
    pub fn count<'a>(
        wanted: &str,
        others: impl IntoIterator<Item = &'a str>,
        nearest: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let mut share = Self { right: 0, nearest: 0, others: 0 };
        share.others = others.into_iter().filter(|label| *label == wanted).count();
        for label in nearest {
            share.nearest += 1;
            share.right += usize::from(label == wanted);
        }
        share
    }

    /// The most that `right` could be.
    pub fn possible(&self) -> usize {
        self.others.min(self.nearest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_asked_than_there_is() {
        let others = ["bicycle", "bicycle", "cup", "", "cup", "bicycle"];
        let share = Share::count("bicycle", others, ["bicycle", "", "cup", "bicycle", "bicycle"]);
        assert_eq!(share, Share { right: 3, nearest: 5, others: 3 });
        assert_eq!(share.possible(), 3);
        assert_eq!(Share::count("bicycle", others, ["cup", "bicycle"]).possible(), 2);
        assert_eq!(Share::count("fish", others, ["cup"]).possible(), 0);
    }
}
