//! The fields of an account that its user may change, and what is valid in them.

use crate::Core;
use crate::account::authorization::{Principal, ensure_editable, ensure_scope};
use crate::types::error::Result;
use crate::types::identifier::{Identifier, IdentifierKind};
use crate::types::patch::Patch;
use crate::users::custom_data::Document;
use crate::users::user::User;

/// The longest name, in characters.
const MAX_NAME_LEN: usize = 128;
/// The longest address of a picture, in bytes.
const MAX_URL_BYTES: usize = 2048;

/// The fields to change.
#[derive(Clone, Debug, Default)]
pub struct AccountPatch {
    /// The display name.
    pub name: Patch<String>,
    /// The URL of a picture.
    pub avatar: Patch<String>,
    /// The username to sign in with.
    pub username: Patch<String>,
    /// Custom data that apps keep, replaced as a whole.
    pub custom_data: Option<Document>,
}

impl AccountPatch {
    pub(super) const fn is_empty(&self) -> bool {
        self.name.is_absent()
            && self.avatar.is_absent()
            && self.username.is_absent()
            && self.custom_data.is_none()
    }

    /// Applies the changes that need no proof.
    pub(super) fn apply_to(self, user: &mut User) {
        self.name.apply_to(&mut user.name);
        self.avatar.apply_to(&mut user.avatar);
        if let Some(data) = self.custom_data {
            user.custom_data = data;
        }
    }

    /// Lists the validation errors, one line each.
    pub(super) fn validation_errors(&self) -> Vec<String> {
        let mut found = Vec::new();
        if self.name.value().is_some_and(|name| name.chars().count() > MAX_NAME_LEN) {
            found.push(format!("name: expected at most {MAX_NAME_LEN} characters"));
        }
        if self.avatar.value().is_some_and(|url| !is_picture_url(url)) {
            found.push("avatar: expected an http or https address".to_owned());
        }
        found.extend(self.username.value().and_then(|name| username_error(name)));
        if self.custom_data.as_ref().is_some_and(|data| !data.is_within_limit()) {
            found.push("customData: expected at most 16 KiB".to_owned());
        }
        found
    }

    /// Refuses unless the settings and the token let this user change these fields.
    pub(super) fn ensure_allowed(&self, core: &Core, principal: &Principal) -> Result<()> {
        if !self.name.is_absent() {
            ensure_editable(core, |fields| fields.name)?;
        }
        if !self.avatar.is_absent() {
            ensure_editable(core, |fields| fields.avatar)?;
        }
        if !self.username.is_absent() {
            ensure_editable(core, |fields| fields.username)?;
        }
        if self.custom_data.is_some() {
            ensure_editable(core, |fields| fields.custom_data)?;
        }
        ensure_scope(principal, "profile")?;
        if self.custom_data.is_some() { ensure_scope(principal, "custom_data") } else { Ok(()) }
    }
}

fn username_error(name: &str) -> Option<String> {
    let form = "expected a name of letters, digits and _ . - that does not begin with a digit";
    let read = Identifier::try_parse_as(IdentifierKind::Username, name);
    let why = read.and_then(|name| name.validate_new()).err()?;
    Some(format!("username: {}", why.expected(form)))
}

fn is_picture_url(text: &str) -> bool {
    let web = |url: url::Url| matches!(url.scheme(), "http" | "https");
    text.len() <= MAX_URL_BYTES && url::Url::parse(text).is_ok_and(web)
}
