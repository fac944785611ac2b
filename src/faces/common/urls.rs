//! Every address of the pages, in one place. Redirects and links are made from these and nothing a visitor sends: "where to go
//! after signing in" is a closed list, so an open redirect can't be written.

use serde::{Deserialize, Serialize};

use crate::domain::links;

pub const ROOT: &str = "/";
pub const SIGN_IN: &str = "/sign-in";
pub const SIGN_OUT: &str = "/sign-out";
pub const RESET_PASSWORD: &str = "/reset-password";
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
pub const WELL_KNOWN_CHANGE: &str = "/.well-known/change-password";
pub const INBOX: &str = "/dev/inbox";
pub const DESIGN: &str = "/design";
pub const DEMO_APP: &str = "/demo-app";
pub const STATIC: &str = "/static/{name}";

/// Where a sign-in may lead; remembered in the sealed cookie, never in a URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum After {
    /// The account page.
    Account,
    /// Its password page, which browsers ask for at `/.well-known/change-password`.
    Password,
}

impl After {
    /// The address.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Account => ACCOUNT,
            Self::Password => ACCOUNT_PASSWORD,
        }
    }

    /// The same for somebody who comes from the password's page or leaves it: it is not shown again at once.
    pub const fn past_password(self) -> &'static str {
        match self {
            Self::Account | Self::Password => ACCOUNT,
        }
    }
}

/// The sign-in page as the end of a recovery: `first_screen=sign_in`, and the app when there is one (its id was checked).
pub fn sign_in_again(app: Option<&str>) -> String {
    let app = app.map(|id| {
        format!("&app_id={}", url::form_urlencoded::byte_serialize(id.as_bytes()).collect::<String>())
    });
    format!("{SIGN_IN}?first_screen=sign_in{}", app.unwrap_or_default())
}
