//! What recovery is, written down a second time and as simply as possible: lists instead of tables, no
//! transactions, no digests. `step_order` walks the program and this side by side. It knows nothing of how
//! the program does it.

use crate::support::browser::Jar;

/// Wrong codes that a request takes.
const TRIES: u32 = 10;
/// Seconds that a code, a link and a grant live.
const CODE_LIFE: i64 = 600;
const LINK_LIFE: i64 = 1800;
const GRANT_LIFE: i64 = 600;
/// Seconds between two messages of one request.
const WAITS: [i64; 4] = [30, 60, 120, 300];

/// Where a request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Open,
    Exhausted,
    Verified,
    Ended,
}

/// The right to set one password: a number that nobody else has, and its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Grant(pub usize, i64);

/// One message.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub code: String,
    pub link: String,
    sent: i64,
    /// Later ones have more.
    order: usize,
    /// Used, or removed by a new password.
    is_over: bool,
}

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub user: usize,
    pub state: State,
    pub messages: Vec<Message>,
    tries: u32,
    sends: usize,
    resend_at: i64,
    grant: Option<Grant>,
    /// Until when the window that waits may collect its grant.
    waiting: Option<i64>,
}

impl Request {
    /// Whether it was neither given up nor proved; its tries may be used up.
    const fn is_open(&self) -> bool {
        matches!(self.state, State::Open | State::Exhausted)
    }
}

/// What a browser holds: indexes into the lists of the world, and the link's text.
#[derive(Clone, Debug, Default)]
pub(crate) struct BrowserState {
    pub request: Option<usize>,
    pub grant: Option<usize>,
    pub link: Option<String>,
}

/// A browser's cookies at some moment, and what they mean.
#[derive(Clone)]
pub(crate) struct SavedBrowser {
    pub state: BrowserState,
    pub cookies: (Jar, String),
}

/// Where a step leads: the answer's address, or a page that says no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Destination {
    Ask,
    Code,
    Link,
    Reset,
    Done,
    Nowhere,
}

/// Everything there is.
#[derive(Default)]
pub(crate) struct World {
    pub now: i64,
    pub requests: Vec<Request>,
    grants: usize,
    order: usize,
    /// Whether somebody has an account.
    pub exists: Vec<bool>,
}

impl BrowserState {
    /// Where a button of a link leads that this browser does not hold any more.
    const fn onward(&self) -> Destination {
        match self.request {
            Some(_) => Destination::Code,
            None => Destination::Ask,
        }
    }
}

impl World {
    /// In which these people have an account.
    pub(crate) fn of(exists: &[bool]) -> Self {
        Self { exists: exists.to_vec(), ..Self::default() }
    }

    /// Asks for somebody. `message` is what arrived.
    pub(crate) fn request_reset(
        &mut self,
        state: &mut BrowserState,
        user: usize,
        message: Option<(String, String)>,
    ) -> Destination {
        let resend_at = self.now + WAITS[0];
        let mut request = Request {
            user,
            state: State::Open,
            messages: Vec::new(),
            tries: 0,
            sends: 1,
            resend_at,
            grant: None,
            waiting: None,
        };
        request.messages.extend(self.add_message(message));
        self.requests.push(request);
        *state = BrowserState { request: Some(self.requests.len() - 1), ..BrowserState::default() };
        Destination::Code
    }

    fn add_message(&mut self, message: Option<(String, String)>) -> Option<Message> {
        self.order += 1;
        message.map(|(code, link)| Message { code, link, sent: self.now, order: self.order, is_over: false })
    }

    /// The newest message to somebody, whichever request had it sent: its request, and its place there.
    fn newest(&self, user: usize) -> Option<(usize, usize)> {
        let theirs = self.requests.iter().enumerate().filter(|(_, request)| request.user == user);
        let messages = theirs.flat_map(|(at, request)| {
            request.messages.iter().enumerate().map(move |(nth, message)| (message.order, (at, nth)))
        });
        messages.max().map(|(_, place)| place)
    }

    /// The code of that message.
    pub(crate) fn newest_code(&self, user: usize) -> Option<&str> {
        self.newest(user).map(|(at, nth)| self.requests[at].messages[nth].code.as_str())
    }

    /// Whether asking this browser's request for another message sends one.
    pub(crate) fn may_resend(&self, state: &BrowserState) -> bool {
        state.request.is_some_and(|at| {
            let request = &self.requests[at];
            request.state != State::Open || request.resend_at <= self.now
        })
    }

    /// Another message. `message` is what arrived.
    pub(crate) fn resend(
        &mut self,
        state: &mut BrowserState,
        message: Option<(String, String)>,
    ) -> Destination {
        let Some(at) = state.request else { return Destination::Ask };
        let user = self.requests[at].user;
        if self.requests[at].state != State::Open {
            return self.request_reset(state, user, message);
        }
        if self.requests[at].resend_at > self.now {
            return Destination::Nowhere;
        }
        let (message, now) = (self.add_message(message), self.now);
        let request = &mut self.requests[at];
        request.messages.extend(message);
        request.resend_at = now + WAITS[request.sends.min(WAITS.len() - 1)];
        request.sends += 1;
        *state = BrowserState { request: Some(at), ..BrowserState::default() };
        Destination::Code
    }

    /// Types a code.
    pub(crate) fn code(&mut self, state: &mut BrowserState, typed: &str) -> Destination {
        let Some(at) = state.request else { return Destination::Ask };
        let grant = self.new_grant();
        let (now, user) = (self.now, self.requests[at].user);
        if self.requests[at].state != State::Open {
            return if self.resettable_request(state).is_some() {
                Destination::Reset
            } else {
                Destination::Nowhere
            };
        }
        self.requests[at].tries += 1;
        let newest = self.newest(user).filter(|(at, nth)| {
            let message = &self.requests[*at].messages[*nth];
            message.code == typed && message.sent + CODE_LIFE > now && !message.is_over
        });
        if let Some((of, nth)) = newest.filter(|_| self.exists[user]) {
            self.requests[of].messages[nth].is_over = true;
            (self.requests[at].state, self.requests[at].grant) = (State::Verified, Some(grant));
            state.grant = Some(grant.0);
            return Destination::Reset;
        }
        let request = &mut self.requests[at];
        if request.tries >= TRIES {
            request.state = State::Exhausted;
        }
        Destination::Nowhere
    }

    fn new_grant(&mut self) -> Grant {
        self.grants += 1;
        Grant(self.grants, self.now + GRANT_LIFE)
    }

    /// The message of a link that works now: its request, whatever became of it, and its place there.
    fn followable(&self, link: &str) -> Option<(usize, usize)> {
        let has = |request: &Request| request.messages.iter().any(|message| message.link == link);
        let user = self.requests.iter().find(|request| has(request))?.user;
        self.newest(user).filter(|(at, nth)| {
            let message = &self.requests[*at].messages[*nth];
            message.link == link && message.sent + LINK_LIFE > self.now && !message.is_over
        })
    }

    /// Presses the button of the link's page: a request of its own is proved, and the one that waits hears
    /// nothing of it.
    pub(crate) fn follow(&mut self, state: &mut BrowserState) -> Destination {
        let Some(link) = state.link.clone() else {
            return state.onward();
        };
        let Some((at, nth)) = self.followable(&link) else {
            return Destination::Nowhere;
        };
        let grant = self.new_grant();
        self.requests[at].messages[nth].is_over = true;
        let waits = &self.requests[at];
        let own = Request {
            state: State::Verified,
            grant: Some(grant),
            messages: Vec::new(),
            waiting: None,
            ..waits.clone()
        };
        self.requests.push(own);
        *state = BrowserState { request: Some(self.requests.len() - 1), grant: Some(grant.0), link: None };
        Destination::Reset
    }

    /// Types the waiting window's number on the link's page.
    pub(crate) fn number(&mut self, state: &BrowserState, right: bool) -> Destination {
        let Some(link) = state.link.as_ref() else {
            return state.onward();
        };
        let Some((at, nth)) = self.followable(link) else {
            return Destination::Nowhere;
        };
        let until = self.now + GRANT_LIFE;
        let request = &mut self.requests[at];
        if request.state != State::Open {
            return Destination::Nowhere;
        }
        request.tries += 1;
        if right {
            request.messages[nth].is_over = true;
            (request.state, request.waiting) = (State::Verified, Some(until));
            return Destination::Link;
        }
        if request.tries >= TRIES {
            request.state = State::Exhausted;
        }
        Destination::Nowhere
    }

    /// The waiting window goes on.
    pub(crate) fn proceed(&mut self, state: &mut BrowserState) -> Destination {
        let Some(at) = state.request else { return Destination::Ask };
        let (grant, now) = (self.new_grant(), self.now);
        let request = &mut self.requests[at];
        let may = request.state == State::Verified && request.waiting.is_some_and(|until| until > now);
        if !may {
            return Destination::Code;
        }
        (request.waiting, request.grant) = (None, Some(grant));
        state.grant = Some(grant.0);
        Destination::Reset
    }

    /// The request whose password this browser may set now: verified, its own grant, in time, somebody's.
    pub(crate) fn resettable_request(&self, state: &BrowserState) -> Option<usize> {
        let at = state.request?;
        let request = &self.requests[at];
        let own = request.grant.filter(|grant| Some(grant.0) == state.grant && grant.1 > self.now);
        (request.state == State::Verified && own.is_some() && self.exists[request.user]).then_some(at)
    }

    /// Sets a password; tells whose, when it is set.
    pub(crate) fn reset(&mut self, state: &mut BrowserState, is_good: bool) -> (Destination, Option<usize>) {
        if state.request.is_none() || state.grant.is_none() {
            return (Destination::Ask, None);
        }
        let Some(at) = self.resettable_request(state) else {
            state.grant = None;
            return (Destination::Code, None);
        };
        if !is_good {
            return (Destination::Nowhere, None);
        }
        let user = self.requests[at].user;
        let theirs = self.requests.iter_mut().filter(|request| request.user == user);
        for request in theirs {
            if request.state == State::Verified {
                request.state = State::Ended;
            }
            request.messages.iter_mut().for_each(|message| message.is_over = true);
        }
        *state = BrowserState::default();
        (Destination::Done, Some(user))
    }

    /// Gives the request up: the address was the wrong one.
    pub(crate) fn cancel(&mut self, state: &mut BrowserState) -> Destination {
        if let Some(request) =
            state.request.map(|at| &mut self.requests[at]).filter(|request| request.is_open())
        {
            request.state = State::Ended;
        }
        *state = BrowserState::default();
        Destination::Ask
    }
}
