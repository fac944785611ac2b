//! How parameters and credentials of a client are read.

use super::{params_from_json, parse_basic, read_credentials};
use rekey_core::oidc::params::Params;

#[test]
fn the_header_is_decoded_twice() {
    // "a%2Fb:p%3Aq+r"
    let read = parse_basic("Basic YSUyRmI6cCUzQXErcg==").unwrap();
    assert_eq!(read.id.as_deref(), Some("a/b"));
    assert_eq!(read.secret.unwrap().expose(), "p:q r");
    assert!(parse_basic("basic Og==").unwrap().secret.is_none());
    for bad in ["Bearer YTpi", "Basic", "Basic ???", "Basic YQ=="] {
        assert!(parse_basic(bad).is_none(), "{bad}");
    }
}

#[test]
fn one_way_of_proving_is_enough() {
    let params = |text: &str| Params::parse(text.as_bytes()).unwrap();
    let header = Some("Basic YTpi");
    assert!(read_credentials(header, &params("client_id=a")).is_ok());
    assert!(read_credentials(header, &params("client_id=c")).is_err());
    assert!(read_credentials(header, &params("client_secret=b")).is_err());
    assert!(read_credentials(Some("Digest x"), &params("client_id=a")).is_err());
}

#[test]
fn json_is_texts_only() {
    assert!(params_from_json(br#"{"a":"b"}"#).is_ok());
    assert!(
        params_from_json(br#"{"a":1}"#).is_err()
            && params_from_json(b"[]").is_err()
            && params_from_json(b"{").is_err()
    );
}
