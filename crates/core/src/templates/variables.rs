//! The variables of message templates: the list for each type, the values of a message, and samples. A value
//! chosen by others is a single line, because a line break could fake a sentence of ours.

use minijinja::Value;
use minijinja::value::Serde;
use serde_json::{Value as Json, json};
use time::OffsetDateTime;

use crate::messages::message::{AddressedMessage, Message, UsernameChanged, VerificationCode};
use crate::messages::template_type::TemplateType;
use crate::templates::compiled::to_one_line;
use crate::templates::template::TemplateChannel;
use crate::types::identifier::address::Address;
use crate::types::time::Timestamp;

/// In every message.
const ALWAYS: [&str; 5] = ["brand", "locale", "user", "user.primaryEmail", "user.primaryPhone"];
/// In every message that names the requester.
const ASKED: [&str; 2] = ["device", "askedAt"];
/// In every message with a code.
const CODE: [&str; 6] = ["code", "minutes", "application", "application.name", "project", "projectSlug"];

/// In a recovery message sent by mail only, under the names that GraphQL clients use; `link` is available as
/// well.
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
    let mut values = match &envelope.message {
        Message::RecoveryCode(message) => json!({
            "code": message.code.expose(), "minutes": message.code_minutes, "askedAt": format_moment(message.asked_at),
            "device": to_one_line(&message.device),
        }),
        Message::SignIn(message)
        | Message::Register(message)
        | Message::Generic(message)
        | Message::Permission(message)
        | Message::NewAddress(message) => code_values(message),
        Message::AccountExists(message) => json!({
            "link": message.sign_in, "resetLink": message.reset, "askedAt": format_moment(message.asked_at),
            "device": to_one_line(&message.device),
        }),
        Message::PasswordChanged(message) => json!({
            "link": message.not_me.expose(), "how": message.how, "endedSessions": message.ended_sessions,
            "askedAt": format_moment(message.at), "device": to_one_line(&message.device),
        }),
        Message::AttemptsBlocked(message) => json!({
            "link": message.reset, "what": message.what, "askedAt": format_moment(message.at), "device": "",
        }),
        Message::AddressChanged(message) => json!({
            "link": message.not_me.expose(), "what": message.what, "askedAt": format_moment(message.at),
            "device": to_one_line(&message.device),
        }),
        Message::UsernameChanged(message) => username_values(message),
    };
    merge_values(&mut values, recovery_link(envelope));
    if envelope.message.template_type().has_code() {
        merge_values(&mut values, app_values(&envelope.message));
    }
    merge_values(
        &mut values,
        json!({ "brand": to_one_line(brand), "locale": envelope.locale, "user": reader_values(envelope) }),
    );
    Value::from(Serde(values))
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

fn username_values(message: &UsernameChanged) -> Json {
    json!({
        "link": message.reset, "what": message.what, "askedAt": format_moment(message.at),
        "device": to_one_line(&message.device),
    })
}

fn code_values(message: &VerificationCode) -> Json {
    json!({
        "code": message.code.expose(), "minutes": message.code_minutes, "askedAt": format_moment(message.asked_at),
        "device": to_one_line(&message.device),
    })
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
        merge_values(
            &mut values,
            json!({ "device": "", "application": null, "project": "", "projectSlug": "", "endedSessions": 0 }),
        );
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
    let day = at.day();
    format!("{}-{month:02}-{day:02} {:02}:{:02} UTC", at.year(), at.hour(), at.minute())
}
