//! The label and keyboard of the identifier field, by the kinds of identifier that it accepts.

use rekey_core::sign_in::methods::IdentifierKinds;

/// The locale key of the label.
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

/// The input type: a strict one only if no other kind is accepted.
pub(super) const fn kind(kinds: IdentifierKinds) -> &'static str {
    match (kinds.email, kinds.phone, kinds.username) {
        (true, false, false) => "email",
        (false, true, false) => "tel",
        _ => "text",
    }
}

/// The input mode.
pub(super) const fn mode(kinds: IdentifierKinds) -> &'static str {
    match (kinds.email, kinds.phone, kinds.username) {
        (false, true, false) => "tel",
        (false, false, true) => "text",
        _ => "email",
    }
}
