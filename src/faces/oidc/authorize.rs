//! Where apps send people. The answer is a page of ours to begin with, or the way back to the app; which page comes first follows
//! from `first_screen` and its companions, and from nothing else in the address.

use actix_web::HttpRequest;

use crate::domain::oidc::authorize::{self, Kept, Next};
use crate::faces::common::first_screen::FirstScreen;
use crate::faces::common::form::Sent;
use crate::faces::common::journey::Interaction;
use crate::faces::common::visit::{Reply, Visit};
use crate::faces::common::{policy, urls};
use crate::model::oidc::params::Params;

/// `GET /oidc/auth`. It writes a row that names nobody, or for somebody who is signed in a code: that is what it is for, and a link
/// scanner is nobody.
pub async fn show(visit: Visit, request: HttpRequest) -> Reply {
    let params = match Params::parse(request.query_string().as_bytes()) {
        Ok(params) => params,
        Err(fault) => return visit.app_fault(&fault),
    };
    let here = match visit.present().await {
        Ok(here) => here,
        Err(failed) => return visit.refuse(&failed, urls::SIGN_IN),
    };
    match authorize::begin(&visit.app.rekey, &visit.caller, params, here.as_ref()).await {
        Ok(Next::Redirect(address)) => visit.leave(&address),
        Ok(Next::Interact(kept)) => welcome(&visit, kept),
        Err(error) => visit.refuse(&error, urls::SIGN_IN),
    }
}

/// `POST /oidc/auth`: the same as a look. A post of another site comes without our cookies, so it is turned into one.
pub async fn submit(visit: Visit, sent: Sent) -> Reply {
    visit.go(&sent.at(urls::OIDC_AUTH))
}

fn welcome(visit: &Visit, kept: Kept) -> Reply {
    let Some(target) = policy::target(&kept.redirect_uri) else {
        return visit.error(crate::faces::common::page::error::ErrorKind::Failed, None, None);
    };
    let page = match kept.only_consent {
        true => urls::with(urls::CONSENT, &[("app_id", Some(&kept.app_id))]),
        false => first_page(&kept.params, &kept.app_id),
    };
    visit.remember(|journey| journey.arrive(Interaction { id: kept.id, app: kept.app_id, target }));
    visit.go(&page)
}

/// The page and what it is told, in the documented order.
fn first_page(params: &Params, app_id: &str) -> String {
    let said = |name| params.all(name).next().filter(|text| text.len() <= 300);
    let screen = FirstScreen::of(said("first_screen"), said("interaction_mode"), said("prompt"));
    let pairs = [
        ("app_id", Some(app_id)),
        ("organization_id", said("organization_id")),
        ("ui_locales", said("ui_locales")),
        ("one_time_token", said("one_time_token")),
        ("login_hint", said("login_hint")),
        ("identifier", said("identifier")),
    ];
    urls::with(screen.path(), &pairs)
}
