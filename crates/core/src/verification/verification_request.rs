//! The verification request: one attempt to prove an address or an account by a code or a link, and what it
//! is for. `requested → verified → completed`; it also ends as superseded, exhausted or cancelled, or by
//! expiry. All of its state is in these rows, never in a cookie.

use crate::types::ids::{CodeId, RequestId, UserId};
use crate::types::purpose::Purpose;
use crate::types::time::Timestamp;
use crate::users::user::User;

/// The state of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum RequestState {
    /// A message is being sent, a code is awaited.
    Requested,
    /// The code or link was right; a grant allows the next step, once.
    Verified,
    /// Its purpose was fulfilled.
    Completed,
    /// What it proved has ended: a password or address changed, or its identifier has an account now.
    Superseded,
    /// Too many wrong codes.
    Exhausted,
    /// Cancelled by the user.
    Cancelled,
}

/// How a request was verified, which determines who gets its grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum VerifiedBy {
    /// The code, in the requesting browser.
    Code,
    /// The link, in the browser that opened it.
    Link,
    /// The link in another browser, with the number that the requesting browser shows.
    Number,
    /// A one-time token of an operator's own message.
    Token,
    /// The password, for sign-in.
    Password,
}

/// One request.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct VerificationRequest {
    /// Its id, which is in the requesting browser's sealed cookie, or which the app of a signed-in user
    /// names.
    pub id: RequestId,
    /// Its purpose.
    pub purpose: Purpose,
    /// Whether it is a decoy, which does the same work and can never be verified: nobody has the identifier,
    /// or for sign-up somebody has.
    pub is_decoy: bool,
    /// The user; none for a decoy, for sign-up and for an operator's program.
    pub user_id: Option<UserId>,
    /// What guesses are counted by: the account, or the identifier if it is nobody's.
    pub subject: String,
    /// The canonical identifier with its kind, as `Identifier::to_key` writes it; empty when the password was
    /// the proof.
    pub identifier: String,
    /// The app it was made for.
    pub app_id: Option<String>,
    /// Its state.
    pub state: RequestState,
    /// Every code that was checked, wrong or right.
    pub tries: i64,
    /// Two digits that the waiting window shows and the page of the link asks for.
    pub number: i64,
    /// How often a message was requested.
    pub sends: i64,
    /// When another message may be requested.
    pub resend_at: Timestamp,
    /// When it was created.
    pub created_at: Timestamp,
    /// How it was verified.
    pub verified_by: Option<VerifiedBy>,
    /// When the grant or record expires.
    pub grant_expires_at: Option<Timestamp>,
    /// The grant's digest; none before it was issued.
    pub grant_digest: Option<String>,
    /// Whether the address and the code together identify it, because the app keeps no cookie.
    pub by_address: bool,
    /// When the password was set that was the proof of a reauthentication.
    pub password_changed_at: Option<Timestamp>,
}

impl VerificationRequest {
    /// Whether it is a sign-in code that creates an account: the address has none, and the request can still
    /// be verified.
    pub fn may_create_account(&self) -> bool {
        self.purpose == Purpose::SignIn && self.user_id.is_none() && !self.is_decoy
    }

    /// Whether it is a record that permits this user changes which need a recent proof. A new password
    /// invalidates a proof by the old one, and an address that the user no longer has proves nothing.
    pub fn permits(&self, user: &User) -> bool {
        let still_holds = match self.verified_by {
            Some(VerifiedBy::Password) => {
                self.password_changed_at == Some(user.password_changed_at_or_epoch())
                    && user.usable_digest().is_some()
            }
            _ => user.identifiers().iter().any(|own| own.to_key() == self.identifier),
        };
        self.purpose == Purpose::Reauthenticate
            && self.state == RequestState::Verified
            && self.user_id.as_ref() == Some(&user.id)
            && still_holds
    }

    /// Whether its attempts count for its user's account.
    pub(super) fn is_of_account(&self) -> bool {
        self.user_id.as_ref().is_some_and(|user| user.as_str() == self.subject)
    }
}

/// The code and link of one message, as digests.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct VerificationCodeRow {
    /// Its id, mixed into the code's digest.
    pub id: CodeId,
    /// The request it belongs to.
    pub request_id: RequestId,
    /// A keyed HMAC: an unkeyed hash of six digits would be reversed in a second (ASVS 6.5.2).
    pub code_digest: String,
    /// When the code expires.
    pub code_expires_at: Timestamp,
    /// When the link expires.
    pub link_expires_at: Timestamp,
    /// When a connector accepted its message, or would have accepted a decoy's; none until then.
    pub delivered_at: Option<Timestamp>,
    /// Whether it or its link was used.
    pub is_used: bool,
    /// Whether what it was issued for was changed or removed.
    pub is_revoked: bool,
}
