//! Tests the policy with its vectors, rule by rule, and against a slower reference implementation.

use serde_json::Value;

use crate::passwords::policy::evaluator::{PolicyEvaluator, UserContext};
use crate::settings::password_policy::PasswordPolicy;
use crate::types::error::violation::Violation;

mod generated;
mod reference_impl;

/// Checks a password that is on no list.
fn judge(policy: &PasswordPolicy, password: &str, about: &UserContext) -> Vec<Violation> {
    PolicyEvaluator::new(policy.clone()).violations(password, about, false)
}

const VECTORS: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/password-policy.vectors.jsonl"));

fn policy(json: &str) -> PasswordPolicy {
    serde_json::from_str(json).unwrap()
}

/// The policy of a vector: without breach check, as when the vectors were made, and with the strict alphabet.
fn strict(overrides: &Value) -> PasswordPolicy {
    let mut policy: PasswordPolicy = serde_json::from_value(overrides.clone()).unwrap();
    policy.rejects.pwned = false;
    policy.rejects.non_ascii = true;
    policy
}

fn lenient() -> PasswordPolicy {
    policy(r#"{"rejects":{"pwned":false}}"#)
}

/// A violation in the notation of the vectors: `too_short{"min":8}`.
fn format_violation(violation: Violation) -> String {
    let code = violation.code().trim_start_matches("password_rejected.");
    match (violation, violation.bound()) {
        (Violation::TooLong { .. }, Some(bound)) => format!("{code}{{\"max\":{bound}}}"),
        (_, Some(bound)) => format!("{code}{{\"min\":{bound}}}"),
        (_, None) => code.to_owned(),
    }
}

#[test]
fn every_vector_is_judged_as_recorded() {
    let lines: Vec<Value> = VECTORS.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let vectors: Vec<&Value> = lines.iter().filter(|line| line.get("issues").is_some()).collect();
    assert_eq!(vectors.len(), 58);
    for vector in vectors {
        let password = vector["password"].as_str().unwrap().replace("<a x 257>", &"a".repeat(257));
        let known = |field: &str| vector["userInfo"][field].as_str();
        let about = UserContext {
            name: known("name"),
            username: known("username"),
            email: known("email"),
            phone: known("phoneNumber"),
        };
        let expected: Vec<&str> =
            vector["issues"].as_array().unwrap().iter().map(|issue| issue.as_str().unwrap()).collect();
        let found: Vec<String> =
            judge(&strict(&vector["policy"]), &password, &about).into_iter().map(format_violation).collect();
        assert_eq!(found, expected, "{vector}");
    }
}

#[test]
fn the_default_policy_is_the_recorded_one() {
    let recorded = policy(VECTORS.lines().last().unwrap());
    assert_eq!(recorded, PasswordPolicy::default());
}

#[test]
fn other_alphabets_are_welcome_and_count_by_code_point() {
    let nobody = UserContext::default();
    assert_eq!(judge(&lenient(), "pässwort mit ümlaut", &nobody), []);
    assert_eq!(judge(&lenient(), "ключ😀🐢🌵🍞", &nobody), []);
    assert_eq!(judge(&lenient(), "ключ😀🐢🌵", &nobody), [Violation::TooShort { min: 8 }]);
    assert_eq!(judge(&lenient(), "e\u{301}clairs", &nobody), [Violation::TooShort { min: 8 }]);
    assert_eq!(judge(&lenient(), "tab\tpassword", &nobody), []);
    assert_eq!(judge(&lenient(), "ééééééééé", &nobody), [Violation::Repetition]);
}

#[test]
fn other_letters_are_one_more_class() {
    let mut two = lenient();
    two.character_types.min = 2;
    assert_eq!(judge(&two, "пароли-нет", &UserContext::default()), []);
    assert_eq!(judge(&two, "паролинет", &UserContext::default()), [Violation::CharacterTypes { min: 2 }]);
}

#[test]
fn a_name_is_found_in_either_spelling_and_case() {
    let about = UserContext { name: Some("Zoe\u{301} Ångström"), ..UserContext::default() };
    assert_eq!(judge(&lenient(), "ZOÉångström1", &about), [Violation::UserInfo]);
    let phone = UserContext { phone: Some("+44 7755 900188"), ..UserContext::default() };
    assert_eq!(judge(&lenient(), "447755900188", &phone), [Violation::UserInfo]);
}

#[test]
fn what_hashing_would_refuse_is_too_long_whatever_the_policy() {
    let generous = policy(r#"{"length":{"max":100000}}"#);
    assert_eq!(judge(&generous, &"xy7!".repeat(1024), &UserContext::default()), []);
    let found = judge(&generous, &"xy7!".repeat(1025), &UserContext::default());
    assert_eq!(found, [Violation::TooLong { max: 4096 }]);
}

#[test]
fn a_leaked_password_is_refused_unless_switched_off() {
    let nobody = UserContext::default();
    assert_eq!(PolicyEvaluator::default().violations("Football2019!", &nobody, true), [Violation::Pwned]);
    assert_eq!(PolicyEvaluator::new(lenient()).violations("Football2019!", &nobody, true), []);
}
