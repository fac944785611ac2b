//! The restricted phrases of a password: runs, rows of the keyboard, the operator's words, the person's own data. Says
//! which kinds make up nearly all of it. The surprise: a phrase is no fault while three characters outside any remain.

use super::{About, Alphabet, fold};
use crate::model::policy::{Rejects, Violation};

/// Shorter runs and rows are an accident of ordinary words.
const SHORTEST: usize = 3;
/// With this many characters outside every phrase the password stands.
const FREE: usize = 3;

/// The alphabet and a keyboard, rows and slanted columns. No character occurs twice in a row, so each continues in two
/// ways at most.
const ROWS: [&[u8]; 14] = [
    b"0123456789",
    b"abcdefghijklmnopqrstuvwxyz",
    b"qwertyuiop",
    b"asdfghjkl",
    b"zxcvbnm",
    b"1qaz",
    b"2wsx",
    b"3edc",
    b"4rfv",
    b"5tgb",
    b"6yhn",
    b"7ujm",
    b"8ik",
    b"9ol",
];

type Units = Vec<u32>;

/// The phrases of one policy and one person, folded once.
pub(super) struct Restricted {
    finds_rows: bool,
    words: Vec<Units>,
    full_name: Units,
    name_parts: Vec<Units>,
    own: Vec<Units>,
}

impl Restricted {
    pub(super) fn new(rejects: &Rejects, about: &About, alphabet: Alphabet) -> Self {
        let fold_all = |text: &str| alphabet.units(alphabet.text(text).expose(), fold).to_vec();
        let about = if rejects.user_info { *about } else { About::default() };
        let name = about.name.unwrap_or_default();
        let joined: String = name.split_whitespace().collect();
        let before_at = about.email.and_then(|email| email.split('@').next()).unwrap_or_default();
        let digits: String = about.phone.unwrap_or_default().chars().filter(char::is_ascii_digit).collect();
        Self {
            finds_rows: rejects.repetition_and_sequence,
            words: rejects.words.iter().map(|word| fold_all(word)).collect(),
            full_name: fold_all(name),
            name_parts: std::iter::once(joined.as_str()).chain(name.split(' ')).map(fold_all).collect(),
            own: [about.username.unwrap_or_default(), before_at, &digits].into_iter().map(fold_all).collect(),
        }
    }

    /// The kinds of phrases, in order of appearance, if together they leave fewer than three characters free.
    pub(super) fn found_in(&self, units: &[u32], folded: &[u32]) -> Vec<Violation> {
        let mut cover = Cover::default();
        let mut run = 0_usize;
        for start in 0..units.len() {
            let (exact, folded) = (tail(units, start), tail(folded, start));
            if self.finds_rows {
                run = if run > 1 { run.saturating_sub(1) } else { run_length(exact) };
                cover.mark(start, long_enough(run), Violation::Repetition);
                cover.mark(start, long_enough(row_length(exact)), Violation::Sequence);
            }
            cover.mark(start, longest(&self.words, folded), Violation::Words);
            cover.mark(start, self.person_length(folded), Violation::UserInfo);
        }
        if cover.marked > units.len().saturating_sub(FREE).max(1) { cover.kinds } else { Vec::new() }
    }

    /// The parts of the name count only where the whole name does not stand.
    fn person_length(&self, folded: &[u32]) -> usize {
        let whole = !self.full_name.is_empty() && folded.starts_with(&self.full_name);
        let name = if whole { self.full_name.len() } else { longest(&self.name_parts, folded) };
        name.max(longest(&self.own, folded))
    }
}

/// How many characters lie in a phrase. Starts only grow, so the end of the farthest phrase is all there is to remember.
#[derive(Default)]
struct Cover {
    end: usize,
    marked: usize,
    kinds: Vec<Violation>,
}

impl Cover {
    fn mark(&mut self, start: usize, length: usize, kind: Violation) {
        if length == 0 {
            return;
        }
        let end = start.saturating_add(length);
        self.marked = self.marked.saturating_add(end.saturating_sub(self.end.max(start)));
        self.end = self.end.max(end);
        if !self.kinds.contains(&kind) {
            self.kinds.push(kind);
        }
    }
}

fn tail(units: &[u32], start: usize) -> &[u32] {
    units.get(start..).unwrap_or_default()
}

const fn long_enough(length: usize) -> usize {
    if length < SHORTEST { 0 } else { length }
}

fn longest(phrases: &[Units], text: &[u32]) -> usize {
    phrases.iter().filter(|phrase| text.starts_with(phrase)).map(Vec::len).max().unwrap_or(0)
}

fn run_length(text: &[u32]) -> usize {
    text.iter().take_while(|unit| Some(*unit) == text.first()).count()
}

/// The longest beginning that lies along a row, either way, all small or all capital.
fn row_length(text: &[u32]) -> usize {
    let shapes: [fn(&u8) -> u8; 2] = [u8::to_ascii_lowercase, u8::to_ascii_uppercase];
    let along = |row: &[u8]| shapes.iter().map(|shape| shared(row, *shape, text)).max().unwrap_or(0);
    ROWS.iter().map(|row| along(row)).max().unwrap_or(0)
}

fn shared(row: &[u8], shape: fn(&u8) -> u8, text: &[u32]) -> usize {
    let key = |byte: &u8| u32::from(shape(byte));
    let Some(at) = row.iter().position(|byte| Some(&key(byte)) == text.first()) else {
        return 0;
    };
    let same = |(key, unit): &(u32, &u32)| key == *unit;
    let forth = row.iter().skip(at).map(key).zip(text).take_while(same).count();
    let back = row.iter().take(at.saturating_add(1)).rev().map(key).zip(text).take_while(same).count();
    forth.max(back)
}
