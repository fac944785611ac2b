//! "This wasn't me": the page behind the link of every notice. Like the recovery link, looking changes nothing and the token leaves the
//! address at once; the button freezes, ends and starts anew.

use actix_web::web::Path;

use crate::domain::credentials::repudiation::{self, RepudiationOutcome};
use crate::faces::common::form::{Form, Nothing};
use crate::faces::common::journey::{Repudiated, Told};
use crate::faces::common::urls::{self, Flow};
use crate::faces::common::visit::{Reply, Visit};
use crate::faces::pages::account::iso;
use crate::faces::pages::link::open_at;
use crate::faces::pages::views::{NotMeState, NotMeView};
use crate::model::error::{Error, Refusal};

/// `GET /not-me/{token}`.
pub async fn open(visit: Visit, token: Path<String>) -> Reply {
    open_at(&visit, token.into_inner(), urls::NOT_ME, |journey, token| {
        journey.not_me = Some(token);
        journey.told = None;
    })
}

/// `GET /not-me`.
pub async fn show(visit: Visit) -> Reply {
    if let Some(Told::Repudiated(done)) = visit.journey().told {
        return visit.show(&view(&visit, NotMeState::Done(done), String::new(), String::new()));
    }
    let Some(token) = visit.journey().not_me else {
        return visit.go(urls::SIGN_IN);
    };
    match repudiation::preview(&visit.app.rekey, &token).await {
        Ok(notice) => {
            let is_address = notice.is_address;
            let view = view(&visit, NotMeState::Ready, notice.device, iso(notice.at));
            visit.show(&NotMeView { is_address, ..view })
        }
        Err(Error::Refused(refusal)) => {
            visit.show(&view(&visit, state(&refusal), String::new(), String::new()))
        }
        Err(failed) => visit.refuse(&failed, urls::SIGN_IN),
    }
}

fn view(visit: &Visit, state: NotMeState, device: String, at: String) -> NotMeView {
    NotMeView { page: visit.page(), state, is_address: false, device, at }
}

const fn state(refusal: &Refusal) -> NotMeState {
    match refusal {
        Refusal::LinkUsed => NotMeState::Used,
        Refusal::LinkExpired => NotMeState::Expired,
        Refusal::LinkEarlier => NotMeState::Ended,
        _ => NotMeState::Unknown,
    }
}

const fn done(undone: &RepudiationOutcome) -> Repudiated {
    Repudiated {
        is_restored: undone.is_restored,
        is_removed: undone.is_removed,
        is_frozen: undone.is_frozen,
        is_sent: undone.asked.is_some(),
    }
}

/// `POST /not-me`.
pub async fn submit(visit: Visit, _form: Form<Nothing>) -> Reply {
    let Some(token) = visit.journey().not_me else {
        return visit.go(urls::SIGN_IN);
    };
    match repudiation::repudiate(&visit.app.rekey, &visit.caller, &token).await {
        Ok(undone) => {
            let done = done(&undone);
            visit.remember(|journey| {
                journey.leave_recovery();
                journey.not_me = None;
                journey.told = Some(Told::Repudiated(done));
                if let Some(asked) = undone.asked {
                    journey.wait_for(Flow::ForgotPassword, asked.request);
                }
            });
            visit.go(urls::NOT_ME)
        }
        Err(Error::Refused(refusal)) => {
            visit.again(&refusal, &view(&visit, state(&refusal), String::new(), String::new()))
        }
        Err(failed) => visit.refuse(&failed, urls::NOT_ME),
    }
}
