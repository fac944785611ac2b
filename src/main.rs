//! Runs one command of the command line and converts its outcome to an exit status: 0 success, 1 failure with
//! one line on standard error, 2 wrong usage.

use std::process::ExitCode;

fn main() -> ExitCode {
    actix_web::rt::System::new().block_on(rekey::cli::run())
}
