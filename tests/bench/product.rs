//! The product as it is released: a process of its own on a port of its own, with a database on a real disk,
//! default settings, and an SMS connector that leads back here. Ended when dropped.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context as _, ensure};

use crate::options::Options;
use crate::people;

/// A folder that goes away with its owner.
pub struct Home {
    /// Where it is.
    pub path: PathBuf,
}

impl Home {
    /// A new one below `target/tmp`, which is on the disk that the project is on; `/tmp` may be memory.
    pub fn new() -> anyhow::Result<Self> {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("bench-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&path)?;
        Ok(Self { path })
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// A process that answers HTTP.
pub struct Running {
    child: Child,
    /// Kept open, so that the process never writes into nothing.
    _stdout: BufReader<ChildStdout>,
    /// Where it answers.
    pub address: SocketAddr,
}

impl Running {
    /// Starts it and waits for the line that says where.
    pub fn start(mut command: Command) -> anyhow::Result<Self> {
        let command = command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().with_context(|| format!("starting {command:?}"))?;
        let mut stdout = BufReader::new(child.stdout.take().context("no output")?);
        let mut line = String::new();
        stdout.read_line(&mut line)?;
        let address = line.trim().rsplit_once("http://").and_then(|(_, address)| address.parse().ok());
        let Some(address) = address else {
            let _ = child.kill();
            let _ = child.wait();
            anyhow::bail!("{command:?} did not say where it answers");
        };
        Ok(Self { child, _stdout: stdout, address })
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Imports the people at these places into the database below `home`.
pub fn import(options: &Options, home: &Home, numbers: impl Iterator<Item = usize>) -> anyhow::Result<()> {
    let file = home.path.join("people.jsonl");
    fs::write(&file, people::lines(numbers)?)?;
    imported(options, home, &file)
}

/// Imports these people, a document each.
pub fn import_all(
    options: &Options,
    home: &Home,
    people: impl Iterator<Item = serde_json::Value>,
) -> anyhow::Result<()> {
    let file = home.path.join("people.jsonl");
    let mut lines = BufWriter::new(File::create(&file)?);
    for user in people {
        writeln!(lines, "{user}")?;
    }
    lines.into_inner()?;
    imported(options, home, &file)
}

fn imported(options: &Options, home: &Home, file: &Path) -> anyhow::Result<()> {
    let done = command(options, home)?.args(["user", "import", "--from"]).arg(file).output()?;
    ensure!(
        done.status.success(),
        "the import failed: {}{}",
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr)
    );
    Ok(())
}

/// Starts the server on the database below `home`; messages go to `sms`.
pub fn serve(options: &Options, home: &Home, sms: SocketAddr) -> anyhow::Result<Running> {
    Running::start(serving(options, home, sms)?)
}

/// The command that starts it.
pub fn serving(options: &Options, home: &Home, sms: SocketAddr) -> anyhow::Result<Command> {
    let connector = serde_json::json!({
        "id": "sms", "connectorId": "http-sms", "type": "Sms", "config": { "endpoint": format!("http://{sms}/") }
    });
    serving_known(options, home, &serde_json::json!({ "connectors": [connector] }))
}

/// Starts the server on the database below `home`, with this bootstrap file and no other connector.
pub fn serve_with(options: &Options, home: &Home, bootstrap: &serde_json::Value) -> anyhow::Result<Running> {
    Running::start(serving_known(options, home, bootstrap)?)
}

fn serving_known(options: &Options, home: &Home, known: &serde_json::Value) -> anyhow::Result<Command> {
    let bootstrap = home.path.join("bootstrap.json");
    fs::write(&bootstrap, known.to_string())?;
    let mut command = command(options, home)?;
    command.arg("serve").env("REKEY_BOOTSTRAP", bootstrap).env("REKEY_TRUSTED_PROXIES", "127.0.0.0/8");
    Ok(command)
}

fn command(options: &Options, home: &Home) -> anyhow::Result<Command> {
    let mut command = Command::new(&options.core);
    command
        .current_dir(&home.path)
        .env("REKEY_LISTEN", "127.0.0.1:0")
        .env("REKEY_ADMIN_LISTEN", "off")
        .env("REKEY_DATA_DIR", home.path.join("data"))
        // A server elsewhere would be measured with it, or how long it takes not to be there.
        .env("REKEY_BREACHES__URL", "")
        .stderr(Stdio::from(File::create(home.path.join("log"))?));
    Ok(command)
}
