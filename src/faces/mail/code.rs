//! The mail with a code and no link: to sign in, or to make an account. Like the mail of recovery it says the code first, and
//! in the subject never the code, only when it was asked for.

use std::borrow::Cow;

use askama::Template;

use super::letter::{Letter, clock_time, one_line};
use crate::model::message::{Rendered, VerificationCode};

/// What differs: locale keys.
pub(super) struct Purpose {
    lead: &'static str,
    not_you: &'static str,
}

/// To sign in with.
pub(super) const SIGN_IN: Purpose = Purpose { lead: "mail-sign-in-lead", not_you: "mail-code-not-you" };
/// To make an account with.
pub(super) const REGISTER: Purpose = Purpose { lead: "mail-register-lead", not_you: "mail-register-not-you" };

/// What the templates ask.
struct Code<'a> {
    letter: &'a Letter,
    message: &'a VerificationCode,
    purpose: Purpose,
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

pub(super) fn mail(
    mut letter: Letter,
    message: &VerificationCode,
    purpose: Purpose,
) -> anyhow::Result<Rendered> {
    let variables = [("brand", letter.brand.as_str().into()), ("time", clock_time(message.asked_at).into())];
    letter.subject = letter.with("mail-code-subject", &variables);
    let code = &Code {
        letter: &letter,
        message,
        purpose,
        device: one_line(&message.device),
        app: one_line(message.app.as_deref().unwrap_or_default()),
    };
    let letter = &letter;
    Ok(Rendered {
        subject: letter.subject.clone(),
        text: Text { letter, code }.render()?,
        html: Some(Html { letter, code }.render()?),
    })
}

impl Code<'_> {
    fn digits(&self) -> &str {
        self.message.code.expose()
    }

    /// Two groups of three, for the eye.
    fn halves(&self) -> (&str, &str) {
        let digits = self.digits();
        digits.split_at_checked(digits.len() / 2).unwrap_or((digits, ""))
    }

    fn lead(&self) -> Cow<'_, str> {
        self.letter.t(self.purpose.lead)
    }

    fn not_you(&self) -> Cow<'_, str> {
        self.letter.t(self.purpose.not_you)
    }

    fn works_for(&self) -> String {
        let span = self.letter.span(self.message.code_minutes);
        self.letter.t1("mail-code-works", "for", &span)
    }

    fn asked_at(&self) -> String {
        self.letter.moment(self.message.asked_at)
    }

    fn device(&self) -> Option<&str> {
        Some(self.device.as_str()).filter(|device| !device.is_empty())
    }

    fn app(&self) -> Option<&str> {
        Some(self.app.as_str()).filter(|app| !app.is_empty())
    }
}
