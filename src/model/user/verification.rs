//! What a signed-in person proved of late, for ten minutes: that they are still themselves, or that a new
//! address is theirs. The id is shown to the app and is no secret: a record counts only beside the token of
//! the same person.

use super::User;
use crate::model::ids::UserId;
use crate::model::time::Timestamp;

/// What a record may be used for, and for nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum VerificationPurpose {
    /// Changing what needs a proof that the person is still there.
    Permission,
    /// Taking this address.
    NewAddress,
}

impl VerificationPurpose {
    /// As the store writes it.
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
    /// Whose.
    pub user_id: UserId,
    /// What for.
    pub purpose: VerificationPurpose,
    /// The address that a code went to, tagged; none when the password was the proof.
    pub identifier: Option<String>,
    /// The code's keyed digest; none when the password was the proof.
    pub code_digest: Option<String>,
    /// Until when the code works.
    pub code_expires_at: Timestamp,
    /// Codes checked so far.
    pub tries: i64,
    /// When the password was set that was the proof.
    pub password_changed_at: Option<Timestamp>,
    /// Since when.
    pub created_at: Timestamp,
    /// Until when.
    pub expires_at: Timestamp,
    /// When it was proved.
    pub verified_at: Option<Timestamp>,
    /// When a new address was taken by it.
    pub used_at: Option<Timestamp>,
}

impl VerificationRecord {
    /// Whether it lets this person change what needs a proof. A new password ends the proof by the old one,
    /// and an address that is no longer theirs proves nothing.
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
