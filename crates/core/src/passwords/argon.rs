//! Argon2, for our own and imported digests: parameters, text form, and memory. Each thread reuses one block
//! buffer, because allocating 19 MiB for each password costs a fifth of the speed.

use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// 256 MiB: an imported digest that asks for more could take the server down.
const MAX_MEMORY_KIB: u32 = 256 * 1024;
/// Passes over the memory, for the same reason.
const MAX_ITERATIONS: u32 = 20;
const MAX_LANES: u32 = 64;

/// The length of our own digests, in bytes.
pub const OUTPUT_LEN: usize = 32;

/// The cost of one password and how many are processed in parallel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashingParams {
    /// Memory of one argon2id computation.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub iterations: u32,
    /// Lanes; computed one after the other.
    pub parallelism: u32,
    /// Threads.
    pub concurrency: usize,
    /// Jobs that may wait, half as many from one network; one more is refused.
    pub queue: usize,
}

/// The parameters of a computation: everything but the password and the salt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argon2Params {
    algorithm: Algorithm,
    version: Version,
    params: Params,
}

impl Argon2Params {
    /// The parameters of new digests: argon2id, version 19.
    pub fn current(params: &HashingParams) -> anyhow::Result<Self> {
        let HashingParams { memory_kib, iterations, parallelism, .. } = *params;
        // Parameters beyond the limits for parsing would make our own digests unreadable at the next sign-in.
        anyhow::ensure!(is_affordable(memory_kib, iterations, parallelism), "argon2 parameters are too high");
        let params = Params::new(memory_kib, iterations, parallelism, None)
            .map_err(|error| anyhow::anyhow!("argon2 parameters: {error}"))?;
        Ok(Self { algorithm: Algorithm::Argon2id, version: Version::V0x13, params })
    }

    /// Parses the three middle fields of a PHC string; `None` when unknown or too costly.
    pub fn parse(algorithm: &str, version: u32, costs: &[(&str, u32)]) -> Option<Self> {
        let [("m", memory), ("t", iterations), ("p", lanes)] = *costs else {
            return None;
        };
        if !is_affordable(memory, iterations, lanes) {
            return None;
        }
        Some(Self {
            algorithm: Algorithm::new(algorithm).ok()?,
            version: Version::try_from(version).ok()?,
            params: Params::new(memory, iterations, lanes, None).ok()?,
        })
    }

    /// Computes a digest into `out`; false when memory runs out or a length is out of range.
    #[must_use]
    pub fn compute(&self, password: &[u8], salt: &[u8], out: &mut [u8], memory: &mut HashBuffer) -> bool {
        let argon = Argon2::new(self.algorithm, self.version, self.params.clone());
        let fill = |blocks: &mut [Block]| argon.hash_password_into_with_memory(password, salt, out, blocks);
        memory.lend(self.blocks(), fill).is_some_and(|result| result.is_ok())
    }

    /// The PHC string.
    pub fn to_phc(&self, salt: &[u8], output: &[u8]) -> String {
        let name = self.algorithm.as_str();
        let version = self.version as u32;
        let m = self.params.m_cost();
        let t = self.params.t_cost();
        let p = self.params.p_cost();
        let salt = STANDARD_NO_PAD.encode(salt);
        let output = STANDARD_NO_PAD.encode(output);
        format!("${name}$v={version}$m={m},t={t},p={p}${salt}${output}")
    }

    /// The memory in blocks of 1 KiB.
    pub const fn blocks(&self) -> usize {
        self.params.block_count()
    }
}

const fn is_affordable(memory_kib: u32, iterations: u32, lanes: u32) -> bool {
    memory_kib <= MAX_MEMORY_KIB && iterations <= MAX_ITERATIONS && lanes <= MAX_LANES
}

/// The buffer of one thread. Kept for the thread's whole life, but allocated only with the first password, so
/// that an idle server stays small.
pub struct HashBuffer {
    buffer: Vec<Block>,
    size: usize,
}

impl HashBuffer {
    /// A buffer that will keep this many blocks.
    pub const fn new(size: usize) -> Self {
        Self { buffer: Vec::new(), size }
    }

    /// Lends at least `count` blocks; an imported digest that needs more gets its own, which is freed at
    /// once.
    fn lend<T>(&mut self, count: usize, work: impl FnOnce(&mut [Block]) -> T) -> Option<T> {
        if count > self.size {
            let mut extra = Vec::new();
            return grow(&mut extra, count).map(|()| work(&mut extra));
        }
        grow(&mut self.buffer, self.size).map(|()| work(&mut self.buffer))
    }
}

/// Returns `None` instead of aborting when memory is short.
fn grow(blocks: &mut Vec<Block>, count: usize) -> Option<()> {
    blocks.try_reserve_exact(count.saturating_sub(blocks.len())).ok()?;
    blocks.resize(count, Block::new());
    Some(())
}
