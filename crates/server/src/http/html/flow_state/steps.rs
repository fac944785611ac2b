//! Which flow a browser is in, the identifier that was entered, and the request and grant that it has there.

use serde::{Deserialize, Serialize};

use crate::http::html::flow_state::FlowState;
use crate::http::routes::urls::Flow;
use rekey_core::types::ids::{RequestId, UserId};
use rekey_core::types::secret::Secret;

/// An identifier is kept up to this many bytes: a cookie has 4096.
const MAX_IDENTIFIER_BYTES: usize = 600;

/// The identified user and the recovery request that identified them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentifiedUser {
    /// The request whose grant proved it.
    pub request: RequestId,
    /// The user; `None` for an account that is being created.
    pub user: Option<UserId>,
}

impl FlowState {
    /// Remembers the identifier so that it need not be entered twice, unless it is too long.
    pub fn remember_identifier(&mut self, identifier: &str) {
        if identifier.len() <= MAX_IDENTIFIER_BYTES {
            identifier.trim().clone_into(&mut self.identifier);
        }
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
