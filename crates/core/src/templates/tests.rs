//! Template rendering, and that hostile templates and values stay within their bounds.

use minijinja::Value;
use minijinja::value::Serde;
use serde_json::{Value as Json, json};

use crate::messages::message::{AddressedMessage, Message, RecoveryCode, VerificationCode};
use crate::messages::template_type::TemplateType;
use crate::templates::compiled::Templates;
use crate::templates::template::{Details, Template, TemplateChannel, TemplateKey};
use crate::templates::{NewTemplate, validation, variables};
use crate::types::identifier::address::Address;
use crate::types::secret::Secret;
use crate::types::time::Timestamp;

fn template(kind: TemplateType, language: &str, html: &str) -> Template {
    let key = TemplateKey {
        channel: TemplateChannel::Email,
        template_type: kind,
        language_tag: language.to_owned(),
        variant: String::new(),
        project: String::new(),
    };
    let details =
        Details { subject: "{{ brand }}".to_owned(), html: Some(html.to_owned()), ..Details::default() };
    Template { id: format!("{}-{language}", kind.name()), key, details, created_at: Timestamp(0) }
}

fn envelope(app: &str, locale: &str) -> AddressedMessage {
    let message = Message::SignIn(VerificationCode {
        code: Secret::from("493027"),
        code_minutes: 10,
        asked_at: Timestamp(1_795_356_309_000),
        device: "Fire\r\nfox".to_owned(),
        app: Some(app.to_owned()),
        app_id: String::new(),
    });
    AddressedMessage {
        to: Some(Address::Email("ada@example.org".to_owned())),
        locale: locale.to_owned(),
        message,
    }
}

fn recovery(app_id: &str, variant: &str) -> AddressedMessage {
    let message = Message::RecoveryCode(RecoveryCode {
        code: Secret::from("493027"),
        link: Secret::from("https://id.example.org/link"),
        code_minutes: 10,
        link_minutes: 30,
        asked_at: Timestamp(0),
        device: String::new(),
        app: None,
        request_id: String::new(),
        token: Secret::default(),
        variant: variant.to_owned(),
        app_id: app_id.to_owned(),
        link_by_sms: false,
    });
    AddressedMessage { message, ..envelope("", "en") }
}

fn render_html(html: &str, app: &str) -> Result<crate::messages::message::Rendered, String> {
    let all = Templates::new(vec![template(TemplateType::SignIn, "en", html)]);
    let envelope = envelope(app, "en");
    let found = all.find(&envelope, "en").ok_or("not understood")?;
    all.render(found, &variables::values_of(&envelope, "Rekey\r\nBcc: eve@example.org"))
}

#[test]
fn what_others_chose_is_a_value_and_no_template_no_markup_and_no_line() {
    let hostile =
        "{{ code }}<script>alert(1)</script>\r\nBcc: eve@example.org {% for x in 'ab' %}x{% endfor %}";
    let rendered = render_html("<p>{{ application.name }}</p><i>{{ device }}</i>", hostile).unwrap();
    let html = rendered.html.unwrap();
    assert!(html.contains("{{ code }}&lt;script&gt;") && !html.contains("493027"), "{html}");
    assert!(!html.contains("<script") && !html.contains('\n') && html.contains("<i>Fire fox</i>"), "{html}");
    assert_eq!(rendered.subject, "Rekey Bcc: eve@example.org");
    assert!(rendered.text.contains("<script>alert(1)</script> Bcc"), "{}", rendered.text);
}

#[test]
fn what_would_never_end_or_never_fit_comes_to_nothing() {
    let doubled = format!("{{% set a = 'x' %}}{}{{{{ a }}}}", "{% set a = a ~ a %}".repeat(40));
    let loops = "{% for a in code %}".repeat(9) + "{{ a }}" + &"{% endfor %}".repeat(9);
    for hostile in [
        doubled.as_str(),
        &loops,
        "{{ [1] * 1000000000 }}",
        "{{ range(100000000) }}",
        "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}",
        "{% include 'SignIn-en/body.html' %}",
        "{{ brand|format }}",
        "{{ code|center(999999999) }}",
        "{{ code.__class__() }}",
    ] {
        assert!(render_html(hostile, "").is_err(), "{hostile}");
    }
}

/// Every supported filter, with the arguments it needs.
const FILTERS: [&[&str]; 5] = [
    &["abs", "attr('name')", "bool", "capitalize", "count", "default('x')", "dictsort", "first", "float"],
    &["int", "items", "join(code)", "last", "length", "list", "lower"],
    &["map('upper')", "max", "min", "reject", "rejectattr('a')", "replace('4', code)", "round"],
    &["select", "selectattr('a')", "sort", "split('9')", "string", "sum", "title", "tojson"],
    &["trim", "unique", "upper", "urlencode"],
];

#[test]
fn every_filter_stays_within_its_bounds() {
    let values = ["code", "application", "minutes", "[code, code]", "nothing"];
    for filter in FILTERS.concat() {
        for value in values {
            let chain = format!("{{{{ {value}{} }}}}", format!("|{filter}").repeat(20));
            if let Ok(rendered) = render_html(&chain, "Lumen") {
                assert!(rendered.html.unwrap().len() <= 100 * 1024, "{filter}");
            }
        }
    }
}

#[test]
fn the_nearest_words_are_taken() {
    use TemplateType::{AccountExists, Generic, SignIn};
    let all = Templates::new(vec![
        template(SignIn, "en", "{{code}}"),
        template(SignIn, "de", "{{code}}"),
        template(Generic, "ar", "{{code}}"),
        template(AccountExists, "fr", "x"),
    ]);
    let found = |locale, fallback| all.find(&envelope("", locale), fallback).map(|found| found.id.clone());
    assert_eq!(found("de", "en").as_deref(), Some("SignIn-de"));
    assert_eq!(found("fr", "en").as_deref(), Some("SignIn-en"));
    assert_eq!(found("fr", "ar").as_deref(), Some("Generic-ar"));
    assert_eq!(found("fr", "fr"), None);
}

#[test]
fn templates_of_an_application_and_of_a_variant_come_first() {
    let at = |project: &str, variant: &str| {
        let plain = template(TemplateType::ForgotPassword, "en", "{{code}}");
        let project = project.to_owned();
        let variant = variant.to_owned();
        Template {
            id: format!("{project}/{variant}"),
            key: TemplateKey { project, variant, ..plain.key },
            ..plain
        }
    };
    let order = ["blog/short", "/short", "blog/", "/"];
    let mut all = vec![at("blog", "short"), at("", "short"), at("blog", ""), at("", ""), at("shop", "")];
    let message = recovery("blog", "short");
    for expected in order {
        let found = Templates::new(all.clone()).find(&message, "en").map(|found| found.id.clone());
        assert_eq!(found.as_deref(), Some(expected));
        all.remove(0);
    }
    assert!(Templates::new(all).find(&message, "en").is_none(), "those of another application");
}

#[test]
fn samples_have_what_is_listed_and_nothing_else() {
    let kinds = [TemplateType::SignIn, TemplateType::ForgotPassword, TemplateType::PasswordChanged];
    for kind in kinds {
        let sample = variables::sample_values(kind, TemplateChannel::Email, false);
        let known = variables::known_variables(kind);
        let names = known.iter().filter(|name| !name.contains('.') && **name != "locale");
        for name in names {
            assert!(sample.get(*name).is_some(), "{} {name}", kind.name());
        }
    }
    let all: Json = json!({ "code": "1" });
    let new = NewTemplate {
        key: template(TemplateType::SignIn, "en", "").key,
        details: template(TemplateType::SignIn, "en", "<p>{{ code }}</p>").details,
    };
    assert!(validation::validation_errors(&new).is_empty());
    assert!(Value::from(Serde(all)).get_attr("code").is_ok());
}

/// The names that `docs/api/templates.md` explains.
#[test]
fn a_reset_message_has_a_value_for_every_name_that_is_listed_and_explained() {
    let values = variables::values_of(&recovery("", ""), "Rekey");
    let documented = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/api/templates.md");
    let documented = std::fs::read_to_string(documented).unwrap();
    for name in variables::known_variables(TemplateType::ForgotPassword) {
        let (outer, _) = name.split_once('.').unwrap_or((name, ""));
        assert!(values.get_attr(outer).is_ok_and(|value| !value.is_undefined()), "{name} has no value");
        assert!(documented.contains(&format!("`{outer}")), "{name} is not in docs/api/templates.md");
    }
}
