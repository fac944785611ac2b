//! A one-time token for an address that nobody has yet: it ends when somebody who is there takes the address,
//! however they came by it, and is good, once, for an account that is made with it.

use serde_json::{Value, json};

use super::super::{DONE, PASSWORD, REGISTER_PASSWORD, RESET, can_sign_in, prove_new_address};
use super::{ADA, NEW, dispute, email_of, take_address};
use crate::http::account_api::{self, EVERYTHING, MyAccountClient};
use crate::http::{ROOT, api_client, body, send, with_keys};
use crate::support::app::TestApp;
use crate::support::page::Page;
use crate::support::people::TestUser;

const ID: &str = "ada000000001";
const NOBODYS: &str = "nobody@example.org";

/// How somebody who has an account comes by the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Taken {
    ByUser,
    ByAdministrator,
    File,
    PutBack,
}

/// How an account is made with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Made {
    Pages,
    Management,
    File,
}

fn entry(over: &Value) -> Value {
    let mut entry = json!({ "id": ID, "primaryEmail": ADA, "password": PASSWORD });
    entry.as_object_mut().unwrap().extend(over.as_object().unwrap().clone());
    entry
}

async fn program() -> TestApp {
    let mut input = account_api::everything_editable();
    input["apiKeys"] = with_keys(json!({}))["apiKeys"].clone();
    input["settings"]["signInExperience"] =
        json!({ "signUp": { "identifiers": ["email"], "password": true } });
    input["users"] = json!([entry(&json!({}))]);
    let app = TestApp::with(input).await;
    app.may_leave_messages();
    app
}

async fn account_client(app: &TestApp) -> MyAccountClient {
    let ada =
        TestUser { id: ID.to_owned(), email: ADA.to_owned(), phone: None, password: PASSWORD.to_owned() };
    MyAccountClient::sign_in(app, &ada, EVERYTHING).await
}

async fn manage(app: &TestApp, method: &str, path: &str, input: Value) -> Page {
    let page = send(&api_client(app, ROOT), method, path, &input).await;
    assert!(page.status < 300, "{} {}", page.status, page.html);
    page
}

async fn token_for(app: &TestApp, email: &str) -> String {
    let input = json!({ "email": email, "expiresIn": 3600 });
    body(&manage(app, "POST", "/api/one-time-tokens", input).await)["token"].as_str().unwrap().to_owned()
}

/// Brings the token and its address; where that leads.
async fn redeem(app: &TestApp, token: &str, email: &str) -> Page {
    let browser = app.browser();
    let path = format!("/reset-password?one_time_token={token}&login_hint={email}");
    let page = browser.get(&path).await.follow_redirect_to("/reset-password/token").await;
    if page.has_button_to("/reset-password/token") { page.submit().await } else { page }
}

async fn restart(app: &TestApp, entry: Value) {
    app.restart_with(json!({ "users": [entry] })).await.may_leave_messages();
}

impl Taken {
    /// The address, a token for it that was made while nobody had it, and Ada takes it.
    async fn happens(self, app: &TestApp) -> (&'static str, String) {
        if self == Self::PutBack {
            take_address(app, &account_client(app).await, PASSWORD, "first@thief.example").await;
            let owners = app.inbox_of(ADA).await.not_me_path();
            let token = token_for(app, ADA).await;
            dispute(app, &owners).await;
            return (ADA, token);
        }
        let token = token_for(app, NOBODYS).await;
        match self {
            Self::ByUser => take_address(app, &account_client(app).await, PASSWORD, NOBODYS).await,
            Self::ByAdministrator => {
                manage(app, "PATCH", &format!("/api/users/{ID}"), json!({ "primaryEmail": NOBODYS })).await;
            }
            Self::File | Self::PutBack => {
                let over = json!({ "primaryEmail": NOBODYS, "enforce": true });
                restart(app, entry(&over)).await;
            }
        }
        (NOBODYS, token)
    }
}

#[tokio::test]
async fn a_one_time_token_ends_when_its_address_changes_owner() {
    for taken in [Taken::ByUser, Taken::ByAdministrator, Taken::File, Taken::PutBack] {
        let app = program().await;
        let (address, token) = taken.happens(&app).await;
        assert_eq!(email_of(&app, ID).await.as_deref(), Some(address), "{taken:?}");
        let page = redeem(&app, &token, address).await;
        assert_ne!(page.location(), RESET, "{taken:?}");
        page.says("refusal-link-unknown");
        let input = json!({ "email": address, "token": token });
        let page = send(&api_client(&app, ROOT), "POST", "/api/one-time-tokens/verify", &input).await;
        assert_eq!(body(&page)["code"], "one_time_token.token_revoked", "{taken:?}");
    }
}

impl Made {
    async fn happens(self, app: &TestApp) {
        match self {
            Self::Pages => {
                let client = prove_new_address(app, NOBODYS).await;
                assert_eq!(client.post(REGISTER_PASSWORD, &[("newPassword", PASSWORD)]).await.status, 303);
            }
            Self::Management => {
                manage(app, "POST", "/api/users", json!({ "primaryEmail": NOBODYS })).await;
            }
            Self::File => {
                restart(app, entry(&json!({ "id": "newcomer0001", "primaryEmail": NOBODYS }))).await;
            }
        }
    }
}

/// Whoever makes somebody's account after sending them a token means that account.
#[tokio::test]
async fn a_token_is_good_once_for_an_account_that_is_made_with_its_address() {
    for made in [Made::Pages, Made::Management, Made::File] {
        let app = program().await;
        let token = token_for(&app, NOBODYS).await;
        made.happens(&app).await;
        assert_ne!(redeem(&app, &token, ADA).await.location(), RESET, "{made:?}: for no other address");
        let page = redeem(&app, &token, NOBODYS).await;
        assert_eq!(page.location(), RESET, "{made:?}: {}", page.summary());
        let page = page.follow_redirect_to(RESET).await;
        page.fill("newPassword", NEW).submit().await.redirects_to(DONE);
        assert!(can_sign_in(&app, NOBODYS, NEW).await, "{made:?}");
        assert_ne!(redeem(&app, &token, NOBODYS).await.location(), RESET, "{made:?}: once");
    }
}
