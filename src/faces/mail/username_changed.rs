//! The mail that tells of a username that is no longer what it was, to every address of the account. The names are not in it: one of them may have
//! been chosen to say something to its reader.

use std::borrow::Cow;

use askama::Template;

use super::letter::{Letter, one_line};
use crate::model::message::{Rendered, UsernameChange, UsernameChanged};

/// What the templates ask.
struct Change<'a> {
    letter: &'a Letter,
    message: &'a UsernameChanged,
    device: String,
}

#[derive(Template)]
#[template(path = "mail/username_changed/body.html")]
struct Html<'a> {
    letter: &'a Letter,
    change: &'a Change<'a>,
}

#[derive(Template)]
#[template(path = "mail/username_changed/body.txt")]
struct Text<'a> {
    letter: &'a Letter,
    change: &'a Change<'a>,
}

pub(super) fn mail(mut letter: Letter, message: &UsernameChanged) -> anyhow::Result<Rendered> {
    letter.subject = letter.t1("mail-username-subject", "brand", &letter.brand);
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
            UsernameChange::Changed => "mail-username-changed",
            UsernameChange::Added => "mail-username-added",
            UsernameChange::Removed => "mail-username-removed",
        })
    }

    fn at(&self) -> String {
        self.letter.moment(self.message.at)
    }

    fn device(&self) -> Option<&str> {
        Some(self.device.as_str()).filter(|device| !device.is_empty())
    }

    fn link(&self) -> &str {
        &self.message.reset
    }
}
