//! Which views make two images alike: a cosine, taken apart exactly.
//!
//! A gradient is a sum over views of `d_v (x) [u_v; 1]`, so the inner product of two images' gradients is a sum over pairs of
//! views, `<G, G'> = sum over v, v' of (d_v . d'_v') (u_v . u'_v' + 1)`. Each pair is a product of two factors: in what the
//! two views show (`u`), and which way the loss would move them (`d`). A mean over views is taken apart alike.

use serde::{Deserialize, Serialize};

use crate::arithmetic::dot_f64;

/// The rows behind one image's gradient or mean: `V` views of `E` numbers each.
#[derive(Debug, Clone, Copy)]
pub struct ViewRows<'a> {
    /// Concatenated heads, `[V, E]`; embeddings for a mean of those.
    pub u: &'a [f32],
    /// `dL/dz`, `[V, E]`.
    pub d: &'a [f32],
    /// `E`.
    pub dim: usize,
}

/// A cosine between two images as a sum over pairs of views. All matrices are `[V, V']`, row-major.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contributions {
    /// Views of the first image.
    pub rows: usize,
    /// Views of the second image.
    pub columns: usize,
    /// What each pair adds to the cosine.
    pub pairs: Vec<f32>,
    /// Cosine of what the two views show: of `[u_v; 1]` and `[u'_v'; 1]` in a gradient, of `u_v` and `u'_v'` in a mean.
    pub content: Vec<f32>,
    /// Cosine of the two ways in which the loss would move the views; empty for a mean, which has no such factor.
    pub direction: Vec<f32>,
    /// The cosine: the sum of all pairs, and exactly that of the two gradients or means.
    pub cosine: f64,
}

/// Which factor makes a pair count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Factor {
    /// What the views show: their contents agree more than the ways in which the loss would move them.
    Content,
    /// The way in which the loss would move them.
    Direction,
}

/// One pair of views.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Pair {
    /// The first image's view.
    pub first: usize,
    /// The second image's view.
    pub second: usize,
    /// What it adds to the cosine.
    pub value: f32,
    /// Cosine of what they show.
    pub content: f32,
    /// Cosine of the ways in which the loss would move them; absent for a mean.
    pub direction: Option<f32>,
}

impl Pair {
    /// Which of the two factors is nearer to its largest absolute value, 1.
    pub fn factor(&self) -> Factor {
        match self.direction {
            Some(direction) if direction.abs() > self.content.abs() => Factor::Direction,
            _ => Factor::Content,
        }
    }
}

impl Contributions {
    /// The cosine of two gradients. A gradient that is zero has no direction: all its pairs are zero then.
    pub fn of_gradients(first: ViewRows<'_>, second: ViewRows<'_>) -> Self {
        let inner = |a: ViewRows<'_>, b: ViewRows<'_>| {
            let (content, direction) = (products(a.u, b.u, a.dim), products(a.d, b.d, a.dim));
            content.iter().zip(direction).map(|(u, d)| d * (u + 1.0)).collect::<Vec<f64>>()
        };
        let length = |rows: ViewRows<'_>| inner(rows, rows).iter().sum::<f64>().max(0.0).sqrt();
        let pairs = inner(first, second);
        let direction = cosines(first.d, second.d, first.dim, 0.0);
        Self::new(first, second, &pairs, length(first) * length(second), 1.0, direction)
    }

    /// The cosine of two means of `u`; `d` is not looked at.
    pub fn of_means(first: ViewRows<'_>, second: ViewRows<'_>) -> Self {
        let inner = |a: ViewRows<'_>, b: ViewRows<'_>| products(a.u, b.u, a.dim);
        let length = |rows: ViewRows<'_>| inner(rows, rows).iter().sum::<f64>().max(0.0).sqrt();
        Self::new(first, second, &inner(first, second), length(first) * length(second), 0.0, Vec::new())
    }

    /// A guide to what two embeddings have in common, patch by patch: cosines of unit `tokens` `[P, M]`, weighed by how much
    /// each class token attends to its patches (`attention` `[P]`, brought to a sum of 1). Its sum is the weighted mean of
    /// the patches' cosines. That is **not** the embeddings' cosine, which no sum over patches gives exactly.
    pub fn of_patches(first: (&[f32], &[f32]), second: (&[f32], &[f32])) -> Self {
        let dim = first.0.len() / first.1.len().max(1);
        let content = cosines(first.0, second.0, dim.max(1), 0.0);
        let total = |attention: &[f32]| attention.iter().map(|a| f64::from(*a)).sum::<f64>();
        let scale = total(first.1) * total(second.1);
        let weights = first.1.iter().flat_map(|a| second.1.iter().map(move |b| f64::from(*a) * f64::from(*b)));
        let pairs: Vec<f64> = weights
            .zip(&content)
            .map(|(weight, &cosine)| weight / scale.max(f64::MIN_POSITIVE) * f64::from(cosine))
            .collect();
        Self {
            rows: first.1.len(),
            columns: second.1.len(),
            cosine: pairs.iter().sum(),
            pairs: pairs.into_iter().map(|pair| pair as f32).collect(),
            content,
            direction: Vec::new(),
        }
    }

    /// The shares of the pairs in all that they add and take away, largest first, until they make up `most` of it.
    pub fn main_pairs(&self, most: f32) -> Vec<(Pair, f32)> {
        let all = self.turnover();
        let mut covered = 0.0;
        let mut main = Vec::new();
        for pair in self.strongest(self.pairs.len()) {
            if all <= 0.0 || covered >= most {
                break;
            }
            covered += pair.value.abs() / all;
            main.push((pair, pair.value / all));
        }
        main
    }

    fn new(a: ViewRows<'_>, b: ViewRows<'_>, pairs: &[f64], lengths: f64, bias: f64, direction: Vec<f32>) -> Self {
        let share = |pair: &f64| if lengths > 0.0 { pair / lengths } else { 0.0 };
        Self {
            rows: a.u.len() / a.dim,
            columns: b.u.len() / b.dim,
            pairs: pairs.iter().map(|pair| share(pair) as f32).collect(),
            content: cosines(a.u, b.u, a.dim, bias),
            direction,
            cosine: pairs.iter().map(share).sum(),
        }
    }

    /// One pair.
    pub fn pair(&self, first: usize, second: usize) -> Pair {
        let at = first * self.columns + second;
        let direction = self.direction.get(at).copied();
        Pair { first, second, value: self.pairs[at], content: self.content[at], direction }
    }

    /// The `count` pairs that add most, or take most away, strongest first; equal ones in order.
    pub fn strongest(&self, count: usize) -> Vec<Pair> {
        let mut order: Vec<usize> = (0..self.pairs.len()).collect();
        order.sort_by(|&a, &b| self.pairs[b].abs().total_cmp(&self.pairs[a].abs()));
        order.into_iter().take(count).map(|at| self.pair(at / self.columns, at % self.columns)).collect()
    }

    /// All that pairs add and take away.
    pub fn turnover(&self) -> f32 {
        self.pairs.iter().map(|pair| pair.abs()).sum()
    }

    /// What each of the first image's views adds to the cosine, with all views of the second: `[V]`.
    pub fn of_first(&self) -> Vec<f32> {
        self.pairs.chunks_exact(self.columns.max(1)).map(|row| row.iter().sum()).collect()
    }

    /// What each of the second image's views adds to the cosine: `[V']`.
    pub fn of_second(&self) -> Vec<f32> {
        let column = |at| self.pairs.iter().skip(at).step_by(self.columns).sum();
        (0..self.columns).map(column).collect()
    }
}

/// The standard deviation of a cosine between two vectors that were projected by `size` independent rows of random signs,
/// where the exact one is `cosine`: `(1 - cosine^2) / sqrt(size)`, as for the correlation of `size` Gaussian samples
/// (Fisher 1915), which the projected numbers are in the limit.
pub fn projection_noise(cosine: f64, size: usize) -> f64 {
    (1.0 - cosine * cosine).max(0.0) / (size as f64).sqrt()
}

/// Inner products of all rows of `a` with all rows of `b`.
fn products(a: &[f32], b: &[f32], dim: usize) -> Vec<f64> {
    a.chunks_exact(dim).flat_map(|x| b.chunks_exact(dim).map(move |y| dot_f64(x, y))).collect()
}

/// Cosines of all rows, each with `bias` as one more number of both; 0 with a row that is zero.
fn cosines(a: &[f32], b: &[f32], dim: usize, bias: f64) -> Vec<f32> {
    let lengths = |rows: &[f32]| rows.chunks_exact(dim).map(|x| (dot_f64(x, x) + bias).sqrt()).collect::<Vec<f64>>();
    let (first, second) = (lengths(a), lengths(b));
    let lengths = first.iter().flat_map(|x| second.iter().map(move |y| x * y));
    let cosine = |(product, length): (f64, f64)| if length > 0.0 { ((product + bias) / length) as f32 } else { 0.0 };
    products(a, b, dim).into_iter().zip(lengths).map(cosine).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Purpose, Stream};

    const DIM: usize = 6;

    fn draw(lane: u32, views: usize) -> (Vec<f32>, Vec<f32>) {
        let mut stream = Stream::new(3, Purpose::Sample, lane);
        let mut rows = || (0..views * DIM).map(|_| stream.range(-1.0, 1.0)).collect::<Vec<f32>>();
        (rows(), rows())
    }

    fn rows((u, d): &(Vec<f32>, Vec<f32>)) -> ViewRows<'_> {
        ViewRows { u, d, dim: DIM }
    }

    /// The gradient at full size, `[E, E + 1]`.
    fn gradient((u, d): &(Vec<f32>, Vec<f32>)) -> Vec<f64> {
        let mut gradient = vec![0.0; DIM * (DIM + 1)];
        for (u, d) in u.chunks(DIM).zip(d.chunks(DIM)) {
            for (i, d) in d.iter().enumerate() {
                for (j, u) in u.iter().chain(&[1.0]).enumerate() {
                    gradient[i * (DIM + 1) + j] += f64::from(*d) * f64::from(*u);
                }
            }
        }
        gradient
    }

    fn cosine(a: &[f64], b: &[f64]) -> f64 {
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
    }

    #[test]
    fn pairs_add_up_to_the_exact_cosine() {
        let (first, second) = (draw(0, 3), draw(1, 5));
        let found = Contributions::of_gradients(rows(&first), rows(&second));
        let exact = cosine(&gradient(&first), &gradient(&second));
        assert!((found.cosine - exact).abs() < 1e-12, "{} {exact}", found.cosine);
        for sums in [found.of_first(), found.of_second()] {
            assert!((f64::from(sums.iter().sum::<f32>()) - exact).abs() < 1e-5);
        }
        assert_eq!((found.rows, found.columns, found.pairs.len()), (3, 5, 15));

        let mean = |(u, _): &(Vec<f32>, Vec<f32>)| -> Vec<f64> {
            (0..DIM).map(|i| u.iter().skip(i).step_by(DIM).map(|x| f64::from(*x)).sum()).collect()
        };
        let found = Contributions::of_means(rows(&first), rows(&second));
        assert!((found.cosine - cosine(&mean(&first), &mean(&second))).abs() < 1e-12);
        assert!(found.direction.is_empty() && found.pair(0, 0).factor() == Factor::Content);
    }

    #[test]
    fn a_pair_is_the_product_of_its_factors() {
        let (first, second) = (draw(0, 3), draw(1, 5));
        let found = Contributions::of_gradients(rows(&first), rows(&second));
        let length = |x: &[f32], bias: f64| (dot_f64(x, x) + bias).sqrt();
        let pair = |i: usize, j: usize| {
            let at = |rows: &[f32], i: usize| rows[i * DIM..(i + 1) * DIM].to_vec();
            let lengths = length(&at(&first.0, i), 1.0) * length(&at(&second.0, j), 1.0);
            let pair = found.pair(i, j);
            let product = f64::from(pair.content) * f64::from(pair.direction.unwrap());
            product * lengths * length(&at(&first.1, i), 0.0) * length(&at(&second.1, j), 0.0) / f64::from(pair.value)
        };
        // All differ from what they add by the same number: the two gradients' lengths.
        for (i, j) in [(0, 4), (1, 2), (2, 0)] {
            assert!((pair(i, j) / pair(0, 0) - 1.0).abs() < 1e-3, "{i} {j}");
        }
    }

    #[test]
    fn the_strongest_pairs_come_first_whatever_their_sign() {
        let (first, second) = (draw(0, 3), draw(1, 5));
        let found = Contributions::of_gradients(rows(&first), rows(&second));
        let strongest = found.strongest(100);
        assert_eq!(strongest.len(), 15);
        assert!(strongest.is_sorted_by(|a, b| a.value.abs() >= b.value.abs()));
        assert!(strongest.iter().any(|pair| pair.value < 0.0));
    }

    #[test]
    fn patches_are_weighed_by_attention() {
        // Two patches each; the first image looks at its first alone.
        let (first, second) = ([1.0, 0.0, 0.0, 1.0], [0.6, 0.8, 0.0, 1.0]);
        let found = Contributions::of_patches((&first, &[0.5, 0.0]), (&second, &[0.3, 0.1]));
        assert_eq!(found.content, [0.6, 0.0, 0.8, 1.0]);
        assert!((found.cosine - 0.75 * 0.6).abs() < 1e-6, "{}", found.cosine);
        assert_eq!(&found.pairs[2..], [0.0, 0.0]);
    }

    #[test]
    fn main_pairs_cover_what_is_asked() {
        let (first, second) = (draw(0, 3), draw(1, 5));
        let found = Contributions::of_gradients(rows(&first), rows(&second));
        let shares = |main: &[(Pair, f32)]| main.iter().map(|(_, share)| share.abs()).sum::<f32>();
        let half = found.main_pairs(0.5);
        assert!(shares(&half) >= 0.5 && shares(&half[..half.len() - 1]) < 0.5);
        assert_eq!(found.main_pairs(2.0).len(), 15);
        assert!((shares(&found.main_pairs(2.0)) - 1.0).abs() < 1e-5);
    }

    #[test]
    fn an_image_is_like_itself_and_nothing_is_like_a_zero() {
        let image = draw(0, 4);
        assert!((Contributions::of_gradients(rows(&image), rows(&image)).cosine - 1.0).abs() < 1e-12);
        let none = (vec![0.0; 2 * DIM], vec![0.0; 2 * DIM]);
        let found = Contributions::of_gradients(rows(&image), rows(&none));
        assert!(found.cosine == 0.0 && found.pairs.iter().chain(&found.content).all(|x| x.is_finite()));
    }

    /// Projected by random signs, cosines scatter as predicted: 400 projections to 64 numbers.
    #[test]
    fn the_noise_of_a_projection_is_what_is_predicted() {
        let (first, second) = (draw(0, 3), draw(1, 3));
        let blend: Vec<f64> = gradient(&first).iter().zip(gradient(&second)).map(|(a, b)| a + 0.6 * b).collect();
        let (a, exact) = (gradient(&first), cosine(&gradient(&first), &blend));
        let mut stream = Stream::new(9, Purpose::Sample, 0);
        let errors: Vec<f64> = (0..400)
            .map(|_| {
                let rows: Vec<Vec<f64>> = (0..64)
                    .map(|_| (0..a.len()).map(|_| if stream.below(2) == 0 { 1.0 } else { -1.0 }).collect())
                    .collect();
                let project = |x: &[f64]| -> Vec<f64> {
                    rows.iter().map(|row| row.iter().zip(x).map(|(r, x)| r * x).sum()).collect()
                };
                cosine(&project(&a), &project(&blend)) - exact
            })
            .collect();
        let spread = (errors.iter().map(|error| error * error).sum::<f64>() / 400.0).sqrt();
        let predicted = projection_noise(exact, 64);
        assert!((spread / predicted - 1.0).abs() < 0.2, "{spread} against {predicted}, cosine {exact}");
    }
}
