//! Every statement finds its rows through an index. SQLite is asked for its plan of each text in the stores of
//! `crates/core/src`: a lookup that reads the whole table is quick with ten rows and slow with a million, and its time
//! would reveal whether an account exists.

use std::fs;
use std::path::{Path, PathBuf};

use rekey_core::args;
use rekey_core::maintenance::store::SWEPT_TABLES;

use crate::support::database::TestDatabase;

/// Statements that may read a whole table.
const WHOLE_TABLES: [(&str, &str); 14] = [
    ("from api_keys order by", "a few, all wanted, by a command of the operator"),
    ("from connectors order by", "a handful of rows, all wanted, read when settings change"),
    ("from applications order by", "a handful of rows, all wanted, read when settings change"),
    ("from application_secrets order by", "a few for each application, read when settings change"),
    ("from hooks order by", "twenty rows at most, all wanted, read when settings change"),
    ("in (select id from hooks)", "the same twenty rows, and an index for what they were told"),
    ("as counted", "it stops at its limit"),
    ("from users order by id limit", "for operators; it walks the ids and stops at its limit"),
    ("where is_ordered = false", "an index that holds nobody else"),
    ("from signing_keys where", "a handful of rows, all wanted, read when settings change"),
    ("update signing_keys", "the same handful, when keys are rotated"),
    ("from message_templates order by", "what is in force, all wanted, read when settings change"),
    (
        "from one_time_tokens where $1 is null",
        "for operators; it walks the index by age and stops at its limit",
    ),
    ("from audit_log order by", "for operators; it walks the index by time and stops at its limit"),
];

/// The texts between plain double quotes, with the line breaks that a backslash joins; comments are left out.
fn literals(source: &str) -> Vec<String> {
    let code: Vec<&str> = source.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let joined = code.join("\n");
    let parts = joined.split('"').skip(1).step_by(2);
    parts.map(|text| text.split("\\\n").map(str::trim_start).collect()).collect()
}

/// The files of a folder and of those in it.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// Whether a file holds statements: `store.rs`, `…_store.rs`, or one in a folder `store`.
fn is_store(path: &Path) -> bool {
    let is_named = |name: &std::ffi::OsStr| name.to_str().is_some_and(|name| name.ends_with("store.rs"));
    path.file_name().is_some_and(is_named) || path.parent().is_some_and(|folder| folder.ends_with("store"))
}

fn statements() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/core/src");
    let stores = files(&folder).into_iter().filter(|path| is_store(path));
    let texts = stores.flat_map(|path| literals(&fs::read_to_string(path).unwrap()));
    let verbs = ["select ", "update ", "delete "];
    let whole = texts.filter(|text| verbs.iter().any(|verb| text.starts_with(verb)));
    // The rest are parts that a macro puts together; each stands beside the conditions that have an index.
    let is_closed = |text: &String| text.matches('(').count() == text.matches(')').count();
    let is_part =
        |text: &String| text.ends_with([' ', '*']) || text.contains("from found") || !is_closed(text);
    whole.filter(|text| !is_part(text)).collect()
}

/// The steps of the plan, parameters being null.
async fn plan(database: &TestDatabase, statement: &str) -> Vec<String> {
    let mut tx = database.store.read().await.unwrap();
    let sql = format!("explain query plan {statement}").leak();
    let steps: Vec<(i64, i64, i64, String)> = tx.all(sql, args![]).await.unwrap();
    steps.into_iter().map(|(_, _, _, detail)| detail).collect()
}

#[test]
fn statements_are_found_in_the_source() {
    let source = "// a \"comment\"\nrun(\"select 1 \\\n        where x\", \"other\")";
    assert_eq!(literals(source), ["select 1 where x", "other"]);
    let found = statements();
    assert!(found.len() > 150, "{}", found.len());
    assert!(found.iter().any(|text| text == "select * from users where email_key = $1"));
}

#[tokio::test]
async fn a_table_scan_is_noticed() {
    let database = TestDatabase::sqlite().await;
    let steps = plan(&database, "select * from users where name = $1").await;
    assert!(steps.iter().any(|step| step.starts_with("SCAN")), "{steps:?}");
}

/// The statements that a macro puts together, by what each begins with.
#[tokio::test]
async fn both_halves_of_the_log_are_found_by_an_index() {
    let database = TestDatabase::sqlite().await;
    let conditions = [
        "log_entries where user_id = $1",
        "log_entries where key = $6",
        "log_entries where created_at >= $4",
        "audit_log where event = $3",
        "audit_log where app_id = $2",
    ];
    for condition in conditions {
        let statement = format!(
            "select * from {condition} and created_at >= $4 and created_at < $5 \
             order by created_at desc, id desc limit $7 offset $8"
        );
        let steps = plan(&database, &statement).await;
        assert!(!steps.iter().any(|step| step.starts_with("SCAN")), "{condition}: {steps:?}");
    }
}

/// Those of a sweep are put together by a macro: each finds the rows that are over, and reads no other.
#[tokio::test]
async fn every_sweep_uses_an_index() {
    let database = TestDatabase::sqlite().await;
    // Keys of signatures are a handful of rows.
    for swept in SWEPT_TABLES.iter().filter(|swept| swept.table != "signing_keys") {
        let steps = plan(&database, swept.sql).await;
        let is_over = |step: &String| step.contains(&format!("{} USING", swept.table)) && step.contains("<?");
        assert!(steps.iter().any(is_over), "{}: {steps:?}", swept.table);
    }
}

#[tokio::test]
async fn every_lookup_uses_an_index() {
    let database = TestDatabase::sqlite().await;
    let mut scans = Vec::new();
    for statement in statements() {
        let steps = plan(&database, &statement).await;
        let excused = WHOLE_TABLES.iter().any(|(part, _)| statement.contains(part));
        if !excused && steps.iter().any(|step| step.starts_with("SCAN")) {
            scans.push(format!("{statement}\n    {steps:?}"));
        }
    }
    assert!(scans.is_empty(), "without an index:\n{}", scans.join("\n"));
}
