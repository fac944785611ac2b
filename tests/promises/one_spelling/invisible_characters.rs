//! Invisible characters: trimmed at the ends, where copying puts them, and refused inside, where they only
//! make look-alikes.

use rekey_adapters::bootstrap::Bootstrap;
use serde_json::json;

use super::{details, everything, manage};
use crate::http::account_api::{ACCOUNT, EVERYTHING, MyAccountClient, SEND};
use crate::http::experience_api::{CustomUi, PROFILE};
use crate::http::oidc::PASSWORD;
use crate::http::{api_client, body, send};
use crate::promises::{CODE, CookieClient, FORGOT_PASSWORD, REGISTER, REGISTER_CODE, can_sign_in};
use crate::support::app::TestApp;

/// Zero-width space, right-to-left override, soft hyphen, word joiner, isolate, Hangul filler, byte order
/// mark, variation selector, tag, joiner.
const UNSEEN: [char; 10] = [
    '\u{200b}',
    '\u{202e}',
    '\u{ad}',
    '\u{2060}',
    '\u{2066}',
    '\u{3164}',
    '\u{feff}',
    '\u{fe0f}',
    '\u{e0061}',
    '\u{200d}',
];
const NEW: &str = "a walrus in the library";

fn inside(sign: char) -> String {
    format!("a{sign}da@example.org")
}

#[tokio::test]
async fn invisible_characters_are_trimmed_at_the_ends() {
    let app = TestApp::with(everything()).await;
    app.new_user("ada@example.org").with_username("ada").with_password(PASSWORD).make().await;
    for sign in UNSEEN {
        for typed in [format!("{sign}ada@example.org {sign}"), format!(" {sign}ada{sign}")] {
            assert!(can_sign_in(&app, &typed, PASSWORD).await, "{typed:?}");
        }
    }
    let client = CookieClient::new(&app).await;
    client.request_reset("\u{200b}ada@example.org\u{feff}").await.redirects_to(CODE);
    assert_eq!(app.inbox_of("ada@example.org").await.count_of("ForgotPassword"), 1);
    let made = manage(&app, "POST", "/api/users", json!({ "username": "\u{202a}ben\u{202c} " })).await;
    assert_eq!(body(&made)["username"], "ben", "{}", made.html);
    app.may_leave_messages();
}

#[tokio::test]
async fn pages_refuse_invisible_characters_inside() {
    let app = TestApp::with(everything()).await;
    let client = CookieClient::new(&app).await;
    for sign in UNSEEN {
        for typed in [inside(sign), format!("b{sign}ea")] {
            for path in [FORGOT_PASSWORD, REGISTER] {
                client
                    .post(path, &[("identifier", &typed)])
                    .await
                    .shows_refusal_text("refusal-identifier-hidden");
            }
        }
    }
    for (path, next) in [(FORGOT_PASSWORD, CODE), (REGISTER, REGISTER_CODE)] {
        client.post(path, &[("identifier", "née@example.org")]).await.redirects_to(next);
    }
    app.may_leave_messages();
}

#[tokio::test]
async fn the_account_api_refuses_invisible_characters_and_names_the_field() {
    let app = TestApp::with(everything()).await;
    let ada = app.new_user("ada@example.org").with_password(PASSWORD).make().await;
    let account_client = MyAccountClient::sign_in(&app, &ada, EVERYTHING).await;
    for sign in UNSEEN {
        let address = json!({ "identifier": { "type": "email", "value": inside(sign) } });
        let page = account_client.send("POST", SEND, &address).await;
        assert_eq!(page.status, 400, "{}", page.html);
        assert!(details(&page).contains("identifier.value: "), "{}", page.html);
        assert!(details(&page).contains("can't be seen"), "{}", page.html);
    }
    let proved = account_client.with_record(&account_client.reauthenticate(PASSWORD).await);
    for sign in UNSEEN {
        let page = proved.send("PATCH", ACCOUNT, &json!({ "username": format!("a{sign}da") })).await;
        assert_eq!(page.status, 400, "{}", page.html);
        assert!(details(&page).contains("username: "), "{}", page.html);
        assert!(details(&page).contains("can't be seen"), "{}", page.html);
    }
}

#[tokio::test]
async fn the_management_api_refuses_invisible_characters_and_names_the_field() {
    let app = TestApp::with(everything()).await;
    let made = body(&manage(&app, "POST", "/api/users", json!({ "username": "cleo" })).await);
    let path = format!("/api/users/{}", made["id"].as_str().unwrap());
    for sign in UNSEEN {
        let fields = [("primaryEmail", inside(sign)), ("username", format!("a{sign}da"))];
        for (field, value) in fields {
            for (method, path) in [("POST", "/api/users"), ("PATCH", path.as_str())] {
                let page = manage(&app, method, path, json!({ field: value })).await;
                assert_eq!(page.status, 400, "{}", page.html);
                assert!(details(&page).contains(&format!("{field}: ")), "{}", page.html);
                assert!(details(&page).contains("can't be seen"), "{}", page.html);
            }
        }
    }
    let bad = json!({ "users": [{ "id": "victim000000", "primaryEmail": inside('\u{200b}') }] });
    let refused = Bootstrap::from_value(bad).unwrap_err().to_string();
    assert!(refused.contains("primaryEmail: ") && refused.contains("can't be seen"), "{refused}");
}

#[tokio::test]
async fn the_experience_api_refuses_invisible_characters() {
    let app = TestApp::with(everything()).await;
    for sign in UNSEEN {
        let ui = CustomUi::with_interaction(&app, "Register").await;
        let named = json!({ "type": "username", "value": format!("a{sign}da") });
        let page = ui.call("POST", PROFILE, named).await;
        assert_eq!(page.status, 400, "{}", page.html);
        assert!(
            details(&page).contains("value: ") && details(&page).contains("can't be seen"),
            "{}",
            page.html
        );
    }
}

#[tokio::test]
async fn the_sdk_and_graphql_refuse_invisible_characters() {
    use crate::http::sdk_api;
    let app = sdk_api::start(json!({})).await;
    let query = "mutation($email: String!) { signUp(email: $email, password: \"a walrus in the library\") \
                 { ok error { code } } }";
    let keyed = TestApp::with(everything()).await;
    for sign in UNSEEN {
        let input = json!({ "email": inside(sign), "password": NEW });
        let page = sdk_api::call(&sdk_api::shop_page(&app), "email/signup", input).await;
        assert_eq!((page.status, &body(&page)["code"]), (400, &json!("invalid_email")), "{}", page.html);
        let query_body = json!({ "query": query, "variables": { "email": inside(sign) } });
        let page = send(&api_client(&keyed, crate::http::ROOT), "POST", "/graphql", &query_body).await;
        let error = &body(&page)["data"]["signUp"]["error"];
        assert_eq!(error["code"], "INVALID_EMAIL_FORMAT", "{}", page.html);
    }
}
