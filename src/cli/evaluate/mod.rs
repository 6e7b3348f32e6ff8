//! `mycoscope evaluate`: how well labels are found again, by every feature set worth comparing.

mod input;
mod labels;
mod report;
mod seeds;
mod table;
mod take_away;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use clap::Args;

use super::CliError;
use super::options::CommonOptions;
use super::output::{Bar, print_failed};
use super::streams::{print, print_json, say};
use super::target::Target;
use crate::retrieval::{Classes, Evaluator, FeatureSet, Question};
use input::Input;
use labels::Table;
use report::{Neighbourhood, Report};

/// The paper's neighbourhood size, and a smaller one.
const PAPERS: usize = 20;
const SMALL: usize = 5;

#[derive(Debug, Args)]
pub(super) struct Evaluate {
    /// Folder whose sub-folders are the labels, or features that `mycoscope embed` saved
    #[arg(value_name = "DIR|F.safetensors")]
    source: PathBuf,
    /// Neighbours that vote, such as 5,20; the last one is compared in full. If not given, 5 and 20, or fewer where labels
    /// have few images
    #[arg(short, value_name = "K,...", value_delimiter = ',', value_parser = clap::value_parser!(u8).range(1..=50))]
    k: Vec<u8>,
    /// Compute everything for so many seeds, one after the other, and show how far they lie apart
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100))]
    seeds: u32,
    /// Reduce features to 512 principal components (384 where the embedding has 384), where they and the images are more
    #[arg(long)]
    pca: bool,
    /// Compare gradients themselves, without projection, wherever features are compared; what that takes is said first
    #[arg(long, conflicts_with = "report")]
    exact: bool,
    /// Labels from a table with a line for each image (name, label and, if you like, sha256), instead of the folders' names
    #[arg(long, value_name = "FILE.csv")]
    labels: Option<PathBuf>,
    /// Also write everything into one zip file: features, labels, all measures, settings, and a report that opens by itself.
    /// The page opens it, too
    #[arg(long, value_name = "OUT.zip")]
    report: Option<PathBuf>,
    /// Put the images into that file, too
    #[arg(long, requires = "report")]
    with_images: bool,
    #[command(flatten)]
    common: CommonOptions,
}

impl Evaluate {
    pub(super) fn run(&self) -> Result<ExitCode, CliError> {
        let settings = self.common.method.settings()?;
        let table = self.labels.as_deref().map(Table::read).transpose()?;
        let target = self.report.as_deref().map(Target::new).transpose()?;
        let (input, engine) = if self.source.is_file() {
            if self.with_images {
                return Err(CliError::Options(
                    "--with-images wants the images: name their folder instead of a file of features".into(),
                ));
            }
            if self.exact {
                return Err(CliError::Options(
                    "--exact wants the gradients themselves, of which a file of features holds projections: name the folder of \
                     images instead"
                        .into(),
                ));
            }
            if self.seeds > 1 {
                return Err(CliError::Options(
                    "--seeds computes features anew: name the folder of images instead of a file of features".into(),
                ));
            }
            (Input::open(&self.source, table.as_ref())?, None)
        } else {
            let (input, engine) =
                Input::compute(&self.common.model, settings, &self.source, table.as_ref(), self.exact)?;
            (input, Some(engine))
        };
        let largest = input.check()?;
        let classes = Classes::new(&input.labels, input.names.len());
        let neighbourhood = self.neighbourhood(&classes, input.labels.len());
        let begun = Instant::now();
        let evaluator = self.evaluate(&input, false)?;
        let evaluation = begun.elapsed().as_secs_f64();
        if let Some(target) = &target {
            let making = take_away::making(&input, engine.as_ref())?;
            let pictures = self.with_images.then_some(&*self.source);
            take_away::write(target, &input, &evaluator, neighbourhood.main, &making, pictures)?;
        }
        let spread = match engine {
            Some(engine) if self.seeds > 1 => {
                seeds::spread(self, engine, table.as_ref(), &evaluator.rows(), neighbourhood.main)?
            }
            _ => Vec::new(),
        };
        let report =
            Report::new(&input, &evaluator, neighbourhood, largest, (self.pca, evaluation), (self.seeds, spread));
        if self.common.json {
            print_json(&report)?;
        } else {
            table::print_report(&report)?;
            if let Some(target) = &target {
                print(&format!("Saved as {}.", target.path().display()))?;
            }
        }
        print_failed(&input.failed, input.files)?;
        Ok(ExitCode::SUCCESS)
    }

    /// The k to show: those asked for, or the paper's as far as the labels have images enough.
    fn neighbourhood(&self, classes: &Classes, images: usize) -> Neighbourhood {
        let most = images.saturating_sub(1).max(1);
        let mut shown: Vec<usize> = self.k.iter().map(|&k| usize::from(k).min(most)).collect();
        if shown.is_empty() {
            shown = [SMALL, PAPERS].map(|k| classes.fair_k(k)).into();
        }
        shown.dedup();
        let main = shown.last().copied().unwrap_or(1);
        Neighbourhood { main, shown, fair: classes.fair_k(PAPERS), too_small: classes.too_small_for(main) }
    }

    /// Evaluates every feature set; only the columns that come from neighbours, if `briefly`.
    fn evaluate(&self, input: &Input, briefly: bool) -> Result<Evaluator, CliError> {
        let table = input.table()?;
        let parts = table.parts();
        let has = |part| parts.contains(&part);
        // Each as it is, then each centred.
        let (mut sets, centred): (Vec<FeatureSet>, Vec<FeatureSet>) =
            (FeatureSet::standard(has).into_iter()).chain(FeatureSet::alone(has)).partition(|set| !set.centred);
        sets.extend(centred);
        let (labels, classes) = (input.labels.clone(), input.names.len());
        let question =
            Question { reduced: self.pca, ..Question::new(sets, labels, classes, input.provenance.settings.seed) };
        let mut evaluator = Evaluator::new(table, question);
        if evaluator.samples().partial() && !briefly {
            say("There are many images; what is measured on a sample of them is said below.")?;
        }
        let (_, all) = evaluator.progress();
        let mut bar = Bar::new(all, "Evaluating");
        while !(evaluator.step() || briefly && evaluator.has_neighbours()) {
            bar.set(evaluator.progress().0)?;
        }
        bar.finish();
        Ok(evaluator)
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        evaluate: Evaluate,
    }

    fn neighbourhood(line: &str, sizes: &[usize]) -> Neighbourhood {
        let labels: Vec<usize> = sizes.iter().enumerate().flat_map(|(class, &size)| vec![class; size]).collect();
        let evaluate = Line::try_parse_from(line.split_whitespace()).unwrap().evaluate;
        evaluate.neighbourhood(&Classes::new(&labels, sizes.len()), labels.len())
    }

    #[test]
    fn k_is_chosen_by_the_size_of_classes_unless_it_is_given() {
        let shown = |line: &str, sizes: &[usize]| neighbourhood(line, sizes).shown;
        assert_eq!(shown("x DIR", &[40, 30]), [5, 20]);
        assert_eq!(shown("x DIR", &[8, 12]), [5, 7]);
        assert_eq!(shown("x DIR", &[4, 4]), [3]);
        assert_eq!(shown("x DIR -k 1,10,20", &[8, 12]), [1, 10, 19]);
        let asked = neighbourhood("x DIR -k 10", &[8, 12, 10]);
        assert_eq!((asked.main, asked.fair, asked.too_small), (10, 7, 2));
        assert!(Line::try_parse_from(["x", "DIR", "-k", "0"]).is_err());
        assert!(Line::try_parse_from(["x", "DIR", "-k", "51"]).is_err());
    }
}
