//! The variables of the environment that are ours: `REKEY_…` of each key, and `REKEY_…_FILE` of each secret. One
//! that no key has is refused, unless an orchestrator set it.

use anyhow::{anyhow, bail, ensure};

use crate::config::keys::ConfigKey;
use crate::config::sections::all_keys;
use crate::config::source::injected::is_injected;
use crate::config::source::secret_file::{self, SecretFile};
use crate::config::source::{Variable, describe_unknown};

/// What the variables set.
#[derive(Default)]
pub(super) struct Settings {
    /// One entry for each key that is set.
    pub given: Vec<Given>,
    /// The names that are not read, sorted.
    pub passed_over: Vec<String>,
    /// The files that were read.
    pub secret_files: Vec<SecretFile>,
}

/// A key and its text.
pub(super) struct Given {
    /// Which key.
    pub key: &'static ConfigKey,
    /// The variable that set it.
    pub variable: String,
    /// The text, which may be a secret.
    pub text: String,
}

/// Reads the variables. An empty one counts as not set, because compose files cannot leave one out; only for
/// `breaches.url` does emptiness say something.
pub(super) fn read(env: impl Iterator<Item = (String, String)>) -> anyhow::Result<Settings> {
    let all: Vec<Variable> = env.map(|(name, text)| Variable { name, text }).collect();
    let credentials = all.iter().find(|variable| variable.name == "CREDENTIALS_DIRECTORY");
    let credentials = credentials.map(|variable| variable.text.as_str());
    let mut settings = Settings::default();
    for variable in all.iter().filter(|variable| variable.name.starts_with("REKEY_")) {
        if let Some(key) = all_keys().find(|key| key.variable() == variable.name) {
            settings.set(key, variable);
        } else if let Some(key) = all_keys().find(|key| key.file_variable().as_ref() == Some(&variable.name))
        {
            settings.read_file(key, variable, credentials)?;
        } else if is_injected(variable, &all) {
            settings.passed_over.push(variable.name.clone());
        } else {
            bail!("{}: {}", variable.name, describe_unknown_variable(&variable.name));
        }
    }
    settings.check_each_once()?;
    settings.passed_over.sort();
    Ok(settings)
}

impl Settings {
    fn set(&mut self, key: &'static ConfigKey, variable: &Variable) {
        if !variable.text.is_empty() || key.name == "breaches.url" {
            let Variable { name, text } = variable;
            self.given.push(Given { key, variable: name.clone(), text: text.clone() });
        }
    }

    fn read_file(
        &mut self,
        key: &'static ConfigKey,
        variable: &Variable,
        credentials: Option<&str>,
    ) -> anyhow::Result<()> {
        let Variable { name, text: path } = variable;
        if path.is_empty() {
            return Ok(());
        }
        let file = SecretFile::new(name, path, credentials);
        let text = secret_file::read(&file.path).map_err(|problem| anyhow!("{name}: {problem}"))?;
        self.given.push(Given { key, variable: name.clone(), text });
        self.secret_files.push(file);
        Ok(())
    }

    /// Refuses a secret that both a variable and a file hold: which of them is current can't be known.
    fn check_each_once(&self) -> anyhow::Result<()> {
        for file in &self.secret_files {
            let variable = file.variable.strip_suffix("_FILE").unwrap_or(&file.variable);
            let is_set_twice = self.given.iter().any(|given| given.variable == variable);
            ensure!(!is_set_twice, secret_file::describe_both(variable, &file.variable));
        }
        Ok(())
    }
}

fn describe_unknown_variable(name: &str) -> String {
    let known = all_keys().flat_map(|key| [Some(key.variable()), key.file_variable()]).flatten();
    let known: Vec<String> = known.collect();
    describe_unknown("variable", name, known.iter().map(String::as_str))
}
