//! The faces that write a person's password, each held back just before it does.

use serde_json::{Value, json};

use super::super::ADA;
use crate::http::account_api::{NEW_PASSWORD, Phone};
use crate::http::experience_api::{CHECK, CHOOSE, Screen, typed};
use crate::http::graphql::passwords::MINE;
use crate::http::{graphql, machine, sdk_api};
use crate::promises::{DONE, Hand, granted};
use crate::support::app::TestApp;
use crate::support::browser::Browser;

/// The password that the account has by then.
pub(super) const THIEFS: &str = "the thief's own long phrase";
/// The one that is being written.
pub(super) const HELD: &str = "the phrase that is under way";

/// A face that writes passwords, and what allows it to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Writer {
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
pub(super) const WRITERS: [Writer; 8] = [
    Writer::ResetByPages,
    Writer::ResetByExperience,
    Writer::ResetByGraphql,
    Writer::ResetBySdk,
    Writer::ChangedByPages,
    Writer::ChangedByAccount,
    Writer::ChangedBySdk,
    Writer::ChangedByGraphql,
];

/// What the thief holds, ready to write.
pub(super) enum Ready {
    Grant(Hand),
    Screen(Box<Screen>),
    Token(String),
    Sdk(Value),
    Session(Browser),
    Proved(Phone),
    Me(Browser),
}

impl Writer {
    /// Gets everything that the write needs, with the password that the account has now.
    pub(super) async fn prepares(self, app: &TestApp, phone: &Phone) -> Ready {
        match self {
            Self::ResetByPages => Ready::Grant(granted(app, ADA).await),
            Self::ResetByExperience => {
                let screen = Screen::that_begins(app, "ForgotPassword").await;
                let id = screen.asks("ForgotPassword", ADA).await;
                let code = app.inbox_of(ADA).await.code();
                screen.ok("POST", CHECK, typed(ADA, &id, &code), 200).await;
                assert_eq!(screen.identifies(&id).await.status, 204);
                Ready::Screen(Box::new(screen))
            }
            Self::ResetByGraphql => Ready::Token(graphql::token(app, ADA).await),
            Self::ResetBySdk => Ready::Sdk(sdk_api::recovered(app).await),
            Self::ChangedByPages => {
                let browser = app.browser();
                browser.get("/sign-in").await.signs_in(ADA, THIEFS).await;
                Ready::Session(browser)
            }
            Self::ChangedByAccount => Ready::Proved(phone.proved(&phone.proves(THIEFS).await)),
            Self::ChangedBySdk => Ready::Sdk(sdk_api::session(app, THIEFS).await),
            Self::ChangedByGraphql => Ready::Me(machine(app, &graphql::session(app, THIEFS).await)),
        }
    }
}

impl Ready {
    /// Whether the password is said to be written.
    pub(super) async fn writes(&self, app: &TestApp) -> bool {
        let given = json!({ "password": HELD });
        match self {
            Self::Grant(hand) => hand.reset(HELD).await.location() == DONE,
            Self::Screen(screen) => {
                screen.call("PUT", CHOOSE, given).await.status == 204 && screen.submits().await.status == 204
            }
            Self::Token(token) => graphql::resets(app, token, HELD).await == "ok",
            Self::Sdk(session) => {
                sdk_api::said(&sdk_api::signed(app, session), "password/update", given).await.0 == 200
            }
            Self::Session(browser) => {
                let page = browser.get("/account/password").await.fill("currentPassword", THIEFS);
                page.fill("newPassword", HELD).submit().await.location() == "/account"
            }
            Self::Proved(phone) => phone.send("POST", NEW_PASSWORD, &given).await.status == 204,
            Self::Me(me) => {
                let page = graphql::ask(me, MINE, json!({ "current": THIEFS, "new": HELD })).await;
                page.html.contains("\"ok\":true")
            }
        }
    }
}
