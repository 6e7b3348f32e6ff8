//! t-SNE: a map in two dimensions that keeps neighbours together (van der Maaten and Hinton 2008), by the `bhtsne` crate's
//! Barnes-Hut approximation (van der Maaten 2014).
//!
//! Neighbours come from one matrix product, not from the crate's tree, and the start is the first two principal components,
//! as scikit-learn does: so nothing is drawn from the crate's own source of chance, and one core gives the same map again.

use bhtsne::{Neighbor, tSNE};

use super::principal_components::{NotFinite, PrincipalComponents};
use crate::arithmetic::dot;
use crate::kernels::product::{Matrix, product};
use crate::random::{Purpose, Stream};

/// Components that distances are measured in, as van der Maaten and Hinton do: the rest is mostly noise.
pub const COMPONENTS: usize = 50;
/// Steps of the descent.
pub const EPOCHS: usize = 1000;
/// Neighbours that an image is drawn to, smoothly counted: scikit-learn's default.
const PERPLEXITY: f32 = 30.0;
/// How coarsely distant points are summed: the usual compromise.
const THETA: f32 = 0.5;
/// Spread of the start, as scikit-learn's.
const START: f32 = 1e-4;
/// Queries compared with all images at a time.
const BLOCK: usize = 128;

/// The perplexity for `n` images: each needs three times as many others. `None` if there are too few for a map by neighbours.
fn perplexity(n: usize) -> Option<f32> {
    (n > 4).then(|| ((n - 1) as f32 / 3.0).min(PERPLEXITY))
}

/// A map of `rows`, `[n, width]`, by t-SNE: `[n, 2]`. `progress` gets the number of steps done, of [`EPOCHS`], and the map so
/// far. Of four images or fewer, the principal components.
///
/// # Errors
///
/// If a number is infinite or NaN.
pub fn tsne(
    rows: &[f32],
    width: usize,
    seed: u64,
    mut progress: impl FnMut(usize, &[f32]),
) -> Result<Vec<f32>, NotFinite> {
    let components = PrincipalComponents::fit(rows, width, COMPONENTS)?;
    let n = rows.len().checked_div(width).unwrap_or(0);
    let (count, reduced) = (components.count(), components.project(rows));
    let plane = plane(&reduced, count, n);
    let Some(perplexity) = perplexity(n).filter(|_| count > 0) else { return Ok(plane) };
    let neighbours = neighbours(&reduced, count, (3.0 * perplexity) as usize);
    // The crate reads only how many there are.
    let images = vec![(); n];
    let mut fit = tSNE::<f32, (), 2>::new(&images);
    fit.perplexity(perplexity).epochs(EPOCHS).initial_embedding(start(plane, seed));
    fit.epoch_callback(|epoch, map| progress(epoch + 1, map));
    fit.barnes_hut_with_neighbors(THETA, &neighbours);
    Ok(fit.embedding())
}

/// A map of `rows`, `[n, width]`, by their first two principal components: `[n, 2]`; zero where there is no second.
///
/// # Errors
///
/// If a number is infinite or NaN.
pub fn principal_plane(rows: &[f32], width: usize) -> Result<Vec<f32>, NotFinite> {
    let components = PrincipalComponents::fit(rows, width, 2)?;
    Ok(plane(&components.project(rows), components.count(), rows.len().checked_div(width).unwrap_or(0)))
}

/// The first two of each image's `count` components.
fn plane(reduced: &[f32], count: usize, n: usize) -> Vec<f32> {
    let get = |image: usize, at: usize| if at < count { reduced[image * count + at] } else { 0.0 };
    (0..n).flat_map(|image| [get(image, 0), get(image, 1)]).collect()
}

/// A small copy of the plane, and each image moved a little: of two at one point, neither could leave.
fn start(mut plane: Vec<f32>, seed: u64) -> Vec<f32> {
    let n = (plane.len() / 2).max(1) as f32;
    let spread = (plane.iter().step_by(2).map(|x| x * x).sum::<f32>() / n).sqrt().max(f32::MIN_POSITIVE);
    let mut stream = Stream::new(seed, Purpose::Map, 0);
    plane.iter_mut().for_each(|x| *x = *x / spread * START + stream.range(-0.01, 0.01) * START);
    plane
}

/// The `k` nearest others of each image by Euclidean distance, nearest first.
fn neighbours(rows: &[f32], width: usize, k: usize) -> Vec<Vec<Neighbor<f32>>> {
    let all = Matrix::new(rows, width).transposed();
    let squares: Vec<f32> = rows.chunks_exact(width).map(|row| dot(row, row)).collect();
    let n = squares.len();
    let mut products = vec![0.0; BLOCK.min(n) * n];
    let mut found = Vec::with_capacity(n);
    for (block, rows) in rows.chunks(BLOCK * width).enumerate() {
        product(&mut products, n, Matrix::new(rows, width), all, false);
        for (at, products) in products.chunks_exact(n).take(rows.len() / width).enumerate() {
            let image = block * BLOCK + at;
            let square = |other: usize| (squares[image] + squares[other] - 2.0 * products[other]).max(0.0);
            let mut others: Vec<Neighbor<f32>> = (0..n)
                .filter(|&other| other != image)
                .map(|index| Neighbor { index, distance: square(index) })
                .collect();
            let nearer =
                |a: &Neighbor<f32>, b: &Neighbor<f32>| a.distance.total_cmp(&b.distance).then(a.index.cmp(&b.index));
            if k < others.len() {
                others.select_nth_unstable_by(k, nearer);
                others.truncate(k);
            }
            others.sort_unstable_by(nearer);
            found.push(apart(others));
        }
    }
    found
}

/// Distances from their squares, none equal: the search for a width that suits the perplexity would not end where all of an
/// image's neighbours are equally far, as copies of one picture are.
fn apart(mut others: Vec<Neighbor<f32>>) -> Vec<Neighbor<f32>> {
    others.iter_mut().for_each(|other| other.distance = other.distance.sqrt());
    let typical = others.last().map_or(0.0, |last| last.distance);
    let least = if typical > 0.0 { typical * 1e-4 } else { 1e-4 };
    for (rank, other) in others.iter_mut().enumerate() {
        other.distance = other.distance.max(least) + least * 1e-2 * rank as f32;
    }
    others
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Images in three groups, far apart, in `width` dimensions.
    fn groups(n: usize, width: usize) -> Vec<f32> {
        let mut stream = Stream::new(3, Purpose::Map, 1);
        (0..n * width).map(|i| stream.range(-1.0, 1.0) + if i % width == i / width % 3 { 12.0 } else { 0.0 }).collect()
    }

    /// The share of images whose nearest on the map is of their own group.
    fn kept(map: &[f32]) -> f64 {
        let points: Vec<&[f32]> = map.chunks_exact(2).collect();
        let apart = |a: usize, b: usize| (points[a][0] - points[b][0]).hypot(points[a][1] - points[b][1]);
        let nearest = |a: usize| {
            (0..points.len()).filter(|&b| b != a).min_by(|&b, &c| apart(a, b).total_cmp(&apart(a, c))).unwrap()
        };
        (0..points.len()).filter(|&a| nearest(a) % 3 == a % 3).count() as f64 / points.len() as f64
    }

    #[test]
    fn groups_stay_together_and_progress_is_told() {
        let rows = groups(60, 10);
        let mut seen = Vec::new();
        let map = tsne(&rows, 10, 1, |epoch, map| seen.push((epoch, map.len()))).unwrap();
        assert_eq!(map.len(), 120);
        assert!(map.iter().all(|x| x.is_finite()));
        assert_eq!(kept(&map), 1.0);
        assert_eq!((seen.len(), seen[0], seen[EPOCHS - 1]), (EPOCHS, (1, 120), (EPOCHS, 120)));
    }

    #[test]
    fn one_core_gives_the_same_map_again() {
        let rows = groups(40, 6);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        let make = |seed| pool.install(|| tsne(&rows, 6, seed, |_, _| {}).unwrap());
        assert_eq!(make(1), make(1));
        assert_ne!(make(1), make(2), "the seed decides where equal images begin");
    }

    #[test]
    fn copies_and_tiny_galleries_get_a_map() {
        for (n, rows) in [(0, vec![]), (1, vec![1.0; 3]), (4, groups(4, 3)), (5, groups(5, 3)), (120, vec![0.25; 360])]
        {
            let map = tsne(&rows, 3, 0, |_, _| {}).unwrap();
            assert!(map.len() == 2 * n && map.iter().all(|x| x.is_finite()), "{n}");
        }
        // A hundred copies of one, and twenty others.
        let mut rows = groups(120, 3);
        let one = rows[..3].to_vec();
        rows[..300].chunks_exact_mut(3).for_each(|row| row.copy_from_slice(&one));
        let map = tsne(&rows, 3, 0, |_, _| {}).unwrap();
        assert!(map.iter().all(|x| x.is_finite()));
        assert_eq!(tsne(&[f32::INFINITY; 30], 3, 0, |_, _| {}), Err(NotFinite));
    }

    #[test]
    fn the_plane_has_a_row_for_each_image() {
        let line: Vec<f32> = (0..5).flat_map(|i| [i as f32, 0.0, 0.0]).collect();
        let map = principal_plane(&line, 3).unwrap();
        assert_eq!(map.iter().skip(1).step_by(2).copied().collect::<Vec<_>>(), [0.0; 5]);
        assert!(map.iter().step_by(2).zip([-2.0, -1.0, 0.0, 1.0, 2.0]).all(|(a, b)| (a - b).abs() < 1e-5));
        assert_eq!(principal_plane(&[0.5; 9], 3).unwrap(), [0.0; 6]);
    }
}
