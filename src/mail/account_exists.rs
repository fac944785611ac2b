//! The email to the owner of an address that was used for sign-up although it has an account. The page
//! answers the same as for a new address; only this email, to the owner, says that the account exists.

use askama::Template;

use crate::mail::context::MailContext;
use crate::mail::{render_bodies, to_one_line};
use rekey_core::messages::message::{AccountExists, Rendered};

/// The template's context.
struct AccountExistsView<'a> {
    mail: &'a MailContext,
    message: &'a AccountExists,
    device: String,
}

#[derive(Template)]
#[template(path = "mail/account_exists/body.html")]
struct Html<'a> {
    mail: &'a MailContext,
    exists: &'a AccountExistsView<'a>,
}

#[derive(Template)]
#[template(path = "mail/account_exists/body.txt")]
struct Text<'a> {
    mail: &'a MailContext,
    exists: &'a AccountExistsView<'a>,
}

pub(super) fn render(mut mail: MailContext, message: &AccountExists) -> anyhow::Result<Rendered> {
    mail.subject = mail.t1("mail-exists-subject", "brand", &mail.brand);
    let exists = &AccountExistsView { mail: &mail, message, device: to_one_line(&message.device) };
    let mail = &mail;
    render_bodies(mail, &Text { mail, exists }, &Html { mail, exists })
}

impl AccountExistsView<'_> {
    fn at(&self) -> String {
        self.mail.format_timestamp(self.message.asked_at)
    }

    fn device(&self) -> Option<&str> {
        Some(self.device.as_str()).filter(|device| !device.is_empty())
    }
}
