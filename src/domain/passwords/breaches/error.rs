//! Why a file cannot be used as a filter, worded for the operator who named it. The caller adds the path.

use std::fmt;
use std::io;

/// Why a file cannot be used as a filter.
#[derive(Debug)]
pub enum FilterError {
    /// The system refused to read it.
    Unreadable(io::Error),
    /// It is a folder, a pipe or a device.
    NotAFile,
    /// It is empty.
    Empty,
    /// It does not start as a filter does.
    NotAFilter,
    /// It was made by a version of Rekey with another format.
    OtherVersion(u32),
    /// It is truncated.
    Truncated {
        /// Its length in bytes.
        is: u64,
        /// The expected length in bytes.
        should: u64,
    },
    /// A part has changed since the file was made.
    Corrupted(&'static str),
    /// It contains an impossible number although the checksum matches: it was not made by Rekey.
    Impossible(&'static str),
}

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(error) => write!(f, "can't be read: {error}"),
            Self::NotAFile => f.write_str("is not a file; name the filter file itself"),
            Self::Empty => f.write_str("is empty; make it again with `rekey breaches build`"),
            Self::NotAFilter => f.write_str(
                "is not a filter; make one from a list of hashes or words with `rekey breaches build`",
            ),
            Self::OtherVersion(version) => write!(
                f,
                "is a filter of format {version}, this Rekey reads format {}; make it again with this \
                 Rekey's `rekey breaches build`",
                super::format::VERSION
            ),
            Self::Truncated { is, should } => {
                write!(f, "is cut short: {is} of {should} bytes are there; copy it again")
            }
            Self::Corrupted(part) => {
                write!(f, "is damaged: {part} has changed since it was made; copy it again")
            }
            Self::Impossible(part) => write!(f, "was not made by Rekey: {part} can't be true"),
        }
    }
}

impl std::error::Error for FilterError {}

impl From<io::Error> for FilterError {
    fn from(error: io::Error) -> Self {
        Self::Unreadable(error)
    }
}
