//! Settings for sign-up and sign-in: which identifiers, by password or by code. What is actually offered also
//! depends on connectors and on the mode, which `snapshot` decides.

use serde::{Deserialize, Serialize};

use crate::types::identifier::IdentifierKind;

/// How accounts are made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct SignUp {
    /// What a new account can be made with; nothing closes the door.
    pub identifiers: Vec<IdentifierKind>,
    /// Whether a password is chosen.
    pub password: bool,
    /// Whether an address is proved by a code first; always true where there is one.
    pub verify: bool,
}

/// How people sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct SignIn {
    /// One for each kind of identifier that is taken.
    pub methods: Vec<SignInMethod>,
}

/// How people sign in with one kind of identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SignInMethod {
    /// The kind.
    pub identifier: IdentifierKind,
    /// Whether the password signs in.
    #[serde(default = "yes")]
    pub password: bool,
    /// Whether a code signs in.
    #[serde(default)]
    pub verification_code: bool,
    /// Which of the two a screen shows first when both do.
    #[serde(default = "yes")]
    pub is_password_primary: bool,
}

impl Default for SignUp {
    fn default() -> Self {
        Self { identifiers: vec![IdentifierKind::Email], password: true, verify: true }
    }
}

impl Default for SignIn {
    fn default() -> Self {
        let by_password = |identifier| SignInMethod {
            identifier,
            password: true,
            verification_code: false,
            is_password_primary: true,
        };
        let kinds = [IdentifierKind::Email, IdentifierKind::Phone, IdentifierKind::Username];
        Self { methods: kinds.map(by_password).into() }
    }
}

const fn yes() -> bool {
    true
}
