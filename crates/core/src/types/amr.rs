//! How a user signed in to an app of the SDK.

use serde::Serialize;

/// How a user signed in to an SDK app (`amr` in RFC 8176).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Amr {
    /// Not an SDK app: the grant is from OpenID Connect.
    #[sqlx(rename = "")]
    #[serde(rename = "")]
    Protocol,
    /// By password.
    Password,
    /// By a sign-in code.
    Otp,
    /// By a recovery code. Valid for an hour, to set the new password.
    Recovery,
}

impl Amr {
    /// The name in the store and in APIs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Protocol => "",
            Self::Password => "password",
            Self::Otp => "otp",
            Self::Recovery => "recovery",
        }
    }
}
