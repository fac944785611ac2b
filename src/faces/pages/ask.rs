//! Asking for a new password. The answer does not depend on who was asked for; what was typed at sign-in is already there.

use serde::Deserialize;

use crate::domain::recovery::{self, Asked};
use crate::domain::sign_in::offers::Kinds;
use crate::faces::common::form::Form;
use crate::faces::common::page::problem::Problem;
use crate::faces::common::urls::{self, Flow};
use crate::faces::common::visit::{Reply, Visit};
use crate::faces::pages::entry::{self, captcha};
use crate::faces::pages::link::one_time;
use crate::faces::pages::views::AskView;
use crate::model::error::{Error, Result};
use crate::model::recovery::InteractionEvent;

/// What the form holds.
#[derive(Deserialize)]
pub struct AskForm {
    #[serde(default)]
    identifier: String,
    #[serde(default, alias = "cf-turnstile-response", alias = "h-captcha-response")]
    captcha: String,
}

/// `GET /forgot-password`.
pub async fn show(visit: Visit) -> Reply {
    entry::arrive(&visit);
    if !visit.app.rekey.live().channels().any() {
        return visit.go(urls::SIGN_IN);
    }
    let identifier = visit.journey().identifier;
    shown(&visit, identifier, false).await
}

/// `GET /reset-password`: the same page for people whom an app sent here for nothing else. Without recovery there is sign-in, but a
/// one-time token needs no recovery.
pub async fn show_focused(visit: Visit) -> Reply {
    entry::arrive(&visit);
    if let Some(token) = visit.query("one_time_token") {
        return one_time::open(&visit, token);
    }
    if !visit.app.rekey.live().channels().any() {
        return visit.go(urls::SIGN_IN);
    }
    let identifier = visit.journey().identifier;
    shown(&visit, identifier, true).await
}

async fn shown(visit: &Visit, identifier: String, focused: bool) -> Reply {
    let asked = captcha::asked(visit, Flow::ForgotPassword).await;
    let view = AskView { captcha: asked, ..view(visit, identifier, None, focused) };
    captcha::dressed(visit.show(&view), view.captcha.as_ref())
}

fn view(visit: &Visit, identifier: String, problem: Option<Problem>, focused: bool) -> AskView {
    let channels = visit.app.rekey.live().channels();
    let offered = Kinds { email: channels.email, phone: channels.phone, username: false };
    let Kinds { email, phone, .. } = entry::narrowed(visit, offered);
    AskView { page: visit.page(), identifier, email, phone, focused, captcha: None, problem }
}

/// `POST /forgot-password/start`: the forgot button of the sign-in form, so that what was typed is carried over without a script.
pub async fn start(visit: Visit, form: Form<AskForm>) -> Reply {
    visit.remember(|journey| journey.typed(&form.0.identifier));
    visit.go(urls::FORGOT)
}

/// `POST /forgot-password`: moves on whether or not anybody has this identifier.
pub async fn submit(visit: Visit, form: Form<AskForm>) -> Reply {
    let AskForm { identifier: typed, captcha: token } = form.0;
    visit.remember(|journey| journey.typed(&typed));
    match ask(&visit, &typed, &token).await {
        Ok(asked) => {
            visit.remember(|journey| journey.wait_for(Flow::ForgotPassword, asked.request));
            visit.go(urls::CODE)
        }
        Err(Error::Refused(refusal)) => {
            let field = if refusal.is_about_identifier() { "identifier" } else { "" };
            let problem = Some(Problem::of(field, &refusal));
            let asked = captcha::asked(&visit, Flow::ForgotPassword).await;
            let view = AskView { captcha: asked, ..view(&visit, typed, problem, false) };
            captcha::dressed(visit.again(&refusal, &view), view.captcha.as_ref())
        }
        Err(failed) => visit.refuse(&failed, urls::FORGOT),
    }
}

async fn ask(visit: &Visit, typed: &str, token: &str) -> Result<Asked> {
    captcha::check(visit, Flow::ForgotPassword, token).await?;
    let held = visit.journey().awaits(Flow::ForgotPassword);
    let event = InteractionEvent::ForgotPassword;
    recovery::ask(&visit.app.rekey, &visit.caller, event, typed, held.as_ref()).await
}
