//! Usernames: of two that look alike only one exists, whoever makes the second and wherever.

use serde_json::{Value, json};

use super::{details, everything, manage};
use crate::http::account_api::{ACCOUNT, EVERYTHING, MyAccountClient};
use crate::http::experience_api::{CustomUi, PROFILE};
use crate::http::oidc::PASSWORD;
use crate::http::{body, status_and_code};
use crate::promises::{CookieClient, REGISTER, REGISTER_PASSWORD};
use crate::support::app::TestApp;

/// A name that somebody has, and others that look like it: Cyrillic, Greek and Armenian letters, a digit, two
/// letters for one, full width.
const ALIKE: [(&str, &[&str]); 4] = [
    ("scope", &["ѕсоре", "SCOPE", "ｓcope"]),
    ("paypal", &["paypa1", "PAYPA1"]),
    ("modern", &["rnodern", "rnodem", "modem"]),
    ("ηο", &["ηο", "ηo"]),
];
/// Letters of two scripts in one name.
const MIXED: [&str; 3] = ["pаypal-team", "αdmin", "ѕcope"];

async fn create_user(app: &TestApp, name: &str) -> (u16, String) {
    let page = manage(app, "POST", "/api/users", json!({ "username": name })).await;
    if page.status == 200 { (200, String::new()) } else { status_and_code(&page) }
}

#[tokio::test]
async fn two_confusable_usernames_can_not_both_exist() {
    let app = TestApp::with(everything()).await;
    let ada = app.new_user("ada@example.org").with_password(PASSWORD).make().await;
    let account_client = MyAccountClient::sign_in(&app, &ada, EVERYTHING).await;
    let proved = account_client.with_record(&account_client.reauthenticate(PASSWORD).await);
    for (name, likes) in ALIKE {
        assert_eq!(create_user(&app, name).await.0, 200, "{name}");
        for like in likes {
            let refused = create_user(&app, like).await;
            assert!(matches!(refused.0, 400 | 422), "{name} {like}: {refused:?}");
            let page = proved.send("PATCH", ACCOUNT, &json!({ "username": like })).await;
            assert!(matches!(page.status, 400 | 422), "{name} {like}: {}", page.html);
            let client = CookieClient::new(&app).await;
            assert_eq!(client.post(REGISTER, &[("identifier", like)]).await.status, 422, "{name} {like}");
            let ui = CustomUi::with_interaction(&app, "Register").await;
            let page = ui.call("POST", PROFILE, json!({ "type": "username", "value": like })).await;
            assert!(matches!(page.status, 400 | 422), "{name} {like}: {}", page.html);
        }
    }
    let answer = create_user(&app, "paypa1").await;
    assert_eq!(answer, (422, "user.username_already_in_use".to_owned()));
}

#[tokio::test]
async fn a_mixed_script_username_is_refused_with_its_field() {
    let app = TestApp::with(everything()).await;
    let ada = app.new_user("ada@example.org").with_password(PASSWORD).make().await;
    let account_client = MyAccountClient::sign_in(&app, &ada, EVERYTHING).await;
    let proved = account_client.with_record(&account_client.reauthenticate(PASSWORD).await);
    for name in MIXED {
        let page = manage(&app, "POST", "/api/users", json!({ "username": name })).await;
        assert_eq!(page.status, 400, "{name}: {}", page.html);
        assert!(details(&page).contains("username: "), "{}", page.html);
        let page = proved.send("PATCH", ACCOUNT, &json!({ "username": name })).await;
        assert_eq!(page.status, 400, "{name}: {}", page.html);
        assert!(details(&page).contains("username: "), "{}", page.html);
        let client = CookieClient::new(&app).await;
        client.post(REGISTER, &[("identifier", name)]).await.shows_refusal_text("refusal-username-mixed");
    }
    for name in ["アダ", "ada-太郎", "ада", "άδα", "آدا", "अदा"] {
        assert_eq!(create_user(&app, name).await.0, 200, "{name}");
    }
}

#[tokio::test]
async fn an_existing_username_stays_when_another_field_changes() {
    let app = TestApp::with(everything()).await;
    let made = body(&manage(&app, "POST", "/api/users", json!({ "username": "ada" })).await);
    let path = format!("/api/users/{}", made["id"].as_str().unwrap());
    // As a version wrote it that knew no look-alikes.
    let old = "update users set username = 'pаypal', username_key = 'pаypal', username_skeleton = null, is_ordered = false";
    let mut tx = app.database.store.write().await.unwrap();
    tx.run(old, Vec::new()).await.unwrap();
    tx.commit().await.unwrap();
    let patched = manage(&app, "PATCH", &path, json!({ "name": "Ada" })).await;
    assert_eq!((patched.status, &body(&patched)["username"]), (200, &json!("pаypal")), "{}", patched.html);
    assert_eq!(app.user("pаypal").await.unwrap().id.as_str(), made["id"].as_str().unwrap());
    app.run(|program| async move { rekey_core::maintenance::sweep(&program.core).await.unwrap() }).await;
    let taken = create_user(&app, "paypal").await;
    assert_eq!(taken, (422, "user.username_already_in_use".to_owned()), "upkeep knows names of before");
}

#[tokio::test]
async fn two_confusable_usernames_at_once_leave_one() {
    let app = TestApp::with(everything()).await;
    let mut hands = Vec::new();
    for name in ["scope", "ѕсоре"] {
        let client = CookieClient::new(&app).await;
        client.post(REGISTER, &[("identifier", name)]).await.redirects_to(REGISTER_PASSWORD);
        hands.push(client);
    }
    let mut attempts = tokio::task::JoinSet::new();
    for client in hands {
        attempts.spawn(async move {
            client.post(REGISTER_PASSWORD, &[("newPassword", "a walrus in the library")]).await.status
        });
    }
    let mut statuses = attempts.join_all().await;
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 422]);
}

/// What the API answers about somebody's name.
#[tokio::test]
async fn a_user_may_respell_their_own_username() {
    let app = TestApp::with(everything()).await;
    let made: Value = body(&manage(&app, "POST", "/api/users", json!({ "username": "paypal" })).await);
    let path = format!("/api/users/{}", made["id"].as_str().unwrap());
    let page = manage(&app, "PATCH", &path, json!({ "username": "PayPa1" })).await;
    assert_eq!((page.status, &body(&page)["username"]), (200, &json!("PayPa1")), "{}", page.html);
}

/// However they are written: what is kept and shown is compared, with capitals.
#[tokio::test]
async fn no_two_existing_usernames_are_confusable() {
    let app = TestApp::with(everything()).await;
    let signs = ["a", "\u{430}", "l", "I", "1", "O", "0", "\u{39d}", "v", "rn", "m"];
    let mut made = 0;
    for first in ["x", "\u{445}", "\u{3c7}"] {
        for (one, other) in signs.iter().flat_map(|one| signs.iter().map(move |other| (one, other))) {
            made += usize::from(create_user(&app, &format!("{first}{one}{other}")).await.0 == 200);
        }
    }
    let listed = manage(&app, "GET", "/api/users?page_size=100&page=1", Value::Null).await;
    let more = manage(&app, "GET", "/api/users?page_size=100&page=2", Value::Null).await;
    let mut looks = std::collections::BTreeMap::new();
    for user in [body(&listed), body(&more)].iter().flat_map(|page| page.as_array().unwrap().clone()) {
        let name = user["username"].as_str().unwrap().to_owned();
        let look: String = unicode_security::skeleton(&name).collect();
        assert_eq!(looks.insert(look, name.clone()), None, "{name}");
    }
    assert_eq!(looks.len(), made);
    assert!((20..200).contains(&made), "{made}");
}
