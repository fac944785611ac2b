//! The mail that tells of a changed password and carries the way to take it back. It never shows a password, and its link
//! only opens a page with a button: whoever fetches it, a scanner or a preview, changes nothing.

use std::borrow::Cow;

use askama::Template;

use super::letter::{Letter, one_line};
use crate::model::message::{PasswordChange, PasswordChanged, Rendered};

/// What the templates ask.
struct Change<'a> {
    letter: &'a Letter,
    message: &'a PasswordChanged,
    device: String,
}

#[derive(Template)]
#[template(path = "mail/password_changed/body.html")]
struct Html<'a> {
    letter: &'a Letter,
    change: &'a Change<'a>,
}

#[derive(Template)]
#[template(path = "mail/password_changed/body.txt")]
struct Text<'a> {
    letter: &'a Letter,
    change: &'a Change<'a>,
}

pub(super) fn mail(mut letter: Letter, message: &PasswordChanged) -> anyhow::Result<Rendered> {
    letter.subject = letter.t1(subject(message.how), "brand", &letter.brand);
    let change = &Change { letter: &letter, message, device: one_line(&message.device) };
    let letter = &letter;
    Ok(Rendered {
        subject: letter.subject.clone(),
        text: Text { letter, change }.render()?,
        html: Some(Html { letter, change }.render()?),
    })
}

const fn subject(how: PasswordChange) -> &'static str {
    match how {
        PasswordChange::Reset => "mail-reset-subject",
        PasswordChange::Changed => "mail-changed-subject",
        PasswordChange::FirstSet => "mail-first-set-subject",
    }
}

impl Change<'_> {
    fn title(&self) -> Cow<'_, str> {
        self.letter.t(match self.message.how {
            PasswordChange::Reset => "mail-reset-title",
            PasswordChange::Changed => "mail-changed-title",
            PasswordChange::FirstSet => "mail-first-set-title",
        })
    }

    /// How it came about, as far as we know it.
    fn story(&self) -> Cow<'_, str> {
        self.letter.t(match self.message.how {
            PasswordChange::Reset => "mail-reset-story",
            PasswordChange::Changed => "mail-changed-story",
            PasswordChange::FirstSet => "mail-first-set-story",
        })
    }

    fn at(&self) -> String {
        self.letter.moment(self.message.at)
    }

    fn device(&self) -> Option<&str> {
        Some(self.device.as_str()).filter(|device| !device.is_empty())
    }

    fn ended(&self) -> String {
        let count = self.message.ended_sessions;
        self.letter.with("mail-ended-devices", &[("count", count.into())])
    }

    fn link(&self) -> &str {
        self.message.not_me.expose()
    }
}
