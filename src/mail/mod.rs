//! Renders messages as email or SMS. It sends nothing and decides nothing. No template loads remote content,
//! so that nobody learns when a mail is opened.

mod account_exists;
mod attempts_blocked;
mod change;
mod code;
mod context;
mod samples;
mod sms;

use std::sync::Arc;

use anyhow::bail;
use askama::Template;

use crate::mail::context::MailContext;
pub use crate::mail::samples::{SAMPLE_SITE, samples};
use rekey_adapters::i18n::{Catalog, Lang, Translations};
use rekey_core::messages::message::{AddressedMessage, Message, Rendered};
use rekey_core::types::identifier::address::Address;

/// Renders the message in the recipient's language, or English if that is not supported. `site` is the public
/// origin; every link leads there.
pub fn render(
    catalog: &Arc<Catalog>,
    brand: &str,
    site: &str,
    envelope: &AddressedMessage,
) -> anyhow::Result<Rendered> {
    let lang = Lang::from_tag(&envelope.locale).unwrap_or(Lang::En);
    let mail = MailContext::new(Translations::new(Arc::clone(catalog), lang), brand, site)?;
    match &envelope.to {
        None => bail!("a message without a recipient can't be rendered"),
        Some(Address::Email(_)) => render_mail(mail, &envelope.message),
        Some(Address::Phone(_)) => render_sms(&mail, &envelope.message),
    }
}

fn render_mail(mail: MailContext, message: &Message) -> anyhow::Result<Rendered> {
    match message {
        Message::RecoveryCode(message) => code::render_recovery(mail, message),
        Message::SignIn(message) => code::render_without_link(mail, message, code::SIGN_IN),
        Message::Register(message) => code::render_without_link(mail, message, code::REGISTER),
        Message::Generic(message) => code::render_without_link(mail, message, code::GENERIC),
        Message::Permission(message) => code::render_without_link(mail, message, code::PERMISSION),
        Message::NewAddress(message) => code::render_without_link(mail, message, code::NEW_ADDRESS),
        Message::AccountExists(message) => account_exists::render(mail, message),
        Message::PasswordChanged(message) => change::render(mail, &message.into()),
        Message::AddressChanged(message) => change::render(mail, &message.into()),
        Message::UsernameChanged(message) => change::render(mail, &message.into()),
        Message::AttemptsBlocked(message) => attempts_blocked::render(mail, message),
    }
}

fn render_sms(mail: &MailContext, message: &Message) -> anyhow::Result<Rendered> {
    match message {
        Message::RecoveryCode(message) if message.link_by_sms => sms::render_code_and_link(mail, message),
        Message::RecoveryCode(message) => sms::render_code(mail, &message.code, message.code_minutes),
        Message::SignIn(message)
        | Message::Register(message)
        | Message::Generic(message)
        | Message::Permission(message)
        | Message::NewAddress(message) => sms::render_code(mail, &message.code, message.code_minutes),
        Message::AccountExists(message) => sms::render_account_exists(mail, message),
        Message::PasswordChanged(message) => sms::change(mail, &message.into()),
        Message::AddressChanged(message) => sms::change(mail, &message.into()),
        Message::UsernameChanged(message) => sms::change(mail, &message.into()),
        Message::AttemptsBlocked(message) => sms::render_attempts_blocked(mail, message),
    }
}

/// The email with the subject that the message has set.
fn render_bodies(mail: &MailContext, text: &impl Template, html: &impl Template) -> anyhow::Result<Rendered> {
    Ok(Rendered { subject: mail.subject.clone(), text: text.render()?, html: Some(html.render()?) })
}

/// Text from other people as one line: a line break could imitate a sentence or a code of ours.
fn to_one_line(text: &str) -> String {
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    text.split(breaks).filter(|piece| !piece.is_empty()).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_name_is_one_line() {
    assert_eq!(to_one_line("Lumen\r\n\u{2028}@evil.test #1"), "Lumen @evil.test #1");
}
