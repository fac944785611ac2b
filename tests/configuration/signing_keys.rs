//! `rekey signing-keys`, as a process of its own on the engine under test: what a script reads of it, and
//! what rotating does.

use std::collections::BTreeMap;
use std::process::Command;

use crate::support::app::on_runtime;
use crate::support::server_process::ServerFixture;

const HOUR: i64 = 3_600_000;

/// A key as its line says: id, algorithm, from when it signs, until when it is published.
type Line = Vec<String>;

async fn keys(home: &ServerFixture, args: &'static [&'static str]) -> Vec<Line> {
    let (variables, place) = (home.variables.clone(), home.folder.path().to_owned());
    let run = move || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rekey"));
        command.arg("signing-keys").args(args).env_clear().envs(variables).env_remove("REKEY_BOOTSTRAP");
        command.current_dir(place).output().unwrap()
    };
    let output = tokio::task::spawn_blocking(run).await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

/// From when each key signs and until when it is published, in milliseconds, as the database says.
async fn moments(home: &ServerFixture) -> BTreeMap<String, (i64, i64)> {
    let database = home.database.clone();
    let read = move || async move {
        let mut tx = database.store.read().await.unwrap();
        let sql = "select id, signs_from, coalesce(retires_at, 0) from signing_keys";
        tx.all::<(String, i64, i64)>(sql, rekey_core::args![]).await.unwrap()
    };
    on_runtime(read).await.into_iter().map(|(id, from, until)| (id, (from, until))).collect()
}

/// The keys that are not among these.
fn new<'a>(found: &'a [Line], before: &[Line]) -> Vec<&'a Line> {
    found.iter().filter(|key| !before.iter().any(|known| known[0] == key[0])).collect()
}

#[tokio::test]
async fn keys_are_listed_and_rotated_with_an_overlap() {
    let home = ServerFixture::new().await;
    drop(home.start(true).await);
    let first = keys(&home, &["list"]).await;
    let mut algs: Vec<&str> = first.iter().map(|key| key[1].as_str()).collect();
    algs.sort_unstable();
    assert_eq!(algs, ["ES256", "ES384", "RS256"]);
    assert!(first.iter().all(|key| key.len() == 4 && key[0].len() == 43 && key[3] == "-"), "{first:?}");
    assert_eq!(keys(&home, &["list"]).await, first, "looking makes none");

    let rotated = keys(&home, &["rotate"]).await;
    assert_eq!(rotated.len(), 6);
    let (fresh, moments) = (new(&rotated, &first), moments(&home).await);
    let (signs_from, stays) = moments[&fresh[0][0]];
    assert_eq!((fresh.len(), stays), (3, 0));
    let lead = signs_from - moments[&first[0][0]].0;
    assert!((HOUR..HOUR + 300_000).contains(&lead), "the new ones sign in an hour: {lead}");
    for old in &first {
        assert_eq!(moments[&old[0]].1, signs_from + 15 * 24 * HOUR);
    }
    let is_moment = |text: &str| text.starts_with("20") && text.ends_with('Z') && text.len() == 20;
    assert!(
        rotated.iter().all(|key| is_moment(&key[2]) && (key[3] == "-" || is_moment(&key[3]))),
        "{rotated:?}"
    );
}

#[tokio::test]
async fn stolen_keys_are_withdrawn_at_once() {
    let home = ServerFixture::new().await;
    drop(home.start(true).await);
    let first = keys(&home, &["list"]).await;
    let left = keys(&home, &["rotate", "--now"]).await;
    assert_eq!((left.len(), new(&left, &first).len()), (3, 3), "none of the old ones is published");
    assert!(left.iter().all(|key| key[3] == "-"));
}
