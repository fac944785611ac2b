//! The first half of a build: reads every line of every list once and spills its key. Read positions are kept
//! in bytes, so that a build that was killed does not start again from the beginning.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use anyhow::{Context as _, bail, ensure};
use serde::{Deserialize, Serialize};

use crate::passwords::breaches::build::plan::BuildPlan;
use crate::passwords::breaches::build::spill_file::Spill;
use crate::passwords::breaches::build::workdir::WorkDir;
use crate::passwords::breaches::build::{Progress, ReadPosition, State};

/// The longest line, in bytes: a file without line breaks would fill the memory.
const MAX_LINE_BYTES: u64 = 64 << 10;
/// How much is read between two progress reports, in bytes.
const PROGRESS_BYTES: u64 = 4 << 20;
/// The byte order mark that some programs write before a text.
pub(super) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A list as it was when the build started.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct List {
    pub path: PathBuf,
    pub size: u64,
    /// Milliseconds since 1970.
    pub modified: i64,
}

impl List {
    pub(super) fn from_path(path: &Path) -> anyhow::Result<Self> {
        let cannot = || format!("{}: can't be read", path.display());
        let meta = fs::metadata(path).with_context(cannot)?;
        let name = path.display();
        ensure!(
            meta.is_file(),
            "{name}: is not a file; a build that is stopped must be able to read it again"
        );
        let since = meta.modified().ok().and_then(|moment| moment.duration_since(UNIX_EPOCH).ok());
        let modified = since.and_then(|since| i64::try_from(since.as_millis()).ok()).unwrap_or_default();
        Ok(Self { path: path.canonicalize().with_context(cannot)?, size: meta.len(), modified })
    }

    fn open_at(&self, offset: u64) -> anyhow::Result<File> {
        let open = || {
            let mut file = File::open(&self.path)?;
            file.seek(SeekFrom::Start(offset))?;
            Ok::<_, io::Error>(file)
        };
        open().with_context(|| format!("{}: can't be read", self.path.display()))
    }
}

/// Reads from the saved position to the end of the last list. At the end everything is flushed and saved.
pub(super) fn run(
    job: &BuildPlan,
    folder: &WorkDir,
    state: &mut State,
    progress: &dyn Progress,
) -> anyhow::Result<Spill> {
    let spill = folder.with_disk_context(Spill::open(&folder.keys(), state.spilled, job.shard_bits))?;
    let before = job.lists.iter().take(state.place.list).map(|list| list.size).sum();
    let mut reader = Reader { job, folder, state, spill, progress, bytes_done: before, since_checkpoint: 0 };
    while let Some(list) = job.lists.get(reader.state.place.list) {
        reader.read_list(list)?;
        reader.bytes_done += list.size;
        reader.state.place = ReadPosition { list: reader.state.place.list + 1, ..ReadPosition::default() };
        reader.checkpoint()?;
    }
    Ok(reader.spill.release_buffers())
}

struct Reader<'a> {
    job: &'a BuildPlan,
    folder: &'a WorkDir,
    state: &'a mut State,
    spill: Spill,
    progress: &'a dyn Progress,
    /// The bytes of the lists that are finished.
    bytes_done: u64,
    /// Bytes read since the last checkpoint.
    since_checkpoint: u64,
}

impl Reader<'_> {
    fn read_list(&mut self, list: &List) -> anyhow::Result<()> {
        let name = list.path.display();
        let mut file = BufReader::with_capacity(1 << 20, list.open_at(self.state.place.offset)?);
        let mut line = Vec::new();
        let mut reported = self.state.place.offset;
        loop {
            line.clear();
            let length = next_line(&mut file, &mut line).with_context(|| format!("{name}: can't be read"))?;
            if length == 0 {
                self.progress.on_read(self.bytes_done + list.size, self.job.total_size());
                return Ok(());
            }
            self.state.place.line += 1;
            if let Err(problem) = self.add_line(&line)? {
                self.folder.clear();
                bail!("{name}:{}: {problem}", self.state.place.line);
            }
            self.advance(length as u64)?;
            if self.state.place.offset - reported >= PROGRESS_BYTES {
                reported = self.state.place.offset;
                self.progress.on_read(self.bytes_done + reported, self.job.total_size());
            }
        }
    }

    /// Adds a line, or returns what is wrong with it.
    fn add_line(&mut self, line: &[u8]) -> anyhow::Result<Result<(), &'static str>> {
        if line.len() as u64 == MAX_LINE_BYTES && !line.ends_with(b"\n") {
            return Ok(Err("expected a line of at most 65,536 bytes; is this a text file?"));
        }
        let first = self.state.place.line == 1;
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let line = line.strip_prefix(BYTE_ORDER_MARK).filter(|_| first).unwrap_or(line);
        Ok(match self.job.format.key(line, self.job.min_count) {
            Ok(Some(key)) => Ok(self.folder.with_disk_context(self.spill.push(key))?),
            Ok(None) => Ok(()),
            Err(problem) => Err(problem),
        })
    }

    fn advance(&mut self, length: u64) -> anyhow::Result<()> {
        self.state.place.offset += length;
        self.since_checkpoint += length;
        if self.since_checkpoint >= self.folder.checkpoint { self.checkpoint() } else { Ok(()) }
    }

    fn checkpoint(&mut self) -> anyhow::Result<()> {
        self.since_checkpoint = 0;
        self.state.spilled = self.folder.with_disk_context(self.spill.flush())?;
        self.folder.save(self.job, self.state)
    }
}

/// Reads one line with its end, up to the length limit.
fn next_line(file: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<usize> {
    file.take(MAX_LINE_BYTES).read_until(b'\n', line)
}
