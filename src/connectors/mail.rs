//! Turns a dispatch into a mail: the one place that decides headers and encodings. It does not send. The surprise:
//! `Message-ID` comes from the outbox id, so that a second try after a lost answer is recognised as the same mail, and
//! there is no `References`, so that clients do not fold the newest code below older ones.

use std::time::{Duration, UNIX_EPOCH};

use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};

use crate::domain::ports::CarryError;
use crate::model::message::{Address, Dispatch};
use crate::model::time::Timestamp;

/// The last moment that a mail date can say: the end of the year 9999.
const LAST_DATE: i64 = 253_402_300_799_000;

/// Who our mail is from.
#[derive(Clone, Debug)]
pub(super) struct Sender {
    from: Mailbox,
    reply_to: Option<Mailbox>,
}

impl Sender {
    pub(super) const fn new(from: Mailbox, reply_to: Option<Mailbox>) -> Self {
        Self { from, reply_to }
    }

    /// The sender of development mail, which never leaves the machine.
    pub(super) fn of_host(public_host: &str) -> Self {
        let address = lettre::Address::new("no-reply", public_host)
            .unwrap_or_else(|_| lettre::Address::new_dangerous("no-reply", "localhost"));
        Self { from: Mailbox::new(None, address), reply_to: None }
    }

    /// The mail, or why there can be none.
    pub(super) fn compose(&self, dispatch: &Dispatch) -> Result<lettre::Message, CarryError> {
        let Address::Email(to) = &dispatch.to else {
            return Err(CarryError::Never("mail goes to e-mail addresses only".to_owned()));
        };
        let to = parse_address(to).ok_or_else(|| {
            CarryError::Never("the recipient is not an address that mail can go to".to_owned())
        })?;
        let head = self.head(dispatch, to);
        let text = part(ContentType::TEXT_PLAIN, &dispatch.rendered.text);
        match &dispatch.rendered.html {
            None => head.singlepart(text),
            Some(html) => head.multipart(
                MultiPart::alternative().singlepart(text).singlepart(part(ContentType::TEXT_HTML, html)),
            ),
        }
        .map_err(|_| CarryError::Never("the message cannot be written as a mail".to_owned()))
    }

    fn head(&self, dispatch: &Dispatch, to: lettre::Address) -> lettre::message::MessageBuilder {
        let head = lettre::Message::builder()
            .from(self.from(dispatch))
            .to(Mailbox::new(None, to))
            .subject(one_line(&dispatch.rendered.subject))
            .date(UNIX_EPOCH + since_epoch(dispatch.sent_at))
            .message_id(Some(self.message_id(&dispatch.id)))
            .raw_header(header("Auto-Submitted", "auto-generated"))
            .raw_header(header("X-Auto-Response-Suppress", "All"));
        let own = dispatch.reply_to.as_deref().and_then(parse_mailbox);
        match own.or_else(|| self.reply_to.clone()) {
            Some(reply_to) => head.reply_to(reply_to),
            None => head,
        }
    }

    /// Whom the words say that it is from; an address that can't be one is not taken.
    fn from(&self, dispatch: &Dispatch) -> Mailbox {
        dispatch.send_from.as_deref().and_then(parse_mailbox).unwrap_or_else(|| self.from.clone())
    }

    fn message_id(&self, id: &str) -> String {
        let plain: String =
            id.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect();
        format!("<{plain}@{}>", self.from.email.domain())
    }
}

/// `Name <a@b>` or `a@b`.
pub(super) fn parse_mailbox(text: &str) -> Option<Mailbox> {
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
fn parse_address(text: &str) -> Option<lettre::Address> {
    let (user, domain) = text.rsplit_once('@')?;
    let domain = if domain.is_ascii() { domain.to_owned() } else { idna::domain_to_ascii(domain).ok()? };
    lettre::Address::new(user, domain).ok()
}

/// A line break in a header would start a new header, and with it a new recipient.
fn one_line(text: &str) -> String {
    text.split(char::is_control).filter(|piece| !piece.is_empty()).collect::<Vec<_>>().join(" ")
}

fn since_epoch(moment: Timestamp) -> Duration {
    Duration::from_millis(moment.0.clamp(0, LAST_DATE).unsigned_abs())
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

/// Quoted-printable whatever the content: lines stay short and a link survives servers that break lines at 998.
fn part(kind: ContentType, text: &str) -> SinglePart {
    SinglePart::builder().header(kind).header(ContentTransferEncoding::QuotedPrintable).body(text.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::{Sender, parse_mailbox};
    use crate::model::message::{Address, Dispatch, Rendered};
    use crate::model::time::Timestamp;

    fn dispatch(to: &str, subject: &str) -> Dispatch {
        Dispatch {
            id: "m1".to_owned(),
            to: Address::Email(to.to_owned()),
            kind: "ForgotPassword",
            code: None,
            link: None,
            locale: "en".to_owned(),
            rendered: Rendered { subject: subject.to_owned(), text: "text".to_owned(), html: None },
            reply_to: None,
            send_from: None,
            sent_at: Timestamp(0),
        }
    }

    fn header_names(mail: &lettre::Message) -> Vec<String> {
        let raw = String::from_utf8(mail.formatted()).unwrap();
        let (head, _) = raw.split_once("\r\n\r\n").unwrap();
        assert_eq!(head.matches(['\r', '\n']).count(), 2 * head.matches("\r\n").count(), "a bare line break");
        let lines = head.split("\r\n").filter(|line| !line.starts_with(' '));
        lines.map(|line| line.split(':').next().unwrap().to_owned()).collect()
    }

    #[test]
    fn mailboxes_read_with_and_without_a_name() {
        let named = parse_mailbox("Acme, Inc. <no-reply@acme.example>").unwrap();
        assert_eq!(named.name.as_deref(), Some("Acme, Inc."));
        assert_eq!(parse_mailbox("no-reply@bücher.example").unwrap().email.domain(), "xn--bcher-kva.example");
        assert!(parse_mailbox("Evil\r\nBcc: x@example.org <a@example.com>").is_none());
        assert!(parse_mailbox("Name <a@example.com").is_none());
        assert!(parse_mailbox("a@example.com\r\nBcc: x@example.org").is_none());
    }

    #[test]
    fn an_address_with_a_line_break_is_no_address() {
        let sender = Sender::of_host("auth.example.com");
        assert!(sender.compose(&dispatch("ada@example.com\r\nBcc: eve@example.org", "s")).is_err());
        assert!(sender.compose(&dispatch("ada@example.com>\r\nRCPT TO:<eve@example.org", "s")).is_err());
        assert!(sender.compose(&dispatch("\"a\r\nb\"@example.com", "s")).is_err());
    }

    proptest! {
        #[test]
        fn no_text_can_add_a_header(subject in any::<String>(), id in any::<String>(), name in any::<String>()) {
            let from = parse_mailbox(&format!("{name} <a@example.com>"));
            let from = from.unwrap_or_else(|| parse_mailbox("a@example.com").unwrap());
            let mut evil = dispatch("ada@example.com", &format!("{subject}\r\nBcc: eve@example.org"));
            evil.id = format!("{id}\r\nBcc: eve@example.org");
            let mail = Sender::new(from, None).compose(&evil).unwrap();
            assert_eq!(header_names(&mail), [
                "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress",
                "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
            ]);
        }
    }
}
