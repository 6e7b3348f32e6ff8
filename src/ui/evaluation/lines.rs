//! The table's lines: what has been evaluated, and what stays from before until it is evaluated anew. Decisions only: no
//! browser is needed.

use std::cmp::Ordering;

use crate::fungi::PartMap;
use crate::retrieval::{FeatureSet, Metric, Row};

/// The name of the person's own weights.
pub const OWN: &str = "Your sliders";

/// A feature set by its name and whether it is centred.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key {
    /// Its name.
    pub name: String,
    /// Whether it is centred.
    pub centred: bool,
}

impl Key {
    /// The key of a set.
    pub fn of(set: &FeatureSet) -> Self {
        Self { name: set.name.clone(), centred: set.centred }
    }

    /// The name in lists.
    pub fn words(&self) -> String {
        if self.centred { format!("{}, centred", self.name) } else { self.name.clone() }
    }
}

/// A line of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// What was found.
    pub row: Row,
    /// The number of the evaluation that found it, and its place there.
    pub source: (u32, usize),
    /// Whether labels, images or features have changed since.
    pub stale: bool,
}

impl Line {
    /// The line's feature set.
    pub fn key(&self) -> Key {
        Key::of(&self.row.set)
    }

    /// Whether it is the person's own.
    pub fn is_own(&self) -> bool {
        self.row.set.name == OWN
    }
}

/// The lines, in the order of evaluation, the person's own last.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Lines(Vec<Line>);

impl Lines {
    /// The lines.
    pub fn all(&self) -> &[Line] {
        &self.0
    }

    /// The line of a feature set.
    pub fn get(&self, key: &Key) -> Option<&Line> {
        self.0.iter().find(|line| line.row.set.name == key.name && line.row.set.centred == key.centred)
    }

    /// Something has changed: nothing here is up to date any more. `own`: of the person's own alone.
    pub fn age(&mut self, own: bool) {
        self.0.iter_mut().filter(|line| line.is_own() || !own).for_each(|line| line.stale = true);
    }

    /// Takes rows of the evaluation with that number. A row that has no values yet leaves the one from before in its place.
    pub fn take(&mut self, evaluation: u32, rows: Vec<(usize, Row)>) {
        // What is new comes behind the row before it.
        let mut next = 0;
        for (place, row) in rows {
            let line = Line { row, source: (evaluation, place), stale: false };
            let empty = line.row.at_k.is_empty() && line.row.values.is_empty();
            match self.0.iter().position(|other| other.key() == line.key()) {
                Some(at) => {
                    if !empty || self.0[at].source.0 == evaluation {
                        self.0[at] = line;
                    }
                    next = at + 1;
                }
                None if line.is_own() => self.0.push(line),
                None => {
                    // Only what has changed is told: the row before it may have come earlier.
                    let earlier = |other: &Line| other.source.0 == evaluation && other.source.1 < place;
                    let behind =
                        self.0.iter().rposition(|other| !other.is_own() && earlier(other)).map_or(0, |at| at + 1);
                    let at = next.max(behind);
                    self.0.insert(at, line);
                    next = at + 1;
                }
            }
        }
    }

    /// An evaluation is complete. What it has not found anew goes, unless it has parts that the settings compute (`wanted`)
    /// and some images lack (`has`: those that all have).
    pub fn complete(&mut self, evaluation: u32, own: bool, wanted: &PartMap<bool>, has: &PartMap<bool>) {
        let awaited = |line: &Line| {
            let set = &line.row.set;
            set.parts().all(|part| wanted[part]) && set.parts().any(|part| !has[part])
        };
        self.0.retain(|line| line.is_own() != own || line.source.0 == evaluation || awaited(line));
    }

    /// Forgets the person's own line.
    pub fn without_own(&mut self) {
        self.0.retain(|line| !line.is_own());
    }

    /// The lines in the order of a column.
    pub fn sorted(&self, by: Sorting, k: usize, views: impl Fn(&FeatureSet) -> usize) -> Vec<Line> {
        let mut lines = self.0.clone();
        let rank = |a: &Line, b: &Line| match by.column {
            Column::Order => Ordering::Equal,
            Column::Name => a.key().words().cmp(&b.key().words()),
            Column::Views => views(&a.row.set).cmp(&views(&b.row.set)),
            Column::Metric(metric) => {
                let value = |line: &Line| line.row.value(metric, k).map(|value| value.value);
                match (value(a), value(b)) {
                    // What has no value comes last, whatever the direction.
                    (None, Some(_)) => {
                        if by.descending {
                            Ordering::Less
                        } else {
                            Ordering::Greater
                        }
                    }
                    (Some(_), None) => {
                        if by.descending {
                            Ordering::Greater
                        } else {
                            Ordering::Less
                        }
                    }
                    (a, b) => a.unwrap_or_default().total_cmp(&b.unwrap_or_default()),
                }
            }
        };
        lines.sort_by(|a, b| if by.descending { rank(b, a) } else { rank(a, b) });
        lines
    }
}

/// A column of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// None: in the order of evaluation.
    Order,
    /// The feature set.
    Name,
    /// The views that it needs.
    Views,
    /// A measure.
    Metric(Metric),
}

/// How the table is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sorting {
    /// By what.
    pub column: Column,
    /// Whether the largest comes first.
    pub descending: bool,
}

impl Sorting {
    /// After a column's heading was pressed: measures begin with the best, the rest with the least; pressed again, the other
    /// way round; a third time, as it was.
    pub fn pressed(self, column: Column) -> Self {
        let first = matches!(column, Column::Metric(_));
        match self {
            Self { column: same, descending } if same == column && descending == first => {
                Self { column, descending: !first }
            }
            Self { column: same, .. } if same == column => Self::default(),
            _ => Self { column, descending: first },
        }
    }

    /// What `aria-sort` says of a column.
    pub fn aria(self, column: Column) -> Option<&'static str> {
        (self.column == column).then_some(if self.descending { "descending" } else { "ascending" })
    }
}

impl Default for Sorting {
    fn default() -> Self {
        Self { column: Column::Order, descending: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fungi::Part;
    use crate::retrieval::Value;

    fn row(name: &str, part: Part, value: Option<f64>) -> Row {
        let set = FeatureSet { name: name.into(), ..FeatureSet::of(&[part]) };
        let found = |value| (Metric::Map, Value { value, deviation: None, against_embedding: None });
        Row { set, at_k: Vec::new(), values: value.map(found).into_iter().collect() }
    }

    fn names(lines: &[Line]) -> Vec<(&str, bool)> {
        lines.iter().map(|line| (line.row.set.name.as_str(), line.stale)).collect()
    }

    /// An evaluation with that number of the embedding and DINO, and the person's own.
    fn evaluated() -> Lines {
        let mut lines = Lines::default();
        lines.take(2, vec![(0, row(OWN, Part::Kl, Some(0.4)))]);
        lines.take(1, vec![(0, row("Embedding", Part::Embedding, Some(0.5))), (1, row("DINO", Part::Dino, Some(0.7)))]);
        lines
    }

    #[test]
    fn what_was_found_stays_until_it_is_found_anew() {
        let mut lines = evaluated();
        assert_eq!(names(lines.all()), [("Embedding", false), ("DINO", false), (OWN, false)]);
        lines.age(false);
        lines.take(3, vec![(0, row("Embedding", Part::Embedding, None)), (1, row("KL", Part::Kl, None))]);
        assert_eq!(names(lines.all()), [("Embedding", true), ("KL", false), ("DINO", true), (OWN, true)]);
        assert_eq!(lines.all()[0].row.values.len(), 1, "the former value");
        lines.take(3, vec![(0, row("Embedding", Part::Embedding, Some(0.6)))]);
        assert_eq!(names(lines.all())[0], ("Embedding", false));
        // DINO is still to come, so its former line stays; were it off, it would go.
        let wanted = PartMap::from_fn(|_| true);
        let has = PartMap::from_fn(|part| part != Part::Dino);
        let mut off = lines.clone();
        lines.complete(3, false, &wanted, &has);
        assert_eq!(lines.all().len(), 4);
        off.complete(3, false, &has, &has);
        assert_eq!(names(off.all()), [("Embedding", false), ("KL", false), (OWN, true)]);
        off.age(true);
        off.without_own();
        assert_eq!(names(off.all()), [("Embedding", false), ("KL", false)]);
    }

    #[test]
    fn columns_sort_either_way_and_gaps_come_last() {
        let mut lines = evaluated();
        lines.take(1, vec![(2, row("A", Part::Simclr, None))]);
        let sorted = |by| -> Vec<String> {
            lines.sorted(by, 1, |set| set.parts().count()).into_iter().map(|line| line.row.set.name).collect()
        };
        let mut by = Sorting::default().pressed(Column::Metric(Metric::Map));
        assert_eq!(
            (sorted(by), by.aria(by.column)),
            (vec!["DINO".into(), "Embedding".into(), OWN.into(), "A".into()], Some("descending"))
        );
        by = by.pressed(by.column);
        assert_eq!(sorted(by), [OWN, "Embedding", "DINO", "A"]);
        by = by.pressed(by.column);
        assert_eq!(by, Sorting::default());
        assert_eq!(sorted(by), ["Embedding", "DINO", "A", OWN]);
        assert_eq!(sorted(by.pressed(Column::Name)), ["A", "DINO", "Embedding", OWN]);
        assert_eq!(by.aria(Column::Name), None);
    }
}
