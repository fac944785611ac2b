//! Every address of the pages, in one place. Redirects and links are made from these and nothing a visitor sends: "where to go
//! after signing in" is a closed list, so an open redirect can't be written.

use serde::{Deserialize, Serialize};

use crate::domain::{links, oidc};

pub const ROOT: &str = "/";
pub const SIGN_IN: &str = "/sign-in";
pub const SIGN_OUT: &str = "/sign-out";
pub const RESET_PASSWORD: &str = "/reset-password";
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
pub const WELL_KNOWN_CHANGE: &str = "/.well-known/change-password";
pub const INBOX: &str = "/dev/inbox";
pub const DESIGN: &str = "/design";
pub const DEMO_APP: &str = "/demo-app";
pub const STATIC: &str = "/static/{name}";

pub const REGISTER: &str = "/register";
pub const CONSENT: &str = "/consent";
pub const OIDC: &str = oidc::PATH;
pub const OIDC_AUTH: &str = "/oidc/auth";
pub const OIDC_END: &str = "/oidc/session/end";
pub const OIDC_END_CONFIRM: &str = "/oidc/session/end/confirm";

/// Where a sign-in may lead; remembered in the sealed cookie, never in a URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum After {
    /// The account page.
    Account,
    /// Its password page, which browsers ask for at `/.well-known/change-password`.
    Password,
    /// Back to the app that sent the person here.
    App,
}

impl After {
    /// The address.
    pub const fn path(self) -> &'static str {
        match self {
            // An app's request has an address of its own; without one the account is as far as it goes.
            Self::Account | Self::App => ACCOUNT,
            Self::Password => ACCOUNT_PASSWORD,
        }
    }

    /// The same for somebody who comes from the password's page or leaves it: it is not shown again at once.
    pub const fn past_password(self) -> &'static str {
        match self {
            Self::Account | Self::Password | Self::App => ACCOUNT,
        }
    }
}

/// The sign-in page as the end of a recovery: `first_screen=sign_in`, and the app when there is one (its id was checked).
pub fn sign_in_again(app: Option<&str>) -> String {
    let pairs = [("first_screen", Some("sign_in")), ("app_id", app)];
    with(SIGN_IN, &pairs)
}

/// An address with these parameters, those that there are.
pub fn with(path: &str, pairs: &[(&str, Option<&str>)]) -> String {
    let given = pairs.iter().filter_map(|(name, value)| Some((name, (*value)?)));
    let text = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(given).finish();
    let joint = if path.contains('?') { '&' } else { '?' };
    if text.is_empty() { path.to_owned() } else { format!("{path}{joint}{text}") }
}
