//! The face people meet in their inbox: it puts an `Envelope` into words, as mail or as SMS. It sends nothing and decides
//! nothing. The surprise: no template fetches anything, so that opening a mail tells nobody that it was opened.

mod account_exists;
mod attempts_blocked;
mod change;
mod code;
mod letter;
mod samples;
mod sms;

use std::sync::Arc;

use anyhow::bail;

use crate::i18n::{Catalog, Lang, Words};
use crate::model::message::{Address, Envelope, Message, Rendered};

use letter::Letter;
pub use samples::{SAMPLE_SITE, samples};

/// The message in the reader's language (English when we do not speak it). `site` is the public origin, and the only
/// place that any link leads to.
pub fn render(
    catalog: &Arc<Catalog>,
    brand: &str,
    site: &str,
    envelope: &Envelope,
) -> anyhow::Result<Rendered> {
    let lang = Lang::from_tag(&envelope.locale).unwrap_or(Lang::En);
    let letter = Letter::new(Words::new(Arc::clone(catalog), lang), brand, site)?;
    match &envelope.to {
        None => bail!("a message for nobody has no words"),
        Some(Address::Email(_)) => by_mail(letter, &envelope.message),
        Some(Address::Phone(_)) => by_sms(&letter, &envelope.message),
    }
}

fn by_mail(letter: Letter, message: &Message) -> anyhow::Result<Rendered> {
    match message {
        Message::RecoveryCode(message) => code::recovery(letter, message),
        Message::SignIn(message) => code::sign_in(letter, message),
        Message::Register(message) => code::register(letter, message),
        Message::Generic(message) => code::generic(letter, message),
        Message::Permission(message) => code::permission(letter, message),
        Message::NewAddress(message) => code::new_address(letter, message),
        Message::AccountExists(message) => account_exists::mail(letter, message),
        Message::PasswordChanged(message) => change::mail(letter, &message.into()),
        Message::AddressChanged(message) => change::mail(letter, &message.into()),
        Message::UsernameChanged(message) => change::mail(letter, &message.into()),
        Message::AttemptsBlocked(message) => attempts_blocked::mail(letter, message),
    }
}

fn by_sms(letter: &Letter, message: &Message) -> anyhow::Result<Rendered> {
    match message {
        Message::RecoveryCode(message) if message.link_by_sms => sms::code_and_link(letter, message),
        Message::RecoveryCode(message) => sms::code(letter, &message.code, message.code_minutes),
        Message::SignIn(message)
        | Message::Register(message)
        | Message::Generic(message)
        | Message::Permission(message)
        | Message::NewAddress(message) => sms::code(letter, &message.code, message.code_minutes),
        Message::AccountExists(message) => sms::account_exists(letter, message),
        Message::PasswordChanged(message) => sms::change(letter, &message.into()),
        Message::AddressChanged(message) => sms::change(letter, &message.into()),
        Message::UsernameChanged(message) => sms::change(letter, &message.into()),
        Message::AttemptsBlocked(message) => sms::attempts_blocked(letter, message),
    }
}
