//! The mail with a code, for a new password with a link that does the same. The subject carries the second it was asked for, so that
//! the newest is found, and never the code, which a locked screen would show (NIST 800-63B 3.1.3.1); the first words inside do.

use std::borrow::Cow;

use askama::Template;

use super::letter::{Letter, clock_time, one_line};
use crate::model::message::{RecoveryCode, Rendered, VerificationCode};
use crate::model::time::Timestamp;

/// What a mail is for, as locale keys.
struct Purpose {
    lead: &'static str,
    not_you: &'static str,
}

const RECOVERY: Purpose = Purpose { lead: "mail-code-lead", not_you: "mail-code-not-you" };
const SIGN_IN: Purpose = Purpose { lead: "mail-sign-in-lead", not_you: "mail-code-not-you" };
const REGISTER: Purpose = Purpose { lead: "mail-register-lead", not_you: "mail-register-not-you" };
const GENERIC: Purpose = Purpose { lead: "mail-generic-lead", not_you: "mail-generic-not-you" };
const PERMISSION: Purpose = Purpose { lead: "mail-permission-lead", not_you: "mail-permission-not-you" };
const NEW_ADDRESS: Purpose = Purpose { lead: "mail-new-address-lead", not_you: "mail-new-address-not-you" };

/// What the templates ask.
struct Code<'a> {
    letter: &'a Letter,
    purpose: Purpose,
    digits: &'a str,
    minutes: i64,
    /// The link and its minutes.
    link: Option<(&'a str, i64)>,
    asked_at: Timestamp,
    device: String,
    app: String,
}

#[derive(Template)]
#[template(path = "mail/code/body.html")]
struct Html<'a> {
    letter: &'a Letter,
    code: &'a Code<'a>,
}

#[derive(Template)]
#[template(path = "mail/code/body.txt")]
struct Text<'a> {
    letter: &'a Letter,
    code: &'a Code<'a>,
}

pub(super) fn recovery(mut letter: Letter, message: &RecoveryCode) -> anyhow::Result<Rendered> {
    entitle(&mut letter, message.asked_at);
    written(&Code {
        letter: &letter,
        purpose: RECOVERY,
        digits: message.code.expose(),
        minutes: message.code_minutes,
        link: Some((message.link.expose(), message.link_minutes)),
        asked_at: message.asked_at,
        device: one_line(&message.device),
        app: one_line(message.app.as_deref().unwrap_or_default()),
    })
}

pub(super) fn sign_in(letter: Letter, message: &VerificationCode) -> anyhow::Result<Rendered> {
    alone(letter, message, SIGN_IN)
}

pub(super) fn register(letter: Letter, message: &VerificationCode) -> anyhow::Result<Rendered> {
    alone(letter, message, REGISTER)
}

pub(super) fn generic(letter: Letter, message: &VerificationCode) -> anyhow::Result<Rendered> {
    alone(letter, message, GENERIC)
}

pub(super) fn permission(letter: Letter, message: &VerificationCode) -> anyhow::Result<Rendered> {
    alone(letter, message, PERMISSION)
}

pub(super) fn new_address(letter: Letter, message: &VerificationCode) -> anyhow::Result<Rendered> {
    alone(letter, message, NEW_ADDRESS)
}

/// A code without a link.
fn alone(mut letter: Letter, message: &VerificationCode, purpose: Purpose) -> anyhow::Result<Rendered> {
    entitle(&mut letter, message.asked_at);
    written(&Code {
        letter: &letter,
        purpose,
        digits: message.code.expose(),
        minutes: message.code_minutes,
        link: None,
        asked_at: message.asked_at,
        device: one_line(&message.device),
        app: one_line(message.app.as_deref().unwrap_or_default()),
    })
}

fn entitle(letter: &mut Letter, asked_at: Timestamp) {
    let variables = [("brand", letter.brand.as_str().into()), ("time", clock_time(asked_at).into())];
    letter.subject = letter.with("mail-code-subject", &variables);
}

fn written(code: &Code<'_>) -> anyhow::Result<Rendered> {
    let letter = code.letter;
    Ok(Rendered {
        subject: letter.subject.clone(),
        text: Text { letter, code }.render()?,
        html: Some(Html { letter, code }.render()?),
    })
}

impl Code<'_> {
    fn digits(&self) -> &str {
        self.digits
    }

    /// Two groups of three, for the eye.
    fn halves(&self) -> (&str, &str) {
        self.digits.split_at_checked(self.digits.len() / 2).unwrap_or((self.digits, ""))
    }

    fn lead(&self) -> Cow<'_, str> {
        self.letter.t(self.purpose.lead)
    }

    fn not_you(&self) -> Cow<'_, str> {
        self.letter.t(self.purpose.not_you)
    }

    fn works_for(&self) -> String {
        self.letter.t1("mail-code-works", "for", &self.letter.span(self.minutes))
    }

    fn link(&self) -> Option<&str> {
        self.link.map(|(link, _)| link)
    }

    fn link_works_for(&self) -> String {
        let span = self.letter.span(self.link.map_or(0, |(_, minutes)| minutes));
        let variables = [("host", self.letter.host.as_str().into()), ("for", span.into())];
        self.letter.with("mail-code-link-works", &variables)
    }

    fn asked_at(&self) -> String {
        self.letter.moment(self.asked_at)
    }

    fn device(&self) -> Option<&str> {
        Some(self.device.as_str()).filter(|device| !device.is_empty())
    }

    fn app(&self) -> Option<&str> {
        Some(self.app.as_str()).filter(|app| !app.is_empty())
    }
}
