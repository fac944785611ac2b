//! The typed code, and the button that continues with an existing proof. A right code leads to the step that
//! consumes its grant, or signs in; after a wrong one the page is shown again with the current status of the
//! request.

use serde::Deserialize;
use validator::Validate;

use crate::http::pages::{sign_in, sign_up};
use rekey_core::sign_in::{by_code, by_grant};
use rekey_core::sign_up::requires_password;
use rekey_core::types::error::{Error, Refusal, Result};
use rekey_core::types::ids::RequestId;
use rekey_core::types::secret::Secret;
use rekey_core::verification::status::RequestStage;
use rekey_core::verification::{self, VerifiedGrant, link};
use rekey_server::http::html::form::{EmptyForm, Form};
use rekey_server::http::html::page::form_error::FormError;
use rekey_server::http::html::page_request::{PageRequest, PageResponse};
use rekey_server::http::routes::urls::Flow;

use super::{build_view, load_request};

/// The fields of the form.
#[derive(Deserialize, Validate)]
pub struct CodeForm {
    #[serde(default)]
    code: String,
}

/// `POST /:flow/verification-code`.
pub async fn submit(request: PageRequest, flow: Flow, form: Form<CodeForm>) -> PageResponse {
    let Some(request_id) = request.flow_state().request_for(flow) else {
        return request.redirect(flow.start_path());
    };
    let outcome = match flow {
        Flow::SignIn => sign_in_with_code(&request, &request_id, &form.0.code).await,
        Flow::ForgotPassword | Flow::Register => verify_code(&request, flow, &request_id, &form.0.code).await,
    };
    match outcome {
        Ok(reply) => reply,
        Err(Error::Refused(refusal)) => rerender_refusal(&request, flow, "code", &refusal).await,
        Err(failed) => request.error_response(&failed, flow.code()),
    }
}

async fn sign_in_with_code(
    request: &PageRequest,
    request_id: &RequestId,
    typed: &str,
) -> Result<PageResponse> {
    let session_token = request.session_token();
    let entry = by_code(request.context(), request_id, typed, session_token.as_ref()).await?;
    Ok(sign_in::redirect_after_sign_in(request, entry))
}

async fn verify_code(
    request: &PageRequest,
    flow: Flow,
    request_id: &RequestId,
    typed: &str,
) -> Result<PageResponse> {
    let grant = verification::verify_code(request.context(), flow.purpose(), request_id, typed).await?;
    Ok(continue_with_grant(request, flow, grant).await)
}

/// `POST …/continue`: the proof exists. This window collects the grant of a number that was matched on the
/// other device, or signs in with what a custom screen proved.
pub async fn continue_here(request: PageRequest, flow: Flow, _form: Form<EmptyForm>) -> PageResponse {
    let flow_state = request.flow_state();
    let outcome = match (flow_state.grant_for(flow), flow_state.request_for(flow)) {
        (Some((request_id, token)), _) if flow == Flow::SignIn => {
            let found = flow_state.proved_with;
            let session_token = request.session_token();
            let grant = VerifiedGrant { request: request_id, token };
            let entry = by_grant(request.context(), &grant, found, session_token.as_ref()).await;
            entry.map(|entry| sign_in::redirect_after_sign_in(&request, entry))
        }
        (_, Some(request_id)) if flow == Flow::ForgotPassword => collect_grant(&request, &request_id).await,
        _ => return request.redirect(flow.start_path()),
    };
    match outcome {
        Ok(reply) => reply,
        Err(Error::Refused(_)) => request.redirect(flow.code()),
        Err(failed) => request.error_response(&failed, flow.code()),
    }
}

async fn collect_grant(request: &PageRequest, request_id: &RequestId) -> Result<PageResponse> {
    let grant = link::collect_grant(&request.app.core, request_id).await?;
    Ok(continue_with_grant(request, Flow::ForgotPassword, grant).await)
}

/// Redirects to the step that consumes the grant, with the grant in this browser's encrypted cookie.
pub async fn continue_with_grant(request: &PageRequest, flow: Flow, grant: Secret) -> PageResponse {
    request.update_flow_state(|flow_state| flow_state.grant = Some(grant));
    if flow == Flow::Register && !requires_password(&request.app.core) {
        return sign_up::finish(request, None).await;
    }
    request.redirect(flow.next_path())
}

/// The page with the error at its field, or the status of a request that has gone on or ended.
pub(super) async fn rerender_refusal(
    request: &PageRequest,
    flow: Flow,
    field: &'static str,
    refusal: &Refusal,
) -> PageResponse {
    match load_request(request, flow).await {
        Ok(Some((_, status))) if status.stage == RequestStage::Granted => request.redirect(flow.next_path()),
        Ok(Some((_, status))) => {
            let field = if status.stage == RequestStage::Waiting && refusal.retry_after().is_none() {
                field
            } else {
                ""
            };
            request.rerender(
                refusal,
                &build_view(request, flow, status, Some(FormError::from_refusal(field, refusal))),
            )
        }
        Ok(None) => request.redirect(flow.start_path()),
        Err(failed) => request.error_response(&failed, flow.start_path()),
    }
}
