//! The notice that a password, an address or a username was changed. It contains none of their values:
//! someone else may read an old mailbox by now, and a username may have been chosen as a message to the
//! reader. Its link opens a page with a button, so a scanner or preview that fetches it changes nothing.

use askama::Template;

use crate::mail::context::MailContext;
use crate::mail::{render_bodies, to_one_line};
use rekey_core::messages::message::{
    AddressChange, AddressChanged, ChangedBy, PasswordChange, PasswordChanged, Rendered, UsernameChange,
    UsernameChanged,
};
use rekey_core::types::time::Timestamp;

/// The texts of the templates, all of them locale keys.
pub(super) struct ChangeNotice<'a> {
    subject: &'static str,
    title: &'static str,
    story: &'static str,
    /// The whole notice as SMS.
    pub(super) sms: &'static str,
    at: Timestamp,
    device: String,
    /// How many sessions ended, if that is mentioned.
    ended_sessions: Option<i64>,
    /// What to do if it wasn't the reader; if nothing can be undone, how the change happened.
    advice: &'static str,
    button: &'static str,
    /// Whether nothing can be undone.
    is_settled: bool,
    /// Whether the link undoes the change.
    is_reversible: bool,
    pub(super) link: &'a str,
}

#[derive(Template)]
#[template(path = "mail/change/body.html")]
struct Html<'a> {
    mail: &'a MailContext,
    notice: &'a ChangeNotice<'a>,
}

#[derive(Template)]
#[template(path = "mail/change/body.txt")]
struct Text<'a> {
    mail: &'a MailContext,
    notice: &'a ChangeNotice<'a>,
}

/// Renders the notice as an email.
pub(super) fn render(mut mail: MailContext, notice: &ChangeNotice<'_>) -> anyhow::Result<Rendered> {
    mail.subject = mail.t1(notice.subject, "brand", &mail.brand);
    let mail = &mail;
    render_bodies(mail, &Text { mail, notice }, &Html { mail, notice })
}

impl ChangeNotice<'_> {
    fn moment(&self, mail: &MailContext) -> String {
        mail.format_timestamp(self.at)
    }

    fn ended_devices(&self, mail: &MailContext) -> Option<String> {
        self.ended_sessions.map(|count| mail.translate_with("mail-ended-devices", &[("count", count.into())]))
    }
}

impl<'a> From<&'a PasswordChanged> for ChangeNotice<'a> {
    fn from(message: &'a PasswordChanged) -> Self {
        let (subject, title, story, sms) = match message.how {
            PasswordChange::Reset => {
                ("mail-reset-subject", "mail-reset-title", "mail-reset-story", "sms-reset")
            }
            PasswordChange::Changed => {
                ("mail-changed-subject", "mail-changed-title", "mail-changed-story", "sms-changed")
            }
            PasswordChange::FirstSet => {
                ("mail-first-set-subject", "mail-first-set-title", "mail-first-set-story", "sms-first-set")
            }
        };
        Self {
            subject,
            title,
            story,
            sms,
            at: message.at,
            device: to_one_line(&message.device),
            ended_sessions: Some(message.ended_sessions),
            advice: "mail-changed-not-you",
            button: "mail-changed-button",
            is_settled: false,
            is_reversible: true,
            link: message.not_me.expose(),
        }
    }
}

impl<'a> From<&'a AddressChanged> for ChangeNotice<'a> {
    fn from(message: &'a AddressChanged) -> Self {
        let (advice, button) = match message.by {
            ChangedBy::User => ("mail-address-not-you", "mail-changed-button"),
            ChangedBy::PutBack => ("mail-address-put-back", "mail-address-settled-button"),
            ChangedBy::Operator => ("mail-address-by-operator", "mail-address-settled-button"),
        };
        let is_reversible = message.by.can_be_reverted();
        Self {
            subject: "mail-address-subject",
            title: "mail-address-title",
            story: match message.what {
                AddressChange::EmailChanged => "mail-address-email-changed",
                AddressChange::EmailAdded => "mail-address-email-added",
                AddressChange::EmailRemoved => "mail-address-email-removed",
                AddressChange::PhoneChanged => "mail-address-phone-changed",
                AddressChange::PhoneAdded => "mail-address-phone-added",
                AddressChange::PhoneRemoved => "mail-address-phone-removed",
            },
            sms: "sms-address",
            at: message.at,
            device: to_one_line(&message.device),
            ended_sessions: None,
            advice,
            button,
            is_settled: !is_reversible,
            is_reversible,
            link: message.not_me.expose(),
        }
    }
}

impl<'a> From<&'a UsernameChanged> for ChangeNotice<'a> {
    fn from(message: &'a UsernameChanged) -> Self {
        Self {
            subject: "mail-username-subject",
            title: "mail-username-title",
            story: match message.what {
                UsernameChange::Changed => "mail-username-changed",
                UsernameChange::Added => "mail-username-added",
                UsernameChange::Removed => "mail-username-removed",
            },
            sms: "sms-username",
            at: message.at,
            device: to_one_line(&message.device),
            ended_sessions: None,
            advice: "mail-username-not-you",
            button: "mail-username-button",
            is_settled: false,
            is_reversible: false,
            link: &message.reset,
        }
    }
}
