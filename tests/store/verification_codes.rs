//! The newest code of an address: counted, used up once.

use rekey::store::verification_codes::{self, VerificationCodeRow};

use super::{NOW, begin};

fn code(id: &str) -> VerificationCodeRow {
    VerificationCodeRow {
        identifier: "email:ada@example.org".to_owned(),
        id: id.to_owned(),
        code_digest: format!("digest of {id}"),
        tries: 0,
        expires_at: NOW.plus(60),
    }
}

#[tokio::test]
async fn a_code_is_counted_to_its_limit_and_used_once() {
    let (_database, mut tx) = begin().await;
    verification_codes::save(&mut tx, &code("one")).await.unwrap();
    for tries in 1..=2 {
        let counted = verification_codes::count_try(&mut tx, "one", 2, NOW).await.unwrap().unwrap();
        assert_eq!(counted.tries, tries);
    }
    assert!(verification_codes::count_try(&mut tx, "one", 2, NOW).await.unwrap().is_none());
    verification_codes::save(&mut tx, &code("two")).await.unwrap();
    let found = verification_codes::by_identifier(&mut tx, "email:ada@example.org").await.unwrap().unwrap();
    assert_eq!((found.id.as_str(), found.tries), ("two", 0));
    assert!(verification_codes::count_try(&mut tx, "two", 2, NOW.plus(60)).await.unwrap().is_none());
    assert!(!verification_codes::take(&mut tx, "one").await.unwrap());
    assert!(verification_codes::take(&mut tx, "two").await.unwrap());
    assert!(!verification_codes::take(&mut tx, "two").await.unwrap());
}
