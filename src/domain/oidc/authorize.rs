//! An app sends a person here: is the app known, is its redirect proven, is what it asks allowed, is the person here, have they agreed.
//! Until the redirect is proven nothing goes to it, not even an error (RFC 9700 4.11). The surprise: a request whose person
//! must do something first is a row that names nobody; the browser's sealed cookie names it, and the row is finished once.

use super::{consent, issue, issuer, tokens};
use crate::domain::sessions::Present;
use crate::domain::{Rekey, pace};
use crate::model::app::{AppType, ClientApp};
use crate::model::caller::Caller;
use crate::model::error::{Error, Refusal, Result};
use crate::model::ids::fresh;
use crate::model::oidc::asked::{Asked, AuthorizationRequest, ResponseMode, response_mode};
use crate::model::oidc::fault::{Fault, OAuthError};
use crate::model::oidc::params::Params;
use crate::model::oidc::scope::{KNOWN, OFFLINE, OPENID};
use crate::model::time::Timestamp;
use crate::store::authorizations::{self, Stage};

/// How long a person may take, in seconds: an hour.
const LIFE: i64 = 3600;
/// How long a pushed request waits for its browser, in seconds (RFC 9126 2.2).
pub const PUSHED_LIFE: i64 = 60;
/// What the reference of a pushed request begins with.
pub const PUSHED: &str = "urn:ietf:params:oauth:request_uri:";

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
        Err(fault) => return Ok(Next::Redirect(told(rekey, (&params, &redirect_uri), &fault))),
    };
    let caller = Caller { app_id: Some(app.id.clone()), ..caller.clone() };
    let now = rekey.now();
    match standing(rekey, (&app, &asked), (now, None), here).await? {
        Standing::Ready(here) => {
            let made = issue::code(rekey, &caller, (&app, &asked), here, None).await?;
            // The session ended between the look and the writing: as if nobody had been here.
            match made {
                Some(code) => Ok(Next::Redirect(granted(rekey, &asked, &code))),
                None => keep(rekey, &caller, (&app, &asked), (params, false)).await,
            }
        }
        Standing::Consent if asked.prompt.none => Ok(Next::Redirect(refused(rekey, &asked, &CONSENT))),
        _ if asked.prompt.none => Ok(Next::Redirect(refused(rekey, &asked, &LOGIN))),
        Standing::Consent => keep(rekey, &caller, (&app, &asked), (params, true)).await,
        _ => keep(rekey, &caller, (&app, &asked), (params, false)).await,
    }
}

const CONSENT: Fault = Fault::new(OAuthError::ConsentRequired, "the person has to agree first");
const LOGIN: Fault = Fault::new(OAuthError::LoginRequired, "the person has to sign in first");

/// The app, and its parameters: those of the address, or those that it pushed before.
async fn identify(rekey: &Rekey, params: Params) -> Result<(ClientApp, Params)> {
    let id = params.needed("client_id", "client_id is missing")?.to_owned();
    let app = rekey.live().app(&id).cloned().ok_or_else(Fault::client)?;
    if app.kind == AppType::MachineToMachine {
        return Err(Fault::new(OAuthError::UnauthorizedClient, "a machine has no person to sign in").into());
    }
    let Some(reference) = params.one("request_uri")? else {
        return Ok((app, params));
    };
    let gone = Fault::new(OAuthError::InvalidRequestUri, "request_uri is unknown, used or expired");
    let Some(pushed) = reference.strip_prefix(PUSHED) else { return Err(gone.into()) };
    let mut tx = rekey.store.write().await?;
    let taken = authorizations::take_pushed(&mut tx, pushed, &app.id, rekey.now()).await?;
    tx.commit().await?;
    let asked = taken.ok_or(gone)?.asked;
    Ok((app, serde_json::from_str(&asked).map_err(anyhow::Error::from)?))
}

/// The redirect address, compared letter by letter with those that are registered (RFC 9700 4.1.3).
fn proven<'a>(app: &ClientApp, params: &'a Params) -> Result<&'a str, Fault> {
    let uri = params.needed("redirect_uri", "redirect_uri is missing")?;
    match app.allows_redirect(uri) {
        true => Ok(uri),
        false => Err(Fault::request("redirect_uri is not registered for this client")),
    }
}

/// What is asked, as far as this app may have it.
fn read(rekey: &Rekey, app: &ClientApp, params: &Params, redirect_uri: &str) -> Result<Asked, Fault> {
    let mut asked = Asked::read(params, redirect_uri)?;
    if app.is_public() && asked.code_challenge.is_none() {
        return Err(Fault::request("code_challenge is missing: this client must use PKCE with S256"));
    }
    let live = rekey.live();
    let resources = &live.settings.api_resources;
    if asked.resources.iter().any(|uri| !resources.iter().any(|known| known.indicator == *uri)) {
        return Err(Fault::new(OAuthError::InvalidTarget, "resource is not known here"));
    }
    let wanted = |known: &&crate::model::settings::ApiResource| asked.resources.contains(&known.indicator);
    let of_resource = |word: &str| resources.iter().filter(wanted).any(|known| known.has(word));
    let scope = asked.scope.only(|word| KNOWN.contains(&word) || of_resource(word));
    // A refresh token is for whoever is to come back without the person (OpenID Connect Core 11).
    asked.scope = scope.only(|word| word != OFFLINE || scope.has(OPENID));
    if let Some(hint) = params.one("id_token_hint")? {
        let known = tokens::subject_of_hint(rekey, app, hint);
        asked.subject = Some(known.ok_or(Fault::request("id_token_hint is not an ID token of this client"))?);
    }
    // The screens that make somebody new, or a new password, are not for whoever is here already.
    asked.prompt.login |= !asked.prompt.none && starts_afresh(params);
    Ok(asked)
}

fn starts_afresh(params: &Params) -> bool {
    let said = |name| params.all(name).next().unwrap_or_default().replace('-', "_");
    let screen = said("first_screen");
    matches!(screen.as_str(), "reset_password" | "register" | "identifier:register")
        || said("interaction_mode") == "signUp"
}

/// Where the person stands. A sign-in after the request was made is always fresh enough for it.
async fn standing<'a>(
    rekey: &Rekey,
    (app, asked): (&ClientApp, &Asked),
    (made_at, consented_by): (Timestamp, Option<&crate::model::ids::UserId>),
    here: Option<&'a Present>,
) -> Result<Standing<'a>> {
    let Some(here) = here else { return Ok(Standing::SignIn) };
    let signed_in = here.session.created_at;
    let in_time = asked.max_age.is_none_or(|age| signed_in.plus(age) >= rekey.now());
    if signed_in < made_at && (asked.prompt.login || !in_time) || signed_in == made_at && asked.prompt.login {
        return Ok(Standing::SignIn);
    }
    if asked.subject.as_ref().is_some_and(|subject| *subject != here.user.id) {
        return Ok(if signed_in > made_at { Standing::Stranger } else { Standing::SignIn });
    }
    let agreed = consented_by == Some(&here.user.id) || consent::stands(rekey, app, asked, here).await?;
    Ok(if agreed { Standing::Ready(here) } else { Standing::Consent })
}

/// Keeps a request for its person. It is a row that anybody can cause, so a network makes only so many.
async fn keep(
    rekey: &Rekey,
    caller: &Caller,
    (app, asked): (&ClientApp, &Asked),
    (params, only_consent): (Params, bool),
) -> Result<Next> {
    pace::admit_network(rekey, caller)?;
    let request = row(rekey, app, serde_json::to_string(asked).map_err(anyhow::Error::from)?);
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

/// Keeps what an app sent ahead of its browser (RFC 9126); what is wrong with it is said at once. The answer is the reference.
pub async fn push(rekey: &Rekey, app: &ClientApp, params: &Params) -> Result<String> {
    if params.one("request_uri")?.is_some() {
        return Err(Fault::request("request_uri can not be pushed").into());
    }
    if app.kind == AppType::MachineToMachine {
        return Err(Fault::new(OAuthError::UnauthorizedClient, "a machine has no person to sign in").into());
    }
    read(rekey, app, params, proven(app, params)?)?;
    let mut request = row(rekey, app, serde_json::to_string(params).map_err(anyhow::Error::from)?);
    // Whoever knows the reference may use it, once: it is as long as a token.
    request.id = crate::model::secret::token(rekey.chance()).expose().to_owned();
    let mut tx = rekey.store.write().await?;
    authorizations::insert(&mut tx, &request, Stage::Pushed, rekey.now().plus(PUSHED_LIFE)).await?;
    tx.commit().await?;
    Ok(format!("{PUSHED}{}", request.id))
}

/// A waiting request, and its app.
pub(super) async fn waiting(rekey: &Rekey, id: &str) -> Result<(AuthorizationRequest, ClientApp, Asked)> {
    let mut tx = rekey.store.read().await?;
    let request = authorizations::by_id(&mut tx, id, rekey.now()).await?.ok_or(Refusal::NotFound)?;
    let app = rekey.live().app(&request.app_id).cloned().ok_or(Refusal::NotFound)?;
    let asked = serde_json::from_str(&request.asked).map_err(anyhow::Error::from)?;
    Ok((request, app, asked))
}

/// Goes on with a waiting request; `NotFound` when it was finished, or its hour is over.
pub async fn resume(rekey: &Rekey, caller: &Caller, id: &str, here: Option<&Present>) -> Result<Step> {
    let (request, app, asked) = waiting(rekey, id).await?;
    let caller = Caller { app_id: Some(app.id.clone()), ..caller.clone() };
    let since = (request.created_at, request.consented_by.as_ref());
    match standing(rekey, (&app, &asked), since, here).await? {
        Standing::SignIn => Ok(Step::SignIn),
        Standing::Consent => Ok(Step::Consent),
        Standing::Stranger => {
            give_up(rekey, id).await?;
            Ok(Step::Redirect(refused(rekey, &asked, &LOGIN)))
        }
        Standing::Ready(here) => {
            let code = issue::code(rekey, &caller, (&app, &asked), here, Some(id)).await?;
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

/// The way back with a code. `iss` tells the app who answered (RFC 9207).
fn granted(rekey: &Rekey, asked: &Asked, code: &crate::model::secret::Secret) -> String {
    let pairs =
        [("code", Some(code.expose())), ("state", asked.state.as_deref()), ("iss", Some(&issuer(rekey)))];
    address(&asked.redirect_uri, asked.response_mode, &pairs)
}

/// The way back with an error.
pub(super) fn refused(rekey: &Rekey, asked: &Asked, fault: &Fault) -> String {
    failure(rekey, (&asked.redirect_uri, asked.response_mode), asked.state.as_deref(), fault)
}

/// The same for a request that could not be read; what of it can be trusted is used.
fn told(rekey: &Rekey, (params, redirect_uri): (&Params, &str), fault: &Fault) -> String {
    let mode = response_mode(params).unwrap_or_default();
    failure(rekey, (redirect_uri, mode), params.one("state").ok().flatten(), fault)
}

fn failure(rekey: &Rekey, to: (&str, ResponseMode), state: Option<&str>, fault: &Fault) -> String {
    let (error, issuer) = (fault.error.name(), issuer(rekey));
    let pairs = [
        ("error", Some(error)),
        ("error_description", Some(fault.why)),
        ("state", state),
        ("iss", Some(&*issuer)),
    ];
    address(to.0, to.1, &pairs)
}

/// Adds pairs to an address without touching a letter of it: parsing it would.
fn address(uri: &str, mode: ResponseMode, pairs: &[(&str, Option<&str>)]) -> String {
    let given = pairs.iter().filter_map(|(name, value)| Some((name, (*value)?)));
    let text = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(given).finish();
    let joint = match mode {
        ResponseMode::Fragment => '#',
        ResponseMode::Query if uri.contains('?') => '&',
        ResponseMode::Query => '?',
    };
    format!("{uri}{joint}{text}")
}
