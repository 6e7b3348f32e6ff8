//! Untrusted bytes: whatever a file or message holds, nothing panics, takes 10 s or 1 GB.
//!
//! Each test mutates files that it makes itself for some seconds. `MYCOSCOPE_MUTATIONS=1000000` asks for that many
//! mutations of each target instead, however long they take:
//!
//! ```sh
//! MYCOSCOPE_MUTATIONS=1000000 cargo test --release --test mutations
//! ```
//!
//! `fuzz/` runs the same targets under libFuzzer. `MYCOSCOPE_SEEDS=fuzz/corpus` gives it the files to start from.

#![allow(clippy::unwrap_used)]

#[path = "../common/counting.rs"]
mod counting;
#[path = "../common/files.rs"]
mod files;
mod mutate;
mod repair;
mod seeds;
mod targets;
#[path = "../backbone/weights.rs"]
#[allow(dead_code)]
mod weights;

use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use counting::peak;
use mutate::{Repair, mutation};

/// How long each target is mutated where no number is asked for: seven times this is about a minute.
const TIME: Duration = Duration::from_secs(8);
/// Most time for one file or message.
const LONGEST: Duration = Duration::from_secs(10);
/// Finds after which a target is given up.
const MOST_FINDS: usize = 20;
/// Most bytes for one, its own included.
const MOST_MEMORY: usize = 1_000_000_000;

#[test]
fn image() {
    attack("image", &seeds::images(), |bytes| repair::picture(bytes), targets::image::run);
}

#[test]
fn mask() {
    attack("mask", &seeds::masks(), |bytes| repair::picture(bytes), targets::mask::run);
}

#[test]
fn safetensors() {
    attack("safetensors", &seeds::weights(), repair::safetensors, targets::safetensors::run);
}

#[test]
fn gallery() {
    attack("gallery", &seeds::galleries(), repair::safetensors, targets::gallery::run);
}

#[test]
fn archive() {
    attack("archive", &seeds::archives(), repair::archive, targets::archive::run);
}

#[test]
fn address() {
    attack("address", &seeds::addresses(), repair::nothing, targets::address::run);
}

#[test]
fn protocol() {
    attack("protocol", &seeds::messages(), repair::nothing, targets::protocol::run);
}

#[test]
fn kept_gallery() {
    attack("kept", &seeds::kept(), repair::nothing, targets::kept::run);
}

/// Mutates `seeds` and gives what comes out to `target`, which tells whether it accepted it.
fn attack(name: &str, seeds: &[Vec<u8>], repair: Repair, target: fn(&[u8]) -> bool) {
    // One at a time: what is held is counted for the whole process.
    static ALONE: Mutex<()> = Mutex::new(());
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let asked: Option<u32> = std::env::var("MYCOSCOPE_MUTATIONS").ok().map(|number| number.parse().unwrap());
    // A target that refuses everything tests nothing.
    let accepted = seeds.iter().filter(|seed| target(seed)).count();
    assert!(2 * accepted > seeds.len(), "{name}: {accepted} of {} files are accepted unchanged", seeds.len());

    if let Some(folder) = std::env::var_os("MYCOSCOPE_SEEDS") {
        sow(&PathBuf::from(folder).join(name), seeds);
    }

    let begin = Instant::now();
    let (mut number, mut accepted, mut slowest, mut largest, mut finds) = (0, 0, Duration::ZERO, 0, Vec::new());
    while asked.map_or(begin.elapsed() < TIME, |asked| number < asked) && finds.len() < MOST_FINDS {
        let bytes = mutation(seeds, repair, number);
        let (start, mut outcome) = (Instant::now(), Ok(false));
        let memory = bytes.len() + peak(|| outcome = catch_unwind(AssertUnwindSafe(|| target(&bytes))));
        let mut time = start.elapsed();
        if time > LONGEST {
            // Other work on the machine passes, what is slow stays so.
            let start = Instant::now();
            outcome = outcome.and_then(|_| catch_unwind(AssertUnwindSafe(|| target(&bytes))));
            time = time.min(start.elapsed());
        }
        (slowest, largest) = (slowest.max(time), largest.max(memory));
        accepted += u32::from(matches!(outcome, Ok(true)));
        if outcome.is_err() || time > LONGEST || memory > MOST_MEMORY {
            let what = if outcome.is_err() { "panics" } else { "takes too much" };
            finds.push(format!("{number} {what} ({time:?}, {memory} bytes): {}", kept(name, number, &bytes).display()));
        }
        number += 1;
    }
    // Past the test harness, which shows only what failing tests print.
    let summary = format!(
        "{name}: {number} mutations of {} files in {:.0?}; {accepted} accepted, at most {slowest:.1?} and {:.1} MB each\n",
        seeds.len(),
        begin.elapsed(),
        largest as f64 / 1e6,
    );
    std::io::stderr().write_all(summary.as_bytes()).unwrap();
    assert!(finds.is_empty(), "{name}: {} finds\n{}", finds.len(), finds.join("\n"));
}

/// Writes seeds to a folder, a file each.
fn sow(folder: &Path, seeds: &[Vec<u8>]) {
    std::fs::create_dir_all(folder).unwrap();
    for (number, seed) in seeds.iter().enumerate() {
        std::fs::write(folder.join(format!("seed-{number}")), seed).unwrap();
    }
}

/// Writes a find to a file, to be looked at.
fn kept(name: &str, number: u32, bytes: &[u8]) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{number}"));
    std::fs::write(&path, bytes).unwrap();
    path
}
