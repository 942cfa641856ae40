//! The program `reprint`, run on the sample articles by default.
//!
//! In: arguments; without a path, `examples/articles`. Out: what `reprint` writes. The program is the
//! package in `examples/reprint`.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/../articles");
    reprint_cli::main(Some(Path::new(samples)))
}
