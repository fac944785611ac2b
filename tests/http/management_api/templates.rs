//! Message templates: stored, refused, previewed, and used by the messages that follow.

use serde_json::{Value, json};

use crate::http::{ROOT, api_client, body, send, start_with_keys, status_and_code};
use crate::support::app::TestApp;
use crate::support::page::Page;

const PATH: &str = "/api/email-templates";
const ADA: &str = "ada@example.org";

async fn call(app: &TestApp, method: &str, path: &str, input: Value) -> Page {
    send(&api_client(app, ROOT), method, &format!("{PATH}{path}"), &input).await
}

fn template(kind: &str, language: &str, subject: &str, html: &str) -> Value {
    json!({ "templateType": kind, "languageTag": language, "details": { "subject": subject, "content": html } })
}

async fn put_templates(app: &TestApp, templates: Value) -> Page {
    call(app, "PUT", "", json!({ "templates": templates })).await
}

async fn send_generic_code(app: &TestApp, email: &str) {
    let page =
        send(&api_client(app, ROOT), "POST", "/api/verification-codes", &json!({ "email": email })).await;
    assert_eq!(page.status, 204, "{}", page.html);
    app.deliver().await;
}

#[tokio::test]
async fn templates_are_stored_replaced_changed_and_removed() {
    let app = start_with_keys(json!({})).await;
    let page = put_templates(&app, json!([template("Generic", "pt-BR", "Código", "<p>{{code}}</p>")])).await;
    let first = body(&page)[0].clone();
    assert_eq!((page.status, &first["languageTag"]), (200, &json!("pt-BR")), "{}", page.html);
    assert_eq!(first["details"], json!({ "subject": "Código", "content": "<p>{{code}}</p>" }));
    let page = put_templates(&app, json!([template("Generic", "pt-br", "Outro", "<p>{{ code }}</p>")])).await;
    assert_eq!(body(&page)[0]["id"], first["id"]);
    let id = format!("/{}", first["id"].as_str().unwrap());
    let page =
        call(&app, "PATCH", &format!("{id}/details"), json!({ "replyTo": "Help <help@example.org>" })).await;
    assert_eq!(body(&page)["details"]["replyTo"], "Help <help@example.org>");
    let page =
        call(&app, "PATCH", &format!("{id}/details"), json!({ "replyTo": null, "text": "{{code}}" })).await;
    assert_eq!(
        body(&page)["details"],
        json!({ "subject": "Outro", "content": "<p>{{ code }}</p>", "text": "{{code}}" })
    );
    assert_eq!(call(&app, "PATCH", &format!("{id}/details"), json!({})).await.status, 200);
    assert_eq!(body(&call(&app, "GET", &id, json!({})).await)["details"]["subject"], "Outro");
    assert_eq!(call(&app, "DELETE", &id, json!({})).await.status, 204);
    for (method, path) in [("GET", id.clone()), ("DELETE", id.clone()), ("PATCH", format!("{id}/details"))] {
        let page = call(&app, method, &path, json!({})).await;
        assert_eq!(status_and_code(&page), (404, "entity.not_exists_with_id".to_owned()), "{method}");
    }
}

#[tokio::test]
async fn templates_are_listed_and_removed_by_filter() {
    let app = start_with_keys(json!({})).await;
    put_templates(
        &app,
        json!([template("SignIn", "de", "Code", "{{code}}"), template("Register", "de", "Code", "{{code}}")]),
    )
    .await;
    assert_eq!(body(&call(&app, "GET", "?languageTag=DE", json!({})).await).as_array().unwrap().len(), 2);
    assert_eq!(
        body(&call(&app, "GET", "?templateType=SignIn", json!({})).await).as_array().unwrap().len(),
        1
    );
    assert_eq!(
        status_and_code(&call(&app, "GET", "?templateType=Odd", json!({})).await).1,
        "guard.invalid_input"
    );
    assert_eq!(body(&call(&app, "GET", "?channel=sms", json!({})).await), json!([]));
    assert_eq!(
        body(&call(&app, "DELETE", "/template-type/SignIn", json!({})).await),
        json!({ "rowCount": 1 })
    );
    assert_eq!(call(&app, "DELETE", "/template-type/Odd", json!({})).await.status, 404);
    assert_eq!(body(&call(&app, "DELETE", "/language-tag/de", json!({})).await), json!({ "rowCount": 1 }));
    assert_eq!(body(&call(&app, "DELETE", "?languageTag=fr", json!({})).await), json!({ "rowCount": 0 }));
}

fn html(content: &str) -> Value {
    template("SignIn", "en", "Hello", content)
}

/// What can't be said, and why.
fn invalid_templates() -> Vec<(Value, &'static str)> {
    vec![
        (
            html("<p>Hello</p>"),
            "templates[0].details: expected {{ code }} in every body, whatever the message lacks",
        ),
        (
            html("{% if application %}{{code}}{% endif %}"),
            "templates[0].details: expected {{ code }} in every body, whatever the message lacks",
        ),
        (
            html("{{code}}\n{{ coed }}"),
            "templates[0].details.content: line 2: coed: unknown variable; did you mean code?",
        ),
        (
            html("{{code}}{{ user.name }}"),
            "templates[0].details.content: line 1: user.name: unknown variable; did you mean user?",
        ),
        (html("{{code}}\n{{ [1] * 9 }}"), "templates[0].details.content: line 2: * is not offered"),
        (
            html("{{code}}{% autoescape false %}{% endautoescape %}"),
            "templates[0].details.content: line 1: autoescape is not offered",
        ),
        (
            template("SignIn", "en", "a\r\nBcc: x", "{{code}}"),
            "templates[0].details.subject: expected one line",
        ),
        (template("SignIn", "en", "", "{{code}}"), "templates[0].details.subject: missing"),
        (
            template("SignIn", "e", "a", "{{code}}"),
            "templates[0].languageTag: expected a language tag such as en or pt-BR",
        ),
        (
            template("PasswordChanged", "en", "a", "x"),
            "templates[0].details: expected {{ link }} in every body, whatever the message lacks",
        ),
        (
            template("ForgotPassword", "en", "a", "x"),
            "templates[0].details: expected {{ code }} or {{ link }} in every body, whatever the message lacks",
        ),
    ]
}

#[tokio::test]
async fn invalid_templates_are_refused_by_field_and_line() {
    let app = start_with_keys(json!({})).await;
    assert_eq!(body(&put_templates(&app, json!([])).await)["details"], "templates: expected 1 to 50");
    for (input, details) in invalid_templates() {
        let page = put_templates(&app, json!([input.clone()])).await;
        assert_eq!(status_and_code(&page), (400, "guard.invalid_input".to_owned()), "{input}");
        assert_eq!(body(&page)["details"], details, "{input}");
    }
    let mut from = html("{{code}}");
    from["details"]["sendFrom"] = "a@example.org\r\nBcc: eve@example.org".into();
    assert_eq!(put_templates(&app, json!([from])).await.status, 400);
    let page = put_templates(&app, json!([html("{{code}}\n{% if %}")])).await;
    let details = body(&page)["details"].as_str().unwrap().to_owned();
    assert!(details.starts_with("templates[0].details.content: line 2: syntax error"), "{details}");
    for input in [json!([]), json!([html("{{code}}"), html("{{code}}")])] {
        assert_eq!(put_templates(&app, input).await.status, 400);
    }
    assert_eq!(body(&call(&app, "GET", "", json!({})).await), json!([]));
}

#[tokio::test]
async fn templates_are_used_at_once_on_every_instance() {
    let app = start_with_keys(json!({})).await;
    let mut input = template("Generic", "en", "{{ brand }} says", "<p>Your code: <b>{{code}}</b></p>");
    input["details"]["replyTo"] = "help@example.org".into();
    input["details"]["sendFrom"] = "Acme <acme@example.org>".into();
    assert_eq!(put_templates(&app, json!([input])).await.status, 200);
    send_generic_code(&app, ADA).await;
    let mailbox = app.inbox_of(ADA).await;
    let sent = mailbox.newest();
    let code = sent.code.clone().unwrap();
    assert_eq!(sent.rendered.subject, "Rekey says");
    assert_eq!(sent.rendered.text, format!("Your code: {}\n", code.expose()));
    assert_eq!(sent.rendered.html, Some(format!("<p>Your code: <b>{}</b></p>", code.expose())));
    assert_eq!(
        (sent.reply_to.as_deref(), sent.send_from.as_deref()),
        (Some("help@example.org"), Some("Acme <acme@example.org>"))
    );
    let second = app.second_instance().await;
    put_templates(&app, json!([template("Generic", "en", "Anew", "{{code}}")])).await;
    second
        .run(|program| async move { rekey_server::jobs::maintenance::reload_if_changed(&program).await.unwrap() })
        .await;
    send_generic_code(&second, "eve@example.org").await;
    assert_eq!(second.inbox_of("eve@example.org").await.newest().rendered.subject, "Anew");
}

#[tokio::test]
async fn the_generic_template_applies_to_codes_and_not_to_notices() {
    let app = start_with_keys(json!({})).await;
    put_templates(&app, json!([template("Generic", "en", "General", "{{code}} {{ device }}")])).await;
    app.new_user(ADA).with_password("a first password").make().await;
    let browser = app.browser();
    let page = browser.get("/forgot-password").await.fill("identifier", ADA);
    page.submit().await;
    app.deliver().await;
    assert_eq!(app.inbox_of(ADA).await.newest_of("ForgotPassword").rendered.subject, "General");
}

#[tokio::test]
async fn a_preview_renders_the_message_and_stores_nothing() {
    let app = start_with_keys(json!({})).await;
    let mut input = template(
        "ForgotPassword",
        "en",
        "For {{ application.name }}",
        "<p>{{code}}</p><a href=\"{{ link }}\">Go</a>",
    );
    let page = call(&app, "POST", "/preview", input.clone()).await;
    assert_eq!(page.status, 200, "{}", page.html);
    let preview = body(&page);
    assert_eq!(
        (preview["subject"].as_str(), preview["variables"]["code"].as_str()),
        (Some("For Lumen"), Some("493027"))
    );
    assert!(preview["text"].as_str().unwrap().contains("https://id.example.org/"), "{preview}");
    input["details"]["content"] = "{{ nothing }}".into();
    let details = body(&call(&app, "POST", "/preview", input).await)["details"].as_str().unwrap().to_owned();
    assert!(details.starts_with("details.content: line 1: nothing: unknown variable"), "{details}");
    let sms = json!({ "channel": "sms", "templateType": "SignIn", "languageTag": "en", "details": { "text": "{{ brand }}: {{ code }}" } });
    assert_eq!(body(&call(&app, "POST", "/preview", sms.clone()).await)["text"], "Example: 493027");
    let mut html = sms;
    html["details"] = json!({ "html": "{{code}}" });
    assert_eq!(call(&app, "POST", "/preview", html).await.status, 400);
    assert_eq!(body(&call(&app, "GET", "", json!({})).await), json!([]));
}

#[tokio::test]
async fn a_template_that_fails_to_render_falls_back_to_the_translation() {
    let app = start_with_keys(json!({ "signInExperience": { "displayName": "x".repeat(60) } })).await;
    // With the samples it stays within its bounds; the name of this installation is longer.
    let loops =
        "{% for a in brand %}{% for b in brand %}{% for c in brand %}{% endfor %}{% endfor %}{% endfor %}";
    let page = put_templates(
        &app,
        json!([template("Generic", "en", "Mine", &format!("<p>{{{{ code }}}}</p>{loops}"))]),
    )
    .await;
    assert_eq!(page.status, 200, "{}", page.html);
    send_generic_code(&app, ADA).await;
    let inbox = app.inbox_of(ADA).await;
    assert_ne!(inbox.newest().rendered.subject, "Mine", "the built-in words go out");
    assert_eq!(inbox.code().len(), 6);
    let metrics = app.admin().await.get("/metrics").await.html;
    let counted =
        metrics.lines().find(|line| line.starts_with("rekey_template_faults_total")).unwrap().to_owned();
    assert!(counted.ends_with(" 1") && counted.contains("Generic"), "{counted}");
}

#[tokio::test]
async fn the_number_of_templates_is_bounded() {
    let app = start_with_keys(json!({})).await;
    let languages = |from: usize| -> Vec<Value> {
        let tag = |number: usize| format!("en-x{number:04}");
        (from..from + 50).map(|number| template("Generic", &tag(number), "Code", "{{code}}")).collect()
    };
    for call in 0..20 {
        assert_eq!(put_templates(&app, json!(languages(call * 50))).await.status, 200);
    }
    let page = put_templates(&app, json!(languages(1000))).await;
    assert_eq!(status_and_code(&page), (400, "guard.invalid_input".to_owned()));
    assert_eq!(body(&page)["details"], "templates: expected at most 1000 in all");
    assert_eq!(put_templates(&app, json!(languages(950))).await.status, 200, "what is there is replaced");
}
