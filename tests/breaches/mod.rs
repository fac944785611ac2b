//! Lists of leaked passwords become a filter file that answers queries. Everything works with real files, and
//! where a process matters, with the real program.

mod building;
mod interrupted;
mod invalid_files;
mod millions;
mod queries;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use rekey_core::passwords::breaches::build::{self, BuildReport, Options};

use crate::support::database::Folder;

/// A folder with lists and filters, gone afterwards.
struct CliFixture(Folder);

impl CliFixture {
    fn new() -> Self {
        Self(Folder::fresh())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn list(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        fs::write(self.path(name), text).unwrap();
        self.path(name)
    }

    /// Makes a filter of lists, all of them from the same moment.
    fn build(
        &self,
        lists: &[&Path],
        change: impl FnOnce(&mut Options),
    ) -> anyhow::Result<(PathBuf, BuildReport)> {
        let lists: Vec<PathBuf> = lists.iter().map(|list| (*list).to_owned()).collect();
        let to = self.path("made.filter");
        let mut options = Options::new(lists, to.clone());
        options.source = Some("a test".to_owned());
        change(&mut options);
        Ok((to, build::run(&options, &())?))
    }

    /// What is said when that fails, without the folder's name.
    fn refusal(&self, lists: &[&Path], change: impl FnOnce(&mut Options)) -> String {
        let error = format!("{:#}", self.build(lists, change).unwrap_err());
        error.replace(&format!("{}/", self.0.path().canonicalize().unwrap().display()), "")
    }

    /// Runs the program here, with nothing of our environment and this on its standard input.
    fn run(&self, args: &[&str], input: &str) -> Output {
        let mut child = self.command(args).stdin(Stdio::piped()).spawn().unwrap();
        // A program that ends without reading is not this helper's failure.
        drop(child.stdin.take().unwrap().write_all(input.as_bytes()));
        child.wait_with_output().unwrap()
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rekey"));
        command.args(args).env_clear().current_dir(self.0.path());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }
}

/// Mixes a number so that every number has another image: hashes that differ, in no order.
const fn mix(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

/// A hash that begins with this key.
fn hash(key: u64) -> [u8; 20] {
    let mut hash = [0; 20];
    hash[..8].copy_from_slice(&key.to_be_bytes());
    hash
}

/// A list of the hashes with these numbers.
fn hashes(numbers: impl Iterator<Item = u64>) -> String {
    numbers.map(|number| format!("{:016X}{:024}:{}\n", mix(number), 0, number % 100)).collect()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}
