//! The list of secret keys as text: the newest first, separated by line breaks, spaces or commas. Replacing
//! one is putting another before it; the older ones go on opening what they sealed until somebody takes them
//! out.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use zeroize::Zeroizing;

use crate::config::Config;
use rekey_core::types::secret::{Rng, base64url};

/// The most keys there may be: each is tried for whatever can't be opened with the newer ones.
const MAX_KEYS: usize = 8;

/// The bytes of one key.
pub(super) type KeyBytes = Zeroizing<[u8; 64]>;

/// What rotating came to.
pub enum RotationResult {
    /// The file has the new key at its head.
    Written(PathBuf),
    /// The key comes from the configuration, which only the operator can change: the list to set there.
    ToSet(Zeroizing<String>),
}

impl Config {
    /// Puts a new key before those there are: in the file, in one step, or as the list to set where the
    /// configuration has them.
    pub fn rotate_secret_key(&self, rng: &dyn Rng) -> anyhow::Result<RotationResult> {
        let file = self.key_file();
        let text = match &self.secret_key {
            Some(keys) => Zeroizing::new(keys.expose().to_owned()),
            None => Zeroizing::new(
                fs::read_to_string(&file)
                    .with_context(|| format!("secret_key: {} cannot be read", file.display()))?,
            ),
        };
        let mut keys = parse_keys(&text).context("secret_key: expected 128 hexadecimal digits")?;
        ensure!(
            keys.len() < MAX_KEYS,
            "secret_key: expected at most {MAX_KEYS} keys; take the oldest out first"
        );
        keys.insert(0, generate_key(rng));
        if self.secret_key.is_some() {
            let all: Vec<Zeroizing<String>> = keys.iter().map(to_hex).collect();
            let all: Vec<&str> = all.iter().map(|key| key.as_str()).collect();
            return Ok(RotationResult::ToSet(Zeroizing::new(all.join(","))));
        }
        let aside = write_aside(&file, &keys, rng)?;
        fs::rename(&aside, &file)
            .with_context(|| format!("secret_key: {} cannot be replaced", file.display()))?;
        // The name is durable only with its directory: a power cut must not bring the old list back once the
        // new key was used.
        File::open(&self.data_dir).and_then(|directory| directory.sync_all()).context("data_dir")?;
        Ok(RotationResult::Written(file))
    }
}

/// The keys of a list; none when one of them is no key, or there are too many.
pub(super) fn parse_keys(text: &str) -> Option<Vec<KeyBytes>> {
    let parts = text.split(|sign: char| sign == ',' || sign.is_whitespace()).filter(|part| !part.is_empty());
    let keys: Vec<KeyBytes> = parts.map(parse_key).collect::<Option<_>>()?;
    (1..=MAX_KEYS).contains(&keys.len()).then_some(keys)
}

/// A new key.
pub(super) fn generate_key(rng: &dyn Rng) -> KeyBytes {
    let mut bytes = Zeroizing::new([0_u8; 64]);
    rng.fill(&mut *bytes);
    bytes
}

/// Writes a list beside its place, for its owner alone, so that it can be put there in one step.
pub(super) fn write_aside(file: &Path, keys: &[KeyBytes], rng: &dyn Rng) -> anyhow::Result<PathBuf> {
    let mut mark = [0_u8; 9];
    rng.fill(&mut mark);
    let aside = file.with_extension(format!("key-{}", base64url(&mark)));
    let mut written = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&aside)?;
    for key in keys {
        writeln!(written, "{}", *to_hex(key))?;
    }
    written.sync_all()?;
    Ok(aside)
}

fn to_hex(key: &KeyBytes) -> Zeroizing<String> {
    Zeroizing::new(hex::encode(**key))
}

fn parse_key(text: &str) -> Option<KeyBytes> {
    let mut bytes = Zeroizing::new([0_u8; 64]);
    hex::decode_to_slice(text, &mut *bytes).ok()?;
    Some(bytes)
}
