//! What a page asks while a new password is typed: which of its lines are met, how hard it would be to guess, what would help. It
//! promises nothing: the form that is sent in the end is judged anew. The surprise: it answers in JSON and in words.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_LANGUAGE, RETRY_AFTER};
use serde::{Deserialize, Serialize};

use super::super::sign_up::claim;
use super::grant;
use crate::domain::passwords::Glance;
use crate::domain::passwords::guess::Advice;
use crate::domain::recovery::complete;
use crate::domain::sessions::{self, Present};
use crate::domain::{account, sign_up};
use crate::faces::common::form::Form;
use crate::faces::common::page::rules;
use crate::faces::common::urls;
use crate::faces::common::visit::{self, Reply, Visit};
use crate::model::error::{Error, Refusal, Result};
use crate::model::secret::Secret;

/// The most pieces of advice; there is room for two.
const MOST_ADVICE: usize = 2;
/// A score in words, from 0 to 4.
const SCORES: [&str; 5] = ["guess-0", "guess-1", "guess-2", "guess-3", "guess-4"];

/// What has been typed so far.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Typed {
    #[serde(default)]
    new_password: Secret,
}

/// The answer.
#[derive(Serialize)]
struct Said {
    /// Lines of the list that are not met, by name.
    unmet: Vec<&'static str>,
    /// From 0 to 4.
    score: u8,
    /// The score in words.
    word: String,
    /// What would help, in words.
    advice: Vec<String>,
}

/// `POST /forgot-password/reset/check`.
pub async fn reset(visit: Visit, form: Form<Typed>) -> Reply {
    let Some(grant) = grant(&visit) else {
        return refused(StatusCode::FORBIDDEN, &Refusal::GrantGone);
    };
    let seen = complete::glance(&visit.app.rekey, &visit.caller, &grant, &form.0.new_password).await;
    answer(&visit, seen)
}

/// `POST /register/password/check`.
pub async fn choose(visit: Visit, form: Form<Typed>) -> Reply {
    let Some(claim) = claim(&visit) else {
        return refused(StatusCode::FORBIDDEN, &Refusal::GrantGone);
    };
    let seen = sign_up::glance(&visit.app.rekey, &visit.caller, &claim, &form.0.new_password).await;
    answer(&visit, seen)
}

/// `POST /account/password/check`. For whoever must change it first, too; whoever is not signed in is
/// told so, because a script can't follow anybody to a sign-in page.
pub async fn change(visit: Visit, form: Form<Typed>) -> Reply {
    match present(&visit).await {
        Ok(Some(here)) => {
            let password = &form.0.new_password;
            answer(&visit, account::glance(&visit.app.rekey, &visit.caller, &here, password).await)
        }
        Ok(None) => refused(StatusCode::UNAUTHORIZED, &Refusal::Credentials),
        Err(failed) => visit.refuse(&failed, urls::ACCOUNT_PASSWORD),
    }
}

async fn present(visit: &Visit) -> Result<Option<Present>> {
    match visit.session_token() {
        Some(token) => sessions::holder(&visit.app.rekey, &token).await,
        None => Ok(None),
    }
}

fn answer(visit: &Visit, seen: Result<Glance>) -> Reply {
    match seen {
        Ok(glance) => HttpResponse::Ok()
            .insert_header((CONTENT_LANGUAGE, visit.words.lang().tag()))
            .json(said(visit, &glance)),
        Err(Error::Refused(gone @ Refusal::GrantGone)) => refused(StatusCode::FORBIDDEN, &gone),
        Err(Error::Refused(refusal)) => refused(visit::status(&refusal), &refusal),
        Err(failed) => visit.refuse(&failed, urls::SIGN_IN),
    }
}

/// A script reads the status; the code is for whoever looks at it working.
fn refused(status: StatusCode, refusal: &Refusal) -> Reply {
    let mut reply = HttpResponse::build(status);
    if let Some(seconds) = refusal.retry_after() {
        reply.insert_header((RETRY_AFTER, seconds));
    }
    reply.json(serde_json::json!({ "refused": refusal.code() }))
}

/// A reason that has no line in the list is said as advice: a page that looks content must not be refused.
fn said(visit: &Visit, glance: &Glance) -> Said {
    let (page, live) = (visit.page(), visit.app.rekey.live());
    let listed = rules::of(&live.settings.sign_in_experience.password_policy);
    let name = |violation| rules::name(violation);
    let is_listed = |violation| listed.iter().any(|rule| rule.name == name(violation));
    let (lines, others): (Vec<_>, Vec<_>) = glance.violations.iter().partition(|found| is_listed(**found));
    let mut unmet: Vec<_> = lines.into_iter().copied().map(name).collect();
    unmet.dedup();
    let reasons = others.into_iter().map(|violation| page.reason(violation));
    let advice = glance.guess.advice.iter().map(|advice| page.t(key(*advice)).into_owned());
    Said {
        unmet,
        score: glance.guess.score,
        word: page.t(SCORES.get(usize::from(glance.guess.score)).unwrap_or(&"")).into_owned(),
        advice: reasons.chain(advice).take(MOST_ADVICE).collect(),
    }
}

const fn key(advice: Advice) -> &'static str {
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
