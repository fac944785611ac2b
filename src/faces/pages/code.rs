//! The page that waits for the code. It shows where the held request stands; the database decides, so a reload, a second tab or the
//! back button always shows the truth.

use actix_web::HttpResponse;
use serde::Deserialize;

use crate::domain::recovery;
use crate::domain::recovery::standing::{self, Stage, Standing};
use crate::domain::recovery::{link, prove};
use crate::faces::common::form::{Form, Nothing};
use crate::faces::common::page::problem::Problem;
use crate::faces::common::urls;
use crate::faces::common::visit::{Reply, Visit};
use crate::faces::pages::views::{CodeState, CodeView};
use crate::model::error::{Error, Refusal, Result};
use crate::model::identifier::Identifier;
use crate::model::ids::RequestId;
use crate::model::recovery::InteractionEvent;
use crate::model::secret::Secret;

/// What the form holds.
#[derive(Deserialize)]
pub struct CodeForm {
    #[serde(default)]
    code: String,
}

/// `GET /forgot-password/verification-code`.
pub async fn show(visit: Visit) -> Reply {
    match held(&visit).await {
        Ok(Some((_, standing))) if standing.stage == Stage::Granted => visit.go(urls::NEW_PASSWORD),
        Ok(Some((_, standing))) => visit.show(&view(&visit, standing, None)),
        Ok(None) => visit.go(urls::FORGOT),
        Err(failed) => visit.refuse(&failed, urls::FORGOT),
    }
}

/// The request this browser holds, and where it stands.
async fn held(visit: &Visit) -> Result<Option<(RequestId, Standing)>> {
    let journey = visit.journey();
    let Some(request) = journey.request else {
        return Ok(None);
    };
    let standing = standing::look(&visit.app.rekey, &request, journey.grant.as_ref()).await?;
    Ok(standing.map(|standing| (request, standing)))
}

fn view(visit: &Visit, standing: Standing, problem: Option<Problem>) -> CodeView {
    CodeView {
        page: visit.page(),
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

/// `POST /forgot-password/verification-code`.
pub async fn submit(visit: Visit, form: Form<CodeForm>) -> Reply {
    let Some(request) = visit.journey().request else {
        return visit.go(urls::FORGOT);
    };
    match prove::by_code(
        &visit.app.rekey,
        &visit.caller,
        InteractionEvent::ForgotPassword,
        &request,
        &form.0.code,
    )
    .await
    {
        Ok(grant) => granted(&visit, grant),
        Err(Error::Refused(refusal)) => refused(&visit, "code", &refusal).await,
        Err(failed) => visit.refuse(&failed, urls::CODE),
    }
}

/// On to the new password, with the grant in this browser's sealed cookie.
pub fn granted(visit: &Visit, grant: Secret) -> Reply {
    visit.remember(|journey| journey.grant = Some(grant));
    visit.go(urls::NEW_PASSWORD)
}

/// The page again, with what was wrong at its field; a request that has gone on or ended shows that instead.
async fn refused(visit: &Visit, field: &'static str, refusal: &Refusal) -> Reply {
    match held(visit).await {
        Ok(Some((_, standing))) if standing.stage == Stage::Granted => visit.go(urls::NEW_PASSWORD),
        Ok(Some((_, standing))) => {
            let field =
                if standing.stage == Stage::Waiting && refusal.retry_after().is_none() { field } else { "" };
            visit.again(refusal, &view(visit, standing, Some(Problem::of(field, refusal))))
        }
        Ok(None) => visit.go(urls::FORGOT),
        Err(failed) => visit.refuse(&failed, urls::FORGOT),
    }
}

/// `POST …/resend`: another message, when its wait is over.
pub async fn resend(visit: Visit, _form: Form<Nothing>) -> Reply {
    let Some(request) = visit.journey().request else {
        return visit.go(urls::FORGOT);
    };
    match recovery::resend(&visit.app.rekey, &visit.caller, &request).await {
        Ok(asked) => {
            visit.remember(|journey| {
                journey.leave_recovery();
                journey.request = Some(asked.request);
            });
            visit.go(urls::CODE)
        }
        Err(Error::Refused(refusal)) => refused(&visit, "", &refusal).await,
        Err(failed) => visit.refuse(&failed, urls::CODE),
    }
}

/// `GET …/state`: the waiting script asks whether to move on. One word, the same for a decoy as for a message nobody answered.
pub async fn poll(visit: Visit) -> Reply {
    let word = match held(&visit).await {
        Ok(Some((_, standing))) => word(standing.stage),
        Ok(None) => "ended",
        Err(failed) => return visit.refuse(&failed, urls::CODE),
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

/// `POST …/continue`: the number was matched on the other device; this window collects its grant.
pub async fn proceed(visit: Visit, _form: Form<Nothing>) -> Reply {
    let Some(request) = visit.journey().request else {
        return visit.go(urls::FORGOT);
    };
    match link::claim(&visit.app.rekey, &request).await {
        Ok(grant) => granted(&visit, grant),
        Err(Error::Refused(_)) => visit.go(urls::CODE),
        Err(failed) => visit.refuse(&failed, urls::CODE),
    }
}
