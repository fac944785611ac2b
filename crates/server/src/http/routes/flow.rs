//! The flows of the pages, and where each of their steps is.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::{Deserialize, Serialize};

use crate::http::routes::urls::{
    CHANGE_ADDRESS, CODE, CODE_CONTINUE, CODE_RESEND, FORGOT, NEW_PASSWORD, REGISTER,
    REGISTER_CHANGE_ADDRESS, REGISTER_CODE, REGISTER_CODE_RESEND, REGISTER_PASSWORD, SIGN_IN,
    SIGN_IN_CHANGE_ADDRESS, SIGN_IN_CODE, SIGN_IN_CODE_CONTINUE, SIGN_IN_CODE_RESEND, SIGN_IN_SEND,
};
use rekey_core::captcha::ProtectedAction;
use rekey_core::types::purpose::{InteractionEvent, Purpose};

/// The flows that wait for a code. Each has the same pages below its own path prefix.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flow {
    /// Password reset.
    #[default]
    ForgotPassword,
    /// Sign-in.
    SignIn,
    /// Sign-up.
    Register,
}

impl Flow {
    /// Its name in webhooks and one-time tokens.
    pub const fn event(self) -> InteractionEvent {
        match self {
            Self::ForgotPassword => InteractionEvent::ForgotPassword,
            Self::SignIn => InteractionEvent::SignIn,
            Self::Register => InteractionEvent::Register,
        }
    }

    /// The purpose of its requests.
    pub const fn purpose(self) -> Purpose {
        self.event().purpose()
    }

    /// The action that a captcha protects.
    pub const fn captcha_action(self) -> ProtectedAction {
        match self {
            Self::ForgotPassword => ProtectedAction::PasswordReset,
            Self::SignIn => ProtectedAction::SignIn,
            Self::Register => ProtectedAction::SignUp,
        }
    }

    /// The path that its first form is sent to.
    pub const fn form_action(self) -> &'static str {
        match self {
            Self::ForgotPassword => FORGOT,
            Self::SignIn => SIGN_IN_SEND,
            Self::Register => REGISTER,
        }
    }

    /// The path of its first page.
    pub const fn start_path(self) -> &'static str {
        match self {
            Self::ForgotPassword => FORGOT,
            Self::SignIn => SIGN_IN,
            Self::Register => REGISTER,
        }
    }

    /// The path of the page that waits for the code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::ForgotPassword => CODE,
            Self::SignIn => SIGN_IN_CODE,
            Self::Register => REGISTER_CODE,
        }
    }

    /// The path of its button that sends another message.
    pub const fn resend(self) -> &'static str {
        match self {
            Self::ForgotPassword => CODE_RESEND,
            Self::SignIn => SIGN_IN_CODE_RESEND,
            Self::Register => REGISTER_CODE_RESEND,
        }
    }

    /// The path of its button that changes the address.
    pub const fn change_address(self) -> &'static str {
        match self {
            Self::ForgotPassword => CHANGE_ADDRESS,
            Self::SignIn => SIGN_IN_CHANGE_ADDRESS,
            Self::Register => REGISTER_CHANGE_ADDRESS,
        }
    }

    /// The path of the button that continues if the proof already exists, from another device or from a
    /// custom screen.
    pub const fn continue_path(self) -> &'static str {
        match self {
            Self::ForgotPassword => CODE_CONTINUE,
            Self::SignIn => SIGN_IN_CODE_CONTINUE,
            Self::Register => REGISTER_PASSWORD,
        }
    }

    /// The path of the step that spends the grant; sign-in spends it at once.
    pub const fn next_path(self) -> &'static str {
        match self {
            Self::ForgotPassword => NEW_PASSWORD,
            Self::SignIn => SIGN_IN,
            Self::Register => REGISTER_PASSWORD,
        }
    }

    fn from_path(path: &str) -> Self {
        match path {
            _ if path.starts_with(SIGN_IN) => Self::SignIn,
            _ if path.starts_with(REGISTER) => Self::Register,
            _ => Self::ForgotPassword,
        }
    }
}

/// The flow is read from the path, so that one handler serves the same page of every flow.
impl FromRequest for Flow {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::from_path(request.path())))
    }
}
