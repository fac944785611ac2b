//! Codes and links: issued together for one message, stored as digests, compared in constant time. Which
//! codes verify a request is its purpose's `CodeScope`. An earlier code is recognised, so that the user can
//! be told to look for the newest message.

pub mod typed_code;

use crate::Core;
use crate::db::sql::Tx;
use crate::messages::outbox::{self, QueuedMessage};
use crate::messages::store::OutboxOutcome;
use crate::types::error::Result;
use crate::types::ids::CodeId;
use crate::types::secret::{Secret, generate_code, generate_token, sha256_digest};
use crate::types::time::Timestamp;
use crate::verification::codes::typed_code::TypedCode;
use crate::verification::policy::{CodeScope, policy};
use crate::verification::store::codes;
use crate::verification::verification_request::{VerificationCodeRow, VerificationRequest};

/// The most undelivered codes that a guess is compared with: while a provider is down they would pile up, and
/// each would make guessing easier.
const MAX_UNDELIVERED: i64 = 2;

/// How long a server may keep refusing a message with a code for now, in seconds: longer than the ten minutes
/// for which many refuse an unknown sender (greylisting).
const DELIVERY_WINDOW_SECONDS: i64 = 900;

/// A code and a link that are about to be sent.
pub(super) struct IssuedCode {
    /// What the database stores.
    pub row: VerificationCodeRow,
    /// When delivery is given up.
    pub deliver_until: Timestamp,
    /// The link token's digest; none where no link goes along.
    pub link_digest: Option<String>,
    /// Six digits, for the message only.
    pub code: Secret,
    /// The link's token, for the message only.
    pub link_token: Secret,
}

/// The result of checking a typed code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum CodeCheck {
    /// The newest code of this address and purpose.
    Current(CodeId),
    /// It was the newest, but has expired.
    Expired,
    /// A code of an earlier message, or one that was used.
    Superseded,
    /// It matches no code.
    Wrong,
}

/// Issues a code for a request, and a link where one goes along, with the lifetimes of the current settings.
/// They begin with the delivery: until then the row holds the latest moment at which they could end.
pub(super) fn issue(core: &Core, request: &VerificationRequest) -> IssuedCode {
    let now = core.now();
    let policy = policy(core, request.purpose);
    let link_ttl = i64::from(core.snapshot().settings.recovery.link_ttl);
    let deliver_until = now.plus_seconds(DELIVERY_WINDOW_SECONDS);
    let link_ttl = if policy.has_link { link_ttl } else { policy.code_ttl };
    let id = CodeId::generate(now, core.rng());
    let code = generate_code(core.rng());
    let link = generate_token(core.rng());
    let row = VerificationCodeRow {
        code_digest: core.keys.code_digest(id.as_str(), code.expose()),
        id,
        request_id: request.id.clone(),
        code_expires_at: deliver_until.plus_seconds(policy.code_ttl),
        link_expires_at: deliver_until.plus_seconds(link_ttl),
        delivered_at: None,
        is_used: false,
        is_revoked: false,
    };
    let link_digest = policy.has_link.then(|| sha256_digest(link.expose()));
    IssuedCode { row, deliver_until, link_digest, code, link_token: link }
}

/// The codes of one address and purpose; for an app with its own screens, only those that this app requested.
pub(super) struct Codes {
    /// The newest first.
    delivered: Vec<VerificationCodeRow>,
    /// They replace no code until they are delivered, and work as soon as somebody can read them.
    undelivered: Vec<VerificationCodeRow>,
}

impl Codes {
    /// Reads the codes that can prove this request, and their predecessors.
    pub async fn load(tx: &mut Tx, core: &Core, request: &VerificationRequest) -> Result<Self> {
        let only = match policy(core, request.purpose).codes {
            CodeScope::Address => None,
            CodeScope::Request => Some(&request.id),
        };
        let delivered = codes::list_delivered(tx, request, only).await?;
        let undelivered = codes::list_undelivered(tx, request, only, core.now(), MAX_UNDELIVERED).await?;
        Ok(Self { delivered, undelivered })
    }

    /// Whether no later message has replaced this code.
    pub fn is_newest(&self, id: &CodeId) -> bool {
        self.newest().any(|row| row.id == *id)
    }

    /// Whether somebody has a working code, or will have one soon. One that could not be delivered for as long
    /// as it would live counts no more, so that another may be requested.
    pub fn has_usable_code(&self, core: &Core) -> bool {
        let ends_at = |row: &VerificationCodeRow| match row.delivered_at {
            Some(_) => row.code_expires_at,
            None => row.code_expires_at.plus_seconds(-DELIVERY_WINDOW_SECONDS),
        };
        self.newest().any(|row| is_usable(row) && ends_at(row) > core.now())
    }

    fn newest(&self) -> impl Iterator<Item = &VerificationCodeRow> {
        self.delivered.iter().take(1).chain(&self.undelivered)
    }
}

const fn is_usable(row: &VerificationCodeRow) -> bool {
    !row.is_used && !row.is_revoked
}

/// Compares a typed code with each of them.
pub(super) fn compare(core: &Core, typed: &TypedCode, codes: &Codes) -> CodeCheck {
    let mut found = CodeCheck::Wrong;
    for row in codes.delivered.iter().chain(&codes.undelivered) {
        if !core.keys.matches_code(row.id.as_str(), typed.as_str(), &row.code_digest) {
            continue;
        }
        if codes.is_newest(&row.id) && is_usable(row) {
            if row.code_expires_at > core.now() {
                return CodeCheck::Current(row.id.clone());
            }
            found = CodeCheck::Expired;
        } else if found == CodeCheck::Wrong {
            found = CodeCheck::Superseded;
        }
    }
    found
}

/// Records that a connector accepted the message. Its code's life begins, and it supersedes earlier codes of
/// the same address and purpose.
pub async fn mark_delivered(core: &Core, message: &QueuedMessage) -> Result<()> {
    finish_delivery(core, message, OutboxOutcome::Sent).await
}

/// Records that the message had no recipient.
pub async fn mark_dropped(core: &Core, message: &QueuedMessage) -> Result<()> {
    finish_delivery(core, message, OutboxOutcome::Dropped).await
}

async fn finish_delivery(core: &Core, message: &QueuedMessage, outcome: OutboxOutcome) -> Result<()> {
    let mut tx = core.store.write().await?;
    outbox::finish(&mut tx, core, message, outcome).await?;
    if let Some(code) = &message.code_id {
        let delivery = codes::Delivery {
            was_sent: outcome == OutboxOutcome::Sent,
            at: core.now(),
            until: message.expires_at(),
        };
        codes::mark_delivered(&mut tx, code, delivery).await?;
    }
    Ok(tx.commit().await?)
}
