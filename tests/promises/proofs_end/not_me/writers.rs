//! The interfaces that write a person's password, each held back just before it does.

use serde_json::{Value, json};

use super::super::ADA;
use crate::http::account_api::{MyAccountClient, NEW_PASSWORD};
use crate::http::experience_api::{CHOOSE, CustomUi, VERIFY_CODE, code_verification};
use crate::http::graphql::passwords::MINE;
use crate::http::{api_client, graphql, sdk_api};
use crate::promises::{CookieClient, DONE, obtain_grant};
use crate::support::app::TestApp;
use crate::support::browser::Browser;

/// The password that the account has by then.
pub(in crate::promises) const THIEFS: &str = "the thief's own long phrase";
/// The one that is being written.
pub(in crate::promises) const HELD: &str = "the phrase that is under way";

/// An interface that writes passwords, and what allows it to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::promises) enum Writer {
    ResetByPages,
    ResetByExperience,
    ResetByGraphql,
    ResetBySdk,
    ChangedByPages,
    ChangedByAccount,
    ChangedBySdk,
    ChangedByGraphql,
}

/// All of them.
pub(in crate::promises) const WRITERS: [Writer; 8] = [
    Writer::ResetByPages,
    Writer::ResetByExperience,
    Writer::ResetByGraphql,
    Writer::ResetBySdk,
    Writer::ChangedByPages,
    Writer::ChangedByAccount,
    Writer::ChangedBySdk,
    Writer::ChangedByGraphql,
];

/// What the attacker holds, ready to write.
pub(in crate::promises) enum Ready {
    Grant(CookieClient),
    Screen(Box<CustomUi>),
    Token(String),
    Sdk(Value),
    Session(Browser),
    Proved(MyAccountClient),
    Me(Browser),
}

impl Writer {
    /// Gets everything that the write needs, with the password that the account has now.
    pub(in crate::promises) async fn prepare(self, app: &TestApp, account_client: &MyAccountClient) -> Ready {
        match self {
            Self::ResetByPages => Ready::Grant(obtain_grant(app, ADA).await),
            Self::ResetByExperience => {
                let ui = CustomUi::with_interaction(app, "ForgotPassword").await;
                let id = ui.send_code("ForgotPassword", ADA).await;
                let code = app.inbox_of(ADA).await.code();
                ui.call_expecting("POST", VERIFY_CODE, code_verification(ADA, &id, &code), 200).await;
                assert_eq!(ui.identify(&id).await.status, 204);
                Ready::Screen(Box::new(ui))
            }
            Self::ResetByGraphql => Ready::Token(graphql::request_token(app, ADA).await),
            Self::ResetBySdk => Ready::Sdk(sdk_api::recovery_session(app).await),
            Self::ChangedByPages => {
                let browser = app.browser();
                browser.get("/sign-in").await.sign_in(ADA, THIEFS).await;
                Ready::Session(browser)
            }
            Self::ChangedByAccount => {
                Ready::Proved(account_client.with_record(&account_client.reauthenticate(THIEFS).await))
            }
            Self::ChangedBySdk => Ready::Sdk(sdk_api::sign_in(app, THIEFS).await),
            Self::ChangedByGraphql => Ready::Me(api_client(app, &graphql::sign_in(app, THIEFS).await)),
        }
    }
}

impl Ready {
    /// Whether the password is said to be written.
    pub(in crate::promises) async fn write(&self, app: &TestApp) -> bool {
        let input = json!({ "password": HELD });
        match self {
            Self::Grant(client) => client.choose_password(HELD).await.location() == DONE,
            Self::Screen(ui) => {
                ui.call("PUT", CHOOSE, input).await.status == 204 && ui.submit().await.status == 204
            }
            Self::Token(token) => graphql::reset_password(app, token, HELD).await == "ok",
            Self::Sdk(session) => {
                sdk_api::call_status(&sdk_api::with_session(app, session), "password/update", input).await.0
                    == 200
            }
            Self::Session(browser) => {
                let page = browser.get("/account/password").await.fill("currentPassword", THIEFS);
                page.fill("newPassword", HELD).submit().await.location() == "/account"
            }
            Self::Proved(account_client) => {
                account_client.send("POST", NEW_PASSWORD, &input).await.status == 204
            }
            Self::Me(me) => {
                let page = graphql::execute(me, MINE, json!({ "current": THIEFS, "new": HELD })).await;
                page.html.contains("\"ok\":true")
            }
        }
    }
}
