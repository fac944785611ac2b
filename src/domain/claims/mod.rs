//! Claims that operators add to tokens. They are read once, when settings come into force, and evaluated for every token. The surprise:
//! one that fails is left out and told in the log, unless the operator would rather have no token than one without it.

mod engine;
mod update;

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::model::app::ClientApp;
use crate::model::error::Result;
use crate::model::settings::claims::{JwtCustomizer, MAX_EXPRESSION_LEN, TokenClaims, TokenKind};
use crate::model::user::{User, UserInfo};

use self::engine::CompiledExpression;

pub use self::update::{delete, patch, replace};

/// The largest sum of all added claims of a token, as JSON, in bytes.
const MAX_CLAIMS_BYTES: usize = 4096;

/// The claims in force.
#[derive(Clone, Debug, Default)]
pub struct Claims {
    kinds: Arc<HashMap<TokenKind, CompiledClaims>>,
}

/// What is added to one kind of token. An expression that could not be understood is kept as its reason: it fails like one that can't be
/// evaluated.
#[derive(Debug)]
struct CompiledClaims {
    claims: Vec<(String, Result<CompiledExpression, String>)>,
    blocks_issuance: bool,
}

/// What expressions can see.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// The person, for tokens about one.
    pub user: Option<Value>,
    /// The application that the token is for.
    pub application: Value,
    /// What was granted.
    pub grant: Value,
    /// The claims that the token has anyway.
    pub token: Map<String, Value>,
}

/// No token: a claim failed that it may not be without.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuanceBlocked {
    /// Which.
    pub claim: String,
}

/// A claim that could not be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Which.
    pub claim: String,
    /// Why; it may name what the expression looked at.
    pub message: String,
}

impl Context {
    /// Of a token for this application, about this person if it is about one.
    pub fn new(app: &ClientApp, user: Option<&User>, scope: &str) -> Self {
        Self {
            user: user.map(user_value),
            application: json!({ "id": app.id, "name": app.name, "type": app.kind.name(), "customData": app.custom_data }),
            grant: json!({ "scope": scope }),
            token: Map::new(),
        }
    }

    /// The same, with the claims that the token has anyway.
    pub fn with_token(self, token: Map<String, Value>) -> Self {
        Self { token, ..self }
    }

    fn to_template_value(&self, kind: TokenKind) -> minijinja::Value {
        minijinja::Value::from(minijinja::value::Serde(json!({
            "user": self.user, "application": self.application, "grant": self.grant, "token": self.token, "kind": kind.name(),
        })))
    }
}

/// What may be known of a person: never a digest.
fn user_value(user: &User) -> Value {
    let mut person = json!(UserInfo::from(user));
    if let Value::Object(fields) = &mut person {
        fields.insert("locale".to_owned(), json!(user.locale));
        fields.insert("hasPassword".to_owned(), json!(user.password_digest.is_some()));
    }
    person
}

impl Claims {
    /// Reads the expressions of these settings.
    pub fn new(settings: &JwtCustomizer) -> Self {
        let set = TokenKind::ALL.into_iter().filter_map(|kind| Some((kind, settings.claims_for(kind)?)));
        let kinds =
            set.filter(|(_, set)| !set.claims.is_empty()).map(|(kind, set)| (kind, CompiledClaims::new(set)));
        Self { kinds: Arc::new(kinds.collect()) }
    }

    /// The claims to add to a token of this kind. A failing one is left out, or there is no token.
    pub fn evaluate(
        &self,
        kind: TokenKind,
        context: &Context,
    ) -> Result<Map<String, Value>, IssuanceBlocked> {
        let Some(added) = self.kinds.get(&kind) else { return Ok(Map::new()) };
        let (claims, failures) = added.evaluate(kind, context);
        for failure in &failures {
            // The reason may repeat what a person's data says, so it is not logged; the test of the API tells it.
            tracing::warn!(claim = failure.claim, token = kind.name(), "a custom claim could not be made");
        }
        match failures.into_iter().next() {
            Some(failure) if added.blocks_issuance => Err(IssuanceBlocked { claim: failure.claim }),
            _ => Ok(claims),
        }
    }
}

impl CompiledClaims {
    /// Reads the expressions of one kind.
    fn new(settings: &TokenClaims) -> Self {
        let claims = settings.claims.iter();
        let claims = claims.map(|(name, text)| (name.clone(), engine::compile(text))).collect();
        Self { claims, blocks_issuance: settings.block_issuance_on_error }
    }

    /// What the claims say, and which could not be made.
    fn evaluate(&self, kind: TokenKind, context: &Context) -> (Map<String, Value>, Vec<Failure>) {
        let seen = context.to_template_value(kind);
        let (mut claims, mut failures, mut left) = (Map::new(), Vec::new(), MAX_CLAIMS_BYTES);
        for (name, expression) in &self.claims {
            let said = expression.as_ref().map_err(Clone::clone);
            match said
                .and_then(|expression| engine::evaluate(expression, &seen))
                .and_then(|said| limit_size(said, &mut left))
            {
                Ok(Some(value)) => {
                    claims.insert(name.clone(), value);
                }
                Ok(None) => {}
                Err(message) => failures.push(Failure { claim: name.clone(), message }),
            }
        }
        (claims, failures)
    }
}

/// What these claims would say of a token in this context, and which could not be made; nothing is kept.
pub fn dry_run(
    kind: TokenKind,
    set: &TokenClaims,
    context: &Context,
) -> Result<(Map<String, Value>, Vec<Failure>)> {
    update::validate(set)?;
    Ok(CompiledClaims::new(set).evaluate(kind, context))
}

/// Refuses what would make the token larger than a header or an address can carry.
fn limit_size(said: Option<Value>, left: &mut usize) -> Result<Option<Value>, String> {
    let size = said.as_ref().map_or(0, |value| value.to_string().len());
    *left = left
        .checked_sub(size)
        .ok_or_else(|| format!("all claims together are larger than {MAX_CLAIMS_BYTES} bytes"))?;
    Ok(said)
}

/// What cannot be added, as `jwtCustomizer.path: what was expected`.
pub fn validation_errors(settings: &JwtCustomizer) -> Vec<String> {
    let set = TokenKind::ALL.into_iter().filter_map(|kind| Some((kind, settings.claims_for(kind)?)));
    let told = set.flat_map(|(kind, set)| {
        validation_errors_of(set)
            .into_iter()
            .map(move |problem| format!("jwtCustomizer.{}.{problem}", kind.name()))
    });
    told.collect()
}

/// The same of one kind of token, below it.
fn validation_errors_of(set: &TokenClaims) -> Vec<String> {
    set.validation_errors().into_iter().chain(uncompilable(set)).collect()
}

/// The expressions that can't be understood. One that is too long is not even read.
fn uncompilable(set: &TokenClaims) -> impl Iterator<Item = String> {
    let short = set.claims.iter().filter(|(_, text)| text.len() <= 4 * MAX_EXPRESSION_LEN);
    short.filter_map(|(name, text)| {
        let reason = engine::compile(text).err()?;
        Some(format!("claims.{name}: expected an expression: {reason}"))
    })
}

#[cfg(test)]
mod tests;
