//! What a caller answers a captcha with, and which actions may ask for one.

use serde::{Deserialize, Serialize};

use crate::audit::event::EventKind;
use crate::settings::captcha::Captcha;
use crate::types::time::Timestamp;

/// An action that a captcha protects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ProtectedAction {
    /// Requesting an account.
    SignUp,
    /// Requesting a new password.
    PasswordReset,
    /// Requesting a sign-in code.
    SignIn,
}

impl ProtectedAction {
    /// The audit event for this action.
    pub(super) const fn audit_kind(self) -> EventKind {
        match self {
            Self::SignUp => EventKind::SignUpInit,
            Self::PasswordReset => EventKind::PasswordResetInit,
            Self::SignIn => EventKind::SignInInit,
        }
    }

    pub(super) const fn is_protected(self, captcha: &Captcha) -> bool {
        match self {
            Self::SignUp => captcha.protect.sign_up,
            Self::PasswordReset => captcha.protect.password_reset,
            Self::SignIn => captcha.protect.passwordless_init,
        }
    }
}

/// What the visitor presents.
#[derive(Clone, Copy, Debug)]
pub enum CaptchaResponse<'a> {
    /// Nothing.
    Missing,
    /// A token of the provider, or a solution.
    Token(&'a str),
    /// The visitor has waited since then.
    Waited(Timestamp),
    /// A pass from earlier in the same interaction.
    Pass(&'a CaptchaPass),
}

impl<'a> CaptchaResponse<'a> {
    /// Wraps a token that may be missing.
    pub fn from_token(token: Option<&'a str>) -> Self {
        token.filter(|token| !token.is_empty()).map_or(Self::Missing, Self::Token)
    }
}

/// Proof that the visitor recently passed a captcha, held by the browser. It is limited to one action, a few
/// uses and some minutes, because a sealed cookie can be replayed and shared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaptchaPass {
    pub(super) id: String,
    #[serde(rename = "deed")]
    pub(super) action: ProtectedAction,
    pub(super) at: Timestamp,
}
