//! Reads the command line, runs one command, and turns its outcome into an exit status: 0 success, 1 failure with one clear line on
//! standard error, 2 wrong usage.

use std::process::ExitCode;

fn main() -> ExitCode {
    actix_web::rt::System::new().block_on(rekey::cli::run())
}
