//! Why a file cannot be used as a filter, worded for the operator who named it. The caller adds the path.

use std::io;

/// Why a file cannot be used as a filter.
#[derive(Debug, thiserror::Error)]
pub enum FilterError {
    /// The system refused to read it.
    #[error("can't be read: {0}")]
    Unreadable(io::Error),
    /// It is a folder, a pipe or a device.
    #[error("is not a file; name the filter file itself")]
    NotAFile,
    /// It is empty.
    #[error("is empty; make it again with `rekey breaches build`")]
    Empty,
    /// It does not start as a filter does.
    #[error("is not a filter; make one from a list of hashes or words with `rekey breaches build`")]
    NotAFilter,
    /// It was made by a version of Rekey with another format.
    #[error(
        "is a filter of format {0}, this Rekey reads format {version}; make it again with this Rekey's \
         `rekey breaches build`",
        version = crate::passwords::breaches::format::VERSION
    )]
    OtherVersion(u32),
    /// It is truncated.
    #[error("is cut short: {is} of {should} bytes are there; copy it again")]
    Truncated {
        /// Its length in bytes.
        is: u64,
        /// The expected length in bytes.
        should: u64,
    },
    /// A part has changed since the file was made.
    #[error("is damaged: {0} has changed since it was made; copy it again")]
    Corrupted(&'static str),
    /// It contains an impossible number although the checksum matches: it was not made by Rekey.
    #[error("was not made by Rekey: {0} can't be true")]
    Impossible(&'static str),
}

impl From<io::Error> for FilterError {
    fn from(error: io::Error) -> Self {
        Self::Unreadable(error)
    }
}
