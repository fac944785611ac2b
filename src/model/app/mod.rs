//! An application that sends people here to sign in (an OpenID Connect client). Its secrets are not part of it: they are
//! kept as digests elsewhere, as `AppSecret`. Every field has a default, so a document of an older version stays whole.

mod addresses;
mod redirects;
mod validation;

use serde::{Deserialize, Serialize};

use super::signing::SigningAlg;
use super::time::Timestamp;

/// One registered application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClientApp {
    /// The client id.
    pub id: String,
    /// What people see.
    pub name: String,
    /// What it is for, for operators.
    #[serde(default)]
    pub description: Option<String>,
    /// What kind of program it is.
    #[serde(rename = "type")]
    pub kind: AppType,
    /// Whether it keeps no secret, so that PKCE takes its place; none leaves it to the kind.
    #[serde(default)]
    pub is_public: Option<bool>,
    /// Where a sign-in may end.
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// Where a sign-out may end.
    #[serde(default)]
    pub post_logout_redirect_uris: Vec<String>,
    /// Where a sign-in starts anew when its beginning is lost.
    #[serde(default)]
    pub initiate_login_uri: Option<String>,
    /// Origins whose scripts may ask beside those of the redirect addresses.
    #[serde(default)]
    pub cors_allowed_origins: Vec<String>,
    /// Where its server is told that somebody signed out.
    #[serde(default)]
    pub backchannel_logout_uri: Option<String>,
    /// Whether it must be told which session ended.
    #[serde(default)]
    pub backchannel_logout_session_required: bool,
    /// Whether people must agree before it learns who they are.
    #[serde(default)]
    pub is_third_party: bool,
    /// How its ID tokens are signed.
    #[serde(default)]
    pub id_token_signing_alg: SigningAlg,
    /// How long access tokens are good, in seconds: 60 to 86400.
    #[serde(default = "an_hour")]
    pub access_token_ttl: u32,
    /// How long ID tokens are good, in seconds: 60 to 86400.
    #[serde(default = "an_hour")]
    pub id_token_ttl: u32,
    /// How long refresh tokens are good, in days: 1 to 90.
    #[serde(default = "two_weeks")]
    pub refresh_token_ttl_in_days: u32,
    /// Whether a refresh token is replaced when it is used.
    #[serde(default = "yes")]
    pub rotate_refresh_token: bool,
    /// Whether there is a refresh token even where nobody was asked for offline access.
    #[serde(default)]
    pub always_issue_refresh_token: bool,
    /// Whether a machine may manage this installation; none when nobody has said so since that is no longer the default.
    #[serde(default)]
    pub management_api: Option<bool>,
    /// Whatever operators want to remember of it.
    #[serde(default)]
    pub custom_data: serde_json::Map<String, serde_json::Value>,
    /// When it was registered.
    #[serde(default)]
    pub created_at: Option<Timestamp>,
}

/// What kind of program an application is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub enum AppType {
    /// Runs in the browser.
    #[serde(rename = "SPA")]
    Spa,
    /// Runs on the person's device.
    Native,
    /// Runs on a server and shows pages.
    Traditional,
    /// Runs on a server, for nobody in particular.
    MachineToMachine,
}

/// One of the secrets with which a confidential application proves itself. Several may be good at once, so that one can be replaced
/// without a pause.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct AppSecret {
    /// Whose.
    pub app_id: String,
    /// What operators call it.
    pub name: String,
    /// A keyed digest: operators may choose a secret that could be guessed from a plain one.
    pub digest: String,
    /// Since when it is good.
    pub created_at: Timestamp,
    /// From when it is not; none for ever.
    pub expires_at: Option<Timestamp>,
    /// Which secret key the digest was made with; none when that was before keys had names.
    pub key_id: Option<String>,
}

impl AppType {
    /// Whether it cannot keep a secret, so that PKCE takes its place.
    pub const fn is_public(self) -> bool {
        matches!(self, Self::Spa | Self::Native)
    }

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Spa => "SPA",
            Self::Native => "Native",
            Self::Traditional => "Traditional",
            Self::MachineToMachine => "MachineToMachine",
        }
    }
}

impl ClientApp {
    /// Whether it keeps no secret: anybody can say its id, so PKCE takes the secret's place.
    pub fn is_public(&self) -> bool {
        self.is_public.unwrap_or(self.kind.is_public())
    }

    /// Whether it may manage this installation: a machine of the operator's own that somebody let in.
    pub fn may_manage(&self) -> bool {
        self.kind == AppType::MachineToMachine && self.management_api == Some(true) && !self.is_third_party
    }

    /// The same, with what nobody said about managing said: it may not.
    #[must_use]
    pub fn with_management_decided(self) -> Self {
        Self { management_api: Some(self.management_api.unwrap_or(false)), ..self }
    }
}

impl AppSecret {
    /// Whether it is good at this moment.
    pub fn is_valid_at(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|end| end > now)
    }
}

const fn an_hour() -> u32 {
    3600
}

const fn two_weeks() -> u32 {
    14
}

const fn yes() -> bool {
    true
}
