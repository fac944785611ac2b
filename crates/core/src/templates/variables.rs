//! The variables of message templates: the list for each type, the values of a message, and samples. A value
//! chosen by others is a single line, because a line break could fake a sentence of ours.

use minijinja::Value;
use minijinja::value::Serde;
use serde_json::{Value as Json, json};
use time::OffsetDateTime;

use crate::messages::message::{AddressedMessage, Message};
use crate::messages::template_type::TemplateType;
use crate::templates::compiled::to_one_line;
use crate::templates::template::TemplateChannel;
use crate::types::identifier::address::Address;
use crate::types::secret::Secret;
use crate::types::time::Timestamp;

/// In every message.
const ALWAYS: [&str; 5] = ["brand", "locale", "user", "user.primaryEmail", "user.primaryPhone"];
/// In every message that names the requester.
const ASKED: [&str; 2] = ["device", "askedAt"];
/// In every message with a code.
const CODE: [&str; 6] = ["code", "minutes", "application", "application.name", "project", "projectSlug"];
/// In a recovery message by mail only, under the names that GraphQL clients use; `link` is available as well.
const ONLY_BY_MAIL: [&str; 4] = ["url", "token", "requestId", "email"];

/// The variables available to this type.
pub(super) fn known_variables(kind: TemplateType) -> Vec<&'static str> {
    let own: &[&str] = match kind {
        TemplateType::ForgotPassword => &["link", "linkMinutes", "url", "token", "requestId", "email"],
        TemplateType::OrganizationInvitation => &[
            "link",
            "organization",
            "organization.name",
            "inviter",
            "inviter.name",
            "application",
            "application.name",
        ],
        TemplateType::PasswordChanged => &["link", "how", "endedSessions"],
        TemplateType::AddressChanged | TemplateType::UsernameChanged => &["link", "what"],
        TemplateType::AccountExists => &["link", "resetLink"],
        TemplateType::AttemptsBlocked => &["link", "what"],
        _ => &[],
    };
    let code: &[&str] = if kind.has_code() { &CODE } else { &[] };
    ALWAYS.iter().chain(&ASKED).chain(code).chain(own).copied().collect()
}

/// The values of this message.
pub(super) fn values_of(envelope: &AddressedMessage, brand: &str) -> Value {
    let unknown = String::new();
    let (mut values, at, device) = match &envelope.message {
        Message::RecoveryCode(m) => (code_values(&m.code, m.code_minutes), m.asked_at, &m.device),
        Message::SignIn(m)
        | Message::Register(m)
        | Message::Generic(m)
        | Message::Permission(m)
        | Message::NewAddress(m) => (code_values(&m.code, m.code_minutes), m.asked_at, &m.device),
        Message::AccountExists(m) => {
            (json!({ "link": m.sign_in, "resetLink": m.reset }), m.asked_at, &m.device)
        }
        Message::PasswordChanged(m) => {
            let own = json!({ "link": m.not_me.expose(), "how": m.how, "endedSessions": m.ended_sessions });
            (own, m.at, &m.device)
        }
        Message::AttemptsBlocked(m) => (json!({ "link": m.reset, "what": m.what }), m.at, &unknown),
        Message::AddressChanged(m) => (json!({ "link": m.not_me.expose(), "what": m.what }), m.at, &m.device),
        Message::UsernameChanged(m) => (json!({ "link": m.reset, "what": m.what }), m.at, &m.device),
    };
    merge_values(&mut values, recovery_link(envelope));
    if envelope.message.template_type().has_code() {
        merge_values(&mut values, app_values(&envelope.message));
    }
    let common = json!({
        "askedAt": format_moment(at), "device": to_one_line(device), "brand": to_one_line(brand),
        "locale": envelope.locale, "user": reader_values(envelope),
    });
    merge_values(&mut values, common);
    Value::from(Serde(values))
}

fn code_values(code: &Secret, minutes: i64) -> Json {
    json!({ "code": code.expose(), "minutes": minutes })
}

/// The recovery link, if the message contains it.
fn recovery_link(envelope: &AddressedMessage) -> Json {
    match (&envelope.message, &envelope.to) {
        (Message::RecoveryCode(message), Some(Address::Email(email))) => json!({
            "link": message.link.expose(), "url": message.link.expose(), "linkMinutes": message.link_minutes,
            "token": message.token.expose(), "requestId": message.request_id, "email": email,
        }),
        (Message::RecoveryCode(message), Some(Address::Phone(_))) if message.link_by_sms => json!({
            "link": message.link.expose(), "linkMinutes": message.link_minutes,
        }),
        _ => json!({}),
    }
}

/// The application that a code is sent for. Two of these are the names that GraphQL clients use.
fn app_values(message: &Message) -> Json {
    let name = message.app().map(to_one_line);
    let application = name.as_ref().map(|name| json!({ "name": name }));
    json!({ "application": application, "project": name.unwrap_or_default(), "projectSlug": message.app_id() })
}

/// The recipient as far as the message knows it: the address that it is sent to.
fn reader_values(envelope: &AddressedMessage) -> Json {
    match &envelope.to {
        Some(Address::Email(address)) => json!({ "primaryEmail": address }),
        Some(Address::Phone(number)) => json!({ "primaryPhone": number }),
        None => json!({}),
    }
}

fn merge_values(values: &mut Json, more: Json) {
    if let (Json::Object(values), Json::Object(more)) = (values, more) {
        values.extend(more);
    }
}

/// Sample values for a preview; the bare ones omit whatever a message may lack.
pub(super) fn sample_values(kind: TemplateType, channel: TemplateChannel, is_bare: bool) -> Json {
    let link = "https://id.example.org/forgot-password/link/q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQ";
    let mut values = json!({
        "brand": "Example", "locale": "en", "code": SAMPLE_CODE, "minutes": 10, "askedAt": "2026-11-22 14:05 UTC",
        "device": "Firefox, Linux", "application": { "name": "Lumen" },
        "project": "Lumen", "projectSlug": "lumen", "link": link, "linkMinutes": 30, "resetLink": link,
        "url": link, "token": "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQ", "requestId": "q83vEjRWeJCrze8SNFZ4k", "email": "ada@example.org",
        "how": "reset", "what": "email_changed", "endedSessions": 2, "organization": { "name": "Acme" }, "inviter": { "name": "Ada" },
        "user": match channel {
            TemplateChannel::Email => json!({ "primaryEmail": "ada@example.org" }),
            TemplateChannel::Sms => json!({ "primaryPhone": "12025550143" }),
        },
    });
    if is_bare {
        let bare = json!({ "device": "", "application": null, "project": "", "projectSlug": "", "endedSessions": 0 });
        merge_values(&mut values, bare);
    }
    if let Json::Object(values) = &mut values {
        let known = known_variables(kind);
        values.retain(|name, _| known.contains(&name.as_str()));
        if kind == TemplateType::ForgotPassword && channel == TemplateChannel::Sms {
            values.retain(|name, _| !name.starts_with("link") && !ONLY_BY_MAIL.contains(&name.as_str()));
        }
    }
    values
}

/// The code of the samples.
pub(super) const SAMPLE_CODE: &str = "493027";

/// "2026-11-22 14:05 UTC", which can be read in every language.
fn format_moment(at: Timestamp) -> String {
    let at = OffsetDateTime::from_unix_timestamp(at.0.div_euclid(1000)).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let month = u8::from(at.month());
    format!("{}-{month:02}-{:02} {:02}:{:02} UTC", at.year(), at.day(), at.hour(), at.minute())
}
