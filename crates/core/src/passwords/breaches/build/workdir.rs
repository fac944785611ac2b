//! The folder beside the target that holds the state of a build until it is done; only one process may use it
//! at a time. Only what the state lists is valid, and anything after it is truncated.

use std::fs::{self, File, TryLockError};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use serde::{Deserialize, Serialize};

use crate::passwords::breaches::build::plan::BuildPlan;
use crate::passwords::breaches::build::{Progress, State};

/// A state with its plan, as it is stored.
#[derive(Deserialize)]
struct StoredCheckpoint {
    job: BuildPlan,
    state: State,
}

#[derive(Serialize)]
struct CheckpointFile<'a> {
    job: &'a BuildPlan,
    state: &'a State,
}

/// The folder, locked until it is dropped or the process ends.
#[derive(Debug)]
pub(super) struct WorkDir {
    path: PathBuf,
    /// How many bytes are read between two checkpoints.
    pub checkpoint: u64,
    _lock: File,
}

impl WorkDir {
    /// Locks the folder of this target, unless another build has it.
    pub(super) fn claim(to: &Path, checkpoint: u64) -> anyhow::Result<Self> {
        let name = to.file_name().with_context(|| format!("--to: {} names no file", to.display()))?;
        let mut name = name.to_owned();
        name.push(".building");
        let path = to.with_file_name(name);
        let cannot = || format!("{}: can't be used to build in", path.display());
        match fs::create_dir(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
                Err(error).with_context(cannot)?
            }
            _ => {}
        }
        let lock = File::create(path.join("lock")).with_context(cannot)?;
        match lock.try_lock() {
            Ok(()) if path.join("lock").exists() => Ok(Self { path, checkpoint, _lock: lock }),
            Ok(()) | Err(TryLockError::WouldBlock) => {
                bail!("{}: another build into this file is running; wait until it has ended", path.display())
            }
            Err(TryLockError::Error(error)) => Err(error).with_context(cannot),
        }
    }

    /// The state in which an earlier build of the same plan stopped, or the initial one.
    pub(super) fn resume(&self, job: &BuildPlan, progress: &dyn Progress) -> anyhow::Result<State> {
        let Ok(text) = fs::read(self.state()) else {
            return self.start_over(job);
        };
        match serde_json::from_slice::<StoredCheckpoint>(&text) {
            Ok(kept) if kept.job == *job && self.contains(&kept.state) => {
                progress.on_note("going on where an earlier build stopped");
                Ok(kept.state)
            }
            Ok(kept) if kept.job == *job => {
                progress.on_note("parts of an earlier build are missing: starting afresh");
                self.start_over(job)
            }
            _ => {
                progress.on_note("an earlier build read other lists or had other options: starting afresh");
                self.start_over(job)
            }
        }
    }

    fn start_over(&self, job: &BuildPlan) -> anyhow::Result<State> {
        let state = State::default();
        self.save(job, &state)?;
        self.with_disk_context(File::create(self.keys()))?;
        self.with_disk_context(File::create(self.filter()))?;
        Ok(state)
    }

    /// Whether everything that the state lists exists.
    fn contains(&self, state: &State) -> bool {
        let made = state.shards.last().map_or(0, |entry| entry.offset.saturating_add(entry.length));
        let holds = |path: PathBuf, bytes| path.metadata().is_ok_and(|meta| meta.len() >= bytes);
        holds(self.keys(), state.spilled) && holds(self.filter(), made)
    }

    /// Saves the state atomically.
    pub(super) fn save(&self, job: &BuildPlan, state: &State) -> anyhow::Result<()> {
        let next = self.path.join("state.next");
        let write = || {
            let mut file = File::create(&next)?;
            file.write_all(&serde_json::to_vec(&CheckpointFile { job, state })?)?;
            file.sync_all()?;
            fs::rename(&next, self.state())?;
            File::open(&self.path)?.sync_all()
        };
        self.with_disk_context(write())
    }

    /// Moves the finished filter into place atomically, and deletes the rest.
    pub(super) fn finish(&self, to: &Path) -> anyhow::Result<()> {
        fs::rename(self.filter(), to).with_context(|| format!("{}: can't be replaced", to.display()))?;
        let parent = match to.parent() {
            Some(parent) if parent != Path::new("") => parent,
            _ => Path::new("."),
        };
        self.with_disk_context(File::open(parent).and_then(|folder| folder.sync_all()))?;
        self.clear();
        Ok(())
    }

    /// Deletes our files. The folder stays if it contains other files; leftovers do no harm.
    pub(super) fn clear(&self) {
        for name in ["state", "state.next", "keys", "filter", "lock"] {
            let _ = fs::remove_file(self.path.join(name));
        }
        let _ = fs::remove_dir(&self.path);
    }

    /// Adds to a disk error how to proceed.
    pub(super) fn with_disk_context<T>(&self, outcome: std::io::Result<T>) -> anyhow::Result<T> {
        outcome.with_context(|| {
            format!("{}: can't be written or read; the same command goes on from there", self.path.display())
        })
    }

    /// The file of spilled keys.
    pub(super) fn keys(&self) -> PathBuf {
        self.path.join("keys")
    }

    /// The filter while it is being built.
    pub(super) fn filter(&self) -> PathBuf {
        self.path.join("filter")
    }

    fn state(&self) -> PathBuf {
        self.path.join("state")
    }
}
