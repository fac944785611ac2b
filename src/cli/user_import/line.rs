//! A line of an import file: a user of the bootstrap file, whose id is optional and whose digest may also be the
//! JSON that Keycloak exports.

use anyhow::{anyhow, bail};
use serde::Deserialize;
use serde_json::Value;

use rekey_adapters::bootstrap::UserSpec;
use rekey_core::types::error::parse_error::strict_json::{self, JsonError};
use rekey_core::types::secret::Secret;
use rekey_core::user_management::import::ImportEntry;
use rekey_core::users::user::NewUser;

/// The fields of a line.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ImportLine {
    id: Option<String>,
    username: Option<String>,
    primary_email: Option<String>,
    primary_phone: Option<String>,
    name: Option<String>,
    password: Option<Secret>,
    password_digest: Option<Value>,
    password_algorithm: Option<String>,
    #[serde(default)]
    is_suspended: bool,
    locale: Option<String>,
}

/// Parses a line; the error names the field.
pub(super) fn parse_line(number: u64, text: &str) -> anyhow::Result<ImportEntry> {
    let value = strict_json::parse(text.trim().as_bytes()).map_err(|unreadable| match unreadable {
        JsonError::DuplicateKey(problem) | JsonError::NullCharacter(problem) => anyhow!(problem),
        JsonError::Syntax => anyhow!("not JSON"),
    })?;
    let line: ImportLine = strict_json::read(value).map_err(|problem| anyhow!(problem))?;
    line.check()?;
    line.into_entry(number)
}

impl ImportLine {
    fn check(&self) -> anyhow::Result<()> {
        let is_id = |id: &String| (1..=128).contains(&id.len()) && !id.contains(char::is_whitespace);
        if self.id.as_ref().is_some_and(|id| !is_id(id)) {
            bail!("id: expected 1 to 128 characters without spaces");
        }
        if [&self.username, &self.primary_email, &self.primary_phone].into_iter().all(Option::is_none) {
            bail!("expected a username, primaryEmail or primaryPhone");
        }
        Ok(())
    }

    fn into_entry(self, line: u64) -> anyhow::Result<ImportEntry> {
        let digest = match self.password_digest {
            Some(Value::String(text)) => Some(Secret::new(text)),
            Some(object @ Value::Object(_)) => Some(Secret::new(object.to_string())),
            None | Some(Value::Null) => None,
            Some(_) => bail!("passwordDigest: expected text or an object"),
        };
        let spec = UserSpec {
            id: self.id.clone().unwrap_or_default(),
            username: self.username,
            primary_email: self.primary_email,
            primary_phone: self.primary_phone,
            name: self.name,
            password: self.password,
            password_digest: digest,
            password_algorithm: self.password_algorithm,
            is_suspended: self.is_suspended,
            locale: self.locale,
            enforce: false,
        };
        let new = NewUser { id: self.id, ..spec.to_new() };
        Ok(ImportEntry { line, new, password: spec.initial_password()? })
    }
}
