//! What is printed at the end: a table for people, JSON for programs.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::cli::CliError;
use crate::cli::output::{Failed, print_table, row};
use crate::cli::streams::print;
use crate::fungi::Settings;
use crate::segmentation::{Iou, MaskPalette, PaletteClass, Propagation, Score};

#[derive(Serialize)]
pub(super) struct Report<'a> {
    pub out: &'a Path,
    pub support: usize,
    pub queries: Vec<Query>,
    pub failed: Vec<Failed>,
    /// The classes of all masks.
    pub palette: Vec<MaskClass>,
    /// How they were told apart.
    pub masks: Option<String>,
    /// What was odd about photos that were mapped all the same.
    pub notes: Vec<String>,
    pub model: &'a str,
    pub sha256: &'a str,
    pub device: &'a str,
    pub settings: Settings,
    pub side: usize,
    pub propagation: Propagation,
    /// Over all pixels of all queries with a mask.
    pub scores: Option<Scores>,
    pub millis: Millis,
}

/// One query.
#[derive(Serialize)]
pub(super) struct Query {
    pub name: String,
    pub embedding: Drawn,
    pub fungi: Drawn,
    pub bank: usize,
    pub neighbours: usize,
    pub temperature: f32,
}

/// One map of a query.
#[derive(Serialize)]
pub(super) struct Drawn {
    pub map: PathBuf,
    pub overlay: PathBuf,
    pub shares: BTreeMap<u8, f32>,
    pub miou: Option<f32>,
}

/// A class of the masks, in the colour that maps are written in.
#[derive(Serialize)]
pub(super) struct MaskClass {
    class: u8,
    name: String,
    /// `#rrggbb`.
    colour: String,
    /// The masks' pixels.
    pixels: u64,
}

/// Both features' scores, and what the most common class everywhere would score.
#[derive(Serialize)]
pub(super) struct Scores {
    scored: usize,
    /// Over the classes that masks or maps have.
    miou: Compared,
    /// Over the classes that the masks have.
    miou_of_truth: Compared,
    accuracy: Compared,
    classes: Vec<Class>,
}

#[derive(Serialize)]
pub(super) struct Compared {
    majority: f32,
    embedding: f32,
    fungi: f32,
}

#[derive(Serialize)]
pub(super) struct Class {
    class: u8,
    name: String,
    embedding: f32,
    fungi: f32,
}

/// Means over photos.
#[derive(Clone, Copy, Default, Serialize)]
pub(super) struct Millis {
    pub tokens: f64,
    pub gradients: f64,
    pub propagation: f64,
}

/// Pixels of the queries so far.
#[derive(Default)]
pub(super) struct Counts {
    pub scored: usize,
    pub embedding: Iou,
    pub fungi: Iou,
}

/// The masks' classes.
pub(super) fn classes(palette: &MaskPalette, names: &[String]) -> Vec<MaskClass> {
    let colours = palette.colours();
    let class = |&PaletteClass { class, pixels, .. }: &PaletteClass| {
        let [r, g, b] = colours[class as usize];
        MaskClass { class, name: name(names, class), colour: format!("#{r:02x}{g:02x}{b:02x}"), pixels }
    };
    palette.classes.iter().map(class).collect()
}

fn name(names: &[String], class: u8) -> String {
    names.get(class as usize).cloned().unwrap_or_else(|| class.to_string())
}

/// Both features' scores over all queries; none where none has a mask.
pub(super) fn scores(counts: &Counts, names: &[String]) -> Option<Scores> {
    let (embedding, fungi) = (counts.embedding.score()?, counts.fungi.score()?);
    let majority = counts.embedding.majority()?;
    let find = |score: &Score, class: u8| score.classes.iter().find(|c| c.0 == class).map_or(0.0, |c| c.1);
    let all: std::collections::BTreeSet<u8> = embedding.classes.iter().chain(&fungi.classes).map(|c| c.0).collect();
    let class = |class| Class {
        class,
        name: name(names, class),
        embedding: find(&embedding, class),
        fungi: find(&fungi, class),
    };
    Some(Scores {
        scored: counts.scored,
        classes: all.into_iter().map(class).collect(),
        accuracy: Compared {
            majority: counts.embedding.majority_accuracy()?,
            embedding: counts.embedding.accuracy()?,
            fungi: counts.fungi.accuracy()?,
        },
        miou: Compared { majority: majority.mean, embedding: embedding.mean, fungi: fungi.mean },
        miou_of_truth: Compared {
            majority: majority.truth_mean,
            embedding: embedding.truth_mean,
            fungi: fungi.truth_mean,
        },
    })
}

impl Report<'_> {
    pub(super) fn print(&self) -> Result<(), CliError> {
        let mut rows = vec![row(["class", "name", "colour", "pixels of the masks"])];
        let class = |c: &MaskClass| row([&c.class.to_string(), &c.name, &c.colour, &c.pixels.to_string()]);
        rows.extend(self.palette.iter().map(class));
        print_table(&rows)?;
        self.masks.iter().chain(&self.notes).try_for_each(|sentence| print(sentence))?;
        let percent = |share: f32| format!("{:.1}", 100.0 * share);
        if let Some(scores) = &self.scores {
            let line =
                |name: &str, c: &Compared| row([name, &percent(c.majority), &percent(c.embedding), &percent(c.fungi)]);
            let mut rows = vec![
                row(["in %", "most common class", "embedding", "FUNGI"]),
                line("mIoU", &scores.miou),
                line("mIoU over the masks' classes", &scores.miou_of_truth),
                line("pixel accuracy", &scores.accuracy),
            ];
            let class = |c: &Class| row([&format!("IoU of {}", c.name), "", &percent(c.embedding), &percent(c.fungi)]);
            rows.extend(scores.classes.iter().map(class));
            print_table(&rows)?;
        }
        if let Some(query) = self.queries.first() {
            print(&format!(
                "{} photos mapped from {}: {} patches in the bank, {} neighbours, temperature {}.",
                self.queries.len(),
                self.support,
                query.bank,
                query.neighbours,
                query.temperature
            ))?;
        }
        let Millis { tokens, gradients, propagation } = self.millis;
        print(&format!(
            "On {}, each photo: tokens {tokens:.0} ms, dense gradients {gradients:.0} ms; each map's search and vote {propagation:.0} ms.",
            self.device
        ))?;
        print(&format!("Saved in {}.", self.out.display()))
    }
}
