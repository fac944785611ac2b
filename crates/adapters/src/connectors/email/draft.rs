//! The headers of an email, independent of its transport: sender, recipient, reply address, subject and so
//! on. `Message-ID` is derived from the outbox id, so that a retry after a lost response is recognized as the
//! same mail; there is no `References`, so that mail clients do not fold the newest code below older ones.

use lettre::Address as Mail;
use lettre::message::Mailbox;

use rekey_core::connectors::port::SendError;
use rekey_core::messages::message::OutgoingMessage;
use rekey_core::types::identifier::address::Address;

/// Headers of every email, so that no absence note or ticket system replies to it.
pub const AUTOMATIC_HEADERS: [(&str, &str); 2] =
    [("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "All")];

/// The sender of our emails.
#[derive(Clone, Debug)]
pub struct Sender {
    from: Mailbox,
    reply_to: Option<Mailbox>,
}

/// An email that is not encoded yet.
pub struct EmailDraft<'a> {
    /// The sender.
    pub from: Mailbox,
    /// The recipient.
    pub to: Mail,
    /// The reply address, if it differs from the sender.
    pub reply_to: Option<Mailbox>,
    /// One line without control characters.
    pub subject: String,
    /// `<…@domain of the sender>`, the same on every attempt.
    pub message_id: String,
    /// The plain text body.
    pub text: &'a str,
    /// The HTML body.
    pub html: Option<&'a str>,
}

impl Sender {
    /// Sends from `from`, with replies to `reply_to`.
    pub const fn new(from: Mailbox, reply_to: Option<Mailbox>) -> Self {
        Self { from, reply_to }
    }

    /// The sender of development mail, which never leaves the machine.
    pub fn for_host(public_host: &str) -> Self {
        let address = Mail::new("no-reply", public_host)
            .unwrap_or_else(|_| Mail::new_dangerous("no-reply", "localhost"));
        Self { from: Mailbox::new(None, address), reply_to: None }
    }

    /// Builds the draft, or says why that is impossible.
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

    /// The sender given by the message template; an invalid address is ignored.
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

/// An international domain is written in its ASCII form, which every server accepts.
fn parse_address(text: &str) -> Option<Mail> {
    let (user, domain) = text.rsplit_once('@')?;
    let domain = if domain.is_ascii() { domain.to_owned() } else { idna::domain_to_ascii(domain).ok()? };
    Mail::new(user, domain).ok()
}

/// A line break in a header would start a new header, and with it a new recipient.
fn to_one_line(text: &str) -> String {
    text.split(char::is_control).filter(|piece| !piece.is_empty()).collect::<Vec<_>>().join(" ")
}
