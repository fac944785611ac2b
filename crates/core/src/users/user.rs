//! A user as stored. Passwords are only ever digests here; what an account may do is decided by the journeys.

use crate::types::identifier::address::Address;
use crate::types::identifier::{Identifier, IdentifierKind};
use crate::types::ids::UserId;
use crate::types::time::Timestamp;
use crate::users::custom_data::Document;
use crate::users::profile::Profile;

/// One account.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// The username, as written.
    pub username: Option<String>,
    /// The verified email address, in its canonical spelling.
    pub email: Option<String>,
    /// The verified phone number, digits only.
    pub phone: Option<String>,
    /// The display name.
    pub name: Option<String>,
    /// The URL of a picture.
    pub avatar: Option<String>,
    /// The profile.
    #[sqlx(try_from = "String")]
    pub profile: Profile,
    /// Custom data that apps store.
    #[sqlx(try_from = "String")]
    pub custom_data: Document,
    /// Data that API clients store, visible to nobody else.
    #[sqlx(try_from = "String")]
    pub configs: Document,
    /// The application through which the account was created.
    pub app_id: Option<String>,
    /// The language of messages when that of the page is unknown.
    pub locale: Option<String>,
    /// The password's digest (PHC string); none without a password.
    pub password_digest: Option<String>,
    /// When the password last changed.
    pub password_changed_at: Option<Timestamp>,
    /// When the owner used "this wasn't me": the password no longer signs in until it is reset.
    pub password_frozen_at: Option<Timestamp>,
    /// Whether an administrator has suspended the account.
    pub is_suspended: bool,
    /// When the user last signed in.
    pub last_sign_in_at: Option<Timestamp>,
    /// When the account was created.
    pub created_at: Timestamp,
    /// When anything about it last changed.
    pub updated_at: Timestamp,
}

impl User {
    /// An empty account.
    pub fn new(id: UserId, now: Timestamp) -> Self {
        Self {
            id,
            username: None,
            email: None,
            phone: None,
            name: None,
            avatar: None,
            profile: Profile::default(),
            custom_data: Document::default(),
            configs: Document::default(),
            app_id: None,
            locale: None,
            password_digest: None,
            password_changed_at: None,
            password_frozen_at: None,
            is_suspended: false,
            last_sign_in_at: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// The digest that a sign-in is checked against; none when the account cannot sign in by password.
    pub fn usable_digest(&self) -> Option<&str> {
        let usable = !self.is_suspended && self.password_frozen_at.is_none();
        self.password_digest.as_deref().filter(|_| usable)
    }

    /// Every verified address, where notices go (NIST 4.6).
    pub fn addresses(&self) -> Vec<Address> {
        let email = self.email.clone().map(Address::Email);
        let phone = self.phone.clone().map(Address::Phone);
        email.into_iter().chain(phone).collect()
    }

    /// Every verified address as an identifier.
    pub fn identifiers(&self) -> Vec<Identifier> {
        self.addresses().iter().filter_map(Address::to_identifier).collect()
    }

    /// The address of this kind as written, prefixed with its kind; only the kind when there is none.
    pub fn labelled_address(&self, kind: IdentifierKind) -> String {
        let (label, address) = match kind {
            IdentifierKind::Phone => ("phone", &self.phone),
            IdentifierKind::Email | IdentifierKind::Username => ("email", &self.email),
        };
        format!("{label}:{}", address.as_deref().unwrap_or_default())
    }

    /// When the password was set; the epoch for one that was imported without a date.
    pub fn password_changed_at_or_epoch(&self) -> Timestamp {
        self.password_changed_at.unwrap_or(Timestamp(0))
    }

    /// Whether the user has anything to reauthenticate with.
    pub const fn has_verification_method(&self) -> bool {
        self.password_digest.is_some() || self.email.is_some() || self.phone.is_some()
    }

    /// The username for a password manager: the first identifier that exists.
    pub fn best_identifier(&self) -> String {
        let phone = || self.phone.as_ref().map(|digits| format!("+{digits}"));
        self.email.clone().or_else(phone).or_else(|| self.username.clone()).unwrap_or_default()
    }
}

/// A user to be created; every identifier is parsed already.
#[derive(Clone, Debug, Default)]
pub struct NewUser {
    /// A chosen id; none to generate one.
    pub id: Option<String>,
    /// The username as written.
    pub username: Option<String>,
    /// The email address as written.
    pub email: Option<String>,
    /// The phone number as written.
    pub phone: Option<String>,
    /// The display name.
    pub name: Option<String>,
    /// The URL of a picture.
    pub avatar: Option<String>,
    /// The profile.
    pub profile: Profile,
    /// Custom data of apps.
    pub custom_data: Document,
    /// The application through which it is created.
    pub app_id: Option<String>,
    /// The language.
    pub locale: Option<String>,
    /// Whether the account is suspended.
    pub is_suspended: bool,
}
