//! What arrived at one address or number, as its reader sees it.

use rekey_adapters::connectors::inbox::InboxMessage;
use rekey_core::messages::message::OutgoingMessage;
use rekey_core::types::identifier::address::Address;

/// Messages to one reader, the newest last.
pub struct Mailbox {
    /// Whose.
    pub address: String,
    /// All of them.
    pub messages: Vec<OutgoingMessage>,
    origin: String,
}

impl Mailbox {
    pub(super) fn of(address: &str, origin: &str, all: impl Iterator<Item = InboxMessage>) -> Self {
        let digits: String = address.chars().filter(char::is_ascii_digit).collect();
        let is_theirs = |message: &OutgoingMessage| match &message.to {
            Address::Email(email) => email.eq_ignore_ascii_case(address),
            Address::Phone(phone) => !address.contains('@') && *phone == digits,
        };
        let mut messages: Vec<OutgoingMessage> =
            all.map(|message| message.message).filter(is_theirs).collect();
        messages.sort_by_key(|message| message.sent_at);
        Self { address: address.to_owned(), messages, origin: origin.to_owned() }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.messages.len()
    }

    /// How many there are of a kind: `ForgotPassword`, `SignIn`, `Register`, `PasswordChanged` …
    pub fn count_of(&self, kind: &str) -> usize {
        self.messages.iter().filter(|message| message.kind == kind).count()
    }

    /// The newest.
    pub fn newest(&self) -> &OutgoingMessage {
        self.messages.last().unwrap_or_else(|| panic!("no message for {}", self.address))
    }

    /// The newest of a kind.
    pub fn newest_of(&self, kind: &str) -> &OutgoingMessage {
        let found = self.messages.iter().rfind(|message| message.kind == kind);
        found.unwrap_or_else(|| panic!("no {kind} for {}", self.address))
    }

    /// The words of the newest.
    pub fn text(&self) -> &str {
        &self.newest().rendered.text
    }

    /// The code of the newest message with one, which its words must hold.
    pub fn code(&self) -> String {
        let found = self.messages.iter().rfind(|message| message.code.is_some());
        let message = found.unwrap_or_else(|| panic!("no code for {}", self.address));
        let code = message.code.as_ref().unwrap().expose().to_owned();
        let digits: String = message.rendered.text.chars().filter(|c| !c.is_whitespace()).collect();
        assert!(digits.contains(&code), "the message shows its code");
        code
    }

    /// The path of the recovery link of the newest message with one.
    pub fn link_path(&self) -> String {
        self.path(self.newest_of("ForgotPassword"))
    }

    /// The path of "this wasn't me" in the newest notice.
    pub fn not_me_path(&self) -> String {
        let is_notice =
            |message: &&OutgoingMessage| ["PasswordChanged", "AddressChanged"].contains(&message.kind);
        let found = self.messages.iter().rfind(is_notice);
        self.path(found.unwrap_or_else(|| panic!("no notice for {}", self.address)))
    }

    fn path(&self, message: &OutgoingMessage) -> String {
        let link = message.link.as_ref().expect("a link").expose();
        assert!(message.rendered.text.contains(link), "the message shows its link");
        let path = link.strip_prefix(&self.origin).expect("links begin with the public address");
        path.to_owned()
    }
}
