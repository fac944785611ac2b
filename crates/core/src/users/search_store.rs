//! Lists and searches users by prefix. Every query is a range of an index, and nothing is counted beyond a
//! limit, so that the cost does not grow with the number of users.

use crate::args;
use crate::db::error::Result;
use crate::db::sql::{Rows, Tx, Value};
use crate::types::ids::UserId;
use crate::users::identifiers::StoredNames;
use crate::users::search_key::SearchRanges;
use crate::users::user::User;

/// The matching users, as `found`: each range is read up to `$10`.
macro_rules! with_matches {
    ($then:literal) => {
        concat!(
            "with found as ( \
             select id from users where id = $9 \
             union select id from (select id from users where email_order >= $1 and email_order < $2 order by email_order limit $10) as a \
             union select id from (select id from users where username_order >= $3 and username_order < $4 order by username_order limit $10) as b \
             union select id from (select id from users where name_order >= $5 and name_order < $6 order by name_order limit $10) as c \
             union select id from (select id from users where phone >= $7 and phone < $8 order by phone limit $10) as d)",
            $then
        )
    };
}

fn search_args(wanted: &SearchRanges, most: i64) -> Vec<Value> {
    let ranges = [&wanted.email, &wanted.username, &wanted.name, &wanted.phone];
    let mut values: Vec<Value> = ranges.iter().flat_map(|range| args![&range.0, &range.1]).collect();
    values.extend(args![&wanted.id, most]);
    values
}

/// A page of all users, in order of creation.
pub async fn list(tx: &mut Tx, rows: Rows) -> Result<Vec<User>> {
    tx.all("select * from users order by id limit $1 offset $2", args![rows.limit, rows.skip]).await
}

/// The users created after this one.
pub async fn list_after(tx: &mut Tx, id: &str, limit: i64) -> Result<Vec<User>> {
    tx.all("select * from users where id > $1 order by id limit $2", args![id, limit]).await
}

/// The number of users, counted up to `most`.
pub async fn count(tx: &mut Tx, most: i64) -> Result<i64> {
    let sql = "select count(*) from (select 1 from users limit $1) as counted";
    let (count,): (i64,) = tx.one(sql, args![most]).await?;
    Ok(count)
}

/// A page of matching users.
pub async fn list_matching(tx: &mut Tx, wanted: &SearchRanges, rows: Rows, most: i64) -> Result<Vec<User>> {
    let sql = with_matches!(
        " select u.* from found f join users u on u.id = f.id order by u.id limit $11 offset $12"
    );
    let mut arguments = search_args(wanted, most);
    arguments.extend(args![rows.limit, rows.skip]);
    tx.all(sql, arguments).await
}

/// The number of matching users, counted up to `most`.
pub async fn count_matching(tx: &mut Tx, wanted: &SearchRanges, most: i64) -> Result<i64> {
    let sql = with_matches!(" select count(*) from (select 1 from found limit $10) as counted");
    let (count,): (i64,) = tx.one(sql, search_args(wanted, most)).await?;
    Ok(count)
}

/// Users created before the search index existed.
pub async fn list_unindexed(tx: &mut Tx, limit: i64) -> Result<Vec<User>> {
    tx.all("select * from users where is_ordered = false order by id limit $1", args![limit]).await
}

/// Stores a user's search keys and the confusable form of the username; if an older user has the same form,
/// that one keeps it.
pub async fn save_search_keys(tx: &mut Tx, id: &UserId, user: &User) -> Result<()> {
    let sql = "update users set email_order = $2, username_order = $3, name_order = $4, is_ordered = true, \
               username_skeleton = case when exists \
               (select 1 from users as other where other.username_skeleton = $5 and other.id <> $1) then null else $5 end where id = $1";
    let names = StoredNames::from(user);
    let values =
        args![id, names.email_order, names.username_order, names.name_order, names.username_skeleton];
    tx.run(sql, values).await?;
    Ok(())
}
