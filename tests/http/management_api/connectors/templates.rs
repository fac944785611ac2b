//! Templates of a connector, and settings that are tested before they are stored.

use serde_json::{Value, json};

use super::{ALL, SECRET, call, ids, program, with};
use crate::http::{body, status_and_code};
use crate::support::app::TestApp;
use crate::support::db_dump;
use crate::support::stubs::range_server::Answer;
use crate::support::stubs::receiver::Receiver;

#[tokio::test]
async fn connector_settings_can_be_tested_without_storing() {
    let app = program().await;
    let receiver = Receiver::answering(Answer::with_status("204 Fine", "")).await;
    let test = "/api/connectors/http-sms/test";
    let config = json!({ "endpoint": receiver.url, "authorization": SECRET });
    let to = |to: Value| with(to, "config", config.clone());
    let page = call(&app, "POST", test, to(json!({ "phone": "12025550134", "locale": "de" }))).await;
    assert_eq!(page.status, 204, "{}", page.html);
    let sent: Value = serde_json::from_str(&receiver.requests()[0].body).unwrap();
    assert_eq!(sent["to"], "+12025550134");
    assert_eq!((&sent["type"], &sent["payload"]["code"]), (&json!("Generic"), &json!("000000")));
    assert_eq!(sent["payload"]["locale"], "de");
    assert!(ids(&app).await.is_empty());
    for input in [json!({}), json!({ "email": "ada@example.org" }), json!({ "phone": "12" })] {
        assert_eq!(
            status_and_code(&call(&app, "POST", test, to(input.clone())).await),
            (400, "guard.invalid_input".to_owned()),
            "{input}"
        );
    }
    receiver.set_answer(Answer::with_status("401 No", "who are you"));
    let page = call(&app, "POST", test, to(json!({ "phone": "12025550134" }))).await;
    assert_eq!(status_and_code(&page), (400, "connector.general".to_owned()));
    assert_eq!(body(&page)["details"], "the endpoint refuses the authorization (401)");
    let wrong = json!({ "phone": "12025550134", "config": {} });
    assert_eq!(
        status_and_code(&call(&app, "POST", test, wrong).await),
        (400, "connector.invalid_config".to_owned())
    );
    let page = call(&app, "POST", "/api/connectors/file/test", to(json!({ "phone": "12025550134" }))).await;
    assert_eq!(
        status_and_code(&page),
        (404, "entity.not_exists_with_id".to_owned()),
        "nothing is written to a folder of this machine"
    );
    let tries = "select count(*) from audit_log where event = 'connector_change'";
    assert_eq!(db_dump::query_number(&app, tries).await, 2, "each try leaves its line");
}

/// A connector of mail to this endpoint, with these words.
fn mail(id: &str, priority: i32, endpoint: &str, templates: Value) -> Value {
    json!({
        "connectorId": "postmark-mail", "id": id, "priority": priority,
        "config": { "serverToken": "a token", "fromEmail": "no-reply@example.org", "endpoint": endpoint, "templates": templates },
    })
}

fn template(kind: &str, content: &str) -> Value {
    json!({ "usageType": kind, "contentType": "text/html", "subject": format!("{kind} of mine"), "content": content })
}

/// The subject and the text of the newest mail that a provider was given.
fn received(receiver: &Receiver) -> (String, String) {
    let sent: Value = serde_json::from_str(&receiver.requests().last().unwrap().body).unwrap();
    (sent["Subject"].as_str().unwrap().to_owned(), sent["TextBody"].as_str().unwrap().to_owned())
}

async fn request_code(app: &TestApp) {
    app.clock.advance(120);
    let browser = app.browser();
    browser.get("/forgot-password").await.fill("identifier", "ada@example.org").submit().await;
    app.deliver().await;
}

#[tokio::test]
async fn a_connector_uses_its_own_templates_where_none_are_set() {
    let app = program().await;
    app.new_user("ada@example.org").make().await;
    let (down, up) = (
        Receiver::answering(Answer::with_status("503 No", "")).await,
        Receiver::answering(Answer::with_status("200 Fine", "{\"ErrorCode\":0}")).await,
    );
    let own = json!([template("ForgotPassword", "<p>Mine: {{code}}, {{ link }}</p>"), template("Generic", "<p>General: {{code}}</p>"), { "usageType": "SignIn", "templateAlias": "kept-there" }]);
    assert_eq!(call(&app, "POST", ALL, mail("first", 1, &down.url, own)).await.status, 200);
    let general = json!([template("Generic", "<p>General: {{code}}</p>")]);
    assert_eq!(call(&app, "POST", ALL, mail("second", 2, &up.url, general)).await.status, 200);
    request_code(&app).await;
    assert_eq!(received(&down).0, "ForgotPassword of mine");
    let (subject, text) = received(&up);
    assert_eq!(subject, "Generic of mine", "each its own, and the general ones where it lacks them");
    assert!(text.starts_with("General: "), "{text}");
    let set = json!({ "templates": [{ "languageTag": "en", "templateType": "ForgotPassword", "details": {
        "subject": "Set at run time", "content": "<p>{{ code }} {{ link }}</p>" } }] });
    assert_eq!(call(&app, "PUT", "/api/email-templates", set).await.status, 200);
    request_code(&app).await;
    assert_eq!(
        (received(&down).0.as_str(), received(&up).0.as_str()),
        ("Set at run time", "Set at run time")
    );
    call(&app, "DELETE", "/api/email-templates", Value::Null).await;
    call(&app, "DELETE", "/api/connectors/first", Value::Null).await;
    let bare = json!({ "config": { "serverToken": "******", "fromEmail": "no-reply@example.org", "endpoint": up.url } });
    assert_eq!(call(&app, "PATCH", "/api/connectors/second", bare).await.status, 200);
    request_code(&app).await;
    assert_ne!(received(&up).0, "Generic of mine", "without words of its own the built-in ones go out");
}

#[tokio::test]
async fn invalid_templates_of_a_connector_are_refused_by_path() {
    let app = program().await;
    for (templates, details) in [
        (
            json!([template("ForgotPassword", "<p>{{ coed }}</p>")]),
            "config.templates[0].content: line 1: coed: unknown variable",
        ),
        (
            json!([template("SignIn", "<p>{{code}}</p>"), template("Generic", "no code")]),
            "config.templates[1].",
        ),
        (json!([template("Nothing", "<p>{{code}}</p>")]), "config.templates[0].usageType: expected one of"),
        (
            json!([{ "usageType": "SignIn", "content": "<p>{{code}}</p>" }]),
            "config.templates[0].subject: missing",
        ),
        (
            json!([template(
                "SignIn",
                "{% for a in code %}{% for b in code %}{{ code * 9 }}{% endfor %}{% endfor %}"
            )]),
            "config.templates[0].content",
        ),
        (json!({ "usageType": "SignIn" }), "config.templates: expected"),
    ] {
        let page = call(&app, "POST", ALL, mail("mail", 1, "http://127.0.0.1:9", templates.clone())).await;
        assert_eq!(status_and_code(&page), (400, "connector.invalid_config".to_owned()), "{templates}");
        let actual = body(&page)["details"].as_str().unwrap().to_owned();
        assert!(actual.starts_with(details), "{templates}: {actual}");
    }
    assert!(ids(&app).await.is_empty());
}

#[tokio::test]
async fn a_test_uses_the_tested_templates() {
    let app = program().await;
    let up = Receiver::answering(Answer::with_status("200 Fine", "{\"ErrorCode\":0}")).await;
    let mut given_config = mail("mail", 1, &up.url, json!([template("Generic", "<p>Tried: {{code}}</p>")]));
    let test = json!({ "email": "ada@example.org", "config": given_config["config"].take() });
    let page = call(&app, "POST", "/api/connectors/postmark-mail/test", test).await;
    assert_eq!(page.status, 204, "{}", page.html);
    assert_eq!(received(&up), ("Generic of mine".to_owned(), "Tried: 000000\n".to_owned()));
}
