//! The progress of an interaction and the possible next steps. It is read from the encrypted cookie and
//! checked against the database, so it is the same whether a page or a custom screen did the previous step.

use serde_json::{Value, json};

use crate::http::experience_api::extractor::ExperienceRequest;
use crate::http::html::flow_state::FlowState;
use crate::http::routes::urls::Flow;
use rekey_core::sign_up::requires_password;
use rekey_core::types::error::Result;
use rekey_core::types::ids::RequestId;
use rekey_core::verification::status::{self, RequestStage, RequestStatus};

const SEND: &str = "POST /api/experience/verification/verification-code";
const CHECK: &str = "POST /api/experience/verification/verification-code/verify";
const PASSWORD: &str = "POST /api/experience/verification/password";
const TOKEN: &str = "POST /api/experience/verification/one-time-token/verify";
const IDENTIFY: &str = "POST /api/experience/identification";
const NEW_PASSWORD: &str = "PUT /api/experience/profile/password";
const PROFILE: &str = "POST /api/experience/profile";
const SUBMIT: &str = "POST /api/experience/submit";
const BEGIN: &str = "PUT /api/experience";

/// What is missing before the last step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MissingStep {
    /// No proof.
    Proof,
    /// The proof was not used to identify anyone.
    Identification,
    /// No password.
    Password,
}

/// The progress.
pub struct Progress {
    /// The active flow; `None` if there is none.
    pub flow: Option<Flow>,
    /// The request of this interaction and its status.
    pub request: Option<(RequestId, RequestStatus)>,
    /// The flow state.
    pub flow_state: FlowState,
    wants_password: bool,
}

impl Progress {
    /// Loads the progress.
    pub async fn load(request: &ExperienceRequest) -> Result<Self> {
        let flow_state = request.flow_state();
        let flow = flow_state.active_flow();
        let request_id = flow.and_then(|flow| flow_state.request_for(flow));
        let pending = match request_id {
            Some(request_id) => {
                let status =
                    status::load_status(request.core(), &request_id, flow_state.grant.as_ref()).await?;
                status.map(|status| (request_id, status))
            }
            None => None,
        };
        Ok(Self { flow, request: pending, flow_state, wants_password: requires_password(request.core()) })
    }

    /// Whether the request is verified, for this browser.
    pub fn is_proved(&self) -> bool {
        matches!(&self.request, Some((_, status)) if status.stage == RequestStage::Granted)
    }

    /// The first step that is missing.
    pub fn missing(&self) -> Option<MissingStep> {
        let is_named = self.flow_state.username.is_some();
        let identified = self.flow_state.identified.as_ref().map(|identified| &identified.request);
        let is_identified = identified.is_some() && identified == self.request.as_ref().map(|(id, _)| id);
        let wants_password = match self.flow {
            Some(Flow::ForgotPassword) => true,
            Some(Flow::Register) => self.wants_password,
            Some(Flow::SignIn) | None => false,
        };
        match () {
            () if !is_named && !self.is_proved() => Some(MissingStep::Proof),
            () if !is_named && !is_identified => Some(MissingStep::Identification),
            () if wants_password && self.flow_state.password.is_none() => Some(MissingStep::Password),
            () => None,
        }
    }

    /// The possible next calls, the usual one first.
    pub fn next_calls(&self) -> Vec<&'static str> {
        let Some(flow) = self.flow else { return vec![BEGIN] };
        match self.missing() {
            Some(MissingStep::Proof) => self.proof_calls(flow),
            Some(MissingStep::Identification) => vec![IDENTIFY],
            Some(MissingStep::Password) if flow == Flow::ForgotPassword => vec![NEW_PASSWORD],
            Some(MissingStep::Password) => vec![PROFILE],
            None => vec![SUBMIT],
        }
    }

    fn proof_calls(&self, flow: Flow) -> Vec<&'static str> {
        let waits = matches!(&self.request, Some((_, status)) if status.stage == RequestStage::Waiting);
        let mut calls = if waits { vec![CHECK, SEND] } else { vec![SEND] };
        calls.extend((flow == Flow::SignIn).then_some(PASSWORD));
        calls.extend((flow == Flow::Register).then_some(PROFILE));
        calls.push(TOKEN);
        calls
    }

    /// The progress as the data of an error.
    pub fn to_error_data(&self) -> Value {
        json!({ "next": self.next_calls() })
    }
}
