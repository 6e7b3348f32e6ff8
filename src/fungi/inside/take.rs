//! Takes what is inside a gradient from a dissected image.

use super::{CELLS, Cells, Gradient};
use crate::arithmetic::dot_f64;
use crate::fungi::{Dissection, Objective, Settings, Trace, exact};

impl Dissection {
    /// What is inside an objective's gradient; none if the image was taken apart without that objective. It must come from
    /// the extractor with these `settings`.
    pub fn gradient(&self, objective: &Objective, settings: &Settings) -> Option<Gradient> {
        let (part, views) = (objective.part(), objective.views());
        let (trace, projected) = (self.trace(part)?, self.features.get(part)?);
        let rows = (&trace.d[..], &trace.u[..]);
        Some(Gradient {
            part,
            views,
            regions: self.regions(part, views, settings),
            losses: trace.losses.clone(),
            lengths: lengths(trace, self.dim),
            loss: trace.loss(),
            length: exact::inner_product(rows, rows, self.dim).max(0.0).sqrt(),
            picture: Cells::of(trace, self.dim, CELLS),
            projected: projected.to_vec(),
        })
    }
}

/// The length of each view's `d_v (x) [u_v; 1]`.
fn lengths(trace: &Trace, dim: usize) -> Vec<f64> {
    let rows = trace.d.chunks_exact(dim).zip(trace.u.chunks_exact(dim));
    rows.map(|(d, u)| (dot_f64(d, d) * (dot_f64(u, u) + 1.0)).sqrt()).collect()
}

impl Cells {
    /// The gradient of a trace in at most `most` rows. A block's mean of an outer product is the product of the two rows'
    /// means there, so that the gradient itself is never stored.
    fn of(trace: &Trace, dim: usize, most: usize) -> Self {
        let rows = most.clamp(1, dim);
        let mut sums = vec![0.0_f64; rows * (rows + 1)];
        for (d, u) in trace.d.chunks_exact(dim).zip(trace.u.chunks_exact(dim)) {
            let mut columns = means(u, rows);
            columns.push(1.0);
            for (row, d) in sums.chunks_exact_mut(rows + 1).zip(means(d, rows)) {
                row.iter_mut().zip(&columns).for_each(|(sum, u)| *sum += d * u);
            }
        }
        Self { dim, rows, values: sums.into_iter().map(|sum| sum as f32).collect() }
    }
}

/// The means of `count` runs of `row`, which differ in length by one at most.
fn means(row: &[f32], count: usize) -> Vec<f64> {
    let edge = |i: usize| i * row.len() / count;
    let mean = |i: usize| {
        let run = &row[edge(i)..edge(i + 1)];
        run.iter().map(|x| f64::from(*x)).sum::<f64>() / run.len() as f64
    };
    (0..count).map(mean).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Purpose, Stream};

    fn trace(dim: usize, views: usize) -> Trace {
        let mut stream = Stream::new(3, Purpose::Sample, 0);
        let mut draw = |n: usize| (0..n).map(|_| stream.range(-1.0, 1.0)).collect::<Vec<f32>>();
        Trace { losses: draw(views), d: draw(views * dim), u: draw(views * dim), e: Vec::new() }
    }

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-5 * b.abs().max(1.0)
    }

    #[test]
    fn the_length_of_one_view_is_that_of_its_outer_product() {
        let (dim, trace) = (7, trace(7, 3));
        for (view, length) in lengths(&trace, dim).into_iter().enumerate() {
            let of = |rows: &[f32]| rows[view * dim..(view + 1) * dim].to_vec();
            let gradient = exact::gradient(&of(&trace.d), &of(&trace.u), dim);
            let expected = gradient.iter().map(|x| x * x).sum::<f64>().sqrt();
            assert!(near(length, expected), "{length} {expected}");
        }
    }

    #[test]
    fn every_number_is_a_cell_where_there_are_few() {
        let trace = trace(5, 4);
        let cells = Cells::of(&trace, 5, 64);
        assert_eq!((cells.rows, cells.block(), cells.values.len()), (5, 1, 30));
        for (cell, number) in cells.values.iter().zip(exact::gradient(&trace.d, &trace.u, 5)) {
            assert!(near(f64::from(*cell), number), "{cell} {number}");
        }
    }

    /// Also where the rows do not divide evenly: weighted by its block's size, each cell counts as its numbers do.
    #[test]
    fn cells_are_the_means_of_their_blocks() {
        let (dim, rows) = (11, 4);
        let trace = trace(dim, 3);
        let (cells, gradient) = (Cells::of(&trace, dim, rows), exact::gradient(&trace.d, &trace.u, dim));
        let edges: Vec<usize> = (0..=rows).map(|i| i * dim / rows).collect();
        let mut total = 0.0;
        for i in 0..rows {
            for j in 0..=rows {
                let columns = if j == rows { dim..dim + 1 } else { edges[j]..edges[j + 1] };
                let block: Vec<f64> = (edges[i]..edges[i + 1])
                    .flat_map(|row| columns.clone().map(move |column| row * (dim + 1) + column))
                    .map(|at| gradient[at])
                    .collect();
                let (sum, cell) = (block.iter().sum::<f64>(), f64::from(cells.values[i * (rows + 1) + j]));
                assert!(near(cell, sum / block.len() as f64), "{i} {j}: {cell}");
                total += cell * block.len() as f64;
            }
        }
        let mean = |sum: f64| sum / gradient.len() as f64;
        assert!(near(mean(total), mean(gradient.iter().sum())), "the mean is kept");
    }
}
