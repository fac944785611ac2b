//! Words of messages.

use serde_json::{Value, json};

use super::{data, root, said, start, thrown};

const ADD: &str =
    "mutation($template: MailTemplate!) { addMailTemplate(template: $template) { ok error { code } } }";
const OLD: &str = "mutation($template: MailTemplate!) { addProjectMailTemplate(template: $template) { ok error { code } } }";
const REMOVE: &str = "mutation($which: MailTemplateIdentifier!) { removeMailTemplate(templateIdentifier: $which) { ok error { code } } }";

fn words(more: Value) -> Value {
    let mut template =
        json!({ "type": "RESET_PASSWORD_REQUEST", "subject": "Reset", "content": "<p>{{ token }}</p>" });
    template.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({ "template": template })
}

#[tokio::test]
async fn words_are_kept_shown_and_taken_away() {
    let app = start().await;
    assert_eq!(said(&root(&app), ADD, words(json!({ "replyTo": "help@example.org" }))).await, "ok");
    assert_eq!(said(&root(&app), OLD, words(json!({ "variant": "short" }))).await, "ok");
    let query = "{ mailTemplates { projectSlug type variant subject content useLayout replyTo } }";
    let kept = data(&root(&app), query, json!({})).await["mailTemplates"].clone();
    let expected = json!({
        "projectSlug": null, "type": "RESET_PASSWORD_REQUEST", "variant": "", "subject": "Reset",
        "content": "<p>{{ token }}</p>", "useLayout": false, "replyTo": "help@example.org",
    });
    assert!(kept.as_array().unwrap().contains(&expected) && kept.as_array().unwrap().len() == 2, "{kept}");
    let which = |variant: &str| json!({ "which": { "type": "RESET_PASSWORD_REQUEST", "variant": variant } });
    assert_eq!(said(&root(&app), REMOVE, which("short")).await, "ok");
    assert_eq!(said(&root(&app), REMOVE, which("short")).await, "TEMPLATE_NOT_FOUND");
}

#[tokio::test]
async fn words_that_could_not_do_are_refused() {
    let app = start().await;
    for (more, code) in [
        (json!({ "content": "<p>Hello</p>" }), "MISSING_VARIABLE"),
        (json!({ "content": "<p>{{ token }} {{ nonsense }}</p>" }), "MISSING_VARIABLE"),
        (json!({ "replyTo": "nonsense" }), "INVALID_REPLY_EMAIL_FORMAT"),
        (json!({ "projectSlug": "blog" }), "PROJECT_NOT_FOUND"),
    ] {
        assert_eq!(said(&root(&app), ADD, words(more)).await, code);
    }
    let unknown = json!({ "which": { "type": "RESET_PASSWORD_REQUEST", "projectSlug": "blog" } });
    assert_eq!(said(&root(&app), REMOVE, unknown).await, "PROJECT_NOT_FOUND");
    let never = words(json!({ "type": "UNUSUAL_LOGIN" }));
    assert_eq!(thrown(&root(&app), ADD, never).await, (200, "UserInputError".to_owned()));
}
