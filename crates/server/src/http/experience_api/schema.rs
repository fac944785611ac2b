//! Types that several steps share.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::http::api::ApiError;
use crate::http::api::error::bad_request;
use crate::http::experience_api::extractor::StepError;
use crate::http::routes::urls::Flow;
use rekey_core::types::identifier::{Identifier, IdentifierKind};

/// The purpose of an interaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = InteractionEvent)]
pub enum EventName {
    /// A new password.
    ForgotPassword,
    /// A sign-in.
    SignIn,
    /// A new account.
    Register,
}

impl From<EventName> for Flow {
    fn from(event: EventName) -> Self {
        match event {
            EventName::ForgotPassword => Self::ForgotPassword,
            EventName::SignIn => Self::SignIn,
            EventName::Register => Self::Register,
        }
    }
}

impl From<Flow> for EventName {
    fn from(flow: Flow) -> Self {
        match flow {
            Flow::ForgotPassword => Self::ForgotPassword,
            Flow::SignIn => Self::SignIn,
            Flow::Register => Self::Register,
        }
    }
}

/// An identifier.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(as = InteractionIdentifier)]
pub struct IdentifierIn {
    #[serde(rename = "type")]
    kind: IdentifierKind,
    value: String,
}

impl IdentifierIn {
    /// Parses the identifier into its canonical form; 400 if it is invalid.
    pub(super) fn parse(&self) -> Result<Identifier, StepError> {
        let form = match self.kind {
            IdentifierKind::Email => "expected an e-mail address",
            IdentifierKind::Phone => "expected a phone number with its country code",
            IdentifierKind::Username => "expected a username",
        };
        let read = Identifier::try_parse_as(self.kind, &self.value);
        Ok(read.map_err(|why| ApiError::invalid(format!("identifier.value: {}", why.expected(form))))?)
    }

    /// The same for an identifier that messages can be sent to.
    pub(super) fn parse_reachable(&self) -> Result<Identifier, StepError> {
        if self.kind == IdentifierKind::Username {
            let problem = "identifier.type: expected email or phone".to_owned();
            return Err(ApiError::invalid(problem).into());
        }
        self.parse()
    }
}

/// The same in an answer.
#[derive(Serialize, ToSchema)]
#[schema(as = KnownIdentifier)]
pub struct IdentifierOut {
    #[serde(rename = "type")]
    kind: IdentifierKind,
    value: String,
}

impl From<&Identifier> for IdentifierOut {
    fn from(identifier: &Identifier) -> Self {
        Self { kind: identifier.kind(), value: identifier.text().to_owned() }
    }
}

/// Refers to a verification of this interaction.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = InteractionRecord)]
pub struct RecordOut {
    /// The id of the verification, for the following steps.
    pub verification_id: String,
}

/// The error for an email address in place of a phone number or the reverse: it names the kind that was
/// given.
pub(super) const fn mismatch_error(kind: IdentifierKind) -> ApiError {
    match kind {
        IdentifierKind::Phone => bad_request("verification_code.phone_mismatch"),
        _ => bad_request("verification_code.email_mismatch"),
    }
}
