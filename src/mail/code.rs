//! The email with a code, and for a password reset also a link. The subject holds the second at which it was
//! requested, so that the newest mail can be found, but never the code, which a locked screen would show
//! (NIST 800-63B 3.1.3.1); the first line of the body does.

use std::borrow::Cow;

use askama::Template;

use crate::mail::context::{MailContext, format_clock_time};
use crate::mail::{render_bodies, to_one_line};
use rekey_core::messages::message::{RecoveryCode, Rendered, VerificationCode};
use rekey_core::types::time::Timestamp;

/// The locale keys of one purpose.
pub(super) struct CodeMailKeys {
    lead: &'static str,
    not_you: &'static str,
}

const RECOVERY: CodeMailKeys = CodeMailKeys { lead: "mail-code-lead", not_you: "mail-code-not-you" };
pub(super) const SIGN_IN: CodeMailKeys =
    CodeMailKeys { lead: "mail-sign-in-lead", not_you: "mail-code-not-you" };
pub(super) const REGISTER: CodeMailKeys =
    CodeMailKeys { lead: "mail-register-lead", not_you: "mail-register-not-you" };
pub(super) const GENERIC: CodeMailKeys =
    CodeMailKeys { lead: "mail-generic-lead", not_you: "mail-generic-not-you" };
pub(super) const PERMISSION: CodeMailKeys =
    CodeMailKeys { lead: "mail-permission-lead", not_you: "mail-permission-not-you" };
pub(super) const NEW_ADDRESS: CodeMailKeys =
    CodeMailKeys { lead: "mail-new-address-lead", not_you: "mail-new-address-not-you" };

/// The template's context.
struct CodeMailView<'a> {
    mail: &'a MailContext,
    purpose: CodeMailKeys,
    digits: &'a str,
    minutes: i64,
    /// The link and its lifetime in minutes.
    link: Option<(&'a str, i64)>,
    asked_at: Timestamp,
    device: String,
    app: String,
}

#[derive(Template)]
#[template(path = "mail/code/body.html")]
struct Html<'a> {
    mail: &'a MailContext,
    code: &'a CodeMailView<'a>,
}

#[derive(Template)]
#[template(path = "mail/code/body.txt")]
struct Text<'a> {
    mail: &'a MailContext,
    code: &'a CodeMailView<'a>,
}

pub(super) fn render_recovery(mut mail: MailContext, message: &RecoveryCode) -> anyhow::Result<Rendered> {
    set_subject(&mut mail, message.asked_at);
    render_view(&CodeMailView {
        mail: &mail,
        purpose: RECOVERY,
        digits: message.code.expose(),
        minutes: message.code_minutes,
        link: Some((message.link.expose(), message.link_minutes)),
        asked_at: message.asked_at,
        device: to_one_line(&message.device),
        app: to_one_line(message.app.as_deref().unwrap_or_default()),
    })
}

/// Renders a code without a link.
pub(super) fn render_without_link(
    mut mail: MailContext,
    message: &VerificationCode,
    purpose: CodeMailKeys,
) -> anyhow::Result<Rendered> {
    set_subject(&mut mail, message.asked_at);
    render_view(&CodeMailView {
        mail: &mail,
        purpose,
        digits: message.code.expose(),
        minutes: message.code_minutes,
        link: None,
        asked_at: message.asked_at,
        device: to_one_line(&message.device),
        app: to_one_line(message.app.as_deref().unwrap_or_default()),
    })
}

fn set_subject(mail: &mut MailContext, asked_at: Timestamp) {
    let variables = [("brand", mail.brand.as_str().into()), ("time", format_clock_time(asked_at).into())];
    mail.subject = mail.translate_with("mail-code-subject", &variables);
}

fn render_view(code: &CodeMailView<'_>) -> anyhow::Result<Rendered> {
    let mail = code.mail;
    render_bodies(mail, &Text { mail, code }, &Html { mail, code })
}

impl CodeMailView<'_> {
    fn digits(&self) -> &str {
        self.digits
    }

    /// The code in two groups of three digits, for readability.
    fn halves(&self) -> (&str, &str) {
        self.digits.split_at_checked(self.digits.len() / 2).unwrap_or((self.digits, ""))
    }

    fn lead(&self) -> Cow<'_, str> {
        self.mail.t(self.purpose.lead)
    }

    fn not_you(&self) -> Cow<'_, str> {
        self.mail.t(self.purpose.not_you)
    }

    fn works_for(&self) -> String {
        self.mail.t1("mail-code-works", "for", &self.mail.format_minutes(self.minutes))
    }

    fn link(&self) -> Option<&str> {
        self.link.map(|(link, _)| link)
    }

    fn link_works_for(&self) -> String {
        let span = self.mail.format_minutes(self.link.map_or(0, |(_, minutes)| minutes));
        let variables = [("host", self.mail.host.as_str().into()), ("for", span.into())];
        self.mail.translate_with("mail-code-link-works", &variables)
    }

    fn asked_at(&self) -> String {
        self.mail.format_timestamp(self.asked_at)
    }

    fn device(&self) -> Option<&str> {
        Some(self.device.as_str()).filter(|device| !device.is_empty())
    }

    fn app(&self) -> Option<&str> {
        Some(self.app.as_str()).filter(|app| !app.is_empty())
    }
}
