//! What operators write is read by a parser that recurses: it is measured before, so that no words and no
//! expression end the process.

use serde_json::{Value, json};

use super::assert_answers_in_time;
use crate::http::{ROOT, api_client, body, send, start_with_keys, status_and_code};
use crate::support::app::TestApp;

/// Expressions that are deep or long, each in another way that a parser recurses.
fn deep() -> Vec<(&'static str, String)> {
    let nested = |open: &str, shut: &str| format!("{}1{}", open.repeat(3_000), shut.repeat(3_000));
    vec![
        ("sums", format!("1{}", "+1".repeat(7_000))),
        ("texts put together", format!("1{}", "~1".repeat(7_000))),
        ("negations", format!("{}1", "not ".repeat(3_500))),
        ("signs", format!("{}1", "-".repeat(14_000))),
        ("brackets", nested("(", ")")),
        ("lists", nested("[", "]")),
        ("either or", format!("1{}", " or 1".repeat(2_800))),
        ("conditions", format!("1{}", " if 1 else 1".repeat(1_100))),
        ("conditions without another way", format!("1{}", " if 1".repeat(2_800))),
        ("comparisons", format!("1{}", "<1".repeat(7_000))),
        ("powers", format!("1{}", "//1".repeat(4_500))),
        ("filters", format!("1{}", "|int".repeat(3_500))),
        ("tests", format!("1{}", " is odd".repeat(2_000))),
        ("fields", format!("a{}", ".a".repeat(7_000))),
        ("calls", format!("a{}", "()".repeat(7_000))),
        ("subscripts", format!("a{}", "[1]".repeat(4_500))),
        ("what never ends", "1+".repeat(7_000)),
    ]
}

/// Blocks that are deep, each in another way.
fn blocks() -> Vec<(&'static str, String)> {
    vec![
        ("conditions", "{% if 1 %}".repeat(500) + &"{% endif %}".repeat(500)),
        ("conditions that never end", "{% if 1 %}".repeat(1_400)),
        ("other conditions", format!("{{% if 1 %}}{}{{% endif %}}", "{% elif 1 %}".repeat(1_100))),
        ("loops", "{% for a in b %}".repeat(400) + &"{% endfor %}".repeat(400)),
        ("filters", "{% filter upper %}".repeat(350) + &"{% endfilter %}".repeat(350)),
        ("a sum that never ends", format!("{{{{ 1{}", "+1".repeat(7_000))),
        ("a block that never ends", format!("{{% if 1{}", "+1".repeat(7_000))),
        ("a sum behind a comment", format!("{{# #}}{{{{ 1{} }}}}", "+1".repeat(7_000))),
    ]
}

fn template_body(content: &str) -> Value {
    json!({ "templates": [
        { "templateType": "SignIn", "languageTag": "en", "details": { "subject": "s", "content": content } },
    ] })
}

async fn assert_refused(app: &TestApp, what: &str, (method, path): (&str, &str), input: Value, field: &str) {
    let page = assert_answers_in_time(what, send(&api_client(app, ROOT), method, path, &input)).await;
    let details = body(&page)["details"].as_str().unwrap_or_default().to_owned();
    assert!(page.status == 400 && details.contains(field), "{what} at {path}: {} {details}", page.status);
    assert!(details.len() < 2_000, "{what} at {path}: {}", details.len());
}

#[tokio::test]
async fn templates_are_measured_before_they_are_parsed() {
    let app = start_with_keys(json!({})).await;
    let code = "{{ code }}";
    let all = deep().into_iter().map(|(what, text)| (what, format!("{code}{{{{ {text} }}}}")));
    for (what, text) in all.chain(blocks().into_iter().map(|(what, text)| (what, format!("{code}{text}")))) {
        assert_refused(
            &app,
            what,
            ("PUT", "/api/email-templates"),
            template_body(&text),
            "details.content: ",
        )
        .await;
    }
    let fine = format!("{code}{}", "{% if brand %}{{ brand | upper }}{% else %}-{% endif %}\n".repeat(300));
    let page = send(&api_client(&app, ROOT), "PUT", "/api/email-templates", &template_body(&fine)).await;
    assert_eq!(page.status, 200, "{}", page.html);
}

#[tokio::test]
async fn claim_expressions_are_measured_before_they_are_parsed() {
    let app = start_with_keys(json!({})).await;
    for (what, text) in deep() {
        let at = ("PUT", "/api/configs/jwt-customizer/access-token");
        assert_refused(&app, what, at, json!({ "claims": { "a": text } }), "claims.a: ").await;
    }
    let path = "/api/configs/jwt-customizer/id-token";
    let page =
        send(&api_client(&app, ROOT), "PUT", path, &json!({ "claims": { "a": "(1 + 2) - 3 + -1" } })).await;
    assert_eq!(status_and_code(&page).0, 201, "{}", page.html);
}

#[tokio::test]
async fn templates_of_connectors_are_measured_before_they_are_parsed() {
    let app = start_with_keys(json!({})).await;
    for (what, text) in deep() {
        let input = json!({ "connectorId": "http-email", "config": {
            "endpoint": "https://mail.example/send",
            "templates": [{ "usageType": "SignIn", "subject": "s", "content": format!("{{{{ code }}}}{{{{ {text} }}}}"), "contentType": "text/html" }],
        } });
        let page =
            assert_answers_in_time(what, send(&api_client(&app, ROOT), "POST", "/api/connectors", &input))
                .await;
        assert!(
            (400..500).contains(&page.status) && page.html.contains("templates"),
            "{what}: {} {}",
            page.status,
            page.html
        );
    }
}
