//! The operator's words, prepared for search. They are sorted, so that the longest match at a position is
//! found by binary search, letter by letter, and ten thousand words cost little more than ten.

use crate::passwords::policy::characters::CharCodes;

/// Folded words in order.
#[derive(Clone, Debug, Default)]
pub(super) struct WordList(Vec<Vec<u32>>);

impl WordList {
    pub(super) fn new(words: impl Iterator<Item = CharCodes>) -> Self {
        let mut words: Vec<Vec<u32>> =
            words.map(|word| word.to_vec()).filter(|word| !word.is_empty()).collect();
        words.sort();
        words.dedup();
        Self(words)
    }

    /// The length of the longest word that the text starts with; 0 when none matches.
    pub(super) fn longest_prefix(&self, text: &[u32]) -> usize {
        let mut left = self.0.as_slice();
        let mut longest = 0;
        for (depth, letter) in text.iter().enumerate() {
            left = with_letter(left, depth, *letter);
            let Some(first) = left.first() else {
                break;
            };
            if first.len() == depth.saturating_add(1) {
                longest = first.len();
            }
        }
        longest
    }
}

/// The words with this letter at this position, among words that agree before it. Shorter words sort first
/// and drop out.
fn with_letter(words: &[Vec<u32>], depth: usize, letter: u32) -> &[Vec<u32>] {
    let from = words.partition_point(|word| word.get(depth).is_none_or(|own| *own < letter));
    let rest = words.get(from..).unwrap_or_default();
    let until = rest.partition_point(|word| word.get(depth) == Some(&letter));
    rest.get(..until).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use zeroize::Zeroizing;

    use super::{CharCodes, WordList};

    fn units(text: &str) -> CharCodes {
        Zeroizing::new(text.chars().map(u32::from).collect())
    }

    #[test]
    fn the_longest_word_that_begins_the_text_counts() {
        let words = WordList::new(["acme", "ac", "acmecorp", "", "b", "corp"].into_iter().map(units));
        for (text, length) in
            [("acmecorps", 8), ("acmecor", 4), ("ac", 2), ("a", 0), ("xacme", 0), ("b", 1), ("", 0)]
        {
            assert_eq!(words.longest_prefix(&units(text)), length, "{text}");
        }
    }
}
