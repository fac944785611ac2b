//! `unsafe` has one door: the line that maps a filter into memory. The lint stops it elsewhere; this stops the lint from being
//! switched off elsewhere.

use super::{File, none, sources};

/// The file that may.
const DOOR: &str = "crates/core/src/passwords/breaches/mmap.rs";

fn unsafe_words(file: &File) -> Vec<String> {
    let words = file.words();
    let found = words.iter().filter(|word| ["unsafe", "unsafe_code"].contains(&word.as_str()));
    found.map(|word| format!("{}: {word}", file.path)).collect()
}

#[test]
fn unsafe_code_is_in_one_module() {
    let (door, others): (Vec<_>, Vec<_>) = sources().into_iter().partition(|file| file.path == DOOR);
    none(&others.into_iter().flat_map(unsafe_words).collect::<Vec<_>>());
    assert_eq!(door.into_iter().flat_map(unsafe_words).count(), 2, "one expectation and one block");
    assert_eq!(unsafe_words(&File::new("src/x.rs", "#[expect(unsafe_code)] unsafe {} // unsafe")).len(), 2);
}
