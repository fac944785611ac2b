//! The account pages of the signed-in user: profile, password, sessions and sign-out. Every handler takes
//! `SignedIn`; ids of other users' sessions are not found. The password page is also shown during sign-in, to
//! users whose password the current policy rejects.

mod rows;

use actix_web::web::Path;
use serde::Deserialize;
use validator::Validate;

use crate::http::html::flow_state::{Flash, FlowState};
use crate::http::html::form::{EmptyForm, Form};
use crate::http::html::page_request::{PageRequest, PageResponse};
use crate::http::html::signed_in::{
    SignedIn, SignedInOrRestricted, redirect_signed_out, redirect_to_sign_in,
};
use crate::http::middleware::cookies;
use crate::http::pages::account::rows::{
    load_sessions_and_apps, notice_key, password_view, to_session_row, to_shared_row,
};
use crate::http::pages::views::AccountView;
use crate::http::routes::urls::{self, PostSignInTarget};
use rekey_core::account::{self, PasswordChangeOutcome, TypedPasswords};
use rekey_core::passwords::SessionTokenPolicy;
use rekey_core::sessions;
use rekey_core::types::error::{Error, Refusal};
use rekey_core::types::ids::SessionId;
use rekey_core::types::secret::Secret;

/// The fields of the password form.
#[derive(Deserialize, Validate)]
#[serde(rename_all = "camelCase")]
pub struct PasswordForm {
    current_password: Option<Secret>,
    #[serde(default)]
    new_password: Secret,
}

/// `GET /account`.
pub async fn show(who: SignedIn) -> PageResponse {
    let SignedIn { visit, current } = who;
    let (listed, shared) = match load_sessions_and_apps(&visit, &current).await {
        Ok(lists) => lists,
        Err(failed) => return visit.error_response(&failed, urls::ACCOUNT),
    };
    if !visit.flow_state().weaknesses.is_empty() {
        // The user skipped the new password.
        visit.update_flow_state(FlowState::clear_weak_password);
    }
    let notice = visit.take_flash().and_then(notice_key);
    visit.ok(&AccountView {
        page: visit.page(),
        phone: current.user.phone.as_ref().map(|digits| format!("+{digits}")),
        has_password: current.user.password_digest.is_some(),
        may_change: account::may_change_password(&visit.app.core),
        name: current.user.name,
        username: current.user.username,
        email: current.user.email,
        sessions: listed.into_iter().map(|session| to_session_row(session, &current.session.id)).collect(),
        shared: shared.into_iter().map(to_shared_row).collect(),
        notice,
    })
}

/// `GET /account/password`.
pub async fn show_password(who: SignedInOrRestricted) -> PageResponse {
    if !account::may_change_password(&who.visit.app.core) {
        return who.visit.error_response(&Refusal::NotFound.into(), urls::ACCOUNT);
    }
    let view = password_view(&who.visit, &who.current, None);
    who.visit.ok(&view)
}

/// `POST /account/password`.
pub async fn change_password(who: SignedInOrRestricted, form: Form<PasswordForm>) -> PageResponse {
    let SignedInOrRestricted { visit, current } = who;
    let typed = TypedPasswords { current: form.0.current_password.as_ref(), new: &form.0.new_password };
    match account::change_password(visit.context(), &current, typed, SessionTokenPolicy::Rotate).await {
        Ok(changed) => password_saved_response(&visit, &changed),
        // The grant that allowed changing the password is spent or expired. The sign-in page knows what to do
        // next.
        Err(Error::Refused(Refusal::GrantInvalid)) => redirect_to_sign_in(&visit, PostSignInTarget::Account),
        Err(Error::Refused(refusal)) => {
            visit.rerender(&refusal, &password_view(&visit, &current, Some(&refusal)))
        }
        Err(failed) => visit.error_response(&failed, urls::ACCOUNT_PASSWORD),
    }
}

/// Redirects to the target of the sign-in that led here, or back to the account page.
fn password_saved_response(visit: &PageRequest, changed: &PasswordChangeOutcome) -> PageResponse {
    let Some(token) = &changed.token else {
        return redirect_signed_out(visit, Flash::PasswordChanged);
    };
    let onward = visit.target_url(visit.sign_in_target(), true);
    visit.update_flow_state(|journey| {
        journey.clear_weak_password();
        journey.told = Some(Flash::PasswordChanged);
    });
    let mut reply = visit.redirect(&onward);
    cookies::add(&mut reply, &cookies::session_cookie(&visit.app.site, token));
    reply
}

/// `POST /sign-out`: ends this session.
pub async fn sign_out(who: SignedInOrRestricted, _form: Form<EmptyForm>) -> PageResponse {
    let SignedInOrRestricted { visit, current } = who;
    let ended = sessions::end(visit.context(), &current.user.id, &current.session.id).await;
    if let Err(failed @ Error::Failed(_)) = &ended {
        return visit.error_response(failed, urls::ACCOUNT);
    }
    redirect_signed_out(&visit, Flash::SignedOut)
}

/// `POST /account/sessions/{id}/end`.
pub async fn end_session(who: SignedIn, id: Path<String>, _form: Form<EmptyForm>) -> PageResponse {
    let SignedIn { visit, current } = who;
    let id = SessionId(id.into_inner());
    match sessions::end(visit.context(), &current.user.id, &id).await {
        Ok(()) if id == current.session.id => redirect_signed_out(&visit, Flash::SignedOut),
        Ok(()) => redirect_with_flash(&visit, Flash::SessionEnded),
        Err(error) => visit.error_response(&error, urls::ACCOUNT),
    }
}

/// `POST /account/sessions/end-others`.
pub async fn end_others(who: SignedIn, _form: Form<EmptyForm>) -> PageResponse {
    let SignedIn { visit, current } = who;
    match sessions::end_all_but(visit.context(), &current.user.id, Some(&current.session.id)).await {
        Ok(_) => redirect_with_flash(&visit, Flash::OthersEnded),
        Err(error) => visit.error_response(&error, urls::ACCOUNT),
    }
}

/// `POST /account/sessions/end-all`.
pub async fn end_all(who: SignedIn, _form: Form<EmptyForm>) -> PageResponse {
    let SignedIn { visit, current } = who;
    match sessions::end_all_but(visit.context(), &current.user.id, None).await {
        Ok(_) => redirect_signed_out(&visit, Flash::EverywhereEnded),
        Err(error) => visit.error_response(&error, urls::ACCOUNT),
    }
}

pub(super) fn redirect_with_flash(visit: &PageRequest, told: Flash) -> PageResponse {
    visit.update_flow_state(|journey| journey.told = Some(told));
    visit.redirect(urls::ACCOUNT)
}
