//! Making an account: the identifier, then the code page of all journeys, then a password. What was proved or chosen is in the sealed
//! cookie and judged in the database. A taken address is answered like a free one; a taken username is said.

use serde::Deserialize;

use crate::domain::recovery::complete::Grant;
use crate::domain::sign_up::{self, Asked, Claim};
use crate::faces::common::form::Form;
use crate::faces::common::page::problem::Problem;
use crate::faces::common::urls::{self, Flow};
use crate::faces::common::visit::{Reply, Visit};
use crate::faces::pages::entry::{self, captcha};
use crate::faces::pages::new_password::{NewPasswordForm, choosing};
use crate::faces::pages::sign_in::{entered, is_here, is_sent};
use crate::faces::pages::views::{NewPasswordView, RegisterView};
use crate::model::error::{Error, Refusal, Result};
use crate::model::secret::Secret;

/// What the first form holds.
#[derive(Deserialize)]
pub struct RegisterForm {
    #[serde(default)]
    identifier: String,
    #[serde(default, alias = "cf-turnstile-response", alias = "h-captcha-response")]
    captcha: String,
}

/// `GET /register`. Where no accounts are made there is sign-in.
pub async fn show(visit: Visit) -> Reply {
    let screen = entry::arrive(&visit);
    let live = visit.app.rekey.live();
    if !live.sign_up_kinds().any() && live.lets_in() {
        return elsewhere(&visit);
    }
    if screen.is_none() && is_here(&visit).await {
        return visit.go(urls::ACCOUNT);
    }
    let identifier = visit.journey().identifier;
    let off = (!live.sign_up_kinds().any()).then(|| Problem::of("", &Refusal::SignUpOff));
    let view = RegisterView {
        captcha: captcha::asked(&visit, Flow::Register).await,
        ..view(&visit, identifier, off)
    };
    captcha::dressed(visit.show(&view), view.captcha.as_ref())
}

/// To sign-in, which an app's person is shown whoever is here.
fn elsewhere(visit: &Visit) -> Reply {
    if is_sent(visit) {
        return visit.go(&urls::sign_in_again(visit.journey().app.as_deref()));
    }
    visit.go(urls::SIGN_IN)
}

fn view(visit: &Visit, identifier: String, problem: Option<Problem>) -> RegisterView {
    let live = visit.app.rekey.live();
    let (kinds, sign_in) = (entry::narrowed(visit, live.sign_up_kinds()), live.lets_in());
    RegisterView { page: visit.page(), identifier, kinds, sign_in, captcha: None, problem }
}

/// `POST /register`: moves on whether or not anybody has this address.
pub async fn submit(visit: Visit, form: Form<RegisterForm>) -> Reply {
    let RegisterForm { identifier: typed, captcha: token } = form.0;
    visit.remember(|journey| journey.typed(&typed));
    match ask(&visit, &typed, &token).await {
        Ok(Asked::Code(request)) => {
            visit.remember(|journey| journey.wait_for(Flow::Register, request));
            visit.go(urls::REGISTER_CODE)
        }
        Ok(Asked::Name(name)) => {
            visit.remember(|journey| {
                journey.leave_recovery();
                journey.username = Some(name);
            });
            visit.go(urls::REGISTER_PASSWORD)
        }
        Err(Error::Refused(refusal)) => again(&visit, typed, &refusal).await,
        Err(failed) => visit.refuse(&failed, urls::REGISTER),
    }
}

async fn ask(visit: &Visit, typed: &str, token: &str) -> Result<Asked> {
    captcha::check(visit, Flow::Register, token).await?;
    let held = visit.journey().awaits(Flow::Register);
    sign_up::ask(&visit.app.rekey, &visit.caller, typed, held.as_ref()).await
}

async fn again(visit: &Visit, typed: String, refusal: &Refusal) -> Reply {
    let field = if refusal.is_about_identifier() { "identifier" } else { "" };
    let problem = Some(Problem::of(field, refusal));
    let view =
        RegisterView { captcha: captcha::asked(visit, Flow::Register).await, ..view(visit, typed, problem) };
    captcha::dressed(visit.again(refusal, &view), view.captcha.as_ref())
}

/// What this browser has towards an account, if anything.
pub fn claim(visit: &Visit) -> Option<Claim> {
    let journey = visit.journey();
    let proved = journey.granted(Flow::Register);
    let proved = proved.map(|(request, token)| Claim::Proved(Grant { request, token }));
    journey.username.map(Claim::Name).or(proved)
}

/// `GET /register/password`.
pub async fn show_password(visit: Visit) -> Reply {
    let Some(claim) = claim(&visit) else {
        return visit.go(urls::REGISTER);
    };
    match sign_up::look(&visit.app.rekey, &claim).await {
        Ok(identifier) => visit.show(&password_view(&visit, identifier.display(), None)),
        Err(Error::Refused(_)) => gone(&visit),
        Err(failed) => visit.refuse(&failed, urls::REGISTER),
    }
}

/// The proof is spent or too old: back to where a new one is made, with the address still there.
fn gone(visit: &Visit) -> Reply {
    visit.remember(|journey| (journey.grant, journey.username) = (None, None));
    visit.go(urls::REGISTER_CODE)
}

fn password_view(visit: &Visit, identifier: String, refusal: Option<&Refusal>) -> NewPasswordView {
    choosing(visit, Flow::Register, identifier, refusal)
}

/// `POST /register/password`: makes the account and signs in.
pub async fn submit_password(visit: Visit, form: Form<NewPasswordForm>) -> Reply {
    finish(&visit, Some(&form.0.new_password)).await
}

/// The last step, with a password or where none is wanted.
pub async fn finish(visit: &Visit, password: Option<&Secret>) -> Reply {
    let Some(claim) = claim(visit) else {
        return visit.go(urls::REGISTER);
    };
    let held = visit.session_token();
    match sign_up::complete(&visit.app.rekey, &visit.caller, &claim, password, held.as_ref()).await {
        Ok(entry) => entered(visit, entry),
        Err(Error::Refused(Refusal::GrantGone)) => gone(visit),
        // Somebody was faster: back to the beginning, from where signing in is one step.
        Err(Error::Refused(taken @ (Refusal::EmailTaken | Refusal::PhoneTaken | Refusal::UsernameTaken))) => {
            again(visit, visit.journey().identifier, &taken).await
        }
        Err(Error::Refused(refusal)) => {
            visit.again(&refusal, &password_view(visit, visit.journey().identifier, Some(&refusal)))
        }
        Err(failed) => visit.refuse(&failed, urls::REGISTER_PASSWORD),
    }
}
