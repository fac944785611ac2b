//! An application that users sign in to (an OpenID Connect client). Its secrets are stored elsewhere as
//! digests: `AppSecret`. Every field has a default, so documents of older versions stay valid.

use serde::{Deserialize, Serialize};

use crate::types::amr::Amr;
use crate::types::signing_alg::SigningAlg;
use crate::types::time::Timestamp;

/// One registered application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClientApp {
    /// The client id.
    pub id: String,
    /// The name shown to users.
    pub name: String,
    /// What it is for, for operators.
    #[serde(default)]
    pub description: Option<String>,
    /// The kind of program.
    #[serde(rename = "type")]
    pub kind: AppType,
    /// Whether it has no secret, so that PKCE is required instead; none derives it from the kind.
    #[serde(default)]
    pub is_public: Option<bool>,
    /// Redirect URIs after sign-in.
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// Redirect URIs after sign-out.
    #[serde(default)]
    pub post_logout_redirect_uris: Vec<String>,
    /// Where a sign-in is restarted when its request is lost.
    #[serde(default)]
    pub initiate_login_uri: Option<String>,
    /// Origins allowed by CORS besides those of the redirect URIs.
    #[serde(default)]
    pub cors_allowed_origins: Vec<String>,
    /// The back-channel logout URI of its server.
    #[serde(default)]
    pub backchannel_logout_uri: Option<String>,
    /// Whether logout tokens must name the session that ended.
    #[serde(default)]
    pub backchannel_logout_session_required: bool,
    /// Whether users must consent before it learns who they are.
    #[serde(default)]
    pub is_third_party: bool,
    /// How its ID tokens are signed; none for the default.
    #[serde(default)]
    pub id_token_signing_alg: Option<SigningAlg>,
    /// The lifetime of access tokens, in seconds: 60 to 86400.
    #[serde(default = "an_hour")]
    pub access_token_ttl: u32,
    /// The lifetime of ID tokens, in seconds: 60 to 86400.
    #[serde(default = "an_hour")]
    pub id_token_ttl: u32,
    /// The lifetime of refresh tokens, in days: 1 to 90; none for the default of their API.
    #[serde(default)]
    pub refresh_token_ttl_in_days: Option<u32>,
    /// Whether a refresh token is replaced when it is used.
    #[serde(default = "yes")]
    pub rotate_refresh_token: bool,
    /// Whether a refresh token is issued even without the scope `offline_access`.
    #[serde(default)]
    pub always_issue_refresh_token: bool,
    /// Whether a machine may manage this installation; none when nobody has decided since it stopped being
    /// the default.
    #[serde(default)]
    pub management_api: Option<bool>,
    /// Custom data of operators.
    #[serde(default)]
    pub custom_data: serde_json::Map<String, serde_json::Value>,
    /// When it was registered.
    #[serde(default)]
    pub created_at: Option<Timestamp>,
}

/// The default lifetime of a refresh token of OpenID Connect, in days.
const OIDC_REFRESH_TTL_DAYS: u32 = 14;
/// The default lifetime of a refresh token of the SDK, and so of an unused session, in days.
const SDK_REFRESH_TTL_DAYS: u32 = 30;

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

impl AppType {
    /// Whether it cannot keep a secret, so that PKCE is required instead.
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
    /// Whether it has no secret: anybody can send its id, so PKCE is required.
    pub fn is_public(&self) -> bool {
        self.is_public.unwrap_or(self.kind.is_public())
    }

    /// The algorithm that signs its ID tokens and logout tokens.
    pub fn id_token_alg(&self) -> SigningAlg {
        self.id_token_signing_alg.unwrap_or_default()
    }

    /// The lifetime of its refresh tokens of OpenID Connect, in days.
    pub fn oidc_refresh_ttl_in_days(&self) -> u32 {
        self.refresh_token_ttl_in_days.unwrap_or(OIDC_REFRESH_TTL_DAYS)
    }

    /// The lifetime of its refresh tokens after such a sign-in, in seconds.
    pub fn refresh_ttl_seconds(&self, amr: Amr) -> i64 {
        let days = match amr {
            Amr::Protocol => self.oidc_refresh_ttl_in_days(),
            Amr::Password | Amr::Otp | Amr::Recovery => {
                self.refresh_token_ttl_in_days.unwrap_or(SDK_REFRESH_TTL_DAYS)
            }
        };
        i64::from(days) * 24 * 3600
    }

    /// Whether it may manage this installation: a machine application of the operator that was allowed to.
    pub fn may_manage(&self) -> bool {
        self.kind == AppType::MachineToMachine && self.management_api == Some(true) && !self.is_third_party
    }

    /// The same with an undecided management right set to no.
    #[must_use]
    pub(super) fn with_management_decided(self) -> Self {
        Self { management_api: Some(self.management_api.unwrap_or(false)), ..self }
    }
}

const fn an_hour() -> u32 {
    3600
}

const fn yes() -> bool {
    true
}
