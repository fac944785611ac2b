//! Tokens, codes and numbers from the injected randomness.

use super::{Secret, SeededRng, ct_eq, gen_range, generate_code, generate_token, sha256_digest};

#[test]
fn debug_shows_nothing() {
    assert_eq!(format!("{:?}", Secret::from("hunter2")), "•••");
}

#[test]
fn tokens_are_long_and_differ() {
    let rng = SeededRng::new(1);
    let a = generate_token(&rng);
    let b = generate_token(&rng);
    assert_eq!(a.expose().len(), 43);
    assert!(!ct_eq(a.expose(), b.expose()));
    assert_ne!(sha256_digest(a.expose()), a.expose());
}

#[test]
fn codes_have_six_digits_and_cover_the_range() {
    let rng = SeededRng::new(2);
    let codes: Vec<String> = (0..500).map(|_| generate_code(&rng).expose().to_owned()).collect();
    assert!(codes.iter().all(|code| code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit())));
    assert!(codes.iter().any(|code| code.starts_with('0')));
    assert!((0..500).all(|_| gen_range(&rng, 7) < 7));
}
