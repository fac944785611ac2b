//! The table as docs/security.md shows it.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;

use super::changes::CHANGES;
use super::things::THINGS;
use super::{Kind, Outcome, Reason, expected};

const DOCUMENT: &str = "docs/security.md";
const BEGIN: &str = "<!-- proofs_end: generated, see tests/promises/proofs_end/table -->\n";
const END: &str = "<!-- /proofs_end -->\n";

const KINDS: [Kind; 11] = [
    Kind::Reset,
    Kind::Changed,
    Kind::Set,
    Kind::AddressTaken,
    Kind::AddressSet,
    Kind::NameTaken,
    Kind::NameSet,
    Kind::Suspended,
    Kind::Deleted,
    Kind::Disputed,
    Kind::Made,
];

const REASONS: [Reason; 4] =
    [Reason::AddressIsThere, Reason::PasswordIsThere, Reason::OwnersWay, Reason::SignedIn];

const fn title(kind: Kind) -> &'static str {
    match kind {
        Kind::Reset => "password reset",
        Kind::Changed => "password changed",
        Kind::Set => "password set by an administrator",
        Kind::AddressTaken => "address changed",
        Kind::AddressSet => "address set by an administrator",
        Kind::NameTaken => "username changed",
        Kind::NameSet => "username set by an administrator",
        Kind::Suspended => "suspended",
        Kind::Deleted => "deleted",
        Kind::Disputed => "\"this wasn't me\"",
        Kind::Made => "account made",
    }
}

const fn sentence(reason: Reason) -> &'static str {
    match reason {
        Reason::AddressIsThere => "the address that it went to is still the account's",
        Reason::PasswordIsThere => "the password that proved it is still the password",
        Reason::OwnersWay => {
            "an attacker who took the account over could end the owner's way back with one more change"
        }
        Reason::SignedIn => {
            "a person who is signed in stays so; people end sessions at `/account`, administrators by the Management API (an administrator's \
             password ends none)"
        }
    }
}

fn number(reason: Reason) -> usize {
    REASONS.iter().position(|known| *known == reason).unwrap() + 1
}

fn cell(outcome: Outcome) -> String {
    match outcome {
        Outcome::Ends => "ends".to_owned(),
        Outcome::Stays(reason) => format!("stays ({})", number(reason)),
        Outcome::NotApplicable => "–".to_owned(),
    }
}

fn line(cells: impl Iterator<Item = String>) -> String {
    format!("| {} |\n", cells.collect::<Vec<_>>().join(" | "))
}

fn table() -> String {
    let interfaces = |kind: Kind| {
        let names: Vec<&str> =
            CHANGES.iter().filter(|change| change.kind() == kind).map(|change| change.interface()).collect();
        format!("{} ({})", title(kind), names.join(", "))
    };
    let mut text = line(["handed out".to_owned()].into_iter().chain(KINDS.map(interfaces)));
    text += &line((0..=KINDS.len()).map(|_| "---".to_owned()));
    for thing in THINGS {
        let cells = KINDS.map(|kind| cell(expected(kind, thing)));
        text += &line([thing.name().to_owned()].into_iter().chain(cells));
    }
    let used: BTreeSet<Reason> = KINDS
        .iter()
        .flat_map(|kind| THINGS.map(|thing| expected(*kind, thing)))
        .filter_map(|outcome| if let Outcome::Stays(reason) = outcome { Some(reason) } else { None })
        .collect();
    text.push('\n');
    for reason in used {
        writeln!(text, "{}. {}", number(reason), sentence(reason)).unwrap();
    }
    text
}

/// Run with `REKEY_RENEW_DOCS=1` to write it anew.
#[test]
fn the_document_shows_the_tested_table() {
    let text = fs::read_to_string(DOCUMENT).unwrap();
    let (before, rest) = text.split_once(BEGIN).expect("the place of the table");
    let (shown, after) = rest.split_once(END).expect("the end of the table");
    if is_renewed() {
        fs::write(DOCUMENT, format!("{before}{BEGIN}{}{END}{after}", table())).unwrap();
    } else {
        assert!(
            shown == table(),
            "run: REKEY_RENEW_DOCS=1 cargo test --test all proofs_end::table::document"
        );
    }
}

#[expect(clippy::disallowed_methods, reason = "whether to write is the environment's to say")]
fn is_renewed() -> bool {
    std::env::var("REKEY_RENEW_DOCS").is_ok()
}
