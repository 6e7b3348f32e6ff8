//! What segmentation costs: tokens and dense gradients of a photo, and the search as the memory bank grows.

use std::time::Instant;

use serde::Serialize;

use super::CliError;
use super::output::{print_table, row};
use super::streams::print;
use crate::arithmetic::median;
use crate::drawings::{SampleScene, sample_scenes};
use crate::engine::segment::{Segmenter, dense_side};
use crate::fungi::{Extractor, Objective, Projection, Settings};
use crate::random::{Purpose, Stream};
use crate::segmentation::{Bank, Labelled, Mask, Patches, Propagation, Rows, SoftLabels, propagate, search_memory};

/// Bank sizes that are measured, in patches.
const BANKS: [usize; 3] = [1_000, 10_000, 100_000];
/// Classes of the drawn bank.
const CLASSES: u8 = 8;

/// Milliseconds, unless said otherwise.
#[derive(Serialize)]
pub(super) struct SegmentCost {
    side: usize,
    patches: usize,
    tokens_ms: f64,
    /// Dense gradients of one photo, projected by dense signs.
    rademacher_ms: f64,
    /// The same, projected by Khatri-Rao.
    khatri_rao_ms: f64,
    /// Share of the sample scenes' pixels on which the two projections' maps agree, 0..1.
    agreement: f64,
    propagation: Vec<SearchCost>,
    /// Memory that the search takes beside the bank, in MB; it does not depend on the bank's size.
    search_megabytes: f64,
}

/// One bank size.
#[derive(Serialize)]
struct SearchCost {
    patches: usize,
    /// Memory of the bank's features, in MB.
    megabytes: f64,
    /// Both maps of one photo at 256 x 256 pixels: search, votes, interpolation.
    ms: f64,
}

/// Measures with the extractor's model; every timing is the median of `repeats`.
pub(super) fn measure(extractor: &Extractor, repeats: u32) -> Result<SegmentCost, CliError> {
    let all = extractor.settings();
    let off = all.with_objectives(all.simclr().cloned().map(Objective::Simclr).into_iter().collect());
    let with = |projection| extractor.with_settings(Settings { projection, ..off.clone() });
    let extractors = [with(Projection::Rademacher)?, with(Projection::KhatriRao)?];
    let side = dense_side(extractor, None)?;
    let grid = side / extractor.vit().config().patch;
    let mut scenes = Scenes::open(&extractors[0])?;

    // Another projection makes all gradients stale, so each round computes them again for both, in turn.
    let (mut times, mut labels) = ([Vec::new(), Vec::new()], [Vec::new(), Vec::new()]);
    for _ in 0..repeats {
        for (which, extractor) in extractors.iter().enumerate() {
            let (per_photo, maps) = scenes.map(extractor)?;
            times[which].push(per_photo);
            labels[which] = maps;
        }
    }
    let [dense, structured] = labels;
    let equal = dense.iter().zip(&structured).filter(|(a, b)| a == b).count();
    let config = extractor.vit().config();
    let projected = extractor.projector().size();
    let [rademacher, khatri_rao] = times;
    Ok(SegmentCost {
        side,
        patches: grid * grid,
        tokens_ms: median(scenes.tokens),
        rademacher_ms: median(rademacher),
        khatri_rao_ms: median(khatri_rao),
        agreement: equal as f64 / dense.len().max(1) as f64,
        propagation: searches(grid * grid, config.dim, projected, repeats),
        search_megabytes: search_memory(grid * grid, Propagation::default().resolve(usize::MAX).0, 2) as f64 / 1e6,
    })
}

/// The sample scenes, open; the first of each pair is the support and has even numbers.
struct Scenes {
    segmenter: Segmenter,
    count: u32,
    tokens: Vec<f64>,
}

impl Scenes {
    fn open(extractor: &Extractor) -> Result<Self, CliError> {
        let (mut segmenter, mut count, mut tokens) = (Segmenter::new(), 0, Vec::new());
        for SampleScene { rgb, mask, .. } in sample_scenes(0).into_iter().flatten() {
            let opened = pollster::block_on(segmenter.open(extractor, count, &rgb, None))?;
            tokens.push(opened.millis.tokens);
            if count % 2 == 0 {
                segmenter.paint(count, Mask { width: rgb.width as u32, height: rgb.height as u32, labels: mask })?;
            }
            count += 1;
        }
        segmenter.support((0..count).step_by(2).collect());
        Ok(Self { segmenter, count, tokens })
    }

    /// Milliseconds for the gradients of one photo, and the FUNGI maps of all queries.
    fn map(&mut self, extractor: &Extractor) -> Result<(f64, Vec<u8>), CliError> {
        let (mut millis, mut labels) = (0.0, Vec::new());
        let settings = Propagation::default();
        for id in (1..self.count).step_by(2) {
            let maps = pollster::block_on(self.segmenter.propagate(extractor, id, &settings, &mut |_, _| ()))?;
            millis += maps.gradients_millis;
            labels.extend(maps.fungi.labels);
        }
        Ok((millis / f64::from(self.count.max(1)), labels))
    }
}

/// Both maps of `queries` patches from banks of each size. Features are random: that does not change the search's speed.
fn searches(queries: usize, dim: usize, projected: usize, repeats: u32) -> Vec<SearchCost> {
    let draw = |rows: usize, dim: usize, lane: u32| {
        let mut stream = Stream::new(0, Purpose::Sample, lane);
        Rows::new(dim, (0..rows * dim).map(|_| stream.range(-1.0, 1.0)).collect()).normalised()
    };
    let features = |rows: usize, lane: u32| [draw(rows, dim, lane), draw(rows, projected, lane + 1)];
    let largest = BANKS.into_iter().max().unwrap_or(0);
    let (query, all) = (features(queries, 0), features(largest, 2));
    let [query, all] = [&query, &all].map(|[t, g]| Patches { tokens: t.view(), gradients: g.view() });
    let mut labels = SoftLabels::new();
    (0..largest).for_each(|patch| labels.push(&[(patch as u8 % CLASSES, 1.0)]));
    let measure = |size: usize| {
        let bank = Bank::new(&[Labelled { patches: all, labels: &labels }], size, 0);
        let (k, temperature) = Propagation::default().resolve(usize::MAX);
        let times = (0..repeats).map(|_| {
            let clock = Instant::now();
            let both = propagate(query, &bank, k, temperature);
            let maps = [both.embedding.labels(256, 256), both.fungi.labels(256, 256)];
            std::hint::black_box(maps);
            clock.elapsed().as_secs_f64() * 1e3
        });
        let megabytes = (bank.len() * (dim + projected) * size_of::<f32>()) as f64 / 1e6;
        SearchCost { patches: bank.len(), megabytes, ms: median(times.collect()) }
    };
    BANKS.into_iter().map(measure).collect()
}

impl SegmentCost {
    pub(super) fn print(&self) -> Result<(), CliError> {
        let ms = |x: f64| format!("{x:.1}");
        print(&format!("Segmentation at {} pixels, {} patches:", self.side, self.patches))?;
        let mut rows = vec![
            row(["step", "ms"]),
            row(["tokens of a photo", &ms(self.tokens_ms)]),
            row(["its dense gradients, Rademacher", &ms(self.rademacher_ms)]),
            row(["its dense gradients, Khatri-Rao", &ms(self.khatri_rao_ms)]),
        ];
        rows.extend(self.propagation.iter().map(|cost| {
            row([&format!("both maps, {} patches in the bank ({:.0} MB)", cost.patches, cost.megabytes), &ms(cost.ms)])
        }));
        print_table(&rows)?;
        print(&format!("The search takes {:.1} MB, whatever the size of the bank.", self.search_megabytes))?;
        print(&format!("Maps under the two projections agree on {:.1} % of the pixels.", 100.0 * self.agreement))
    }
}
