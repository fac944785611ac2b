//! The state of an anonymous browser between pages, in one encrypted cookie (actix-session). It names the
//! recovery request and holds what the pages need. Nothing in it decides, because an old copy can be
//! replayed; a state older than a day counts as empty.

mod flash;
mod pending;
mod steps;

use actix_session::Session;
use serde::{Deserialize, Serialize};

use rekey_core::captcha::CaptchaPass;
use rekey_core::passwords::AcceptedPassword;
use rekey_core::types::error::violation::Violation;
use rekey_core::types::ids::RequestId;
use rekey_core::types::secret::{Rng, Secret, generate_token};
use rekey_core::types::time::Timestamp;

pub use crate::http::html::flow_state::flash::{DisputeFlash, Flash, NOTICES};
pub use crate::http::html::flow_state::pending::PendingAppRequest;
pub use crate::http::html::flow_state::steps::IdentifiedUser;
use crate::http::routes::urls::{Flow, PostSignInTarget};

/// The only key in the cookie.
const COOKIE_KEY: &str = "j";
/// Seconds until the state expires.
const TTL_SECONDS: i64 = 24 * 3600;

/// The state of the anonymous browser.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FlowState {
    since: Timestamp,
    /// The CSRF token that every form must repeat.
    pub csrf: Secret,
    /// The identifier that was entered last.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub identifier: String,
    /// The request that this browser waits for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<RequestId>,
    /// The flow of that request: its grant must not be accepted in another flow.
    #[serde(default)]
    pub flow: Flow,
    /// Whether the flow was started by a custom screen and has no request yet.
    #[serde(default)]
    begun: bool,
    /// The user that the grant was redeemed for, where that is a separate step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identified: Option<IdentifiedUser>,
    /// The hash of the new password, checked and waiting for the last step. It is worth nothing without the
    /// grant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<AcceptedPassword>,
    /// The current policy's violations of the password that proved the request.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub proved_with: Vec<Violation>,
    /// The grant of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant: Option<Secret>,
    /// The username of the account that is being created, as entered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The token of a recovery link that was opened here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<Secret>,
    /// A one-time token that was opened here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub one_time: Option<Secret>,
    /// The token of a "this wasn't me" link that was opened here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_me: Option<Secret>,
    /// The language that `ui_locales` asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// The application that sent the user here; it was verified when this was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app: Option<String>,
    /// The pending requests of applications, newest last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub interactions: Vec<PendingAppRequest>,
    /// The request that the last submitted form was about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    current: Option<String>,
    /// Where to go after sign-in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<PostSignInTarget>,
    /// The current policy's violations of the password that signed in here, until the user changes it or
    /// skips that.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weaknesses: Vec<Violation>,
    /// The passed captcha.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub human: Option<CaptchaPass>,
    /// When a browser without scripts began to wait instead of solving a captcha.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waits_since: Option<Timestamp>,
    /// The message to show once on the next page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(rename = "told")]
    pub flash: Option<Flash>,
}

impl FlowState {
    /// Reads the flow state of this browser, or creates a new one.
    pub fn read(session: &Session, now: Timestamp, rng: &dyn Rng) -> (Self, bool) {
        let kept = session
            .get::<Self>(COOKIE_KEY)
            .ok()
            .flatten()
            .filter(|flow_state| flow_state.since.plus_seconds(TTL_SECONDS) > now);
        match kept {
            Some(flow_state) => (flow_state, false),
            None => (Self::new(now, rng), true),
        }
    }

    fn new(now: Timestamp, rng: &dyn Rng) -> Self {
        Self {
            since: now,
            csrf: generate_token(rng),
            identifier: String::new(),
            request: None,
            flow: Flow::default(),
            begun: false,
            identified: None,
            password: None,
            proved_with: Vec::new(),
            grant: None,
            username: None,
            link: None,
            one_time: None,
            not_me: None,
            lang: None,
            app: None,
            interactions: Vec::new(),
            current: None,
            after: None,
            weaknesses: Vec::new(),
            human: None,
            waits_since: None,
            flash: None,
        }
    }

    /// About how many bytes the cookie needs: encrypted, in base64, with its name and attributes.
    pub fn cookie_bytes(&self) -> usize {
        let text = serde_json::to_string(self).unwrap_or_default();
        (text.len() + 60) * 4 / 3 + 120
    }

    /// Writes the flow state into the response's cookie.
    pub fn write(&self, session: &Session) {
        if let Err(error) = session.insert(COOKIE_KEY, self) {
            tracing::error!(%error, "the flow state can't be written to its cookie");
        }
    }
}
