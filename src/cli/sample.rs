//! `mycoscope sample`: the pictures that the program draws itself, as files.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::CliError;
use super::compute::start;
use super::options::ModelOptions;
use super::output::progress;
use super::streams::print;
use super::target::{Target, make_folder, write};
use crate::drawings::{SampleScene, sample_scenes, sample_set};
use crate::engine::segment::write_mask;
use crate::fungi::Settings;
use crate::image::encode_png;
use crate::segmentation::Mask;

#[derive(Debug, Args)]
pub(super) struct Sample {
    /// Folder to write to: "pictures" with a folder for each label, and "scenes" with the folders "support" and "query",
    /// every photo with its mask
    #[arg(value_name = "DIR")]
    out: PathBuf,
    /// Seed of the drawings
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Also computes the pictures' features, all parts by the paper's settings, and writes them with names, labels and
    /// thumbnails to a file that the page opens: what it shows before anything is computed
    #[arg(long, value_name = "FILE")]
    snapshot: Option<PathBuf>,
    #[command(flatten)]
    model: ModelOptions,
}

impl Sample {
    pub(super) fn run(&self) -> Result<ExitCode, CliError> {
        make_folder(&self.out)?;
        if let Some(path) = &self.snapshot {
            self.save_snapshot(path)?;
        }
        let pictures = sample_set(self.seed);
        for picture in &pictures {
            self.save(&format!("pictures/{}", picture.name), &encode_png(&picture.rgb))?;
        }
        let pairs = sample_scenes(self.seed);
        for [support, query] in &pairs {
            self.save_scene("scenes/support", support)?;
            self.save_scene("scenes/query", query)?;
        }
        let (pictures, scenes) = (pictures.len(), 2 * pairs.len());
        print(&format!("{pictures} pictures and {scenes} scenes with their masks are in {}.", self.out.display()))?;
        Ok(ExitCode::SUCCESS)
    }

    fn save_snapshot(&self, path: &Path) -> Result<(), CliError> {
        let target = Target::new(path)?;
        let mut engine = start(&self.model, Settings::default())?;
        let bar = progress(sample_set(self.seed).len(), "Computing");
        let snapshot = pollster::block_on(engine.snapshot_of_samples(self.seed, &mut || bar.inc(1)))?;
        bar.finish_and_clear();
        let bytes = snapshot.to_bytes().map_err(|error| CliError::Options(error.to_string()))?;
        target.write(&bytes)?;
        print(&format!("Their features are in {}.", path.display()))
    }

    fn save_scene(&self, folder: &str, SampleScene { name, rgb, mask }: &SampleScene) -> Result<(), CliError> {
        let mask = Mask { width: rgb.width as u32, height: rgb.height as u32, labels: mask.clone() };
        self.save(&format!("{folder}/{name}"), &encode_png(rgb))?;
        self.save(&format!("{folder}/{}", name.replace(".png", ".mask.png")), &write_mask(&mask, &[])?)
    }

    fn save(&self, name: &str, bytes: &[u8]) -> Result<(), CliError> {
        let path = self.out.join(name);
        if let Some(folder) = path.parent() {
            make_folder(folder)?;
        }
        write(&path, bytes)
    }
}
