//! Keys on disk, sorted by shard without holding them in memory: blocks of one shard's keys in one file,
//! found again through an index. There is one file for all shards, so that a checkpoint is a single sync.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use crate::passwords::breaches::shard;

/// The most keys buffered in memory, over all shards: 32 MiB.
const MAX_BUFFERED_KEYS: usize = 4 << 20;
/// The most keys buffered for one shard.
const MAX_KEYS_PER_BLOCK: usize = 64 << 10;
/// The bytes of a block's header: its shard and its number of keys, 32 bits each.
const BLOCK_HEADER_BYTES: u64 = 8;

/// Keys on disk.
#[derive(Debug)]
pub(super) struct Spill {
    file: BufWriter<File>,
    length: u64,
    bits: u32,
    buffers: Vec<Vec<u64>>,
    block_keys: usize,
    blocks: Vec<Vec<Block>>,
}

/// The number of keys of a block, and its offset in the file.
#[derive(Clone, Copy, Debug)]
struct Block {
    offset: u64,
    keys: u32,
}

impl Spill {
    /// Opens the file, truncates it to `length` and indexes its blocks.
    pub(super) fn open(path: &Path, length: u64, bits: u32) -> io::Result<Self> {
        let file = File::options().create(true).truncate(false).read(true).write(true).open(path)?;
        file.set_len(length)?;
        let shards = 1 << bits;
        let full = (MAX_BUFFERED_KEYS / shards).min(MAX_KEYS_PER_BLOCK);
        let mut blocks = vec![Vec::new(); shards];
        let mut at = 0;
        while at < length {
            let [shard, keys] = read_block_header(&file, at)?;
            let of_shard = blocks.get_mut(shard as usize).ok_or(io::ErrorKind::InvalidData)?;
            of_shard.push(Block { offset: at.saturating_add(BLOCK_HEADER_BYTES), keys });
            at = at.saturating_add(BLOCK_HEADER_BYTES).saturating_add(u64::from(keys) * 8);
        }
        let mut file = BufWriter::with_capacity(1 << 20, file);
        io::Seek::seek(&mut file, io::SeekFrom::Start(length))?;
        Ok(Self { file, length, bits, buffers: vec![Vec::new(); shards], block_keys: full, blocks })
    }

    /// Adds a key.
    pub(super) fn push(&mut self, key: u64) -> io::Result<()> {
        let place = shard(key, self.bits);
        let full = self.block_keys;
        match self.buffers.get_mut(place) {
            Some(waiting) => {
                waiting.push(key);
                if waiting.len() >= full { self.write_block(place) } else { Ok(()) }
            }
            None => Err(io::ErrorKind::InvalidData.into()),
        }
    }

    /// Writes out the buffered keys, so that they can be read and survive a crash; returns the length of the
    /// file.
    pub(super) fn flush(&mut self) -> io::Result<u64> {
        for place in 0..self.buffers.len() {
            self.write_block(place)?;
        }
        self.file.flush()?;
        self.file.get_ref().sync_data()?;
        Ok(self.length)
    }

    /// Frees the buffers once no more keys follow.
    pub(super) fn release_buffers(mut self) -> Self {
        self.buffers = Vec::new();
        self
    }

    fn write_block(&mut self, place: usize) -> io::Result<()> {
        let (Some(waiting), Some(blocks)) = (self.buffers.get_mut(place), self.blocks.get_mut(place)) else {
            return Ok(());
        };
        if waiting.is_empty() {
            return Ok(());
        }
        let keys = waiting.len() as u32;
        self.file.write_all(&(place as u32).to_le_bytes())?;
        self.file.write_all(&keys.to_le_bytes())?;
        for key in waiting.drain(..) {
            self.file.write_all(&key.to_le_bytes())?;
        }
        blocks.push(Block { offset: self.length + BLOCK_HEADER_BYTES, keys });
        self.length += BLOCK_HEADER_BYTES + u64::from(keys) * 8;
        Ok(())
    }

    /// How many shards there are.
    pub(super) fn shards(&self) -> usize {
        self.blocks.len()
    }

    /// The number of keys of a shard, duplicates included.
    pub(super) fn count(&self, shard: usize) -> u64 {
        self.blocks.get(shard).into_iter().flatten().map(|block| u64::from(block.keys)).sum()
    }

    /// A shard's keys in order, without duplicates. Everything must be flushed first.
    pub(super) fn keys(&self, shard: usize) -> io::Result<Vec<u64>> {
        let mut keys = Vec::with_capacity(self.count(shard) as usize);
        for block in self.blocks.get(shard).into_iter().flatten() {
            let mut bytes = vec![0; block.keys as usize * 8];
            self.file.get_ref().read_exact_at(&mut bytes, block.offset)?;
            let (whole, _) = bytes.as_chunks::<8>();
            keys.extend(whole.iter().map(|bytes| u64::from_le_bytes(*bytes)));
        }
        keys.sort_unstable();
        keys.dedup();
        Ok(keys)
    }
}

fn read_block_header(file: &File, at: u64) -> io::Result<[u32; 2]> {
    let mut bytes = [0; 8];
    file.read_exact_at(&mut bytes, at)?;
    let [a, b, c, d, rest @ ..] = bytes;
    Ok([u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes(rest)])
}
