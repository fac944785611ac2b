//! The bounds of the settings: what the types allow and sense or a standard does not. Nothing is corrected silently;
//! every problem is told at once, each with its path below `settings`.

use super::sign_in::{SignIn, SignUp};
use super::throttle::{Limit, ThrottleSettings};
use super::{ApiResource, Settings, SignInExperience};
use crate::model::identifier::IdentifierKind;
use crate::model::policy::PasswordPolicy;

impl Settings {
    /// Refuses what is out of bounds, one line per problem.
    pub fn validate(&self) -> anyhow::Result<()> {
        let problems = self.problems();
        anyhow::ensure!(problems.is_empty(), "{}", problems.join("\n"));
        Ok(())
    }

    /// Everything out of bounds, as `path: what was expected`.
    pub fn problems(&self) -> Vec<String> {
        let experience = self.sign_in_experience.problems();
        let mut found =
            Problems(experience.into_iter().map(|problem| format!("signInExperience.{problem}")).collect());
        throttle(&mut found, &self.throttle);
        found.range("recovery.codeTtl", self.recovery.code_ttl, 60, 600);
        found.range("recovery.linkTtl", self.recovery.link_ttl, 60, 86_400);
        found.range("recovery.grantTtl", self.recovery.grant_ttl, 60, 3600);
        found.range("signingKeys.rotateEveryDays", self.signing_keys.rotate_every_days, 0, 3650);
        resources(&mut found, &self.api_resources);
        found.0
    }
}

impl SignInExperience {
    /// Everything out of bounds, as `path: what was expected`.
    pub fn problems(&self) -> Vec<String> {
        let mut found = Problems(Vec::new());
        found.name("displayName", self.display_name.as_deref());
        found.language("languageInfo.fallbackLanguage", &self.language_info.fallback_language);
        sign_up(&mut found, &self.sign_up);
        sign_in(&mut found, &self.sign_in);
        policy(&mut found, &self.password_policy);
        found.0
    }
}

struct Problems(Vec<String>);

impl Problems {
    fn add(&mut self, path: &str, expected: &str) {
        self.0.push(format!("{path}: expected {expected}"));
    }

    fn range(&mut self, path: &str, value: u32, min: u32, max: u32) {
        if value < min || value > max {
            self.add(path, &format!("a number from {min} to {max}"));
        }
    }

    fn window(&mut self, path: &str, limit: Limit) {
        if limit.limit > 0 && limit.window == 0 {
            self.add(&format!("{path}.window"), "a number of 1 or more");
        }
    }

    fn name(&mut self, path: &str, name: Option<&str>) {
        if name.is_some_and(|name| name.trim().is_empty() || name.chars().count() > 100) {
            self.add(path, "a name of 1 to 100 characters");
        }
    }

    fn language(&mut self, path: &str, tag: &str) {
        let sane =
            |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
        if !tag.split('-').all(sane) {
            self.add(path, "a language tag such as en or pt-BR");
        }
    }
}

/// Where a kind stands for the second time.
fn repeated(kinds: &[IdentifierKind]) -> Option<usize> {
    kinds.iter().enumerate().position(|(at, kind)| kinds.iter().take(at).any(|before| before == kind))
}

/// An address that nobody proved would be somebody else's way into the account.
fn sign_up(found: &mut Problems, sign_up: &SignUp) {
    let kinds = &sign_up.identifiers;
    if let Some(at) = repeated(kinds) {
        found.add(&format!("signUp.identifiers[{at}]"), "each identifier once");
    }
    if !sign_up.verify && kinds.iter().any(|kind| kind.channel().is_some()) {
        found.add("signUp.verify", "true where people sign up with an address or a number");
    }
    if !sign_up.password && kinds.contains(&IdentifierKind::Username) {
        found.add("signUp.password", "true where people sign up with a username");
    }
}

fn sign_in(found: &mut Problems, sign_in: &SignIn) {
    let kinds: Vec<_> = sign_in.methods.iter().map(|method| method.identifier).collect();
    if let Some(at) = repeated(&kinds) {
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

fn policy(found: &mut Problems, policy: &PasswordPolicy) {
    let path = |rest: &str| format!("passwordPolicy.{rest}");
    found.range(&path("length.max"), policy.length.max, 1, 4096);
    found.range(&path("length.min"), policy.length.min, 1, policy.length.max.clamp(1, 4096));
    found.range(&path("characterTypes.min"), policy.character_types.min, 1, 4);
    let words = &policy.rejects.words;
    if words.len() > 10_000 {
        found.add(&path("rejects.words"), "at most 10000 words");
    }
    if let Some(odd) = words.iter().position(|word| !is_word(word)) {
        found.add(&path(&format!("rejects.words[{odd}]")), "a word of 1 to 128 visible characters");
    }
}

/// A word that somebody could type: an invisible one would refuse passwords for a reason that nobody can see.
fn is_word(word: &str) -> bool {
    !word.trim().is_empty() && word.chars().count() <= 128 && !word.chars().any(char::is_control)
}

fn resources(found: &mut Problems, resources: &[ApiResource]) {
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

fn throttle(found: &mut Problems, throttle: &ThrottleSettings) {
    found.window("throttle.sendsPerAddress", throttle.sends_per_address);
    found.window("throttle.requestsPerIp", throttle.requests_per_ip);
    found.window("throttle.guessesPerAccount", throttle.guesses_per_account);
    let failures = throttle.sign_in_failures;
    found.window("throttle.signInFailures", Limit { limit: failures.limit, window: failures.window });
    let backoff = throttle.send_backoff;
    if backoff.max < backoff.base {
        found.add("throttle.sendBackoff.max", &format!("a number of {} or more", backoff.base));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::model::settings::Settings;

    fn problems(value: serde_json::Value) -> Vec<String> {
        serde_json::from_value::<Settings>(value).unwrap().problems()
    }

    #[test]
    fn nothing_said_is_the_documented_default() {
        let settings: Settings = serde_json::from_value(json!({})).unwrap();
        assert_eq!(settings, Settings::default());
        assert!(settings.validate().is_ok());
        assert_eq!(settings.recovery.code_ttl, 600);
        assert_eq!(settings.sign_in_experience.forgot_password_methods, None);
    }

    #[test]
    fn half_a_limit_keeps_the_other_half() {
        let given = json!({"throttle": {"sendsPerAddress": {"limit": 3}, "requestsPerIp": {}, "guessesPerAccount": {"window": 60}}});
        let throttle = serde_json::from_value::<Settings>(given).unwrap().throttle;
        assert_eq!((throttle.sends_per_address.limit, throttle.sends_per_address.window), (3, 600));
        assert_eq!(throttle.requests_per_ip, Settings::default().throttle.requests_per_ip);
        assert_eq!((throttle.guesses_per_account.limit, throttle.guesses_per_account.window), (100, 60));
    }

    #[test]
    fn settings_survive_a_round_trip() {
        let text = serde_json::to_string(&Settings::default()).unwrap();
        assert_eq!(serde_json::from_str::<Settings>(&text).unwrap(), Settings::default());
    }

    #[test]
    fn bounds_are_told_with_their_paths() {
        assert_eq!(
            problems(json!({"recovery": {"codeTtl": 601, "linkTtl": 59, "grantTtl": 3601}})),
            [
                "recovery.codeTtl: expected a number from 60 to 600",
                "recovery.linkTtl: expected a number from 60 to 86400",
                "recovery.grantTtl: expected a number from 60 to 3600",
            ]
        );
    }

    #[test]
    fn the_policy_has_bounds() {
        let policy = json!({"length": {"min": 9, "max": 8}, "characterTypes": {"min": 5}, "rejects": {"words": ["a", " "]}});
        assert_eq!(
            problems(json!({"signInExperience": {"passwordPolicy": policy}})),
            [
                "signInExperience.passwordPolicy.length.min: expected a number from 1 to 8",
                "signInExperience.passwordPolicy.characterTypes.min: expected a number from 1 to 4",
                "signInExperience.passwordPolicy.rejects.words[1]: expected a word of 1 to 128 visible characters",
            ]
        );
        let long = json!({"signInExperience": {"passwordPolicy": {"length": {"max": 4097}}}});
        assert_eq!(
            problems(long),
            ["signInExperience.passwordPolicy.length.max: expected a number from 1 to 4096"]
        );
    }

    #[test]
    fn signing_up_and_in_make_sense() {
        let given = json!({"signInExperience": {
            "signUp": {"identifiers": ["email", "username", "email"], "password": false, "verify": false},
            "signIn": {"methods": [
                {"identifier": "username", "verificationCode": true},
                {"identifier": "phone", "password": false},
                {"identifier": "username"},
            ]},
        }});
        assert_eq!(
            problems(given),
            [
                "signInExperience.signUp.identifiers[2]: expected each identifier once",
                "signInExperience.signUp.verify: expected true where people sign up with an address or a number",
                "signInExperience.signUp.password: expected true where people sign up with a username",
                "signInExperience.signIn.methods[2].identifier: expected each identifier once",
                "signInExperience.signIn.methods[0].verificationCode: expected false for a username",
                "signInExperience.signIn.methods[1]: expected a password, a verification code or both",
            ]
        );
        let named = json!({"signInExperience": {"signUp": {"identifiers": ["username"], "verify": false}}});
        assert!(problems(named).is_empty());
    }

    #[test]
    fn limits_have_bounds() {
        let given = json!({"throttle": {"requestsPerIp": {"window": 0}, "guessesPerAccount": {"limit": 0, "window": 0},
                                        "sendBackoff": {"base": 5, "max": 2}}});
        assert_eq!(
            problems(given),
            [
                "throttle.requestsPerIp.window: expected a number of 1 or more",
                "throttle.sendBackoff.max: expected a number of 5 or more",
            ]
        );
    }

    #[test]
    fn names_and_languages_are_looked_at() {
        let given =
            json!({"signInExperience": {"displayName": " ", "languageInfo": {"fallbackLanguage": "pt_BR"}}});
        assert_eq!(
            problems(given),
            [
                "signInExperience.displayName: expected a name of 1 to 100 characters",
                "signInExperience.languageInfo.fallbackLanguage: expected a language tag such as en or pt-BR",
            ]
        );
    }

    #[test]
    fn a_captcha_is_refused_not_ignored() {
        assert!(serde_json::from_value::<Settings>(json!({"captcha": null})).is_ok());
        let error = serde_json::from_value::<Settings>(json!({"captcha": {"provider": "x"}})).unwrap_err();
        assert_eq!(error.to_string(), "not available in this version");
    }
}
