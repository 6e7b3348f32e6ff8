//! `mycoscope scenes`: the drawn scenes as files, with their masks.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::CliError;
use super::output::{print, write};
use crate::engine::SceneFile;
use crate::engine::segment::scenes;
use crate::segmentation::png;

#[derive(Debug, Args)]
pub(super) struct Scenes {
    /// Folder to write to: a folder "support" to learn from and a folder "query" to ask about, every photo with its mask
    #[arg(value_name = "DIR")]
    out: PathBuf,
    /// Seed of the drawings
    #[arg(long, default_value_t = 0)]
    seed: u64,
}

impl Scenes {
    pub(super) fn run(&self) -> Result<ExitCode, CliError> {
        let all = scenes(self.seed).1;
        for (place, SceneFile { name, bytes, mask }) in all.iter().enumerate() {
            let folder = self.out.join(if place % 2 == 0 { "support" } else { "query" });
            std::fs::create_dir_all(&folder)
                .map_err(|error| CliError::Write { path: folder.clone(), reason: error.to_string() })?;
            let mask = png::write(mask, &[]).map_err(|error| CliError::Options(error.to_string()))?;
            write(&folder.join(name), bytes)?;
            write(&folder.join(name.replace(".png", ".mask.png")), &mask)?;
        }
        print(&format!("{} scenes with their masks are in {}.", all.len(), self.out.display()));
        Ok(ExitCode::SUCCESS)
    }
}
