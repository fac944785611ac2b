//! SQL is in the files of the stores and goes through one door, and each statement is called by a test, which
//! runs on both engines.

use super::syntax::functions::functions;
use super::tree::is_store_file;
use super::{File, files, none, sources};

/// The one file that hands SQL to a database.
const DOOR: &str = "crates/core/src/db/sql.rs";
/// The verbs and the opening of a database, which have tests as the stores do.
const DATABASE: &str = "crates/core/src/db/";

/// Uses of SQL past its one door.
fn queries(file: &File) -> Vec<String> {
    let is_query = |path: &&String| {
        let parts: Vec<&str> = path.split("::").collect();
        parts[0] == "sqlx" && parts.iter().any(|part| part.starts_with("query") || *part == "raw_sql")
    };
    let outside = file.uses().outside.iter();
    outside.filter(is_query).map(|path| format!("{}: {path}", file.path)).collect()
}

/// Texts of statements past the files of the stores.
fn strays(file: &File) -> Vec<String> {
    if is_store_file(&file.path) || file.path.starts_with(DATABASE) {
        return Vec::new();
    }
    let code: Vec<&str> = file.text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let code = code.join(" ").to_lowercase();
    let is_statement = |text: &&str| {
        let has = |verb: &str, part: &str| text.starts_with(verb) && text.contains(part);
        has("select ", " from ")
            || has("update ", " set ")
            || has("insert into ", "")
            || has("delete from ", "")
    };
    let found = code.split('"').skip(1).step_by(2).filter(is_statement);
    found.map(|text| format!("{}: {text}", file.path)).collect()
}

/// The public async functions of a file.
fn public(file: &File) -> Vec<String> {
    let public = functions(&file.text).into_iter().filter(|function| function.is_public && function.is_async);
    public.map(|function| function.name).collect()
}

/// The names by which tests call the functions of a store: `users::store` for a file of that name, and the
/// file's own where it says more, as in `consents_store` or `codes`.
fn prefix(path: &str) -> Vec<&str> {
    let parts: Vec<&str> = path.trim_end_matches(".rs").trim_end_matches("/mod").split('/').collect();
    let from = parts.len() - if parts.last() == Some(&"store") { 2 } else { 1 };
    parts[from..].to_vec()
}

/// Functions of the stores that their tests never call; those of the database are methods and have names of
/// their own.
fn untested(stores: &[&File], tests: &[&File]) -> Vec<String> {
    let tests: Vec<String> = tests.iter().map(|file| format!(" {} ", file.words().join(" "))).collect();
    let is_called = |path: &str, name: &str| {
        let colons = " : : ";
        let calls = if path.starts_with(DATABASE) {
            vec![format!(" . {name} "), format!("{colons}{name} ")]
        } else {
            vec![format!(" {}{colons}{name} ", prefix(path).join(colons))]
        };
        tests.iter().any(|words| calls.iter().any(|call| words.contains(call)))
    };
    let names = stores.iter().flat_map(|file| public(file).into_iter().map(move |name| (&file.path, name)));
    let missing = names.filter(|(path, name)| !is_called(path, name));
    missing.map(|(path, name)| format!("{path}: {name} is not called in tests/store")).collect()
}

fn is_tested(file: &File) -> bool {
    is_store_file(&file.path) || file.path.starts_with(DATABASE)
}

#[test]
fn sql_is_only_in_the_stores() {
    let files = sources();
    none(&files.iter().copied().filter(|file| file.path != DOOR).flat_map(queries).collect::<Vec<_>>());
    none(&files.iter().copied().flat_map(strays).collect::<Vec<_>>());
}

#[test]
fn sql_elsewhere_is_noticed() {
    let wrong = "use sqlx::{Row, query_as}; fn f() { sqlx::query(x) }";
    assert_eq!(queries(&File::new("crates/core/src/users/store.rs", wrong)).len(), 2);
    let wrong = "fn f() { sqlx::raw_sql(x); sqlx::Error::Io }";
    assert_eq!(queries(&File::new("crates/core/src/users/store.rs", wrong)).len(), 1);
    let sql =
        "fn f() { g(\"select 1 \\\n from users\"); g(\"delete from users\"); g(\"update users set x = 1\") }";
    assert_eq!(strays(&File::new("crates/core/src/users/mod.rs", sql)).len(), 3);
    none(&strays(&File::new("crates/core/src/users/search_store.rs", sql)));
    none(&strays(&File::new(
        "crates/server/src/jobs/x.rs",
        "// \"delete from users\"\nconst X: &str = \"delete expired rows\";",
    )));
}

#[test]
fn every_statement_is_tested() {
    let stores: Vec<&File> = files("crates/core/src").into_iter().filter(|file| is_tested(file)).collect();
    let count: usize = stores.iter().map(|file| public(file).len()).sum();
    assert!(stores.len() > 25 && count > 150, "{count} functions in {} files", stores.len());
    none(&untested(&stores, &files("tests/store")));
}

#[test]
fn an_untested_statement_is_noticed() {
    let text = "pub async fn by_id() {} pub async fn list() {} async fn own() {}";
    let calls = |path: &str, text: &str, tests: &str| {
        untested(&[&File::new(path, text)], &[&File::new("tests/store/mod.rs", tests)]).len()
    };
    let users =
        |tests: &str| calls("crates/core/src/users/store.rs", text, &format!("fn f() {{ {tests}\n}}"));
    assert_eq!(users("users::store::by_id(tx); users::store::list(tx);"), 0);
    assert_eq!(users("users::store::by_id(tx); // users::store::list"), 1);
    assert_eq!(users("sessions::store::list(tx); by_id();"), 2);
    let consents = |tests: &str| {
        calls("crates/core/src/grants/consents_store.rs", text, &format!("fn f() {{ {tests} }}"))
    };
    assert_eq!(consents("consents_store::by_id(tx); grants::store::list(tx);"), 1);
    let codes = |tests: &str| {
        calls("crates/core/src/verification/store/codes.rs", text, &format!("fn f() {{ {tests} }}"))
    };
    assert_eq!(codes("codes::by_id(tx); codes::list(tx);"), 0);
    let verb = "pub async fn maybe<T>() {}";
    assert_eq!(calls(DOOR, verb, "fn f() { tx.maybe(sql) }"), 0);
    assert_eq!(calls(DOOR, verb, "fn f() { maybe(sql) }"), 1);
}
