//! Every URL of the pages. Redirects and links are made from these and never from client input: the target
//! after sign-in is one of a closed list, so that an open redirect is impossible.

pub use crate::http::routes::flow::Flow;
use rekey_core::messages::links;
use rekey_core::oidc;
use rekey_core::oidc::first_screen::FirstScreen;
use serde::{Deserialize, Serialize};

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

/// A target after sign-in; remembered in the encrypted cookie, never in a URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PostSignInTarget {
    /// The account page.
    Account,
    /// The password page, which browsers request at `/.well-known/change-password`.
    Password,
    /// Back to the application that sent the user here.
    App,
}

impl PostSignInTarget {
    /// The path.
    pub const fn path(self) -> &'static str {
        match self {
            // A pending request of an application has its own URL; without one the account page is the
            // target.
            Self::Account | Self::App => ACCOUNT,
            Self::Password => ACCOUNT_PASSWORD,
        }
    }

    /// The path for a user who comes from the password page or leaves it, which is not shown again at once.
    pub const fn path_after_password(self) -> &'static str {
        match self {
            Self::Account | Self::Password | Self::App => ACCOUNT,
        }
    }
}

/// The page of a first screen.
pub const fn first_page(screen: FirstScreen) -> &'static str {
    match screen {
        FirstScreen::SignIn => SIGN_IN,
        FirstScreen::Register => REGISTER,
        FirstScreen::ResetPassword => RESET_PASSWORD,
    }
}

/// The sign-in page after a recovery: `first_screen=sign_in`, and the application if there is one (its id was
/// checked).
pub fn sign_in_url(app: Option<&str>) -> String {
    let pairs = [("first_screen", Some(FirstScreen::SignIn.name())), ("app_id", app)];
    with_query(SIGN_IN, &pairs)
}

/// Whether browsers open this endpoint of OpenID Connect, so that people read its errors.
pub fn is_opened_by_browsers(path: &str) -> bool {
    [OIDC_AUTH, OIDC_END].contains(&path)
}

/// Whether a URL of this site holds a token, in its path or its query.
pub fn holds_token(path: &str, query: &str) -> bool {
    let is_below = |start: &str| path.strip_prefix(start).is_some_and(|rest| rest.starts_with('/'));
    let is_token = |name: &str| ["one_time_token", "token", "code"].contains(&name);
    is_below(LINK)
        || is_below(NOT_ME)
        || url::form_urlencoded::parse(query.as_bytes()).any(|(name, _)| is_token(&name))
}

/// The path with those of these parameters that have a value.
pub fn with_query(path: &str, pairs: &[(&str, Option<&str>)]) -> String {
    let given = pairs.iter().filter_map(|(name, value)| Some((name, (*value)?)));
    let text = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(given).finish();
    let joint = if path.contains('?') { '&' } else { '?' };
    if text.is_empty() { path.to_owned() } else { format!("{path}{joint}{text}") }
}

/// The GraphQL API.
pub const GRAPHQL: &str = "/graphql";
/// The GraphQL API at the path that clients of the Contember Tenant API use.
pub const TENANT: &str = "/tenant";
