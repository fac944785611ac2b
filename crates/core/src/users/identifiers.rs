//! The identifiers of an account: the errors in new ones, for operators, and how they are stored with the
//! display name. An identifier that the account already has is not checked again, or a new rule would keep
//! operators from changing anything about the account.

use crate::args;
use crate::db::sql::Value;
use crate::types::identifier::email::Email;
use crate::types::identifier::phone::Phone;
use crate::types::identifier::{
    Identifier, IdentifierKind, displayed_username, username_key, username_skeleton,
};
use crate::types::ids::UserId;
use crate::types::time::Timestamp;
use crate::users::user::{NewUser, User};

/// The errors in the identifiers of a new user, one line each, with the name of the field first.
pub fn identifier_errors(new: &NewUser) -> Vec<String> {
    let given = [
        (IdentifierKind::Email, new.email.as_deref()),
        (IdentifierKind::Phone, new.phone.as_deref()),
        (IdentifierKind::Username, new.username.as_deref()),
    ];
    given.into_iter().filter_map(|(kind, text)| identifier_error(kind, text?)).collect()
}

/// The same for those that the account did not have before.
pub(crate) fn changed_identifier_errors(before: &User, after: &User) -> Vec<String> {
    let differs = |before: &Option<String>, after: &Option<String>| after.clone().filter(|_| before != after);
    identifier_errors(&NewUser {
        email: differs(&before.email, &after.email),
        phone: differs(&before.phone, &after.phone),
        username: differs(&before.username, &after.username),
        ..NewUser::default()
    })
}

fn identifier_error(kind: IdentifierKind, text: &str) -> Option<String> {
    let why = Identifier::try_parse_as(kind, text).and_then(|read| read.validate_new()).err()?;
    let (field, form) = match kind {
        IdentifierKind::Email => ("primaryEmail", "expected a mail address"),
        IdentifierKind::Phone => ("primaryPhone", "expected a number with its country code"),
        IdentifierKind::Username => ("username", "expected a name to sign in with, no address and no number"),
    };
    Some(format!("{field}: {}", why.expected(form)))
}

/// The identifiers and the display name of an account as they are stored: what is shown, and the keys of
/// lookups and searches.
pub(super) struct StoredNames {
    username: Option<String>,
    username_key: Option<String>,
    /// In its canonical spelling, which is its own key.
    email: Option<String>,
    phone: Option<String>,
    name: Option<String>,
    /// The search key of the email address: hexadecimal, as in `search_key`.
    pub email_order: Option<String>,
    /// The search key of the username.
    pub username_order: Option<String>,
    /// The search key of the display name.
    pub name_order: Option<String>,
    /// Equal for usernames that look alike.
    pub username_skeleton: Option<String>,
}

impl StoredNames {
    fn new(username: Option<&str>, email: Option<&str>, phone: Option<String>, name: Option<&str>) -> Self {
        let key = username.and_then(username_key);
        let email = email.map(Email::canonicalize);
        Self {
            username: username.map(displayed_username),
            email_order: email.as_deref().map(hex::encode),
            username_order: key.as_deref().map(hex::encode),
            name_order: name.map(|name| hex::encode(name.to_lowercase())),
            username_skeleton: key.as_deref().map(username_skeleton),
            username_key: key,
            email,
            phone,
            name: name.map(str::to_owned),
        }
    }

    /// The values `$1` to `$11` of the statements that write names.
    pub fn into_args(self, id: &UserId, now: Timestamp) -> Vec<Value> {
        args![
            id,
            self.username,
            self.username_key,
            self.email,
            self.phone,
            self.name,
            now,
            self.email_order,
            self.username_order,
            self.name_order,
            self.username_skeleton
        ]
    }
}

impl From<&NewUser> for StoredNames {
    fn from(new: &NewUser) -> Self {
        let phone = new.phone.as_deref().and_then(Phone::parse).map(|phone| phone.digits().to_owned());
        Self::new(new.username.as_deref(), new.email.as_deref(), phone, new.name.as_deref())
    }
}

impl From<&User> for StoredNames {
    fn from(user: &User) -> Self {
        let phone = user.phone.clone();
        Self::new(user.username.as_deref(), user.email.as_deref(), phone, user.name.as_deref())
    }
}
