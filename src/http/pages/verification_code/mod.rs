//! The page that waits for a code, for a password reset, sign-in or sign-up. It shows the status of the
//! browser's request; the database decides, so a reload, a second tab or the back button always shows the
//! current status. The flow is read from the URL, and a request of another flow counts as none.

mod submit;

use actix_web::HttpResponse;

use crate::http::pages::views::CodeView;
use rekey_core::types::error::{Error, Result};
use rekey_core::types::identifier::Identifier;
use rekey_core::types::ids::RequestId;
use rekey_core::verification;
use rekey_core::verification::status::{self, RequestStage, RequestStatus};
use rekey_server::http::html::form::{EmptyForm, Form};
use rekey_server::http::html::page::form_error::FormError;
use rekey_server::http::html::page_request::{PageRequest, PageResponse};
use rekey_server::http::routes::urls::Flow;

use self::submit::rerender_refusal;
pub use self::submit::{CodeForm, continue_here, continue_with_grant, submit};

/// `GET /:flow/verification-code`.
pub async fn show(request: PageRequest, flow: Flow) -> PageResponse {
    match load_request(&request, flow).await {
        // Sign-in consumes the grant, which a GET must not do: it needs the button.
        Ok(Some((_, status))) if status.stage == RequestStage::Granted && flow != Flow::SignIn => {
            request.redirect(flow.next_path())
        }
        Ok(Some((_, status))) => request.ok(&build_view(&request, flow, status, None)),
        Ok(None) => request.redirect(flow.start_path()),
        Err(failed) => request.error_response(&failed, flow.start_path()),
    }
}

/// The grant of this browser is spent or expired: redirects to where that is said, with the identifier kept. One
/// that has expired stays with its browser, which alone is told so; nobody else learns that it was ever verified.
pub(super) async fn redirect_without_grant(request: &PageRequest, flow: Flow) -> PageResponse {
    let found = load_request(request, flow).await;
    let is_expired = matches!(found, Ok(Some((_, status))) if status.stage == RequestStage::GrantExpired);
    if !is_expired {
        request.update_flow_state(|flow_state| (flow_state.grant, flow_state.username) = (None, None));
    }
    request.redirect(flow.code())
}

/// The request of this browser and its status.
async fn load_request(request: &PageRequest, flow: Flow) -> Result<Option<(RequestId, RequestStatus)>> {
    let flow_state = request.flow_state();
    let Some(request_id) = flow_state.request_for(flow) else {
        return Ok(None);
    };
    let status = status::load_status(&request.app.core, &request_id, flow_state.grant.as_ref()).await?;
    Ok(status.map(|status| (request_id, status)))
}

fn build_view(
    request: &PageRequest,
    flow: Flow,
    status: RequestStatus,
    problem: Option<FormError>,
) -> CodeView {
    CodeView {
        page: request.page(),
        flow,
        address: status.identifier.display(),
        by_phone: matches!(status.identifier, Identifier::Phone(_)),
        number: u32::try_from(status.number).unwrap_or(0),
        resend_in: status.resend_in,
        sends: status.sends,
        expires_in: status.expires_in,
        state: status.stage,
        problem,
    }
}

/// `POST …/resend`: another message, once its wait is over.
pub async fn resend(request: PageRequest, flow: Flow, _form: Form<EmptyForm>) -> PageResponse {
    let Some(request_id) = request.flow_state().request_for(flow) else {
        return request.redirect(flow.start_path());
    };
    match verification::resend(request.context(), &request_id).await {
        Ok(created) => {
            request.update_flow_state(|flow_state| flow_state.start_waiting(flow, created.request));
            request.redirect(flow.code())
        }
        Err(Error::Refused(refusal)) => rerender_refusal(&request, flow, "", &refusal).await,
        Err(failed) => request.error_response(&failed, flow.code()),
    }
}

/// `POST /:flow/change-address`: the address was wrong; it stays in the field to be corrected.
pub async fn change_address(request: PageRequest, flow: Flow, _form: Form<EmptyForm>) -> PageResponse {
    if let Some(request_id) = request.flow_state().request_for(flow)
        && let Err(failed) = verification::cancel(&request.app.core, &request_id).await
    {
        return request.error_response(&failed, flow.start_path());
    }
    if request.flow_state().flow == flow {
        request.update_flow_state(|flow_state| flow_state.clear_recovery());
    }
    request.redirect(flow.start_path())
}

/// `GET …/state`: the script polls whether to continue. The response is one word, the same for a decoy as for
/// a message that was not answered.
pub async fn poll(request: PageRequest, flow: Flow) -> PageResponse {
    let stage = match load_request(&request, flow).await {
        Ok(Some((_, status))) => stage_name(status.stage),
        Ok(None) => "ended",
        Err(failed) => return request.error_response(&failed, flow.code()),
    };
    HttpResponse::Ok().json(serde_json::json!({ "state": stage }))
}

const fn stage_name(stage: RequestStage) -> &'static str {
    match stage {
        RequestStage::Waiting => "waiting",
        RequestStage::NumberMatched | RequestStage::Granted => "confirmed",
        RequestStage::VerifiedElsewhere => "elsewhere",
        RequestStage::Expired => "expired",
        RequestStage::Exhausted | RequestStage::GrantExpired | RequestStage::Ended => "ended",
    }
}
