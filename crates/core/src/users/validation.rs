//! Errors in a user's identifiers, for operators: one line each, with the field's name first. An identifier
//! that the account already has is not checked again, or a new rule would keep operators from changing
//! anything about the account.

use crate::types::identifier::{Identifier, IdentifierKind};
use crate::users::user::{NewUser, User};

/// The errors in the identifiers of a new user.
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
