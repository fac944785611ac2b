//! The hundredth failure in a row, on every face that takes a code or a password of somebody: the owner is told once, the audit log has an
//! entry that names the account, and what comes after it tells nobody again.

use serde_json::{Value, json};

use super::super::{CODE, Hand, PASSWORD, asked};
use super::{ADA, PHONE, ada, everywhere};
use crate::http::account_api::{self, EVERYTHING, PROVE, Phone};
use crate::http::experience_api::{CHECK, Screen, typed};
use crate::http::{sdk_api, with_keys};
use crate::support::app::TestApp;
use crate::support::db_dump;
use crate::support::page::Page;
use crate::support::people::Person;

/// A face on which codes of an account are tried, ready for a wrong one.
enum Door {
    Account(Phone, String),
    Page(Hand),
    Experience(Box<Screen>, String),
    Sdk,
}

const NAMES: [&str; 4] = ["account", "page", "experience", "sdk"];

impl Door {
    async fn of(name: &str, app: &TestApp) -> Self {
        match name {
            "account" => {
                let phone = Phone::of(app, &person(app).await, EVERYTHING).await;
                let record = phone.asks(ADA).await;
                Self::Account(phone, record)
            }
            "page" => Self::Page(asked(app, ADA).await.0),
            "experience" => {
                let screen = Screen::that_begins(app, "ForgotPassword").await;
                let record = screen.asks("ForgotPassword", ADA).await;
                Self::Experience(Box::new(screen), record)
            }
            _ => {
                sdk_api::code(app, ADA).await;
                Self::Sdk
            }
        }
    }

    async fn tries(&self, app: &TestApp, code: &str) -> Page {
        match self {
            Self::Account(phone, record) => phone.verifies(ADA, record, code).await,
            Self::Page(hand) => hand.post(CODE, &[("code", code)]).await,
            Self::Experience(screen, record) => screen.call("POST", CHECK, typed(ADA, record, code)).await,
            Self::Sdk => {
                let given = json!({ "email": ADA, "token": code, "type": "recovery" });
                sdk_api::call(&sdk_api::shop(app), "otp/verify", given).await
            }
        }
    }
}

async fn person(app: &TestApp) -> Person {
    let id = app.user(ADA).await.unwrap().id.0;
    Person { id, email: ADA.to_owned(), phone: None, password: PASSWORD.to_owned() }
}

async fn program() -> TestApp {
    let mut given: Value = account_api::open();
    given["apiKeys"] = with_keys(json!({}))["apiKeys"].clone();
    given["settings"]["throttle"] = json!({ "requestsPerIp": { "limit": 0 } });
    given["settings"]["signInExperience"] = everywhere()["settings"]["signInExperience"].clone();
    let app = TestApp::with(given).await;
    ada(&app).await;
    app
}

async fn is_told_once(app: &TestApp, what: &str) {
    for address in [ADA, PHONE] {
        assert_eq!(app.inbox_of(address).await.count_of("AttemptsBlocked"), 1, "{what}: {address}");
    }
}

/// How many entries of the audit log say this of Ada.
async fn audited(app: &TestApp, result: &'static str) -> usize {
    let id = app.user(ADA).await.unwrap().id.0;
    let entries =
        app.run(|program| async move { rekey::domain::audit::newest(&program.rekey, 50).await.unwrap() });
    let about_her = entries.await.into_iter().filter(|entry| entry.user_id.as_deref() == Some(id.as_str()));
    about_her.filter(|entry| entry.result == result).count()
}

#[tokio::test]
async fn the_hundredth_wrong_code_is_told_once_and_audited_on_every_face() {
    for name in NAMES {
        let app = program().await;
        let door = Door::of(name, &app).await;
        let right = app.inbox_of(ADA).await.code();
        let wrong = super::super::wrong(&right);
        door.tries(&app, &wrong).await;
        db_dump::run(&app, "update throttles set failures = 99 where id like 'guesses:%' and failures = 1")
            .await;
        assert_eq!(audited(&app, "codes.blocked").await, 0, "{name}");
        let last = door.tries(&app, &wrong).await;
        assert!(last.status >= 400, "{name}: {}", last.html);
        is_told_once(&app, name).await;
        assert_eq!(audited(&app, "codes.blocked").await, 1, "{name}");
        for code in [&wrong, &right] {
            let page = door.tries(&app, code).await;
            assert!(page.status >= 400, "{name}: nothing is compared any more: {}", page.html);
        }
        is_told_once(&app, name).await;
    }
}

/// An address that is not hers yet is counted by itself: it blocks nothing of the account, and nobody is told.
#[tokio::test]
async fn a_new_address_blocks_no_codes_of_the_account() {
    let app = program().await;
    let phone = Phone::of(&app, &person(&app).await, EVERYTHING).await;
    let record = phone.asks("new@example.org").await;
    let right = app.inbox_of("new@example.org").await.code();
    phone.verifies("new@example.org", &record, &super::super::wrong(&right)).await;
    db_dump::run(&app, "update throttles set failures = 99 where id like 'guesses:%'").await;
    assert_eq!(phone.verifies("new@example.org", &record, &super::super::wrong(&right)).await.status, 400);
    assert_eq!(phone.verifies("new@example.org", &record, &right).await.status, 200);
    assert_eq!(app.inbox_of(ADA).await.count_of("AttemptsBlocked"), 0);
}

#[tokio::test]
async fn the_hundredth_wrong_password_of_a_proof_is_told_once_and_audited() {
    let app = program().await;
    let phone = Phone::of(&app, &person(&app).await, EVERYTHING).await;
    let wrong = json!({ "password": "not the password" });
    phone.send("POST", PROVE, &wrong).await;
    db_dump::run(&app, "update throttles set failures = 99 where id like 'sign_in:%'").await;
    for _ in 0..3 {
        assert_eq!(phone.send("POST", PROVE, &wrong).await.status, 400);
        is_told_once(&app, "password").await;
        assert_eq!(audited(&app, "locked").await, 1);
    }
    assert!(audited(&app, "password.blocked").await > 0, "the try itself has its entry");
}
