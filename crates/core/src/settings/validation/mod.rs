//! Bounds of the settings that the types do not enforce. Nothing is corrected silently; all problems are
//! reported at once, each with its path below `settings`.

use crate::settings::password_policy::PasswordPolicy;
use crate::settings::sign_in::{SignIn, SignUp};
use crate::settings::throttle::{Limit, ThrottleSettings};
use crate::settings::{ApiResource, Settings, SignInExperience};
use crate::types::identifier::IdentifierKind;

impl Settings {
    /// Refuses settings that are out of bounds, with a line for each problem.
    pub fn validate(&self) -> anyhow::Result<()> {
        let problems = self.validation_errors();
        anyhow::ensure!(problems.is_empty(), "{}", problems.join("\n"));
        Ok(())
    }

    /// All problems, as `path: what was expected`.
    pub fn validation_errors(&self) -> Vec<String> {
        let experience = self.sign_in_experience.validation_errors();
        let mut found = ValidationErrors(
            experience.into_iter().map(|problem| format!("signInExperience.{problem}")).collect(),
        );
        check_throttle(&mut found, &self.throttle);
        found.check_range("recovery.codeTtl", self.recovery.code_ttl, 60, 600);
        found.check_range("recovery.linkTtl", self.recovery.link_ttl, 60, 86_400);
        found.check_range("recovery.grantTtl", self.recovery.grant_ttl, 60, 3600);
        found.check_range("signingKeys.rotateEveryDays", self.signing_keys.rotate_every_days, 0, 3650);
        found.check_range("audit.keepDays", self.audit.keep_days, 0, 36_500);
        self.captcha.check(&mut found);
        check_resources(&mut found, &self.api_resources);
        let center = self.account_center.validation_errors();
        found.0.extend(center.into_iter().map(|problem| format!("accountCenter.{problem}")));
        found.0
    }
}

impl SignInExperience {
    /// All problems, as `path: what was expected`.
    pub fn validation_errors(&self) -> Vec<String> {
        let mut found = ValidationErrors(Vec::new());
        found.check_name("displayName", self.display_name.as_deref());
        found.check_language("languageInfo.fallbackLanguage", &self.language_info.fallback_language);
        check_sign_up(&mut found, &self.sign_up);
        check_sign_in(&mut found, &self.sign_in);
        check_policy(&mut found, &self.password_policy);
        found.0
    }
}

pub(super) struct ValidationErrors(Vec<String>);

impl ValidationErrors {
    pub(super) fn add(&mut self, path: &str, expected: &str) {
        self.0.push(format!("{path}: expected {expected}"));
    }

    pub(super) fn check_range(&mut self, path: &str, value: u32, min: u32, max: u32) {
        if value < min || value > max {
            self.add(path, &format!("a number from {min} to {max}"));
        }
    }

    fn check_limit(&mut self, path: &str, limit: Limit) {
        if limit.limit > 0 && limit.window == 0 {
            self.add(&format!("{path}.window"), "a number of 1 or more");
        }
    }

    fn check_name(&mut self, path: &str, name: Option<&str>) {
        if name.is_some_and(|name| name.trim().is_empty() || name.chars().count() > 100) {
            self.add(path, "a name of 1 to 100 characters");
        }
    }

    fn check_language(&mut self, path: &str, tag: &str) {
        let sane =
            |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
        if !tag.split('-').all(sane) {
            self.add(path, "a language tag such as en or pt-BR");
        }
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

fn check_policy(found: &mut ValidationErrors, policy: &PasswordPolicy) {
    let path = |rest: &str| format!("passwordPolicy.{rest}");
    found.check_range(&path("length.max"), policy.length.max, 1, 4096);
    found.check_range(&path("length.min"), policy.length.min, 1, policy.length.max.clamp(1, 4096));
    found.check_range(&path("characterTypes.min"), policy.character_types.min, 1, 4);
    let words = &policy.rejects.words;
    if words.len() > 10_000 {
        found.add(&path("rejects.words"), "at most 10000 words");
    }
    if let Some(odd) = words.iter().position(|word| !is_word(word)) {
        found.add(&path(&format!("rejects.words[{odd}]")), "a word of 1 to 128 visible characters");
    }
}

/// A word that can be typed: an invisible one would refuse passwords for no visible reason.
fn is_word(word: &str) -> bool {
    !word.trim().is_empty() && word.chars().count() <= 128 && !word.chars().any(char::is_control)
}

fn check_resources(found: &mut ValidationErrors, resources: &[ApiResource]) {
    for (at, resource) in resources.iter().enumerate() {
        let is_uri = |text: &str| url::Url::parse(text).is_ok_and(|url| url.fragment().is_none());
        if !is_uri(&resource.indicator) || resource.indicator.contains([' ', ',']) {
            found.add(&format!("apiResources[{at}].indicator"), "an absolute URI without #");
        }
        let is_word = |scope: &String| {
            !scope.is_empty() && scope.bytes().all(|b| b.is_ascii_graphic() && b != b'"' && b != b'\\')
        };
        if let Some(odd) = resource.scopes.iter().position(|scope| !is_word(scope)) {
            found.add(&format!("apiResources[{at}].scopes[{odd}]"), "a word of visible ASCII characters");
        }
    }
}

fn check_throttle(found: &mut ValidationErrors, throttle: &ThrottleSettings) {
    found.check_limit("throttle.sendsPerAddress", throttle.sends_per_address);
    found.check_limit("throttle.requestsPerIp", throttle.requests_per_ip);
    found.check_limit("throttle.guessesPerAccount", throttle.guesses_per_account);
    let failures = throttle.sign_in_failures;
    found.check_limit("throttle.signInFailuresPerNetwork", throttle.sign_in_failures_per_network);
    found.check_range(
        "throttle.signInFailuresPerNetwork.limit",
        throttle.sign_in_failures_per_network.limit,
        0,
        10_000,
    );
    found.check_limit("throttle.signInFailures", Limit { limit: failures.limit, window: failures.window });
    let backoff = throttle.send_backoff;
    if backoff.max < backoff.base {
        found.add("throttle.sendBackoff.max", &format!("a number of {} or more", backoff.base));
    }
}

#[cfg(test)]
mod tests;
