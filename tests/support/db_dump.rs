//! Every row of every table as text, on both engines. Nothing here knows a table's name, so a new one is
//! looked at too.

use std::collections::BTreeMap;
use std::sync::Arc;

use rekey_core::args;
use rekey_core::db::Store;

use crate::support::app::{TestApp, on_runtime};
use crate::support::database::TestDatabase;

/// Tables and their rows as JSON, sorted.
pub(crate) type Rows = BTreeMap<String, Vec<String>>;

/// Everything that is remembered.
pub(crate) async fn all(app: &TestApp) -> Rows {
    of(Arc::clone(&app.database)).await
}

/// The same for a database.
pub(crate) async fn of(database: Arc<TestDatabase>) -> Rows {
    on_runtime(move || async move { read(&database.store).await }).await
}

/// What differs, table by table.
pub(crate) fn changes(before: &Rows, after: &Rows) -> Vec<String> {
    let only = |a: &Rows, b: &Rows, mark: &str| {
        let rows = a.iter().flat_map(|(table, rows)| {
            let other = b.get(table).cloned().unwrap_or_default();
            rows.iter().filter(move |row| !other.contains(row)).map(move |row| format!("{table} {row}"))
        });
        rows.map(|row| format!("{mark} {row}")).collect::<Vec<_>>()
    };
    [only(before, after, "-"), only(after, before, "+")].concat()
}

/// One number that a statement finds.
pub(crate) async fn query_number(app: &TestApp, sql: &'static str) -> i64 {
    let database = Arc::clone(&app.database);
    let read = move || async move {
        let mut tx = database.store.read().await.unwrap();
        tx.one::<(i64,)>(sql, args![]).await.unwrap().0
    };
    on_runtime(read).await
}

async fn read(store: &Store) -> Rows {
    let mut rows = Rows::new();
    for (table, sql) in statements(store).await {
        let mut tx = store.read().await.unwrap();
        let found: Vec<(String,)> = tx.all(sql.leak(), args![]).await.unwrap();
        let mut found: Vec<String> = found.into_iter().map(|(row,)| row).collect();
        found.sort();
        rows.insert(table, found);
    }
    rows
}

/// A statement for each table. Neither engine can be asked for a row as text in the other's words.
async fn statements(store: &Store) -> Vec<(String, String)> {
    let is_sqlite = matches!(store, Store::Sqlite { .. });
    let tables = if is_sqlite {
        "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'"
    } else {
        "select cast(table_name as text) from information_schema.tables where table_schema = current_schema() and table_type = 'BASE TABLE'"
    };
    let mut tx = store.read().await.unwrap();
    let tables: Vec<(String,)> = tx.all(tables, args![]).await.unwrap();
    assert!(tables.len() > 8, "the tables are found");
    let mut statements = Vec::new();
    for (table,) in tables {
        let sql = if is_sqlite {
            let columns: Vec<(String,)> =
                tx.all("select name from pragma_table_info($1)", args![&table]).await.unwrap();
            // A checksum of the migrations is a blob, which JSON can't hold.
            let pairs: Vec<String> =
                columns.iter().map(|(name,)| format!("'{name}', quote(\"{name}\")")).collect();
            format!("select json_object({}) from \"{table}\"", pairs.join(", "))
        } else {
            format!("select cast(row_to_json(t) as text) from \"{table}\" t")
        };
        statements.push((table, sql));
    }
    statements
}

/// Changes rows behind the program's back, as an administrator or a fault would.
pub(crate) async fn execute(app: &TestApp, sql: &'static str) {
    let database = Arc::clone(&app.database);
    let change = move || async move {
        let mut tx = database.store.write().await.unwrap();
        tx.run(sql, args![]).await.unwrap();
        tx.commit().await.unwrap();
    };
    on_runtime(change).await;
}
