//! The program as Kubernetes, Docker Compose and a hardened unit of systemd start it: with the environment
//! that docs/deploying.md gives them, secrets as they mount them, and a root file system that nobody can
//! write to.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::promises::{CODE, RESET};
use crate::support::server_process::{KEY, ServerFixture, ServerProcess};

/// Makes everything read-only but the folders of `WRITABLE`, closes the umask, and starts the program in `/`.
const READ_ONLY: &str = r#"user=(); (( EUID == 0 )) || user=(--user --map-root-user)
exec unshare "${user[@]}" --mount -- bash -c '
  set -e
  mount --make-rprivate /
  for folder in $WRITABLE; do mount --bind "$folder" "$folder"; done
  mount -o remount,bind,ro /
  umask 0077
  cd /
  exec setpriv --no-new-privs "$0" "$@"' "$0" "$@""#;

fn document() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/deploying.md")
}

/// What a block of the document gives the process.
#[expect(clippy::disallowed_methods, reason = "the runner says where Python is")]
fn block(name: &str) -> Value {
    let python = std::env::var("REKEY_TEST_PYTHON").expect(
        "REKEY_TEST_PYTHON names a Python with tests/support/python/requirements.txt: `bin/test` sets it up",
    );
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/python/blocks.py");
    let output = Command::new(python).arg(script).arg(document()).arg(name).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// An installation that is started from a block.
struct Deployment {
    home: ServerFixture,
}

impl Deployment {
    /// The block's environment; paths that begin with one of `places` begin with the test's instead.
    async fn of(block: &Value, places: &[(&str, &Path)]) -> Self {
        assert_eq!((&block["arguments"], &block["isReadOnly"]), (&json!(["serve"]), &json!(true)));
        let mut home = ServerFixture::new().await;
        let bootstrap = home.variables.remove("REKEY_BOOTSTRAP").unwrap();
        home.variables = block["env"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, value)| {
                let value = value.as_str().unwrap();
                let place = places.iter().find(|(place, _)| value.starts_with(place));
                let value = place.map_or(value.to_owned(), |(place, local)| {
                    format!("{}{}", local.display(), value.trim_start_matches(place))
                });
                (name.clone(), value)
            })
            .collect();
        // The address follows the port that is free.
        home.variables.remove("REKEY_PUBLIC_URL");
        for (name, value) in [
            ("REKEY_LISTEN", "127.0.0.1:0"),
            ("REKEY_ADMIN_LISTEN", "off"),
            ("REKEY_BREACHES__URL", ""),
            ("REKEY_BOOTSTRAP", bootstrap.as_str()),
            ("REKEY_LOG_FORMAT", "json"),
        ] {
            home.variables.insert(name.to_owned(), value.to_owned());
        }
        home.shell = Some(READ_ONLY);
        Self { home }
    }

    fn set(&mut self, variables: &[(&str, &str)]) {
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        self.home.variables.extend(variables);
    }

    /// Starts it with these folders writable; messages arrive in another.
    async fn start(&mut self, writable: &[&Path]) -> ServerProcess {
        fs::create_dir_all(self.home.mail_folder()).unwrap();
        let mut folders: Vec<String> = writable.iter().map(|path| path.display().to_string()).collect();
        folders.push(self.home.mail_folder().display().to_string());
        self.set(&[("WRITABLE", &folders.join(" "))]);
        self.home.start(true).await
    }

    /// It is ready, and somebody gets back in.
    async fn serves(&self, process: &ServerProcess) {
        let visitor = process.http_user();
        assert_eq!(visitor.get("/ready").await.status, 200);
        let before = self.home.messages().len();
        assert_eq!(visitor.request_reset("ada@example.org").await.status, 303);
        let messages = self.home.wait_for_messages(before + 1).await;
        let code = messages.last().unwrap()["code"].as_str().unwrap().to_owned();
        assert_eq!(visitor.post(CODE, CODE, &[("code", &code)]).await.location(), RESET);
    }

    fn log(&self) -> String {
        fs::read_to_string(self.home.log()).unwrap()
    }
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// A secret as an orchestrator mounts it: readable by all, in a folder that all can enter.
fn mount_secret(folder: &Path, name: &str, text: &str) {
    fs::write(folder.join(name), text).unwrap();
    set_mode(&folder.join(name), 0o444);
    set_mode(folder, 0o755);
}

/// Every variable of a service, as the kubelet sets them.
fn service_links(service: &str, port: u16) -> BTreeMap<String, String> {
    let address = format!("tcp://10.96.0.17:{port}");
    let port = port.to_string();
    let of_port = format!("{service}_PORT_{port}_TCP");
    [
        (format!("{service}_SERVICE_HOST"), "10.96.0.17".to_owned()),
        (format!("{service}_SERVICE_PORT"), port.clone()),
        (format!("{service}_SERVICE_PORT_HTTP"), port.clone()),
        (format!("{service}_PORT"), address.clone()),
        (of_port.clone(), address),
        (format!("{of_port}_PROTO"), "tcp".to_owned()),
        (format!("{of_port}_PORT"), port),
        (format!("{of_port}_ADDR"), "10.96.0.17".to_owned()),
    ]
    .into()
}

/// What the kubelet does to a volume at every mount.
fn apply_fs_group(volume: &Path) {
    set_mode(volume, 0o2770);
    for entry in fs::read_dir(volume).unwrap() {
        set_mode(&entry.unwrap().path(), 0o660);
    }
}

#[tokio::test]
async fn it_runs_as_kubernetes_starts_it() {
    let block = block("kubernetes");
    assert_eq!(block["probes"], json!(["/ready", "/health"]));
    let scratch = ServerFixture::on_sqlite().await;
    let (data, keys) = (scratch.folder.path().join("data"), scratch.folder.path().join("keys"));
    fs::create_dir_all(keys.join("..2026_12_01")).unwrap();
    fs::create_dir(&data).unwrap();
    set_mode(&data, 0o2770);
    mount_secret(&keys.join("..2026_12_01"), "secret-key", &KEY.repeat(32));
    symlink("..2026_12_01", keys.join("..data")).unwrap();
    symlink("..data/secret-key", keys.join("secret-key")).unwrap();
    let places = [("/data", data.as_path()), ("/run/secrets/rekey", keys.as_path())];
    let mut pod = Deployment::of(&block, &places).await;
    pod.home.variables.extend(service_links("REKEY", 3000));
    pod.home.variables.extend(service_links("REKEY_ADMIN", 3001));
    // Once with the mounted key, then with one that the first start makes in the volume.
    for has_key in [true, false] {
        if !has_key {
            pod.home.variables.remove("REKEY_SECRET_KEY_FILE");
            for name in ["rekey.db", "rekey.db-wal", "rekey.db-shm"] {
                drop(fs::remove_file(data.join(name)));
            }
        }
        for _ in 0..2 {
            let process = pod.start(&[&data]).await;
            pod.serves(&process).await;
            assert_eq!(process.http_user().get("/health").await.status, 200);
            assert_eq!(process.stop().await, Some(0));
            apply_fs_group(&data);
        }
        assert_eq!(data.join("secret.key").exists(), !has_key);
    }
    let log = pod.log();
    assert!(
        log.contains("REKEY_ADMIN_PORT, REKEY_ADMIN_PORT_3001_TCP and 14 more were set by Kubernetes"),
        "{log}"
    );
    assert!(log.contains("secret.key has mode 0660, so that its group can open it"), "{log}");
}

#[tokio::test]
async fn it_runs_as_compose_starts_it() {
    let block = block("compose");
    assert_eq!(block["secrets"], json!(["database_url", "secret_key", "smtp_pass"]));
    let scratch = ServerFixture::on_sqlite().await;
    let secrets = scratch.folder.path().join("secrets");
    fs::create_dir(&secrets).unwrap();
    let mut service = Deployment::of(&block, &[("/run/secrets", &secrets)]).await;
    make_key(&secrets);
    mount_secret(&secrets, "database_url", &format!("{}\n", service.home.database.url));
    mount_secret(&secrets, "smtp_pass", "hunter2\n");
    service.home.overrides = json!({ "connectors": [
        { "id": "mail", "connectorId": "file", "type": "Email", "config": { "directory": service.home.mail_folder() } },
        { "id": "relay", "connectorId": "simple-mail-transfer-protocol", "type": "Email",
          "config": { "host": "localhost", "port": 2525, "fromEmail": "id@example.org",
                      "auth": { "user": "rekey", "pass": { "env": "SMTP_PASS" } } } },
    ] });
    service.set(&[
        ("REKEY_PORT", "tcp://172.17.0.5:3000"),
        ("REKEY_NAME", "/proxy/rekey"),
        ("REKEY_ENV_REKEY_SECRET_KEY", "hunter2"),
    ]);
    let database = service.home.database.folder.as_ref().map(|folder| folder.path().to_owned());
    let writable: Vec<&Path> = database.as_deref().into_iter().collect();
    let process = service.start(&writable).await;
    service.serves(&process).await;
    assert_eq!(process.stop().await, Some(0));
    let log = service.log();
    assert!(log.contains("REKEY_ENV_REKEY_SECRET_KEY, REKEY_NAME and 1 more were set by"), "{log}");
    assert!(!log.contains("hunter2"), "{log}");
    assert!(!service.home.folder.path().join("rekey-data").exists());
}

/// The command of the document, run where secrets are.
fn make_key(secrets: &Path) {
    let text = fs::read_to_string(document()).unwrap();
    let block = text.split("<!-- block: key").nth(1).unwrap();
    let commands = block.split("```sh\n").nth(1).unwrap().split("```").next().unwrap();
    assert!(
        Command::new("/bin/bash").args(["-c", commands]).current_dir(secrets).status().unwrap().success()
    );
    set_mode(&secrets.join("secret_key"), 0o444);
}

#[tokio::test]
async fn it_runs_as_a_hardened_unit_starts_it() {
    let block = block("systemd");
    assert_eq!(
        (&block["secrets"], &block["umask"]),
        (&json!(["secret_key", "database_url"]), &json!("0077"))
    );
    let scratch = ServerFixture::on_sqlite().await;
    let credentials = scratch.folder.path().join("credentials");
    fs::create_dir(&credentials).unwrap();
    let mut unit = Deployment::of(&block, &[("%d", &credentials)]).await;
    fs::write(credentials.join("secret_key"), KEY.repeat(32)).unwrap();
    fs::write(credentials.join("database_url"), &unit.home.database.url).unwrap();
    for name in ["secret_key", "database_url"] {
        set_mode(&credentials.join(name), 0o400);
    }
    unit.set(&[("CREDENTIALS_DIRECTORY", &credentials.display().to_string())]);
    let database = unit.home.database.folder.as_ref().map(|folder| folder.path().to_owned());
    let writable: Vec<&Path> = database.as_deref().into_iter().collect();
    let process = unit.start(&writable).await;
    unit.serves(&process).await;
    assert_eq!(process.stop().await, Some(0));
    let log = unit.log();
    let warned = log.lines().any(|line| line.contains("can open it") && line.contains("/credentials/"));
    assert!(!warned, "credentials are nobody's to close: {log}");
    let mut made: Vec<String> = fs::read_dir(unit.home.folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    made.sort();
    assert_eq!(made, ["bootstrap.json", "log", "post"], "the program made nothing");
}

#[test]
fn every_block_is_run_or_says_that_it_is_not() {
    let text = fs::read_to_string(document()).unwrap();
    let (mut before, mut is_inside) = ("", false);
    for line in text.lines() {
        if line.starts_with("```") {
            let says_so = before.starts_with("<!-- block: ")
                && (before.ends_with(", run by a test -->") || before.ends_with(", not run by a test -->"));
            assert!(is_inside || says_so, "a block after {before:?}");
            is_inside = !is_inside;
        }
        before = line;
    }
}
