//! Rows of the alphabet and of a keyboard, and how far a text follows one. No shifted symbols and no going round the end; a
//! row counts in small letters and in capitals but not mixed, as the contract has it.

use std::sync::LazyLock;

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

/// The two ways in which a row is written.
const SHAPES: [fn(&u8) -> u8; 2] = [u8::to_ascii_lowercase, u8::to_ascii_uppercase];

/// For each ASCII character, one bit for each that may follow it in some row: most places of most passwords need no more.
static FOLLOWERS: LazyLock<[u128; 128]> = LazyLock::new(|| {
    let mut followers = [0; 128];
    for (row, shape) in ROWS.iter().flat_map(|row| SHAPES.iter().map(move |shape| (row, shape))) {
        for (one, next) in row.iter().zip(row.iter().skip(1)) {
            let (one, next) = (shape(one), shape(next));
            for (from, to) in [(one, next), (next, one)] {
                if let Some(bits) = followers.get_mut(usize::from(from)) {
                    *bits |= 1 << u32::from(to);
                }
            }
        }
    }
    followers
});

/// The longest beginning that lies along a row, either way, all small or all capital.
pub(super) fn sequence_length(text: &[u32]) -> usize {
    match text {
        [first, second, ..] if follows(*first, *second) => ROWS
            .iter()
            .flat_map(|row| SHAPES.iter().map(|shape| shared_prefix_length(row, *shape, text)))
            .max()
            .unwrap_or(0),
        _ => text.len().min(1),
    }
}

fn follows(first: u32, second: u32) -> bool {
    let bits = usize::try_from(first).ok().and_then(|first| FOLLOWERS.get(first));
    second < 128 && bits.is_some_and(|bits| bits >> second & 1 == 1)
}

fn shared_prefix_length(row: &[u8], shape: fn(&u8) -> u8, text: &[u32]) -> usize {
    let key = |byte: &u8| u32::from(shape(byte));
    let Some(at) = row.iter().position(|byte| Some(&key(byte)) == text.first()) else {
        return 0;
    };
    let same = |(key, unit): &(u32, &u32)| key == *unit;
    let forth = row.iter().skip(at).map(key).zip(text).take_while(same).count();
    let back = row.iter().take(at.saturating_add(1)).rev().map(key).zip(text).take_while(same).count();
    forth.max(back)
}
