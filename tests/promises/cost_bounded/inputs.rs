//! Fields, parameters, cookies and names: as many as an honest client sends, and each looked at once.

use serde_json::{Value, json};

use super::assert_answers_in_time;
use crate::http::graphql::{GRAPHQL, login_client};
use crate::http::{ROOT, api_client, body, send, start_with_keys, status_and_code};
use crate::promises::{CookieClient, FORGOT_PASSWORD, FORM};
use crate::support::app::TestApp;

/// So many parameters with names of their own.
fn many(count: usize) -> String {
    (0..count).map(|number| format!("&f{number}=")).collect()
}

/// Every page with a form reads it by the same rule, before it looks at anybody.
const FORMS: [&str; 5] = [FORGOT_PASSWORD, "/sign-in", "/sign-in/code", "/register", "/not-me"];

#[tokio::test]
async fn a_form_has_at_most_sixty_four_fields() {
    let app = start_with_keys(json!({})).await;
    let client = CookieClient::new(&app).await;
    let csrf = client.browser.get(FORGOT_PASSWORD).await.value("csrf");
    for path in FORMS {
        for count in [64, 16_000] {
            let form = format!("csrf={csrf}&identifier=ada@example.org{}", many(count));
            let page = assert_answers_in_time(
                path,
                client.browser.raw("POST", path, &[FORM], form.get(..60_000).unwrap_or(&form)),
            )
            .await;
            page.shows_error(400, "malformed");
        }
    }
    let long = format!("csrf={csrf}&identifier=ada@example.org&{}=1", "n".repeat(300));
    assert_answers_in_time("a long name", client.browser.raw("POST", FORGOT_PASSWORD, &[FORM], long))
        .await
        .shows_error(400, "malformed");
    let fitting = format!("csrf={csrf}&identifier=ghost@example.org{}", many(62));
    let page = assert_answers_in_time(
        "as many as fit",
        client.browser.raw("POST", FORGOT_PASSWORD, &[FORM], fitting),
    )
    .await;
    page.redirects_to("/forgot-password/verification-code");
}

/// Forms of other interfaces keep to it too.
#[tokio::test]
async fn forms_of_apps_are_bounded_too() {
    let app = start_with_keys(json!({})).await;
    let query = format!("query={{me{{id}}}}{}", many(64));
    assert_eq!(login_client(&app).raw("POST", GRAPHQL, &[FORM], query).await.status, 400);
    for path in ["/oidc/token", "/oidc/request", "/oidc/token/introspection", "/oidc/token/revocation"] {
        let form = format!("client_id=shop{}", many(64));
        let page = app.browser().without_fetch_metadata().raw("POST", path, &[FORM], form).await;
        assert_eq!(body(&page)["error"], "invalid_request", "{path}: {}", page.html);
    }
    let form = format!("state=1{}", many(64));
    assert_eq!(
        app.browser().without_fetch_metadata().raw("POST", "/oidc/auth", &[FORM], form).await.status,
        400
    );
}

const ADDRESSES: [&str; 8] = [
    "/sign-in",
    "/forgot-password",
    "/oidc/auth",
    "/oidc/session/end",
    "/api/.well-known/sign-in-exp",
    "/api/applications",
    "/api/users",
    "/graphql",
];

#[tokio::test]
async fn an_address_has_at_most_sixty_four_parameters() {
    let app = start_with_keys(json!({})).await;
    let api = api_client(&app, ROOT);
    for path in ADDRESSES {
        for parameters in [many(65), format!("&search={}", "a".repeat(17_000))] {
            let page = assert_answers_in_time(path, api.get(&format!("{path}?{}", &parameters[1..]))).await;
            assert!(matches!(page.status, 400 | 414), "{path}: {}", page.status);
        }
    }
    let page = api.get(&format!("/sign-in?a=1{}", many(63))).await;
    assert_eq!(page.status, 200, "as many as fit");
}

#[tokio::test]
async fn a_request_has_at_most_sixty_four_cookies_and_thirty_two_kilobytes_of_headers() {
    let app = start_with_keys(json!({})).await;
    let browser = app.browser();
    let cookies: String = (0..65).map(|number| format!("c{number}=1; ")).collect();
    let long = format!("a={}", "x".repeat(17_000));
    for path in ["/sign-in", "/api/.well-known/sign-in-exp", "/static/css/tokens.css"] {
        for cookies in [&cookies, &long] {
            let page =
                assert_answers_in_time(path, browser.raw("GET", path, &[("cookie", cookies)], "")).await;
            assert_eq!(page.status, 431, "{path}: {}", page.html);
        }
        let languages = "de;q=0.5,".repeat(3_700);
        let page =
            assert_answers_in_time(path, browser.raw("GET", path, &[("accept-language", &languages)], ""))
                .await;
        assert_eq!(page.status, 431, "{path}");
    }
    let usual: String = (0..60).map(|number| format!("c{number}=1; ")).collect();
    assert_eq!(browser.raw("GET", "/sign-in", &[("cookie", &usual)], "").await.status, 200);
}

/// A language is looked for among the first wishes; people have a handful.
#[tokio::test]
async fn of_very_many_languages_only_the_first_are_read() {
    let app = start_with_keys(json!({})).await;
    let request_page = async |languages: String| {
        let page = app.browser().raw("GET", "/sign-in", &[("accept-language", &languages)], "").await;
        page.header("content-language").to_owned()
    };
    assert_eq!(request_page("fr,".repeat(10) + "de").await, "de");
    assert_eq!(request_page("fr,".repeat(1_000) + "de").await, "en");
}

/// The nearest known name is looked for only where the typed one could be a slip: to compare a name of 60 KB
/// with thirty others took half a second.
#[tokio::test]
async fn a_long_username_is_not_compared() {
    let app = start_with_keys(json!({})).await;
    let api = api_client(&app, ROOT);
    let name = format!("displayNam{}", "e".repeat(55_000));
    let page =
        assert_answers_in_time("a long name", send(&api, "PATCH", "/api/sign-in-exp", &json!({ name: 1 })))
            .await;
    assert_eq!(status_and_code(&page), (400, "guard.invalid_input".to_owned()));
    let details = body(&page)["details"].as_str().unwrap_or_default().to_owned();
    assert!(details.contains("unknown key") && !details.contains("did you mean"), "{}", details.len());
    let page = send(&api, "PATCH", "/api/sign-in-exp", &json!({ "displayNam": 1 })).await;
    assert!(body(&page)["details"].as_str().unwrap_or_default().contains("did you mean"), "{}", page.html);
}

/// What is typed where an identifier belongs is measured before it is folded, normalised or looked up.
#[tokio::test]
async fn an_identifier_of_sixty_kilobytes_is_refused() {
    let app = start_with_keys(json!({})).await;
    let client = CookieClient::new(&app).await;
    for typed in [format!("ada@{}.example", "ü".repeat(8_000)), "1".repeat(60_000), "\u{fdfa}".repeat(6_000)]
    {
        let page = assert_answers_in_time("a long identifier", client.request_reset(&typed)).await;
        assert_eq!(page.status, 422, "{}", page.html.len());
    }
}

/// As many as a page of words can have, each of them unknown: a handful is told.
#[tokio::test]
async fn of_many_problems_the_first_are_listed() {
    let app: TestApp = start_with_keys(json!({})).await;
    let names: String = (0..4_000).map(|number| format!("{{{{a{number}}}}}\n")).collect();
    let words = json!({ "templates": [
        { "templateType": "SignIn", "languageTag": "en", "details": { "subject": "s", "content": names } },
    ] });
    let root = api_client(&app, ROOT);
    let put = send(&root, "PUT", "/api/email-templates", &words);
    let page = assert_answers_in_time("many unknown variables", put).await;
    assert_eq!(status_and_code(&page), (400, "guard.invalid_input".to_owned()));
    let lines = body(&page)["details"].as_str().unwrap_or_default().lines().count();
    assert!((1..=20).contains(&lines), "{lines}");
    let empty: Value = json!({});
    assert_eq!(send(&api_client(&app, ROOT), "PUT", "/api/email-templates", &empty).await.status, 400);
}
