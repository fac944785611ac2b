//! P9: making a filter of leaked passwords and asking one. The list is made up here, the filter by the
//! shipped binary, whose memory is watched meanwhile; the asking happens in this process, on a file that is
//! mapped.

use std::fs::{self, File};
use std::hint::black_box;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use rekey_core::passwords::breaches::Filter;

use crate::options::Options;
use crate::product::Home;
use crate::report::{self, Goal};
use crate::stats::{percentile, sorted};

/// Lookups whose times are looked at.
const LOOKUPS: usize = 200_000;
/// Unlisted hashes that are asked for, to count those that are called listed.
const PROBES: u64 = 100_000_000;
/// Between two looks at the memory of the build.
const WATCH: Duration = Duration::from_millis(200);
const MIB: f64 = 1024.0 * 1024.0;

/// P9 and the making of filters.
pub fn run(options: &Options) -> anyhow::Result<()> {
    measure_queries("the built-in filter", &Filter::built_in())?;
    let home = Home::new()?;
    let list = write(&home.path.join("list"), options.hashes)?;
    let (filter, seconds, peak) = build(options, &home.path, &list)?;
    let (rate, size) = (options.hashes as f64 / seconds, fs::metadata(&filter)?.len() as f64 / MIB);
    let raw = format!("{seconds:.0} s, {rate:.0} hashes per second, a file of {size:.0} MiB");
    let what = format!("building {} hashes, most memory in MiB", options.hashes);
    report::row("P9", &what, &raw).value(peak, Goal::AtMost(1024.0));
    let filter = Filter::open(&filter).map_err(|unfit| anyhow::anyhow!("{unfit}"))?;
    let missed = (0..options.hashes).filter(|number| !filter.contains(&hash(*number))).count();
    ensure!(missed == 0, "{missed} listed hashes were missed");
    let wrong = (0..PROBES).filter(|probe| filter.contains(&hash(options.hashes + probe))).count();
    let stated = PROBES as f64 / filter.info().one_in as f64;
    let raw = format!("{wrong} of {PROBES} unlisted, {stated:.0} stated; no listed one missed");
    report::row("P9", "false positives, of those stated", &raw)
        .value(wrong as f64 / stated, Goal::AtMost(1.1));
    measure_queries("that file", &filter)
}

/// The slowest of a hundred lookups of a password, hashing included.
fn measure_queries(what: &str, filter: &Filter) -> anyhow::Result<()> {
    let timed = (0..LOOKUPS).map(|number| {
        let password = format!("{:x} of 1 guest!", mixed(number as u64));
        let began = Instant::now();
        black_box(filter.contains_password(black_box(&password)));
        began.elapsed().as_secs_f64() * 1e6
    });
    let timed = sorted(timed);
    let raw = format!("median {:.2} µs", percentile(&timed, 0.5));
    report::row("P9", &format!("µs to ask {what}, p99"), &raw)
        .value(percentile(&timed, 0.99), Goal::AtMost(10.0));
    Ok(())
}

/// Scatters numbers over all hashes (splitmix64).
const fn mixed(number: u64) -> u64 {
    let number = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ number >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ number >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ number >> 31
}

/// A made-up SHA-1.
fn hash(number: u64) -> [u8; 20] {
    let mut hash = [0; 20];
    let (first, _) = hash.split_at_mut(8);
    first.copy_from_slice(&mixed(number).to_be_bytes());
    hash
}

/// As many lines of `SHA1:count`, in no order.
fn write(path: &Path, hashes: u64) -> anyhow::Result<PathBuf> {
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
    for number in 0..hashes {
        writeln!(file, "{:016X}000000000000000000000000:3", mixed(number))?;
    }
    file.flush()?;
    Ok(path.to_owned())
}

/// Builds the filter in a process of its own: the file, the seconds, the most MiB it held.
fn build(options: &Options, home: &Path, list: &Path) -> anyhow::Result<(PathBuf, f64, f64)> {
    let (to, began) = (home.join("filter"), Instant::now());
    let mut command = Command::new(&options.core);
    command.args(["breaches", "build", "--from"]).arg(list).arg("--to").arg(&to);
    let mut child =
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().context("starting the build")?;
    let mut peak = 0.0;
    let status = loop {
        match child.try_wait()? {
            Some(status) => break status,
            None => peak = peak_memory(&child).map_or(peak, |memory| memory.max(peak)),
        }
        std::thread::park_timeout(WATCH);
    };
    ensure!(status.success(), "the build failed: {status}");
    Ok((to, began.elapsed().as_secs_f64(), peak))
}

/// The most memory that a process has held so far, in MiB.
fn peak_memory(child: &Child) -> Option<f64> {
    let text = fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse::<f64>().ok().map(|kib| kib / 1024.0)
}
