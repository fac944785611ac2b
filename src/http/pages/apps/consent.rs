//! Consent to a third-party application. The page shows what the application would learn; both answers lead
//! back to it.

use actix_web::web::Path;
use serde::Deserialize;
use validator::Validate;

use crate::http::pages::account::redirect_with_flash;
use crate::http::pages::apps::request_expired_page;
use crate::http::pages::entry;
use crate::http::pages::views::{ConsentView, ScopeSummary};
use rekey_core::oidc::consent::{self, ConsentPrompt};
use rekey_core::types::error::{Error, Refusal};
use rekey_server::http::html::flow_state::Flash;
use rekey_server::http::html::form::{EmptyForm, Form};
use rekey_server::http::html::page_request::{PageRequest, PageResponse};
use rekey_server::http::html::signed_in::SignedIn;
use rekey_server::http::routes::urls::{self, PostSignInTarget};

/// The fields of the form.
#[derive(Deserialize, Validate)]
pub struct ConsentForm {
    #[validate(length(max = 16))]
    answer: Option<String>,
}

/// `GET /consent`.
pub async fn show(signed_in: SignedIn) -> PageResponse {
    let SignedIn { request, current } = signed_in;
    entry::read_entry_params(&request);
    let Some(interaction) = request.flow_state().current_pending().cloned() else {
        return request_expired_page(&request).await;
    };
    match consent::prompt(&request.app.core, &interaction.id).await {
        Ok(question) => request.ok(&build_view(&request, &question, current.user.best_identifier())),
        Err(Error::Refused(Refusal::NotFound)) => request_expired_page(&request).await,
        Err(failed) => request.error_response(&failed, urls::ACCOUNT),
    }
}

fn build_view(request: &PageRequest, question: &ConsentPrompt, identifier: String) -> ConsentView {
    let learned = ScopeSummary::from_scope(&question.scope);
    ConsentView { page: request.page(), app: question.app.clone(), identifier, learned }
}

/// `POST /consent`: back to the application, whatever the answer.
pub async fn submit(signed_in: SignedIn, form: Form<ConsentForm>) -> PageResponse {
    let SignedIn { request, current } = signed_in;
    let Some(interaction) = request.flow_state().current_pending().cloned() else {
        return request_expired_page(&request).await;
    };
    let outcome = match form.0.answer.as_deref() {
        Some("agree") => {
            let agreed = consent::agree(request.context(), &interaction.id, &current).await;
            agreed.map(|()| request.redirect(&request.target_url(PostSignInTarget::App, false)))
        }
        _ => {
            let declined = consent::decline(request.context(), &interaction.id, &current).await;
            declined.map(|response| {
                request.update_flow_state(|flow_state| flow_state.remove_pending(&interaction.id));
                request.respond_to_app(&response)
            })
        }
    };
    match outcome {
        Ok(reply) => reply,
        Err(Error::Refused(Refusal::NotFound)) => request_expired_page(&request).await,
        Err(error) => request.error_response(&error, urls::ACCOUNT),
    }
}

/// `POST /account/apps/{id}/end`: stops sharing data with this application.
pub async fn withdraw(signed_in: SignedIn, id: Path<String>, _form: Form<EmptyForm>) -> PageResponse {
    let SignedIn { request, current } = signed_in;
    match consent::revoke(request.context(), &current.user.id, &id).await {
        Ok(()) => redirect_with_flash(&request, Flash::SharingEnded),
        Err(error) => request.error_response(&error, urls::ACCOUNT),
    }
}
