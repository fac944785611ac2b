//! Users. A lookup takes a canonical key and is one index probe, whether or not the user exists.

use crate::args;
use crate::db::error::Result;
use crate::db::sql::Tx;
use crate::types::identifier::{Identifier, username_skeleton};
use crate::types::ids::UserId;
use crate::types::time::Timestamp;
use crate::users::identifiers::StoredNames;
use crate::users::user::{NewUser, User};

/// The user with a canonical identifier.
pub async fn by_identifier(tx: &mut Tx, identifier: &Identifier) -> Result<Option<User>> {
    match identifier {
        Identifier::Email(key) => tx.maybe("select * from users where email_key = $1", args![key]).await,
        Identifier::Phone(digits) => tx.maybe("select * from users where phone = $1", args![digits]).await,
        Identifier::Username(key) => {
            tx.maybe("select * from users where username_key = $1", args![key]).await
        }
    }
}

/// The user with this id.
pub async fn by_id(tx: &mut Tx, id: &UserId) -> Result<Option<User>> {
    tx.maybe("select * from users where id = $1", args![id]).await
}

/// Whether another user has this username, or one that looks like it.
pub async fn is_username_taken(tx: &mut Tx, key: &str, but: Option<&UserId>) -> Result<bool> {
    let sql = "select count(*) from users where (username_key = $1 or username_skeleton = $2) and id <> $3";
    let but = but.map_or("", UserId::as_str);
    let (count,): (i64,) = tx.one(sql, args![key, username_skeleton(key), but]).await?;
    Ok(count > 0)
}

/// Inserts an account without a password; a taken id or identifier is a conflict.
pub async fn insert(tx: &mut Tx, id: &UserId, new: &NewUser, now: Timestamp) -> Result<()> {
    let sql = "insert into users (id, username, username_key, email, email_key, phone, name, created_at, updated_at, email_order, \
               username_order, name_order, is_ordered, username_skeleton, locale, is_suspended, avatar, profile, custom_data, app_id) \
               values ($1, $2, $3, $4, $4, $5, $6, $7, $7, $8, $9, $10, true, $11, $12, $13, $14, $15, $16, $17)";
    let mut values = StoredNames::from(new).into_args(id, now);
    values.extend(args![&new.locale, new.is_suspended, &new.avatar]);
    values.extend(args![new.profile.to_json(), new.custom_data.to_json(), &new.app_id]);
    tx.run(sql, values).await?;
    Ok(())
}

/// Updates the names of an account with the values of `StoredNames`, and `$other` columns. An older user with
/// the same skeleton keeps it.
macro_rules! update_names {
    ($other:literal) => {
        concat!(
            "update users set ",
            $other,
            ", username = $2, username_key = $3, email = $4, email_key = $4, phone = $5, name = $6, updated_at = $7, \
             email_order = $8, username_order = $9, name_order = $10, is_ordered = true, \
             username_skeleton = case when username_key = $3 and exists \
             (select 1 from users as other where other.username_skeleton = $11 and other.id <> $1) then null else $11 end where id = $1"
        )
    };
}

/// Updates an account's identifiers, name and suspension; the password is unchanged.
pub async fn save(tx: &mut Tx, id: &UserId, new: &NewUser, now: Timestamp) -> Result<()> {
    let sql = update_names!("locale = $12, is_suspended = $13");
    let mut values = StoredNames::from(new).into_args(id, now);
    values.extend(args![&new.locale, new.is_suspended]);
    tx.run(sql, values).await?;
    Ok(())
}

/// Updates the profile and the identifiers of a locked user; a taken identifier is a conflict.
pub async fn update_self(tx: &mut Tx, user: &User, now: Timestamp) -> Result<()> {
    let sql = update_names!("avatar = $12, profile = $13, custom_data = $14");
    let mut values = StoredNames::from(user).into_args(&user.id, now);
    values.extend(args![&user.avatar, user.profile.to_json(), user.custom_data.to_json()]);
    tx.run(sql, values).await?;
    Ok(())
}

/// Updates the picture, the profile, the custom data and the API clients' data of an account.
pub async fn update_profile(tx: &mut Tx, id: &UserId, user: &User, now: Timestamp) -> Result<()> {
    let sql = "update users set avatar = $2, profile = $3, custom_data = $4, configs = $5, updated_at = $6 where id = $1";
    let profile = user.profile.to_json();
    let data = user.custom_data.to_json();
    let configs = user.configs.to_json();
    tx.run(sql, args![id, &user.avatar, profile, data, configs, now]).await?;
    Ok(())
}

/// Suspends an account or lifts that; false if nothing changes or there is no account.
pub async fn set_suspended(tx: &mut Tx, id: &UserId, is_suspended: bool, now: Timestamp) -> Result<bool> {
    let sql = "update users set is_suspended = $2, updated_at = $3 where id = $1 and is_suspended <> $2";
    Ok(tx.run(sql, args![id, is_suspended, now]).await? == 1)
}

/// Deletes an account with everything that depends on it; false if there is none.
pub async fn delete(tx: &mut Tx, id: &UserId) -> Result<bool> {
    Ok(tx.run("delete from users where id = $1", args![id]).await? == 1)
}

/// Locks a user who is not suspended until the end of the transaction: concurrent changes wait, and then see
/// what was changed here.
pub async fn lock(tx: &mut Tx, id: &UserId) -> Result<Option<User>> {
    let sql = "update users set updated_at = updated_at where id = $1 and is_suspended = false returning *";
    tx.maybe(sql, args![id]).await
}

/// Records a sign-in with the password of this change; false if it was changed or frozen, or the account was
/// suspended, since it was compared. The row stays locked until the end, so that a concurrent reset sees the
/// session and ends it.
pub async fn record_sign_in(
    tx: &mut Tx,
    id: &UserId,
    changed_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<bool> {
    let sql = "update users set last_sign_in_at = $3 where id = $1 and is_suspended = false and password_frozen_at is null \
               and coalesce(password_changed_at, 0) = $2";
    Ok(tx.run(sql, args![id, changed_at.unwrap_or(Timestamp(0)), now]).await? == 1)
}

/// Records a sign-in without a password; false if the account was suspended meanwhile. A frozen password does
/// not matter: the code is the same proof that a reset would need.
pub async fn record_passwordless_sign_in(tx: &mut Tx, id: &UserId, now: Timestamp) -> Result<bool> {
    let sql = "update users set last_sign_in_at = $2 where id = $1 and is_suspended = false";
    Ok(tx.run(sql, args![id, now]).await? == 1)
}
