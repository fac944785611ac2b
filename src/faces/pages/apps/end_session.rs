//! Signing out because an app asks. A look never signs anybody out: there is a button, which the script presses when the app proved
//! that it speaks of the session that is here. Whoever is not signed in goes on at once.

use actix_web::HttpRequest;

use crate::domain::oidc::logout::{self, Leaving};
use crate::domain::sessions::Present;
use crate::faces::common::form::{Form, Sent};
use crate::faces::common::journey::Told;
use crate::faces::common::visit::{Reply, Visit};
use crate::faces::common::{policy, urls};
use crate::faces::pages::sign_in::signed_out;
use crate::faces::pages::views::EndSessionView;
use crate::model::error::{Error, Refusal, Result};
use crate::model::oidc::params::Params;

/// What the form repeats of the app's request.
#[derive(serde::Deserialize)]
pub struct LeaveForm {
    client_id: Option<String>,
    post_logout_redirect_uri: Option<String>,
    state: Option<String>,
}

/// `GET /oidc/session/end`.
pub async fn show(visit: Visit, request: HttpRequest) -> Reply {
    match asked(&visit, Params::parse(request.query_string().as_bytes()).map_err(Error::from)).await {
        Ok((params, leaving, Some(here))) => page(&visit, &params, leaving, &here),
        Ok((_, leaving, None)) => onward(&visit, leaving.to.as_deref()),
        Err(error) => visit.refuse(&error, urls::SIGN_IN),
    }
}

/// `POST /oidc/session/end`: the same as a look; what another site posts comes without our cookies.
pub async fn submit(visit: Visit, sent: Sent) -> Reply {
    visit.go(&sent.at(urls::OIDC_END))
}

async fn asked(visit: &Visit, params: Result<Params>) -> Result<(Params, Leaving, Option<Present>)> {
    let (params, here) = (params?, visit.present().await?);
    let leaving = logout::look(&visit.app.rekey, &params, here.as_ref())?;
    Ok((params, leaving, here))
}

fn page(visit: &Visit, params: &Params, leaving: Leaving, here: &Present) -> Reply {
    let said = |name| params.all(name).next().map(str::to_owned);
    let target = leaving.to.as_deref().and_then(policy::target);
    let view = EndSessionView {
        page: visit.page(),
        identifier: here.user.best_identifier(),
        client_id: leaving.app.as_ref().map(|app| app.id.clone()),
        app: leaving.app.map(|app| app.name),
        to: said("post_logout_redirect_uri").filter(|_| leaving.to.is_some()),
        state: said("state"),
        is_proven: leaving.is_proven,
    };
    visit.show_leading_to(target.as_deref(), &view)
}

fn onward(visit: &Visit, to: Option<&str>) -> Reply {
    to.map_or_else(|| visit.go(urls::SIGN_IN), |address| visit.leave(address))
}

/// `POST /oidc/session/end/confirm`.
pub async fn confirm(visit: Visit, form: Form<LeaveForm>) -> Reply {
    let LeaveForm { client_id, post_logout_redirect_uri, state } = form.0;
    let pairs =
        [("client_id", client_id), ("post_logout_redirect_uri", post_logout_redirect_uri), ("state", state)];
    let given = pairs.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    match asked(&visit, Params::new(given.collect()).map_err(Error::from)).await {
        Ok((_, leaving, Some(here))) => match logout::leave(&visit.app.rekey, &visit.caller, &here).await {
            Ok(()) => left(&visit, leaving.to.as_deref()),
            Err(failed) => visit.refuse(&failed, urls::ACCOUNT),
        },
        Ok((_, leaving, None)) => left(&visit, leaving.to.as_deref()),
        Err(Error::Refused(Refusal::Protocol(fault))) => visit.app_fault(&fault),
        Err(failed) => visit.refuse(&failed, urls::ACCOUNT),
    }
}

/// Signed out, and on to where the app wants its person.
fn left(visit: &Visit, to: Option<&str>) -> Reply {
    let mut reply = signed_out(visit, Told::SignedOut);
    if let Some(address) = to.and_then(|to| actix_web::http::header::HeaderValue::try_from(to).ok()) {
        reply.headers_mut().insert(actix_web::http::header::LOCATION, address);
    }
    reply
}
