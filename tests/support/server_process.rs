//! The real program as a process of its own, to be killed, stopped and watched from outside. It gets an
//! environment made here and nothing of ours, its messages are files in a folder. Its clock is the machine's,
//! so a test that can't wait moves the moments in the database instead.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;

use serde_json::{Value, json};

use crate::support::app::on_runtime;
use crate::support::database::{Folder, TestDatabase};
pub(crate) use crate::support::running_process::{ServerProcess, eventually};

/// The secret key of every fixture: its digits, two by two.
pub(crate) const KEY: &str = "5eed";
/// The token of the API key of every fixture.
pub(crate) const ROOT: &str = "3333333333333333333333333333333333333333";

/// The secret of every app of a household that has one.
pub(crate) const APP_SECRET: &str = "a secret that only the app knows";

/// What outlives a process: its database and its folders.
pub(crate) struct ServerFixture {
    pub database: Arc<TestDatabase>,
    pub folder: Folder,
    pub variables: BTreeMap<String, String>,
    /// Words before the program's name, of a shell that takes something away from it.
    pub shell: Option<&'static str>,
    /// What is merged into the bootstrap file.
    pub overrides: Value,
}

impl ServerFixture {
    pub(crate) async fn new() -> Self {
        let database = on_runtime(|| async { Arc::new(TestDatabase::fresh().await) }).await;
        Self::on(database)
    }

    /// On SQLite, whatever the engine under test.
    pub(crate) async fn on_sqlite() -> Self {
        let database = on_runtime(|| async { Arc::new(TestDatabase::sqlite().await) }).await;
        Self::on(database)
    }

    /// Another machine on the same database; its folders are its own.
    pub(crate) fn beside(&self) -> Self {
        let mut other = Self::on(Arc::clone(&self.database));
        other.overrides = self.overrides.clone();
        other
    }

    /// On a database that is there.
    pub(crate) fn on(database: Arc<TestDatabase>) -> Self {
        let folder = Folder::fresh();
        let set = [
            ("REKEY_LISTEN", "127.0.0.1:0".to_owned()),
            ("REKEY_ADMIN_LISTEN", "off".to_owned()),
            ("REKEY_DATABASE_URL", database.url.clone()),
            ("REKEY_DATA_DIR", folder.path().join("data").display().to_string()),
            ("REKEY_SECRET_KEY", KEY.repeat(32)),
            ("REKEY_BREACHES__URL", String::new()),
            ("REKEY_HASHING__MEMORY_KIB", "64".to_owned()),
            ("REKEY_HASHING__ITERATIONS", "1".to_owned()),
            ("REKEY_BOOTSTRAP", folder.path().join("bootstrap.json").display().to_string()),
            ("REKEY_LOG_FORMAT", "json".to_owned()),
            ("REKEY_STOP__LAME_DUCK_MS", "0".to_owned()),
        ];
        let variables = set.map(|(name, value)| (name.to_owned(), value)).into();
        Self { database, folder, variables, shell: None, overrides: Value::Null }
    }

    /// Where messages arrive.
    pub(crate) fn mail_folder(&self) -> PathBuf {
        self.folder.path().join("post")
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// A bootstrap file whose messages go to the folder, or nowhere as long as `delivers` is false.
    fn bootstrap(&self, delivers: bool) -> Value {
        // A folder below a file can't be made: the connector fails like a server that does not answer.
        let directory =
            if delivers { self.mail_folder() } else { self.folder.path().join("bootstrap.json/post") };
        let mail = json!({ "id": "mail", "connectorId": "file", "type": "Email", "config": { "directory": directory } });
        let mut bootstrap = crate::promises::with_sign_in_codes(crate::promises::without_throttles());
        bootstrap["connectors"] = json!([mail]);
        bootstrap["apiKeys"] = json!([{ "id": "root", "roles": ["root"], "token": ROOT }]);
        bootstrap["applications"] = json!([
            { "id": "desk", "name": "The desk", "type": "Traditional", "secret": APP_SECRET,
              "redirectUris": ["https://desk.example/callback"] },
            { "id": "machine", "name": "A machine", "type": "MachineToMachine", "secret": APP_SECRET,
              "managementApi": true },
        ]);
        bootstrap["users"] = json!([
            { "id": "ada000000001", "primaryEmail": "ada@example.org", "password": crate::promises::PASSWORD },
        ]);
        merge(&mut bootstrap, &self.overrides);
        bootstrap
    }

    /// Starts the program and waits until it answers.
    pub(crate) async fn start(&self, delivers: bool) -> ServerProcess {
        self.write_bootstrap(delivers);
        self.run(&["serve"]).await
    }

    /// Writes the bootstrap file that `start` starts with.
    pub(crate) fn write_bootstrap(&self, delivers: bool) {
        let bootstrap = self.folder.path().join("bootstrap.json");
        fs::write(bootstrap, self.bootstrap(delivers).to_string()).unwrap();
    }

    /// Starts the program for development, without writing a bootstrap file.
    pub(crate) async fn start_dev(&self) -> ServerProcess {
        self.run(&["serve", "--dev"]).await
    }

    /// The program with these arguments, in this fixture's folder and environment.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = match self.shell {
            None => Command::new(env!("CARGO_BIN_EXE_rekey")),
            Some(commands) => shell(commands),
        };
        command.args(arguments).env_clear().envs(&self.variables).current_dir(self.folder.path());
        command
    }

    async fn run(&self, arguments: &[&str]) -> ServerProcess {
        let log = File::options().create(true).append(true).open(self.log()).unwrap();
        let mut command = self.command(arguments);
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let process =
            tokio::task::spawn_blocking(move || ServerProcess::wait_until_listening(child)).await.unwrap();
        process.unwrap_or_else(|| panic!("it did not start: {}", fs::read_to_string(self.log()).unwrap()))
    }

    /// Where the admin side of the newest process listens, as its log says.
    pub(crate) fn admin_address(&self) -> Option<String> {
        let log = fs::read_to_string(self.log()).unwrap();
        let lines = log.lines().rev().filter(|line| line.contains("answer on the admin port"));
        let mut lines = lines.filter_map(|line| serde_json::from_str::<Value>(line).ok());
        lines.find_map(|line| line["fields"]["address"].as_str().map(str::to_owned))
    }

    /// Every message that arrived, as its file says.
    pub(crate) fn messages(&self) -> Vec<Value> {
        let Ok(entries) = fs::read_dir(self.mail_folder()) else {
            return Vec::new();
        };
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        let whole = |path: &PathBuf| {
            let name = path.file_name().unwrap().to_str().unwrap();
            name.ends_with(".json") && !name.starts_with('.')
        };
        paths
            .into_iter()
            .filter(whole)
            .map(|path| serde_json::from_slice(&fs::read(path).unwrap()).unwrap())
            .collect()
    }

    /// Waits until so many messages have arrived.
    pub(crate) async fn wait_for_messages(&self, count: usize) -> Vec<Value> {
        eventually(|| self.messages().len() >= count).await;
        self.messages()
    }

    /// Makes every waiting message's turn come now, as if its wait were over.
    pub(crate) async fn make_messages_due(&self) {
        let database = Arc::clone(&self.database);
        let change = move || async move {
            let mut tx = database.store.write().await.unwrap();
            tx.run("update outbox set next_at = 0 where state = 'pending'", rekey_core::args![])
                .await
                .unwrap();
            tx.commit().await.unwrap();
        };
        on_runtime(change).await;
    }
}

/// Merges objects; everything else is replaced.
fn merge(into: &mut Value, from: &Value) {
    let Value::Object(fields) = from else { return };
    for (name, value) in fields {
        match &mut into[name] {
            inner @ Value::Object(_) if value.is_object() => merge(inner, value),
            inner => *inner = value.clone(),
        }
    }
}

fn shell(commands: &str) -> Command {
    let mut command = Command::new("/bin/bash");
    command.args(["-c", &format!("{commands}; exec \"$0\" \"$@\""), env!("CARGO_BIN_EXE_rekey")]);
    command
}
