//! Every address there is, as a list that the crawlers share. It is checked against the map of the program, so that a new
//! address can't be forgotten here.

use crate::support::mailbox::Mailbox;

/// An address, and whether it takes posts.
#[derive(Clone, Copy)]
pub(crate) struct Route {
    pub path: &'static str,
    pub looks: bool,
    pub posts: bool,
}

const fn look(path: &'static str) -> Route {
    Route { path, looks: true, posts: false }
}

const fn both(path: &'static str) -> Route {
    Route { path, looks: true, posts: true }
}

const fn post(path: &'static str) -> Route {
    Route { path, looks: false, posts: true }
}

/// Only other methods.
const fn neither(path: &'static str) -> Route {
    Route { path, looks: false, posts: false }
}

/// What stands in braces is filled in by `filled`.
pub(crate) const ROUTES: &[Route] = &[
    look("/api/.well-known/account-center"),
    look("/api/my-account"),
    neither("/api/my-account/profile"),
    post("/api/my-account/password"),
    post("/api/my-account/primary-email"),
    post("/api/my-account/primary-phone"),
    look("/api/my-account/sessions"),
    neither("/api/my-account/sessions/one"),
    look("/api/my-account/grants"),
    neither("/api/my-account/grants/one"),
    post("/api/verifications/password"),
    post("/api/verifications/verification-code"),
    post("/api/verifications/verification-code/verify"),
    post("/api/v1/paywall/shop/auth/password/request-reset"),
    post("/api/v1/paywall/shop/auth/password/update"),
    post("/api/v1/paywall/shop/auth/otp/send"),
    post("/api/v1/paywall/shop/auth/otp/verify"),
    post("/api/v1/paywall/shop/auth/email/signin"),
    post("/api/v1/paywall/shop/auth/email/signup"),
    post("/api/v1/paywall/shop/auth/email/resend"),
    post("/api/v1/paywall/shop/auth/refresh"),
    post("/api/v1/paywall/shop/auth/signout"),
    post("/api/v1/paywall/shop/auth/revoke-all"),
    post("/api/v1/paywall/shop/auth/oauth/init"),
    post("/api/v1/paywall/shop/auth/anonymous/signin"),
    look("/sdk/auth-client.js"),
    look("/dev/sdk"),
    post("/graphql"),
    post("/tenant"),
    look("/"),
    look("/.well-known/change-password"),
    look("/static/app.css"),
    look("/api/status"),
    look("/api/openapi.json"),
    look("/api/docs"),
    look("/api/.well-known/sign-in-exp"),
    neither("/api/experience"),
    look("/api/experience/interaction"),
    neither("/api/experience/interaction-event"),
    look("/api/experience/sso-connectors"),
    post("/api/experience/verification/password"),
    post("/api/experience/verification/verification-code"),
    post("/api/experience/verification/verification-code/verify"),
    post("/api/experience/verification/one-time-token/verify"),
    post("/api/experience/identification"),
    post("/api/experience/profile"),
    neither("/api/experience/profile/password"),
    post("/api/experience/submit"),
    both("/api/interaction/consent"),
    look("/api/sign-in-exp"),
    post("/api/sign-in-exp/default/check-password"),
    look("/api/account-center"),
    look("/api/captcha-provider"),
    both("/api/connectors"),
    look("/api/connectors/mail"),
    post("/api/connectors/http-sms/test"),
    look("/api/connector-factories"),
    look("/api/connector-factories/http-sms"),
    both("/api/applications"),
    look("/api/applications/shop"),
    both("/api/applications/shop/secrets"),
    neither("/api/applications/shop/secrets/default"),
    look("/api/configs/jwt-customizer"),
    post("/api/configs/jwt-customizer/test"),
    look("/api/configs/jwt-customizer/id-token"),
    both("/api/one-time-tokens"),
    post("/api/one-time-tokens/verify"),
    look("/api/one-time-tokens/one"),
    neither("/api/one-time-tokens/one/status"),
    look("/api/email-templates"),
    post("/api/email-templates/preview"),
    neither("/api/email-templates/language-tag/en"),
    neither("/api/email-templates/template-type/SignIn"),
    look("/api/email-templates/one"),
    neither("/api/email-templates/one/details"),
    post("/api/verification-codes"),
    post("/api/verification-codes/verify"),
    both("/api/users"),
    look("/api/users/ada"),
    neither("/api/users/ada/is-suspended"),
    look("/api/users/ada/custom-data"),
    look("/api/users/ada/logto-configs"),
    neither("/api/users/ada/profile"),
    look("/api/users/ada/has-password"),
    neither("/api/users/ada/password"),
    post("/api/users/ada/password/verify"),
    neither("/api/users/ada/password/expiration"),
    look("/api/logs"),
    look("/api/logs/one"),
    post("/api/sentinel-activities/delete"),
    look("/api/users/ada/sessions"),
    neither("/api/users/ada/sessions/one"),
    both("/api/hooks"),
    look("/api/hooks/one"),
    post("/api/hooks/one/test"),
    neither("/api/hooks/one/signing-key"),
    look("/api/hooks/one/recent-logs"),
    look("/api/hooks/one/deliveries"),
    post("/api/hooks/one/deliveries/one/replay"),
    post("/api/hooks/one/replay"),
    look("/dev/inbox"),
    look("/dev/inbox/1"),
    look("/design"),
    look("/design/sign_in/empty"),
    look("/demo-app"),
    look("/health"),
    look("/ready"),
    both("/captcha/wait"),
    look("/captcha/challenge"),
    both("/consent"),
    look("/oidc/.well-known/openid-configuration"),
    look("/oidc/.well-known/oauth-authorization-server"),
    look("/oidc/jwks"),
    both("/oidc/auth"),
    look("/oidc/auth/none"),
    post("/oidc/request"),
    post("/oidc/token"),
    post("/oidc/token/revocation"),
    post("/oidc/token/introspection"),
    both("/oidc/me"),
    both("/oidc/session/end"),
    post("/oidc/session/end/confirm"),
    both("/sign-in"),
    post("/sign-in/code"),
    post("/sign-in/change-address"),
    both("/sign-in/verification-code"),
    post("/sign-in/verification-code/continue"),
    post("/sign-in/verification-code/resend"),
    look("/sign-in/verification-code/state"),
    both("/register"),
    post("/register/change-address"),
    both("/register/verification-code"),
    post("/register/verification-code/resend"),
    look("/register/verification-code/state"),
    both("/register/password"),
    post("/register/password/check"),
    post("/sign-out"),
    look("/account"),
    both("/account/password"),
    post("/account/password/check"),
    post("/account/sessions/end-others"),
    post("/account/sessions/end-all"),
    post("/account/sessions/none/end"),
    post("/account/apps/none/end"),
    both("/not-me"),
    look("/not-me/{token}"),
    both("/forgot-password"),
    look("/reset-password"),
    both("/reset-password/token"),
    post("/forgot-password/start"),
    post("/forgot-password/change-address"),
    both("/forgot-password/verification-code"),
    post("/forgot-password/verification-code/resend"),
    look("/forgot-password/verification-code/state"),
    post("/forgot-password/verification-code/continue"),
    both("/forgot-password/reset"),
    post("/forgot-password/reset/check"),
    look("/forgot-password/done"),
    both("/forgot-password/link"),
    post("/forgot-password/link/match"),
    post("/forgot-password/link/again"),
    look("/forgot-password/link/{token}"),
];

/// The address with the tokens of this mailbox in its place.
pub(crate) fn filled(route: &Route, inbox: &Mailbox) -> String {
    match route.path {
        "/not-me/{token}" => inbox.not_me_path(),
        "/forgot-password/link/{token}" => inbox.link_path(),
        path => path.to_owned(),
    }
}

/// The files of the map.
pub(crate) const MAP: [&str; 9] = [
    include_str!("../../src/http/routes/mod.rs"),
    include_str!("../../src/http/routes/pages.rs"),
    include_str!("../../src/http/routes/apps.rs"),
    include_str!("../../src/http/routes/graphql.rs"),
    include_str!("../../src/http/routes/json.rs"),
    include_str!("../../src/http/routes/experience.rs"),
    include_str!("../../src/http/routes/account.rs"),
    include_str!("../../src/http/routes/sdk.rs"),
    include_str!("../../src/http/routes/management.rs"),
];

/// Those of the JSON faces, whose addresses stand below `/api`.
pub(crate) const JSON: [&str; 5] = [
    include_str!("../../src/http/routes/json.rs"),
    include_str!("../../src/http/routes/experience.rs"),
    include_str!("../../src/http/routes/account.rs"),
    include_str!("../../src/http/routes/sdk.rs"),
    include_str!("../../src/http/routes/management.rs"),
];

/// On the admin port alone.
const OPERATORS_ONLY: [&str; 1] = ["/metrics"];

#[test]
fn every_address_is_listed() {
    let count = |what: &str| MAP.iter().map(|file| file.matches(what).count()).sum::<usize>();
    assert_eq!(count("resource("), ROUTES.len() + OPERATORS_ONLY.len());
    assert_eq!(count("post().to("), ROUTES.iter().filter(|route| route.posts).count());
}
