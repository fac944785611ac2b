//! What is under way: begun, switched between signing in and making an account, and told. Beginning anew forgets what was before, and the
//! app's own request stays.

use actix_web::HttpResponse;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::answer::{bad, missing};
use super::progress::Progress;
use super::screen::{Screen, Sent, Stop};
use super::wire::{EventName, IdentifierOut};
use crate::domain::captcha;
use crate::domain::oidc::authorize;
use crate::domain::recovery::standing::Standing;
use crate::faces::common::api::Answer;
use crate::faces::common::urls::Flow;
use crate::model::error::Refusal;
use crate::model::identifier::IdentifierKind;
use crate::model::ids::RequestId;
use crate::model::recovery::VerifiedBy;

/// What somebody is on the way to.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = InteractionBegun)]
pub struct BeginIn {
    interaction_event: EventName,
    /// What shows that nobody is a machine, where that is asked for.
    #[serde(default)]
    captcha_token: Option<String>,
}

/// The other of the two.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = InteractionSwitched)]
pub struct SwitchIn {
    interaction_event: EventName,
}

/// How far an interaction has got.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Interaction)]
struct InteractionOut {
    interaction_event: EventName,
    /// Who was identified.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    user_id: Option<String>,
    profile: ProfileOut,
    verification_records: Vec<RecordOut>,
    /// Always empty: no second factor is asked for here.
    mfa: Map<String, Value>,
    captcha: CaptchaOut,
    /// The calls that may be made next, the usual one first.
    next: Vec<&'static str>,
}

/// What an account or a password will be.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = InteractionProfile)]
struct ProfileOut {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    username: Option<String>,
    /// Whether a new password was given and taken.
    has_password: bool,
}

/// A proof, or one that is awaited.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = InteractionProof)]
struct RecordOut {
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    identifier: IdentifierOut,
    template_type: EventName,
    verified: bool,
}

/// Whether somebody showed here that they are no machine.
#[derive(Serialize, ToSchema)]
#[schema(as = InteractionCaptcha)]
struct CaptchaOut {
    verified: bool,
    skipped: bool,
}

/// `PUT /api/experience`: begins. What was under way in this browser is forgotten.
#[utoipa::path(
    put, path = "/api/experience", tag = "experience", operation_id = "beginInteraction",
    request_body = BeginIn,
    responses(
        (status = 204, description = "Begun."),
        (status = 400, description = "`session.not_found`: no app waits in this browser. `guard.invalid_input`."),
        (status = 403, description = "`auth.forbidden`: that is not offered here."),
        (status = 422, description = "`session.captcha_failed`."),
    ),
)]
pub async fn begin(sent: Sent<BeginIn>) -> Answer {
    let Sent { screen, body } = sent;
    screen.answer(begun(&screen, body.interaction_event.into(), body.captcha_token.as_deref()).await)
}

async fn begun(screen: &Screen, flow: Flow, token: Option<&str>) -> Result<Answer, Stop> {
    let journey = screen.journey();
    let waiting = journey.interaction().map(|waiting| waiting.id.as_str()).unwrap_or_default();
    if !authorize::waits(screen.rekey(), waiting).await? {
        return Err(bad("session.not_found").into());
    }
    offered(screen, flow)?;
    let human = match token {
        Some(token) => captcha::prove(screen.rekey(), screen.caller(), flow.deed(), token).await?,
        None => None,
    };
    screen.visit.remember(|journey| {
        journey.begin(flow);
        journey.human = human;
    });
    Ok(HttpResponse::NoContent().finish())
}

fn offered(screen: &Screen, flow: Flow) -> Result<(), Stop> {
    let live = screen.rekey().live();
    match flow {
        Flow::SignIn if !live.lets_in() => Err(Stop::Ruled(Refusal::SignInOff.into())),
        Flow::Register if !live.sign_up_kinds().any() => Err(Stop::Ruled(Refusal::SignUpOff.into())),
        _ => Ok(()),
    }
}

/// `PUT /api/experience/interaction-event`: from signing in to making an account, or back. What was proved for the one does not count
/// for the other.
#[utoipa::path(
    put, path = "/api/experience/interaction-event", tag = "experience", operation_id = "switchInteraction",
    request_body = SwitchIn,
    responses(
        (status = 204, description = "Switched."),
        (status = 400, description = "`session.not_found`, `session.not_supported_for_forgot_password`, `guard.invalid_input`."),
        (status = 403, description = "`auth.forbidden`: that is not offered here."),
        (status = 404, description = "`session.interaction_not_found`."),
    ),
)]
pub async fn switch(sent: Sent<SwitchIn>) -> Answer {
    let Sent { screen, body } = sent;
    let switched = switched(&screen, body.interaction_event.into());
    screen.answer(switched)
}

fn switched(screen: &Screen, to: Flow) -> Result<Answer, Stop> {
    let from = screen.flow()?;
    if from != to && (from == Flow::ForgotPassword || to == Flow::ForgotPassword) {
        return Err(bad("session.not_supported_for_forgot_password").into());
    }
    offered(screen, to)?;
    if from != to {
        screen.visit.remember(|journey| {
            journey.begin(to);
            journey.human = None;
        });
    }
    Ok(HttpResponse::NoContent().finish())
}

/// `GET /api/experience/interaction`: how far it has got, and what may be done next.
#[utoipa::path(
    get, path = "/api/experience/interaction", tag = "experience", operation_id = "showInteraction",
    responses(
        (status = 200, body = InteractionOut),
        (status = 400, description = "`session.not_found`."),
        (status = 404, description = "`session.interaction_not_found`."),
    ),
)]
pub async fn show(screen: Screen) -> Answer {
    let told = match Progress::of(&screen).await {
        Ok(progress) => told(&progress),
        Err(error) => Err(error.into()),
    };
    screen.answer(told)
}

fn told(progress: &Progress) -> Result<Answer, Stop> {
    let flow = progress.flow.ok_or(missing("session.interaction_not_found"))?;
    let journey = &progress.journey;
    let user = journey.identified.as_ref().and_then(|identified| identified.user.clone());
    let records = progress.request.iter();
    let records = records.map(|(id, standing)| record(flow, id, standing, progress.is_proved()));
    Ok(HttpResponse::Ok().json(InteractionOut {
        interaction_event: flow.into(),
        user_id: user.map(|user| user.0),
        profile: ProfileOut { username: journey.username.clone(), has_password: journey.password.is_some() },
        verification_records: records.collect(),
        mfa: Map::new(),
        captcha: CaptchaOut { verified: journey.human.is_some(), skipped: journey.human.is_none() },
        next: progress.next(),
    }))
}

fn record(flow: Flow, id: &RequestId, standing: &Standing, verified: bool) -> RecordOut {
    let kind = match standing.verified_by {
        Some(VerifiedBy::Password) => "Password",
        Some(VerifiedBy::Token) => "OneTimeToken",
        _ if standing.identifier.kind() == IdentifierKind::Phone => "PhoneVerificationCode",
        _ => "EmailVerificationCode",
    };
    let identifier = IdentifierOut::from(&standing.identifier);
    RecordOut { id: id.0.clone(), kind, identifier, template_type: flow.into(), verified }
}
