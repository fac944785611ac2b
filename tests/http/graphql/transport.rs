//! Before and around a query: who calls, what is read, which status.

use serde_json::json;

use super::{
    ADA, GRAPHQL, LOGIN, REQUEST_RESET, RESET, ROOT, api_client, body, data, error_of, execute, login_client,
    result_code, root_client, send, sign_in, start,
};
use crate::http::oidc::PASSWORD;
use crate::http::with_keys;
use crate::support::app::TestApp;
use crate::support::browser::Browser;

#[tokio::test]
async fn the_bearer_is_checked_first() {
    let app = start().await;
    let nobody = app.browser().without_fetch_metadata();
    for sent in ["", "{", r#"{"query":"{ me { id } }"}"#] {
        let page = nobody.raw("POST", GRAPHQL, &[], sent).await;
        assert_eq!(page.status, 401);
        assert_eq!(page.header("content-type"), "application/json");
        assert_eq!(page.html, r#"{"errors":[{"code":401,"message":"Authentication required"}]}"#);
    }
    for wrong in ["Basic YTpi", "Bearer", "Bearer short"] {
        let page = nobody.raw("POST", GRAPHQL, &[("authorization", wrong)], "").await;
        assert_eq!(page.status, 401, "{wrong}");
        assert!(page.html.contains("Authorization failure: "), "{wrong}: {}", page.html);
    }
    let attacker = api_client(&app, "3333333333333333333333333333333333333333");
    let page = execute(&attacker, "{ me { id } }", json!({})).await;
    assert_eq!(
        (page.status, page.html.contains("Authorization failure: API key was not found")),
        (401, true)
    );
    let lower = nobody.with_header("authorization", &format!("bearer {ROOT}"));
    assert_eq!(data(&lower, "{ me { id } }", json!({})).await["me"]["id"], "root");
}

#[tokio::test]
async fn both_addresses_answer_the_same() {
    let app = start().await;
    let query = json!({ "query": "{ me { id roles person { id } apiKey { id } } }" });
    for path in ["/graphql", "/tenant"] {
        let page = send(&login_client(&app), "POST", path, &query).await;
        let me = json!({ "id": "login", "roles": ["login"], "person": null, "apiKey": { "id": "login" } });
        assert_eq!((page.status, body(&page)), (200, json!({ "data": { "me": me } })), "{path}");
    }
}

#[tokio::test]
async fn a_form_is_read_too() {
    let app = start().await;
    let fields = [
        ("query".to_owned(), REQUEST_RESET.to_owned()),
        ("variables".to_owned(), json!({ "email": "ghost@example.org" }).to_string()),
    ];
    let page = login_client(&app).post(GRAPHQL, &fields).await;
    assert_eq!((page.status, &body(&page)["data"]["createResetPasswordRequest"]["ok"]), (200, &json!(true)));
}

#[tokio::test]
async fn an_invalid_query_is_a_400_without_data() {
    let app = start().await;
    let login = login_client(&app);
    for sent in [
        json!({}),
        json!({ "query": "" }),
        json!([{ "query": "{ me { id } }" }]),
        json!({ "query": "{" }),
        json!({ "query": "{ nothing }" }),
        json!({ "query": "mutation { resetPassword(token: 1, password: \"a\") { ok } }" }),
        json!({ "query": RESET, "variables": { "token": "a" } }),
        json!({ "query": "{ me { id } }", "variables": [] }),
        json!({ "query": "query a { me { id } } query b { me { id } }" }),
        json!({ "query": "query a { me { id } }", "operationName": "b" }),
    ] {
        let page = send(&login, "POST", GRAPHQL, &sent).await;
        let answer = body(&page);
        assert_eq!(page.status, 400, "{sent}: {}", page.html);
        assert!(
            answer.get("data").is_none() && answer["errors"][0]["message"].is_string(),
            "{sent}: {answer}"
        );
    }
    let missing = send(&login, "POST", GRAPHQL, &json!({})).await;
    assert_eq!(missing.html, r#"{"errors":[{"message":"Missing request query"}]}"#);
}

#[tokio::test]
async fn a_query_that_is_too_large_is_not_executed() {
    let app = start().await;
    let login = login_client(&app);
    let large = format!("{{ me {{ id }} }} #{}", "x".repeat(64 * 1024));
    assert_eq!(execute(&login, &large, json!({})).await.status, 413);
    let deep =
        format!("{{ me {{ person {} }} }}", "{ identity { person ".repeat(9) + "{ id }" + &"} }".repeat(9));
    assert_eq!(execute(&login, &deep, json!({})).await.status, 400);
    let wide = format!("{{ {} }}", "me { id } ".repeat(600));
    assert_eq!(execute(&login, &wide, json!({})).await.status, 400);
    let renamed: String = (0..101).map(|number| format!("a{number}: me {{ id }} ")).collect();
    assert_eq!(execute(&login, &format!("{{ {renamed} }}"), json!({})).await.status, 400);
    let spread = "{ ...a } fragment a on Query { me { id } ...a }";
    assert_eq!(execute(&login, spread, json!({})).await.status, 400);
}

#[tokio::test]
async fn a_get_executes_nothing() {
    let app = start().await;
    for method in ["GET", "HEAD", "PUT", "DELETE"] {
        for path in ["/graphql?query=%7Bme%7Bid%7D%7D", "/tenant"] {
            let page = root_client(&app).raw(method, path, &[], Vec::new()).await;
            assert_eq!((page.status, page.header("allow")), (405, "POST"), "{method} {path}");
        }
    }
}

/// A script at this origin.
fn browser_script(app: &TestApp, origin: &str) -> Browser {
    app.browser().with_header("origin", origin).with_header("sec-fetch-site", "cross-site")
}

/// With an application that is registered at one origin.
async fn with_shop() -> TestApp {
    let mut input = with_keys(json!({}));
    input["applications"] = json!([
        { "id": "shop", "name": "Shop", "type": "SPA", "redirectUris": ["https://shop.example/callback"] },
    ]);
    TestApp::with(input).await
}

#[tokio::test]
async fn cors_allows_only_registered_origins_and_documented_headers() {
    let app = with_shop().await;
    for path in [GRAPHQL, "/tenant"] {
        let calls = [
            ("access-control-request-method", "POST"),
            ("access-control-request-headers", "authorization,content-type,x-contember-token-path"),
        ];
        let preflight = browser_script(&app, "https://shop.example").raw("OPTIONS", path, &calls, "").await;
        assert_eq!(
            (preflight.status, preflight.header("access-control-allow-origin")),
            (204, "https://shop.example"),
            "{path}"
        );
        assert!(preflight.header("vary").contains("origin"));
        assert_eq!(preflight.header("access-control-allow-methods"), "POST");
        let allowed: Vec<_> = preflight.header("access-control-allow-headers").split(", ").collect();
        for name in [
            "authorization",
            "content-type",
            "x-contember-token-path",
            "x-contember-force-ok",
            "x-contember-client-ip",
            "x-contember-client-user-agent",
            "x-contember-assume-identity",
        ] {
            assert!(allowed.contains(&name), "{name}: {allowed:?}");
        }
        let other = browser_script(&app, "https://evil.example").raw("OPTIONS", path, &calls, "").await;
        assert!(other.headers.get("access-control-allow-origin").is_none(), "{path}");
        assert!(other.headers.get("access-control-allow-headers").is_none(), "{path}");
    }
}

/// The key that signs people in is public, so that anybody's page could guess with it from its callers'
/// addresses and read what came of it.
#[tokio::test]
async fn cors_lets_only_registered_origins_read_answers() {
    let app = with_shop().await;
    let bearer = format!("Bearer {LOGIN}");
    let shop = browser_script(&app, "https://shop.example").with_header("authorization", &bearer);
    let page = execute(&shop, "{ me { id } }", json!({})).await;
    assert_eq!((page.status, page.header("access-control-allow-origin")), (200, "https://shop.example"));
    assert!(page.headers.get("access-control-allow-credentials").is_none());
    assert!(page.headers.get("set-cookie").is_none());
    let evil = browser_script(&app, "https://evil.example").with_header("authorization", &bearer);
    for (what, page) in [
        ("an answer", execute(&evil, "{ me { id } }", json!({})).await),
        ("a refusal", execute(&evil, "{", json!({})).await),
        ("nobody", browser_script(&app, "https://evil.example").raw("POST", GRAPHQL, &[], "").await),
        ("a look", evil.get(GRAPHQL).await),
    ] {
        assert!(page.headers.get("access-control-allow-origin").is_none(), "{what}");
        assert!(page.header("vary").contains("origin"), "{what}");
    }
}

#[tokio::test]
async fn a_forbidden_operation_has_the_shape_of_the_contract() {
    let app = start().await;
    let page =
        execute(&login_client(&app), "mutation { signUp(email: \"a@example.org\") { ok } }", json!({})).await;
    assert_eq!(page.status, 200);
    let expected = json!({
        "errors": [{
            "message": "You are not allowed to sign somebody up",
            "locations": [{ "line": 1, "column": 12 }],
            "path": ["signUp"],
            "extensions": { "code": "ForbiddenError" },
        }],
        "data": { "signUp": null },
    });
    assert_eq!(body(&page), expected);
    assert!(page.html.starts_with(r#"{"errors":"#), "errors come first");
    let page =
        execute(&login_client(&app), "{ configuration { login { revealUserExists } } }", json!({})).await;
    assert_eq!((page.status, &body(&page)["data"]), (400, &json!(null)));
    assert!(page.html.contains(r#""data":null"#) && page.html.contains("ForbiddenError"));
}

#[tokio::test]
async fn keys_and_users_have_their_own_permissions() {
    let app = start().await;
    let user = api_client(&app, &sign_in(&app, PASSWORD).await);
    for query in [
        "mutation { createResetPasswordRequest(email: \"a@example.org\") { ok } }",
        "mutation { resetPassword(token: \"a\", password: \"b\") { ok } }",
        "mutation { signIn(email: \"a@example.org\", password: \"b\") { ok } }",
    ] {
        assert_eq!(error_of(&user, query, json!({})).await, (200, "ForbiddenError".to_owned()), "{query}");
    }
    let check = "{ checkResetPasswordToken(requestId: \"a\", token: \"b\") }";
    assert_eq!(error_of(&user, check, json!({})).await, (400, "ForbiddenError".to_owned()));
    for query in [
        "mutation { changePassword(personId: \"a\", password: \"b\") { ok } }",
        "mutation { createSessionToken(email: \"a@example.org\") { ok } }",
        "mutation { configure(config: {}) { ok } }",
        "mutation { removeMailTemplate(templateIdentifier: { type: RESET_PASSWORD_REQUEST }) { ok } }",
    ] {
        for client in [&user, &login_client(&app)] {
            assert_eq!(
                error_of(client, query, json!({})).await,
                (200, "ForbiddenError".to_owned()),
                "{query}"
            );
        }
    }
    for query in ["{ authLog { hasMore } }", "{ mailTemplates { subject } }"] {
        for client in [&user, &login_client(&app)] {
            assert_eq!(
                error_of(client, query, json!({})).await,
                (400, "ForbiddenError".to_owned()),
                "{query}"
            );
        }
    }
    assert_eq!(result_code(&root_client(&app), REQUEST_RESET, json!({ "email": ADA })).await, "ok");
    app.may_leave_messages();
}

#[tokio::test]
async fn an_internal_failure_reveals_nothing() {
    let app = start().await;
    crate::support::db_dump::execute(&app, "drop table verification_codes").await;
    let page = execute(
        &login_client(&app),
        "mutation { resetPassword(token: \"a\", password: \"b\") { ok } }",
        json!({}),
    )
    .await;
    assert_eq!(page.status, 200);
    assert_eq!(
        page.html,
        r#"{"errors":[{"message":"Internal server error"}],"data":{"resetPassword":null}}"#
    );
    crate::support::db_dump::execute(&app, "drop table verification_requests").await;
    let page = execute(
        &login_client(&app),
        "{ checkResetPasswordToken(requestId: \"a\", token: \"b\") }",
        json!({}),
    )
    .await;
    assert_eq!(page.status, 500);
    assert_eq!(page.html, r#"{"errors":[{"message":"Internal server error"}],"data":null}"#);
    app.may_leave_messages();
}
