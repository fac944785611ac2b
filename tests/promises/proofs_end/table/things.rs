//! What is handed out to an address, a password or a session, and whether it still opens something.

use rekey_core::types::time::Clock as _;
use serde_json::{Value, json};

use super::super::super::{
    CookieClient, PASSWORD, REGISTER, REGISTER_CODE, REGISTER_PASSWORD, RESET, SIGN_IN_CODE, SIGN_IN_SEND,
    obtain_grant, request_code,
};
use super::super::{ADA, NEW, open_link};
use super::{NEW_ADDRESS, ada};
use crate::http::account_api::{EVERYTHING, MyAccountClient};
use crate::http::graphql::{request_token, reset_password};
use crate::http::{ROOT, api_client, body, sdk_api, send};
use crate::promises::DONE;
use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::client::Client;
use crate::support::db_dump;

/// Something that is handed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Thing {
    ResetCode,
    ResetLink,
    ResetGrant,
    SignInCode,
    SdkRecovery,
    OneTimeToken,
    RecordByPassword,
    RecordByAddress,
    NoticeLink,
    SignUp,
    Session,
    AppTokens,
    SdkSession,
}

/// All of them.
pub(super) const THINGS: [Thing; 13] = [
    Thing::ResetCode,
    Thing::ResetLink,
    Thing::ResetGrant,
    Thing::SignInCode,
    Thing::SdkRecovery,
    Thing::OneTimeToken,
    Thing::RecordByPassword,
    Thing::RecordByAddress,
    Thing::NoticeLink,
    Thing::SignUp,
    Thing::Session,
    Thing::AppTokens,
    Thing::SdkSession,
];

/// A thing in the hands of whoever got it.
pub(super) enum Held {
    Code(CookieClient, &'static str, String, &'static str),
    Link(String),
    Grant(CookieClient),
    SdkRecovery(Value),
    OneTimeToken(String),
    Record(i64),
    Notice(String),
    Session(Browser),
    Refresh(String),
    SdkSession(Value),
}

impl Thing {
    /// As the document names it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::ResetCode => "code to reset",
            Self::ResetLink => "link to reset, the token of GraphQL",
            Self::ResetGrant => "proved reset, before the password is set",
            Self::SignInCode => "code to sign in",
            Self::SdkRecovery => "recovery session of the SDK, with its tokens",
            Self::OneTimeToken => "one-time token",
            Self::RecordByPassword => "verification record by the password",
            Self::RecordByAddress => "verification record by an address",
            Self::NoticeLink => "\"this wasn't me\" in an earlier notice",
            Self::SignUp => "waiting sign-up for the address",
            Self::Session => "session",
            Self::AppTokens => "tokens of OpenID Connect",
            Self::SdkSession => "session of the SDK, with its tokens",
        }
    }

    /// Hands it out to Ada, or to whoever has her address.
    pub(super) async fn hand_out(self, app: &TestApp) -> Held {
        match self {
            Self::ResetCode => {
                let (cookie_client, code) = request_code(app, ADA).await;
                Held::Code(cookie_client, super::super::CODE, code, RESET)
            }
            Self::ResetLink => Held::Link(request_token(app, ADA).await),
            Self::ResetGrant => Held::Grant(obtain_grant(app, ADA).await),
            Self::SignInCode => {
                let (cookie_client, code) = request_code_at(app, (SIGN_IN_SEND, SIGN_IN_CODE), ADA).await;
                Held::Code(cookie_client, SIGN_IN_CODE, code, "/account")
            }
            Self::SignUp => {
                let (cookie_client, code) =
                    request_code_at(app, (REGISTER, REGISTER_CODE), NEW_ADDRESS).await;
                Held::Code(cookie_client, REGISTER_CODE, code, REGISTER_PASSWORD)
            }
            Self::SdkRecovery => Held::SdkRecovery(sdk_api::recovery_session(app).await),
            Self::OneTimeToken => Held::OneTimeToken(one_time_token(app).await),
            Self::RecordByPassword | Self::RecordByAddress => self.record(app).await,
            Self::NoticeLink => Held::Notice(notice(app).await),
            Self::Session => Held::Session(signed_in(app).await),
            Self::AppTokens => {
                let scope = [("scope", "openid offline_access")];
                Held::Refresh(Client::of(app, "blog").sign_in(&app.browser(), &ada(), &scope).await.refresh)
            }
            Self::SdkSession => Held::SdkSession(sdk_api::sign_in(app, PASSWORD).await),
        }
    }

    async fn record(self, app: &TestApp) -> Held {
        let account_client = MyAccountClient::sign_in(app, &ada(), EVERYTHING).await;
        match self {
            Self::RecordByPassword => account_client.reauthenticate(PASSWORD).await,
            _ => account_client.verify_address(app, ADA).await,
        };
        Held::Record(app.clock.now().0)
    }
}

/// A browser that asked for a code there, and the code that went to this address.
async fn request_code_at(
    app: &TestApp,
    (request_path, then): (&str, &str),
    address: &str,
) -> (CookieClient, String) {
    let cookie_client = CookieClient::new(app).await;
    cookie_client.post(request_path, &[("identifier", address)]).await.redirects_to(then);
    (cookie_client, app.inbox_of(address).await.code())
}

async fn one_time_token(app: &TestApp) -> String {
    let input = json!({ "email": ADA, "expiresIn": 3600 });
    let page = send(&api_client(app, ROOT), "POST", "/api/one-time-tokens", &input).await;
    body(&page)["token"].as_str().unwrap().to_owned()
}

/// The link of the notice of a password that was changed, to the one it is again.
async fn notice(app: &TestApp) -> String {
    let browser = signed_in(app).await;
    for (current, new) in
        [(PASSWORD, "an interim phrase of no use"), ("an interim phrase of no use", PASSWORD)]
    {
        let page = browser.get("/account/password").await.fill("currentPassword", current);
        page.fill("newPassword", new).submit().await.redirects_to("/account");
    }
    app.inbox_of(ADA).await.not_me_path()
}

async fn signed_in(app: &TestApp) -> Browser {
    let browser = app.browser();
    let page = browser.get("/sign-in").await.fill("identifier", ADA).fill("password", PASSWORD);
    assert_eq!(page.submit().await.status, 303);
    browser
}

impl Held {
    /// Whether it opens what it was for.
    pub(super) async fn works(&self, app: &TestApp) -> bool {
        match self {
            Self::Code(cookie_client, at, code, to) => {
                let page = cookie_client.post(at, &[("code", code)]).await;
                page.status == 303 && page.location() == *to
            }
            Self::Link(token) => reset_password(app, token, "the phrase of whoever held it").await == "ok",
            Self::Grant(cookie_client) => {
                let page = cookie_client.choose_password("the phrase of whoever held it").await;
                page.status == 303 && page.location() == DONE
            }
            Self::SdkRecovery(session) => {
                sdk_api::call_status(
                    &sdk_api::with_session(app, session),
                    "password/update",
                    json!({ "password": NEW }),
                )
                .await
                .0 == 200
                    || sdk_api::refresh(app, session).await.0 == 200
            }
            Self::OneTimeToken(token) => {
                let input = json!({ "email": ADA, "token": token });
                send(&api_client(app, ROOT), "POST", "/api/one-time-tokens/verify", &input).await.status
                    == 200
            }
            // It is good only beside a token of its person, which may have ended, too; so the row is looked
            // at.
            Self::Record(at) => count_records(app, *at).await > 0,
            Self::Notice(link) => open_link(app, link).await.1.has_button_to("/not-me"),
            Self::Session(browser) => browser.get("/account").await.status == 200,
            Self::Refresh(token) => Client::of(app, "blog").refresh(token, &[]).await.status == 200,
            Self::SdkSession(session) => sdk_api::refresh(app, session).await.0 == 200,
        }
    }
}

/// Records of that moment: those that the change itself needed are younger.
async fn count_records(app: &TestApp, at: i64) -> i64 {
    let sql = format!(
        "select count(*) from verification_requests \
         where purpose in ('reauthenticate', 'new_address') and created_at = {at}"
    );
    db_dump::query_number(app, sql.leak()).await
}
