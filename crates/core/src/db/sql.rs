//! Runs one SQL text on either engine, with the four functions `one`, `maybe`, `all` and `run`. This is the
//! only file that uses sqlx's query functions, and the only one that branches by engine for a query.

use sqlx::pool::PoolConnection;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Postgres, Sqlite, Transaction};

use crate::db::error::{Result, StoreError};

/// An open transaction on either engine.
pub enum Tx {
    /// The embedded database.
    Sqlite(Transaction<'static, Sqlite>),
    /// The embedded database, opened read-only: each statement runs by itself, which saves two of three round
    /// trips. Nothing may rely on more, because PostgreSQL's `read committed` gives no more either.
    SqliteReader(PoolConnection<Sqlite>),
    /// PostgreSQL.
    Postgres(Transaction<'static, Postgres>),
}

/// A value to bind.
#[derive(Clone, Debug)]
pub enum Value {
    /// Text or null.
    Text(Option<String>),
    /// An integer or timestamp, or null.
    Int(Option<i64>),
    /// A boolean.
    Bool(bool),
}

/// The rows of a list to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rows {
    /// How many are skipped.
    pub skip: i64,
    /// The most rows to read.
    pub limit: i64,
}

/// A row that both engines can decode.
pub trait Record: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}
impl<T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin> Record for T {}

impl Value {
    fn has_null_character(&self) -> bool {
        matches!(self, Self::Text(Some(text)) if text.contains('\0'))
    }
}

/// Refuses U+0000 on both engines, since only SQLite stores it. Input is checked where it is parsed; the log
/// names the statement that was reached without.
fn check_text(sql: &'static str, args: &[Value]) -> Result<()> {
    if args.iter().any(Value::has_null_character) {
        tracing::warn!(sql, "a text with U+0000 was not refused at its edge");
        Err(StoreError::NullCharacter(sql))
    } else {
        Ok(())
    }
}

macro_rules! bind {
    ($query:expr, $args:expr) => {{
        let mut query = $query;
        for value in $args {
            query = match value {
                Value::Text(text) => query.bind(text),
                Value::Int(number) => query.bind(number),
                Value::Bool(flag) => query.bind(flag),
            };
        }
        query
    }};
}

/// Runs a function of sqlx on the current engine, and maps its result. An error names the statement.
macro_rules! on {
    ($tx:expr, $make:path, $sql:expr, $args:expr, $verb:ident $(, $map:expr)?) => {{
        check_text($sql, &$args)?;
        match $tx {
            Self::Sqlite(tx) => bind!($make($sql), $args).$verb(&mut **tx).await$(.map($map))?,
            Self::SqliteReader(tx) => bind!($make($sql), $args).$verb(&mut **tx).await$(.map($map))?,
            Self::Postgres(tx) => bind!($make($sql), $args).$verb(&mut **tx).await$(.map($map))?,
        }
        .map_err(StoreError::during($sql))
    }};
}

#[expect(clippy::disallowed_methods, reason = "the one door to SQL")]
impl Tx {
    /// Exactly one row.
    pub async fn one<T: Record>(&mut self, sql: &'static str, args: Vec<Value>) -> Result<T> {
        on!(self, sqlx::query_as::<_, T>, sql, args, fetch_one)
    }

    /// One row or none.
    pub async fn maybe<T: Record>(&mut self, sql: &'static str, args: Vec<Value>) -> Result<Option<T>> {
        on!(self, sqlx::query_as::<_, T>, sql, args, fetch_optional)
    }

    /// Every row.
    pub async fn all<T: Record>(&mut self, sql: &'static str, args: Vec<Value>) -> Result<Vec<T>> {
        on!(self, sqlx::query_as::<_, T>, sql, args, fetch_all)
    }

    /// Changes rows and returns how many.
    pub async fn run(&mut self, sql: &'static str, args: Vec<Value>) -> Result<u64> {
        on!(self, sqlx::query, sql, args, execute, |done| done.rows_affected())
    }

    /// Commits the transaction durably.
    pub async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(tx) => tx.commit().await,
            Self::SqliteReader(_) => Ok(()),
            Self::Postgres(tx) => tx.commit().await,
        }
        .map_err(StoreError::during("the transaction can't be committed"))
    }

    /// Rolls back the transaction. Dropping it does the same; this makes it explicit.
    pub async fn rollback(self) -> Result<()> {
        match self {
            Self::Sqlite(tx) => tx.rollback().await?,
            Self::SqliteReader(_) => {}
            Self::Postgres(tx) => tx.rollback().await?,
        }
        Ok(())
    }
}

macro_rules! value {
    ($($type:ty => |$v:ident| $make:expr),+ $(,)?) => {
        $(impl From<$type> for Value {
            fn from($v: $type) -> Self {
                $make
            }
        })+
    };
}

value! {
    &str => |v| Self::Text(Some(v.to_owned())),
    String => |v| Self::Text(Some(v)),
    &String => |v| Self::Text(Some(v.clone())),
    Option<String> => |v| Self::Text(v),
    &Option<String> => |v| Self::Text(v.clone()),
    Option<&str> => |v| Self::Text(v.map(str::to_owned)),
    i64 => |v| Self::Int(Some(v)),
    Option<i64> => |v| Self::Int(v),
    bool => |v| Self::Bool(v),
    crate::types::time::Timestamp => |v| Self::Int(Some(v.0)),
    Option<crate::types::time::Timestamp> => |v| Self::Int(v.map(|at| at.0)),
    &crate::types::ids::UserId => |v| Self::Text(Some(v.0.clone())),
    Option<&crate::types::ids::UserId> => |v| Self::Text(v.map(|id| id.0.clone())),
    &crate::types::ids::SessionId => |v| Self::Text(Some(v.0.clone())),
    &crate::types::ids::RequestId => |v| Self::Text(Some(v.0.clone())),
    &crate::types::ids::CodeId => |v| Self::Text(Some(v.0.clone())),
    &crate::types::ids::OutboxId => |v| Self::Text(Some(v.0.clone())),
}

/// The values of `$1`, `$2` … in order.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$($crate::db::sql::Value::from($value)),*] };
}
