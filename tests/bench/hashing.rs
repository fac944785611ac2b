//! The other side of most ratios: the same crate and the same parameters with nothing around them, a kept
//! buffer for each thread.

use std::time::{Duration, Instant};

use anyhow::{Context as _, anyhow};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use crate::{people, proc};

const SALT: &[u8] = b"sixteen bytes ok";

/// How fast it was.
#[derive(Clone, Copy)]
pub struct Hashing {
    /// Calls per second on all cores.
    pub rate: f64,
    /// Milliseconds of processor time for one.
    pub cost: f64,
}

fn argon() -> anyhow::Result<Argon2<'static>> {
    let params = Params::new(19_456, 2, 1, None).map_err(|error| anyhow!("argon2: {error}"))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn compute(argon: &Argon2<'_>, password: &str, blocks: &mut [Block]) -> anyhow::Result<[u8; 32]> {
    let mut out = [0; 32];
    argon
        .hash_password_into_with_memory(password.as_bytes(), SALT, &mut out, blocks)
        .map_err(|error| anyhow!("argon2: {error}"))?;
    Ok(out)
}

/// One thread a core for so long.
pub fn measure(time: Duration) -> anyhow::Result<Hashing> {
    let (began, before) = (Instant::now(), proc::own_cpu()?);
    let counts = people::together(proc::cores(), || {
        let argon = argon()?;
        let mut blocks = vec![Block::new(); argon.params().block_count()];
        let mut count = 0_usize;
        while began.elapsed() < time {
            std::hint::black_box(compute(&argon, "a password of some length", &mut blocks)?);
            count += 1;
        }
        Ok(count)
    })?;
    let count = counts.iter().sum::<usize>() as f64;
    Ok(Hashing {
        rate: count / began.elapsed().as_secs_f64(),
        cost: (proc::own_cpu()? - before) * 1000.0 / count,
    })
}

/// A stored digest of today's parameters.
pub fn digest(password: &str) -> anyhow::Result<String> {
    let argon = argon()?;
    let mut blocks = vec![Block::new(); argon.params().block_count()];
    let out = compute(&argon, password, &mut blocks).context("making a digest")?;
    let (salt, out) = (STANDARD_NO_PAD.encode(SALT), STANDARD_NO_PAD.encode(out));
    Ok(format!("$argon2id$v=19$m=19456,t=2,p=1${salt}${out}"))
}
