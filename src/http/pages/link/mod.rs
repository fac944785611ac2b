//! The link in a recovery message. Its first GET moves the token from the URL into the encrypted cookie, so
//! that no history, log or referrer keeps it, and uses nothing up. The page that follows has a button, and
//! only the button's POST verifies (ASVS 14.2.1).

/// One-time tokens in operators' own messages.
pub mod one_time;

use actix_web::web::Path;
use serde::Deserialize;
use validator::Validate;

use crate::http::pages::verification_code;
use crate::http::pages::views::{LinkState, LinkView};
use rekey_core::types::error::{Error, Refusal};
use rekey_core::types::secret::Secret;
use rekey_core::verification::link::{self, LinkStatus};
use rekey_server::http::html::form::{EmptyForm, Form};
use rekey_server::http::html::page::form_error::FormError;
use rekey_server::http::html::page_request::{PageRequest, PageResponse};
use rekey_server::http::routes::urls::{self, Flow};

/// The fields of the number form.
#[derive(Deserialize, Validate)]
pub struct NumberForm {
    #[serde(default)]
    number: String,
}

/// `GET /forgot-password/link/{token}`.
pub async fn open(request: PageRequest, token: Path<String>) -> PageResponse {
    let Some(token) = parse_token(&token) else {
        return request.not_found_page(&LinkView::cut(&request.page()));
    };
    request.update_flow_state(|flow_state| flow_state.link = Some(token));
    request.redirect(urls::LINK)
}

/// The token of a link that is whole.
pub(super) fn parse_token(copied: &str) -> Option<Secret> {
    let token = trim_copied(copied);
    let is_whole =
        token.len() == 43 && token.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    is_whole.then(|| Secret::from(token))
}

/// Without the signs of the sentence that a link was copied from; no token ends with one.
pub(super) fn trim_copied(token: &str) -> &str {
    token.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '>', '"', '\'', '”', '’', '»', ' '])
}

/// `GET /forgot-password/link`: shows what the button will do, without changing anything.
pub async fn show(request: PageRequest) -> PageResponse {
    let Some(token) = request.flow_state().link else {
        return redirect_to_current_step(&request);
    };
    match link::load_status(&request.app.core, &token).await {
        Ok(status) => request.ok(&build_view(&request, &status, None)),
        Err(failed) => request.error_response(&failed, urls::FORGOT),
    }
}

/// Without a link or token, this browser may have used it already (back button, button pressed twice).
fn redirect_to_current_step(request: &PageRequest) -> PageResponse {
    let waits = request.flow_state().request_for(Flow::ForgotPassword).is_some();
    request.redirect(if waits { urls::CODE } else { urls::FORGOT })
}

fn build_view(request: &PageRequest, status: &LinkStatus, problem: Option<FormError>) -> LinkView {
    let same_window = status.request.is_some() && status.request == request.flow_state().request;
    LinkView {
        page: request.page(),
        address: status.masked.clone(),
        same_window,
        state: to_link_state(status.refusal.as_ref()),
        problem,
    }
}

const fn to_link_state(refusal: Option<&Refusal>) -> LinkState {
    match refusal {
        None => LinkState::Ready,
        Some(Refusal::LinkExpired) => LinkState::Expired,
        Some(Refusal::LinkUsed) => LinkState::Used,
        Some(Refusal::LinkSuperseded) => LinkState::Superseded,
        Some(_) => LinkState::Unknown,
    }
}

/// `POST /forgot-password/link`: continue on this device.
pub async fn follow(request: PageRequest, _form: Form<EmptyForm>) -> PageResponse {
    let Some(token) = request.flow_state().link else {
        return redirect_to_current_step(&request);
    };
    match link::verify_link(request.context(), &token).await {
        Ok(followed) => {
            request.update_flow_state(|flow_state| {
                flow_state.remember_identifier(&followed.identifier.display());
                flow_state.start_waiting(Flow::ForgotPassword, followed.request);
                // A device other than the one that asked learns the application here.
                flow_state.app = followed.app_id.or_else(|| flow_state.app.take());
            });
            verification_code::continue_with_grant(&request, Flow::ForgotPassword, followed.grant).await
        }
        Err(error) => rerender_refusal(&request, &token, error).await,
    }
}

/// `POST /forgot-password/link/match`: lets the waiting window continue, by the number that it shows.
pub async fn match_number(request: PageRequest, form: Form<NumberForm>) -> PageResponse {
    let Some(token) = request.flow_state().link else {
        return redirect_to_current_step(&request);
    };
    match link::match_number(request.context(), &token, &form.0.number).await {
        // The page now says that the link was used; the other window continues.
        Ok(()) => request.redirect(urls::LINK),
        Err(error) => rerender_refusal(&request, &token, error).await,
    }
}

async fn rerender_refusal(request: &PageRequest, token: &Secret, error: Error) -> PageResponse {
    let refusal = match error {
        Error::Refused(refusal) => refusal,
        failed => return request.error_response(&failed, urls::LINK),
    };
    match link::load_status(&request.app.core, token).await {
        Ok(status) => {
            let field = if matches!(refusal, Refusal::NumberWrong { .. }) { "number" } else { "" };
            let problem = status.refusal.is_none().then(|| FormError::from_refusal(field, &refusal));
            request.rerender(&refusal, &build_view(request, &status, problem))
        }
        Err(failed) => request.error_response(&failed, urls::FORGOT),
    }
}

/// `POST /forgot-password/link/again`: sends a new message to the address of a link that no longer works.
pub async fn resend(request: PageRequest, _form: Form<EmptyForm>) -> PageResponse {
    let Some(token) = request.flow_state().link else {
        return redirect_to_current_step(&request);
    };
    match link::request_new_message(request.context(), &token).await {
        Ok(created) => {
            request.update_flow_state(|flow_state| {
                flow_state.start_waiting(Flow::ForgotPassword, created.request)
            });
            request.redirect(urls::CODE)
        }
        Err(error) => rerender_refusal(&request, &token, error).await,
    }
}
