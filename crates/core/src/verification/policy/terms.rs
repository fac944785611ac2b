//! The terms of which the policies are made.

use crate::types::error::Refusal;

/// Which codes verify a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::verification) enum CodeScope {
    /// The newest delivered code of the address and purpose, whichever request it was sent for: somebody who
    /// requests codes for another person's address cannot invalidate that person's code.
    Address,
    /// Only the request's own code: the Account API names the record that a code verifies, and a code that
    /// another account sent to the same address must not verify it.
    Request,
}

/// What a text that is not six digits costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::verification) enum MalformedCode {
    /// Nothing: a form reports it like any other field, and it can't be a guess.
    Refused,
    /// An attempt: the APIs document one answer for every wrong code.
    Wrong,
}

/// A refusal with a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::verification) enum DelayRefusal {
    /// Too many requests.
    Throttled,
    /// Verification waits: the pages say what else the user can do, and the Account API documents
    /// `verification_blocked_too_many_attempts`.
    RecoveryDelayed,
}

impl DelayRefusal {
    /// The refusal for this many seconds.
    pub(in crate::verification) const fn refusal(self, retry_after: i64) -> Refusal {
        match self {
            Self::Throttled => Refusal::Throttled { retry_after },
            Self::RecoveryDelayed => Refusal::RecoveryDelayed { retry_after },
        }
    }
}

/// What limits how many requests are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::verification) enum RequestLimit {
    /// The network, because nobody is known yet.
    Network,
    /// The signed-in user: the server of an app is one network for all its users.
    User,
    /// Nothing: the caller is the operator's own program, and proved it.
    Unlimited,
}

/// What happens when an address has had too many messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::verification) enum ExcessMessages {
    /// Nothing is sent and nothing shows it, but if nobody has a working code, one message goes out all the
    /// same: otherwise messages for one purpose or app would block another.
    SilentWhileACodeWorks,
    /// Nothing is sent and nothing shows it, except to an address of the signed-in user without a working
    /// code: messages that others request must not lock them out, and a new address waits like any other.
    SilentForOthers,
    /// It is refused openly: the caller is the operator's own program and may know.
    Refused,
}

/// Who may use what was verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::verification) enum GrantKind {
    /// The browser that gets the token.
    Token,
    /// The signed-in user: the id counts only together with a token of the same user.
    Record,
    /// Nobody: the answer is the result.
    None,
}
