//! The typed code, and the button that continues with an existing proof. A right code leads to the step that
//! consumes its grant, or signs in; after a wrong one the page is shown again with the current status of the
//! request.

use serde::Deserialize;
use validator::Validate;

use crate::http::html::form::{EmptyForm, Form};
use crate::http::html::page::form_error::FormError;
use crate::http::html::page_request::{PageRequest, PageResponse};
use crate::http::pages::{sign_in, sign_up};
use crate::http::routes::urls::Flow;
use rekey_core::sign_in::{by_code, by_grant};
use rekey_core::sign_up::requires_password;
use rekey_core::types::error::{Error, Refusal, Result};
use rekey_core::types::ids::RequestId;
use rekey_core::types::secret::Secret;
use rekey_core::verification::status::RequestStage;
use rekey_core::verification::{self, VerifiedGrant, link};

use super::{build_view, load_request};

/// The fields of the form.
#[derive(Deserialize, Validate)]
pub struct CodeForm {
    #[serde(default)]
    code: String,
}

/// `POST /:flow/verification-code`.
pub async fn submit(visit: PageRequest, flow: Flow, form: Form<CodeForm>) -> PageResponse {
    let Some(request) = visit.flow_state().request_for(flow) else {
        return visit.redirect(flow.start_path());
    };
    let outcome = match flow {
        Flow::SignIn => sign_in_with_code(&visit, &request, &form.0.code).await,
        Flow::ForgotPassword | Flow::Register => verify_code(&visit, flow, &request, &form.0.code).await,
    };
    match outcome {
        Ok(reply) => reply,
        Err(Error::Refused(refusal)) => rerender_refusal(&visit, flow, "code", &refusal).await,
        Err(failed) => visit.error_response(&failed, flow.code()),
    }
}

async fn sign_in_with_code(visit: &PageRequest, request: &RequestId, typed: &str) -> Result<PageResponse> {
    let held = visit.session_token();
    let entry = by_code(visit.context(), request, typed, held.as_ref()).await?;
    Ok(sign_in::redirect_after_sign_in(visit, entry))
}

async fn verify_code(
    visit: &PageRequest,
    flow: Flow,
    request: &RequestId,
    typed: &str,
) -> Result<PageResponse> {
    let grant = verification::verify_code(visit.context(), flow.purpose(), request, typed).await?;
    Ok(continue_with_grant(visit, flow, grant).await)
}

/// `POST …/continue`: the proof exists. This window collects the grant of a number that was matched on the
/// other device, or signs in with what a custom screen proved.
pub async fn continue_here(visit: PageRequest, flow: Flow, _form: Form<EmptyForm>) -> PageResponse {
    let journey = visit.flow_state();
    let outcome = match (journey.grant_for(flow), journey.request_for(flow)) {
        (Some((request, token)), _) if flow == Flow::SignIn => {
            let found = journey.proved_with;
            let held = visit.session_token();
            let grant = VerifiedGrant { request, token };
            let entry = by_grant(visit.context(), &grant, found, held.as_ref()).await;
            entry.map(|entry| sign_in::redirect_after_sign_in(&visit, entry))
        }
        (_, Some(request)) if flow == Flow::ForgotPassword => collect_grant(&visit, &request).await,
        _ => return visit.redirect(flow.start_path()),
    };
    match outcome {
        Ok(reply) => reply,
        Err(Error::Refused(_)) => visit.redirect(flow.code()),
        Err(failed) => visit.error_response(&failed, flow.code()),
    }
}

async fn collect_grant(visit: &PageRequest, request: &RequestId) -> Result<PageResponse> {
    let grant = link::collect_grant(&visit.app.core, request).await?;
    Ok(continue_with_grant(visit, Flow::ForgotPassword, grant).await)
}

/// Redirects to the step that consumes the grant, with the grant in this browser's encrypted cookie.
pub async fn continue_with_grant(visit: &PageRequest, flow: Flow, grant: Secret) -> PageResponse {
    visit.update_flow_state(|journey| journey.grant = Some(grant));
    if flow == Flow::Register && !requires_password(&visit.app.core) {
        return sign_up::finish(visit, None).await;
    }
    visit.redirect(flow.next_path())
}

/// The page with the error at its field, or the status of a request that has gone on or ended.
pub(super) async fn rerender_refusal(
    visit: &PageRequest,
    flow: Flow,
    field: &'static str,
    refusal: &Refusal,
) -> PageResponse {
    match load_request(visit, flow).await {
        Ok(Some((_, standing))) if standing.stage == RequestStage::Granted => {
            visit.redirect(flow.next_path())
        }
        Ok(Some((_, standing))) => {
            let field = if standing.stage == RequestStage::Waiting && refusal.retry_after().is_none() {
                field
            } else {
                ""
            };
            visit.rerender(
                refusal,
                &build_view(visit, flow, standing, Some(FormError::from_refusal(field, refusal))),
            )
        }
        Ok(None) => visit.redirect(flow.start_path()),
        Err(failed) => visit.error_response(&failed, flow.start_path()),
    }
}
