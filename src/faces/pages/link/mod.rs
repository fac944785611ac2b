//! The link of a message. Its first GET moves the token from the address into the sealed cookie, so that no history, log or referrer
//! keeps it, and consumes nothing; the page it leads to has a button, and only the button's POST verifies (C1, ASVS 14.2.1).

/// The one-time tokens of operators' own messages.
pub mod one_time;

use actix_web::web::Path;
use serde::Deserialize;

use crate::domain::recovery::link::{self, LinkStanding};
use crate::faces::common::form::{Form, Nothing};
use crate::faces::common::journey::Journey;
use crate::faces::common::page::error::ErrorKind;
use crate::faces::common::page::problem::Problem;
use crate::faces::common::urls::{self, Flow};
use crate::faces::common::visit::{Reply, Visit};
use crate::faces::pages::code;
use crate::faces::pages::views::{LinkState, LinkView};
use crate::model::error::{Error, Refusal};
use crate::model::secret::Secret;

/// What the form for the number holds.
#[derive(Deserialize)]
pub struct NumberForm {
    #[serde(default)]
    number: String,
}

/// `GET /forgot-password/link/{token}`.
pub async fn open(visit: Visit, token: Path<String>) -> Reply {
    open_at(&visit, token.into_inner(), urls::LINK, |journey, token| journey.link = Some(token))
}

/// Puts a token that came in an address into the journey and goes on to the clean address.
pub fn open_at(
    visit: &Visit,
    token: String,
    clean: &'static str,
    keep: impl FnOnce(&mut Journey, Secret),
) -> Reply {
    let plausible =
        token.len() == 43 && token.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if !plausible {
        return visit.error(ErrorKind::NotFound, None, None);
    }
    visit.remember(|journey| keep(journey, Secret::new(token)));
    visit.go(clean)
}

/// `GET /forgot-password/link`: what the button will do. Looking changes nothing.
pub async fn show(visit: Visit) -> Reply {
    let Some(token) = visit.journey().link else {
        return onward(&visit);
    };
    match link::look(&visit.app.rekey, &token).await {
        Ok(standing) => visit.show(&view(&visit, &standing, None)),
        Err(failed) => visit.refuse(&failed, urls::FORGOT),
    }
}

/// Without a link this browser may have followed it already (the back button, a button pressed twice): to where it stands.
fn onward(visit: &Visit) -> Reply {
    let waits = visit.journey().awaits(Flow::ForgotPassword).is_some();
    visit.go(if waits { urls::CODE } else { urls::FORGOT })
}

fn view(visit: &Visit, standing: &LinkStanding, problem: Option<Problem>) -> LinkView {
    let same_window = standing.request.is_some() && standing.request == visit.journey().request;
    LinkView {
        page: visit.page(),
        address: standing.masked.clone(),
        same_window,
        state: state(standing.refusal.as_ref()),
        problem,
    }
}

const fn state(refusal: Option<&Refusal>) -> LinkState {
    match refusal {
        None => LinkState::Ready,
        Some(Refusal::LinkExpired) => LinkState::Expired,
        Some(Refusal::LinkUsed) => LinkState::Used,
        Some(Refusal::LinkEarlier) => LinkState::Earlier,
        Some(_) => LinkState::Unknown,
    }
}

/// `POST /forgot-password/link`: continue on this device.
pub async fn follow(visit: Visit, _form: Form<Nothing>) -> Reply {
    let Some(token) = visit.journey().link else {
        return onward(&visit);
    };
    match link::follow(&visit.app.rekey, &visit.caller, &token).await {
        Ok(followed) => {
            visit.remember(|journey| {
                journey.typed(&followed.identifier.display());
                journey.wait_for(Flow::ForgotPassword, followed.request);
                // Another device than the one that asked learns here for which app it was.
                journey.app = followed.app.or_else(|| journey.app.take());
            });
            code::granted(&visit, Flow::ForgotPassword, followed.grant).await
        }
        Err(error) => refused(&visit, &token, error).await,
    }
}

/// `POST /forgot-password/link/match`: send the waiting window on, with the number it shows.
pub async fn match_number(visit: Visit, form: Form<NumberForm>) -> Reply {
    let Some(token) = visit.journey().link else {
        return onward(&visit);
    };
    match link::match_number(&visit.app.rekey, &visit.caller, &token, &form.0.number).await {
        // The page now says that the link was used: the other window goes on.
        Ok(()) => visit.go(urls::LINK),
        Err(error) => refused(&visit, &token, error).await,
    }
}

async fn refused(visit: &Visit, token: &Secret, error: Error) -> Reply {
    let refusal = match error {
        Error::Refused(refusal) => refusal,
        failed => return visit.refuse(&failed, urls::LINK),
    };
    match link::look(&visit.app.rekey, token).await {
        Ok(standing) => {
            let field = if matches!(refusal, Refusal::NumberWrong { .. }) { "number" } else { "" };
            let problem = standing.refusal.is_none().then(|| Problem::of(field, &refusal));
            visit.again(&refusal, &view(visit, &standing, problem))
        }
        Err(failed) => visit.refuse(&failed, urls::FORGOT),
    }
}

/// `POST /forgot-password/link/again`: a new message to the address of a link that no longer works.
pub async fn again(visit: Visit, _form: Form<Nothing>) -> Reply {
    let Some(token) = visit.journey().link else {
        return onward(&visit);
    };
    match link::ask_again(&visit.app.rekey, &visit.caller, &token).await {
        Ok(asked) => {
            visit.remember(|journey| journey.wait_for(Flow::ForgotPassword, asked.request));
            visit.go(urls::CODE)
        }
        Err(error) => refused(&visit, &token, error).await,
    }
}
