//! Every address of the pages, in one place. Redirects and links are made from these and nothing a visitor sends: "where to go
//! after signing in" is a closed list, so an open redirect can't be written.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::{Deserialize, Serialize};

use crate::domain::captcha::ProtectedAction;
use crate::domain::{links, oidc};
use crate::model::recovery::InteractionEvent;

pub const ROOT: &str = "/";
pub const SIGN_IN: &str = links::SIGN_IN;
pub const SIGN_IN_SEND: &str = "/sign-in/code";
pub const SIGN_IN_CHANGE_ADDRESS: &str = "/sign-in/change-address";
pub const SIGN_IN_CODE: &str = "/sign-in/verification-code";
pub const SIGN_IN_CODE_RESEND: &str = "/sign-in/verification-code/resend";
pub const SIGN_IN_CODE_STATE: &str = "/sign-in/verification-code/state";
pub const SIGN_IN_CODE_CONTINUE: &str = "/sign-in/verification-code/continue";
pub const REGISTER: &str = "/register";
pub const REGISTER_CHANGE_ADDRESS: &str = "/register/change-address";
pub const REGISTER_CODE: &str = "/register/verification-code";
pub const REGISTER_CODE_RESEND: &str = "/register/verification-code/resend";
pub const REGISTER_CODE_STATE: &str = "/register/verification-code/state";
pub const REGISTER_PASSWORD: &str = "/register/password";
pub const REGISTER_PASSWORD_CHECK: &str = "/register/password/check";
pub const SIGN_OUT: &str = "/sign-out";
pub const RESET_PASSWORD: &str = links::RESET;
pub const ONE_TIME: &str = "/reset-password/token";
pub const FORGOT: &str = "/forgot-password";
pub const FORGOT_START: &str = "/forgot-password/start";
pub const CHANGE_ADDRESS: &str = "/forgot-password/change-address";
pub const CODE: &str = "/forgot-password/verification-code";
pub const CODE_RESEND: &str = "/forgot-password/verification-code/resend";
pub const CODE_STATE: &str = "/forgot-password/verification-code/state";
pub const CODE_CONTINUE: &str = "/forgot-password/verification-code/continue";
pub const NEW_PASSWORD: &str = "/forgot-password/reset";
pub const NEW_PASSWORD_CHECK: &str = "/forgot-password/reset/check";
pub const DONE: &str = "/forgot-password/done";
pub const LINK: &str = links::RECOVERY;
pub const LINK_MATCH: &str = "/forgot-password/link/match";
pub const LINK_AGAIN: &str = "/forgot-password/link/again";
pub const NOT_ME: &str = links::NOT_ME;
pub const ACCOUNT: &str = "/account";
pub const ACCOUNT_PASSWORD: &str = "/account/password";
pub const ACCOUNT_PASSWORD_CHECK: &str = "/account/password/check";
pub const END_OTHERS: &str = "/account/sessions/end-others";
pub const END_ALL: &str = "/account/sessions/end-all";
pub const END_ONE: &str = "/account/sessions/{id}/end";
pub const END_SHARING: &str = "/account/apps/{id}/end";
pub const WELL_KNOWN_CHANGE: &str = "/.well-known/change-password";
pub const INBOX: &str = "/dev/inbox";
pub const DESIGN: &str = "/design";
pub const DEMO_APP: &str = "/demo-app";
pub const CAPTCHA_WAIT: &str = "/captcha/wait";
pub const CAPTCHA_CHALLENGE: &str = "/captcha/challenge";
pub const SDK_DEMO: &str = "/dev/sdk";
pub const SDK_FILE: &str = "/sdk/{name:.*}";
pub const SDK: &str = "/api/v1/paywall/";
pub const STATIC: &str = "/static/{name}";
pub const CONSENT: &str = "/consent";
pub const MY_ACCOUNT: &str = "/api/my-account";
pub const VERIFICATIONS: &str = "/api/verifications";
pub const OIDC: &str = oidc::PATH;
pub const OIDC_AUTH: &str = "/oidc/auth";
pub const OIDC_END: &str = "/oidc/session/end";
pub const OIDC_END_CONFIRM: &str = "/oidc/session/end/confirm";

/// The journeys that wait for a code. Each has the same pages below its own first part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flow {
    /// A new password.
    #[default]
    ForgotPassword,
    /// A session.
    SignIn,
    /// A new account.
    Register,
}

impl Flow {
    /// What its requests are for.
    pub const fn event(self) -> InteractionEvent {
        match self {
            Self::ForgotPassword => InteractionEvent::ForgotPassword,
            Self::SignIn => InteractionEvent::SignIn,
            Self::Register => InteractionEvent::Register,
        }
    }

    /// What a captcha stands before.
    pub const fn captcha_action(self) -> ProtectedAction {
        match self {
            Self::ForgotPassword => ProtectedAction::PasswordReset,
            Self::SignIn => ProtectedAction::SignIn,
            Self::Register => ProtectedAction::SignUp,
        }
    }

    /// Where its first form is sent.
    pub const fn form_action(self) -> &'static str {
        match self {
            Self::ForgotPassword => FORGOT,
            Self::SignIn => SIGN_IN_SEND,
            Self::Register => REGISTER,
        }
    }

    /// Where it begins.
    pub const fn start_path(self) -> &'static str {
        match self {
            Self::ForgotPassword => FORGOT,
            Self::SignIn => SIGN_IN,
            Self::Register => REGISTER,
        }
    }

    /// The page that waits for the code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::ForgotPassword => CODE,
            Self::SignIn => SIGN_IN_CODE,
            Self::Register => REGISTER_CODE,
        }
    }

    /// Its button for another message.
    pub const fn resend(self) -> &'static str {
        match self {
            Self::ForgotPassword => CODE_RESEND,
            Self::SignIn => SIGN_IN_CODE_RESEND,
            Self::Register => REGISTER_CODE_RESEND,
        }
    }

    /// Its button for another address.
    pub const fn change_address(self) -> &'static str {
        match self {
            Self::ForgotPassword => CHANGE_ADDRESS,
            Self::SignIn => SIGN_IN_CHANGE_ADDRESS,
            Self::Register => REGISTER_CHANGE_ADDRESS,
        }
    }

    /// The button that goes on where the proof is there already: from another device, or from a screen of somebody's own.
    pub const fn continue_path(self) -> &'static str {
        match self {
            Self::ForgotPassword => CODE_CONTINUE,
            Self::SignIn => SIGN_IN_CODE_CONTINUE,
            Self::Register => REGISTER_PASSWORD,
        }
    }

    /// Where a grant is spent; signing in spends it at once.
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

/// The flow is in the address: one handler serves the same page of all of them.
impl FromRequest for Flow {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::from_path(request.path())))
    }
}

/// Where a sign-in may lead; remembered in the sealed cookie, never in a URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PostSignInTarget {
    /// The account page.
    Account,
    /// Its password page, which browsers ask for at `/.well-known/change-password`.
    Password,
    /// Back to the app that sent the person here.
    App,
}

impl PostSignInTarget {
    /// The address.
    pub const fn path(self) -> &'static str {
        match self {
            // An app's request has an address of its own; without one the account is as far as it goes.
            Self::Account | Self::App => ACCOUNT,
            Self::Password => ACCOUNT_PASSWORD,
        }
    }

    /// The same for somebody who comes from the password's page or leaves it: it is not shown again at once.
    pub const fn path_after_password(self) -> &'static str {
        match self {
            Self::Account | Self::Password | Self::App => ACCOUNT,
        }
    }
}

/// The sign-in page as the end of a recovery: `first_screen=sign_in`, and the app when there is one (its id was checked).
pub fn sign_in_url(app: Option<&str>) -> String {
    let pairs = [("first_screen", Some("sign_in")), ("app_id", app)];
    with_query(SIGN_IN, &pairs)
}

/// An address with these parameters, those that there are.
pub fn with_query(path: &str, pairs: &[(&str, Option<&str>)]) -> String {
    let given = pairs.iter().filter_map(|(name, value)| Some((name, (*value)?)));
    let text = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(given).finish();
    let joint = if path.contains('?') { '&' } else { '?' };
    if text.is_empty() { path.to_owned() } else { format!("{path}{joint}{text}") }
}
/// GraphQL.
pub const GRAPHQL: &str = "/graphql";
/// GraphQL, where clients of the Contember Tenant API look for it.
pub const TENANT: &str = "/tenant";
