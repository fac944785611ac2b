//! The mail with the code and the link. The subject carries the second it was asked for, so that the newest is found, and
//! never the code, which a locked screen would show (NIST 800-63B 3.1.3.1); the first words inside do.

use askama::Template;

use super::letter::{Letter, clock_time, one_line};
use crate::model::message::{RecoveryCode, Rendered};

/// What the templates ask.
struct Code<'a> {
    letter: &'a Letter,
    message: &'a RecoveryCode,
    device: String,
    app: String,
}

#[derive(Template)]
#[template(path = "mail/forgot_password/body.html")]
struct Html<'a> {
    letter: &'a Letter,
    code: &'a Code<'a>,
}

#[derive(Template)]
#[template(path = "mail/forgot_password/body.txt")]
struct Text<'a> {
    letter: &'a Letter,
    code: &'a Code<'a>,
}

pub(super) fn mail(mut letter: Letter, message: &RecoveryCode) -> anyhow::Result<Rendered> {
    let variables = [("brand", letter.brand.as_str().into()), ("time", clock_time(message.asked_at).into())];
    letter.subject = letter.with("mail-code-subject", &variables);
    let code = &Code {
        letter: &letter,
        message,
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

    fn link(&self) -> &str {
        self.message.link.expose()
    }

    fn works_for(&self) -> String {
        let span = self.letter.span(self.message.code_minutes);
        self.letter.t1("mail-code-works", "for", &span)
    }

    fn link_works_for(&self) -> String {
        let span = self.letter.span(self.message.link_minutes);
        let variables = [("host", self.letter.host.as_str().into()), ("for", span.into())];
        self.letter.with("mail-code-link-works", &variables)
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
