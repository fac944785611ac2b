//! The sessions and apps that the account page lists, and its page for a new password.

use crate::http::pages::views::{PasswordPageReason, PasswordView, ScopeSummary, SessionRow, SharedAppRow};
use rekey_core::oidc::consent::{self, ConsentedApp};
use rekey_core::sessions::AuthenticatedUser;
use rekey_core::sessions::Session;
use rekey_core::settings::SessionRevocation;
use rekey_core::types::caller::user_agent::describe_device;
use rekey_core::types::error::{Refusal, Result};
use rekey_core::types::ids::SessionId;
use rekey_core::{account, sessions};
use rekey_server::http::html::flow_state::{Flash, FlowState};
use rekey_server::http::html::page::form_error::FormError;
use rekey_server::http::html::page::{format_rfc3339, policy_checklist};
use rekey_server::http::html::page_request::PageRequest;

pub(super) async fn load_sessions_and_apps(
    request: &PageRequest,
    current: &AuthenticatedUser,
) -> Result<(Vec<Session>, Vec<ConsentedApp>)> {
    let core = &request.app.core;
    let user = &current.user.id;
    Ok((sessions::list(core, user).await?, consent::list(core, user).await?))
}

pub(super) fn to_shared_row(shared: ConsentedApp) -> SharedAppRow {
    SharedAppRow { id: shared.app_id, name: shared.app, learned: ScopeSummary::from_scope(&shared.scope) }
}

pub(super) const fn notice_key(flash: Flash) -> Option<&'static str> {
    match flash {
        Flash::PasswordChanged => Some("notice-password-changed"),
        Flash::SessionEnded => Some("notice-session-ended"),
        Flash::OthersEnded => Some("notice-others-ended"),
        Flash::SharingEnded => Some("notice-sharing-ended"),
        Flash::Reset(_)
        | Flash::Disputed(_)
        | Flash::SignedOut
        | Flash::SessionOver
        | Flash::EverywhereEnded => None,
    }
}

pub(super) fn to_session_row(session: Session, current: &SessionId) -> SessionRow {
    SessionRow {
        device: describe_device(&session.user_agent),
        place: session.ip,
        started: format_rfc3339(session.created_at),
        last_seen: format_rfc3339(session.last_seen_at),
        current: session.id == *current,
        id: session.id.0,
    }
}

pub(super) fn password_view(
    request: &PageRequest,
    current: &AuthenticatedUser,
    refusal: Option<&Refusal>,
) -> PasswordView {
    let snapshot = request.app.core.snapshot();
    let flow_state = request.flow_state();
    let policy = &snapshot.settings.sign_in_experience.password_policy;
    let (violations, problem) = match refusal {
        Some(wrong @ Refusal::WrongCurrentPassword) => {
            (Vec::new(), Some(FormError::from_refusal("currentPassword", wrong)))
        }
        other => FormError::from_password_refusal(other),
    };
    PasswordView {
        page: request.page(),
        identifier: current.user.best_identifier(),
        occasion: password_page_reason(current, &flow_state),
        weaknesses: flow_state.weaknesses,
        has_password: current.user.password_digest.is_some(),
        asks_for_current: account::requires_current_password(current),
        rules: policy_checklist::list_rules(policy),
        passwordrules: policy_checklist::passwordrules_attribute(policy),
        min: policy.length.min,
        violations,
        problem,
        ends: revocation_notice(snapshot.settings.after_password_change.revoke),
        onward: request.target_url(request.sign_in_target(), true),
    }
}

const fn password_page_reason(current: &AuthenticatedUser, flow_state: &FlowState) -> PasswordPageReason {
    if current.session.must_change.is_some() {
        PasswordPageReason::Required
    } else if flow_state.weaknesses.is_empty() {
        PasswordPageReason::Wanted
    } else {
        PasswordPageReason::Advised
    }
}

const fn revocation_notice(revoke: SessionRevocation) -> Option<&'static str> {
    match revoke {
        SessionRevocation::Others => Some("password-others"),
        SessionRevocation::All => Some("password-everywhere"),
        SessionRevocation::None => None,
    }
}
