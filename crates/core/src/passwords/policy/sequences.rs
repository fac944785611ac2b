//! Alphabet and keyboard sequences, and how far a text follows one. Shifted symbols and wrapping around the
//! end do not count; a sequence matches in lowercase or in uppercase but not mixed, as the contract
//! specifies.

use std::sync::LazyLock;

/// The alphabet, and the rows and diagonals of a keyboard. No character occurs twice in a row, so each has at
/// most two continuations.
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

/// The two cases of a row.
const SHAPES: [fn(&u8) -> u8; 2] = [u8::to_ascii_lowercase, u8::to_ascii_uppercase];

/// For each ASCII character, a bit for each that may follow it in some row. In most passwords most positions
/// need no further check.
static FOLLOWERS: LazyLock<[u128; 128]> = LazyLock::new(|| {
    let mut followers = [0; 128];
    for (row, shape) in ROWS.iter().flat_map(|row| SHAPES.iter().map(move |shape| (row, shape))) {
        for (one, next) in row.iter().zip(row.iter().skip(1)) {
            let one = shape(one);
            let next = shape(next);
            for (from, to) in [(one, next), (next, one)] {
                if let Some(bits) = followers.get_mut(usize::from(from)) {
                    *bits |= 1 << u32::from(to);
                }
            }
        }
    }
    followers
});

/// The length of the longest prefix that follows a row in either direction, all lowercase or all uppercase.
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
