//! Bounds of the settings, for valid and invalid ones.

use serde_json::json;

use crate::settings::Settings;

fn problems(value: serde_json::Value) -> Vec<String> {
    serde_json::from_value::<Settings>(value).unwrap().validation_errors()
}

#[test]
fn an_empty_document_is_the_documented_default() {
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
fn bounds_are_reported_with_their_paths() {
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
fn a_captcha_that_could_not_work_is_refused() {
    assert!(problems(json!({"captcha": null})).is_empty());
    assert!(problems(json!({"captcha": {"provider": "altcha", "after": 3}})).is_empty());
    let fine = json!({"provider": "turnstile", "secret": "s", "verifyUrl": "http://127.0.0.1:9/x"});
    assert!(problems(json!({"captcha": fine})).is_empty());
    let given = json!({"captcha": {
        "provider": "hcaptcha", "threshold": 1.5, "timeout": 0, "verifyUrl": "http://a.example/", "scriptUrl": "x",
    }});
    assert_eq!(
        problems(given),
        [
            "captcha.timeout: expected a number from 1 to 10",
            "captcha.threshold: expected a number from 0 to 1",
            "captcha.verifyUrl: expected an https address, or an http one on this machine",
            "captcha.scriptUrl: expected an https address, or an http one on this machine",
            "captcha.secret: expected the secret that the provider gave you",
        ]
    );
}

#[test]
fn what_the_account_center_has_not_got_is_refused_when_it_is_switched_on() {
    let center = json!({
        "fields": { "social": "ReadOnly", "mfa": "Edit", "email": "Edit" },
        "webauthnRelatedOrigins": ["https://a.example"], "customCss": "a{}", "profileFields": [{ "name": "a" }],
        "deleteAccountUrl": "javascript:alert(1)",
    });
    let found = problems(json!({ "accountCenter": center }));
    assert_eq!(found.len(), 6, "{found:?}");
    assert_eq!(found[0], "accountCenter.fields.social: expected Off; not available in this version");
    assert!(problems(json!({ "accountCenter": { "deleteAccountUrl": "https://a.example/bye" } })).is_empty());
}
