//! U+0000 never reaches an engine, of which only SQLite stores it.

use rekey_core::args;
use rekey_core::db::error::StoreError;
use rekey_core::types::error::{Error, Refusal};

use crate::store::begin;

#[tokio::test]
async fn a_text_with_a_null_character_is_refused_and_the_transaction_goes_on() {
    let (_database, mut tx) = begin().await;
    let found = tx.maybe::<(String,)>("select id from users where id = $1", args!["a\0b"]).await;
    assert!(matches!(found, Err(StoreError::NullCharacter(_))), "{found:?}");
    let changed =
        tx.run("update users set name = $1 where id = $2", args![Some("\0"), "ada"]).await.unwrap_err();
    assert!(
        matches!(&changed, StoreError::NullCharacter(sql) if sql.starts_with("update users")),
        "{changed:?}"
    );
    assert!(matches!(Error::from(changed), Error::Refused(Refusal::SettingsInvalid(_))));
    let (count,): (i64,) = tx.one("select count(*) from users", args![]).await.unwrap();
    assert_eq!(count, 0);
}
