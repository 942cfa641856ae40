//! The program `reprint`. The library beside this file does the work.

use std::process::ExitCode;

fn main() -> ExitCode {
    reprint_cli::main(None)
}
