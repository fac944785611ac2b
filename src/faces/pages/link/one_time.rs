//! The one-time token of an operator's own message. As with our own links, the first GET moves it from the address into the sealed cookie
//! and uses nothing up, and only the button's POST redeems it. Who came without a hint says first which address the message went to.

use serde::Deserialize;

use super::super::code;
use crate::domain::one_time_tokens;
use crate::faces::common::form::Form;
use crate::faces::common::page::problem::Problem;
use crate::faces::common::urls::{self, Flow};
use crate::faces::common::visit::{Reply, Visit};
use crate::faces::pages::views::{LinkState, OneTimeView};
use crate::model::email::Email;
use crate::model::error::{Error, Refusal};
use crate::model::recovery::InteractionEvent;
use crate::model::secret::Secret;

/// What a token opens here.
const EVENT: InteractionEvent = InteractionEvent::ForgotPassword;

/// What the form holds.
#[derive(Deserialize)]
pub struct AddressForm {
    #[serde(default)]
    identifier: String,
}

/// `GET /reset-password?one_time_token=…`. One that can't be a token is kept too: the clean page says that it doesn't work.
pub fn open(visit: &Visit, token: String) -> Reply {
    visit.remember(|journey| {
        journey.leave_recovery();
        journey.one_time = Some(Secret::new(token));
    });
    visit.go(urls::ONE_TIME)
}

/// `GET /reset-password/token`: what the button will do. Looking changes nothing.
pub async fn show(visit: Visit) -> Reply {
    let journey = visit.journey();
    let Some(token) = journey.one_time else {
        return onward(&visit);
    };
    let is_known = Email::parse(&journey.identifier).is_some();
    match one_time_tokens::look(&visit.app.rekey, EVENT, &token).await {
        Ok(()) => visit.show(&view(&visit, LinkState::Ready, is_known, None)),
        Err(Error::Refused(refusal)) => visit.show(&view(&visit, over(&refusal), is_known, None)),
        Err(failed) => visit.refuse(&failed, urls::FORGOT),
    }
}

/// Without a token this browser may have redeemed it already (the back button, a button pressed twice).
fn onward(visit: &Visit) -> Reply {
    let waits = visit.journey().awaits(Flow::ForgotPassword).is_some();
    visit.go(if waits { urls::CODE } else { urls::FORGOT })
}

/// `POST /reset-password/token`: on to the new password.
pub async fn redeem(visit: Visit, form: Form<AddressForm>) -> Reply {
    let Some(token) = visit.journey().one_time else {
        return onward(&visit);
    };
    let typed = form.0.identifier;
    visit.remember(|journey| journey.typed(&typed));
    match one_time_tokens::redeem(&visit.app.rekey, &visit.caller, EVENT, &typed, &token).await {
        Ok(followed) => {
            visit.remember(|journey| {
                journey.typed(&followed.identifier.display());
                journey.wait_for(Flow::ForgotPassword, followed.request);
            });
            code::granted(&visit, Flow::ForgotPassword, followed.grant).await
        }
        Err(Error::Refused(refusal)) => refused(&visit, &token, &refusal).await,
        Err(failed) => visit.refuse(&failed, urls::ONE_TIME),
    }
}

/// While the token itself is good it is the address that is not its own, and another can be typed.
async fn refused(visit: &Visit, token: &Secret, refusal: &Refusal) -> Reply {
    let problem = match refusal {
        Refusal::LinkUnknown => Problem::other_address(),
        refusal if refusal.is_about_identifier() => Problem::of("identifier", refusal),
        _ => Problem::of("", refusal),
    };
    match one_time_tokens::look(&visit.app.rekey, EVENT, token).await {
        Ok(()) => visit.again(refusal, &view(visit, LinkState::Ready, false, Some(problem))),
        Err(Error::Refused(refusal)) => visit.again(&refusal, &view(visit, over(&refusal), false, None)),
        Err(failed) => visit.refuse(&failed, urls::FORGOT),
    }
}

const fn over(refusal: &Refusal) -> LinkState {
    match refusal {
        Refusal::LinkExpired => LinkState::Expired,
        Refusal::LinkUsed => LinkState::Used,
        _ => LinkState::Unknown,
    }
}

fn view(visit: &Visit, state: LinkState, is_known: bool, problem: Option<Problem>) -> OneTimeView {
    OneTimeView {
        page: visit.page(),
        identifier: visit.journey().identifier,
        is_known,
        can_ask: visit.app.rekey.live().channels().any(),
        state,
        problem,
    }
}
