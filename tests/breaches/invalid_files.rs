//! Files that are no filter, or no longer: each refused with its reason, none with a panic.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use rekey_core::passwords::breaches::{Filter, FilterError};
use sha2::{Digest as _, Sha256};

use super::{CliFixture, hash, hashes, mix};

/// Bytes of head and directory: 128, the source in 64, four shards of 80.
const BODY: usize = 128 + 64 + 320;

fn valid_filter(shelf: &CliFixture) -> Vec<u8> {
    let list = shelf.list("list", hashes(0..1500));
    let (made, _) = shelf.build(&[&list], |options| options.shard_bits = Some(2)).unwrap();
    fs::read(made).unwrap()
}

fn open(path: &Path, bytes: &[u8]) -> Result<Filter, FilterError> {
    fs::write(path, bytes).unwrap();
    Filter::open(path)
}

fn check_error(shelf: &CliFixture, bytes: &[u8]) -> String {
    open(&shelf.path("bad"), bytes).unwrap_err().to_string()
}

/// The checksum of head and directory made right again, as a forger would.
fn with_valid_checksum(mut bytes: Vec<u8>) -> Vec<u8> {
    let sum = Sha256::new().chain_update(&bytes[..96]).chain_update(&bytes[128..BODY]).finalize();
    bytes[96..128].copy_from_slice(&sum);
    bytes
}

#[test]
fn a_file_that_is_no_filter_is_refused() {
    let shelf = CliFixture::new();
    assert_eq!(check_error(&shelf, b""), "is empty; make it again with `rekey breaches build`");
    assert!(check_error(&shelf, b"password\nletmein\n").starts_with("is not a filter; make one from a list"));
    let folder = Filter::open(&shelf.path("")).unwrap_err();
    assert_eq!(folder.to_string(), "is not a file; name the filter file itself");
    let missing = Filter::open(&shelf.path("missing")).unwrap_err().to_string();
    assert!(missing.starts_with("can't be read: "), "{missing}");
}

#[test]
fn another_version_is_named() {
    let shelf = CliFixture::new();
    let mut bytes = valid_filter(&shelf);
    bytes[8] = 2;
    let expected = "is a filter of format 2, this Rekey reads format 1; make it again with this Rekey's \
                    `rekey breaches build`";
    assert_eq!(check_error(&shelf, &bytes), expected);
    assert_eq!(check_error(&shelf, &bytes[..12]), expected);
}

#[test]
fn a_file_cut_short_anywhere_is_refused() {
    let shelf = CliFixture::new();
    let bytes = valid_filter(&shelf);
    for length in (1..bytes.len()).rev().step_by(7).chain(0..=BODY) {
        let unfit = open(&shelf.path("bad"), &bytes[..length]).unwrap_err();
        let expected =
            matches!(unfit, FilterError::Truncated { is, should } if is == length as u64 && should > is);
        assert!(expected || (length == 0 && matches!(unfit, FilterError::Empty)), "{length}: {unfit}");
    }
    let whole = format!("is cut short: 1000 of {} bytes are there; copy it again", bytes.len());
    assert_eq!(check_error(&shelf, &bytes[..1000]), whole);
    assert_eq!(
        check_error(&shelf, &[bytes, vec![0]].concat()),
        "is damaged: its length has changed since it was made; copy it again"
    );
}

#[test]
fn every_altered_byte_is_noticed() {
    let shelf = CliFixture::new();
    let mut bytes = valid_filter(&shelf);
    for at in 0..bytes.len() {
        bytes[at] ^= 0x10;
        let unfit = open(&shelf.path("bad"), &bytes).unwrap_err();
        let expected = match at {
            0..8 => matches!(unfit, FilterError::NotAFilter),
            8..12 => matches!(unfit, FilterError::OtherVersion(_)),
            _ if at < BODY => {
                matches!(unfit, FilterError::Corrupted("its head") | FilterError::Truncated { .. })
            }
            _ => matches!(unfit, FilterError::Corrupted("a fingerprint")),
        };
        assert!(expected, "{at}: {unfit}");
        bytes[at] ^= 0x10;
    }
    assert!(open(&shelf.path("bad"), &bytes).is_ok());
}

#[test]
fn forged_numbers_are_refused() {
    let shelf = CliFixture::new();
    let sound = valid_filter(&shelf);
    // Where a number is, and one that can't be true.
    let cases: [(usize, &[u8]); 11] = [
        (12, &[8]),
        (24, &[0xff; 8]),
        (48, &[1]),
        (64, &[0, 0]),
        (192 + 8, &[3]),
        (192 + 12, &[0]),
        (192 + 16, &[0xff; 4]),
        (192 + 24, &[0xff; 8]),
        (192 + 32, &[2]),
        (192 + 40, &[0; 8]),
        (192 + 8, &[0; 12]),
    ];
    for (at, value) in cases {
        let mut bytes = sound.clone();
        bytes[at..at + value.len()].copy_from_slice(value);
        let unfit = open(&shelf.path("bad"), &with_valid_checksum(bytes)).unwrap_err();
        let expected = matches!(unfit, FilterError::Impossible(_) | FilterError::Corrupted("its length"));
        assert!(expected, "{at}: {unfit}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn no_corruption_panics(
        changes in prop::collection::vec((0..BODY, any::<u8>()), 1..6),
        cut in prop::option::weighted(0.2, 0..6000_usize),
        is_forged in any::<bool>(),
    ) {
        let shelf = CliFixture::new();
        let mut bytes = valid_filter(&shelf);
        for (at, value) in changes {
            bytes[at] = value;
        }
        let mut bytes = if is_forged { with_valid_checksum(bytes) } else { bytes };
        bytes.truncate(cut.unwrap_or(usize::MAX));
        if let Ok(filter) = open(&shelf.path("bad"), &bytes) {
            let answers = (0..2000).filter(|number| filter.contains(&hash(mix(*number)))).count();
            prop_assert!(answers <= 2000);
        }
    }
}
