//! What the one identifier field is called and how a phone shows its keyboard, by the kinds that it takes.

use crate::domain::sign_in::methods::IdentifierKinds;

/// A locale key: what the field asks for.
pub(super) const fn label(kinds: IdentifierKinds) -> &'static str {
    match (kinds.email, kinds.phone, kinds.username) {
        (true, false, false) => "label-email",
        (false, true, false) => "label-phone",
        (false, false, true) => "label-username",
        (true, true, false) => "label-email-or-phone",
        (true, false, true) => "label-email-or-username",
        (false, true, true) => "label-phone-or-username",
        (true, true, true) | (false, false, false) => "label-identifier",
    }
}

/// The type of the field: a strict one only where nothing else can be typed.
pub(super) const fn kind(kinds: IdentifierKinds) -> &'static str {
    match (kinds.email, kinds.phone, kinds.username) {
        (true, false, false) => "email",
        (false, true, false) => "tel",
        _ => "text",
    }
}

/// The keyboard.
pub(super) const fn mode(kinds: IdentifierKinds) -> &'static str {
    match (kinds.email, kinds.phone, kinds.username) {
        (false, true, false) => "tel",
        (false, false, true) => "text",
        _ => "email",
    }
}
