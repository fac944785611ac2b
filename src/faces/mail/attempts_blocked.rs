//! The notice that somebody guessed at an account until its codes or its password had to wait, and what its owner does now.

use askama::Template;

use super::letter::Letter;
use crate::model::message::{AttemptsBlocked, Blocked, Rendered};

/// What the templates ask.
struct Notice<'a> {
    letter: &'a Letter,
    message: &'a AttemptsBlocked,
}

#[derive(Template)]
#[template(path = "mail/attempts_blocked/body.html")]
struct Html<'a> {
    letter: &'a Letter,
    notice: &'a Notice<'a>,
}

#[derive(Template)]
#[template(path = "mail/attempts_blocked/body.txt")]
struct Text<'a> {
    letter: &'a Letter,
    notice: &'a Notice<'a>,
}

pub(super) fn mail(mut letter: Letter, message: &AttemptsBlocked) -> anyhow::Result<Rendered> {
    let key = match message.what {
        Blocked::Codes => "mail-blocked-codes-subject",
        Blocked::Password => "mail-blocked-password-subject",
    };
    letter.subject = letter.t1(key, "brand", &letter.brand);
    let notice = &Notice { letter: &letter, message };
    let letter = &letter;
    Ok(Rendered {
        subject: letter.subject.clone(),
        text: Text { letter, notice }.render()?,
        html: Some(Html { letter, notice }.render()?),
    })
}

impl Notice<'_> {
    fn at(&self) -> String {
        self.letter.moment(self.message.at)
    }

    const fn story(&self) -> &'static str {
        match self.message.what {
            Blocked::Codes => "mail-blocked-codes-story",
            Blocked::Password => "mail-blocked-password-story",
        }
    }

    const fn way_on(&self) -> &'static str {
        match self.message.what {
            Blocked::Codes => "mail-blocked-codes-way",
            Blocked::Password => "mail-blocked-password-way",
        }
    }
}
