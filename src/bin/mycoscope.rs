//! The command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    mycoscope::cli::main()
}
