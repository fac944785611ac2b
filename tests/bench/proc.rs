//! What the kernel tells about processes: the time they used, the memory they hold, and how much of the
//! machine others took while we measured. Linux only.

use std::collections::HashMap;
use std::fs;
use std::thread::available_parallelism;
use std::time::Duration;

use anyhow::Context as _;

/// Others may use this share of the machine during a round.
pub const QUIET: f64 = 0.05;
/// Clock ticks per second in `/proc`: 100 on every Linux.
const TICKS: f64 = 100.0;

/// The processors we may use.
pub fn cores() -> usize {
    available_parallelism().map_or(1, usize::from)
}

/// What the processor calls itself.
pub fn processor() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = text.lines().find_map(|line| line.strip_prefix("model name"));
    name.map_or_else(String::new, |name| name.trim_start_matches([' ', '\t', ':']).to_owned())
}

/// The fields of a `stat` file after the name, which may hold anything.
fn fields(pid: &str) -> Option<Vec<u64>> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, after) = text.rsplit_once(')')?;
    Some(after.split_whitespace().map(|field| field.parse().unwrap_or(0)).collect())
}

fn at(fields: &[u64], place: usize) -> u64 {
    fields.get(place).copied().unwrap_or(0)
}

/// Seconds of processor time that a process has used, user and system.
pub fn cpu(pid: u32) -> anyhow::Result<f64> {
    let fields = fields(&pid.to_string()).with_context(|| format!("process {pid} is gone"))?;
    Ok((at(&fields, 11) + at(&fields, 12)) as f64 / TICKS)
}

/// The same of this process.
pub fn own_cpu() -> anyhow::Result<f64> {
    cpu(std::process::id())
}

/// The proportional set size in MiB.
pub fn pss(pid: u32) -> anyhow::Result<f64> {
    let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup"))?;
    let line = text.lines().find_map(|line| line.strip_prefix("Pss:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    Ok(kib.context("smaps_rollup has no Pss")? / 1024.0)
}

/// A moment in the life of the machine.
pub struct Moment {
    all: u64,
    busy: u64,
    ours: u64,
    theirs: HashMap<String, u64>,
}

impl Moment {
    /// Now.
    pub fn now() -> anyhow::Result<Self> {
        let text = fs::read_to_string("/proc/stat")?;
        let line = text.lines().next().context("/proc/stat is empty")?;
        let spent: Vec<u64> =
            line.split_whitespace().skip(1).map(|field| field.parse().unwrap_or(0)).collect();
        // Interrupts are left out: over the loopback they are our own traffic.
        let busy = [0, 1, 2, 7].iter().map(|place| at(&spent, *place)).sum();
        let all = spent.iter().take(8).sum();
        let (ours, theirs) = everybody()?;
        Ok(Self { all, busy, ours, theirs })
    }

    /// The share of the machine that others have used since. Two ways of counting, and the larger one: what
    /// was spent and not by us, which misses some where interrupts are charged to our processes; and what
    /// others were charged, which misses those that ended.
    pub fn others(&self) -> anyhow::Result<f64> {
        let now = Self::now()?;
        let rest = (now.busy - self.busy).saturating_sub(now.ours.saturating_sub(self.ours));
        let charged = now.theirs.iter().map(|(pid, ticks)| {
            let before = self.theirs.get(pid).copied().unwrap_or(0);
            ticks.saturating_sub(before)
        });
        let theirs = rest.max(charged.sum());
        Ok(theirs as f64 / (now.all - self.all).max(1) as f64)
    }
}

/// Ticks of this process and its children, the dead ones too; and of every other process.
fn everybody() -> anyhow::Result<(u64, HashMap<String, u64>)> {
    let own = u64::from(std::process::id());
    let of_self = fields("self").context("no /proc")?;
    let mut ours: u64 = (11..=14).map(|place| at(&of_self, place)).sum();
    let mut theirs = HashMap::new();
    for entry in fs::read_dir("/proc")? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let is_process = name.bytes().all(|byte| byte.is_ascii_digit()) && name != own.to_string();
        let Some(fields) = fields(&name).filter(|_| is_process) else {
            continue;
        };
        let ticks = at(&fields, 11) + at(&fields, 12);
        if at(&fields, 1) == own {
            ours += ticks
        } else {
            theirs.insert(name, ticks);
        }
    }
    Ok((ours, theirs))
}

/// Waits.
#[expect(clippy::disallowed_methods, reason = "a bench waits; nothing runs on this thread")]
pub fn rest(time: Duration) {
    std::thread::sleep(time);
}
