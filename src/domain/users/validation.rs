//! What of a person's identifiers can't be taken, for operators: a line each, the field's name first. The
//! surprise: an identifier that somebody has already is not judged again, or a rule that is new would keep
//! operators from changing anything about them.

use crate::model::identifier::{Identifier, IdentifierKind};
use crate::model::user::{NewUser, User};

/// What is wrong with the identifiers of somebody who is to be made.
pub fn identifier_errors(new: &NewUser) -> Vec<String> {
    let given = [
        (IdentifierKind::Email, new.email.as_deref()),
        (IdentifierKind::Phone, new.phone.as_deref()),
        (IdentifierKind::Username, new.username.as_deref()),
    ];
    given.into_iter().filter_map(|(kind, text)| identifier_error(kind, text?)).collect()
}

/// The same of those that an account did not have before.
pub(super) fn changed_identifier_errors(before: &User, after: &User) -> Vec<String> {
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
