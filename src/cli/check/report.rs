//! The lines of `check`: what is right goes to standard output, what somebody should read to standard error.

use std::fmt::Display;
use std::process::ExitCode;

use crate::cli::{eprint_line, print_line};
use rekey_server::app::judgement::{Finding, Severity};

/// What was reported so far. Errors are printed last, together.
#[derive(Default)]
pub(super) struct Report {
    errors: Vec<String>,
}

impl Report {
    /// Something to know.
    pub(super) fn note(&self, text: impl Display) {
        eprint_line(format_args!("note: {text}"));
    }

    /// Something that weakens security.
    pub(super) fn weak(&self, text: impl Display) {
        eprint_line(format_args!("weak: {text}"));
    }

    /// Something that others can read.
    pub(super) fn open(&self, text: impl Display) {
        eprint_line(format_args!("open: {text}"));
    }

    /// An error.
    pub(super) fn wrong(&mut self, text: String) {
        self.errors.push(text);
    }

    /// What was judged.
    pub(super) fn add(&mut self, findings: Vec<Finding>) {
        for Finding { severity, text } in findings {
            match severity {
                Severity::Refused => self.wrong(text),
                Severity::Broken => self.wrong(format!("{text} (serve starts without it)")),
                Severity::Note => self.note(text),
            }
        }
    }

    /// Prints the errors and the last line.
    pub(super) fn finish(self) -> ExitCode {
        for text in &self.errors {
            text.lines().for_each(|line| eprint_line(format_args!("wrong: {line}")));
        }
        let is_in_order = self.errors.is_empty();
        print_line(if is_in_order { "Everything is in order." } else { "Not in order." });
        if is_in_order { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}
