//! The public settings that a screen needs at the start: sign-up and sign-in methods, whether recovery is
//! available, the password policy, the captcha, and what users may see and change of their accounts. What
//! only operators may know is left out.

use actix_web::HttpResponse;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::http::api::captcha::CaptchaName;
use crate::http::api::{ApiRequest, ApiResponse};
use crate::http::routes::urls;
use rekey_core::settings::captcha::Captcha;
use rekey_core::settings::password_policy::PasswordPolicy;
use rekey_core::settings::sign_in::{SignIn, SignUp};
use rekey_core::settings::{AccountCenter, LanguageInfo, SignInMode};

/// What a sign-in screen needs to know.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PublicSignInExperience)]
struct PublicExperienceOut<'a> {
    tenant_id: &'static str,
    id: &'static str,
    display_name: Option<&'a str>,
    sign_in_mode: SignInMode,
    sign_up: SignUp,
    sign_in: SignIn,
    password_policy: &'a PasswordPolicy,
    language_info: &'a LanguageInfo,
    forgot_password: ChannelsOut,
    /// Always empty: there are no social identities.
    #[schema(value_type = Vec<Value>)]
    social_connectors: [Value; 0],
    /// Always empty.
    #[schema(value_type = Vec<Value>)]
    sso_connectors: [Value; 0],
    /// The captcha to show; absent if no action needs one.
    #[serde(skip_serializing_if = "Option::is_none")]
    captcha_config: Option<CaptchaConfigOut<'a>>,
    is_development_tenant: bool,
}

/// The captcha provider, and what its widget needs.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PublicCaptchaConfig)]
struct CaptchaConfigOut<'a> {
    /// The provider.
    #[serde(rename = "type")]
    kind: CaptchaName,
    /// The site key.
    #[serde(skip_serializing_if = "Option::is_none")]
    site_key: Option<&'a str>,
    /// The URL of a challenge, for `Altcha`.
    #[serde(skip_serializing_if = "Option::is_none")]
    challenge_url: Option<String>,
}

impl<'a> CaptchaConfigOut<'a> {
    fn from_settings(call: &ApiRequest, captcha: &'a Captcha) -> Option<Self> {
        let provider = captcha.provider?;
        let theirs = provider.is_third_party();
        let challenge = || format!("{}{}", call.app.site.origin, urls::CAPTCHA_CHALLENGE);
        let site_key = captcha.site_key.as_deref().filter(|_| theirs);
        Some(Self { kind: provider.into(), site_key, challenge_url: (!theirs).then(challenge) })
    }
}

/// Whether and how users can reset a password.
#[derive(Serialize, ToSchema)]
#[schema(as = ForgotPasswordChannels)]
struct ChannelsOut {
    /// By a code or a link in an email.
    email: bool,
    /// By a code in an SMS.
    phone: bool,
}

/// `GET /api/.well-known/sign-in-exp`: how users sign up, sign in and reset a password, and the password
/// policy.
#[utoipa::path(
    get, path = "/api/.well-known/sign-in-exp", tag = "experience", operation_id = "showPublicSignInExperience",
    responses((status = 200, body = PublicExperienceOut<'static>)),
)]
pub async fn sign_in_experience(call: ApiRequest) -> ApiResponse {
    let snapshot = call.app.core.snapshot();
    let channels = snapshot.channels();
    let experience = &snapshot.settings.sign_in_experience;
    HttpResponse::Ok().json(PublicExperienceOut {
        tenant_id: "default",
        id: "default",
        display_name: experience.display_name.as_deref(),
        sign_in_mode: experience.sign_in_mode,
        sign_up: SignUp { identifiers: snapshot.sign_up_identifiers(), ..experience.sign_up.clone() },
        sign_in: SignIn { methods: snapshot.sign_in_methods() },
        password_policy: &experience.password_policy,
        language_info: &experience.language_info,
        forgot_password: ChannelsOut { email: channels.email, phone: channels.phone },
        social_connectors: [],
        sso_connectors: [],
        captcha_config: CaptchaConfigOut::from_settings(&call, &snapshot.settings.captcha),
        is_development_tenant: call.app.site.dev,
    })
}

/// An email address whose organization may have single sign-on.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SsoConnectors)]
struct SsoConnectorsOut {
    /// Always empty: there are no social identities.
    #[schema(value_type = Vec<String>)]
    connector_ids: [String; 0],
}

/// `GET /api/experience/sso-connectors`: the SSO connectors, of which there are none.
#[utoipa::path(
    get, path = "/api/experience/sso-connectors", tag = "experience", operation_id = "listSsoConnectors",
    params(("email" = Option<String>, Query, description = "Ignored.")),
    responses((status = 200, body = SsoConnectorsOut)),
)]
pub async fn sso_connectors(_call: ApiRequest) -> ApiResponse {
    HttpResponse::Ok().json(SsoConnectorsOut { connector_ids: [] })
}

/// The settings of the account center.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PublicAccountCenter)]
struct CenterOut {
    tenant_id: &'static str,
    id: &'static str,
    #[serde(flatten)]
    #[schema(inline)]
    center: AccountCenter,
}

/// `GET /api/.well-known/account-center`: what signed-in users may see and change of their own account.
#[utoipa::path(
    get, path = "/api/.well-known/account-center", tag = "experience", operation_id = "show",
    responses((status = 200, body = CenterOut)),
)]
pub async fn account_center(call: ApiRequest) -> ApiResponse {
    let center = call.app.core.snapshot().settings.account_center.clone();
    HttpResponse::Ok().json(CenterOut { tenant_id: "default", id: "default", center })
}
