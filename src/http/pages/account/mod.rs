//! The account pages of the signed-in user: profile, password, sessions and sign-out. Every handler takes
//! `SignedIn`; ids of other users' sessions are not found. The password page is also shown during sign-in, to
//! users whose password the current policy rejects.

mod rows;

use actix_web::web::Path;
use serde::Deserialize;
use validator::Validate;

use crate::http::pages::account::rows::{
    load_sessions_and_apps, notice_key, password_view, to_session_row, to_shared_row,
};
use crate::http::pages::views::AccountView;
use rekey_core::account::{self, PasswordChangeOutcome, TypedPasswords};
use rekey_core::passwords::SessionTokenPolicy;
use rekey_core::sessions;
use rekey_core::types::error::{Error, Refusal};
use rekey_core::types::ids::SessionId;
use rekey_core::types::secret::Secret;
use rekey_server::http::html::flow_state::{Flash, FlowState};
use rekey_server::http::html::form::{EmptyForm, Form};
use rekey_server::http::html::page_request::{PageRequest, PageResponse};
use rekey_server::http::html::signed_in::{
    SignedIn, SignedInOrRestricted, redirect_signed_out, redirect_to_sign_in,
};
use rekey_server::http::middleware::cookies;
use rekey_server::http::routes::urls::{self, PostSignInTarget};

/// The fields of the password form.
#[derive(Deserialize, Validate)]
#[serde(rename_all = "camelCase")]
pub struct PasswordForm {
    current_password: Option<Secret>,
    #[serde(default)]
    new_password: Secret,
}

/// `GET /account`.
pub async fn show(signed_in: SignedIn) -> PageResponse {
    let SignedIn { request, current } = signed_in;
    let (listed, shared) = match load_sessions_and_apps(&request, &current).await {
        Ok(lists) => lists,
        Err(failed) => return request.error_response(&failed, urls::ACCOUNT),
    };
    if !request.flow_state().weaknesses.is_empty() {
        // The user skipped the new password.
        request.update_flow_state(FlowState::clear_weak_password);
    }
    let notice = request.take_flash().and_then(notice_key);
    request.ok(&AccountView {
        page: request.page(),
        phone: current.user.phone.as_ref().map(|digits| format!("+{digits}")),
        has_password: current.user.password_digest.is_some(),
        may_change: account::may_change_password(&request.app.core),
        name: current.user.name,
        username: current.user.username,
        email: current.user.email,
        sessions: listed.into_iter().map(|session| to_session_row(session, &current.session.id)).collect(),
        shared: shared.into_iter().map(to_shared_row).collect(),
        notice,
    })
}

/// `GET /account/password`.
pub async fn show_password(signed_in: SignedInOrRestricted) -> PageResponse {
    if !account::may_change_password(&signed_in.request.app.core) {
        return signed_in.request.error_response(&Refusal::NotFound.into(), urls::ACCOUNT);
    }
    let view = password_view(&signed_in.request, &signed_in.current, None);
    signed_in.request.ok(&view)
}

/// `POST /account/password`.
pub async fn change_password(signed_in: SignedInOrRestricted, form: Form<PasswordForm>) -> PageResponse {
    let SignedInOrRestricted { request, current } = signed_in;
    let typed = TypedPasswords { current: form.0.current_password.as_ref(), new: &form.0.new_password };
    match account::change_password(request.context(), &current, typed, SessionTokenPolicy::Rotate).await {
        Ok(changed) => password_saved_response(&request, &changed),
        // The grant that allowed changing the password is spent or expired. The sign-in page knows what to do
        // next.
        Err(Error::Refused(Refusal::GrantInvalid)) => {
            redirect_to_sign_in(&request, PostSignInTarget::Account)
        }
        Err(Error::Refused(refusal)) => {
            request.rerender(&refusal, &password_view(&request, &current, Some(&refusal)))
        }
        Err(failed) => request.error_response(&failed, urls::ACCOUNT_PASSWORD),
    }
}

/// Redirects to the target of the sign-in that led here, or back to the account page.
fn password_saved_response(request: &PageRequest, changed: &PasswordChangeOutcome) -> PageResponse {
    let Some(token) = &changed.token else {
        return redirect_signed_out(request, Flash::PasswordChanged);
    };
    let onward = request.target_url(request.sign_in_target(), true);
    request.update_flow_state(|flow_state| {
        flow_state.clear_weak_password();
        flow_state.flash = Some(Flash::PasswordChanged);
    });
    let mut reply = request.redirect(&onward);
    cookies::add(&mut reply, &cookies::session_cookie(&request.app.site, token));
    reply
}

/// `POST /sign-out`: ends this session.
pub async fn sign_out(signed_in: SignedInOrRestricted, _form: Form<EmptyForm>) -> PageResponse {
    let SignedInOrRestricted { request, current } = signed_in;
    let ended = sessions::end(request.context(), &current.user.id, &current.session.id).await;
    if let Err(failed @ Error::Failed(_)) = &ended {
        return request.error_response(failed, urls::ACCOUNT);
    }
    redirect_signed_out(&request, Flash::SignedOut)
}

/// `POST /account/sessions/{id}/end`.
pub async fn end_session(signed_in: SignedIn, id: Path<String>, _form: Form<EmptyForm>) -> PageResponse {
    let SignedIn { request, current } = signed_in;
    let id = SessionId(id.into_inner());
    match sessions::end(request.context(), &current.user.id, &id).await {
        Ok(()) if id == current.session.id => redirect_signed_out(&request, Flash::SignedOut),
        Ok(()) => redirect_with_flash(&request, Flash::SessionEnded),
        Err(error) => request.error_response(&error, urls::ACCOUNT),
    }
}

/// `POST /account/sessions/end-others`.
pub async fn end_others(signed_in: SignedIn, _form: Form<EmptyForm>) -> PageResponse {
    let SignedIn { request, current } = signed_in;
    match sessions::end_all_but(request.context(), &current.user.id, Some(&current.session.id)).await {
        Ok(_) => redirect_with_flash(&request, Flash::OthersEnded),
        Err(error) => request.error_response(&error, urls::ACCOUNT),
    }
}

/// `POST /account/sessions/end-all`.
pub async fn end_all(signed_in: SignedIn, _form: Form<EmptyForm>) -> PageResponse {
    let SignedIn { request, current } = signed_in;
    match sessions::end_all_but(request.context(), &current.user.id, None).await {
        Ok(_) => redirect_signed_out(&request, Flash::EverywhereEnded),
        Err(error) => request.error_response(&error, urls::ACCOUNT),
    }
}

pub(super) fn redirect_with_flash(request: &PageRequest, flash: Flash) -> PageResponse {
    request.update_flow_state(|flow_state| flow_state.flash = Some(flash));
    request.redirect(urls::ACCOUNT)
}
