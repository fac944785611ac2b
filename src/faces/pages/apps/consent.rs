//! Agreeing that a third-party application learns who one is. The page says what it would learn; both answers lead back to the app.

use actix_web::web::Path;
use serde::Deserialize;

use super::resume::lost;
use crate::domain::oidc::consent::{self, Question};
use crate::faces::common::form::{Form, Nothing};
use crate::faces::common::journey::Told;
use crate::faces::common::signed_in::SignedIn;
use crate::faces::common::urls::{self, After};
use crate::faces::common::visit::{Reply, Visit};
use crate::faces::pages::account::told;
use crate::faces::pages::entry;
use crate::faces::pages::views::{ConsentView, Learned};
use crate::model::error::{Error, Refusal};

/// What the form holds.
#[derive(Deserialize)]
pub struct ConsentForm {
    answer: Option<String>,
}

/// `GET /consent`.
pub async fn show(who: SignedIn) -> Reply {
    let SignedIn { visit, here } = who;
    entry::arrive(&visit);
    let Some(interaction) = visit.journey().interaction().cloned() else {
        return lost(&visit).await;
    };
    match consent::look(&visit.app.rekey, &interaction.id).await {
        Ok(question) => visit.show(&view(&visit, &question, here.user.best_identifier())),
        Err(Error::Refused(Refusal::NotFound)) => lost(&visit).await,
        Err(failed) => visit.refuse(&failed, urls::ACCOUNT),
    }
}

fn view(visit: &Visit, question: &Question, identifier: String) -> ConsentView {
    let learned = Learned::of(&question.scope);
    ConsentView { page: visit.page(), app: question.app.clone(), identifier, learned }
}

/// `POST /consent`: back to the app, whatever the answer.
pub async fn submit(who: SignedIn, form: Form<ConsentForm>) -> Reply {
    let SignedIn { visit, here } = who;
    let Some(interaction) = visit.journey().interaction().cloned() else {
        return lost(&visit).await;
    };
    let rekey = &visit.app.rekey;
    let outcome = match form.0.answer.as_deref() {
        Some("agree") => {
            let agreed = consent::agree(rekey, &visit.caller, &interaction.id, &here).await;
            agreed.map(|()| visit.go(&visit.address(After::App, false)))
        }
        _ => {
            let declined = consent::decline(rekey, &visit.caller, &interaction.id, &here).await;
            declined.map(|address| {
                visit.remember(|journey| journey.leave_interaction(&interaction.id));
                visit.leave(&address)
            })
        }
    };
    match outcome {
        Ok(reply) => reply,
        Err(Error::Refused(Refusal::NotFound)) => lost(&visit).await,
        Err(error) => visit.refuse(&error, urls::ACCOUNT),
    }
}

/// `POST /account/apps/{id}/end`: nothing is shared with this app any more.
pub async fn withdraw(who: SignedIn, id: Path<String>, _form: Form<Nothing>) -> Reply {
    let SignedIn { visit, here } = who;
    match consent::withdraw(&visit.app.rekey, &visit.caller, &here.user.id, &id).await {
        Ok(()) => told(&visit, Told::SharingEnded),
        Err(error) => visit.refuse(&error, urls::ACCOUNT),
    }
}
