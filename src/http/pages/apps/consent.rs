//! Consent to a third-party application. The page shows what the application would learn; both answers lead
//! back to it.

use actix_web::web::Path;
use serde::Deserialize;
use validator::Validate;

use crate::http::html::flow_state::Flash;
use crate::http::html::form::{EmptyForm, Form};
use crate::http::html::page_request::{PageRequest, PageResponse};
use crate::http::html::signed_in::SignedIn;
use crate::http::pages::account::redirect_with_flash;
use crate::http::pages::apps::request_expired_page;
use crate::http::pages::entry;
use crate::http::pages::views::{ConsentView, ScopeSummary};
use crate::http::routes::urls::{self, PostSignInTarget};
use rekey_core::oidc::consent::{self, ConsentPrompt};
use rekey_core::types::error::{Error, Refusal};

/// The fields of the form.
#[derive(Deserialize, Validate)]
pub struct ConsentForm {
    #[validate(length(max = 16))]
    answer: Option<String>,
}

/// `GET /consent`.
pub async fn show(who: SignedIn) -> PageResponse {
    let SignedIn { visit, current } = who;
    entry::read_entry_params(&visit);
    let Some(interaction) = visit.flow_state().current_pending().cloned() else {
        return request_expired_page(&visit).await;
    };
    match consent::prompt(&visit.app.core, &interaction.id).await {
        Ok(question) => visit.ok(&build_view(&visit, &question, current.user.best_identifier())),
        Err(Error::Refused(Refusal::NotFound)) => request_expired_page(&visit).await,
        Err(failed) => visit.error_response(&failed, urls::ACCOUNT),
    }
}

fn build_view(visit: &PageRequest, question: &ConsentPrompt, identifier: String) -> ConsentView {
    let learned = ScopeSummary::from_scope(&question.scope);
    ConsentView { page: visit.page(), app: question.app.clone(), identifier, learned }
}

/// `POST /consent`: back to the application, whatever the answer.
pub async fn submit(who: SignedIn, form: Form<ConsentForm>) -> PageResponse {
    let SignedIn { visit, current } = who;
    let Some(interaction) = visit.flow_state().current_pending().cloned() else {
        return request_expired_page(&visit).await;
    };
    let outcome = match form.0.answer.as_deref() {
        Some("agree") => {
            let agreed = consent::agree(visit.context(), &interaction.id, &current).await;
            agreed.map(|()| visit.redirect(&visit.target_url(PostSignInTarget::App, false)))
        }
        _ => {
            let declined = consent::decline(visit.context(), &interaction.id, &current).await;
            declined.map(|address| {
                visit.update_flow_state(|journey| journey.remove_pending(&interaction.id));
                visit.redirect_external(&address)
            })
        }
    };
    match outcome {
        Ok(reply) => reply,
        Err(Error::Refused(Refusal::NotFound)) => request_expired_page(&visit).await,
        Err(error) => visit.error_response(&error, urls::ACCOUNT),
    }
}

/// `POST /account/apps/{id}/end`: stops sharing data with this application.
pub async fn withdraw(who: SignedIn, id: Path<String>, _form: Form<EmptyForm>) -> PageResponse {
    let SignedIn { visit, current } = who;
    match consent::revoke(visit.context(), &current.user.id, &id).await {
        Ok(()) => redirect_with_flash(&visit, Flash::SharingEnded),
        Err(error) => visit.error_response(&error, urls::ACCOUNT),
    }
}
