//! The bodies of an interaction.

use crate::http::experience_api::schema::{EventName, IdentifierOut};
use crate::http::routes::urls::Flow;
use rekey_core::types::identifier::IdentifierKind;
use rekey_core::types::ids::RequestId;
use rekey_core::verification::status::RequestStatus;
use rekey_core::verification::verification_request::VerifiedBy;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use validator::Validate;

/// A new interaction.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = InteractionStart)]
pub struct BeginIn {
    pub(super) interaction_event: EventName,
    /// The captcha token, if the settings require one.
    #[serde(default)]
    pub(super) captcha_token: Option<String>,
}

/// The new event: sign-in instead of registration, or the reverse.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = InteractionEventChange)]
pub struct SwitchIn {
    pub(super) interaction_event: EventName,
}

/// The state of an interaction.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Interaction)]
pub(super) struct InteractionOut {
    pub(super) interaction_event: EventName,
    /// The identified user.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) user_id: Option<String>,
    pub(super) profile: ProfileOut,
    pub(super) verification_records: Vec<RecordOut>,
    /// Always empty: there are no second factors.
    pub(super) mfa: Map<String, Value>,
    pub(super) captcha: CaptchaOut,
    /// The possible next calls, the usual one first.
    pub(super) next: Vec<&'static str>,
}

/// The data of a new account, or of a new password.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = InteractionProfile)]
pub(super) struct ProfileOut {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) username: Option<String>,
    /// Whether a new password was given and accepted.
    pub(super) has_password: bool,
}

/// A verification, completed or pending.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = InteractionProof)]
pub(super) struct RecordOut {
    pub(super) id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    identifier: IdentifierOut,
    template_type: EventName,
    pub(super) verified: bool,
}

/// The result of the captcha.
#[derive(Serialize, ToSchema)]
#[schema(as = InteractionCaptcha)]
pub(super) struct CaptchaOut {
    pub(super) verified: bool,
    pub(super) skipped: bool,
}

pub(super) fn to_record_out(flow: Flow, id: &RequestId, status: &RequestStatus, verified: bool) -> RecordOut {
    let kind = match status.verified_by {
        Some(VerifiedBy::Password) => "Password",
        Some(VerifiedBy::Token) => "OneTimeToken",
        _ if status.identifier.kind() == IdentifierKind::Phone => "PhoneVerificationCode",
        _ => "EmailVerificationCode",
    };
    let identifier = IdentifierOut::from(&status.identifier);
    RecordOut { id: id.0.clone(), kind, identifier, template_type: flow.into(), verified }
}
