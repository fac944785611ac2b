//! Runs `tests/support/python/smtp.py` for one test and ends it with the test.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

/// A running server.
pub struct SmtpServer {
    child: Child,
    stdout: BufReader<ChildStdout>,
    orders: ChildStdin,
    folder: PathBuf,
    pub port: u16,
}

impl SmtpServer {
    /// Starts one with these further arguments.
    pub fn start(name: &str, args: &[&str]) -> Self {
        let folder = super::file::fresh_folder(name);
        let mut child = Command::new(python())
            .arg(support("smtp.py"))
            .arg("--folder")
            .arg(&folder)
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let orders = child.stdin.take().unwrap();
        let mut server = Self { child, stdout, orders, folder, port: 0 };
        server.port = server.line().strip_prefix("ready ").unwrap().parse().unwrap();
        server
    }

    /// Changes how it behaves.
    pub fn mode(&mut self, mode: &str) {
        assert_eq!(self.command(&format!("mode {mode}")), "ok");
    }

    /// How many connections brought messages.
    pub fn connections(&mut self) -> String {
        self.command("connections")
    }

    /// Settings of a connector that trusts this server and may sign in.
    pub fn settings(&self) -> Value {
        json!({
            "host": "localhost", "port": self.port, "auth": { "user": "rekey", "pass": "open sesame" },
            "tls": { "caFile": self.folder.join("ca.pem") }, "fromEmail": "Rekey Büro <no-reply@auth.example.com>",
            "replyTo": "help@example.com"
        })
    }

    /// How many messages it accepted.
    pub fn count(&self) -> usize {
        let files = std::fs::read_dir(&self.folder).unwrap();
        files.filter(|file| file.as_ref().unwrap().path().extension().is_some_and(|e| e == "eml")).count()
    }

    /// An accepted message as it was on the wire.
    pub fn raw(&self, number: usize) -> String {
        std::fs::read_to_string(self.folder.join(format!("{number}.eml"))).unwrap()
    }

    /// The same, as a MIME library reads it.
    pub fn parsed(&self, number: usize) -> Value {
        parse(&self.folder.join(format!("{number}.eml")))
    }

    fn command(&mut self, order: &str) -> String {
        writeln!(self.orders, "{order}").unwrap();
        self.line()
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// A mail as a MIME library reads it.
pub fn parse(mail: &Path) -> Value {
    let output = Command::new(python()).arg(support("mime.py")).arg(mail).output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

fn support(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/python").join(name)
}

fn python() -> OsString {
    std::env::var_os("REKEY_TEST_PYTHON").expect(
        "REKEY_TEST_PYTHON names a Python with tests/support/python/requirements.txt: `bin/test` sets it up",
    )
}
