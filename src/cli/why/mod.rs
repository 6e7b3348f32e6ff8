//! `mycoscope why`: which views make two images alike, by the embedding and by each gradient.

mod draw;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::compute::start;
use super::options::CommonOptions;
use super::output::{print_table, row};
use super::streams::{print, print_json};
use super::target::{make_folder, write};
use super::{CliError, folder};
use crate::fungi::{Explanation, Factor, Pair, Region};
use crate::image::{Rgb, encode_png};

#[derive(Debug, Args)]
pub(super) struct Why {
    /// The one image
    first: PathBuf,
    /// The other image
    second: PathBuf,
    /// How many of the strongest pairs of views to list for each part
    #[arg(long, default_value_t = 5)]
    pairs: usize,
    /// Folder for pictures: for each part, where in both images the likeness lies, and its strongest pairs
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    common: CommonOptions,
}

#[derive(Serialize)]
struct Report<'a> {
    first: &'a Path,
    second: &'a Path,
    model: &'a str,
    parts: Vec<PartReport>,
}

#[derive(Serialize)]
struct PartReport {
    part: &'static str,
    /// The features' cosine, by which neighbours are ranked.
    cosine: f64,
    /// The sum of all pairs: the cosine without projection. For the embedding's patches, only a guide.
    sum_of_pairs: f64,
    /// What the projection is expected to move the cosine by.
    expected_noise: Option<f64>,
    sentence: String,
    /// What each view of the two images adds, with all views of the other.
    by_view: [Vec<f32>; 2],
    /// Where the views lie, in shares of the images' width and height.
    regions: [Vec<Region>; 2],
    strongest: Vec<PairReport>,
}

#[derive(Serialize)]
struct PairReport {
    #[serde(flatten)]
    pair: Pair,
    /// Of all that pairs add and take away.
    share: f32,
    /// The factor that is nearer to its limit.
    factor: Factor,
}

impl Why {
    pub(super) fn run(&self) -> Result<ExitCode, CliError> {
        let read = |path: &PathBuf| {
            let refused = |reason| CliError::Query { path: path.clone(), reason };
            folder::read(path).map_err(refused).map(|picture| picture.image)
        };
        let pictures = [read(&self.first)?, read(&self.second)?];
        if let Some(out) = &self.out {
            make_folder(out)?;
        }
        let engine = start(&self.common.model, self.common.method.settings()?)?;
        let extractor = engine.extractor()?;
        let dissect =
            |picture: &Rgb| pollster::block_on(extractor.dissect(picture)).map_err(|error| engine.fault(error));
        let [first, second] = [dissect(&pictures[0])?, dissect(&pictures[1])?];
        let explanations = first.explain(&second, extractor.settings());
        let report = Report {
            first: &self.first,
            second: &self.second,
            model: &engine.info()?.1.name,
            parts: explanations.iter().map(|of| PartReport::new(of, self.pairs)).collect(),
        };
        if let Some(out) = &self.out {
            for (explanation, part) in explanations.iter().zip(&report.parts) {
                self.draw(out, explanation, part, &pictures)?;
            }
        }
        if self.common.json {
            print_json(&report)?
        } else {
            report.print(&explanations)?
        }
        Ok(ExitCode::SUCCESS)
    }

    /// Writes `PART.png` and `PART.pairs.png`.
    fn draw(&self, out: &Path, of: &Explanation, part: &PartReport, pictures: &[Rgb; 2]) -> Result<(), CliError> {
        let heat = |i: usize| draw::heat(&pictures[i], &part.regions[i], &part.by_view[i]);
        write(&out.join(format!("{}.png", of.part.key())), &encode_png(&draw::beside(&heat(0), &heat(1))))?;
        let cut = |i: usize, view: usize| draw::cut(&pictures[i], part.regions[i][view]);
        let rows: Vec<Rgb> = part
            .strongest
            .iter()
            .map(|PairReport { pair, .. }| draw::beside(&cut(0, pair.first), &cut(1, pair.second)))
            .collect();
        write(&out.join(format!("{}.pairs.png", of.part.key())), &encode_png(&draw::below(&rows)))
    }
}

impl PartReport {
    fn new(of: &Explanation, count: usize) -> Self {
        let mut strongest = of.pairs.main_pairs(1.0);
        strongest.truncate(count);
        Self {
            part: of.part.key(),
            cosine: of.cosine,
            sum_of_pairs: of.pairs.cosine,
            expected_noise: of.noise,
            sentence: of.sentence(),
            by_view: [of.pairs.of_first(), of.pairs.of_second()],
            regions: of.regions.clone(),
            strongest: strongest
                .into_iter()
                .map(|(pair, share)| PairReport { pair, share, factor: pair.factor() })
                .collect(),
        }
    }
}

impl Report<'_> {
    fn print(&self, explanations: &[Explanation]) -> Result<(), CliError> {
        let mut rows = vec![row(["", "cosine", "sum of pairs", "noise of projection"])];
        for (of, part) in explanations.iter().zip(&self.parts) {
            let noise = part.expected_noise.map_or_else(String::new, |noise| format!("{noise:.3}"));
            rows.push(row([
                of.part.name(),
                &format!("{:.4}", part.cosine),
                &format!("{:.4}", part.sum_of_pairs),
                &noise,
            ]));
        }
        print_table(&rows)?;
        print("The sum of pairs is the cosine without projection; of the embedding's patches it is only a guide.")?;
        for (of, part) in explanations.iter().zip(&self.parts) {
            print("")?;
            print(&part.sentence)?;
            if of.pairs.pairs.len() < 2 {
                continue;
            }
            let gradient = !of.pairs.direction.is_empty();
            let mut rows = vec![row(["  share", "first image", "second image", "what they show"])];
            if gradient {
                rows[0].extend(row(["way of the loss", "mostly by"]));
            }
            for PairReport { pair, share, factor } in &part.strongest {
                let mut cells = row([
                    &format!("{:+6.1} %", 100.0 * share),
                    &of.name(pair.first),
                    &of.name(pair.second),
                    &format!("{:+.2}", pair.content),
                ]);
                if let Some(direction) = pair.direction {
                    let factor = if *factor == Factor::Content { "what they show" } else { "way of the loss" };
                    cells.extend(row([&format!("{direction:+.2}"), factor]));
                }
                rows.push(cells);
            }
            print_table(&rows)?;
        }
        Ok(())
    }
}
