//! The signed-in person's own pages: who I am, my password, where I'm signed in. Every handler asks for `SignedIn`; ids of other
//! people's sessions are simply not found. The surprise: the password's page is also a stop on the way in, for people whose
//! password the policy would not take today.

use actix_web::web::Path;
use serde::Deserialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::domain::account::{self, Changed, Token, TypedPasswords};
use crate::domain::oidc::consent::{self, Shared};
use crate::domain::sessions::{self, Present};
use crate::faces::common::cookies;
use crate::faces::common::form::{Form, Nothing};
use crate::faces::common::journey::{Journey, Told};
use crate::faces::common::page::problem::Problem;
use crate::faces::common::page::rules;
use crate::faces::common::signed_in::{LetIn, SignedIn, away};
use crate::faces::common::urls::{self, After};
use crate::faces::common::visit::{Reply, Visit};
use crate::faces::pages::sign_in::signed_out;
use crate::faces::pages::views::{AccountView, Learned, Occasion, PasswordView, SessionRow, SharedRow};
use crate::model::error::{Error, Refusal, Result};
use crate::model::ids::SessionId;
use crate::model::secret::Secret;
use crate::model::session::Session;
use crate::model::settings::Revoke;
use crate::model::time::Timestamp;
use crate::model::user_agent::device;

/// What the password form holds.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PasswordForm {
    current_password: Option<Secret>,
    #[serde(default)]
    new_password: Secret,
}

/// `GET /account`.
pub async fn show(who: SignedIn) -> Reply {
    let SignedIn { visit, here } = who;
    let (listed, shared) = match lists(&visit, &here).await {
        Ok(lists) => lists,
        Err(failed) => return visit.refuse(&failed, urls::ACCOUNT),
    };
    if !visit.journey().weaknesses.is_empty() {
        // They went on without a new password.
        visit.remember(Journey::leave_weak_password);
    }
    let notice = visit.told().and_then(notice);
    visit.show(&AccountView {
        page: visit.page(),
        phone: here.user.phone.as_ref().map(|digits| format!("+{digits}")),
        has_password: here.user.password_digest.is_some(),
        may_change: account::may_change_password(&visit.app.rekey),
        name: here.user.name,
        username: here.user.username,
        email: here.user.email,
        sessions: listed.into_iter().map(|session| row(session, &here.session.id)).collect(),
        shared: shared.into_iter().map(sharing).collect(),
        notice,
    })
}

async fn lists(visit: &Visit, here: &Present) -> Result<(Vec<Session>, Vec<Shared>)> {
    let (rekey, user) = (&visit.app.rekey, &here.user.id);
    Ok((sessions::list(rekey, user).await?, consent::list(rekey, user).await?))
}

fn sharing(shared: Shared) -> SharedRow {
    SharedRow { id: shared.app_id, name: shared.app, learned: Learned::of(&shared.scope) }
}

const fn notice(told: Told) -> Option<&'static str> {
    match told {
        Told::PasswordChanged => Some("notice-password-changed"),
        Told::SessionEnded => Some("notice-session-ended"),
        Told::OthersEnded => Some("notice-others-ended"),
        Told::SharingEnded => Some("notice-sharing-ended"),
        Told::Reset(_)
        | Told::Repudiated(_)
        | Told::SignedOut
        | Told::SessionOver
        | Told::EverywhereEnded => None,
    }
}

fn row(session: Session, current: &SessionId) -> SessionRow {
    SessionRow {
        device: device(&session.user_agent),
        place: session.ip,
        started: iso(session.created_at),
        last_seen: iso(session.last_seen_at),
        current: session.id == *current,
        id: session.id.0,
    }
}

/// A moment as `<time datetime>` wants it.
pub fn iso(at: Timestamp) -> String {
    let moment = OffsetDateTime::from_unix_timestamp(at.0 / 1000).ok();
    moment.and_then(|moment| moment.format(&Rfc3339).ok()).unwrap_or_default()
}

/// `GET /account/password`.
pub async fn show_password(who: LetIn) -> Reply {
    if !account::may_change_password(&who.visit.app.rekey) {
        return who.visit.refuse(&Refusal::NotFound.into(), urls::ACCOUNT);
    }
    let view = password_view(&who.visit, &who.here, None);
    who.visit.show(&view)
}

fn password_view(visit: &Visit, here: &Present, refusal: Option<&Refusal>) -> PasswordView {
    let (live, journey) = (visit.app.rekey.live(), visit.journey());
    let policy = &live.settings.sign_in_experience.password_policy;
    let (violations, problem) = match refusal {
        Some(Refusal::PasswordWeak(violations)) => (violations.clone(), None),
        Some(wrong @ Refusal::CurrentPassword) => (Vec::new(), Some(Problem::of("currentPassword", wrong))),
        Some(other) => (Vec::new(), Some(Problem::of("", other))),
        None => (Vec::new(), None),
    };
    PasswordView {
        page: visit.page(),
        identifier: here.user.best_identifier(),
        occasion: occasion(here, &journey),
        weaknesses: journey.weaknesses,
        has_password: here.user.password_digest.is_some(),
        asks_for_current: account::asks_for_current(here),
        rules: rules::of(policy),
        passwordrules: rules::passwordrules(policy),
        min: policy.length.min,
        violations,
        problem,
        ends: ends(live.settings.after_password_change.revoke),
        onward: visit.address(visit.onward(), true),
    }
}

const fn occasion(here: &Present, journey: &Journey) -> Occasion {
    if here.session.must_change.is_some() {
        Occasion::Required
    } else if journey.weaknesses.is_empty() {
        Occasion::Wanted
    } else {
        Occasion::Advised
    }
}

const fn ends(revoke: Revoke) -> Option<&'static str> {
    match revoke {
        Revoke::Others => Some("password-others"),
        Revoke::All => Some("password-everywhere"),
        Revoke::None => None,
    }
}

/// `POST /account/password`.
pub async fn change_password(who: LetIn, form: Form<PasswordForm>) -> Reply {
    let LetIn { visit, here } = who;
    let typed = TypedPasswords { current: form.0.current_password.as_ref(), new: &form.0.new_password };
    match account::change_password(&visit.app.rekey, &visit.caller, &here, typed, Token::Renewed).await {
        Ok(changed) => saved(&visit, &changed),
        // What let them in to change it is gone: somebody else did, or time passed. The front door knows more.
        Err(Error::Refused(Refusal::GrantGone)) => away(&visit, After::Account),
        Err(Error::Refused(refusal)) => visit.again(&refusal, &password_view(&visit, &here, Some(&refusal))),
        Err(failed) => visit.refuse(&failed, urls::ACCOUNT_PASSWORD),
    }
}

/// On to where the person was going when a sign-in sent them here, or back to the account.
fn saved(visit: &Visit, changed: &Changed) -> Reply {
    let Some(token) = &changed.token else {
        return signed_out(visit, Told::PasswordChanged);
    };
    let onward = visit.address(visit.onward(), true);
    visit.remember(|journey| {
        journey.leave_weak_password();
        journey.told = Some(Told::PasswordChanged);
    });
    let mut reply = visit.go(&onward);
    cookies::add(&mut reply, &cookies::signed_in(&visit.app.site, token));
    reply
}

/// `POST /account/sessions/{id}/end`.
pub async fn end_one(who: SignedIn, id: Path<String>, _form: Form<Nothing>) -> Reply {
    let SignedIn { visit, here } = who;
    let id = SessionId(id.into_inner());
    match sessions::end(&visit.app.rekey, &visit.caller, &here.user.id, &id).await {
        Ok(()) if id == here.session.id => signed_out(&visit, Told::SignedOut),
        Ok(()) => told(&visit, Told::SessionEnded),
        Err(error) => visit.refuse(&error, urls::ACCOUNT),
    }
}

/// `POST /account/sessions/end-others`.
pub async fn end_others(who: SignedIn, _form: Form<Nothing>) -> Reply {
    let SignedIn { visit, here } = who;
    match sessions::end_all_but(&visit.app.rekey, &visit.caller, &here.user.id, Some(&here.session.id)).await
    {
        Ok(_) => told(&visit, Told::OthersEnded),
        Err(error) => visit.refuse(&error, urls::ACCOUNT),
    }
}

/// `POST /account/sessions/end-all`.
pub async fn end_all(who: SignedIn, _form: Form<Nothing>) -> Reply {
    let SignedIn { visit, here } = who;
    match sessions::end_all_but(&visit.app.rekey, &visit.caller, &here.user.id, None).await {
        Ok(_) => signed_out(&visit, Told::EverywhereEnded),
        Err(error) => visit.refuse(&error, urls::ACCOUNT),
    }
}

pub fn told(visit: &Visit, told: Told) -> Reply {
    visit.remember(|journey| journey.told = Some(told));
    visit.go(urls::ACCOUNT)
}
