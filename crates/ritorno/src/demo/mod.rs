//! The demonstration (`ritorno serve --demo`): a fictional shop with 18 months of history, played through the engine as it is; a
//! mailbox in place of a mail server; a storefront that uses our browser snippet; a clock that can jump ahead. Without `--demo`
//! nothing of it can be reached.
//!
//! Start reading at [`Demo`], then [`plan`] (what people did) and [`play`](mod@play) (how Ritorno is told).

pub mod catalogue;
mod chance;
mod clock;
mod mailbox;
mod pages;
pub mod plan;
mod play;
mod record;
mod season;
mod shelf;
pub mod sql;
mod state;
mod story;
mod words;

pub use clock::DemoClock;
pub use mailbox::{Kept, Mailbox, Outcome};
pub use pages::router;

use crate::{
    config::{Role, Serve},
    serve::Server,
};
use base::{Clock, DAY, SharedClock, Time};
use engage::delivery::Courier;
use plan::Wish;
use record::Record;
use std::{
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicI64, Ordering},
    },
};
use tokio::sync::watch;

/// The folder of a demonstration for which none was named.
const FOLDER: &str = "demo-data";
const SEED: u64 = 20_250;

/// A demonstration of this process.
pub struct Demo {
    pub clock: Arc<DemoClock>,
    pub mailbox: Arc<Mailbox>,
    folder: PathBuf,
    record: Mutex<Record>,
    /// Where the history stands, in microseconds since 1970.
    stands_at: AtomicI64,
    /// Whether only this machine can reach the server.
    is_local: bool,
}

impl Demo {
    /// What `--demo` asks for; `None` without it. Gives the options a data folder of their own where none was named, and refuses
    /// what would mix a demonstration with a shop.
    pub fn prepare(options: &mut Serve, clock: SharedClock) -> Result<Option<Arc<Demo>>, String> {
        let place = &mut options.place;
        if !options.demo {
            return match place.database_url.is_none() && record::is_there(&place.data) {
                true => Err(format!(
                    "{} holds a demonstration: start it with --demo, or name another folder with --data",
                    place.data.display()
                )),
                false => Ok(None),
            };
        }
        if options.smtp_url.is_some() {
            return Err("--demo keeps its mails to itself: start it without --smtp-url".to_owned());
        }
        if options.role != Role::All {
            return Err("--demo runs as one process: start it without --role".to_owned());
        }
        if place.data == Path::new("data") {
            place.data = PathBuf::from(FOLDER);
        }
        let known = record::read(&place.data)?;
        if known.is_none() && place.database_url.is_none() && place.data.join("ritorno.db").exists() {
            return Err(format!(
                "{} holds a shop's data: a demonstration needs a folder of its own, name one with --data",
                place.data.display()
            ));
        }
        let now = clock.now();
        let fresh = || Record {
            wish: Wish {
                seed: SEED,
                start: now.plus(-i64::from(options.demo_days) * DAY),
                end: now,
                customers: options.demo_customers,
            },
            key: None,
            played_to: None,
            is_ready: false,
            ahead: 0,
            waiting: Vec::new(),
        };
        let record = known.unwrap_or_else(fresh);
        record::write(&place.data, &record)?;
        let demo_clock = DemoClock::new(clock, record.ahead);
        if !record.is_ready {
            demo_clock.stand_at(record.played_to.unwrap_or(record.wish.start));
        }
        Ok(Some(Arc::new(Demo {
            clock: Arc::new(demo_clock),
            mailbox: Arc::new(Mailbox::read(&place.data)),
            folder: place.data.clone(),
            stands_at: AtomicI64::new(record.played_to.unwrap_or(record.wish.start).0),
            record: Mutex::new(record),
            is_local: is_loopback(&options.listen),
        })))
    }

    /// Plays the history, if that is still to be done, and then delivers like any courier.
    pub async fn run(self: Arc<Demo>, server: Arc<Server>, courier: Arc<Courier>, stop: watch::Receiver<bool>) {
        if let Err(reason) = story::tell(&self, &server, &courier, &stop).await {
            tracing::error!(reason, "the demonstration's history could not be played; start again to go on with it");
            return;
        }
        if !*stop.borrow() {
            engage::delivery::run(courier, stop).await;
        }
        if let Err(reason) = self.mailbox.write(&self.folder) {
            tracing::warn!(reason, "the mailbox will be empty at the next start");
        }
    }

    fn record(&self) -> MutexGuard<'_, Record> {
        self.record.lock().expect("nobody panics while holding it")
    }

    /// Changes what is remembered and writes it down.
    fn remember(&self, change: impl FnOnce(&mut Record)) -> Result<(), String> {
        let mut record = self.record();
        change(&mut record);
        record::write(&self.folder, &record)
    }

    fn reached(&self, at: Time) {
        self.stands_at.store(at.0, Ordering::Relaxed);
    }

    /// How much of the history was played, from 0 to 1, and up to when.
    fn progress(&self) -> (f64, Time) {
        let (wish, is_ready) = {
            let record = self.record();
            (record.wish, record.is_ready)
        };
        let at = Time(self.stands_at.load(Ordering::Relaxed));
        if is_ready {
            return (1.0, self.clock.now());
        }
        (((at - wish.start) as f64 / (wish.end - wish.start).max(1) as f64).clamp(0.0, 0.999), at)
    }

    /// Jumps ahead; time does not go back after a restart either.
    fn jump(&self, micros: i64) -> Result<Time, String> {
        if !self.record().is_ready {
            return Err("the history is still being played".to_owned());
        }
        let ahead = self.clock.jump(micros);
        self.remember(|record| record.ahead = ahead)?;
        Ok(self.clock.now())
    }
}

/// Whether only this machine reaches an address to listen on.
fn is_loopback(listen: &str) -> bool {
    match listen.parse::<SocketAddr>() {
        Ok(address) => address.ip().is_loopback(),
        Err(_) => listen.rsplit_once(':').is_some_and(|(host, _)| {
            host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_is_local() {
        let check = |listen: &str, local: bool| assert_eq!(is_loopback(listen), local, "{listen}");
        check("127.0.0.1:8080", true);
        check("[::1]:8080", true);
        check("localhost:8080", true);
        check("0.0.0.0:8080", false);
        check("192.168.1.4:8080", false);
        check("shop.example:80", false);
    }
}
