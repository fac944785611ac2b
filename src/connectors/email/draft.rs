//! What a mail says of itself, whoever carries it: from whom, to whom, where answers go, its subject, its headers. How that is
//! written is the carrier's business. The surprise: `Message-ID` comes from the outbox id, so that a second try after a lost
//! answer is recognised as the same mail, and there is no `References`, so that clients do not fold the newest code below older ones.

use lettre::Address as Mail;
use lettre::message::Mailbox;

use crate::domain::ports::SendError;
use crate::model::message::{Address, OutgoingMessage};

/// What every mail of ours says, so that nobody's absence note or ticket system answers it.
pub const AUTOMATIC_HEADERS: [(&str, &str); 2] =
    [("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "All")];

/// Who our mail is from.
#[derive(Clone, Debug)]
pub struct Sender {
    from: Mailbox,
    reply_to: Option<Mailbox>,
}

/// One mail, not written yet.
pub struct EmailDraft<'a> {
    /// Whom it is from.
    pub from: Mailbox,
    /// The reader.
    pub to: Mail,
    /// Where answers go, when not to whom it is from.
    pub reply_to: Option<Mailbox>,
    /// One line without control characters.
    pub subject: String,
    /// `<…@domain of the sender>`, the same on every try.
    pub message_id: String,
    /// The words.
    pub text: &'a str,
    /// The same as HTML.
    pub html: Option<&'a str>,
}

impl Sender {
    /// Mail from here, with answers to there.
    pub const fn new(from: Mailbox, reply_to: Option<Mailbox>) -> Self {
        Self { from, reply_to }
    }

    /// The sender of development mail, which never leaves the machine.
    pub fn for_host(public_host: &str) -> Self {
        let address = Mail::new("no-reply", public_host)
            .unwrap_or_else(|_| Mail::new_dangerous("no-reply", "localhost"));
        Self { from: Mailbox::new(None, address), reply_to: None }
    }

    /// The mail, or why there can be none.
    pub fn draft<'a>(&self, dispatch: &'a OutgoingMessage) -> Result<EmailDraft<'a>, SendError> {
        let Address::Email(to) = &dispatch.to else {
            return Err(SendError::Permanent("mail goes to e-mail addresses only".to_owned()));
        };
        let to = parse_address(to).ok_or_else(|| {
            SendError::Permanent("the recipient is not an address that mail can go to".to_owned())
        })?;
        let own = dispatch.reply_to.as_deref().and_then(parse_mailbox);
        Ok(EmailDraft {
            from: self.sender_mailbox(dispatch),
            to,
            reply_to: own.or_else(|| self.reply_to.clone()),
            subject: to_one_line(&dispatch.rendered.subject),
            message_id: self.build_message_id(&dispatch.id),
            text: &dispatch.rendered.text,
            html: dispatch.rendered.html.as_deref(),
        })
    }

    /// Whom the words say that it is from; an address that can't be one is not taken.
    fn sender_mailbox(&self, dispatch: &OutgoingMessage) -> Mailbox {
        dispatch.send_from.as_deref().and_then(parse_mailbox).unwrap_or_else(|| self.from.clone())
    }

    fn build_message_id(&self, id: &str) -> String {
        let plain: String =
            id.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect();
        format!("<{plain}@{}>", self.from.email.domain())
    }
}

/// `Name <a@b>` or `a@b`.
pub fn parse_mailbox(text: &str) -> Option<Mailbox> {
    if text.contains(char::is_control) {
        return None;
    }
    let Some((name, rest)) = text.rsplit_once('<') else {
        return Some(Mailbox::new(None, parse_address(text.trim())?));
    };
    let address = parse_address(rest.trim().strip_suffix('>')?)?;
    let name = name.trim().trim_matches('"').trim();
    Some(Mailbox::new((!name.is_empty()).then(|| name.to_owned()), address))
}

/// An international domain is written in its ASCII form, which every server takes.
fn parse_address(text: &str) -> Option<Mail> {
    let (user, domain) = text.rsplit_once('@')?;
    let domain = if domain.is_ascii() { domain.to_owned() } else { idna::domain_to_ascii(domain).ok()? };
    Mail::new(user, domain).ok()
}

/// A line break in a header would start a new header, and with it a new recipient.
fn to_one_line(text: &str) -> String {
    text.split(char::is_control).filter(|piece| !piece.is_empty()).collect::<Vec<_>>().join(" ")
}
