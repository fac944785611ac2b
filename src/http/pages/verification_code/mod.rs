//! The page that waits for a code, for a password reset, sign-in or sign-up. It shows the status of the
//! browser's request; the database decides, so a reload, a second tab or the back button always shows the
//! current status. The flow is read from the URL, and a request of another flow counts as none.

mod submit;

use actix_web::HttpResponse;

use crate::http::html::form::{EmptyForm, Form};
use crate::http::html::page::form_error::FormError;
use crate::http::html::page_request::{PageRequest, PageResponse};
use crate::http::pages::views::CodeView;
use crate::http::routes::urls::Flow;
use rekey_core::types::error::{Error, Result};
use rekey_core::types::identifier::Identifier;
use rekey_core::types::ids::RequestId;
use rekey_core::verification;
use rekey_core::verification::status::{self, RequestStage, RequestStatus};

use self::submit::rerender_refusal;
pub use self::submit::{CodeForm, continue_here, continue_with_grant, submit};

/// `GET /:flow/verification-code`.
pub async fn show(visit: PageRequest, flow: Flow) -> PageResponse {
    match load_request(&visit, flow).await {
        // Sign-in consumes the grant, which a GET must not do: it needs the button.
        Ok(Some((_, standing))) if standing.stage == RequestStage::Granted && flow != Flow::SignIn => {
            visit.redirect(flow.next_path())
        }
        Ok(Some((_, standing))) => visit.ok(&build_view(&visit, flow, standing, None)),
        Ok(None) => visit.redirect(flow.start_path()),
        Err(failed) => visit.error_response(&failed, flow.start_path()),
    }
}

/// The request of this browser and its status.
async fn load_request(visit: &PageRequest, flow: Flow) -> Result<Option<(RequestId, RequestStatus)>> {
    let journey = visit.flow_state();
    let Some(request) = journey.request_for(flow) else {
        return Ok(None);
    };
    let standing = status::load_status(&visit.app.core, &request, journey.grant.as_ref()).await?;
    Ok(standing.map(|standing| (request, standing)))
}

fn build_view(
    visit: &PageRequest,
    flow: Flow,
    standing: RequestStatus,
    problem: Option<FormError>,
) -> CodeView {
    CodeView {
        page: visit.page(),
        flow,
        address: standing.identifier.display(),
        by_phone: matches!(standing.identifier, Identifier::Phone(_)),
        number: u32::try_from(standing.number).unwrap_or(0),
        resend_in: standing.resend_in,
        sends: standing.sends,
        expires_in: standing.expires_in,
        state: standing.stage,
        problem,
    }
}

/// `POST …/resend`: another message, once its wait is over.
pub async fn resend(visit: PageRequest, flow: Flow, _form: Form<EmptyForm>) -> PageResponse {
    let Some(request) = visit.flow_state().request_for(flow) else {
        return visit.redirect(flow.start_path());
    };
    match verification::resend(visit.context(), &request).await {
        Ok(asked) => {
            visit.update_flow_state(|journey| journey.start_waiting(flow, asked.request));
            visit.redirect(flow.code())
        }
        Err(Error::Refused(refusal)) => rerender_refusal(&visit, flow, "", &refusal).await,
        Err(failed) => visit.error_response(&failed, flow.code()),
    }
}

/// `POST /:flow/change-address`: the address was wrong; it stays in the field to be corrected.
pub async fn change_address(visit: PageRequest, flow: Flow, _form: Form<EmptyForm>) -> PageResponse {
    if let Some(request) = visit.flow_state().request_for(flow)
        && let Err(failed) = verification::cancel(&visit.app.core, &request).await
    {
        return visit.error_response(&failed, flow.start_path());
    }
    if visit.flow_state().flow == flow {
        visit.update_flow_state(|journey| journey.clear_recovery());
    }
    visit.redirect(flow.start_path())
}

/// `GET …/state`: the script polls whether to continue. The response is one word, the same for a decoy as for
/// a message that was not answered.
pub async fn poll(visit: PageRequest, flow: Flow) -> PageResponse {
    let word = match load_request(&visit, flow).await {
        Ok(Some((_, standing))) => stage_name(standing.stage),
        Ok(None) => "ended",
        Err(failed) => return visit.error_response(&failed, flow.code()),
    };
    HttpResponse::Ok().json(serde_json::json!({ "state": word }))
}

const fn stage_name(stage: RequestStage) -> &'static str {
    match stage {
        RequestStage::Waiting => "waiting",
        RequestStage::NumberMatched | RequestStage::Granted => "confirmed",
        RequestStage::VerifiedElsewhere => "elsewhere",
        RequestStage::Expired => "expired",
        RequestStage::Exhausted | RequestStage::Ended => "ended",
    }
}
