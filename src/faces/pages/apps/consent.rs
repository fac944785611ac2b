//! Agreeing that an app of somebody else learns who one is. The page says what it would learn; both answers lead back to the app.

use serde::Deserialize;

use super::resume::lost;
use crate::domain::oidc::consent::{self, Question};
use crate::faces::common::form::Form;
use crate::faces::common::signed_in::SignedIn;
use crate::faces::common::urls::{self, After};
use crate::faces::common::visit::{Reply, Visit};
use crate::faces::pages::entry;
use crate::faces::pages::views::ConsentView;
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
    let learns = question.scope.words().filter_map(ConsentView::learns).collect();
    let others =
        question.scope.words().filter(|word| ConsentView::is_other(word)).map(str::to_owned).collect();
    ConsentView { page: visit.page(), app: question.app.clone(), identifier, learns, others }
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
