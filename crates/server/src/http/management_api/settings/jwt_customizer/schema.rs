//! The bodies of the token claims.

use std::collections::BTreeMap;

use rekey_core::claims::Failure;
use rekey_core::settings::claims::TokenClaims;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use validator::Validate;

/// The changes: named fields are replaced as a whole, null restores the default.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = TokenClaimsPatch)]
#[expect(dead_code, reason = "only described: what is sent is read as it is")]
pub(super) struct ClaimsPatch {
    pub(super) claims: Option<BTreeMap<String, String>>,
    pub(super) block_issuance_on_error: Option<bool>,
    context_sample: Option<Value>,
    token_sample: Option<Value>,
}

/// The claims that are added to one kind of token.
#[derive(Serialize, ToSchema)]
#[schema(as = TokenClaimsEntry)]
pub(super) struct SetOut<'a> {
    pub(super) key: String,
    pub(super) value: &'a TokenClaims,
}

/// The resulting claims.
#[derive(Serialize, ToSchema)]
#[schema(as = TokenClaimsTestResult)]
pub(super) struct TestedOut {
    pub(super) claims: Map<String, Value>,
    pub(super) errors: Vec<FailureOut>,
}

/// A claim that failed.
#[derive(Serialize, ToSchema)]
#[schema(as = TokenClaimFailure)]
pub(super) struct FailureOut {
    claim: String,
    message: String,
}

/// Claims to test, and sample data.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = TokenClaimsTest)]
pub struct TestIn {
    pub(super) token_type: TokenType,
    pub(super) claims: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) context: ContextIn,
    #[serde(default)]
    pub(super) token: Map<String, Value>,
    #[serde(default)]
    pub(super) block_issuance_on_error: bool,
}

/// A kind as addresses name it.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum TokenType {
    AccessToken,
    IdToken,
    ClientCredentials,
}

/// The data that expressions can use.
#[derive(Default, Deserialize, ToSchema, Validate)]
#[schema(as = TokenClaimsContext)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ContextIn {
    pub(super) user: Option<Value>,
    pub(super) application: Value,
    pub(super) grant: Value,
}

pub(super) fn to_failures_out(failures: Vec<Failure>) -> Vec<FailureOut> {
    failures.into_iter().map(|Failure { claim, message }| FailureOut { claim, message }).collect()
}
