//! Codes and links: made together for one message, kept as digests, compared in constant time. A code belongs to an address and a purpose, not
//! to the request that had it sent: the newest one that was delivered works from any open request for them, so that nobody who asks for
//! somebody else's address takes their way back away. The surprise: an earlier code is recognised, so that a person learns to look for the newest.

use crate::model::code::TypedCode;
use crate::model::error::Result;
use crate::model::ids::{CodeId, RequestId};
use crate::model::recovery::{RecoveryCodeRow, RecoveryRequest};
use crate::model::secret::{Secret, digest, six_digits, token};
use crate::store::recovery::codes;
use crate::store::sql::Tx;

use super::Rekey;

/// The most codes on their way that a guess is compared with: while a provider is down they would pile up, and each would make guessing easier.
const MOST_ON_THE_WAY: i64 = 2;

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
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Match {
    /// The newest code of this address and purpose.
    Current(CodeId),
    /// It was, but its time has passed.
    Expired,
    /// A code of an earlier message, or one that was used.
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
        delivered_at: None,
        is_used: false,
        is_revoked: false,
    };
    Minted { row, link_digest: digest(link.expose()), code, link }
}

/// The codes of one address and purpose; where an app's screens are its own, those that this app had sent.
pub(super) struct Codes {
    /// The newest first.
    delivered: Vec<RecoveryCodeRow>,
    /// They replace none before they are delivered, and work as soon as somebody can read them.
    on_the_way: Vec<RecoveryCodeRow>,
}

impl Codes {
    /// Reads those that this request may be proved with, and what came before them.
    pub async fn of(tx: &mut Tx, rekey: &Rekey, request: &RecoveryRequest) -> Result<Self> {
        let delivered = codes::list_delivered(tx, request).await?;
        let on_the_way = codes::list_on_the_way(tx, request, rekey.now(), MOST_ON_THE_WAY).await?;
        Ok(Self { delivered, on_the_way })
    }

    /// Whether no later message took the place of this code's.
    pub fn is_newest(&self, id: &CodeId) -> bool {
        self.newest().any(|row| row.id == *id)
    }

    /// Whether somebody has a code that works, or will have it soon.
    pub fn is_to_be_had(&self, rekey: &Rekey) -> bool {
        self.newest().any(|row| is_good(row) && row.code_expires_at > rekey.now())
    }

    fn newest(&self) -> impl Iterator<Item = &RecoveryCodeRow> {
        self.delivered.iter().take(1).chain(&self.on_the_way)
    }
}

const fn is_good(row: &RecoveryCodeRow) -> bool {
    !row.is_used && !row.is_revoked
}

/// Compares a typed code with each of them.
pub(super) fn compare(rekey: &Rekey, typed: &TypedCode, codes: &Codes) -> Match {
    let mut found = Match::Wrong;
    for row in codes.delivered.iter().chain(&codes.on_the_way) {
        if rekey.keys.is_code(row.id.as_str(), typed.as_str(), &row.code_digest) {
            found = match codes.is_newest(&row.id) && is_good(row) {
                true if row.code_expires_at > rekey.now() => return Match::Current(row.id.clone()),
                true => Match::Expired,
                false if found == Match::Wrong => Match::Earlier,
                false => found,
            };
        }
    }
    found
}
