//! Custom claims for tokens: each an expression over the user, the application and the grant. Only their form
//! is checked here; `crate::claims` compiles and evaluates them. Protocol claims cannot be overridden, or a
//! setting could make a token name another user.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use validator::Validate;

/// The most claims in one kind of token.
const MAX_CLAIMS: usize = 50;
/// The longest expression, in characters.
pub(crate) const MAX_EXPRESSION_LEN: usize = 1000;
/// The longest name of a claim, in characters.
const MAX_NAME_LEN: usize = 128;
/// The largest sample, as JSON, in bytes.
const MAX_SAMPLE_BYTES: usize = 8192;

/// Claims defined by the protocol: of JWTs (RFC 7519), of OpenID Connect Core and its logout, and of RFC
/// 7800, 8693 and 9068.
const PROTOCOL_CLAIMS: [&[&str]; 3] = [
    &["aud", "exp", "iat", "iss", "jti", "nbf", "sub", "typ"],
    &["acr", "amr", "at_hash", "auth_time", "azp", "c_hash", "events", "nonce", "s_hash", "sid", "sub_id"],
    &["act", "client_id", "cnf", "may_act", "scope", "token_type"],
];

/// What is added to each kind of token.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct JwtCustomizer {
    /// To access tokens about a person.
    pub access_token: Option<TokenClaims>,
    /// To ID tokens.
    pub id_token: Option<TokenClaims>,
    /// To access tokens of a machine.
    pub client_credentials: Option<TokenClaims>,
}

/// What is added to one kind of token.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema, Validate)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct TokenClaims {
    /// Expressions by the name of their claim.
    pub claims: BTreeMap<String, String>,
    /// Whether there is no token at all when one of them fails; otherwise that claim is left out.
    pub block_issuance_on_error: bool,
    /// What operators last tried them with: kept, never used.
    pub context_sample: Option<Value>,
    /// The same for the token.
    pub token_sample: Option<Value>,
}

/// A kind of token with custom claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TokenKind {
    /// An access token about a user.
    AccessToken,
    /// An ID token.
    IdToken,
    /// An access token of a machine.
    ClientCredentials,
}

impl TokenKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::AccessToken, Self::IdToken, Self::ClientCredentials];

    /// The name in the settings.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AccessToken => "accessToken",
            Self::IdToken => "idToken",
            Self::ClientCredentials => "clientCredentials",
        }
    }
}

impl JwtCustomizer {
    /// The claims of this kind.
    pub const fn claims_for(&self, kind: TokenKind) -> Option<&TokenClaims> {
        match kind {
            TokenKind::AccessToken => self.access_token.as_ref(),
            TokenKind::IdToken => self.id_token.as_ref(),
            TokenKind::ClientCredentials => self.client_credentials.as_ref(),
        }
    }

    /// The claims of this kind, mutable.
    pub(crate) const fn claims_for_mut(&mut self, kind: TokenKind) -> &mut Option<TokenClaims> {
        match kind {
            TokenKind::AccessToken => &mut self.access_token,
            TokenKind::IdToken => &mut self.id_token,
            TokenKind::ClientCredentials => &mut self.client_credentials,
        }
    }
}

impl TokenClaims {
    /// All problems, as `path: what was expected`.
    pub fn validation_errors(&self) -> Vec<String> {
        let mut found = Vec::new();
        if self.claims.len() > MAX_CLAIMS {
            found.push(format!("claims: expected at most {MAX_CLAIMS} claims"));
        }
        for (name, expression) in &self.claims {
            let problem = check_name(name).map(ToOwned::to_owned).or_else(|| check_length(expression));
            found.extend(problem.map(|problem| format!("claims.{name}: {problem}")));
        }
        let samples = [("contextSample", &self.context_sample), ("tokenSample", &self.token_sample)];
        for (path, sample) in samples {
            if sample.as_ref().is_some_and(|sample| sample.to_string().len() > MAX_SAMPLE_BYTES) {
                found.push(format!("{path}: expected at most {MAX_SAMPLE_BYTES} bytes of JSON"));
            }
        }
        found
    }
}

fn check_name(name: &str) -> Option<&'static str> {
    if PROTOCOL_CLAIMS.iter().any(|claims| claims.contains(&name)) {
        return Some("expected another name, this one is the protocol's own");
    }
    let fits = (1..=MAX_NAME_LEN).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_graphic());
    (!fits).then_some("expected a name of 1 to 128 visible ASCII characters")
}

fn check_length(expression: &str) -> Option<String> {
    let fits = expression.chars().count() <= MAX_EXPRESSION_LEN;
    (!fits).then(|| format!("expected an expression of at most {MAX_EXPRESSION_LEN} characters"))
}

#[cfg(test)]
mod tests;
