//! The one-time token in an operator's own message. As with our own links, the first GET moves it from the
//! URL into the encrypted cookie and uses nothing up; only the button's POST redeems it. Without a login hint
//! the user must enter the address that the message was sent to.

use serde::Deserialize;
use validator::Validate;

use crate::http::pages::link::{redirect_to_current_step, trim_copied};
use crate::http::pages::verification_code;
use crate::http::pages::views::{LinkState, OneTimeView};
use rekey_core::one_time_tokens;
use rekey_core::types::error::{Error, Refusal};
use rekey_core::types::identifier::email::Email;
use rekey_core::types::purpose::InteractionEvent;
use rekey_core::types::secret::Secret;
use rekey_server::http::html::form::Form;
use rekey_server::http::html::page::form_error::FormError;
use rekey_server::http::html::page_request::{PageRequest, PageResponse};
use rekey_server::http::routes::urls::{self, Flow};

/// What a token allows here.
const EVENT: InteractionEvent = InteractionEvent::ForgotPassword;

/// The fields of the form.
#[derive(Deserialize, Validate)]
pub struct AddressForm {
    #[serde(default)]
    identifier: String,
}

/// `GET /reset-password?one_time_token=…`. An invalid token is stored too: the page without it in the URL
/// says that it does not work.
pub fn open(request: &PageRequest, token: String) -> PageResponse {
    request.update_flow_state(|flow_state| {
        flow_state.clear_recovery();
        flow_state.one_time = Some(Secret::from(trim_copied(&token)));
    });
    request.redirect(urls::ONE_TIME)
}

/// `GET /reset-password/token`: shows what the button will do, without changing anything.
pub async fn show(request: PageRequest) -> PageResponse {
    let flow_state = request.flow_state();
    let Some(token) = flow_state.one_time else {
        return redirect_to_current_step(&request);
    };
    let is_known = Email::parse(&flow_state.identifier).is_some();
    match one_time_tokens::ensure_redeemable(&request.app.core, EVENT, &token).await {
        Ok(()) => request.ok(&build_view(&request, LinkState::Ready, is_known, None)),
        Err(Error::Refused(refusal)) => {
            request.ok(&build_view(&request, to_link_state(&refusal), is_known, None))
        }
        Err(failed) => request.error_response(&failed, urls::FORGOT),
    }
}

/// `POST /reset-password/token`: continues to the new password.
pub async fn redeem(request: PageRequest, form: Form<AddressForm>) -> PageResponse {
    let Some(token) = request.flow_state().one_time else {
        return redirect_to_current_step(&request);
    };
    let typed = form.0.identifier;
    request.update_flow_state(|flow_state| flow_state.remember_identifier(&typed));
    match one_time_tokens::redeem(request.context(), EVENT, &typed, &token).await {
        Ok(followed) => {
            request.update_flow_state(|flow_state| {
                flow_state.remember_identifier(&followed.identifier.display());
                flow_state.start_waiting(Flow::ForgotPassword, followed.request);
            });
            verification_code::continue_with_grant(&request, Flow::ForgotPassword, followed.grant).await
        }
        Err(Error::Refused(refusal)) => rerender_refusal(&request, &token, &refusal).await,
        Err(failed) => request.error_response(&failed, urls::ONE_TIME),
    }
}

/// If the token itself is valid, the address is wrong, and another can be entered.
async fn rerender_refusal(request: &PageRequest, token: &Secret, refusal: &Refusal) -> PageResponse {
    let problem = match refusal {
        Refusal::LinkUnknown => FormError::address_mismatch(),
        _ => FormError::at_identifier(refusal),
    };
    match one_time_tokens::ensure_redeemable(&request.app.core, EVENT, token).await {
        Ok(()) => request.rerender(refusal, &build_view(request, LinkState::Ready, false, Some(problem))),
        Err(Error::Refused(refusal)) => {
            request.rerender(&refusal, &build_view(request, to_link_state(&refusal), false, None))
        }
        Err(failed) => request.error_response(&failed, urls::FORGOT),
    }
}

const fn to_link_state(refusal: &Refusal) -> LinkState {
    match refusal {
        Refusal::LinkExpired => LinkState::Expired,
        Refusal::LinkUsed => LinkState::Used,
        _ => LinkState::Unknown,
    }
}

fn build_view(
    request: &PageRequest,
    state: LinkState,
    is_known: bool,
    problem: Option<FormError>,
) -> OneTimeView {
    OneTimeView {
        page: request.page(),
        identifier: request.flow_state().identifier,
        is_known,
        can_request_code: request.app.core.snapshot().channels().any(),
        state,
        problem,
    }
}
