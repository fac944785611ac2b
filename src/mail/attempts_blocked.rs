//! The notice that wrong codes or passwords for an account were throttled, with advice for its owner.

use askama::Template;

use crate::mail::context::MailContext;
use crate::mail::render_bodies;
use rekey_core::messages::message::{AttemptsBlocked, BlockedCredential, Rendered};

/// The template's context.
struct AttemptsBlockedView<'a> {
    mail: &'a MailContext,
    message: &'a AttemptsBlocked,
}

#[derive(Template)]
#[template(path = "mail/attempts_blocked/body.html")]
struct Html<'a> {
    mail: &'a MailContext,
    notice: &'a AttemptsBlockedView<'a>,
}

#[derive(Template)]
#[template(path = "mail/attempts_blocked/body.txt")]
struct Text<'a> {
    mail: &'a MailContext,
    notice: &'a AttemptsBlockedView<'a>,
}

pub(super) fn render(mut mail: MailContext, message: &AttemptsBlocked) -> anyhow::Result<Rendered> {
    let key = match message.what {
        BlockedCredential::Codes => "mail-blocked-codes-subject",
        BlockedCredential::Password => "mail-blocked-password-subject",
    };
    mail.subject = mail.t1(key, "brand", &mail.brand);
    let notice = &AttemptsBlockedView { mail: &mail, message };
    let mail = &mail;
    render_bodies(mail, &Text { mail, notice }, &Html { mail, notice })
}

impl AttemptsBlockedView<'_> {
    fn at(&self) -> String {
        self.mail.format_timestamp(self.message.at)
    }

    const fn story(&self) -> &'static str {
        match self.message.what {
            BlockedCredential::Codes => "mail-blocked-codes-story",
            BlockedCredential::Password => "mail-blocked-password-story",
        }
    }

    const fn next_step(&self) -> &'static str {
        match self.message.what {
            BlockedCredential::Codes => "mail-blocked-codes-way",
            BlockedCredential::Password => "mail-blocked-password-way",
        }
    }
}
