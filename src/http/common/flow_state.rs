//! What an anonymous browser carries from page to page, in one encrypted cookie (actix-session). It names the recovery request and
//! holds what the pages need; nothing in it decides, because an old copy can be sent again. A journey older than a day is empty.

use actix_session::Session;
use serde::{Deserialize, Serialize};

use crate::domain::captcha::CaptchaPass;
use crate::domain::passwords::AcceptedPassword;
use crate::model::ids::{RequestId, UserId};
use crate::model::policy::Violation;
use crate::model::secret::{Rng, Secret, generate_token};
use crate::model::time::Timestamp;

use super::urls::{Flow, PostSignInTarget};

/// The one key in the cookie.
const COOKIE_KEY: &str = "j";
/// Seconds a journey lives.
const TTL_SECONDS: i64 = 24 * 3600;
/// What was typed is carried up to this many bytes: a cookie has 4096.
const MAX_IDENTIFIER_BYTES: usize = 600;

/// Requests of apps that one browser may have under way at once, and their bytes: the oldest is forgotten first.
const MAX_PENDING: usize = 4;
const MAX_PENDING_BYTES: usize = 1000;

/// A request of an app that this browser is on the way with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingAppRequest {
    /// Its id. That it stands in this cookie is what ties it to this browser.
    pub id: String,
    /// The app.
    pub app: String,
    /// Where its answer will go: the origin, or the scheme of an app on a device.
    pub target: String,
}

/// Who was identified, and by which request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentifiedUser {
    /// The request whose grant proved it.
    pub request: RequestId,
    /// The person; none for an account to be.
    pub user: Option<UserId>,
}

/// The state of the anonymous browser.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FlowState {
    since: Timestamp,
    /// The token every form must repeat.
    pub csrf: Secret,
    /// What was typed into an identifier field last.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub identifier: String,
    /// The request this browser waits for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<RequestId>,
    /// What it is for: its grant must not be taken for another journey's, not even to find that it is none.
    #[serde(default)]
    pub flow: Flow,
    /// Whether that was begun without a request so far, by a screen of somebody's own.
    #[serde(default)]
    begun: bool,
    /// Whom the grant was taken for, where that is a step of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identified: Option<IdentifiedUser>,
    /// The new password's hash, judged and waiting for the last step. It is worth nothing without the grant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<AcceptedPassword>,
    /// What today's policy has against the password that proved the request.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub proved_with: Vec<Violation>,
    /// The grant it got.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant: Option<Secret>,
    /// The username that an account is being made with, as written.
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
    /// The application that sent the person here; known when it was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app: Option<String>,
    /// What apps wait for from this browser, newest last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub interactions: Vec<PendingAppRequest>,
    /// Which of them the window of the last form was about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    current: Option<String>,
    /// Where a sign-in leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<PostSignInTarget>,
    /// What today's policy has against the password that signed in here, until the person changed it or went on without.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weaknesses: Vec<Violation>,
    /// That it was shown here that nobody is a machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub human: Option<CaptchaPass>,
    /// Since when somebody without scripts waits in place of that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waits_since: Option<Timestamp>,
    /// What the next page has to tell, once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<Flash>,
}

/// What "this wasn't me" did, beside ending every session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisputeFlash {
    /// An address is as it was before.
    pub is_restored: bool,
    /// The new address is gone, with none in its place.
    pub is_removed: bool,
    /// The password is switched off.
    pub is_frozen: bool,
    /// A recovery was started.
    pub is_sent: bool,
}

/// What just happened, for the page that says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flash {
    /// A reset was completed and ended so many sessions.
    Reset(i64),
    /// "This wasn't me" was carried out.
    Repudiated(DisputeFlash),
    /// The password was changed.
    PasswordChanged,
    /// A session was ended.
    SessionEnded,
    /// All other sessions were ended.
    OthersEnded,
    /// A third-party application learns nothing any more.
    SharingEnded,
    /// Every session was ended, this one too.
    EverywhereEnded,
    /// The person signed out.
    SignedOut,
    /// The session ended while the person was choosing a password.
    SessionOver,
}

impl FlowState {
    /// The journey of this browser, or a new one.
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

    /// Writes it into the cookie of the answer.
    pub fn write(&self, session: &Session) {
        if let Err(error) = session.insert(COOKIE_KEY, self) {
            tracing::error!(%error, "the journey can't be written");
        }
    }

    /// Remembers what was typed, so that nobody types it twice; an absurdly long text is not worth carrying.
    pub fn remember_identifier(&mut self, identifier: &str) {
        if identifier.len() <= MAX_IDENTIFIER_BYTES {
            identifier.trim().clone_into(&mut self.identifier);
        }
    }

    /// An app sent its person here: from now on this is about that app, wherever the person was going before.
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

    /// From now on this is about that request, if it is one of this browser's.
    pub fn select_pending(&mut self, id: &str) {
        if let Some(found) = self.interactions.iter().find(|known| known.id == id) {
            (self.app, self.current) = (Some(found.app.clone()), Some(found.id.clone()));
        }
    }

    /// The request that this is about: the one whose window it is, or else the newest of the app.
    pub fn current_pending(&self) -> Option<&PendingAppRequest> {
        let mut of_app = self.interactions.iter().rev().filter(|known| Some(&known.app) == self.app.as_ref());
        let newest = of_app.clone().next();
        of_app.find(|known| Some(&known.id) == self.current.as_ref()).or(newest)
    }

    /// That request came to its end.
    pub fn remove_pending(&mut self, id: &str) {
        self.interactions.retain(|known| known.id != id);
    }

    /// Nobody is here any more, and nothing is about an app.
    pub fn clear_app(&mut self) {
        (self.app, self.current) = (None, None);
    }

    /// Forgets that the password was weak, and where the person was going before they were told.
    pub fn clear_weak_password(&mut self) {
        self.weaknesses.clear();
        self.after = None;
    }

    /// Forgets the recovery, the sign-up or the code to sign in with; keeps the language, the app and what was typed.
    pub fn clear_recovery(&mut self) {
        (self.request, self.grant, self.link, self.username) = (None, None, None, None);
        (self.begun, self.identified, self.one_time) = (false, None, None);
        self.clear_proof();
    }

    fn clear_proof(&mut self) {
        (self.grant, self.password) = (None, None);
        self.proved_with.clear();
    }

    /// Begins anew, without a request so far.
    pub fn start_flow(&mut self, flow: Flow) {
        self.clear_recovery();
        (self.flow, self.begun) = (flow, true);
    }

    /// What is under way, whoever began it: a page or a screen of somebody's own.
    pub fn active_flow(&self) -> Option<Flow> {
        if self.username.is_some() {
            return Some(Flow::Register);
        }
        (self.begun || self.request.is_some()).then_some(self.flow)
    }

    /// Another request takes the place of the one before, and what that had proved is over. Who was identified stays known, so that
    /// nobody else can be (`session.identity_conflict`).
    pub fn replace_request(&mut self, flow: Flow, request: RequestId, grant: Option<Secret>) {
        self.clear_proof();
        self.username = None;
        (self.flow, self.begun) = (flow, true);
        (self.request, self.grant) = (Some(request), grant);
    }

    /// Waits for the code of this request and of no other.
    pub fn start_waiting(&mut self, flow: Flow, request: RequestId) {
        self.clear_recovery();
        (self.flow, self.request) = (flow, Some(request));
    }

    /// The request this browser waits for in this journey.
    pub fn request_for(&self, flow: Flow) -> Option<RequestId> {
        self.request.clone().filter(|_| self.flow == flow)
    }

    /// The request and its grant, when this journey has got that far.
    pub fn grant_for(&self, flow: Flow) -> Option<(RequestId, Secret)> {
        self.request_for(flow).zip(self.grant.clone())
    }
}
