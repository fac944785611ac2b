//! The first half of a build: every line of every list, once, its key into the spill. Nothing is made here. The surprise: a line is
//! known by its place in bytes too, so that a build that was killed does not read from the beginning.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read as _, Seek as _, SeekFrom};

use anyhow::{Context as _, bail};

use super::Progress;
use super::folder::{Folder, Place, State};
use super::job::{Job, List};
use super::spill::Spill;

/// The longest line, in bytes: what has none of its own would fill the memory.
const LONGEST_LINE: u64 = 64 << 10;
/// How much is read before the watcher hears of it, in bytes.
const NEWS: u64 = 4 << 20;
/// What some programs put in front of a text.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Reads on from the state to the end of the last list. At the end everything is settled and kept.
pub(super) fn run(
    job: &Job,
    folder: &Folder,
    state: &mut State,
    progress: &dyn Progress,
) -> anyhow::Result<Spill> {
    let spill = folder.doing(Spill::open(&folder.keys(), state.spilled, job.shard_bits))?;
    let before = job.lists.iter().take(state.place.list).map(|list| list.size).sum();
    let mut reader = Reader { job, folder, state, spill, progress, before, unkept: 0 };
    while let Some(list) = job.lists.get(reader.state.place.list) {
        reader.list(list)?;
        reader.before += list.size;
        reader.state.place = Place { list: reader.state.place.list + 1, ..Place::default() };
        reader.keep()?;
    }
    Ok(reader.spill.close())
}

struct Reader<'a> {
    job: &'a Job,
    folder: &'a Folder,
    state: &'a mut State,
    spill: Spill,
    progress: &'a dyn Progress,
    /// Bytes of the lists that are done.
    before: u64,
    /// Bytes read since the last checkpoint.
    unkept: u64,
}

impl Reader<'_> {
    fn list(&mut self, list: &List) -> anyhow::Result<()> {
        let name = list.path.display();
        let mut file = BufReader::with_capacity(1 << 20, open(list, self.state.place.offset)?);
        let mut line = Vec::new();
        let mut told = self.state.place.offset;
        loop {
            line.clear();
            let length = next(&mut file, &mut line).with_context(|| format!("{name}: can't be read"))?;
            if length == 0 {
                self.progress.reading(self.before + list.size, self.job.size());
                return Ok(());
            }
            self.state.place.line += 1;
            if let Err(problem) = self.line(&line)? {
                self.folder.clear();
                bail!("{name}:{}: {problem}", self.state.place.line);
            }
            self.advance(length as u64)?;
            if self.state.place.offset - told >= NEWS {
                told = self.state.place.offset;
                self.progress.reading(self.before + told, self.job.size());
            }
        }
    }

    /// Takes a line in, or says what is wrong with it.
    fn line(&mut self, line: &[u8]) -> anyhow::Result<Result<(), &'static str>> {
        if line.len() as u64 == LONGEST_LINE && !line.ends_with(b"\n") {
            return Ok(Err("expected a line of at most 65,536 bytes; is this a text file?"));
        }
        let first = self.state.place.line == 1;
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let line = line.strip_prefix(BYTE_ORDER_MARK).filter(|_| first).unwrap_or(line);
        Ok(match self.job.format.key(line, self.job.min_count) {
            Ok(Some(key)) => Ok(self.folder.doing(self.spill.push(key))?),
            Ok(None) => Ok(()),
            Err(problem) => Err(problem),
        })
    }

    fn advance(&mut self, length: u64) -> anyhow::Result<()> {
        self.state.place.offset += length;
        self.unkept += length;
        if self.unkept >= self.folder.checkpoint { self.keep() } else { Ok(()) }
    }

    fn keep(&mut self) -> anyhow::Result<()> {
        self.unkept = 0;
        self.state.spilled = self.folder.doing(self.spill.settle())?;
        self.folder.keep(self.job, self.state)
    }
}

fn open(list: &List, offset: u64) -> anyhow::Result<File> {
    let open = || {
        let mut file = File::open(&list.path)?;
        file.seek(SeekFrom::Start(offset))?;
        Ok::<_, io::Error>(file)
    };
    open().with_context(|| format!("{}: can't be read", list.path.display()))
}

/// One line with its end, or as much of it as may be.
fn next(file: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<usize> {
    file.take(LONGEST_LINE).read_until(b'\n', line)
}
