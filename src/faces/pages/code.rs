//! The page that waits for the code, for a new password, a sign-in and a new account. It shows where the held request stands; the
//! database decides, so a reload, a second tab or the back button always shows the truth. The surprise: which of the three it is
//! for is read from the address, and a request that is for another is as good as none.

use actix_web::HttpResponse;
use serde::Deserialize;

use crate::domain::recovery;
use crate::domain::recovery::complete::Grant;
use crate::domain::recovery::standing::{self, Stage, Standing};
use crate::domain::recovery::{link, prove};
use crate::domain::sign_in::by_code::by_code;
use crate::domain::sign_in::by_grant::by_grant;
use crate::domain::sign_up::asks_for_password;
use crate::faces::common::form::{Form, Nothing};
use crate::faces::common::page::problem::Problem;
use crate::faces::common::urls::Flow;
use crate::faces::common::visit::{Reply, Visit};
use crate::faces::pages::views::{CodeState, CodeView};
use crate::faces::pages::{sign_in, sign_up};
use crate::model::error::{Error, Refusal, Result};
use crate::model::identifier::Identifier;
use crate::model::ids::RequestId;
use crate::model::secret::Secret;

/// What the form holds.
#[derive(Deserialize)]
pub struct CodeForm {
    #[serde(default)]
    code: String,
}

/// `GET /:flow/verification-code`.
pub async fn show(visit: Visit, flow: Flow) -> Reply {
    match held(&visit, flow).await {
        // Signing in spends the grant, which a look must not do: there is a button for it.
        Ok(Some((_, standing))) if standing.stage == Stage::Granted && flow != Flow::SignIn => {
            visit.go(flow.onward())
        }
        Ok(Some((_, standing))) => visit.show(&view(&visit, flow, standing, None)),
        Ok(None) => visit.go(flow.begin()),
        Err(failed) => visit.refuse(&failed, flow.begin()),
    }
}

/// The request this browser holds, and where it stands.
async fn held(visit: &Visit, flow: Flow) -> Result<Option<(RequestId, Standing)>> {
    let journey = visit.journey();
    let Some(request) = journey.awaits(flow) else {
        return Ok(None);
    };
    let standing = standing::look(&visit.app.rekey, &request, journey.grant.as_ref()).await?;
    Ok(standing.map(|standing| (request, standing)))
}

fn view(visit: &Visit, flow: Flow, standing: Standing, problem: Option<Problem>) -> CodeView {
    CodeView {
        page: visit.page(),
        flow,
        address: standing.identifier.display(),
        by_phone: matches!(standing.identifier, Identifier::Phone(_)),
        number: u32::try_from(standing.number).unwrap_or(0),
        resend_in: standing.resend_in,
        sends: standing.sends,
        expires_in: standing.expires_in,
        state: state(standing.stage),
        problem,
    }
}

const fn state(stage: Stage) -> CodeState {
    match stage {
        Stage::Waiting => CodeState::Waiting,
        Stage::Expired => CodeState::Expired,
        Stage::Exhausted => CodeState::Exhausted,
        Stage::Ended => CodeState::Ended,
        Stage::Elsewhere => CodeState::Elsewhere,
        Stage::Confirmed | Stage::Granted => CodeState::Confirmed,
    }
}

/// `POST /:flow/verification-code`.
pub async fn submit(visit: Visit, flow: Flow, form: Form<CodeForm>) -> Reply {
    let Some(request) = visit.journey().awaits(flow) else {
        return visit.go(flow.begin());
    };
    let outcome = match flow {
        Flow::SignIn => enter(&visit, &request, &form.0.code).await,
        Flow::ForgotPassword | Flow::Register => prove(&visit, flow, &request, &form.0.code).await,
    };
    match outcome {
        Ok(reply) => reply,
        Err(Error::Refused(refusal)) => refused(&visit, flow, "code", &refusal).await,
        Err(failed) => visit.refuse(&failed, flow.code()),
    }
}

async fn enter(visit: &Visit, request: &RequestId, typed: &str) -> Result<Reply> {
    let held = visit.session_token();
    let entry = by_code(&visit.app.rekey, &visit.caller, request, typed, held.as_ref()).await?;
    Ok(sign_in::entered(visit, entry))
}

async fn prove(visit: &Visit, flow: Flow, request: &RequestId, typed: &str) -> Result<Reply> {
    let grant = prove::by_code(&visit.app.rekey, &visit.caller, flow.event(), request, typed).await?;
    Ok(granted(visit, flow, grant).await)
}

/// On to where the grant is spent, with it in this browser's sealed cookie.
pub async fn granted(visit: &Visit, flow: Flow, grant: Secret) -> Reply {
    visit.remember(|journey| journey.grant = Some(grant));
    if flow == Flow::Register && !asks_for_password(&visit.app.rekey) {
        return sign_up::finish(visit, None).await;
    }
    visit.go(flow.onward())
}

/// The page again, with what was wrong at its field; a request that has gone on or ended shows that instead.
async fn refused(visit: &Visit, flow: Flow, field: &'static str, refusal: &Refusal) -> Reply {
    match held(visit, flow).await {
        Ok(Some((_, standing))) if standing.stage == Stage::Granted => visit.go(flow.onward()),
        Ok(Some((_, standing))) => {
            let field =
                if standing.stage == Stage::Waiting && refusal.retry_after().is_none() { field } else { "" };
            visit.again(refusal, &view(visit, flow, standing, Some(Problem::of(field, refusal))))
        }
        Ok(None) => visit.go(flow.begin()),
        Err(failed) => visit.refuse(&failed, flow.begin()),
    }
}

/// `POST …/resend`: another message, when its wait is over.
pub async fn resend(visit: Visit, flow: Flow, _form: Form<Nothing>) -> Reply {
    let Some(request) = visit.journey().awaits(flow) else {
        return visit.go(flow.begin());
    };
    match recovery::resend(&visit.app.rekey, &visit.caller, &request).await {
        Ok(asked) => {
            visit.remember(|journey| journey.wait_for(flow, asked.request));
            visit.go(flow.code())
        }
        Err(Error::Refused(refusal)) => refused(&visit, flow, "", &refusal).await,
        Err(failed) => visit.refuse(&failed, flow.code()),
    }
}

/// `POST /:flow/change-address`: the address was the wrong one; it stays in the field to be mended.
pub async fn change_address(visit: Visit, flow: Flow, _form: Form<Nothing>) -> Reply {
    if let Some(request) = visit.journey().awaits(flow)
        && let Err(failed) = recovery::cancel(&visit.app.rekey, &request).await
    {
        return visit.refuse(&failed, flow.begin());
    }
    if visit.journey().flow == flow {
        visit.remember(|journey| journey.leave_recovery());
    }
    visit.go(flow.begin())
}

/// `GET …/state`: the waiting script asks whether to move on. One word, the same for a decoy as for a message nobody answered.
pub async fn poll(visit: Visit, flow: Flow) -> Reply {
    let word = match held(&visit, flow).await {
        Ok(Some((_, standing))) => word(standing.stage),
        Ok(None) => "ended",
        Err(failed) => return visit.refuse(&failed, flow.code()),
    };
    HttpResponse::Ok().json(serde_json::json!({ "state": word }))
}

const fn word(stage: Stage) -> &'static str {
    match stage {
        Stage::Waiting => "waiting",
        Stage::Confirmed | Stage::Granted => "confirmed",
        Stage::Elsewhere => "elsewhere",
        Stage::Expired => "expired",
        Stage::Exhausted | Stage::Ended => "ended",
    }
}

/// `POST …/continue`: the proof is there. This window collects the grant of a number that was matched on the other device, or signs in
/// with what a screen of somebody's own had proved.
pub async fn proceed(visit: Visit, flow: Flow, _form: Form<Nothing>) -> Reply {
    let journey = visit.journey();
    let outcome = match (journey.granted(flow), journey.awaits(flow)) {
        (Some((request, token)), _) if flow == Flow::SignIn => {
            let (found, held) = (journey.proved_with, visit.session_token());
            let grant = Grant { request, token };
            let entry = by_grant(&visit.app.rekey, &visit.caller, &grant, found, held.as_ref()).await;
            entry.map(|entry| sign_in::entered(&visit, entry))
        }
        (_, Some(request)) if flow == Flow::ForgotPassword => collect(&visit, &request).await,
        _ => return visit.go(flow.begin()),
    };
    match outcome {
        Ok(reply) => reply,
        Err(Error::Refused(_)) => visit.go(flow.code()),
        Err(failed) => visit.refuse(&failed, flow.code()),
    }
}

async fn collect(visit: &Visit, request: &RequestId) -> Result<Reply> {
    let grant = link::claim(&visit.app.rekey, request).await?;
    Ok(granted(visit, Flow::ForgotPassword, grant).await)
}
