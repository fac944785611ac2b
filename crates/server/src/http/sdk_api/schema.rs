//! The JSON types that several calls of the SDK share. Fields without a meaning here are accepted and
//! ignored, because clients of the documented product send them.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use validator::Validate;

use rekey_core::sdk::codes::AppSession;
use rekey_core::sdk::tokens::Tokens;
use rekey_core::sign_up::cookieless::RequestedAccount;
use rekey_core::types::error::Result;
use rekey_core::types::identifier::{Identifier, IdentifierKind};
use rekey_core::users::user::User;

/// An email address.
#[derive(Deserialize, ToSchema, Validate)]
#[schema(as = SdkEmail)]
pub struct EmailIn {
    pub(super) email: String,
    /// The captcha token, if the settings require one.
    pub(super) captcha_token: Option<String>,
}

/// The call succeeded.
#[derive(Serialize, ToSchema)]
#[schema(as = SdkSuccess)]
pub struct DoneOut {
    ok: bool,
}

/// A user, as far as the app needs to know.
#[derive(Serialize, ToSchema)]
#[schema(as = SdkUser)]
pub struct UserOut {
    id: String,
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    avatar: Option<String>,
}

impl From<&User> for UserOut {
    fn from(user: &User) -> Self {
        Self {
            id: user.id.0.clone(),
            email: user.email.clone(),
            name: user.name.clone(),
            avatar: user.avatar.clone(),
        }
    }
}

/// Tokens. They are opaque; the app's server introspects them (RFC 7662).
#[derive(Serialize, ToSchema)]
#[schema(as = SdkTokens)]
pub struct TokensOut {
    access_token: String,
    refresh_token: String,
    /// In seconds.
    expires_in: i64,
    /// In seconds since 1970.
    expires_at: i64,
    /// Always `bearer`.
    token_type: &'static str,
}

impl From<&Tokens> for TokensOut {
    fn from(tokens: &Tokens) -> Self {
        Self {
            access_token: tokens.access_token.expose().to_owned(),
            refresh_token: tokens.refresh_token.expose().to_owned(),
            expires_in: tokens.expires_in,
            expires_at: tokens.expires_at.0 / 1000,
            token_type: "bearer",
        }
    }
}

/// A user's session.
#[derive(Serialize, ToSchema)]
#[schema(as = SdkSession)]
pub struct SessionOut {
    #[serde(flatten)]
    tokens: TokensOut,
    user: UserOut,
    /// Whether a password must be set by `password/update`; absent if not.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    password_required: bool,
}

/// The next step for a new account: always a code, whether or not the address is taken.
#[derive(Serialize, ToSchema)]
#[schema(as = SdkSignUp)]
pub struct SignUpOut {
    /// Always `confirmation_required`.
    status: &'static str,
    /// Its id becomes that of the account, if one is created with this token.
    user: UserOut,
    /// To be sent with the code, so that the new account gets the password. It is valid for a day, and
    /// useless without the code.
    signup_token: String,
}

/// The response of a call that returns nothing else.
pub(super) fn done_body() -> Value {
    json!(DoneOut { ok: true })
}

/// The response with a new session.
pub(super) fn session_body(session: &AppSession) -> Value {
    let tokens = (&session.tokens).into();
    let user = (&session.user).into();
    json!(SessionOut { tokens, user, password_required: session.password_required })
}

/// The response to requesting a code, whether or not one is sent.
pub(super) fn confirmation_body(email: &str, requested: &RequestedAccount) -> Value {
    let user =
        UserOut { id: requested.id.0.clone(), email: Some(email.to_owned()), name: None, avatar: None };
    json!(SignUpOut {
        status: "confirmation_required",
        user,
        signup_token: requested.token.expose().to_owned()
    })
}

/// Parses an email address.
pub(super) fn parse_email(typed: &str) -> Result<Identifier> {
    Ok(Identifier::try_parse_as(IdentifierKind::Email, typed)?)
}
