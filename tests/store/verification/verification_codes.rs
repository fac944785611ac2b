//! The codes of an address: counted, replaced by what is delivered, used up once.

use rekey::model::ids::CodeId;
use rekey::store::verification_codes::{self, VerificationCodeRow};

use crate::store::{NOW, begin};

const ADA: &str = "email:ada@example.org";

fn code(id: &str) -> VerificationCodeRow {
    VerificationCodeRow {
        identifier: ADA.to_owned(),
        id: CodeId(id.to_owned()),
        code_digest: format!("digest of {id}"),
        tries: 0,
        expires_at: NOW.plus_seconds(60),
        delivered_at: None,
    }
}

#[tokio::test]
async fn a_code_is_counted_to_its_limit_and_used_once() {
    let (_database, mut tx) = begin().await;
    let (one, two) = (code("one"), code("two"));
    verification_codes::insert(&mut tx, &one).await.unwrap();
    for tries in 1..=2 {
        let counted = verification_codes::count_tries(&mut tx, ADA, 2, NOW).await.unwrap();
        assert_eq!(counted.iter().map(|row| row.tries).collect::<Vec<_>>(), [tries]);
    }
    assert!(verification_codes::count_tries(&mut tx, ADA, 2, NOW).await.unwrap().is_empty());
    verification_codes::insert(&mut tx, &two).await.unwrap();
    assert_eq!(verification_codes::newest(&mut tx, ADA).await.unwrap().unwrap().id, two.id);
    assert!(verification_codes::newest(&mut tx, "email:bob@example.org").await.unwrap().is_none());
    assert!(verification_codes::count_tries(&mut tx, ADA, 9, NOW.plus_seconds(60)).await.unwrap().is_empty());
    assert!(verification_codes::take(&mut tx, &two.id).await.unwrap());
    assert!(!verification_codes::take(&mut tx, &two.id).await.unwrap());
}

#[tokio::test]
async fn a_delivered_code_replaces_the_one_delivered_before() {
    let (_database, mut tx) = begin().await;
    for id in ["a", "b", "c"] {
        verification_codes::insert(&mut tx, &code(id)).await.unwrap();
    }
    for id in ["a", "c"] {
        verification_codes::mark_delivered(&mut tx, &CodeId(id.to_owned()), NOW).await.unwrap();
    }
    let mut left: Vec<_> = verification_codes::count_tries(&mut tx, ADA, 9, NOW).await.unwrap();
    left.sort_by(|a, b| a.id.0.cmp(&b.id.0));
    let left: Vec<_> = left.iter().map(|row| (row.id.0.as_str(), row.delivered_at)).collect();
    assert_eq!(left, [("b", None), ("c", Some(NOW))]);
}
