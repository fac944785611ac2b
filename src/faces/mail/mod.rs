//! The face people meet in their inbox: it puts an `Envelope` into words, as mail or as SMS. It sends nothing and decides
//! nothing. The surprise: no template fetches anything, so that opening a mail tells nobody that it was opened.

mod letter;
mod password_changed;
mod recovery_code;
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
    match (&envelope.to, &envelope.message) {
        (None, _) => bail!("a message for nobody has no words"),
        (Some(Address::Email(_)), Message::RecoveryCode(message)) => recovery_code::mail(letter, message),
        (Some(Address::Email(_)), Message::PasswordChanged(message)) => {
            password_changed::mail(letter, message)
        }
        (Some(Address::Phone(_)), Message::RecoveryCode(message)) => sms::recovery_code(&letter, message),
        (Some(Address::Phone(_)), Message::PasswordChanged(message)) => {
            sms::password_changed(&letter, message)
        }
    }
}
