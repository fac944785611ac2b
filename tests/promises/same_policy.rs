//! same_policy: a reset, a change, a sign-up and the API judge a password identically, down to the reasons
//! and their words; only administrators are exempt.

use std::sync::Arc;

use rekey_adapters::i18n::{Lang, Translations};
use rekey_core::types::secret::{SeededRng, gen_range};
use scraper::{Html, Selector};
use serde_json::{Value, json};

use super::{CookieClient, PASSWORD, REGISTER_PASSWORD, obtain_grant, prove_new_address, without_throttles};
use crate::http::experience_api::{CHOOSE, CustomUi};
use crate::http::{ROOT, api_client, body, send, with_keys};
use crate::support::app::TestApp;
use crate::support::client::Client;
use crate::support::db_dump;
use crate::support::page::Page;
use crate::support::people::set_password;

/// How many passwords are judged twice.
const PASSWORDS: usize = 220;

/// Pieces that some rule is about, and some that none is.
const PIECES: [&str; 26] = [
    "password",
    "qwerty",
    "123456",
    "aaaa",
    "abcdef",
    "ada",
    "Lovelace",
    "example.org",
    "adalove",
    "Rekey",
    "house",
    "kitten",
    "Z",
    "9",
    "!",
    " ",
    "ü",
    "e\u{301}",
    "é",
    "🦀",
    "漢字",
    "\u{1}",
    "correct",
    "horse",
    "x",
    "Tr0ub4dor&3",
];

pub(crate) fn passwords() -> Vec<String> {
    let rng = SeededRng::new(9);
    let piece = || PIECES[gen_range(&rng, u32::try_from(PIECES.len()).unwrap()) as usize];
    let mut made: Vec<String> =
        (0..PASSWORDS).map(|_| (0..1 + gen_range(&rng, 5)).map(|_| piece()).collect()).collect();
    made.extend([
        "a".repeat(7),
        "kq7".repeat(85),
        "kq7".repeat(86),
        String::new(),
        " ".repeat(12),
        "é".repeat(5000),
    ]);
    made
}

/// A judgement: accepted, or the reasons as they are said.
pub(crate) fn reasons_on_page(page: &Page) -> Option<Vec<String>> {
    if page.status == 303 {
        return None;
    }
    assert_eq!(page.status, 422, "{}", page.text());
    let html = Html::parse_document(&page.html);
    let reasons = Selector::parse("#newPassword-note li").unwrap();
    let reasons_shown = html.select(&reasons).map(|reason| reason.text().collect());
    let reasons_shown: Vec<String> = reasons_shown.collect();
    assert!(!reasons_shown.is_empty(), "a refusal has a reason: {}", page.text());
    Some(reasons_shown)
}

pub(crate) fn strict() -> Value {
    let mut settings = without_throttles();
    settings["settings"]["signInExperience"] = json!({ "passwordPolicy": {
        "length": { "min": 6, "max": 300 }, "acknowledgeWeak": true, "characterTypes": { "min": 2 },
        "rejects": { "words": ["Rekey", "kitten"] },
    } });
    settings
}

async fn program(settings: Value) -> (TestApp, String) {
    let app = TestApp::with(settings).await;
    let ada = app.new_user("ada@example.org").with_username("adalove").with_password(PASSWORD).make().await;
    app.may_leave_messages();
    (app, ada.id)
}

/// Judges each password by a reset.
async fn by_reset(settings: Value) -> Vec<Option<Vec<String>>> {
    let (app, _) = program(settings).await;
    reasons_by_reset(&app).await
}

async fn reasons_by_reset(app: &TestApp) -> Vec<Option<Vec<String>>> {
    let (mut cookie_client, mut found) = (obtain_grant(app, "ada@example.org").await, Vec::new());
    for password in passwords() {
        let judgement = reasons_on_page(&cookie_client.choose_password(&password).await);
        if judgement.is_none() {
            app.clock.advance(1);
            cookie_client = obtain_grant(app, "ada@example.org").await;
        }
        found.push(judgement);
    }
    found
}

/// Judges each password by a change.
async fn by_change(settings: Value) -> Vec<Option<Vec<String>>> {
    let (app, _) = program(settings).await;
    let (cookie_client, mut found, mut current) =
        (CookieClient::new(&app).await, Vec::new(), PASSWORD.to_owned());
    let fields = [("identifier", "ada@example.org"), ("password", PASSWORD)];
    cookie_client.post("/sign-in", &fields).await.redirects_to("/account");
    for password in passwords() {
        let fields = [("currentPassword", current.as_str()), ("newPassword", password.as_str())];
        let judgement = reasons_on_page(&cookie_client.post("/account/password", &fields).await);
        if judgement.is_none() {
            current = password;
        }
        found.push(judgement);
    }
    found
}

/// Asks the API about each password.
async fn by_api(mut settings: Value) -> Vec<Option<Vec<String>>> {
    settings["apiKeys"] = with_keys(json!({}))["apiKeys"].take();
    let (app, id) = program(settings).await;
    let (api_caller, mut found) = (api_client(&app, ROOT), Vec::new());
    for password in passwords() {
        let request_body = json!({ "password": password, "userId": id });
        let page = send(&api_caller, "POST", "/api/sign-in-exp/default/check-password", &request_body).await;
        found.push(match page.status {
            200 => None,
            _ => Some(body(&page)["issues"].as_array().unwrap().iter().map(in_words).collect()),
        });
    }
    found
}

/// Judges each password by a change that the person's app makes.
async fn by_app(mut settings: Value) -> Vec<Option<Vec<String>>> {
    settings["applications"] = json!([{
        "id": "shop", "name": "Shop", "type": "SPA", "redirectUris": ["https://shop.example/callback"],
    }]);
    let app = TestApp::with(settings).await;
    let user = app.new_user("ada@example.org").with_username("adalove").with_password(PASSWORD);
    let user = user.make().await;
    app.may_leave_messages();
    let tokens = Client::of(&app, "shop").sign_in(&app.browser(), &user, &[]).await;
    let (mut found, mut current, mut record) = (Vec::new(), PASSWORD.to_owned(), String::new());
    let phone = api_client(&app, &tokens.access);
    for password in passwords() {
        app.clock.advance(1);
        if record.is_empty() {
            let proof = json!({ "password": current });
            let page = send(&phone, "POST", "/api/verifications/password", &proof).await;
            record = body(&page)["verificationRecordId"].as_str().unwrap().to_owned();
        }
        let proved = phone.clone().with_header("logto-verification-id", &record);
        let new = json!({ "password": password });
        let page = send(&proved, "POST", "/api/my-account/password", &new).await;
        found.push(match page.status {
            204 => {
                (current, record) = (password, String::new());
                None
            }
            _ => Some(body(&page)["data"].as_array().unwrap().iter().map(in_words).collect()),
        });
    }
    found
}

/// An issue as the pages say it.
fn in_words(issue: &Value) -> String {
    let translations = Translations::new(Arc::new(rekey::embedded::catalog().unwrap()), Lang::En);
    let key = issue["code"].as_str().unwrap().replace(['.', '_'], "-");
    let bound =
        issue["interpolation"].as_object().and_then(|bounds| bounds.values().next()).and_then(Value::as_i64);
    bound.map_or_else(|| translations.t(&key).into_owned(), |bound| translations.n(&key, "bound", bound))
}

/// Judges each password by a reset on a screen of one's own.
async fn by_screen(mut settings: Value) -> Vec<Option<Vec<String>>> {
    settings["applications"] = json!([{
        "id": "shop", "name": "Shop", "type": "SPA", "redirectUris": ["https://shop.example/callback"],
    }]);
    let (app, _) = program(settings).await;
    let (ui, id) = CustomUi::with_verified_code(&app, "ForgotPassword", "ada@example.org").await;
    ui.identify(&id).await;
    let mut found = Vec::new();
    for password in passwords() {
        let page = ui.call("PUT", CHOOSE, json!({ "password": password })).await;
        found.push(match page.status {
            204 => None,
            _ => Some(body(&page)["data"].as_array().unwrap().iter().map(in_words).collect()),
        });
    }
    found
}

async fn assert_same_everywhere(settings: Value) {
    let (reset, change, api, app, ui) = tokio::join!(
        by_reset(settings.clone()),
        by_change(settings.clone()),
        by_api(settings.clone()),
        by_app(settings.clone()),
        by_screen(settings)
    );
    for (at, password) in passwords().iter().enumerate() {
        assert_eq!(reset[at], change[at], "{password:?}");
        assert_eq!(reset[at], api[at], "{password:?}");
        assert_eq!(reset[at], app[at], "{password:?}");
        assert_eq!(reset[at], ui[at], "{password:?}");
    }
    let accepted = reset.iter().filter(|judgement| judgement.is_none()).count();
    assert!((20..reset.len() - 20).contains(&accepted), "both verdicts occur: {accepted} of {}", reset.len());
}

#[tokio::test]
async fn same_policy() {
    assert_same_everywhere(without_throttles()).await;
}

#[tokio::test]
async fn same_policy_whatever_the_policy() {
    assert_same_everywhere(strict()).await;
}

/// Judges each password by a sign-up; an account that was made makes room for the next.
async fn by_sign_up(settings: Value) -> Vec<Option<Vec<String>>> {
    let app = TestApp::with(settings).await;
    app.may_leave_messages();
    let (mut cookie_client, mut found) = (prove_new_address(&app, "ada@example.org").await, Vec::new());
    for password in passwords() {
        let judgement =
            reasons_on_page(&cookie_client.post(REGISTER_PASSWORD, &[("newPassword", &password)]).await);
        if judgement.is_none() {
            db_dump::execute(&app, "delete from users").await;
            app.clock.advance(1);
            cookie_client = prove_new_address(&app, "ada@example.org").await;
        }
        found.push(judgement);
    }
    found
}

/// Judges each password by a reset of somebody of whom as little is known as of a newcomer.
async fn by_reset_of_a_stranger(settings: Value) -> Vec<Option<Vec<String>>> {
    let app = TestApp::with(settings).await;
    app.new_user("ada@example.org").make().await;
    app.may_leave_messages();
    reasons_by_reset(&app).await
}

#[tokio::test]
async fn a_sign_up_is_judged_by_the_same_policy() {
    let (sign_up, reset) = tokio::join!(by_sign_up(strict()), by_reset_of_a_stranger(strict()));
    for ((password, sign_up), reset) in passwords().iter().zip(&sign_up).zip(&reset) {
        assert_eq!(sign_up, reset, "{password:?}");
    }
    assert!(sign_up.iter().any(Option::is_none) && sign_up.iter().any(Option::is_some));
}

#[tokio::test]
async fn administrators_are_exempt() {
    let (app, id) = program(strict()).await;
    for password in ["a", "123456", "ada", "kitten", "漢字"] {
        set_password(&app, &id, password).await;
    }
    assert!(super::can_sign_in(&app, "ada@example.org", "漢字").await);
}

/// The password that one has is refused by the APIs whose contract says so, and it can be tried there so
/// often only; the pages take it.
#[tokio::test]
async fn the_apis_refuse_the_current_password_as_a_new_one() {
    let mut settings = without_throttles();
    settings["applications"] = json!([{
        "id": "shop", "name": "Shop", "type": "SPA", "redirectUris": ["https://shop.example/callback"],
    }]);
    settings["settings"]["throttle"]["guessesPerAccount"] = json!({ "limit": 3, "window": 3600 });
    let (app, _) = program(settings).await;
    let (ui, id) = CustomUi::with_verified_code(&app, "ForgotPassword", "ada@example.org").await;
    ui.identify(&id).await;
    let input = json!({ "password": PASSWORD });
    for _ in 0..3 {
        assert_eq!(
            ui.status_and_code("PUT", CHOOSE, input.clone()).await,
            (422, "user.same_password".to_owned())
        );
    }
    assert_eq!(ui.status_and_code("PUT", CHOOSE, input).await, (429, "request.rate_limited".to_owned()));
    let cookie_client = obtain_grant(&app, "ada@example.org").await;
    cookie_client.choose_password(PASSWORD).await.redirects_to("/forgot-password/done");
    assert!(super::can_sign_in(&app, "ada@example.org", PASSWORD).await);
}
