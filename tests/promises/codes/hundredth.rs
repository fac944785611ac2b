//! The hundredth failure in a row, on every interface that takes a code or a password of somebody: the owner
//! is told once, the audit log has an entry that names the account, and what comes after it tells nobody
//! again.

use serde_json::{Value, json};

use super::super::{CODE, CookieClient, PASSWORD, request_code};
use super::{ADA, PHONE, all_methods_enabled, create_ada};
use crate::http::account_api::{self, EVERYTHING, MyAccountClient, PROVE};
use crate::http::experience_api::{CustomUi, VERIFY_CODE, code_verification};
use crate::http::{sdk_api, with_keys};
use crate::support::app::TestApp;
use crate::support::db_dump;
use crate::support::page::Page;
use crate::support::people::TestUser;

/// An interface on which codes of an account are tried, ready for a wrong one.
enum EntryPoint {
    Account(MyAccountClient, String),
    Page(CookieClient),
    Experience(Box<CustomUi>, String),
    Sdk,
}

const NAMES: [&str; 4] = ["account", "page", "experience", "sdk"];

impl EntryPoint {
    async fn of(name: &str, app: &TestApp) -> Self {
        match name {
            "account" => {
                let account_client =
                    MyAccountClient::sign_in(app, &create_victim(app).await, EVERYTHING).await;
                let record = account_client.send_code(ADA).await;
                Self::Account(account_client, record)
            }
            "page" => Self::Page(request_code(app, ADA).await.0),
            "experience" => {
                let ui = CustomUi::with_interaction(app, "ForgotPassword").await;
                let record = ui.send_code("ForgotPassword", ADA).await;
                Self::Experience(Box::new(ui), record)
            }
            _ => {
                sdk_api::request_code(app, ADA).await;
                Self::Sdk
            }
        }
    }

    async fn try_code(&self, app: &TestApp, code: &str) -> Page {
        match self {
            Self::Account(account_client, record) => account_client.verify_code(ADA, record, code).await,
            Self::Page(client) => client.post(CODE, &[("code", code)]).await,
            Self::Experience(ui, record) => {
                ui.call("POST", VERIFY_CODE, code_verification(ADA, record, code)).await
            }
            Self::Sdk => {
                let input = json!({ "email": ADA, "token": code, "type": "recovery" });
                sdk_api::call(&sdk_api::shop_page(app), "otp/verify", input).await
            }
        }
    }
}

async fn create_victim(app: &TestApp) -> TestUser {
    let id = app.user(ADA).await.unwrap().id.0;
    TestUser { id, email: ADA.to_owned(), phone: None, password: PASSWORD.to_owned() }
}

async fn program() -> TestApp {
    let mut input: Value = account_api::everything_editable();
    input["apiKeys"] = with_keys(json!({}))["apiKeys"].clone();
    input["settings"]["throttle"] = json!({ "requestsPerIp": { "limit": 0 } });
    input["settings"]["signInExperience"] = all_methods_enabled()["settings"]["signInExperience"].clone();
    let app = TestApp::with(input).await;
    create_ada(&app).await;
    app
}

async fn assert_notified_once(app: &TestApp, what: &str) {
    for address in [ADA, PHONE] {
        assert_eq!(app.inbox_of(address).await.count_of("AttemptsBlocked"), 1, "{what}: {address}");
    }
}

/// How many entries of the audit log say this of Ada.
async fn count_audited(app: &TestApp, result: &'static str) -> usize {
    let id = app.user(ADA).await.unwrap().id.0;
    let entries =
        app.run(|program| async move { rekey_core::audit::newest(&program.core, 50).await.unwrap() });
    let about_her = entries.await.into_iter().filter(|entry| entry.user_id.as_deref() == Some(id.as_str()));
    about_her.filter(|entry| entry.result == result).count()
}

#[tokio::test]
async fn the_hundredth_wrong_code_is_notified_once_and_audited_on_every_interface() {
    for name in NAMES {
        let app = program().await;
        let entry_point = EntryPoint::of(name, &app).await;
        let right = app.inbox_of(ADA).await.code();
        let wrong = super::super::wrong_code(&right);
        entry_point.try_code(&app, &wrong).await;
        db_dump::execute(
            &app,
            "update throttles set failures = 99 where id like 'guesses:%' and failures = 1",
        )
        .await;
        assert_eq!(count_audited(&app, "codes.blocked").await, 0, "{name}");
        let last = entry_point.try_code(&app, &wrong).await;
        assert!(last.status >= 400, "{name}: {}", last.html);
        assert_notified_once(&app, name).await;
        assert_eq!(count_audited(&app, "codes.blocked").await, 1, "{name}");
        for code in [&wrong, &right] {
            let page = entry_point.try_code(&app, code).await;
            assert!(page.status >= 400, "{name}: nothing is compared any more: {}", page.html);
        }
        assert_notified_once(&app, name).await;
    }
}

/// An address that is not hers yet is counted by itself: it blocks nothing of the account, and nobody is
/// told.
#[tokio::test]
async fn a_new_address_blocks_no_codes_of_the_account() {
    let app = program().await;
    let account_client = MyAccountClient::sign_in(&app, &create_victim(&app).await, EVERYTHING).await;
    let record = account_client.send_code("new@example.org").await;
    let right = app.inbox_of("new@example.org").await.code();
    account_client.verify_code("new@example.org", &record, &super::super::wrong_code(&right)).await;
    db_dump::execute(&app, "update throttles set failures = 99 where id like 'guesses:%'").await;
    assert_eq!(
        account_client
            .verify_code("new@example.org", &record, &super::super::wrong_code(&right))
            .await
            .status,
        400
    );
    assert_eq!(account_client.verify_code("new@example.org", &record, &right).await.status, 200);
    assert_eq!(app.inbox_of(ADA).await.count_of("AttemptsBlocked"), 0);
}

#[tokio::test]
async fn the_hundredth_wrong_password_of_a_reauthentication_is_notified_once_and_audited() {
    let app = program().await;
    let account_client = MyAccountClient::sign_in(&app, &create_victim(&app).await, EVERYTHING).await;
    let wrong = json!({ "password": "not the password" });
    account_client.send("POST", PROVE, &wrong).await;
    db_dump::execute(&app, "update throttles set failures = 99 where id like 'sign_in:%'").await;
    for _ in 0..3 {
        assert_eq!(account_client.send("POST", PROVE, &wrong).await.status, 400);
        assert_notified_once(&app, "password").await;
        assert_eq!(count_audited(&app, "locked").await, 1);
    }
    assert!(count_audited(&app, "password.blocked").await > 0, "the try itself has its entry");
}
