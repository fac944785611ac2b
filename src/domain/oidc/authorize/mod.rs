//! An app sends a person here: is the app known, is its redirect proven, is what it asks allowed, is the person here, have they agreed.
//! Until the redirect is proven nothing goes to it, not even an error (RFC 9700 4.11). The surprise: a request whose person
//! must do something first is a row that names nobody; the browser's sealed cookie names it, and the row is finished once.

mod reading;
mod way_back;

use super::consent;
use super::issue::{self, AppRequest};
use crate::domain::sessions::Present;
use crate::domain::{Rekey, pace};
use crate::model::app::ClientApp;
use crate::model::caller::Caller;
use crate::model::error::{Error, Refusal, Result};
use crate::model::ids::UserId;
use crate::model::ids::fresh;
use crate::model::oidc::asked::{Asked, AuthorizationRequest, kept};
use crate::model::oidc::fault::{Fault, OAuthError};
use crate::model::oidc::params::Params;
use crate::model::time::Timestamp;
use crate::store::authorizations::{self, Stage};

pub use self::reading::{PUSHED_LIFE, push};
use self::reading::{identify, proven, read};
pub(super) use self::way_back::refused;
use self::way_back::{granted, told};

/// How long a person may take, in seconds: an hour.
const LIFE: i64 = 3600;

/// Where a request goes on.
#[derive(Clone, Debug)]
pub enum Next {
    /// The person has something to do first.
    Interact(Kept),
    /// Back to the app, with a code or an error.
    Redirect(String),
}

/// A request that waits for its person.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Its id, for the sealed cookie and nowhere else.
    pub id: String,
    /// The app.
    pub app_id: String,
    /// Where its answer will go.
    pub redirect_uri: String,
    /// Everything that was sent, for whoever chooses the first screen.
    pub params: Params,
    /// Whether the person is here and only has to agree.
    pub only_consent: bool,
}

/// What a waiting request waits for.
#[derive(Clone, Debug)]
pub enum Step {
    /// Somebody signs in.
    SignIn,
    /// The person agrees.
    Consent,
    /// Nothing: back to the app.
    Redirect(String),
}

/// Whether a person can be sent back yet.
enum Standing<'a> {
    Ready(&'a Present),
    SignIn,
    Consent,
    /// Somebody else than the app expects has signed in for it.
    Stranger,
}

/// Takes a request of an app. A fault that must not go to the app is the answer's refusal.
pub async fn begin(rekey: &Rekey, caller: &Caller, params: Params, here: Option<&Present>) -> Result<Next> {
    let (app, params) = identify(rekey, params).await?;
    let redirect_uri = proven(&app, &params)?.to_owned();
    let asked = match read(rekey, &app, &params, &redirect_uri) {
        Ok(asked) => asked,
        Err(fault) => return Ok(Next::Redirect(told(rekey, &params, &redirect_uri, &fault))),
    };
    let caller = Caller { app_id: Some(app.id.clone()), ..caller.clone() };
    let now = rekey.now();
    let request = AppRequest { app: &app, asked: &asked };
    let standing = standing(rekey, request, now, None, here).await?;
    if let Standing::Ready(here) = standing
        && let Some(code) = issue::code(rekey, &caller, request, here, None).await?
    {
        return Ok(Next::Redirect(granted(rekey, &asked, &code)));
    }
    // Whoever was ready gets here when their session ended between the look and the writing: as if nobody had been here.
    match standing {
        Standing::Consent if asked.prompt.none => Ok(Next::Redirect(refused(rekey, &asked, &CONSENT))),
        _ if asked.prompt.none => Ok(Next::Redirect(refused(rekey, &asked, &LOGIN))),
        Standing::Consent => keep(rekey, &caller, request, params, true).await,
        _ => keep(rekey, &caller, request, params, false).await,
    }
}

const CONSENT: Fault = Fault::new(OAuthError::ConsentRequired, "the person has to agree first");
const LOGIN: Fault = Fault::new(OAuthError::LoginRequired, "the person has to sign in first");

/// Where the person stands. A sign-in after the request was made is always fresh enough for it.
async fn standing<'a>(
    rekey: &Rekey,
    request: AppRequest<'_>,
    made_at: Timestamp,
    consented_by: Option<&UserId>,
    here: Option<&'a Present>,
) -> Result<Standing<'a>> {
    let Some(here) = here else { return Ok(Standing::SignIn) };
    let asked = request.asked;
    let signed_in = here.session.created_at;
    let in_time = asked.max_age.is_none_or(|age| signed_in.plus(age) >= rekey.now());
    if signed_in < made_at && (asked.prompt.login || !in_time) || signed_in == made_at && asked.prompt.login {
        return Ok(Standing::SignIn);
    }
    if asked.subject.as_ref().is_some_and(|subject| *subject != here.user.id) {
        return Ok(if signed_in > made_at { Standing::Stranger } else { Standing::SignIn });
    }
    let agreed = consent::stands(rekey, request, consented_by, &here.user.id).await?;
    Ok(if agreed { Standing::Ready(here) } else { Standing::Consent })
}

/// Keeps a request for its person. It is a row that anybody can cause, so a network makes only so many.
async fn keep(
    rekey: &Rekey,
    caller: &Caller,
    request: AppRequest<'_>,
    params: Params,
    only_consent: bool,
) -> Result<Next> {
    pace::admit_network(rekey, caller)?;
    let AppRequest { app, asked } = request;
    let request = row(rekey, app, kept(asked)?);
    let mut tx = rekey.store.write().await?;
    authorizations::insert(&mut tx, &request, Stage::Open, rekey.now().plus(LIFE)).await?;
    tx.commit().await?;
    let redirect_uri = asked.redirect_uri.clone();
    Ok(Next::Interact(Kept { id: request.id, app_id: request.app_id, redirect_uri, params, only_consent }))
}

fn row(rekey: &Rekey, app: &ClientApp, asked: String) -> AuthorizationRequest {
    let now = rekey.now();
    AuthorizationRequest {
        id: fresh(now, rekey.chance(), 21),
        app_id: app.id.clone(),
        asked,
        consented_by: None,
        created_at: now,
    }
}

/// A waiting request, and its app.
pub(super) async fn waiting(rekey: &Rekey, id: &str) -> Result<(AuthorizationRequest, ClientApp, Asked)> {
    let mut tx = rekey.store.read().await?;
    let request = authorizations::by_id(&mut tx, id, rekey.now()).await?.ok_or(Refusal::NotFound)?;
    let app = rekey.live().app(&request.app_id).cloned().ok_or(Refusal::NotFound)?;
    let asked = serde_json::from_str(&request.asked).map_err(anyhow::Error::from)?;
    Ok((request, app, asked))
}

/// Whether this request still waits for its person.
pub async fn waits(rekey: &Rekey, id: &str) -> Result<bool> {
    match waiting(rekey, id).await {
        Ok(_) => Ok(true),
        Err(Error::Refused(Refusal::NotFound)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Goes on with a waiting request; `NotFound` when it was finished, or its hour is over.
pub async fn resume(rekey: &Rekey, caller: &Caller, id: &str, here: Option<&Present>) -> Result<Step> {
    let (request, app, asked) = waiting(rekey, id).await?;
    let caller = Caller { app_id: Some(app.id.clone()), ..caller.clone() };
    let by_app = AppRequest { app: &app, asked: &asked };
    match standing(rekey, by_app, request.created_at, request.consented_by.as_ref(), here).await? {
        Standing::SignIn => Ok(Step::SignIn),
        Standing::Consent => Ok(Step::Consent),
        Standing::Stranger => {
            give_up(rekey, id).await?;
            Ok(Step::Redirect(refused(rekey, &asked, &LOGIN)))
        }
        Standing::Ready(here) => {
            let code = issue::code(rekey, &caller, by_app, here, Some(id)).await?;
            Ok(code.map_or(Step::SignIn, |code| Step::Redirect(granted(rekey, &asked, &code))))
        }
    }
}

/// Finishes a waiting request without a code.
pub(super) async fn give_up(rekey: &Rekey, id: &str) -> Result<()> {
    let mut tx = rekey.store.write().await?;
    if !authorizations::mark_done(&mut tx, id, rekey.now()).await? {
        return Err(Error::Refused(Refusal::NotFound));
    }
    Ok(tx.commit().await?)
}
