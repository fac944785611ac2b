//! Claims that operators add to tokens. They are compiled once, when settings are loaded, and evaluated for
//! every token. A failing claim is left out and logged, unless the operator chose to issue no token without
//! it.

mod context;
mod engine;
mod update;

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::claims::engine::CompiledExpression;
use crate::settings::claims::{JwtCustomizer, TokenClaims, TokenKind};
use crate::types::error::Result;

pub use crate::claims::context::ClaimsContext;
pub use crate::claims::update::{delete, patch, replace, validation_errors};

/// The largest sum of all added claims of a token, as JSON, in bytes.
const MAX_CLAIMS_BYTES: usize = 4096;

/// The active claims.
#[derive(Clone, Debug, Default)]
pub struct Claims {
    kinds: Arc<HashMap<TokenKind, CompiledClaims>>,
}

/// The claims added to one kind of token. An expression that could not be compiled is kept as its error and
/// fails like one that cannot be evaluated.
#[derive(Debug)]
struct CompiledClaims {
    claims: Vec<(String, Result<CompiledExpression, String>)>,
    blocks_issuance: bool,
}

/// No token is issued: a required claim failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuanceBlocked {
    /// The claim.
    pub claim: String,
}

/// A claim that could not be evaluated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The claim.
    pub claim: String,
    /// The reason; it may repeat data that the expression read.
    pub message: String,
}

impl Claims {
    /// Compiles the expressions of these settings.
    pub fn new(settings: &JwtCustomizer) -> Self {
        let set = TokenKind::ALL.into_iter().filter_map(|kind| Some((kind, settings.claims_for(kind)?)));
        let kinds =
            set.filter(|(_, set)| !set.claims.is_empty()).map(|(kind, set)| (kind, CompiledClaims::new(set)));
        Self { kinds: Arc::new(kinds.collect()) }
    }

    /// The claims to add to a token of this kind. A failing claim is left out, or blocks the token.
    pub fn evaluate(
        &self,
        kind: TokenKind,
        context: &ClaimsContext,
    ) -> Result<Map<String, Value>, IssuanceBlocked> {
        let Some(added) = self.kinds.get(&kind) else { return Ok(Map::new()) };
        let (claims, failures) = added.evaluate(kind, context);
        for failure in &failures {
            // The reason may repeat personal data, so it is not logged; the API's dry run returns it.
            tracing::warn!(claim = failure.claim, token = kind.name(), "a custom claim can't be evaluated");
        }
        match failures.into_iter().next() {
            Some(failure) if added.blocks_issuance => Err(IssuanceBlocked { claim: failure.claim }),
            _ => Ok(claims),
        }
    }
}

impl CompiledClaims {
    /// Compiles the expressions of one kind of token.
    fn new(settings: &TokenClaims) -> Self {
        let claims = settings.claims.iter();
        let claims = claims.map(|(name, text)| (name.clone(), engine::compile(text))).collect();
        Self { claims, blocks_issuance: settings.block_issuance_on_error }
    }

    /// The claims and the failures.
    fn evaluate(&self, kind: TokenKind, context: &ClaimsContext) -> (Map<String, Value>, Vec<Failure>) {
        let seen = context.to_template_value(kind);
        let mut claims = Map::new();
        let mut failures = Vec::new();
        let mut left = MAX_CLAIMS_BYTES;
        for (name, expression) in &self.claims {
            let compiled = expression.as_ref().map_err(Clone::clone);
            match compiled
                .and_then(|expression| engine::evaluate(expression, &seen))
                .and_then(|value| limit_size(value, &mut left))
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

/// What these claims would add to a token in this context, and which failed; nothing is stored.
pub fn dry_run(
    kind: TokenKind,
    set: &TokenClaims,
    context: &ClaimsContext,
) -> Result<(Map<String, Value>, Vec<Failure>)> {
    update::validate(set)?;
    Ok(CompiledClaims::new(set).evaluate(kind, context))
}

/// Refuses a claim that would make the token too large for a header or URL.
fn limit_size(value: Option<Value>, left: &mut usize) -> Result<Option<Value>, String> {
    let size = value.as_ref().map_or(0, |json| json.to_string().len());
    *left = left
        .checked_sub(size)
        .ok_or_else(|| format!("all claims together are larger than {MAX_CLAIMS_BYTES} bytes"))?;
    Ok(value)
}

#[cfg(test)]
mod tests;
