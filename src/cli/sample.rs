//! `mycoscope sample`: what the program draws itself, as files.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::CliError;
use super::output::{make_folder, print, write};
use crate::drawings::sample_set;
use crate::engine::SceneFile;
use crate::engine::segment::scenes;
use crate::image::encode_png;
use crate::segmentation::png;

#[derive(Debug, Args)]
pub(super) struct Sample {
    /// Folder to write to: "pictures" with a folder for each label, and "scenes" with the folders "support" to learn from
    /// and "query" to ask about, every photo with its mask
    #[arg(value_name = "DIR")]
    out: PathBuf,
    /// Seed of the drawings
    #[arg(long, default_value_t = 0)]
    seed: u64,
}

impl Sample {
    pub(super) fn run(&self) -> Result<ExitCode, CliError> {
        let pictures = sample_set(self.seed);
        for picture in &pictures {
            self.save(&format!("pictures/{}", picture.name), &encode_png(&picture.rgb))?;
        }
        let scenes = scenes(self.seed).1;
        for (place, SceneFile { name, bytes, mask }) in scenes.iter().enumerate() {
            let folder = if place % 2 == 0 { "scenes/support" } else { "scenes/query" };
            let mask = png::write(mask, &[]).map_err(|error| CliError::Options(error.to_string()))?;
            self.save(&format!("{folder}/{name}"), bytes)?;
            self.save(&format!("{folder}/{}", name.replace(".png", ".mask.png")), &mask)?;
        }
        let (pictures, scenes) = (pictures.len(), scenes.len());
        print(&format!("{pictures} pictures and {scenes} scenes with their masks are in {}.", self.out.display()));
        Ok(ExitCode::SUCCESS)
    }

    fn save(&self, name: &str, bytes: &[u8]) -> Result<(), CliError> {
        let path = self.out.join(name);
        if let Some(folder) = path.parent() {
            make_folder(folder)?;
        }
        write(&path, bytes)
    }
}
