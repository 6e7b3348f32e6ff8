//! The best one-to-one matching.

/// The matching of rows and columns with the largest total `value` (`[size, size]`): the column of each row. The Hungarian
/// algorithm (Kuhn 1955, Munkres 1957) by shortest paths, exact, in `size` cubed steps.
pub(super) fn best_matching(size: usize, value: impl Fn(usize, usize) -> i64) -> Vec<usize> {
    // Rows and columns count from 1; row 0 and column 0 stand for "none".
    let cost = |row: usize, column: usize| -value(row - 1, column - 1);
    let (mut rows, mut columns) = (vec![0_i64; size + 1], vec![0_i64; size + 1]);
    let mut row_of = vec![0; size + 1];
    for new in 1..=size {
        row_of[0] = new;
        let mut at = 0;
        let mut distance = vec![i64::MAX; size + 1];
        let mut from = vec![0; size + 1];
        let mut done = vec![false; size + 1];
        // A shortest path from the new row to a column that is free.
        while row_of[at] != 0 {
            done[at] = true;
            let row = row_of[at];
            let (mut step, mut next) = (i64::MAX, 0);
            for column in (1..=size).filter(|&column| !done[column]) {
                let length = cost(row, column) - rows[row] - columns[column];
                if length < distance[column] {
                    (distance[column], from[column]) = (length, at);
                }
                if distance[column] < step {
                    (step, next) = (distance[column], column);
                }
            }
            for column in 0..=size {
                if done[column] {
                    rows[row_of[column]] += step;
                    columns[column] -= step;
                } else {
                    distance[column] = distance[column].saturating_sub(step);
                }
            }
            at = next;
        }
        // Each column on the path takes the row of the one before.
        while at != 0 {
            row_of[at] = row_of[from[at]];
            at = from[at];
        }
    }
    let mut matching = vec![0; size];
    (1..=size).for_each(|column| matching[row_of[column] - 1] = column - 1);
    matching
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Purpose, Stream};

    /// The largest total over all matchings, one by one.
    fn by_force(size: usize, row: usize, taken: &mut Vec<usize>, value: &impl Fn(usize, usize) -> i64) -> i64 {
        if row == size {
            return 0;
        }
        let mut best = i64::MIN;
        for column in 0..size {
            if !taken.contains(&column) {
                taken.push(column);
                best = best.max(value(row, column) + by_force(size, row + 1, taken, value));
                taken.pop();
            }
        }
        best
    }

    #[test]
    fn no_matching_is_better() {
        let mut stream = Stream::new(5, Purpose::Bootstrap, 0);
        for size in 0..7 {
            for _ in 0..20 {
                let values: Vec<i64> = (0..size * size).map(|_| i64::from(stream.below(9)) - 2).collect();
                let value = |row: usize, column: usize| values[row * size + column];
                let found = best_matching(size, value);
                let total: i64 = found.iter().enumerate().map(|(row, &column)| value(row, column)).sum();
                assert_eq!(total, by_force(size, 0, &mut Vec::new(), &value), "{values:?}");
                let mut columns = found;
                columns.sort_unstable();
                assert!(columns.into_iter().eq(0..size), "each column once");
            }
        }
    }
}
