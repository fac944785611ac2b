//! Lines about fields that are out of bounds.

use validator::Validate;

use crate::http::api::validation::{to_camel_case, validate_name, validation_problems};

#[derive(Validate)]
struct Outer {
    #[validate(range(min = 60, max = 86400))]
    expires_in: u32,
    #[validate(length(min = 1, max = 2))]
    targets: Vec<String>,
    #[validate(length(min = 1))]
    password: String,
    #[validate(nested)]
    inner: Inner,
    #[validate(nested)]
    list: Vec<Inner>,
}

#[derive(Validate)]
struct Inner {
    #[validate(custom(function = validate_name::<4>))]
    name: Option<String>,
    #[validate(length(max = 0, message = "expected an empty list"))]
    ids: Vec<u8>,
}

fn inner(name: Option<&str>, ids: &[u8]) -> Inner {
    Inner { name: name.map(str::to_owned), ids: ids.to_vec() }
}

fn problems(body: &Outer) -> Vec<String> {
    body.validate().map_err(|errors| validation_problems(&errors)).unwrap_err()
}

#[test]
fn every_problem_has_its_path() {
    let body = Outer {
        expires_in: 59,
        targets: Vec::new(),
        password: String::new(),
        inner: inner(Some(" "), &[]),
        list: vec![inner(None, &[]), inner(Some("abcde"), &[1])],
    };
    assert_eq!(
        problems(&body),
        [
            "expiresIn: expected a number from 60 to 86400",
            "inner.name: expected 1 to 4 characters",
            "list[1].ids: expected an empty list",
            "list[1].name: expected 1 to 4 characters",
            "password: expected at least 1 character",
            "targets: expected 1 to 2",
        ]
    );
}

#[test]
fn what_is_within_its_bounds_is_accepted() {
    let body = Outer {
        expires_in: 60,
        targets: vec!["a".to_owned()],
        password: "é".to_owned(),
        inner: inner(Some("äöüß"), &[]),
        list: Vec::new(),
    };
    assert!(body.validate().is_ok());
}

#[test]
fn fields_have_their_json_names() {
    assert_eq!(to_camel_case("name"), "name");
    assert_eq!(to_camel_case("jit_organization_ids"), "jitOrganizationIds");
}
