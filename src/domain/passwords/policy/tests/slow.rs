//! The restricted phrases again, as the contract words them: an array of marks, and every suffix looked at on its own.
//! Only tests use it. The surprise: it is meant to be slow and plain, so that nobody improves it.

use crate::domain::passwords::policy::About;
use crate::model::policy::{PasswordPolicy, Violation};

const ROWS: &str = "0123456789 abcdefghijklmnopqrstuvwxyz qwertyuiop asdfghjkl zxcvbnm \
                    1qaz 2wsx 3edc 4rfv 5tgb 6yhn 7ujm 8ik 9ol";

pub fn restricted(policy: &PasswordPolicy, password: &str, about: &About) -> Vec<Violation> {
    let letters: Vec<char> = password.chars().collect();
    let mut marks = vec![0; letters.len()];
    let mut seen = Vec::new();
    for start in 0..letters.len() {
        let rest: String = letters[start..].iter().collect();
        for (kind, length) in [
            (Violation::Repetition, repetition(&rest)),
            (Violation::Sequence, sequence(&rest)),
            (Violation::Words, word(&rest, &policy.rejects.words)),
            (Violation::UserInfo, user_info(&rest, about)),
        ] {
            marks[start..start + length].fill(1);
            if length > 0 && !seen.contains(&kind) {
                seen.push(kind);
            }
        }
    }
    let threshold = (letters.len() as i64 - 3).max(1);
    if marks.iter().sum::<i64>() > threshold { seen } else { Vec::new() }
}

fn repetition(rest: &str) -> usize {
    let first = rest.chars().next();
    let run = rest.chars().take_while(|letter| Some(*letter) == first).count();
    if run >= 3 { run } else { 0 }
}

fn sequence(rest: &str) -> usize {
    let letters: Vec<char> = rest.chars().collect();
    let grows = |length: &usize| is_in_a_row(&letters[..*length].iter().collect::<String>());
    let length = (1..=letters.len()).take_while(|length| *length == 1 || grows(length)).count();
    if length >= 3 { length } else { 0 }
}

fn is_in_a_row(text: &str) -> bool {
    ROWS.split(' ').any(|row| {
        let back: String = row.chars().rev().collect();
        [row.to_owned(), back.clone(), row.to_uppercase(), back.to_uppercase()]
            .iter()
            .any(|form| form.contains(text))
    })
}

fn begins(rest: &str, phrase: &str) -> usize {
    let found = rest.to_lowercase().starts_with(&phrase.to_lowercase());
    if found { phrase.chars().count() } else { 0 }
}

fn word(rest: &str, words: &[String]) -> usize {
    words.iter().map(|word| begins(rest, word)).max().unwrap_or(0)
}

fn user_info(rest: &str, about: &About) -> usize {
    let name = about.name.unwrap_or_default();
    let joined: String = name.split_whitespace().collect();
    let parts = name.split(' ').map(|part| begins(rest, part)).max().unwrap_or(0);
    let name = match begins(rest, name) {
        0 => begins(rest, &joined).max(parts),
        whole => whole,
    };
    let local = about.email.unwrap_or_default().split('@').next().unwrap_or_default();
    name.max(begins(rest, about.username.unwrap_or_default())).max(begins(rest, local))
}
