//! How moments and durations are written and read.

use async_graphql::ScalarType as _;

use super::Interval;
use super::scalars::{parse_datetime, parse_duration};
use rekey_core::types::time::Timestamp;

#[test]
fn spans_are_read_and_written() {
    let read = ["PT1S", "PT5M", "P6M", "PT0S", "P1DT1H"].map(parse_duration);
    assert_eq!(read, [Some(1), Some(300), Some(15_552_000), Some(0), Some(90_000)]);
    for wrong in ["", "P", "PT", "5M", "PT5", "P5", "PTM", "PT5D", "PT99999999999S"] {
        assert_eq!(parse_duration(wrong), None, "{wrong}");
    }
    let written = [0, 1, 300, 3661].map(|seconds| Interval(seconds).to_value().to_string());
    assert_eq!(written, ["\"PT0S\"", "\"PT1S\"", "\"PT5M\"", "\"PT1H1M1S\""]);
}

#[test]
fn moments_are_read() {
    assert_eq!(parse_datetime("2023-11-14T22:13:20.000Z"), Some(Timestamp(1_700_000_000_000)));
    assert_eq!(parse_datetime("2023-11-14T22:13:20.5Z"), Some(Timestamp(1_700_000_000_500)));
    for wrong in ["", "2023-11-14", "2023-02-30T00:00:00Z", "2023-11-14T22:13:20"] {
        assert_eq!(parse_datetime(wrong), None, "{wrong}");
    }
}
