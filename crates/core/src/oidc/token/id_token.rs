//! ID tokens: signed for an app, and read when an app sends one back as a hint; and the claims that every
//! signed token starts with.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256, Sha384};

use crate::Core;
use crate::apps::client_app::ClientApp;
use crate::claims::ClaimsContext;
use crate::grants::grant::Grant;
use crate::oidc::signing_keys::jws::ClaimSet;
use crate::oidc::token::access_token::{TokenSpec, with_custom_claims};
use crate::oidc::token::description::audience;
use crate::oidc::{issuer, userinfo};
use crate::settings::claims::TokenKind;
use crate::types::error::Result;
use crate::types::ids::UserId;
use crate::types::secret::{Secret, base64url};
use crate::types::signing_alg::SigningAlg;
use crate::types::time::Timestamp;
use crate::users::user::User;

/// The `typ` of an ID token.
const ID_TOKEN_TYPE: &str = "JWT";

/// The content of an ID token.
#[derive(Clone, Copy)]
pub(crate) struct Identity<'a> {
    /// The sign-in that it is about.
    pub grant: &'a Grant,
    /// The user who signed in.
    pub user: &'a User,
    /// The nonce that the app sent.
    pub nonce: Option<&'a str>,
    /// The access token that is issued with it.
    pub access_token: &'a Secret,
}

/// The ID token of a grant: who signed in, when, and the claims of its scopes.
pub(crate) fn sign_id_token(core: &Core, wanted: &TokenSpec<'_>, identity: Identity<'_>) -> Result<Secret> {
    let Identity { grant, user, nonce, access_token } = identity;
    let now = core.now();
    let alg = wanted.app.id_token_alg();
    let mut claims = base_claims(core, now, i64::from(wanted.app.id_token_ttl));
    claims.extend(userinfo::claims(user, &grant.scope));
    claims.extend(to_claims([
        ("aud", json!(wanted.app.id)),
        ("auth_time", json!(grant.auth_at.0 / 1000)),
        ("sid", json!(grant.session_id)),
        ("at_hash", json!(at_hash(alg, access_token.expose()))),
    ]));
    claims.extend(nonce.map(|nonce| ("nonce".to_owned(), json!(nonce))));
    let context = ClaimsContext::new(wanted.app, Some(user), &grant.scope.text());
    let claims = with_custom_claims(core, TokenKind::IdToken, context, claims)?;
    Ok(Secret::new(core.snapshot().keys.sign(alg, ID_TOKEN_TYPE, &claims, now)?))
}

/// The issuer, the time of issue and the expiry, in whole seconds.
pub(crate) fn base_claims(core: &Core, now: Timestamp, life: i64) -> ClaimSet {
    let seconds = now.0 / 1000;
    to_claims([("iss", json!(issuer(core))), ("iat", json!(seconds)), ("exp", json!(seconds + life))])
        .collect()
}

pub(crate) fn to_claims<const N: usize>(pairs: [(&str, Value); N]) -> impl Iterator<Item = (String, Value)> {
    pairs.map(|(name, value)| (name.to_owned(), value)).into_iter()
}

/// The left half of the hash of an access token, by which an ID token refers to it (OpenID Connect Core
/// 3.1.3.6).
fn at_hash(alg: SigningAlg, text: &str) -> String {
    let hash = match alg {
        SigningAlg::ES384 => Sha384::digest(text).to_vec(),
        SigningAlg::RS256 | SigningAlg::ES256 => Sha256::digest(text).to_vec(),
    };
    base64url(hash.get(..hash.len() / 2).unwrap_or_default())
}

/// The subject of an ID token of this app. Expiry is not checked: it is a hint, and apps keep it for longer.
pub(in crate::oidc) fn read_subject_of_hint(core: &Core, app: &ClientApp, hint: &str) -> Option<UserId> {
    let claims = core.snapshot().keys.verify(hint, ID_TOKEN_TYPE, &issuer(core))?;
    let subject = claims.get("sub")?.as_str().map(|sub| UserId(sub.to_owned()));
    subject.filter(|_| audience(&claims) == Some(app.id.as_str()))
}

/// The app, user and session that an ID token is about.
pub(in crate::oidc) fn read_hint(core: &Core, hint: &str) -> Option<(String, UserId, String)> {
    let claims = core.snapshot().keys.verify(hint, ID_TOKEN_TYPE, &issuer(core))?;
    let text = |name: &str| claims.get(name).and_then(|value| value.as_str()).map(str::to_owned);
    Some((text("aud")?, UserId(text("sub")?), text("sid")?))
}
