//! Short messages: one sentence, then a line for a machine (the code bound to our host) or a link. There is no subject and
//! no HTML. The surprise: no invisible marks at all, since one of them turns 160 letters into 70.

use askama::Template;

use super::change::ChangeNotice;
use super::letter::{Letter, without_isolates};
use crate::model::message::{AccountExists, AttemptsBlocked, Blocked, RecoveryCode, Rendered};
use crate::model::secret::Secret;

#[derive(Template)]
#[template(path = "sms/code.txt")]
struct Code<'a> {
    says: String,
    host: &'a str,
    code: &'a str,
}

#[derive(Template)]
#[template(path = "sms/code_and_link.txt")]
struct CodeAndLink<'a> {
    says: String,
    link: &'a str,
    host: &'a str,
    code: &'a str,
}

#[derive(Template)]
#[template(path = "sms/link.txt")]
struct Linked<'a> {
    says: String,
    link: &'a str,
}

pub(super) fn code(letter: &Letter, code: &Secret, minutes: i64) -> anyhow::Result<Rendered> {
    let variables = [
        ("brand", letter.brand.as_str().into()),
        ("code", code.expose().into()),
        ("for", letter.span(minutes).into()),
    ];
    short(&Code {
        says: without_isolates(&letter.with("sms-code", &variables)),
        host: &letter.host,
        code: code.expose(),
    })
}

/// The line for the machine stays the last one, also with a link before it.
pub(super) fn code_and_link(letter: &Letter, message: &RecoveryCode) -> anyhow::Result<Rendered> {
    let code = message.code.expose();
    let variables = [
        ("brand", letter.brand.as_str().into()),
        ("code", code.into()),
        ("for", letter.span(message.code_minutes).into()),
    ];
    short(&CodeAndLink {
        says: without_isolates(&letter.with("sms-code", &variables)),
        link: message.link.expose(),
        host: &letter.host,
        code,
    })
}

pub(super) fn attempts_blocked(letter: &Letter, message: &AttemptsBlocked) -> anyhow::Result<Rendered> {
    let key = match message.what {
        Blocked::Codes => "sms-blocked-codes",
        Blocked::Password => "sms-blocked-password",
    };
    short(&Linked { says: without_isolates(&letter.t1(key, "brand", &letter.brand)), link: &message.reset })
}

pub(super) fn account_exists(letter: &Letter, message: &AccountExists) -> anyhow::Result<Rendered> {
    short(&Linked {
        says: without_isolates(&letter.t1("sms-exists", "brand", &letter.brand)),
        link: &message.sign_in,
    })
}

pub(super) fn change(letter: &Letter, notice: &ChangeNotice<'_>) -> anyhow::Result<Rendered> {
    short(&Linked {
        says: without_isolates(&letter.t1(notice.sms, "brand", &letter.brand)),
        link: notice.link,
    })
}

/// The code must stand in the last line, so nothing may follow it, not even a line break.
fn short(message: &impl Template) -> anyhow::Result<Rendered> {
    Ok(Rendered { subject: String::new(), text: message.render()?.trim().to_owned(), html: None })
}
