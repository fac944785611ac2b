//! The two promises of a filter at a size that shows them: nothing listed is missed, and as little else is
//! called listed as is said.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::thread;

use rekey_core::passwords::breaches::Filter;

use super::{CliFixture, hash, mix};

const HASHES: u64 = 10_000_000;
/// Enough for 305 false positives, whose number then varies by 6 %; the numbers are always the same, and so
/// is the outcome.
const PROBES: u64 = 20_000_000;

/// How many of these numbers' hashes are listed, counted on two threads.
fn count_listed(filter: &Filter, from: u64, to: u64) -> usize {
    let count = |from, to| (from..to).filter(|number| filter.contains(&hash(mix(*number)))).count();
    let middle = from.midpoint(to);
    thread::scope(|scope| {
        let first = scope.spawn(|| count(from, middle));
        count(middle, to) + first.join().unwrap()
    })
}

fn write(shelf: &CliFixture) -> std::path::PathBuf {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let path = shelf.path("list");
    let mut file = BufWriter::with_capacity(1 << 20, File::create(&path).unwrap());
    let mut line = *b"0000000000000000000000000000000000000000\n";
    for number in 0..HASHES {
        let mut key = mix(number);
        let mut at = 16;
        while at > 0 {
            at -= 1;
            line[at] = DIGITS[(key & 0xf) as usize];
            key >>= 4;
        }
        file.write_all(&line).unwrap();
    }
    file.flush().unwrap();
    path
}

#[test]
fn ten_million_hashes_are_all_found_and_hardly_any_other() {
    let shelf = CliFixture::new();
    let (made, outcome) = shelf.build(&[&write(&shelf)], |_| {}).unwrap();
    assert_eq!(outcome.hashes, HASHES);
    let filter = Filter::open(&made).unwrap();
    assert_eq!(count_listed(&filter, 0, HASHES), HASHES as usize);
    let stated = PROBES as f64 / outcome.one_in as f64;
    let found = count_listed(&filter, HASHES, HASHES + PROBES) as f64;
    assert!((found / stated - 1.0).abs() < 0.1, "{found} false positives where {stated:.0} were stated");
    assert!(filter.info().bits_per_hash() < 18.5, "{} bits per hash", filter.info().bits_per_hash());
}
