//! The mail that tells of an address that is no longer what it was, to the addresses that the account had before. The new address is not
//! in it: an old mailbox may be read by somebody else by now.

use std::borrow::Cow;

use askama::Template;

use super::letter::{Letter, one_line};
use crate::model::message::{AddressChange, AddressChanged, ChangedBy, Rendered};

/// What the templates ask.
struct Change<'a> {
    letter: &'a Letter,
    message: &'a AddressChanged,
    device: String,
}

#[derive(Template)]
#[template(path = "mail/address_changed/body.html")]
struct Html<'a> {
    letter: &'a Letter,
    change: &'a Change<'a>,
}

#[derive(Template)]
#[template(path = "mail/address_changed/body.txt")]
struct Text<'a> {
    letter: &'a Letter,
    change: &'a Change<'a>,
}

pub(super) fn mail(mut letter: Letter, message: &AddressChanged) -> anyhow::Result<Rendered> {
    letter.subject = letter.t1("mail-address-subject", "brand", &letter.brand);
    let change = &Change { letter: &letter, message, device: one_line(&message.device) };
    let letter = &letter;
    Ok(Rendered {
        subject: letter.subject.clone(),
        text: Text { letter, change }.render()?,
        html: Some(Html { letter, change }.render()?),
    })
}

impl Change<'_> {
    fn story(&self) -> Cow<'_, str> {
        self.letter.t(match self.message.what {
            AddressChange::EmailChanged => "mail-address-email-changed",
            AddressChange::EmailAdded => "mail-address-email-added",
            AddressChange::EmailRemoved => "mail-address-email-removed",
            AddressChange::PhoneChanged => "mail-address-phone-changed",
            AddressChange::PhoneAdded => "mail-address-phone-added",
            AddressChange::PhoneRemoved => "mail-address-phone-removed",
        })
    }

    fn at(&self) -> String {
        self.letter.moment(self.message.at)
    }

    fn device(&self) -> Option<&str> {
        Some(self.device.as_str()).filter(|device| !device.is_empty())
    }

    /// What is said of a change that can't be taken back, as its locale key.
    const fn settled(&self) -> Option<&'static str> {
        match self.message.by {
            ChangedBy::Person => None,
            ChangedBy::PutBack => Some("mail-address-put-back"),
            ChangedBy::Operator => Some("mail-address-by-operator"),
        }
    }

    fn link(&self) -> &str {
        self.message.not_me.expose()
    }
}
