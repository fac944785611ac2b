//! What the domain expects of the world outside, without knowing who provides it. No behaviour here, only the answers
//! that matter to a rule. The texts in here go to logs and operators: they never contain an address, a code or a link.

use std::fmt;

/// Why a message did not leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CarryError {
    /// It may work in a while: worth another try.
    Later(String),
    /// The recipient or the message is refused for good.
    Never(String),
}

impl CarryError {
    /// The reason, for a log line or an operator.
    pub fn reason(&self) -> &str {
        match self {
            Self::Later(reason) | Self::Never(reason) => reason,
        }
    }
}

impl fmt::Display for CarryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason())
    }
}

impl std::error::Error for CarryError {}
