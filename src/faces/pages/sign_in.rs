//! Signing in and out. The page is the same whoever comes; what sends a person elsewhere is a closed list of screens, never an
//! address in the URL.

use serde::Deserialize;

use crate::domain::recovery::{self, Asked};
use crate::domain::sign_in::{Entry, Typed};
use crate::domain::{sessions, sign_in};
use crate::faces::common::cookies;
use crate::faces::common::first_screen::FirstScreen;
use crate::faces::common::form::{Form, Nothing};
use crate::faces::common::journey::Told;
use crate::faces::common::page::problem::Problem;
use crate::faces::common::signed_in::LetIn;
use crate::faces::common::urls::{self, Flow};
use crate::faces::common::visit::{Reply, Visit};
use crate::faces::pages::entry::{self, captcha};
use crate::faces::pages::views::SignInView;
use crate::model::error::{Error, Refusal, Result};
use crate::model::recovery::InteractionEvent;
use crate::model::secret::Secret;

/// What the form holds.
#[derive(Deserialize)]
pub struct SignInForm {
    #[serde(default)]
    identifier: String,
    #[serde(default)]
    password: Secret,
    #[serde(default, alias = "cf-turnstile-response", alias = "h-captcha-response")]
    captcha: String,
}

/// `GET /sign-in`: the way in for apps too, with `first_screen`, `login_hint`, `ui_locales` and `app_id`.
pub async fn show(visit: Visit) -> Reply {
    let screen = entry::arrive(&visit);
    let live = visit.app.rekey.live();
    match screen {
        Some(FirstScreen::ResetPassword) if live.channels().any() => return visit.go(urls::RESET_PASSWORD),
        Some(FirstScreen::Register) if live.sign_up_kinds().any() => return visit.go(urls::REGISTER),
        _ => {}
    }
    if screen.is_none() && is_here(&visit).await {
        return visit.go(urls::ACCOUNT);
    }
    let told = visit.told();
    let over = (told == Some(Told::SessionOver)).then(Problem::session_over);
    let problem = if live.lets_in() { over } else { Some(Problem::of("", &Refusal::SignInOff)) };
    let identifier = visit.journey().identifier;
    let view = asking(&visit, view(&visit, identifier, problem, told.and_then(notice))).await;
    captcha::dressed(visit.show(&view), view.captcha.as_ref())
}

const fn notice(told: Told) -> Option<&'static str> {
    match told {
        Told::SignedOut => Some("notice-signed-out"),
        Told::EverywhereEnded => Some("notice-everywhere-ended"),
        Told::PasswordChanged => Some("notice-password-changed"),
        _ => None,
    }
}

/// Whether somebody is signed in, and not sent by an app, which wants to hear it from them again. A browser without a session
/// cookie costs no query.
pub async fn is_here(visit: &Visit) -> bool {
    !is_sent(visit) && matches!(visit.present().await, Ok(Some(_)))
}

/// Whether an app sent this person here just now.
pub fn is_sent(visit: &Visit) -> bool {
    visit.query("app_id").is_some() && visit.journey().interaction().is_some()
}

/// The forgot button shows exactly when recovery can work (seed 000).
fn view(
    visit: &Visit,
    identifier: String,
    problem: Option<Problem>,
    notice: Option<&'static str>,
) -> SignInView {
    let live = visit.app.rekey.live();
    let by_password = live.password_kinds();
    SignInView {
        page: visit.page(),
        identifier,
        by_password: entry::narrowed(visit, by_password),
        by_code: entry::narrowed(visit, live.code_kinds()),
        forgot: by_password.any() && live.channels().any(),
        sign_up: live.sign_up_kinds().any(),
        captcha: None,
        problem,
        notice,
    }
}

/// `POST /sign-in`: one answer for every way of being wrong.
pub async fn submit(visit: Visit, form: Form<SignInForm>) -> Reply {
    let SignInForm { identifier, password, .. } = form.0;
    visit.remember(|journey| journey.typed(&identifier));
    let held = visit.session_token();
    let typed = Typed { identifier: &identifier, password: &password };
    match sign_in::by_password(&visit.app.rekey, &visit.caller, typed, held.as_ref()).await {
        Ok(entry) => entered(&visit, entry),
        Err(Error::Refused(refusal)) => {
            let field = match &refusal {
                Refusal::Credentials => "password",
                refusal if refusal.is_about_identifier() => "identifier",
                _ => "",
            };
            let problem = Some(Problem::of(field, &refusal));
            again(&visit, &refusal, view(&visit, identifier, problem, None)).await
        }
        Err(failed) => visit.refuse(&failed, urls::SIGN_IN),
    }
}

/// `POST /sign-in/code`: a code instead of the password. Moves on whether or not anybody has this identifier.
pub async fn send_code(visit: Visit, form: Form<SignInForm>) -> Reply {
    let SignInForm { identifier: typed, captcha: token, .. } = form.0;
    visit.remember(|journey| journey.typed(&typed));
    match ask(&visit, &typed, &token).await {
        Ok(asked) => {
            visit.remember(|journey| journey.wait_for(Flow::SignIn, asked.request));
            visit.go(urls::SIGN_IN_CODE)
        }
        Err(Error::Refused(refusal)) => {
            let field = if refusal.is_about_identifier() { "identifier" } else { "" };
            let problem = Some(Problem::of(field, &refusal));
            again(&visit, &refusal, view(&visit, typed, problem, None)).await
        }
        Err(failed) => visit.refuse(&failed, urls::SIGN_IN),
    }
}

async fn ask(visit: &Visit, typed: &str, token: &str) -> Result<Asked> {
    captcha::check(visit, Flow::SignIn, token).await?;
    let (held, event) = (visit.journey().awaits(Flow::SignIn), InteractionEvent::SignIn);
    recovery::ask(&visit.app.rekey, &visit.caller, event, typed, held.as_ref()).await
}

async fn again(visit: &Visit, refusal: &Refusal, view: SignInView) -> Reply {
    let view = asking(visit, view).await;
    captcha::dressed(visit.again(refusal, &view), view.captcha.as_ref())
}

/// Only a code has to be asked for by somebody: wrong passwords are counted.
async fn asking(visit: &Visit, view: SignInView) -> SignInView {
    let captcha = if view.by_code.any() { captcha::asked(visit, Flow::SignIn).await } else { None };
    SignInView { captcha, ..view }
}

/// Every sign-in and sign-up ends here: on to where the person was going.
pub fn entered(visit: &Visit, entry: Entry) -> Reply {
    let cookie = cookies::signed_in(&visit.app.site, &entry.token);
    let mut reply = visit.go(&visit.settle(entry.weaknesses));
    cookies::add(&mut reply, &cookie);
    reply
}

/// `POST /sign-out`: ends this session.
pub async fn leave(who: LetIn, _form: Form<Nothing>) -> Reply {
    let LetIn { visit, here } = who;
    let ended = sessions::end(&visit.app.rekey, &visit.caller, &here.user.id, &here.session.id).await;
    if let Err(failed @ Error::Failed(_)) = &ended {
        return visit.refuse(failed, urls::ACCOUNT);
    }
    signed_out(&visit, Told::SignedOut)
}

/// To the sign-in page without a session; the browser also drops what it cached of this person (ASVS 14.3.1).
pub fn signed_out(visit: &Visit, told: Told) -> Reply {
    visit.remember(|journey| {
        journey.leave_weak_password();
        journey.leave_app();
        journey.told = Some(told);
    });
    let mut reply = visit.go(urls::SIGN_IN);
    cookies::add(&mut reply, &cookies::signed_out(&visit.app.site));
    clear_site(&mut reply);
    reply
}

/// Asks the browser to forget what it kept of us, but not cookies, which other apps of the host may need.
pub fn clear_site(reply: &mut Reply) {
    let value = actix_web::http::header::HeaderValue::from_static("\"cache\", \"storage\"");
    reply.headers_mut().insert(actix_web::http::header::HeaderName::from_static("clear-site-data"), value);
}
