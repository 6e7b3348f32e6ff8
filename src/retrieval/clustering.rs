//! k-means (Lloyd's algorithm), one seeded start at a time, on inner products: no centre is ever written down.
//!
//! With S the sum of an image's inner products with the members of a cluster of n, and T the sum of S over the members, its
//! squared distance from the cluster's mean is its square - 2 S / n + T / n^2. A pass over all images costs their number
//! squared, however wide their features are and however many clusters there are.

use faer::Mat;

use super::chance::Draw;
use super::{adjusted_rand_index, matched_accuracy, normalized_mutual_information};
use crate::random::Stream;

/// How often k-means starts anew.
pub(super) const STARTS: usize = 10;

/// Passes over all images, at most.
const PASSES: usize = 300;

/// How well the clusters of one start agree with the labels: NMI, ARI, matched accuracy.
pub(super) type Agreement = [f64; 3];

/// How well as many clusters as there are labels agree with these, for each start. `products` is `[images, images]`. Empty if
/// there is nothing to cluster.
pub(super) fn agreements(products: &Mat<f64>, labels: &[usize], seed: u64) -> Vec<Agreement> {
    let mut classes = labels.to_vec();
    classes.sort_unstable();
    classes.dedup();
    let agreement = |start: usize| {
        let centres = first_centres(products, classes.len(), &mut Draw::Start(start as u32).stream(seed));
        let clusters = k_means(products, &centres);
        Some([
            normalized_mutual_information(labels, &clusters),
            adjusted_rand_index(labels, &clusters),
            matched_accuracy(labels, &clusters)?,
        ])
    };
    let known = !labels.is_empty() && products.nrows() == labels.len();
    (0..if known { STARTS } else { 0 }).filter_map(agreement).collect()
}

/// `count` images to start from, drawn as k-means++ does: each with a probability that grows with its squared distance from
/// those before (Arthur and Vassilvitskii 2007).
fn first_centres(products: &Mat<f64>, count: usize, stream: &mut Stream) -> Vec<usize> {
    let images = products.nrows();
    let mut centres = vec![stream.below(images as u32) as usize];
    let mut nearest = vec![f64::INFINITY; images];
    while centres.len() < count {
        let last = centres[centres.len() - 1];
        for (image, nearest) in nearest.iter_mut().enumerate() {
            let distance = products[(image, image)] - 2.0 * products[(image, last)] + products[(last, last)];
            *nearest = nearest.min(distance.max(0.0));
        }
        let mut left = f64::from(stream.uniform()) * nearest.iter().sum::<f64>();
        // Where all images are the same as one before, the last one is as good as any.
        let drawn = nearest.iter().position(|distance| {
            left -= distance;
            left < 0.0
        });
        centres.push(drawn.unwrap_or(images - 1));
    }
    centres
}

/// The cluster of each image, counted from 0, when no image is nearer to the mean of another any more; or after 300 passes.
/// `products` are the images' inner products, `[images, images]`; the first means are the images `centres`. A cluster that
/// loses all its images goes on with the one that is farthest from its own mean.
///
/// # Panics
///
/// If a centre is none of the images.
pub fn k_means(products: &Mat<f64>, centres: &[usize]) -> Vec<usize> {
    let images = products.nrows();
    let mut sums: Vec<Vec<f64>> = centres.iter().map(|&image| products.col_as_slice(image).to_vec()).collect();
    let mut sizes = vec![1.0; centres.len()];
    let mut squares: Vec<f64> = centres.iter().map(|&image| products[(image, image)]).collect();
    let mut clusters = vec![usize::MAX; images];
    for _ in 0..PASSES {
        let before = std::mem::replace(&mut clusters, vec![0; images]);
        // Squared distances from the nearest mean, less the image's own square.
        let mut nearest = vec![f64::INFINITY; images];
        for (cluster, ((sums, size), square)) in sums.iter().zip(&sizes).zip(&squares).enumerate() {
            let twice = 2.0 / size;
            for ((sum, nearest), of) in sums.iter().zip(&mut nearest).zip(&mut clusters) {
                let distance = square - twice * sum;
                if distance < *nearest {
                    (*nearest, *of) = (distance, cluster);
                }
            }
        }
        sizes.fill(0.0);
        clusters.iter().for_each(|cluster| sizes[*cluster] += 1.0);
        for empty in 0..sizes.len() {
            if sizes[empty] == 0.0 {
                let distance = |image: usize| products[(image, image)] + nearest[image];
                let spare = (0..images).filter(|image| sizes[clusters[*image]] > 1.0);
                let Some(farthest) = spare.max_by(|a, b| distance(*a).total_cmp(&distance(*b))) else { break };
                sizes[clusters[farthest]] -= 1.0;
                (clusters[farthest], sizes[empty]) = (empty, 1.0);
            }
        }
        if clusters == before {
            break;
        }
        sums.iter_mut().for_each(|sums| sums.fill(0.0));
        for (image, cluster) in clusters.iter().enumerate() {
            sums[*cluster].iter_mut().zip(products.col_as_slice(image)).for_each(|(sum, product)| *sum += product);
        }
        squares.fill(0.0);
        clusters.iter().enumerate().for_each(|(image, cluster)| squares[*cluster] += sums[*cluster][image]);
        squares.iter_mut().zip(&sizes).for_each(|(square, size)| *square /= size * size);
    }
    clusters
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Purpose;

    fn products(points: &[[f64; 2]]) -> Mat<f64> {
        let product = |i: usize, j: usize| points[i].iter().zip(points[j]).map(|(a, b)| a * b).sum();
        Mat::from_fn(points.len(), points.len(), product)
    }

    /// Points around three corners, and their corners.
    fn groups(spread: f32) -> (Vec<[f64; 2]>, Vec<usize>) {
        let mut stream = Stream::new(4, Purpose::Bootstrap, 0);
        let labels: Vec<usize> = (0..60).map(|i| i % 3).collect();
        let mut around = |corner: f64| corner + f64::from(spread * (stream.uniform() - 0.5));
        let points = labels.iter().map(|label| [[0.0, 0.0], [1.0, 0.2], [0.1, 1.0]][*label].map(&mut around)).collect();
        (points, labels)
    }

    #[test]
    fn groups_far_apart_are_found_and_starts_are_repeatable() {
        let (points, labels) = groups(0.2);
        let found = agreements(&products(&points), &labels, 0);
        assert_eq!(found.len(), STARTS);
        assert!((found.iter().fold(0.0, |a: f64, b| a.max(b[2])) - 1.0).abs() < 1e-12);
        let (points, labels) = groups(2.5);
        let found = |seed| agreements(&products(&points), &labels, seed);
        assert_eq!(found(0), found(0));
        assert_ne!(found(0), found(1));
    }

    #[test]
    fn every_image_ends_in_the_cluster_whose_mean_is_nearest() {
        let (points, _) = groups(2.5);
        let clusters = k_means(&products(&points), &[0, 1, 2, 3, 4]);
        let means: Vec<[f64; 2]> = (0..5)
            .map(|cluster| {
                let members: Vec<_> = points.iter().zip(&clusters).filter(|(_, of)| **of == cluster).collect();
                assert!(!members.is_empty());
                [0, 1].map(|i| members.iter().map(|(point, _)| point[i]).sum::<f64>() / members.len() as f64)
            })
            .collect();
        for (point, cluster) in points.iter().zip(&clusters) {
            let distance = |mean: &[f64; 2]| (point[0] - mean[0]).hypot(point[1] - mean[1]);
            assert!(means.iter().all(|mean| distance(&means[*cluster]) <= distance(mean) + 1e-12));
        }
    }

    /// Two starts in one place: one of them stays without images, and takes the farthest.
    #[test]
    fn a_cluster_that_is_empty_takes_the_farthest_image() {
        let points = [[0.0, 0.0], [0.0, 0.0], [0.1, 0.0], [5.0, 0.0]];
        assert_eq!(k_means(&products(&points), &[0, 1]), [0, 0, 0, 1]);
    }

    #[test]
    fn equal_images_and_none_are_no_panic() {
        let same = products(&[[0.5, 0.5]; 5]);
        assert_eq!(agreements(&same, &[0, 1, 2, 3, 4], 0).len(), STARTS);
        assert!(agreements(&Mat::new(), &[], 0).is_empty());
        assert!(agreements(&Mat::new(), &[0, 1], 0).is_empty());
    }
}
