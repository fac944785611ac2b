//! "This wasn't me": the page behind the link of every notice. As with the recovery link, a GET changes
//! nothing and the token leaves the URL at once; the button freezes the password, ends sessions and starts a
//! recovery.

use actix_web::web::Path;

use crate::http::pages::link::parse_token;
use crate::http::pages::views::{DisputeState, DisputeView};
use rekey_core::disputes::{self, DisputeOutcome};
use rekey_core::types::error::{Error, Refusal};
use rekey_server::http::html::flow_state::{DisputeFlash, Flash};
use rekey_server::http::html::form::{EmptyForm, Form};
use rekey_server::http::html::page::format_rfc3339;
use rekey_server::http::html::page_request::{PageRequest, PageResponse};
use rekey_server::http::routes::urls::{self, Flow};

/// `GET /not-me/{token}`.
pub async fn open(request: PageRequest, token: Path<String>) -> PageResponse {
    let Some(token) = parse_token(&token) else {
        return request.not_found_page(&build_view(
            &request,
            DisputeState::Cut,
            String::new(),
            String::new(),
        ));
    };
    request.update_flow_state(|flow_state| {
        flow_state.not_me = Some(token);
        flow_state.flash = None;
    });
    request.redirect(urls::NOT_ME)
}

/// `GET /not-me`.
pub async fn show(request: PageRequest) -> PageResponse {
    if let Some(Flash::Disputed(done)) = request.flow_state().flash {
        return request.ok(&build_view(&request, DisputeState::Done(done), String::new(), String::new()));
    }
    let Some(token) = request.flow_state().not_me else {
        return request.redirect(urls::SIGN_IN);
    };
    match disputes::preview(&request.app.core, &token).await {
        Ok(notice) => {
            let is_address = notice.is_address;
            let view = build_view(&request, DisputeState::Ready, notice.device, format_rfc3339(notice.at));
            request.ok(&DisputeView { is_address, ..view })
        }
        Err(Error::Refused(refusal)) => {
            request.ok(&build_view(&request, to_state(&refusal), String::new(), String::new()))
        }
        Err(failed) => request.error_response(&failed, urls::SIGN_IN),
    }
}

fn build_view(request: &PageRequest, state: DisputeState, device: String, at: String) -> DisputeView {
    DisputeView { page: request.page(), state, is_address: false, device, at }
}

const fn to_state(refusal: &Refusal) -> DisputeState {
    match refusal {
        Refusal::LinkUsed => DisputeState::Used,
        Refusal::LinkExpired => DisputeState::Expired,
        Refusal::LinkSuperseded => DisputeState::Ended,
        _ => DisputeState::Unknown,
    }
}

const fn to_outcome(undone: &DisputeOutcome) -> DisputeFlash {
    DisputeFlash {
        is_restored: undone.is_restored,
        is_removed: undone.is_removed,
        is_frozen: undone.is_frozen,
        is_sent: undone.recovery.is_some(),
    }
}

/// `POST /not-me`.
pub async fn submit(request: PageRequest, _form: Form<EmptyForm>) -> PageResponse {
    let Some(token) = request.flow_state().not_me else {
        return request.redirect(urls::SIGN_IN);
    };
    match disputes::revert_change(request.context(), &token).await {
        Ok(undone) => {
            let done = to_outcome(&undone);
            request.update_flow_state(|flow_state| {
                flow_state.clear_recovery();
                flow_state.not_me = None;
                flow_state.flash = Some(Flash::Disputed(done));
                if let Some(created) = undone.recovery {
                    flow_state.start_waiting(Flow::ForgotPassword, created.request);
                }
            });
            request.redirect(urls::NOT_ME)
        }
        Err(Error::Refused(refusal)) => request
            .rerender(&refusal, &build_view(&request, to_state(&refusal), String::new(), String::new())),
        Err(failed) => request.error_response(&failed, urls::NOT_ME),
    }
}
