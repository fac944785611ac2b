//! What a screen must know before anybody has typed anything: how people sign up and in here, as far as it is offered, whether they can come back in, and what a
//! password must be like. Public; what only operators may know is left out.

use actix_web::HttpResponse;
use serde::Serialize;
use serde_json::Value;

use crate::domain::settings::Channels;
use crate::faces::common::api::{Answer, Call};
use crate::model::policy::PasswordPolicy;
use crate::model::settings::sign_in::{SignIn, SignUp};
use crate::model::settings::{LanguageInfo, SignInMode};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PublicExperienceOut<'a> {
    tenant_id: &'static str,
    id: &'static str,
    display_name: Option<&'a str>,
    sign_in_mode: SignInMode,
    sign_up: SignUp,
    sign_in: SignIn,
    password_policy: &'a PasswordPolicy,
    language_info: &'a LanguageInfo,
    forgot_password: Channels,
    social_connectors: [Value; 0],
    sso_connectors: [Value; 0],
    is_development_tenant: bool,
}

/// `GET /api/.well-known/sign-in-exp`.
pub async fn sign_in_experience(call: Call) -> Answer {
    let live = call.app.rekey.live();
    let experience = &live.settings.sign_in_experience;
    HttpResponse::Ok().json(PublicExperienceOut {
        tenant_id: "default",
        id: "default",
        display_name: experience.display_name.as_deref(),
        sign_in_mode: experience.sign_in_mode,
        sign_up: SignUp { identifiers: live.sign_up_identifiers(), ..experience.sign_up.clone() },
        sign_in: SignIn { methods: live.sign_in_methods() },
        password_policy: &experience.password_policy,
        language_info: &experience.language_info,
        forgot_password: live.channels(),
        social_connectors: [],
        sso_connectors: [],
        is_development_tenant: call.app.site.dev,
    })
}
