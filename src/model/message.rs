//! What we want to tell someone, before it has words. The outbox keeps an `Envelope` sealed, the mail face turns it
//! into text, a connector carries the `Dispatch`. The surprise: codes and links are in here in clear, so none of these
//! types may be logged; their `Debug` hides the secrets.

use serde::{Deserialize, Serialize};

use super::identifier::Identifier;
use super::secret::Secret;
use super::template::TemplateType;
use super::time::Timestamp;

/// Where a message goes: the stored address of a person, never what somebody typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Address {
    /// An e-mail address.
    Email(String),
    /// A phone number: digits with the country code, no plus.
    Phone(String),
}

impl Address {
    /// Its kind and canonical form, as an identifier is tagged.
    pub fn tagged(&self) -> Option<String> {
        let identifier = match self {
            Self::Email(text) => Identifier::parse(text),
            Self::Phone(digits) => Some(Identifier::Phone(digits.clone())),
        };
        identifier.map(|identifier| identifier.tagged())
    }
}

/// A message with its reader, as the outbox keeps it (sealed).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Envelope {
    /// The reader; none for a decoy, which is claimed and dropped like a delivered message.
    pub to: Option<Address>,
    /// The language tag to write in (`en`, `de`, `ar` …).
    pub locale: String,
    /// What to say.
    pub message: Message,
}

/// What there is to say.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Message {
    /// A verification code for a new password and, by mail, the link that does the same.
    RecoveryCode(RecoveryCode),
    /// A verification code to sign in with.
    SignIn(VerificationCode),
    /// A verification code to make an account with.
    Register(VerificationCode),
    /// A verification code for whatever an operator's application wants.
    Generic(VerificationCode),
    /// Somebody tried to make an account with an address that has one.
    AccountExists(AccountExists),
    /// A verification code by which a signed-in person proves that they are still there.
    Permission(VerificationCode),
    /// A verification code by which a signed-in person proves that a new address is theirs.
    NewAddress(VerificationCode),
    /// A password was changed, reset or set for the first time (decision 13).
    PasswordChanged(PasswordChanged),
    /// An address of an account was changed, added or given up.
    AddressChanged(AddressChanged),
    /// The name that somebody signs in with was changed, set or given up.
    UsernameChanged(UsernameChanged),
    /// So many wrong tries in a row that the codes or the password of an account wait for another proof.
    AttemptsBlocked(AttemptsBlocked),
}

/// The code and the link of one recovery request.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RecoveryCode {
    /// Six digits.
    pub code: Secret,
    /// The whole address of the page with the button.
    pub link: Secret,
    /// How long the code works, in minutes.
    pub code_minutes: i64,
    /// How long the link works, in minutes.
    pub link_minutes: i64,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// The browser that asked, in a few words ("Firefox on Linux"); empty when it did not say.
    pub device: String,
    /// The app on whose behalf, when one is known.
    pub app: Option<String>,
    /// The request, for clients that check a token by it.
    #[serde(default)]
    pub request_id: String,
    /// The token in the link, for clients that bring it themselves.
    #[serde(default)]
    pub token: Secret,
    /// Which of several words were asked for.
    #[serde(default)]
    pub variant: String,
    /// The id of that app; empty when none is known.
    #[serde(default)]
    pub app_id: String,
    /// Whether the link goes into an SMS, too.
    #[serde(default)]
    pub link_by_sms: bool,
}

/// The code of a request that has no link.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct VerificationCode {
    /// Six digits.
    pub code: Secret,
    /// How long it works, in minutes.
    pub code_minutes: i64,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// The browser that asked, in a few words; empty when it did not say.
    pub device: String,
    /// The app on whose behalf, when one is known.
    pub app: Option<String>,
    /// The id of that app; empty when none is known.
    #[serde(default)]
    pub app_id: String,
}

/// What the owner of an address hears when somebody signs up with it. Nothing in it is secret, and nobody else hears it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AccountExists {
    /// The whole address of the sign-in page.
    pub sign_in: String,
    /// The whole address of the page where a new password is asked for.
    pub reset: String,
    /// When somebody tried.
    pub asked_at: Timestamp,
    /// With which browser, in a few words; empty when it did not say.
    pub device: String,
}

/// A password that is no longer what it was.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PasswordChanged {
    /// How it came about.
    pub how: PasswordChange,
    /// When.
    pub at: Timestamp,
    /// The browser that did it, in a few words; empty when it did not say.
    pub device: String,
    /// How many other sessions were ended.
    pub ended_sessions: i64,
    /// The whole address of the "this wasn't me" page, good for ten days.
    pub not_me: Secret,
}

/// An address that is no longer what it was.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AddressChanged {
    /// What happened to which.
    pub what: AddressChange,
    /// When.
    pub at: Timestamp,
    /// The browser or app that did it, in a few words; empty when it did not say.
    pub device: String,
    /// The whole address of the "this wasn't me" page, good for ten days; of the page for a forgotten password where nothing can be taken
    /// back.
    pub not_me: Secret,
    /// Who did it.
    #[serde(default)]
    pub by: ChangedBy,
}

/// Who changed an address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangedBy {
    /// Somebody who was signed in. The addresses before may take it back.
    #[default]
    Person,
    /// "This wasn't me". It can't be taken back by another link: otherwise two who object would take turns.
    PutBack,
    /// An administrator, whose decision nobody's link takes back.
    Operator,
}

impl ChangedBy {
    /// Whether the notice has a link that takes the change back.
    pub const fn can_be_taken_back(self) -> bool {
        matches!(self, Self::Person)
    }
}

/// Somebody guessed at an account until its codes or its password had to wait. Nothing in it is secret.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AttemptsBlocked {
    /// What waits.
    pub what: Blocked,
    /// Since when.
    pub at: Timestamp,
    /// The whole address of the page where a new password is asked for: the link of its message is the way on.
    pub reset: String,
}

/// What waits after too many wrong tries in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Blocked {
    /// The codes of the account's messages; their links work.
    Codes,
    /// The password, until it is reset.
    Password,
}

/// What happened to which address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AddressChange {
    /// Another e-mail address took the place of the one before.
    EmailChanged,
    /// There was no e-mail address before.
    EmailAdded,
    /// There is no e-mail address any more.
    EmailRemoved,
    /// Another number took the place of the one before.
    PhoneChanged,
    /// There was no number before.
    PhoneAdded,
    /// There is no number any more.
    PhoneRemoved,
}

/// A name to sign in with that is no longer what it was.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UsernameChanged {
    /// What happened to it.
    pub what: UsernameChange,
    /// When.
    pub at: Timestamp,
    /// The browser or app that did it, in a few words; empty when it did not say.
    pub device: String,
    /// The whole address of the page where a new password is asked for.
    pub reset: String,
}

/// What happened to a username.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UsernameChange {
    /// Another took the place of the one before.
    Changed,
    /// There was none before.
    Added,
    /// There is none any more.
    Removed,
}

/// How a password came to change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PasswordChange {
    /// Through recovery.
    Reset,
    /// By the signed-in person, who knew the old one.
    Changed,
    /// The first password of an account that had none.
    FirstSet,
}

/// A message in words.
#[derive(Clone, Debug)]
pub struct Rendered {
    /// One line; empty for SMS.
    pub subject: String,
    /// The whole message as plain text.
    pub text: String,
    /// The same as HTML; none for SMS.
    pub html: Option<String>,
}

/// What a connector carries.
#[derive(Clone, Debug)]
pub struct Dispatch {
    /// The outbox id, the same on every try: it makes `Message-ID` stable, so that a repeated delivery can be recognised.
    pub id: String,
    /// The reader.
    pub to: Address,
    /// The template type a development connector writes down: `ForgotPassword`, `SignIn`, `PasswordChanged` …
    pub kind: &'static str,
    /// The bare code, for the development connectors, `http-email` and `http-sms`.
    pub code: Option<Secret>,
    /// The bare link, for the same.
    pub link: Option<Secret>,
    /// The language it is written in.
    pub locale: String,
    /// The app on whose behalf, when one is known.
    pub app: Option<String>,
    /// The words.
    pub rendered: Rendered,
    /// Whether the operator set them.
    pub is_worded: bool,
    /// Where answers go, when the words say so.
    pub reply_to: Option<String>,
    /// Whom it is from, when the words say so.
    pub send_from: Option<String>,
    /// The moment of this try.
    pub sent_at: Timestamp,
}

impl Dispatch {
    /// The same in other words.
    pub fn said(self, rendered: Rendered, reply_to: Option<String>) -> Self {
        Self { rendered, reply_to: reply_to.or(self.reply_to), ..self }
    }
}

impl Message {
    /// The type of the words that it takes.
    pub const fn template_type(&self) -> TemplateType {
        match self {
            Self::RecoveryCode(_) => TemplateType::ForgotPassword,
            Self::SignIn(_) => TemplateType::SignIn,
            Self::Register(_) => TemplateType::Register,
            Self::Generic(_) => TemplateType::Generic,
            Self::AccountExists(_) => TemplateType::AccountExists,
            Self::PasswordChanged(_) => TemplateType::PasswordChanged,
            Self::Permission(_) => TemplateType::UserPermissionValidation,
            Self::NewAddress(_) => TemplateType::BindNewIdentifier,
            Self::AddressChanged(_) => TemplateType::AddressChanged,
            Self::UsernameChanged(_) => TemplateType::UsernameChanged,
            Self::AttemptsBlocked(_) => TemplateType::AttemptsBlocked,
        }
    }

    /// The app on whose behalf it is sent, when one is known.
    pub fn app(&self) -> Option<&str> {
        match self {
            Self::RecoveryCode(code) => code.app.as_deref(),
            Self::SignIn(code)
            | Self::Register(code)
            | Self::Generic(code)
            | Self::Permission(code)
            | Self::NewAddress(code) => code.app.as_deref(),
            Self::AccountExists(_)
            | Self::PasswordChanged(_)
            | Self::AddressChanged(_)
            | Self::UsernameChanged(_)
            | Self::AttemptsBlocked(_) => None,
        }
    }

    /// The id of that app; empty when none is known.
    pub fn app_id(&self) -> &str {
        match self {
            Self::RecoveryCode(code) => &code.app_id,
            Self::SignIn(code)
            | Self::Register(code)
            | Self::Generic(code)
            | Self::Permission(code)
            | Self::NewAddress(code) => &code.app_id,
            Self::AccountExists(_)
            | Self::PasswordChanged(_)
            | Self::AddressChanged(_)
            | Self::UsernameChanged(_)
            | Self::AttemptsBlocked(_) => "",
        }
    }

    /// Which of several words were asked for; empty for the usual ones.
    pub fn variant(&self) -> &str {
        match self {
            Self::RecoveryCode(code) => &code.variant,
            _ => "",
        }
    }

    /// Its name.
    pub const fn kind(&self) -> &'static str {
        self.template_type().name()
    }
}
