//! Encodes an email for SMTP. This is the only place that decides on encodings, and it does not send. Every
//! body is quoted-printable, whatever its content.

mod draft;

use std::time::{Duration, UNIX_EPOCH};

use lettre::message::header::{ContentTransferEncoding, ContentType, From, HeaderName, HeaderValue, Headers};
use lettre::message::{Mailbox, MessageBuilder, MultiPart, SinglePart};

use rekey_core::connectors::port::SendError;
use rekey_core::messages::message::OutgoingMessage;
use rekey_core::types::time::Timestamp;

pub use crate::connectors::email::draft::{AUTOMATIC_HEADERS, EmailDraft, Sender, parse_mailbox};

/// The last moment that a mail date can express: the end of the year 9999.
const MAX_DATE_MS: i64 = 253_402_300_799_000;

impl Sender {
    /// Encodes the email, or says why that is impossible.
    pub fn compose(&self, dispatch: &OutgoingMessage) -> Result<lettre::Message, SendError> {
        let draft = self.draft(dispatch)?;
        let text = body_part(ContentType::TEXT_PLAIN, draft.text);
        let head = build_headers(&draft, dispatch.sent_at);
        match draft.html {
            None => head.singlepart(text),
            Some(html) => head.multipart(
                MultiPart::alternative().singlepart(text).singlepart(body_part(ContentType::TEXT_HTML, html)),
            ),
        }
        .map_err(|_| SendError::Permanent("the message cannot be written as a mail".to_owned()))
    }
}

fn build_headers(draft: &EmailDraft<'_>, sent_at: Timestamp) -> MessageBuilder {
    let head = lettre::Message::builder()
        .from(draft.from.clone())
        .to(Mailbox::new(None, draft.to.clone()))
        .subject(draft.subject.as_str())
        .date(UNIX_EPOCH + Duration::from_millis(sent_at.0.clamp(0, MAX_DATE_MS).unsigned_abs()))
        .message_id(Some(draft.message_id.clone()));
    let head =
        AUTOMATIC_HEADERS.iter().fold(head, |head, (name, value)| head.raw_header(header_value(name, value)));
    match &draft.reply_to {
        Some(reply_to) => head.reply_to(reply_to.clone()),
        None => head,
    }
}

/// The mailbox as it stands in a header, in ASCII: other names become encoded words (RFC 2047).
pub(super) fn to_ascii(mailbox: &Mailbox) -> String {
    let mut headers = Headers::new();
    headers.set(From::from(lettre::message::Mailboxes::from(mailbox.clone())));
    let written = headers.to_string().replace("\r\n ", " ");
    written.trim_end().trim_start_matches("From: ").to_owned()
}

fn header_value(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

/// Quoted-printable whatever the content: lines stay short and a link survives servers that break lines at
/// 998.
fn body_part(kind: ContentType, text: &str) -> SinglePart {
    SinglePart::builder().header(kind).header(ContentTransferEncoding::QuotedPrintable).body(text.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::to_ascii;
    use crate::connectors::email::{Sender, parse_mailbox};
    use rekey_core::messages::message::{OutgoingMessage, Rendered};
    use rekey_core::types::identifier::address::Address;
    use rekey_core::types::time::Timestamp;

    fn dispatch(to: &str, subject: &str) -> OutgoingMessage {
        OutgoingMessage {
            id: "m1".to_owned(),
            to: Address::Email(to.to_owned()),
            kind: "ForgotPassword",
            code: None,
            link: None,
            locale: "en".to_owned(),
            rendered: Rendered { subject: subject.to_owned(), text: "text".to_owned(), html: None },
            is_customized: false,
            app: None,
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
    fn a_mailbox_can_be_written_in_ascii() {
        for (text, written) in [
            ("a@example.com", "a@example.com"),
            ("Acme <a@example.com>", "Acme <a@example.com>"),
            ("Büro <a@example.com>", "=?utf-8?b?QsO8cm8=?= <a@example.com>"),
        ] {
            assert_eq!(to_ascii(&parse_mailbox(text).unwrap()), written);
        }
        let long = to_ascii(&parse_mailbox(&format!("{} <a@example.com>", "Ü".repeat(80))).unwrap());
        assert!(long.is_ascii() && !long.contains(['\r', '\n']), "{long}");
    }

    #[test]
    fn an_address_with_a_line_break_is_no_address() {
        let sender = Sender::for_host("auth.example.com");
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
