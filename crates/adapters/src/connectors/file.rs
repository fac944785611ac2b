//! Writes each message as a JSON file to a directory, and email also as `.eml`: for development and for
//! scripts that read codes, not for production. A file appears whole or not at all, because it is written
//! under a hidden name and then renamed.

use std::fs::{DirBuilder, File, OpenOptions, remove_file, rename};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Serialize};

use crate::connectors::email::Sender;
use crate::connectors::registry::Factory;
use crate::connectors::{Transport, format_address, settings};
use crate::writable::check_directory;
use rekey_core::connectors::port::SendError;
use rekey_core::connectors::spec::{ConnectorSpec, Field};
use rekey_core::messages::message::OutgoingMessage;
use rekey_core::types::identifier::address::Address;
use rekey_core::types::secret::Secret;
use rekey_core::types::time::Timestamp;

/// The factory.
pub(super) const FACTORY: Factory = Factory {
    id: "file",
    kind: None,
    name: "Files in a folder",
    fields: &[Field::required("directory")],
    build: |spec, around| Ok(Transport::File(Box::new(FileConnector::build(spec, around.public_host)?))),
};

/// A directory that messages are written to.
#[derive(Debug)]
pub struct FileConnector {
    directory: PathBuf,
    sender: Sender,
    next: AtomicU64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    directory: PathBuf,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MessageFile<'a> {
    to: String,
    r#type: &'a str,
    code: Option<&'a Secret>,
    link: Option<&'a Secret>,
    locale: &'a str,
    subject: &'a str,
    text: &'a str,
    html: Option<&'a str>,
    sent_at: Timestamp,
}

impl FileConnector {
    pub(super) fn build(spec: &ConnectorSpec, public_host: &str) -> Result<Self, String> {
        let Settings { directory } = settings::read(spec)?;
        let sender = Sender::for_host(public_host);
        Ok(Self { directory, sender, next: AtomicU64::new(0) })
    }

    pub(super) async fn probe(&self) -> Result<(), SendError> {
        let directory = self.directory.clone();
        run_blocking(move || check_directory(&directory)).await
    }

    pub(super) async fn send(&self, dispatch: &OutgoingMessage) -> Result<(), SendError> {
        let json = serde_json::to_vec_pretty(&MessageFile::from_message(dispatch))
            .map_err(|_| SendError::Permanent("the message cannot be written as JSON".to_owned()))?;
        let eml = match &dispatch.to {
            Address::Email(_) => Some(self.sender.compose(dispatch)?.formatted()),
            Address::Phone(_) => None,
        };
        let directory = self.directory.clone();
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let stamp = Stamp { moment: dispatch.sent_at, number };
        run_blocking(move || write_message(&directory, stamp, eml.as_deref(), &json)).await
    }
}

impl<'a> MessageFile<'a> {
    fn from_message(dispatch: &'a OutgoingMessage) -> Self {
        Self {
            to: format_address(&dispatch.to),
            r#type: dispatch.kind,
            code: dispatch.code.as_ref(),
            link: dispatch.link.as_ref(),
            locale: &dispatch.locale,
            subject: &dispatch.rendered.subject,
            text: &dispatch.rendered.text,
            html: dispatch.rendered.html.as_deref(),
            sent_at: dispatch.sent_at,
        }
    }
}

async fn run_blocking(work: impl FnOnce() -> io::Result<()> + Send + 'static) -> Result<(), SendError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(SendError::Transient(format!("the message folder cannot be written: {error}"))),
        Err(_) => Err(SendError::Transient("writing to the message folder was interrupted".to_owned())),
    }
}

fn make_directory(directory: &Path) -> io::Result<()> {
    // The files hold valid codes, so only the owner may read them.
    DirBuilder::new().recursive(true).mode(0o700).create(directory)
}

/// What a file name is made of.
#[derive(Clone, Copy)]
struct Stamp {
    /// When the message was sent.
    moment: Timestamp,
    /// The first number to try; it distinguishes messages of the same moment.
    number: u64,
}

/// Writes the mail first and the JSON file last, so that a reader who sees the JSON file finds the mail
/// beside it.
fn write_message(directory: &Path, stamp: Stamp, eml: Option<&[u8]>, json: &[u8]) -> io::Result<()> {
    make_directory(directory)?;
    let (stem, part, mut file) = create_unique(directory, stamp)?;
    if let Some(eml) = eml {
        let part = directory.join(format!(".{stem}.eml.part"));
        private_options().truncate(true).create(true).open(&part)?.write_all(eml)?;
        rename(part, directory.join(format!("{stem}.eml")))?;
    }
    file.write_all(json)?;
    rename(part, directory.join(format!("{stem}.json")))
}

/// Creates a unique name. Two connectors may share a directory and a moment: creating the hidden file claims
/// the name, and only the claim's owner may use it, so it is enough to check for the finished file after
/// claiming.
fn create_unique(directory: &Path, stamp: Stamp) -> io::Result<(String, PathBuf, File)> {
    let mut n = stamp.number;
    loop {
        let stem = format!("{}-{n}", stamp.moment.0);
        let part = directory.join(format!(".{stem}.json.part"));
        match private_options().create_new(true).open(&part) {
            Ok(_) if directory.join(format!("{stem}.json")).exists() => remove_file(&part)?,
            Ok(file) => return Ok((stem, part, file)),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
        n = n.saturating_add(1);
    }
}

fn private_options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).mode(0o600);
    options
}
