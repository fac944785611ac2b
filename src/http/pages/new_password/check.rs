//! The live check of a new password: which rules are met, how hard it would be to guess, and what would help.
//! It is advisory: the submitted form is checked again. It answers in JSON with translated text.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_LANGUAGE, RETRY_AFTER};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::http::pages::new_password::current_grant;
use crate::http::pages::sign_up::current_claim;
use rekey_core::passwords::LiveCheck;
use rekey_core::passwords::strength::Advice;
use rekey_core::recovery;
use rekey_core::sessions::{self, AuthenticatedUser};
use rekey_core::types::error::{Error, Refusal, Result};
use rekey_core::types::secret::Secret;
use rekey_core::{account, sign_up};
use rekey_server::http::html::form::Form;
use rekey_server::http::html::page::form_error::RefusedForm;
use rekey_server::http::html::page::policy_checklist;
use rekey_server::http::html::page_request::{PageRequest, PageResponse};
use rekey_server::http::routes::urls;

/// The most pieces of advice; there is room for two.
const MAX_ADVICE: usize = 2;
/// The locale keys of the scores from 0 to 4.
const SCORES: [&str; 5] = ["guess-0", "guess-1", "guess-2", "guess-3", "guess-4"];

/// The password so far.
#[derive(Deserialize, Validate)]
#[serde(rename_all = "camelCase")]
pub struct LiveCheckForm {
    #[serde(default)]
    new_password: Secret,
}

/// The response.
#[derive(Serialize)]
struct LiveCheckResponse {
    /// Names of the rules that are not met.
    unmet: Vec<&'static str>,
    /// From 0 to 4.
    score: u8,
    /// The score as text.
    word: String,
    /// Translated advice.
    advice: Vec<String>,
}

/// `POST /forgot-password/reset/check`.
pub async fn check_reset(request: PageRequest, form: Form<LiveCheckForm>) -> PageResponse {
    let Some(grant) = current_grant(&request) else {
        return refusal_response(StatusCode::FORBIDDEN, &Refusal::GrantInvalid);
    };
    let seen = recovery::live_check(request.context(), &grant, &form.0.new_password).await;
    respond(&request, seen)
}

/// `POST /register/password/check`.
pub async fn check_registration(request: PageRequest, form: Form<LiveCheckForm>) -> PageResponse {
    let Some(claim) = current_claim(&request) else {
        return refusal_response(StatusCode::FORBIDDEN, &Refusal::GrantInvalid);
    };
    let seen = sign_up::live_check(request.context(), &claim, &form.0.new_password).await;
    respond(&request, seen)
}

/// `POST /account/password/check`, also for users who must change the password first. A caller that is not
/// signed in gets an error, because a script cannot follow a redirect to the sign-in page.
pub async fn check_change(request: PageRequest, form: Form<LiveCheckForm>) -> PageResponse {
    match current_session(&request).await {
        Ok(Some(current)) => {
            let password = &form.0.new_password;
            respond(&request, account::live_check(request.context(), &current, password).await)
        }
        Ok(None) => refusal_response(StatusCode::UNAUTHORIZED, &Refusal::InvalidCredentials),
        Err(failed) => request.error_response(&failed, urls::ACCOUNT_PASSWORD),
    }
}

async fn current_session(request: &PageRequest) -> Result<Option<AuthenticatedUser>> {
    match request.session_token() {
        Some(token) => sessions::by_token_including_restricted(&request.app.core, &token).await,
        None => Ok(None),
    }
}

fn respond(request: &PageRequest, seen: Result<LiveCheck>) -> PageResponse {
    match seen {
        Ok(glance) => HttpResponse::Ok()
            .insert_header((CONTENT_LANGUAGE, request.translations.lang().tag()))
            .json(to_response(request, &glance)),
        Err(Error::Refused(gone @ Refusal::GrantInvalid)) => refusal_response(StatusCode::FORBIDDEN, &gone),
        Err(Error::Refused(refusal)) => {
            refusal_response(RefusedForm::from_refusal(&refusal).status, &refusal)
        }
        Err(failed) => request.error_response(&failed, urls::SIGN_IN),
    }
}

/// The script reads the status; the code helps developers.
fn refusal_response(status: StatusCode, refusal: &Refusal) -> PageResponse {
    let mut reply = HttpResponse::build(status);
    if let Some(seconds) = refusal.retry_after() {
        reply.insert_header((RETRY_AFTER, seconds));
    }
    reply.json(serde_json::json!({ "refused": refusal.code() }))
}

/// A violation that has no line in the list is shown as advice: the page must not look satisfied with a
/// password that will be refused.
fn to_response(request: &PageRequest, glance: &LiveCheck) -> LiveCheckResponse {
    let page = request.page();
    let snapshot = request.app.core.snapshot();
    let listed = policy_checklist::list_rules(&snapshot.settings.sign_in_experience.password_policy);
    let name = |violation| policy_checklist::rule_name(violation);
    let is_listed = |violation| listed.iter().any(|rule| rule.name == name(violation));
    let (lines, others): (Vec<_>, Vec<_>) = glance.violations.iter().partition(|found| is_listed(**found));
    let mut unmet: Vec<_> = lines.into_iter().copied().map(name).collect();
    unmet.dedup();
    let reasons = others.into_iter().map(|violation| page.reason(violation));
    let advice = glance.strength.advice.iter().map(|advice| page.t(advice_key(*advice)).into_owned());
    LiveCheckResponse {
        unmet,
        score: glance.strength.score,
        word: page.t(SCORES.get(usize::from(glance.strength.score)).unwrap_or(&"")).into_owned(),
        advice: reasons.chain(advice).take(MAX_ADVICE).collect(),
    }
}

const fn advice_key(advice: Advice) -> &'static str {
    match advice {
        Advice::Listed => "advice-listed",
        Advice::Common => "advice-common",
        Advice::NearlyCommon => "advice-nearly-common",
        Advice::Own => "advice-own",
        Advice::Name => "advice-name",
        Advice::SingleWord => "advice-single-word",
        Advice::Keyboard => "advice-keyboard",
        Advice::Repeats => "advice-repeats",
        Advice::Row => "advice-row",
        Advice::Date => "advice-date",
        Advice::Capitals => "advice-capitals",
        Advice::Backwards => "advice-backwards",
        Advice::Swaps => "advice-swaps",
        Advice::MoreWords => "advice-more-words",
        Advice::OnlyHere => "advice-only-here",
    }
}
