//! Codes and links: made together for one message, kept as digests, compared in constant time. What a right one opens is the
//! journey's business. The surprise: an earlier code is recognised, so that a person learns to look for the newest message.

use crate::model::code::TypedCode;
use crate::model::ids::{CodeId, RequestId};
use crate::model::recovery::RecoveryCodeRow;
use crate::model::secret::{Secret, digest, six_digits, token};

use super::Rekey;

/// A code and a link on their way into a message.
pub(super) struct Minted {
    /// What the database keeps.
    pub row: RecoveryCodeRow,
    /// The link token's digest.
    pub link_digest: String,
    /// Six digits, for the message only.
    pub code: Secret,
    /// The link's token, for the message only.
    pub link: Secret,
}

/// What a typed code turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Match {
    /// The newest code of this request.
    Current,
    /// It was, but its time has passed.
    Expired,
    /// A code of an earlier message to the same person.
    Earlier,
    /// None of them.
    Wrong,
}

/// Makes a code and a link for a request, with the lifetimes in force.
pub(super) fn mint(rekey: &Rekey, request: &RequestId) -> Minted {
    let (now, lives) = (rekey.now(), rekey.live().settings.recovery);
    let id = CodeId::fresh(now, rekey.chance());
    let (code, link) = (six_digits(rekey.chance()), token(rekey.chance()));
    let row = RecoveryCodeRow {
        code_digest: rekey.keys.code_digest(id.as_str(), code.expose()),
        id,
        request_id: request.clone(),
        code_expires_at: now.plus(i64::from(lives.code_ttl)),
        link_expires_at: now.plus(i64::from(lives.link_ttl)),
        is_current: true,
    };
    Minted { row, link_digest: digest(link.expose()), code, link }
}

/// Compares a typed code with every code of the subject, the same work whatever it is.
pub(super) fn compare(
    rekey: &Rekey,
    request: &RequestId,
    typed: &TypedCode,
    rows: &[RecoveryCodeRow],
) -> Match {
    let mut found = Match::Wrong;
    for row in rows {
        if rekey.keys.is_code(row.id.as_str(), typed.as_str(), &row.code_digest) {
            found = match row.is_current && row.request_id == *request {
                true if row.code_expires_at > rekey.now() => return Match::Current,
                true => Match::Expired,
                false if found == Match::Wrong => Match::Earlier,
                false => found,
            };
        }
    }
    found
}
