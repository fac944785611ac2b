//! Verification records: what a signed-in user proved in the last ten minutes, their identity or a new
//! address. The app sees the id, which is no secret: a record counts only together with a token of the same
//! user.

use super::User;
use crate::model::ids::UserId;
use crate::model::time::Timestamp;

/// The only purpose that a record may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum VerificationPurpose {
    /// Changes that need a recent reauthentication.
    Permission,
    /// Setting this address.
    NewAddress,
}

impl VerificationPurpose {
    /// The name in the store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Permission => "permission",
            Self::NewAddress => "new_address",
        }
    }
}

/// One record.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct VerificationRecord {
    /// Its id.
    pub id: String,
    /// The user.
    pub user_id: UserId,
    /// Its purpose.
    pub purpose: VerificationPurpose,
    /// The key of the address that a code was sent to; none when the password was the proof.
    pub identifier: Option<String>,
    /// The code's keyed digest; none when the password was the proof.
    pub code_digest: Option<String>,
    /// When the code expires.
    pub code_expires_at: Timestamp,
    /// Codes checked so far.
    pub tries: i64,
    /// When the password that was the proof was set.
    pub password_changed_at: Option<Timestamp>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it expires.
    pub expires_at: Timestamp,
    /// When it was verified.
    pub verified_at: Option<Timestamp>,
    /// When it was consumed for a new address.
    pub used_at: Option<Timestamp>,
}

impl VerificationRecord {
    /// Whether it permits this user changes that need a proof. A new password invalidates a proof by the old
    /// one, and an address that the user no longer has proves nothing.
    pub fn permits(&self, user: &User) -> bool {
        let still_holds = match &self.identifier {
            Some(identifier) => user.identifiers().iter().any(|own| own.to_key() == *identifier),
            None => {
                self.password_changed_at == Some(user.password_changed_at_or_epoch())
                    && user.usable_digest().is_some()
            }
        };
        self.purpose == VerificationPurpose::Permission
            && self.verified_at.is_some()
            && self.user_id == user.id
            && still_holds
    }
}
