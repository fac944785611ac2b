//! Codes and links: made together for one message, kept as digests, compared in constant time. A code belongs to an address and a purpose, not
//! to the request that had it sent: the newest one that was delivered works from any open request for them, so that nobody who asks for
//! somebody else's address takes their way back away. The surprise: an earlier code is recognised, so that a person learns to look for the newest.

use crate::model::code::TypedCode;
use crate::model::error::Result;
use crate::model::ids::{CodeId, RequestId};
use crate::model::recovery::{RecoveryCodeRow, RecoveryRequest};
use crate::model::secret::{Secret, generate_code, generate_token, sha256_digest};
use crate::store::recovery::codes;
use crate::store::sql::Tx;

use super::Core;

/// The most codes on their way that a guess is compared with: while a provider is down they would pile up, and each would make guessing easier.
const MAX_UNDELIVERED: i64 = 2;

/// A code and a link on their way into a message.
pub(super) struct IssuedCode {
    /// What the database keeps.
    pub row: RecoveryCodeRow,
    /// The link token's digest.
    pub link_digest: String,
    /// Six digits, for the message only.
    pub code: Secret,
    /// The link's token, for the message only.
    pub link_token: Secret,
}

/// What a typed code turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum CodeCheck {
    /// The newest code of this address and purpose.
    Current(CodeId),
    /// It was, but its time has passed.
    Expired,
    /// A code of an earlier message, or one that was used.
    Superseded,
    /// None of them.
    Wrong,
}

/// Makes a code and a link for a request, with the lifetimes in force.
pub(super) fn issue(rekey: &Core, request: &RequestId) -> IssuedCode {
    let (now, lives) = (rekey.now(), rekey.snapshot().settings.recovery);
    let id = CodeId::fresh(now, rekey.rng());
    let (code, link) = (generate_code(rekey.rng()), generate_token(rekey.rng()));
    let row = RecoveryCodeRow {
        code_digest: rekey.keys.code_digest(id.as_str(), code.expose()),
        id,
        request_id: request.clone(),
        code_expires_at: now.plus_seconds(i64::from(lives.code_ttl)),
        link_expires_at: now.plus_seconds(i64::from(lives.link_ttl)),
        delivered_at: None,
        is_used: false,
        is_revoked: false,
    };
    IssuedCode { row, link_digest: sha256_digest(link.expose()), code, link_token: link }
}

/// The codes of one address and purpose; where an app's screens are its own, those that this app had sent.
pub(super) struct Codes {
    /// The newest first.
    delivered: Vec<RecoveryCodeRow>,
    /// They replace none before they are delivered, and work as soon as somebody can read them.
    undelivered: Vec<RecoveryCodeRow>,
}

impl Codes {
    /// Reads those that this request may be proved with, and what came before them.
    pub async fn load(tx: &mut Tx, rekey: &Core, request: &RecoveryRequest) -> Result<Self> {
        let delivered = codes::list_delivered(tx, request).await?;
        let on_the_way = codes::list_undelivered(tx, request, rekey.now(), MAX_UNDELIVERED).await?;
        Ok(Self { delivered, undelivered: on_the_way })
    }

    /// Whether no later message took the place of this code's.
    pub fn is_newest(&self, id: &CodeId) -> bool {
        self.newest().any(|row| row.id == *id)
    }

    /// Whether somebody has a code that works, or will have it soon.
    pub fn has_usable_code(&self, rekey: &Core) -> bool {
        self.newest().any(|row| is_usable(row) && row.code_expires_at > rekey.now())
    }

    fn newest(&self) -> impl Iterator<Item = &RecoveryCodeRow> {
        self.delivered.iter().take(1).chain(&self.undelivered)
    }
}

const fn is_usable(row: &RecoveryCodeRow) -> bool {
    !row.is_used && !row.is_revoked
}

/// Compares a typed code with each of them.
pub(super) fn compare(rekey: &Core, typed: &TypedCode, codes: &Codes) -> CodeCheck {
    let mut found = CodeCheck::Wrong;
    for row in codes.delivered.iter().chain(&codes.undelivered) {
        if rekey.keys.matches_code(row.id.as_str(), typed.as_str(), &row.code_digest) {
            found = match codes.is_newest(&row.id) && is_usable(row) {
                true if row.code_expires_at > rekey.now() => return CodeCheck::Current(row.id.clone()),
                true => CodeCheck::Expired,
                false if found == CodeCheck::Wrong => CodeCheck::Superseded,
                false => found,
            };
        }
    }
    found
}
