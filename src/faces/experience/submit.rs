//! The last step: a new password is saved, a session begins, an account is made. What is missing is said, and with which call to mend it.
//! The surprise: after a new password nobody is signed in; the person signs in with it, and the app's own request still waits.

use actix_web::HttpResponse;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::answer::{missing, unfit};
use super::profile::{claim, grant};
use super::progress::{Missing, Progress};
use super::screen::{Screen, Stop};
use crate::domain::recovery::complete;
use crate::domain::sign_in::by_grant::by_grant;
use crate::domain::{sign_in, sign_up};
use crate::faces::common::api::Answer;
use crate::faces::common::cookies;
use crate::faces::common::urls::Flow;
use crate::model::error::Result;

/// Where the person goes on.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = InteractionSubmitted)]
pub(super) struct SubmittedOut {
    /// An address of this server, which leads back to the app or asks for what is missing.
    pub redirect_to: String,
}

/// `POST /api/experience/submit`: the last step. Saves the new password, starts the session, or makes the account.
#[utoipa::path(
    post, path = "/api/experience/submit", tag = "experience", operation_id = "submitInteraction",
    responses(
        (status = 200, description = "Somebody came in.", body = SubmittedOut),
        (status = 204, description = "The new password is saved. Nobody is signed in by that."),
        (status = 400, description = "`session.not_found`."),
        (status = 403, description = "`auth.forbidden`: that is not offered here any more."),
        (status = 404, description = "`session.interaction_not_found`, `session.identifier_not_found`, `session.verification_session_not_found`; `data.next` names the calls that are missing."),
        (status = 422, description = "`user.new_password_required_in_profile`, `user.missing_profile`; `data.next` names the call that is missing. `user.email_already_in_use`, `user.phone_already_in_use`, `user.username_already_in_use`: somebody was faster. `session.captcha_required`, `session.captcha_failed`: begin with a `captchaToken`."),
    ),
)]
pub async fn submit(screen: Screen) -> Answer {
    let submitted = finished(&screen).await;
    screen.step(submitted).await
}

async fn finished(screen: &Screen) -> Result<Answer, Stop> {
    let flow = screen.flow()?;
    let progress = Progress::of(screen).await?;
    match (progress.missing(), flow) {
        (Some(Missing::Proof | Missing::Identification), _) => {
            Err(missing("session.identifier_not_found").into())
        }
        (Some(Missing::Password), Flow::ForgotPassword) => {
            Err(unfit("user.new_password_required_in_profile").into())
        }
        (Some(Missing::Password), _) => {
            Err(unfit("user.missing_profile").with_data(json!({ "missingProfile": ["password"] })).into())
        }
        (None, Flow::ForgotPassword) => save(screen, &progress).await,
        (None, Flow::SignIn) => enter(screen).await,
        (None, Flow::Register) => make(screen, &progress).await,
    }
}

async fn save(screen: &Screen, progress: &Progress) -> Result<Answer, Stop> {
    let grant = grant(screen, Flow::ForgotPassword).await?;
    let accepted = progress.journey.password.as_ref();
    let accepted = accepted.ok_or(unfit("user.new_password_required_in_profile"))?;
    let completed = complete::save(screen.rekey(), screen.caller(), &grant, accepted).await?;
    screen.visit.remember(|journey| {
        journey.leave_recovery();
        journey.typed(&completed.identifier.display());
    });
    Ok(HttpResponse::NoContent().finish())
}

async fn enter(screen: &Screen) -> Result<Answer, Stop> {
    let grant = grant(screen, Flow::SignIn).await?;
    let (found, held) = (screen.journey().proved_with, screen.visit.session_token());
    let entry = by_grant(screen.rekey(), screen.caller(), &grant, found, held.as_ref()).await?;
    Ok(entered(screen, entry))
}

async fn make(screen: &Screen, progress: &Progress) -> Result<Answer, Stop> {
    // An account with a name sends nothing, so nobody has been asked yet.
    if progress.journey.username.is_some() {
        screen.is_human(Flow::Register).await?;
    }
    let (claim, held) = (claim(screen).await?, screen.visit.session_token());
    let accepted = progress.journey.password.as_ref();
    let entry = sign_up::save(screen.rekey(), screen.caller(), &claim, accepted, held.as_ref()).await?;
    Ok(entered(screen, entry))
}

fn entered(screen: &Screen, entry: sign_in::Entry) -> Answer {
    let cookie = cookies::signed_in(&screen.call.app.site, &entry.token);
    let onward = screen.visit.settle(entry.weaknesses);
    let mut answer = HttpResponse::Ok().json(SubmittedOut { redirect_to: below(screen, &onward) });
    cookies::add(&mut answer, &cookie);
    answer
}

/// The address in full; an app's own start is one already.
pub(super) fn below(screen: &Screen, onward: &str) -> String {
    let is_path = onward.starts_with('/');
    if is_path { format!("{}{onward}", screen.call.app.site.origin) } else { onward.to_owned() }
}
