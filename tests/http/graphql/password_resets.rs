//! A forgotten password: the documented queries word for word, and every code.

use serde_json::{Value, json};

use super::{
    ADA, CHECK, NEW, PASSWORD, REQUEST_RESET, RESET, body, data, error_of, execute, login_client, payload,
    request_token, reset_password, result_code, root_client, start, start_with,
};
use crate::promises::{CookieClient, can_sign_in};

#[tokio::test]
async fn the_documented_queries_work_word_for_word() {
    let app = start().await;
    let login = login_client(&app);
    let query = r#"mutation {
createResetPasswordRequest(
email: "ada@example.org",
captchaToken: "0.aXR…",
options: { mailVariant: "en_us", mailProject: "my-blog" }
) {
ok
error { code retryAfter }
}
}"#;
    let answer = data(&login, query, json!({})).await;
    assert_eq!(answer, json!({ "createResetPasswordRequest": { "ok": true, "error": null } }));
    let path = app.inbox_of(ADA).await.link_path();
    let token = path.rsplit('/').next().unwrap();
    let look = r#"query {
checkResetPasswordToken(requestId: "…", token: "…")
}"#;
    assert_eq!(data(&login, look, json!({})).await["checkResetPasswordToken"], "REQUEST_NOT_FOUND");
    let set = r#"mutation {
resetPassword(token: "…", password: "the new password") {
ok
error {
code
weakPasswordReasons
developerMessage
}
}
}"#;
    let unknown = data(&login, set, json!({})).await;
    let error = json!({ "code": "TOKEN_NOT_FOUND", "weakPasswordReasons": null, "developerMessage": "Token was not found" });
    assert_eq!(unknown, json!({ "resetPassword": { "ok": false, "error": error } }));
    let done = data(&login, &set.replace("\"…\"", &format!("{token:?}")), json!({})).await;
    assert_eq!(done, json!({ "resetPassword": { "ok": true, "error": null } }));
    assert!(!can_sign_in(&app, ADA, PASSWORD).await && can_sign_in(&app, ADA, "the new password").await);
    assert_eq!(app.inbox_of(ADA).await.count_of("PasswordChanged"), 1, "its owner is told");
}

#[tokio::test]
async fn the_token_is_checked_before_the_password() {
    let app = start().await;
    let token = request_token(&app, ADA).await;
    assert_eq!(reset_password(&app, &token, "short").await, "PASSWORD_TOO_WEAK");
    assert_eq!(reset_password(&app, "nobody-has-this-token", "short").await, "TOKEN_NOT_FOUND");
    assert_eq!(reset_password(&app, &token, NEW).await, "ok", "a weak password does not use the token up");
    assert_eq!(reset_password(&app, &token, "short").await, "TOKEN_USED");
    assert_eq!(reset_password(&app, &token, NEW).await, "TOKEN_USED");
    app.clock.advance(1801);
    assert_eq!(reset_password(&app, &token, NEW).await, "TOKEN_USED", "used, and only then expired");
    app.may_leave_messages();
}

#[tokio::test]
async fn superseded_and_expired_tokens_are_reported_as_such() {
    let app = start().await;
    let first = request_token(&app, ADA).await;
    app.clock.advance(60);
    let second = request_token(&app, ADA).await;
    assert_eq!(reset_password(&app, &first, NEW).await, "TOKEN_INVALID");
    app.clock.advance(1801);
    assert_eq!(reset_password(&app, &second, NEW).await, "TOKEN_EXPIRED");
    assert!(can_sign_in(&app, ADA, PASSWORD).await);
}

#[tokio::test]
async fn the_link_of_the_mail_contains_the_token() {
    let app = start().await;
    let token = request_token(&app, ADA).await;
    let client = CookieClient::new(&app).await;
    client.browser.get(&format!("/forgot-password/link/{token}")).await.redirects_to("/forgot-password/link");
    client.post("/forgot-password/link", &[]).await.redirects_to("/forgot-password/reset");
    assert_eq!(reset_password(&app, &token, NEW).await, "TOKEN_USED");
}

#[tokio::test]
async fn a_password_is_refused_with_every_reason() {
    let policy = json!({
        "length": { "min": 12 }, "characterTypes": { "min": 3 },
        "rejects": { "words": ["walrus"], "pwned": true },
    });
    let app = start_with(json!({ "signInExperience": { "passwordPolicy": policy } })).await;
    let token = request_token(&app, ADA).await;
    let reasons = async |password: &str| {
        let answer =
            payload(&login_client(&app), RESET, json!({ "token": token, "password": password })).await;
        assert_eq!(answer["error"]["code"], "PASSWORD_TOO_WEAK", "{password}");
        assert_eq!(answer["errors"], json!([{ "code": "PASSWORD_TOO_WEAK" }]));
        answer["error"]["weakPasswordReasons"].clone()
    };
    assert_eq!(
        reasons("qzjkxw").await,
        json!(["TOO_SHORT", "MISSING_UPPERCASE", "MISSING_DIGIT", "MISSING_SPECIAL"])
    );
    assert_eq!(
        reasons("QZJKXWVPLMTR").await,
        json!(["MISSING_LOWERCASE", "MISSING_DIGIT", "MISSING_SPECIAL"])
    );
    assert_eq!(reasons("Walrus-Walrus1").await, json!(["BLACKLISTED"]));
    let repeated = reasons("aaaaaaaaaaaaA1").await;
    assert!(repeated.as_array().unwrap().contains(&json!("INVALID_PATTERN")), "{repeated}");
    let leaked = reasons("password").await;
    assert!(leaked.as_array().unwrap().contains(&json!("COMPROMISED")), "{leaked}");
    assert_eq!(reset_password(&app, &token, "Nineteen 4 tigers").await, "ok");
    app.may_leave_messages();
}

/// A mail in the operator's words that carries everything.
async fn set_template(app: &crate::support::app::TestApp, variant: &str) {
    let template = json!({
        "type": "RESET_PASSWORD_REQUEST", "variant": variant, "subject": "Reset",
        "content": "<p>{{ email }} {{ requestId }} {{ token }} {{ url }}</p>",
    });
    let add = "mutation($template: MailTemplate!) { addMailTemplate(template: $template) { ok error { code developerMessage } } }";
    assert_eq!(result_code(&root_client(app), add, json!({ "template": template })).await, "ok");
}

#[tokio::test]
async fn a_token_can_be_checked_with_its_request_id() {
    let app = start().await;
    set_template(&app, "").await;
    let token = request_token(&app, ADA).await;
    let inbox = app.inbox_of(ADA).await;
    let parts: Vec<&str> = inbox.text().split_whitespace().collect();
    assert_eq!((parts[0], parts[2]), (ADA, token.as_str()));
    assert!(parts[3].ends_with(&inbox.link_path()));
    let request = parts[1].to_owned();
    let status = async |request: &str, token: &str| -> String {
        let variables = json!({ "requestId": request, "token": token });
        let found = data(&login_client(&app), CHECK, variables).await;
        found["checkResetPasswordToken"].as_str().unwrap().to_owned()
    };
    for _ in 0..3 {
        assert_eq!(status(&request, &token).await, "TOKEN_VALID", "looking uses nothing up");
    }
    assert_eq!(status("somebody-else", &token).await, "REQUEST_NOT_FOUND");
    assert_eq!(status(&request, "another").await, "TOKEN_NOT_FOUND");
    app.clock.advance(1801);
    assert_eq!(status(&request, &token).await, "TOKEN_EXPIRED");
    assert_eq!(result_code(&login_client(&app), REQUEST_RESET, json!({ "email": ADA })).await, "ok");
    assert_eq!(status(&request, &token).await, "TOKEN_EXPIRED", "what is on its way replaces nothing");
    let inbox = app.inbox_of(ADA).await;
    assert_eq!(status(&request, &token).await, "TOKEN_INVALID");
    let parts: Vec<&str> = inbox.text().split_whitespace().collect();
    assert_eq!(status(parts[1], &token).await, "TOKEN_NOT_FOUND", "of another request");
    assert_eq!(reset_password(&app, parts[2], NEW).await, "ok");
    assert_eq!(status(parts[1], parts[2]).await, "TOKEN_USED");
    app.may_leave_messages();
}

#[tokio::test]
async fn a_variant_selects_a_template_or_the_language() {
    let app = start().await;
    set_template(&app, "newsletter").await;
    let reset_mail = async |variant: &str| {
        let options = json!({ "mailVariant": variant });
        app.clock.advance(120);
        assert_eq!(
            result_code(&login_client(&app), REQUEST_RESET, json!({ "email": ADA, "options": options }))
                .await,
            "ok"
        );
        app.inbox_of(ADA).await.newest().clone()
    };
    assert_eq!(reset_mail("newsletter").await.rendered.subject, "Reset");
    assert_ne!(reset_mail("unknown").await.rendered.subject, "Reset", "the built-in words");
    assert_eq!(
        (reset_mail("de").await.locale, reset_mail("en_us").await.locale),
        ("de".to_owned(), "en".to_owned())
    );
}

#[tokio::test]
async fn requests_of_a_network_are_counted_one_by_one() {
    let app = start().await;
    let ask_for = |number: usize| {
        format!(
            "a{number}: createResetPasswordRequest(email: \"p{number}@example.org\") {{ ok error {{ code retryAfter }} }}"
        )
    };
    let query: String = (0..100).map(ask_for).collect::<Vec<_>>().join("\n");
    let answer = data(&login_client(&app), &format!("mutation {{ {query} }}"), json!({})).await;
    let passed = answer.as_object().unwrap().values().filter(|one| one["ok"] == true).count();
    assert_eq!(passed, 20, "a hundred in one query are a hundred");
    assert_eq!(answer["a99"]["error"], json!({ "code": "RATE_LIMIT_EXCEEDED", "retryAfter": 3600 }));
    app.clock.advance(600);
    let wait = payload(&login_client(&app), REQUEST_RESET, json!({ "email": "no address" })).await;
    assert_eq!(
        (&wait["error"]["code"], &wait["error"]["retryAfter"]),
        (&json!("RATE_LIMIT_EXCEEDED"), &json!(3000))
    );
    app.clock.advance(3000);
    assert_eq!(result_code(&login_client(&app), REQUEST_RESET, json!({ "email": "no address" })).await, "ok");
    app.may_leave_messages();
}

#[tokio::test]
async fn further_messages_to_an_address_are_dropped_silently() {
    let app = start().await;
    for _ in 0..5 {
        assert_eq!(result_code(&login_client(&app), REQUEST_RESET, json!({ "email": ADA })).await, "ok");
        assert_eq!(
            result_code(&login_client(&app), REQUEST_RESET, json!({ "email": " ADA@Example.org " })).await,
            "ok"
        );
    }
    assert_eq!(app.inbox_of(ADA).await.count(), 1);
    app.clock.advance(1);
    let token = request_token(&app, ADA).await;
    assert_eq!(reset_password(&app, &token, NEW).await, "ok");
    assert_eq!(result_code(&login_client(&app), REQUEST_RESET, json!({ "email": ADA })).await, "ok");
    assert_eq!(app.inbox_of(ADA).await.count_of("ForgotPassword"), 3, "a reset forgets what was counted");
}

#[tokio::test]
async fn users_are_revealed_only_if_the_operator_enables_it() {
    let ghost = json!({ "email": "ghost@example.org" });
    let app = start().await;
    assert_eq!(result_code(&login_client(&app), REQUEST_RESET, ghost.clone()).await, "ok");
    let app = start_with(json!({ "recovery": { "revealUserExists": true } })).await;
    assert_eq!(result_code(&login_client(&app), REQUEST_RESET, ghost.clone()).await, "PERSON_NOT_FOUND");
    assert_eq!(
        result_code(&login_client(&app), REQUEST_RESET, json!({ "email": "nonsense" })).await,
        "PERSON_NOT_FOUND"
    );
    assert_eq!(result_code(&login_client(&app), REQUEST_RESET, json!({ "email": ADA })).await, "ok");
    assert_eq!(
        result_code(&login_client(&app), REQUEST_RESET, json!({ "email": ADA })).await,
        "ok",
        "held back in silence"
    );
    app.may_leave_messages();
}

#[tokio::test]
async fn a_missing_connector_is_reported() {
    let app = super::start_with_keys(json!({ "signInExperience": { "forgotPasswordMethods": [] } })).await;
    assert_eq!(
        error_of(&login_client(&app), REQUEST_RESET, json!({ "email": ADA })).await,
        (200, "Unavailable".to_owned())
    );
}

#[tokio::test]
async fn every_step_is_in_the_audit_log() {
    let app = start().await;
    let token = request_token(&app, ADA).await;
    reset_password(&app, &token, "short").await;
    reset_password(&app, &token, NEW).await;
    let query = r#"{ authLog(filter: { types: ["password_reset_init", "password_reset"] }) {
        hasMore entries { type success personId errorCode metadata } } }"#;
    let log = data(&root_client(&app), query, json!({})).await["authLog"].clone();
    let entries: Vec<(Value, Value, Value)> = log["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| {
            assert!(entry["personId"].is_string() && entry["metadata"]["about"].is_string());
            (entry["type"].clone(), entry["success"].clone(), entry["errorCode"].clone())
        })
        .collect();
    let mut kinds: Vec<String> =
        entries.iter().map(|entry| format!("{} {} {}", entry.0, entry.1, entry.2)).collect();
    kinds.sort();
    assert_eq!(
        kinds,
        [
            r#""password_reset" false "password.rejected""#,
            r#""password_reset" true null"#,
            r#""password_reset_init" true null"#,
        ]
    );
    let page =
        execute(&root_client(&app), "{ authLog(limit: 1) { hasMore entries { id } } }", json!({})).await;
    assert_eq!(body(&page)["data"]["authLog"]["hasMore"], true);
    app.may_leave_messages();
}
