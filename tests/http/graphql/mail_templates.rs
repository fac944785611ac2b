//! Mail templates: stored, refused, and which one a message uses.

use serde_json::{Value, json};

use super::{ADA, REQUEST_RESET, data, error_of, login_client, result_code, root_client, start};
use crate::http::with_keys;
use crate::support::app::TestApp;

const ADD: &str =
    "mutation($template: MailTemplate!) { addMailTemplate(template: $template) { ok error { code } } }";
const OLD: &str = "mutation($template: MailTemplate!) { addProjectMailTemplate(template: $template) { ok error { code } } }";
const REMOVE: &str = "mutation($which: MailTemplateIdentifier!) { removeMailTemplate(templateIdentifier: $which) { ok error { code } } }";

fn template(more: Value) -> Value {
    let mut template =
        json!({ "type": "RESET_PASSWORD_REQUEST", "subject": "Reset", "content": "<p>{{ token }}</p>" });
    template.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({ "template": template })
}

#[tokio::test]
async fn templates_are_stored_shown_and_removed() {
    let app = start().await;
    assert_eq!(
        result_code(&root_client(&app), ADD, template(json!({ "replyTo": "help@example.org" }))).await,
        "ok"
    );
    assert_eq!(result_code(&root_client(&app), OLD, template(json!({ "variant": "short" }))).await, "ok");
    let query = "{ mailTemplates { projectSlug type variant subject content useLayout replyTo } }";
    let stored = data(&root_client(&app), query, json!({})).await["mailTemplates"].clone();
    let expected = json!({
        "projectSlug": null, "type": "RESET_PASSWORD_REQUEST", "variant": "", "subject": "Reset",
        "content": "<p>{{ token }}</p>", "useLayout": false, "replyTo": "help@example.org",
    });
    assert!(
        stored.as_array().unwrap().contains(&expected) && stored.as_array().unwrap().len() == 2,
        "{stored}"
    );
    let which = |variant: &str| json!({ "which": { "type": "RESET_PASSWORD_REQUEST", "variant": variant } });
    assert_eq!(result_code(&root_client(&app), REMOVE, which("short")).await, "ok");
    assert_eq!(result_code(&root_client(&app), REMOVE, which("short")).await, "TEMPLATE_NOT_FOUND");
}

#[tokio::test]
async fn unusable_templates_are_refused() {
    let app = start().await;
    for (more, code) in [
        (json!({ "content": "<p>Hello</p>" }), "MISSING_VARIABLE"),
        (json!({ "content": "<p>{{ token }} {{ nonsense }}</p>" }), "MISSING_VARIABLE"),
        (json!({ "replyTo": "nonsense" }), "INVALID_REPLY_EMAIL_FORMAT"),
        (json!({ "projectSlug": "blog" }), "PROJECT_NOT_FOUND"),
    ] {
        assert_eq!(result_code(&root_client(&app), ADD, template(more)).await, code);
    }
    let unknown = json!({ "which": { "type": "RESET_PASSWORD_REQUEST", "projectSlug": "blog" } });
    assert_eq!(result_code(&root_client(&app), REMOVE, unknown).await, "PROJECT_NOT_FOUND");
    let never = template(json!({ "type": "UNUSUAL_LOGIN" }));
    assert_eq!(error_of(&root_client(&app), ADD, never).await, (200, "UserInputError".to_owned()));
}

/// What the words of a project, of a variant, of both and of neither say.
const SAID: [(Option<&str>, &str); 4] =
    [(Some("blog"), "short"), (None, "short"), (Some("blog"), ""), (None, "")];

#[tokio::test]
async fn templates_of_a_project_and_variant_take_precedence() {
    let mut input = with_keys(json!({}));
    input["applications"] = json!([{ "id": "blog", "name": "My blog", "type": "SPA" }]);
    let app = TestApp::with(input).await;
    app.new_user(ADA).make().await;
    for (slug, variant) in SAID {
        let content =
            format!("<p>[{slug:?} {variant}] {{{{ token }}}} {{{{ project }}}}/{{{{ projectSlug }}}}.</p>");
        let more = json!({ "projectSlug": slug, "variant": variant, "content": content });
        assert_eq!(result_code(&root_client(&app), ADD, template(more)).await, "ok");
    }
    let options = json!({ "mailProject": "blog", "mailVariant": "short" });
    for (slug, variant) in SAID {
        let variables = json!({ "email": ADA, "options": options });
        assert_eq!(result_code(&login_client(&app), REQUEST_RESET, variables).await, "ok");
        let mail = app.inbox_of(ADA).await;
        let text = mail.text();
        assert!(text.contains(&format!("[{slug:?} {variant}]")) && text.contains("My blog/blog."), "{text}");
        let which = json!({ "type": "RESET_PASSWORD_REQUEST", "projectSlug": slug, "variant": variant });
        assert_eq!(result_code(&root_client(&app), REMOVE, json!({ "which": which.clone() })).await, "ok");
        assert_eq!(
            result_code(&root_client(&app), REMOVE, json!({ "which": which })).await,
            "TEMPLATE_NOT_FOUND"
        );
        app.clock.advance(60);
    }
    assert_eq!(
        result_code(&login_client(&app), REQUEST_RESET, json!({ "email": ADA, "options": options })).await,
        "ok"
    );
    assert!(!app.inbox_of(ADA).await.text().contains("My blog/blog."), "the built-in words");
}
