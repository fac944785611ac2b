//! Every word that is used is defined, every word that is defined is used, in every language.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rekey_adapters::i18n::Lang;
use rekey_core::types::error::violation::Violation;
use rekey_core::types::error::{AccountApiError, CaptchaFault, ConnectorFault, Refusal};
use rekey_server::http::api::error::ERROR_CODES;
use rekey_server::http::html::flow_state::NOTICES;

#[test]
fn every_language_defines_the_same_keys() {
    let catalog = rekey::embedded::catalog().unwrap();
    for lang in Lang::ALL {
        let missing: Vec<&String> =
            catalog.keys(Lang::En).iter().filter(|key| !catalog.keys(lang).contains(key)).collect();
        let extra: Vec<&String> =
            catalog.keys(lang).iter().filter(|key| !catalog.keys(Lang::En).contains(key)).collect();
        assert!(
            missing.is_empty() && extra.is_empty(),
            "{}: missing {missing:?}, extra {extra:?}",
            lang.tag()
        );
    }
}

#[test]
fn every_key_in_use_is_defined() {
    let catalog = rekey::embedded::catalog().unwrap();
    let defined: BTreeSet<&str> = catalog.keys(Lang::En).iter().map(String::as_str).collect();
    let used = used();
    let missing: Vec<&String> = used.iter().filter(|key| !defined.contains(key.as_str())).collect();
    assert!(missing.is_empty(), "not in locales/en: {missing:?}");
}

#[test]
fn every_defined_key_is_in_use() {
    let catalog = rekey::embedded::catalog().unwrap();
    let (used, literals) = (used(), literals());
    let unused: Vec<&String> = catalog
        .keys(Lang::En)
        .iter()
        .filter(|key| !used.contains(*key) && !literals.contains(*key))
        .collect();
    assert!(unused.is_empty(), "said nowhere: {unused:?}");
}

/// The keys that are certainly asked for: `t("…")` and its sisters, and one for each refusal and violation.
fn used() -> BTreeSet<String> {
    let mut used: BTreeSet<String> = NOTICES.iter().map(|key| (*key).to_owned()).collect();
    // Unit tests may ask for words that do not exist.
    let sources = ["src", "crates/adapters/src", "crates/server/src"]
        .into_iter()
        .flat_map(files)
        .filter(|path| !path.ends_with("tests.rs"));
    for text in sources.chain(files("templates")).filter_map(|path| std::fs::read_to_string(path).ok()) {
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        for call in [".t(\"", ".t1(\"", ".n(\"", ".with(\"", ".title(\""] {
            used.extend(
                text.split(call).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned),
            );
        }
    }
    used.extend(ERROR_CODES.iter().map(|code| format!("api-{}", dashed(code))));
    used.extend(every_refusal().iter().map(|refusal| format!("refusal-{}", dashed(refusal.code()))));
    used.extend(Violation::EXAMPLES.iter().map(|violation| dashed(violation.code())));
    used
}

/// Every text in quotes: a key may be chosen in one place and said in another.
fn literals() -> BTreeSet<String> {
    let texts = ["src", "crates", "templates"].into_iter().flat_map(files);
    let texts = texts.filter_map(|path| std::fs::read_to_string(path).ok());
    texts.flat_map(|text| text.split('"').map(str::to_owned).collect::<Vec<_>>()).collect()
}

fn files(dir: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(dir)];
    while let Some(dir) = open.pop() {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { open.push(path) } else { found.push(path) }
        }
    }
    found
}

fn dashed(code: &str) -> String {
    code.replace(['.', '_'], "-")
}

pub(crate) fn every_refusal() -> Vec<Refusal> {
    vec![
        Refusal::IdentifierMalformed,
        Refusal::IdentifierHidden,
        Refusal::UsernameMixed,
        Refusal::IdentifierUnreachable,
        Refusal::RecoveryDisabled,
        Refusal::SignInDisabled,
        Refusal::SignUpDisabled,
        Refusal::InvalidCredentials,
        Refusal::CodeWrong { tries_left: 1 },
        Refusal::CodeSuperseded { tries_left: 1 },
        Refusal::CodeMalformed,
        Refusal::CodeExpired,
        Refusal::CodeExhausted,
        Refusal::RequestEnded,
        Refusal::RecoveryDelayed { retry_after: 1 },
        Refusal::CodesBlocked,
        Refusal::PasswordBlocked,
        Refusal::LinkExpired,
        Refusal::LinkUsed,
        Refusal::LinkSuperseded,
        Refusal::LinkUnknown,
        Refusal::NumberWrong { tries_left: 1 },
        Refusal::GrantInvalid,
        Refusal::PasswordWeak(Vec::new()),
        Refusal::WrongCurrentPassword,
        Refusal::Throttled { retry_after: 1 },
        Refusal::Busy { retry_after: 1 },
        Refusal::BreachCheckUnavailable { retry_after: 1 },
        Refusal::NotFound,
        Refusal::EmailTaken,
        Refusal::PhoneTaken,
        Refusal::UsernameTaken,
        Refusal::SettingsInvalid(Vec::new()),
        Refusal::Connector(ConnectorFault::Missing),
        Refusal::Duplicate,
    ]
    .into_iter()
    .chain(refusals_of_one_face())
    .collect()
}

fn refusals_of_one_face() -> [Refusal; 4] {
    [
        Refusal::UserRequired,
        Refusal::Account(AccountApiError::VerificationRequired),
        Refusal::Captcha(CaptchaFault::Missing),
        Refusal::Captcha(CaptchaFault::Invalid),
    ]
}
