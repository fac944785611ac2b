//! SMS messages: one sentence, then a line for autofill (the code bound to our host) or a link, without
//! subject or HTML. They contain no invisible characters, since one of them reduces the limit from 160
//! characters to 70.

use askama::Template;

use crate::mail::change::ChangeNotice;
use crate::mail::context::{MailContext, strip_isolates};
use rekey_core::messages::message::{
    AccountExists, AttemptsBlocked, BlockedCredential, RecoveryCode, Rendered,
};
use rekey_core::types::secret::Secret;

#[derive(Template)]
#[template(path = "sms/code.txt")]
struct CodeSms<'a> {
    says: String,
    host: &'a str,
    code: &'a str,
}

#[derive(Template)]
#[template(path = "sms/code_and_link.txt")]
struct CodeAndLinkSms<'a> {
    says: String,
    link: &'a str,
    host: &'a str,
    code: &'a str,
}

#[derive(Template)]
#[template(path = "sms/link.txt")]
struct LinkSms<'a> {
    says: String,
    link: &'a str,
}

pub(super) fn render_code(mail: &MailContext, code: &Secret, minutes: i64) -> anyhow::Result<Rendered> {
    let variables = [
        ("brand", mail.brand.as_str().into()),
        ("code", code.expose().into()),
        ("for", mail.format_minutes(minutes).into()),
    ];
    render_short(&CodeSms {
        says: strip_isolates(&mail.translate_with("sms-code", &variables)),
        host: &mail.host,
        code: code.expose(),
    })
}

/// The line for autofill stays last, also if there is a link before it.
pub(super) fn render_code_and_link(mail: &MailContext, message: &RecoveryCode) -> anyhow::Result<Rendered> {
    let code = message.code.expose();
    let variables = [
        ("brand", mail.brand.as_str().into()),
        ("code", code.into()),
        ("for", mail.format_minutes(message.code_minutes).into()),
    ];
    render_short(&CodeAndLinkSms {
        says: strip_isolates(&mail.translate_with("sms-code", &variables)),
        link: message.link.expose(),
        host: &mail.host,
        code,
    })
}

pub(super) fn render_attempts_blocked(
    mail: &MailContext,
    message: &AttemptsBlocked,
) -> anyhow::Result<Rendered> {
    let key = match message.what {
        BlockedCredential::Codes => "sms-blocked-codes",
        BlockedCredential::Password => "sms-blocked-password",
    };
    render_short(&LinkSms { says: strip_isolates(&mail.t1(key, "brand", &mail.brand)), link: &message.reset })
}

pub(super) fn render_account_exists(mail: &MailContext, message: &AccountExists) -> anyhow::Result<Rendered> {
    render_short(&LinkSms {
        says: strip_isolates(&mail.t1("sms-exists", "brand", &mail.brand)),
        link: &message.sign_in,
    })
}

pub(super) fn change(mail: &MailContext, notice: &ChangeNotice<'_>) -> anyhow::Result<Rendered> {
    render_short(&LinkSms {
        says: strip_isolates(&mail.t1(notice.sms, "brand", &mail.brand)),
        link: notice.link,
    })
}

/// The code must be in the last line, so nothing may follow it, not even a line break.
fn render_short(message: &impl Template) -> anyhow::Result<Rendered> {
    Ok(Rendered { subject: String::new(), text: message.render()?.trim().to_owned(), html: None })
}
