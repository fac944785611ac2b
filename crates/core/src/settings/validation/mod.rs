//! Bounds of the settings that the types do not enforce. Nothing is corrected silently; all problems are
//! reported at once, each with its path below `settings`.

mod introduced;

use crate::settings::sign_in::{SignIn, SignUp};
use crate::settings::throttle::Limit;
use crate::settings::{Settings, SignInExperience};
use crate::types::identifier::IdentifierKind;

pub(crate) use crate::settings::validation::introduced::{Judged, introduced};

impl Settings {
    /// Refuses settings that are out of bounds, with a line for each problem.
    pub fn validate(&self) -> anyhow::Result<()> {
        let problems = self.validation_errors();
        anyhow::ensure!(problems.is_empty(), "{}", problems.join("\n"));
        Ok(())
    }

    /// All problems, as `path: what was expected`.
    pub fn validation_errors(&self) -> Vec<String> {
        let mut found = ValidationErrors::default();
        found.add_below("signInExperience", self.sign_in_experience.validation_errors());
        self.throttle.check(&mut found);
        found.check_range("recovery.codeTtl", self.recovery.code_ttl, 60, 600);
        found.check_range("recovery.linkTtl", self.recovery.link_ttl, 60, 86_400);
        found.check_range("recovery.grantTtl", self.recovery.grant_ttl, 60, 3600);
        found.check_range("signingKeys.rotateEveryDays", self.signing_keys.rotate_every_days, 0, 3650);
        found.check_range("audit.keepDays", self.audit.keep_days, 0, 36_500);
        self.captcha.check(&mut found);
        for (at, resource) in self.api_resources.iter().enumerate() {
            found.add_below(&format!("apiResources[{at}]"), resource.validation_errors());
        }
        found.add_below("accountCenter", self.account_center.validation_errors());
        found.0
    }
}

impl SignInExperience {
    /// All problems, as `path: what was expected`.
    pub fn validation_errors(&self) -> Vec<String> {
        let mut found = ValidationErrors::default();
        found.check_name("displayName", self.display_name.as_deref());
        found.check_language("languageInfo.fallbackLanguage", &self.language_info.fallback_language);
        check_sign_up(&mut found, &self.sign_up);
        check_sign_in(&mut found, &self.sign_in);
        found.add_below("passwordPolicy", self.password_policy.validation_errors());
        found.0
    }
}

/// The problems found so far, as `path: what was expected`.
#[derive(Default)]
pub(super) struct ValidationErrors(pub(super) Vec<String>);

impl ValidationErrors {
    /// Adds the problems of a part, whose paths are relative to it.
    fn add_below(&mut self, path: &str, problems: Vec<String>) {
        self.0.extend(problems.into_iter().map(|problem| format!("{path}.{problem}")));
    }

    pub(super) fn add_unless(&mut self, is_valid: bool, path: &str, expected: &str) {
        if !is_valid {
            self.add(path, expected);
        }
    }

    pub(super) fn add(&mut self, path: &str, expected: &str) {
        self.0.push(format!("{path}: expected {expected}"));
    }

    pub(super) fn check_range(&mut self, path: &str, value: u32, min: u32, max: u32) {
        self.add_unless((min..=max).contains(&value), path, &format!("a number from {min} to {max}"));
    }

    pub(super) fn check_limit(&mut self, path: &str, limit: Limit) {
        let is_valid = limit.limit == 0 || limit.window > 0;
        self.add_unless(is_valid, &format!("{path}.window"), "a number of 1 or more");
    }

    fn check_name(&mut self, path: &str, name: Option<&str>) {
        let is_valid = name.is_none_or(|name| !name.trim().is_empty() && name.chars().count() <= 100);
        self.add_unless(is_valid, path, "a name of 1 to 100 characters");
    }

    fn check_language(&mut self, path: &str, tag: &str) {
        let sane =
            |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
        self.add_unless(tag.split('-').all(sane), path, "a language tag such as en or pt-BR");
    }
}

/// The position of the first duplicate kind.
fn find_repeated(kinds: &[IdentifierKind]) -> Option<usize> {
    kinds.iter().enumerate().position(|(at, kind)| kinds.iter().take(at).any(|before| before == kind))
}

/// An unverified address would let another person into the account.
fn check_sign_up(found: &mut ValidationErrors, sign_up: &SignUp) {
    let kinds = &sign_up.identifiers;
    if let Some(at) = find_repeated(kinds) {
        found.add(&format!("signUp.identifiers[{at}]"), "each identifier once");
    }
    if !sign_up.verify && kinds.iter().any(|kind| kind.channel().is_some()) {
        found.add("signUp.verify", "true where people sign up with an address or a number");
    }
    if !sign_up.password && kinds.contains(&IdentifierKind::Username) {
        found.add("signUp.password", "true where people sign up with a username");
    }
}

fn check_sign_in(found: &mut ValidationErrors, sign_in: &SignIn) {
    let kinds: Vec<_> = sign_in.methods.iter().map(|method| method.identifier).collect();
    if let Some(at) = find_repeated(&kinds) {
        found.add(&format!("signIn.methods[{at}].identifier"), "each identifier once");
    }
    for (at, method) in sign_in.methods.iter().enumerate() {
        if method.verification_code && method.identifier.channel().is_none() {
            found.add(&format!("signIn.methods[{at}].verificationCode"), "false for a username");
        }
        if !method.password && !method.verification_code {
            found.add(&format!("signIn.methods[{at}]"), "a password, a verification code or both");
        }
    }
}

#[cfg(test)]
mod tests;
