//! What a verification is for: the purpose of a request, and the interactions that webhooks and the
//! Experience API name.

use serde::{Deserialize, Serialize};

/// The purpose of a request. What it proves allows that and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Purpose {
    /// Setting a new password.
    Reset,
    /// Signing in.
    SignIn,
    /// Creating an account.
    SignUp,
    /// Changes by a signed-in user that need a recent proof of identity.
    Reauthenticate,
    /// Putting a new address on the account of a signed-in user.
    NewAddress,
    /// An address that an operator's own program verifies for itself.
    External,
}

impl Purpose {
    /// The name in the store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reset => "reset",
            Self::SignIn => "sign_in",
            Self::SignUp => "sign_up",
            Self::Reauthenticate => "reauthenticate",
            Self::NewAddress => "new_address",
            Self::External => "external",
        }
    }

    /// The journey that it belongs to in webhooks and the Experience API; none for the others.
    pub const fn event(self) -> Option<InteractionEvent> {
        match self {
            Self::Reset => Some(InteractionEvent::ForgotPassword),
            Self::SignIn => Some(InteractionEvent::SignIn),
            Self::SignUp => Some(InteractionEvent::Register),
            Self::Reauthenticate | Self::NewAddress | Self::External => None,
        }
    }
}

/// The purpose of an interaction.
// Named as in webhooks, one-time tokens and the Experience API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum InteractionEvent {
    /// Setting a new password.
    ForgotPassword,
    /// Signing in.
    SignIn,
    /// Creating an account.
    Register,
}

impl InteractionEvent {
    /// The name in APIs.
    pub const fn api_name(self) -> &'static str {
        match self {
            Self::ForgotPassword => "ForgotPassword",
            Self::SignIn => "SignIn",
            Self::Register => "Register",
        }
    }

    /// The name in the store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ForgotPassword => "forgot_password",
            Self::SignIn => "sign_in",
            Self::Register => "register",
        }
    }

    /// The purpose of the requests of this journey.
    pub const fn purpose(self) -> Purpose {
        match self {
            Self::ForgotPassword => Purpose::Reset,
            Self::SignIn => Purpose::SignIn,
            Self::Register => Purpose::SignUp,
        }
    }
}
