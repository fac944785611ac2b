//! The mail to the owner of an address with which somebody tried to make an account. The page that was answered with says the
//! same as for a free address; only this mail tells, and only the owner.

use askama::Template;

use super::letter::{Letter, one_line};
use crate::model::message::{AccountExists, Rendered};

/// What the templates ask.
struct Exists<'a> {
    letter: &'a Letter,
    message: &'a AccountExists,
    device: String,
}

#[derive(Template)]
#[template(path = "mail/account_exists/body.html")]
struct Html<'a> {
    letter: &'a Letter,
    exists: &'a Exists<'a>,
}

#[derive(Template)]
#[template(path = "mail/account_exists/body.txt")]
struct Text<'a> {
    letter: &'a Letter,
    exists: &'a Exists<'a>,
}

pub(super) fn mail(mut letter: Letter, message: &AccountExists) -> anyhow::Result<Rendered> {
    letter.subject = letter.t1("mail-exists-subject", "brand", &letter.brand);
    let exists = &Exists { letter: &letter, message, device: one_line(&message.device) };
    let letter = &letter;
    Ok(Rendered {
        subject: letter.subject.clone(),
        text: Text { letter, exists }.render()?,
        html: Some(Html { letter, exists }.render()?),
    })
}

impl Exists<'_> {
    fn at(&self) -> String {
        self.letter.moment(self.message.asked_at)
    }

    fn device(&self) -> Option<&str> {
        Some(self.device.as_str()).filter(|device| !device.is_empty())
    }
}
