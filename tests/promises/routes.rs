//! Every address there is, as a list that the crawlers share. It is checked against the map of the program,
//! so that a new address can't be forgotten here.

use crate::support::mailbox::Mailbox;

/// An address, and whether it takes posts.
#[derive(Clone, Copy)]
pub(crate) struct Route {
    pub path: &'static str,
    pub looks: bool,
    pub posts: bool,
}

const fn get_route(path: &'static str) -> Route {
    Route { path, looks: true, posts: false }
}

const fn get_and_post(path: &'static str) -> Route {
    Route { path, looks: true, posts: true }
}

const fn post(path: &'static str) -> Route {
    Route { path, looks: false, posts: true }
}

/// Only other methods.
const fn other_methods(path: &'static str) -> Route {
    Route { path, looks: false, posts: false }
}

/// What stands in braces is filled in by `filled`.
pub(crate) const ROUTES: &[Route] = &[
    get_route("/api/.well-known/account-center"),
    get_route("/api/my-account"),
    other_methods("/api/my-account/profile"),
    post("/api/my-account/password"),
    post("/api/my-account/primary-email"),
    post("/api/my-account/primary-phone"),
    get_route("/api/my-account/sessions"),
    other_methods("/api/my-account/sessions/one"),
    get_route("/api/my-account/grants"),
    other_methods("/api/my-account/grants/one"),
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
    get_route("/sdk/auth-client.js"),
    get_route("/dev/sdk"),
    post("/graphql"),
    post("/tenant"),
    get_route("/"),
    get_route("/.well-known/change-password"),
    get_route("/static/app.css"),
    get_route("/api/status"),
    get_route("/api/openapi.json"),
    get_route("/api/docs"),
    get_route("/api/.well-known/sign-in-exp"),
    other_methods("/api/experience"),
    get_route("/api/experience/interaction"),
    other_methods("/api/experience/interaction-event"),
    get_route("/api/experience/sso-connectors"),
    post("/api/experience/verification/password"),
    post("/api/experience/verification/verification-code"),
    post("/api/experience/verification/verification-code/verify"),
    post("/api/experience/verification/one-time-token/verify"),
    post("/api/experience/identification"),
    post("/api/experience/profile"),
    other_methods("/api/experience/profile/password"),
    post("/api/experience/submit"),
    get_and_post("/api/interaction/consent"),
    get_route("/api/sign-in-exp"),
    post("/api/sign-in-exp/default/check-password"),
    get_route("/api/account-center"),
    get_route("/api/captcha-provider"),
    get_and_post("/api/connectors"),
    get_route("/api/connectors/mail"),
    post("/api/connectors/http-sms/test"),
    get_route("/api/connector-factories"),
    get_route("/api/connector-factories/http-sms"),
    get_and_post("/api/applications"),
    get_route("/api/applications/shop"),
    get_and_post("/api/applications/shop/secrets"),
    other_methods("/api/applications/shop/secrets/default"),
    get_route("/api/configs/jwt-customizer"),
    post("/api/configs/jwt-customizer/test"),
    get_route("/api/configs/jwt-customizer/id-token"),
    get_and_post("/api/one-time-tokens"),
    post("/api/one-time-tokens/verify"),
    get_route("/api/one-time-tokens/one"),
    other_methods("/api/one-time-tokens/one/status"),
    get_route("/api/email-templates"),
    post("/api/email-templates/preview"),
    other_methods("/api/email-templates/language-tag/en"),
    other_methods("/api/email-templates/template-type/SignIn"),
    get_route("/api/email-templates/one"),
    other_methods("/api/email-templates/one/details"),
    post("/api/verification-codes"),
    post("/api/verification-codes/verify"),
    get_and_post("/api/users"),
    get_route("/api/users/ada"),
    other_methods("/api/users/ada/is-suspended"),
    get_route("/api/users/ada/custom-data"),
    get_route("/api/users/ada/logto-configs"),
    other_methods("/api/users/ada/profile"),
    get_route("/api/users/ada/has-password"),
    other_methods("/api/users/ada/password"),
    post("/api/users/ada/password/verify"),
    other_methods("/api/users/ada/password/expiration"),
    get_route("/api/logs"),
    get_route("/api/logs/one"),
    post("/api/sentinel-activities/delete"),
    get_route("/api/users/ada/sessions"),
    other_methods("/api/users/ada/sessions/one"),
    get_and_post("/api/hooks"),
    get_route("/api/hooks/one"),
    post("/api/hooks/one/test"),
    other_methods("/api/hooks/one/signing-key"),
    get_route("/api/hooks/one/recent-logs"),
    get_route("/api/hooks/one/deliveries"),
    post("/api/hooks/one/deliveries/one/replay"),
    post("/api/hooks/one/replay"),
    get_route("/dev/inbox"),
    get_route("/dev/inbox/1"),
    get_route("/design"),
    get_route("/design/sign_in/empty"),
    get_route("/demo-app"),
    get_route("/health"),
    get_route("/ready"),
    get_and_post("/captcha/wait"),
    get_route("/captcha/challenge"),
    get_and_post("/consent"),
    get_route("/oidc/.well-known/openid-configuration"),
    get_route("/oidc/.well-known/oauth-authorization-server"),
    get_route("/.well-known/openid-configuration/oidc"),
    get_route("/.well-known/oauth-authorization-server/oidc"),
    get_route("/oidc/jwks"),
    get_and_post("/oidc/auth"),
    get_route("/oidc/auth/none"),
    post("/oidc/request"),
    post("/oidc/token"),
    post("/oidc/token/revocation"),
    post("/oidc/token/introspection"),
    get_and_post("/oidc/me"),
    get_and_post("/oidc/session/end"),
    post("/oidc/session/end/confirm"),
    get_and_post("/sign-in"),
    post("/sign-in/code"),
    post("/sign-in/change-address"),
    get_and_post("/sign-in/verification-code"),
    post("/sign-in/verification-code/continue"),
    post("/sign-in/verification-code/resend"),
    get_route("/sign-in/verification-code/state"),
    get_and_post("/register"),
    post("/register/change-address"),
    get_and_post("/register/verification-code"),
    post("/register/verification-code/resend"),
    get_route("/register/verification-code/state"),
    get_and_post("/register/password"),
    post("/register/password/check"),
    post("/sign-out"),
    get_route("/account"),
    get_and_post("/account/password"),
    post("/account/password/check"),
    post("/account/sessions/end-others"),
    post("/account/sessions/end-all"),
    post("/account/sessions/none/end"),
    post("/account/apps/none/end"),
    get_and_post("/not-me"),
    get_route("/not-me/{token}"),
    get_and_post("/forgot-password"),
    get_route("/reset-password"),
    get_and_post("/reset-password/token"),
    post("/forgot-password/start"),
    post("/forgot-password/change-address"),
    get_and_post("/forgot-password/verification-code"),
    post("/forgot-password/verification-code/resend"),
    get_route("/forgot-password/verification-code/state"),
    post("/forgot-password/verification-code/continue"),
    get_and_post("/forgot-password/reset"),
    post("/forgot-password/reset/check"),
    get_route("/forgot-password/done"),
    get_and_post("/forgot-password/link"),
    post("/forgot-password/link/match"),
    post("/forgot-password/link/again"),
    get_route("/forgot-password/link/{token}"),
];

/// The address with the tokens of this mailbox in its place.
pub(crate) fn fill_path(route: &Route, inbox: &Mailbox) -> String {
    match route.path {
        "/not-me/{token}" => inbox.not_me_path(),
        "/forgot-password/link/{token}" => inbox.link_path(),
        path => path.to_owned(),
    }
}

/// The files of the map.
pub(crate) const MAP: [&str; 6] = [
    include_str!("../../src/http/routes/mod.rs"),
    include_str!("../../crates/server/src/http/routes/mod.rs"),
    include_str!("../../src/http/routes/pages.rs"),
    include_str!("../../src/http/routes/apps.rs"),
    include_str!("../../crates/server/src/http/routes/json.rs"),
    include_str!("../../crates/server/src/http/routes/management.rs"),
];

/// Those of the JSON interfaces, whose addresses stand below `/api`.
pub(crate) const JSON: [&str; 2] = [
    include_str!("../../crates/server/src/http/routes/json.rs"),
    include_str!("../../crates/server/src/http/routes/management.rs"),
];

/// On the admin port alone.
const OPERATORS_ONLY: [&str; 1] = ["/metrics"];

#[test]
fn every_address_is_listed() {
    let count = |what: &str| MAP.iter().map(|file| file.matches(what).count()).sum::<usize>();
    assert_eq!(count("resource("), ROUTES.len() + OPERATORS_ONLY.len());
    assert_eq!(count("post().to("), ROUTES.iter().filter(|route| route.posts).count());
}
