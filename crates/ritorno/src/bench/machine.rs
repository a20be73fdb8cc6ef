//! A clock that jumps, a watch, and what processes have used: processor time and memory, as Linux tells it.

use base::{Clock, SystemClock, Time};
use std::{
    fs,
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};

/// Linux counts processor time in hundredths of a second, on every machine we run on.
const TICKS: f64 = 100.0;

/// A clock that runs, and jumps: what is made together is made at different instants, as it is in life.
#[derive(Default)]
pub struct Shifted(AtomicI64);

impl Shifted {
    /// Jumps ahead by so many microseconds.
    pub fn jump(&self, micros: i64) {
        self.0.fetch_add(micros, Ordering::Relaxed);
    }
}

impl Clock for Shifted {
    fn now(&self) -> Time {
        SystemClock.now() + self.0.load(Ordering::Relaxed)
    }
}

/// A wall clock.
pub struct Watch(std::time::Instant);

impl Watch {
    #[expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]
    pub fn start() -> Watch {
        Watch(std::time::Instant::now())
    }

    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// Processor seconds used so far.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cpu {
    /// By this process.
    pub own: f64,
    /// By the PostgreSQL server on this machine; 0 where there is none.
    pub server: f64,
}

impl Cpu {
    pub fn now(with_server: bool) -> Cpu {
        let own = cpu_seconds(std::process::id());
        let of_server = || {
            let pids = fs::read_dir("/proc").into_iter().flatten().flatten();
            let names = pids.filter_map(|entry| entry.file_name().into_string().ok());
            let stats = names.filter(|name| name.bytes().all(|b| b.is_ascii_digit()));
            let stats = stats.filter_map(|pid| stat(&format!("/proc/{pid}/stat")));
            // Connections that have ended count with the process that made them.
            stats.filter(|(name, ..)| name.starts_with("postgres")).map(|(_, own, ended)| own + ended).sum()
        };
        Cpu { own, server: if with_server { of_server() } else { 0.0 } }
    }

    pub fn since(self, before: Cpu) -> Cpu {
        Cpu { own: self.own - before.own, server: (self.server - before.server).max(0.0) }
    }

    pub fn total(self) -> f64 {
        self.own + self.server
    }
}

/// Name, processor seconds, and those of its ended children, by proc(5).
fn stat(path: &str) -> Option<(String, f64, f64)> {
    let text = fs::read_to_string(path).ok()?;
    let (head, rest) = text.rsplit_once(')')?;
    let name = head.split_once('(')?.1.to_owned();
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let seconds = |i: usize| fields.get(i).and_then(|f| f.parse::<f64>().ok()).unwrap_or(0.0) / TICKS;
    Some((name, seconds(11) + seconds(12), seconds(13) + seconds(14)))
}

/// Processor seconds that a process has used so far.
pub fn cpu_seconds(pid: u32) -> f64 {
    stat(&format!("/proc/{pid}/stat")).map_or(0.0, |(_, own, _)| own)
}

/// Resident bytes of a process.
pub fn resident(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    line.and_then(|line| line.split_whitespace().nth(1)).and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) * 1024
}
