//! The state of an anonymous browser between pages, in one encrypted cookie (actix-session). It names the
//! recovery request and holds what the pages need. Nothing in it decides, because an old copy can be
//! replayed; a state older than a day counts as empty.

use actix_session::Session;
use serde::{Deserialize, Serialize};

use crate::core::captcha::CaptchaPass;
use crate::core::passwords::AcceptedPassword;
use crate::core::types::error::violation::Violation;
use crate::core::types::ids::{RequestId, UserId};
use crate::core::types::secret::{Rng, Secret, generate_token};
use crate::core::types::time::Timestamp;

use crate::http::routes::urls::{Flow, PostSignInTarget};

/// The only key in the cookie.
const COOKIE_KEY: &str = "j";
/// Seconds until the state expires.
const TTL_SECONDS: i64 = 24 * 3600;
/// An identifier is kept up to this many bytes: a cookie has 4096.
const MAX_IDENTIFIER_BYTES: usize = 600;

/// The most application requests one browser may have pending; the oldest is dropped first.
const MAX_PENDING: usize = 4;
const MAX_PENDING_BYTES: usize = 1000;

/// A pending request of an application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingAppRequest {
    /// Its id. That it is in this cookie binds it to this browser.
    pub id: String,
    /// The application.
    pub app: String,
    /// Where its response will go: the origin, or the scheme of an app on a device.
    pub target: String,
}

/// The identified user and the recovery request that identified them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentifiedUser {
    /// The request whose grant proved it.
    pub request: RequestId,
    /// The user; `None` for an account that is being created.
    pub user: Option<UserId>,
}

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
    pub told: Option<Flash>,
}

/// What "this wasn't me" did, besides ending every session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisputeFlash {
    /// The previous address was restored.
    pub is_restored: bool,
    /// The new address was removed without a replacement.
    pub is_removed: bool,
    /// The password was disabled.
    pub is_frozen: bool,
    /// A recovery was started.
    pub is_sent: bool,
}

/// The result of the last action, for the next page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flash {
    /// A reset was completed and ended this many sessions.
    Reset(i64),
    /// "This wasn't me" was carried out.
    #[serde(rename = "repudiated")]
    Disputed(DisputeFlash),
    /// The password was changed.
    PasswordChanged,
    /// A session was ended.
    SessionEnded,
    /// All other sessions were ended.
    OthersEnded,
    /// A third-party application no longer receives data.
    SharingEnded,
    /// Every session was ended, including this one.
    EverywhereEnded,
    /// The user signed out.
    SignedOut,
    /// The session ended while the user was choosing a password.
    SessionOver,
}

impl FlowState {
    /// Reads the flow state of this browser, or creates a new one.
    pub fn read(session: &Session, now: Timestamp, chance: &dyn Rng) -> (Self, bool) {
        let kept = session
            .get::<Self>(COOKIE_KEY)
            .ok()
            .flatten()
            .filter(|journey| journey.since.plus_seconds(TTL_SECONDS) > now);
        match kept {
            Some(journey) => (journey, false),
            None => (Self::new(now, chance), true),
        }
    }

    fn new(now: Timestamp, chance: &dyn Rng) -> Self {
        Self {
            since: now,
            csrf: generate_token(chance),
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
            told: None,
        }
    }

    /// Writes the flow state into the response's cookie.
    pub fn write(&self, session: &Session) {
        if let Err(error) = session.insert(COOKIE_KEY, self) {
            tracing::error!(%error, "the flow state can't be written to its cookie");
        }
    }

    /// Remembers the identifier so that it need not be entered twice, unless it is too long.
    pub fn remember_identifier(&mut self, identifier: &str) {
        if identifier.len() <= MAX_IDENTIFIER_BYTES {
            identifier.trim().clone_into(&mut self.identifier);
        }
    }

    /// Adds a request of an application, which becomes the current one; any other destination after sign-in
    /// is dropped.
    pub fn add_pending(&mut self, interaction: PendingAppRequest) {
        self.interactions.push(interaction);
        while self.interactions.len() > 1 && self.is_crowded() {
            self.interactions.remove(0);
        }
        self.after = None;
        let newest = self.interactions.last().map(|newest| newest.id.clone());
        self.select_pending(newest.as_deref().unwrap_or_default());
    }

    fn is_crowded(&self) -> bool {
        let bytes =
            self.interactions.iter().map(|known| known.id.len() + known.app.len() + known.target.len());
        self.interactions.len() > MAX_PENDING || bytes.sum::<usize>() > MAX_PENDING_BYTES
    }

    /// Makes this request the current one, if it belongs to this browser.
    pub fn select_pending(&mut self, id: &str) {
        if let Some(found) = self.interactions.iter().find(|known| known.id == id) {
            (self.app, self.current) = (Some(found.app.clone()), Some(found.id.clone()));
        }
    }

    /// The current request: the one selected by the form, or else the newest of the application.
    pub fn current_pending(&self) -> Option<&PendingAppRequest> {
        let mut of_app = self.interactions.iter().rev().filter(|known| Some(&known.app) == self.app.as_ref());
        let newest = of_app.clone().next();
        of_app.find(|known| Some(&known.id) == self.current.as_ref()).or(newest)
    }

    /// Removes a finished request.
    pub fn remove_pending(&mut self, id: &str) {
        self.interactions.retain(|known| known.id != id);
    }

    /// Removes every reference to an application, after signing out.
    pub fn clear_app(&mut self) {
        (self.app, self.current) = (None, None);
    }

    /// Forgets that the password was weak, and the destination after the warning.
    pub fn clear_weak_password(&mut self) {
        self.weaknesses.clear();
        self.after = None;
    }

    /// Clears the recovery, sign-up or sign-in by code; keeps the language, the application and the
    /// identifier.
    pub fn clear_recovery(&mut self) {
        (self.request, self.grant, self.link, self.username) = (None, None, None, None);
        (self.begun, self.identified, self.one_time) = (false, None, None);
        self.clear_proof();
    }

    fn clear_proof(&mut self) {
        (self.grant, self.password) = (None, None);
        self.proved_with.clear();
    }

    /// Starts a flow that has no request yet.
    pub fn start_flow(&mut self, flow: Flow) {
        self.clear_recovery();
        (self.flow, self.begun) = (flow, true);
    }

    /// The active flow, started by a page or by a custom screen.
    pub fn active_flow(&self) -> Option<Flow> {
        if self.username.is_some() {
            return Some(Flow::Register);
        }
        (self.begun || self.request.is_some()).then_some(self.flow)
    }

    /// Replaces the request and drops what the earlier one proved. The identified user stays, so that the
    /// flow cannot continue for another one (`session.identity_conflict`).
    pub fn replace_request(&mut self, flow: Flow, request: RequestId, grant: Option<Secret>) {
        self.clear_proof();
        self.username = None;
        (self.flow, self.begun) = (flow, true);
        (self.request, self.grant) = (Some(request), grant);
    }

    /// Waits for the code of this request.
    pub fn start_waiting(&mut self, flow: Flow, request: RequestId) {
        self.clear_recovery();
        (self.flow, self.request) = (flow, Some(request));
    }

    /// The request that this browser waits for in this flow.
    pub fn request_for(&self, flow: Flow) -> Option<RequestId> {
        self.request.clone().filter(|_| self.flow == flow)
    }

    /// The request and its grant, if this flow has one.
    pub fn grant_for(&self, flow: Flow) -> Option<(RequestId, Secret)> {
        self.request_for(flow).zip(self.grant.clone())
    }
}
