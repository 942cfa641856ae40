//! The program `reprint`; what it does stands in the library beside this file.

use std::process::ExitCode;

fn main() -> ExitCode {
    reprint_cli::main(None)
}
