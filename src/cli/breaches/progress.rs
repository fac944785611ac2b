//! How far the building of a filter is, on standard error.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal as _;

use crate::cli::eprint_line;
use rekey_core::passwords::breaches::build::Progress;

/// One half of the work, as the progress bar shows it.
struct Half {
    /// Its name.
    name: &'static str,
    /// The template of the progress bar.
    pattern: &'static str,
}

/// Reading the list.
const READING: Half = Half {
    name: "reading",
    pattern: "{msg} {wide_bar} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left",
};
/// Building the filters.
const MAKING: Half = Half { name: "making", pattern: "{msg} {wide_bar} {pos} of {len} shards, {eta} left" };

/// The progress bar, shown on a terminal only.
pub(super) struct ProgressDisplay(pub(super) ProgressBar);

impl ProgressDisplay {
    pub(super) fn new() -> Self {
        let is_terminal = std::io::stderr().is_terminal();
        let target = if is_terminal { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        Self(ProgressBar::with_draw_target(None, target))
    }

    /// Updates the progress.
    fn show(&self, half: &Half, done: u64, of: u64) {
        if self.0.message() != half.name {
            self.0.reset();
            self.0.set_message(half.name);
            self.0.set_style(
                ProgressStyle::with_template(half.pattern).unwrap_or_else(|_| ProgressStyle::default_bar()),
            );
        }
        self.0.set_length(of);
        self.0.set_position(done);
    }
}

impl Progress for ProgressDisplay {
    fn on_read(&self, done: u64, of: u64) {
        self.show(&READING, done, of);
    }

    fn on_built(&self, done: u64, of: u64) {
        self.show(&MAKING, done, of);
    }

    fn on_note(&self, text: &str) {
        self.0.suspend(|| eprint_line(format_args!("note: {text}")));
    }
}
