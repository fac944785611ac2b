//! Validates an application beyond its types: usable URLs, lifetimes within bounds, an id that cannot be a
//! user's. All problems are reported at once, as `path: what was expected`.

use crate::apps::client_app::{AppType, ClientApp};
use crate::types::ids;

/// The longest name, in characters.
const MAX_NAME_LEN: usize = 128;
/// The most URLs or origins in one list.
const MAX_LIST_LEN: usize = 100;

impl ClientApp {
    /// All validation errors.
    pub fn validation_errors(&self) -> Vec<String> {
        let mut found = Vec::new();
        found.extend(check_id(&self.id).map(|problem| format!("id: {problem}")));
        if self.name.trim().is_empty() || self.name.chars().count() > MAX_NAME_LEN {
            found.push(format!("name: expected 1 to {MAX_NAME_LEN} characters"));
        }
        if self.kind == AppType::MachineToMachine && self.is_public == Some(true) {
            found.push("isPublic: expected false, a machine keeps a secret".to_owned());
        }
        if self.is_third_party && self.management_api == Some(true) {
            let wanted = "expected false, a third-party application can't manage this installation";
            found.push(format!("managementApi: {wanted}"));
        }
        self.check_addresses(&mut found);
        for (path, value) in [("accessTokenTtl", self.access_token_ttl), ("idTokenTtl", self.id_token_ttl)] {
            check_range(&mut found, path, value, 60, 86_400);
        }
        check_range(&mut found, "refreshTokenTtlInDays", self.oidc_refresh_ttl_in_days(), 1, 90);
        found
    }

    fn check_addresses(&self, found: &mut Vec<String>) {
        let lists = [
            ("redirectUris", &self.redirect_uris),
            ("postLogoutRedirectUris", &self.post_logout_redirect_uris),
            ("corsAllowedOrigins", &self.cors_allowed_origins),
        ];
        let long = lists.iter().filter(|(_, texts)| texts.len() > MAX_LIST_LEN);
        found.extend(long.map(|(path, _)| format!("{path}: expected at most {MAX_LIST_LEN}")));
        found.extend(self.invalid_addresses());
    }
}

/// Why this cannot be an application id. One in the form of a user id could become that of a user, and a
/// token for the application would read like a token about the user (RFC 9700 4.15).
fn check_id(id: &str) -> Option<&'static str> {
    let is_valid = (1..=128).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic());
    if !is_valid {
        return Some("expected 1 to 128 visible ASCII characters");
    }
    ids::looks_like_user_id(id).then_some(
        "expected anything but 12 small letters and digits, which is what the ids of people look like",
    )
}

fn check_range(found: &mut Vec<String>, path: &str, value: u32, min: u32, max: u32) {
    if value < min || value > max {
        found.push(format!("{path}: expected a number from {min} to {max}"));
    }
}

#[cfg(test)]
mod tests;
