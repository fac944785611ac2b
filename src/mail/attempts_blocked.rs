//! The notice that wrong codes or passwords for an account were throttled, with advice for its owner.

use askama::Template;

use crate::mail::context::MailContext;
use crate::mail::render_bodies;
use rekey_core::messages::message::{AttemptsBlocked, BlockedCredential, Rendered};

/// The template's context.
struct AttemptsBlockedView<'a> {
    letter: &'a MailContext,
    message: &'a AttemptsBlocked,
}

#[derive(Template)]
#[template(path = "mail/attempts_blocked/body.html")]
struct Html<'a> {
    letter: &'a MailContext,
    notice: &'a AttemptsBlockedView<'a>,
}

#[derive(Template)]
#[template(path = "mail/attempts_blocked/body.txt")]
struct Text<'a> {
    letter: &'a MailContext,
    notice: &'a AttemptsBlockedView<'a>,
}

pub(super) fn render(mut letter: MailContext, message: &AttemptsBlocked) -> anyhow::Result<Rendered> {
    let key = match message.what {
        BlockedCredential::Codes => "mail-blocked-codes-subject",
        BlockedCredential::Password => "mail-blocked-password-subject",
    };
    letter.subject = letter.t1(key, "brand", &letter.brand);
    let notice = &AttemptsBlockedView { letter: &letter, message };
    let letter = &letter;
    render_bodies(letter, &Text { letter, notice }, &Html { letter, notice })
}

impl AttemptsBlockedView<'_> {
    fn at(&self) -> String {
        self.letter.format_timestamp(self.message.at)
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
