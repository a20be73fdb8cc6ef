//! The servers under test, and what is done to them.

use crate::{
    plan::Dice,
    processes::{Client, Process, Site, free_address},
};
use std::{net::SocketAddr, time::Duration};
use tokio::time::{Instant, sleep};

/// How long a server may take to be ready again.
const READY_WITHIN: Duration = Duration::from_secs(30);

pub struct Fleet<'a> {
    pub site: &'a Site,
    options: Vec<String>,
    processes: Vec<Process>,
    dice: Dice,
    pub kills: usize,
    /// From each start to the first yes of `/readyz`.
    pub recoveries: Vec<Duration>,
}

impl<'a> Fleet<'a> {
    /// Starts so many processes on one site.
    pub async fn start(site: &'a Site, size: usize, options: &[&str], seed: u64) -> Fleet<'a> {
        let options = options.iter().map(|option| (*option).to_owned()).collect();
        let mut fleet = Fleet {
            site,
            options,
            processes: Vec::new(),
            dice: Dice::new(seed ^ 0xf1ee7),
            kills: 0,
            recoveries: Vec::new(),
        };
        for _ in 0..size {
            let mut process = fleet.spawn(free_address());
            process.ready(READY_WITHIN).await;
            fleet.processes.push(process);
        }
        fleet
    }

    fn spawn(&self, address: SocketAddr) -> Process {
        let options: Vec<&str> = self.options.iter().map(String::as_str).collect();
        Process::start(self.site, address, &options)
    }

    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.processes.iter().map(|process| process.address).collect()
    }

    /// Kills one process with -9, and starts it again after a moment.
    pub async fn strike(&mut self) {
        let i = self.dice.below(self.processes.len());
        self.processes[i].kill();
        self.kills += 1;
        sleep(self.dice.millis(150)).await;
        self.processes[i] = self.spawn(self.processes[i].address);
        let took = self.processes[i].ready(READY_WITHIN).await;
        self.recoveries.push(took);
    }

    /// The process with this id, stopped past its lease and woken.
    pub async fn freeze(&mut self, id: u32, pause: Duration) -> bool {
        let Some(process) = self.processes.iter().find(|process| process.id() == id) else { return false };
        process.signal("STOP");
        sleep(pause).await;
        process.signal("CONT");
        true
    }

    /// Waits until the outbox is empty, no timer is overdue and nothing has been applied for `quiet`.
    pub async fn drained(&mut self, quiet: Duration, limit: Duration) {
        let until = Instant::now() + limit;
        let (mut seen, mut since) = (String::new(), Instant::now());
        loop {
            let figures = Client::new(self.processes[0].address)
                .get("/metrics")
                .await
                .map(|answer| answer.body)
                .unwrap_or_default();
            let of = |name: &str| {
                figures
                    .lines()
                    .find_map(|line| line.strip_prefix(&format!("ritorno_{name} ")))
                    .unwrap_or("?")
                    .to_owned()
            };
            let now = format!("{} {} {}", of("events_applied"), of("outbox_depth"), of("timers_overdue"));
            if now != seen {
                (seen, since) = (now, Instant::now());
            }
            if seen.ends_with(" 0 0") && since.elapsed() >= quiet {
                return;
            }
            assert!(Instant::now() < until, "not drained within {limit:?}: applied, outbox, overdue = {seen}");
            sleep(Duration::from_millis(100)).await;
        }
    }

    /// Stops every process cleanly.
    pub async fn stop(&mut self) {
        for process in &mut self.processes {
            let status = process.terminate(Duration::from_secs(30)).await;
            assert!(status.success(), "a server that was asked to stop ended with {status}");
        }
    }
}
