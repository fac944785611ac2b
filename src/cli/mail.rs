//! `mail preview`: writes every message in every language to files, for designers and translators. Nothing is
//! sent and no database is needed.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use clap::Subcommand;

use crate::cli::print_line;
use crate::mail;
use rekey_adapters::i18n::Lang;

/// What can be done with messages.
#[derive(Subcommand)]
pub(super) enum MailCommand {
    /// Write every mail and SMS in every language into a folder
    Preview {
        /// The folder
        #[arg(long, default_value = "mail-preview", value_name = "DIR")]
        to: PathBuf,
    },
}

/// Runs the command.
pub(super) fn run(command: &MailCommand) -> anyhow::Result<()> {
    let MailCommand::Preview { to } = command;
    write_samples(to)
}

/// Writes the files and prints their names.
fn write_samples(folder: &Path) -> anyhow::Result<()> {
    let catalog = Arc::new(crate::embedded::catalog()?);
    fs::create_dir_all(folder).with_context(|| format!("{}: can't be made", folder.display()))?;
    for lang in Lang::ALL {
        for (name, mut envelope) in mail::samples() {
            lang.tag().clone_into(&mut envelope.locale);
            let rendered = mail::render(&catalog, rekey_core::PRODUCT, mail::SAMPLE_SITE, &envelope)?;
            let stem = folder.join(format!("{name}.{}", lang.tag()));
            let text = if rendered.subject.is_empty() {
                rendered.text
            } else {
                format!("Subject: {}\n\n{}", rendered.subject, rendered.text)
            };
            write_file(&stem.with_extension(format!("{}.txt", lang.tag())), &text)?;
            if let Some(html) = rendered.html {
                write_file(&stem.with_extension(format!("{}.html", lang.tag())), &html)?;
            }
        }
    }
    Ok(())
}

fn write_file(file: &Path, text: &str) -> anyhow::Result<()> {
    fs::write(file, text).with_context(|| format!("{}: can't be written", file.display()))?;
    print_line(file.display());
    Ok(())
}
