//! Parses authorization requests: the app, whether its redirect URI is registered, and the parameters, sent
//! in the URL or pushed beforehand. Nothing is decided about the user here.

use crate::apps::client_app::{AppType, ClientApp};
use crate::oidc::authorization_request::{AuthorizeParams, PARAMETERS, to_stored};
use crate::oidc::authorize::pending::new_request;
use crate::oidc::authorize::store::{self, AuthorizationStage};
use crate::oidc::first_screen::FirstScreen;
use crate::oidc::params::Params;
use crate::oidc::token::id_token;
use crate::settings::ApiResource;
use crate::throttle::in_memory;
use crate::types::error::Result;
use crate::types::error::oauth_error::{OAuthError, ProtocolError};
use crate::types::scope::{KNOWN, OFFLINE_ACCESS, OPENID};
use crate::types::secret::generate_token;
use crate::{Context, Core};

/// How long a pushed request is valid, in seconds (RFC 9126 2.2).
pub const PUSHED_TTL_SECONDS: i64 = 60;
/// The prefix of the `request_uri` of a pushed request.
const REQUEST_URI_PREFIX: &str = "urn:ietf:params:oauth:request_uri:";

const NO_USER: ProtocolError =
    ProtocolError::new(OAuthError::UnauthorizedClient, "a machine has no person to sign in");

/// The app and its parameters: those of the URL, or those that it pushed before.
pub(super) async fn identify(core: &Core, params: Params) -> Result<(ClientApp, Params)> {
    let id = params.required("client_id", "client_id is missing")?.to_owned();
    core.refresh_snapshot().await?;
    let app = core.snapshot().app(&id).cloned().ok_or_else(ProtocolError::invalid_client)?;
    if app.kind == AppType::MachineToMachine {
        return Err(NO_USER.into());
    }
    let Some(reference) = params.one("request_uri")? else {
        return Ok((app, params));
    };
    let gone = ProtocolError::new(OAuthError::InvalidRequestUri, "request_uri is unknown, used or expired");
    let Some(pushed) = reference.strip_prefix(REQUEST_URI_PREFIX) else { return Err(gone.into()) };
    let mut tx = core.store.write().await?;
    let taken = store::take_pushed(&mut tx, pushed, &app.id, core.now()).await?;
    tx.commit().await?;
    let authorize_params = taken.ok_or(gone)?.asked;
    Ok((app, serde_json::from_str(&authorize_params).map_err(anyhow::Error::from)?))
}

/// The redirect URI, compared with the registered ones as an exact string (RFC 9700 4.1.3).
pub(super) fn validate_redirect_uri<'a>(
    app: &ClientApp,
    params: &'a Params,
) -> Result<&'a str, ProtocolError> {
    let uri = params.required("redirect_uri", "redirect_uri is missing")?;
    if app.allows_redirect(uri) {
        Ok(uri)
    } else {
        Err(ProtocolError::invalid_request("redirect_uri is not registered for this client"))
    }
}

/// The parsed request, limited to what this app may ask for.
pub(super) fn read_params(
    core: &Core,
    app: &ClientApp,
    params: &Params,
    redirect_uri: &str,
) -> Result<AuthorizeParams, ProtocolError> {
    let mut authorize_params = AuthorizeParams::from_params(params, redirect_uri)?;
    if app.is_public() && authorize_params.code_challenge.is_none() {
        return Err(ProtocolError::invalid_request(
            "code_challenge is missing: this client must use PKCE with S256",
        ));
    }
    let snapshot = core.snapshot();
    let resources = &snapshot.settings.api_resources;
    if authorize_params.resources.iter().any(|uri| !resources.iter().any(|known| known.indicator == *uri)) {
        return Err(ProtocolError::new(OAuthError::InvalidTarget, "resource is not known here"));
    }
    let wanted = |known: &&ApiResource| authorize_params.resources.contains(&known.indicator);
    let of_resource = |value: &str| resources.iter().filter(wanted).any(|known| known.has(value));
    let scope = authorize_params.scope.only(|value| KNOWN.contains(&value) || of_resource(value));
    // A refresh token is only for access without the user present (OpenID Connect Core 11).
    authorize_params.scope = scope.only(|value| value != OFFLINE_ACCESS || scope.has(OPENID));
    if let Some(hint) = params.one("id_token_hint")? {
        let known = id_token::read_subject_of_hint(core, app, hint);
        authorize_params.subject = Some(
            known.ok_or(ProtocolError::invalid_request("id_token_hint is not an ID token of this client"))?,
        );
    }
    // The pages for sign-up and for a new password are not for a user who is already signed in.
    authorize_params.prompt.login |=
        !authorize_params.prompt.none && FirstScreen::requested(params).is_for_signed_out();
    // Checked here, while an error can still be sent to the app.
    to_stored(&authorize_params).map(|_| authorize_params)
}

/// Stores a pushed authorization request (RFC 9126), whose errors are reported at once; returns the
/// reference. Only known parameters are stored, up to a size limit: anybody can push requests for a public
/// app.
#[tracing::instrument(name = "push_authorization_request", skip_all)]
pub async fn push(context: Context<'_>, app: &ClientApp, params: &Params) -> Result<String> {
    let core = context.core;
    in_memory::limit_pushed_request(context, &app.id, app.is_public())?;
    if params.one("request_uri")?.is_some() {
        return Err(ProtocolError::invalid_request("request_uri can not be pushed").into());
    }
    if app.kind == AppType::MachineToMachine {
        return Err(NO_USER.into());
    }
    read_params(core, app, params, validate_redirect_uri(app, params)?)?;
    let mut request = new_request(core, app, to_stored(&params.only(&PARAMETERS))?);
    // The reference alone is enough to use it, once, so it is as long as a token.
    request.id = generate_token(core.rng()).expose().to_owned();
    let mut tx = core.store.write().await?;
    store::insert(&mut tx, &request, AuthorizationStage::Pushed, core.now().plus_seconds(PUSHED_TTL_SECONDS))
        .await?;
    tx.commit().await?;
    Ok(format!("{REQUEST_URI_PREFIX}{}", request.id))
}
