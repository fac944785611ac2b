//! The recovery request: one person's (or nobody's) attempt to get back in, to sign in by a code, or to sign
//! up. `requested → verified → completed`; it also ends as superseded, exhausted or cancelled, and by time.
//! Everything that decides is in these rows, never in a cookie.

use super::ids::{CodeId, RequestId, UserId};
use super::time::Timestamp;

/// What a request is for. Its grant opens that and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum InteractionEvent {
    /// A new password.
    ForgotPassword,
    /// A session.
    SignIn,
    /// A new account.
    Register,
}

impl InteractionEvent {
    /// The name in the APIs.
    pub const fn api_name(self) -> &'static str {
        match self {
            Self::ForgotPassword => "ForgotPassword",
            Self::SignIn => "SignIn",
            Self::Register => "Register",
        }
    }

    /// As the store writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ForgotPassword => "forgot_password",
            Self::SignIn => "sign_in",
            Self::Register => "register",
        }
    }
}

/// Where a request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum RequestState {
    /// A message is on its way, a code is awaited.
    Requested,
    /// Code or link was right; a grant allows what it is for, once.
    Verified,
    /// What it was for was done.
    Completed,
    /// A newer request took its place.
    Superseded,
    /// Too many wrong codes.
    Exhausted,
    /// Given up by the person.
    Cancelled,
}

/// How a request was verified, which decides who may have its grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum VerifiedBy {
    /// The code, in the browser that asked.
    Code,
    /// The link, in the browser that opened it.
    Link,
    /// The link elsewhere, with the number that the browser that asked shows.
    Number,
    /// A one-time token of an operator's own message.
    Token,
    /// The password, for signing in.
    Password,
}

/// One request.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct RecoveryRequest {
    /// Its id; the asking browser's sealed cookie holds it.
    pub id: RequestId,
    /// What it is for.
    pub event: InteractionEvent,
    /// Whether it does the same work and can never verify: nobody has the identifier, or for a new account
    /// somebody has.
    pub is_decoy: bool,
    /// The person; none for a decoy, and for a new account.
    pub user_id: Option<UserId>,
    /// What budgets count against: the account, or the identifier that nobody has.
    pub subject: String,
    /// The canonical identifier with its kind, as `Identifier::tagged` writes it.
    pub identifier: String,
    /// The app on whose behalf.
    pub app_id: Option<String>,
    /// Where it stands.
    pub state: RequestState,
    /// Wrong or right, every code that was checked.
    pub tries: i64,
    /// Two digits that the asking window shows and the link's page asks for.
    pub number: i64,
    /// How often a message was asked for.
    pub sends: i64,
    /// From when another message may be asked for.
    pub resend_at: Timestamp,
    /// When it was made.
    pub created_at: Timestamp,
    /// How it was verified.
    pub verified_by: Option<VerifiedBy>,
    /// Until when the grant is good.
    pub grant_expires_at: Option<Timestamp>,
    /// The grant's digest; none before it was handed out.
    pub grant_digest: Option<String>,
    /// Whether the address and the code together verify it, because the app that asked holds nothing of ours.
    pub by_address: bool,
}

impl RecoveryRequest {
    /// Whether it is a code to sign in with that makes an account: nobody has the address, and it can be
    /// verified all the same.
    pub fn may_create_account(&self) -> bool {
        self.event == InteractionEvent::SignIn && self.user_id.is_none() && !self.is_decoy
    }
}

/// One message's code and link, as digests.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct RecoveryCodeRow {
    /// Its id, mixed into the code's digest.
    pub id: CodeId,
    /// The request it belongs to.
    pub request_id: RequestId,
    /// A keyed HMAC: six digits under a bare hash would be found in a second (ASVS 6.5.2).
    pub code_digest: String,
    /// Until when the code works.
    pub code_expires_at: Timestamp,
    /// Until when the link works.
    pub link_expires_at: Timestamp,
    /// When a connector took its message, or when a decoy's would have been taken; none while it is on its
    /// way.
    pub delivered_at: Option<Timestamp>,
    /// Whether it or its link opened something.
    pub is_used: bool,
    /// Whether what it was given for was changed or taken away.
    pub is_revoked: bool,
}
