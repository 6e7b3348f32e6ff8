//! The command line: folders of images in, tables and files out. Each command prints a table for people or, with
//! `--json`, one JSON document for programs; progress goes to standard error.
//!
//! Exit codes:
//!
//! | code | meaning |
//! |---|---|
//! | 0 | done; also where some files could not be read (they are reported), and where the reader of a pipe went away |
//! | 1 | a check missed (`parity`), or a result could not be written: the disk is full, the stream is broken |
//! | 2 | it could not be done, with a sentence that says why |
//!
//! A stream that is closed from the start is `/dev/null` to the program, as Rust's runtime has it.

mod bench;
mod cache;
mod compute;
mod cost;
mod download;
mod download_error;
mod embed;
mod error;
mod evaluate;
mod exact;
mod exact_bench;
mod feature_file;
mod fetch;
mod floor;
mod folder;
mod gallery_bench;
mod memory;
mod model;
mod models;
mod negatives;
mod neighbours;
mod options;
mod output;
mod parity;
mod projection_bench;
mod pytorch;
mod resume;
mod sample;
mod segment;
mod segment_bench;
mod shape_bench;
mod streams;
mod target;
mod why;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use download_error::{Disk, DownloadError};
pub use error::CliError;

/// Features from self-supervised gradients of a frozen vision transformer, beside its plain embedding.
#[derive(Debug, Parser)]
#[command(name = "mycoscope", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Compute the features of a folder's images and save them as safetensors
    Embed(embed::Embed),
    /// Find the images of a folder that are nearest to another image, by embedding and by FUNGI
    Neighbours(neighbours::Neighbours),
    /// Measure leave-one-out k-NN accuracy and mAP on a folder whose sub-folders are the labels
    Evaluate(evaluate::Evaluate),
    /// Explain why two images are alike: which of their views agree, by the embedding and by each gradient
    Why(why::Why),
    /// Map photos from a few labelled ones, by embedding and by FUNGI
    Segment(Box<segment::Segment>),
    /// Draw labelled pictures, and scenes with masks, to try things on
    Sample(sample::Sample),
    /// List the models that there are, and which of them are on this machine
    Models(models::Models),
    /// Download a model, for --model NAME
    Fetch(fetch::Fetch),
    /// Hold the program against golden tensors
    Parity(parity::Parity),
    /// Measure speed and memory
    Bench(bench::Bench),
    /// Compute the embeddings that SimCLR contrasts images with
    Negatives(negatives::Negatives),
}

/// Runs the program with the process's arguments.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(help) => {
            // clap's text: help and version go to standard output, what it refuses to standard error.
            let code = u8::try_from(help.exit_code()).unwrap_or(2);
            let stream = if help.use_stderr() { "standard error" } else { "standard output" };
            return ended(streams::checked(stream, help.print()).map(|()| code.into()));
        }
    };
    ended(match arguments.command {
        Command::Embed(command) => command.run(),
        Command::Neighbours(command) => command.run(),
        Command::Evaluate(command) => command.run(),
        Command::Why(command) => command.run(),
        Command::Segment(command) => command.run(),
        Command::Sample(command) => command.run(),
        Command::Models(command) => command.run(),
        Command::Fetch(command) => command.run(),
        Command::Parity(command) => command.run(),
        Command::Bench(command) => command.run(),
        Command::Negatives(command) => command.run(),
    })
}

/// The exit code. An error is said; where even that fails, the code has to do.
fn ended(done: Result<ExitCode, CliError>) -> ExitCode {
    done.unwrap_or_else(|error| {
        let _ = streams::say(&format!("mycoscope: {error}"));
        error.exit_code()
    })
}
