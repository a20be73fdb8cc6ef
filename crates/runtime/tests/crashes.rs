//! Random events, a crash between any two commits, sweeps at any moment: the same state as without crashes.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod toy;

use base::{DAY, HOUR, Rng, SECOND, SeededRng, Time};
use runtime::{
    NewEvent,
    applier::{Applier, Limits, cell_of},
};
use store::{Db, DbConfig, Sql, StoreError};
use toy::{Op, Toy, add, event, migrate, number, open, read, small};

const T0: Time = Time(1_000 * DAY);
const STEPS: usize = 60;

/// Cases for each engine; more are tried with `RITORNO_CRASH_CASES=1000`.
fn cases() -> u64 {
    let wanted = std::env::var("RITORNO_CRASH_CASES").ok();
    wanted.and_then(|n| n.parse().ok()).unwrap_or(8)
}

struct Dice(SeededRng);

impl Dice {
    fn new(seed: u64) -> Dice {
        Dice(SeededRng::new(seed << 32))
    }

    fn below(&self, n: u64) -> u64 {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        u64::from_le_bytes(bytes) % n
    }

    fn chance(&self, percent: u64) -> bool {
        self.below(100) < percent
    }
}

/// One step of the script: what arrives at which moment.
struct Step {
    now: Time,
    events: Vec<(String, Op)>,
}

fn script(seed: u64) -> Vec<Step> {
    let dice = Dice::new(seed);
    let mut now = T0;
    let key = || format!("k{}", dice.below(14));
    let mut sent: Vec<(String, Op)> = Vec::new();
    let mut steps = Vec::new();
    for step in 0..STEPS {
        now = now + dice.below(20 * SECOND as u64) as i64;
        let mut events = Vec::new();
        for n in 0..dice.below(12) {
            let op = match dice.below(22) {
                0..8 => Op::Add { key: key(), n: dice.below(9) as i64 - 3 },
                8..13 => Op::Wait { key: key(), micros: dice.below(60 * SECOND as u64) as i64 - 2 * SECOND },
                13 => Op::Merge { from: key(), into: key() },
                14..16 => Op::Mail { key: key(), n: dice.below(30) as i64 },
                16 => Op::Unmail { key: key(), n: dice.below(30) as i64 },
                17 => Op::Forget { key: key() },
                18 => Op::Total { n: 1 },
                19 => Op::Panic,
                20 => Op::Refuse { key: key() },
                _ => Op::Ask { key: key() },
            };
            let sent_before = sent.len() as u64;
            // Now and then one that was sent before comes again.
            if sent_before > 0 && dice.chance(8) {
                events.push(sent[dice.below(sent_before) as usize].clone());
            } else {
                events.push((format!("{step}/{n}"), op));
            }
        }
        sent.extend(events.iter().cloned());
        steps.push(Step { now, events });
    }
    // At the end everything rings.
    let now = now + HOUR;
    steps.push(Step { now, events: Vec::new() });
    steps
}

fn make(events: &[(String, Op)]) -> Vec<NewEvent<Op>> {
    let events = events.iter().map(|(id, op)| {
        let event = event(id, op.clone());
        match op {
            Op::Ask { .. } => NewEvent { kind: "command", ..event },
            _ => event,
        }
    });
    events.collect()
}

/// The runs: without crashes, or with them where the dice say so.
struct Run<'a> {
    db: &'a Db,
    limits: Limits,
    dice: Option<Dice>,
    crashes: usize,
    applier: Applier<Toy>,
}

impl Run<'_> {
    /// Writes what was folded; answers whether it is in the database. A crash drops everything in memory, before the commit or
    /// right after.
    async fn commit(&mut self, now: Time) -> bool {
        let Some(dice) = &self.dice else {
            self.applier.commit(now, false).await.unwrap();
            return true;
        };
        let idle = dice.chance(30);
        if dice.chance(70) {
            self.applier.take_up(now, idle).await.unwrap();
        }
        let Some(sealed) = self.applier.seal(now, idle) else {
            return true;
        };
        let (number, fate) = (sealed.number, dice.below(10));
        if fate > 1 {
            self.db.write(sealed.writes).await.unwrap();
        }
        if fate > 3 {
            self.applier.written(number);
        } else {
            self.crashes += 1;
            self.applier = open(self.db, 1, self.limits.clone(), now).await;
        }
        fate > 1
    }

    async fn step(&mut self, step: &Step) {
        // The client sends again until it hears that it is durable.
        loop {
            let events = make(&step.events);
            self.applier.receive(events, step.now).await.unwrap();
            if self.commit(step.now).await {
                break;
            }
        }
        while self.applier.next_due().await.unwrap().is_some_and(|due| due <= step.now) {
            let timers = self.applier.due_timers(step.now).await.unwrap();
            self.applier.receive(timers, step.now).await.unwrap();
            self.commit(step.now).await;
        }
    }
}

/// Everything there is, as text: tables that must be the same whatever happened on the way.
async fn dump(db: &Db, applier: &mut Applier<Toy>, now: Time) -> Vec<String> {
    while applier.commit(now, true).await.unwrap().is_some() {}
    const TABLES: [Sql; 8] = [
        Sql::one("SELECT position, received_at, occurred_at, kind, message_id FROM event ORDER BY position"),
        Sql::one("SELECT minute, hash, position FROM event_seen ORDER BY minute, hash, position"),
        Sql::one("SELECT chunk, cell, position FROM event_customer ORDER BY chunk, cell, position"),
        Sql::one("SELECT key, cell FROM identity ORDER BY key"),
        Sql::one("SELECT run_at, id, kind, cell FROM effect ORDER BY run_at, id"),
        // What is sent again because nobody answered comes twice: that is counted, and differs with the crashes.
        Sql::one(
            "SELECT metric, day, currency, n, minor FROM rollup WHERE metric <> 'source.doubled' ORDER BY metric, day, currency",
        ),
        Sql::one("SELECT id, reason, name FROM refused ORDER BY id"),
        Sql::one("SELECT position, n, note FROM toy_row ORDER BY position"),
    ];
    static STATIC: [Sql; 8] = TABLES;
    let mut lines = Vec::new();
    for table in &STATIC {
        let rows = db.query(table, &[]).await.unwrap();
        lines.extend(rows.iter().map(|row| format!("{row:?}")));
    }
    static CELLS: Sql = Sql::one("SELECT id, data FROM cell ORDER BY id");
    static LISTS: Sql = Sql::one("SELECT cell, n FROM toy_list ORDER BY cell");
    for row in db.query(&CELLS, &[]).await.unwrap() {
        let (id, data) = (row.id("id"), cell_of(row.blob("data")));
        let text = if id.is_zero() {
            format!("{:?}", runtime::applier::decode::<toy::Shared>(&data))
        } else {
            format!("{:?}", runtime::applier::decode::<toy::Cell>(&data))
        };
        lines.push(format!("{id} {text}"));
    }
    let rows = db.query(&LISTS, &[]).await.unwrap();
    lines.extend(rows.iter().map(|row| format!("{row:?}")));
    lines
}

async fn run(db: &Db, seed: u64, limits: Limits, dice: Option<Dice>) -> (Vec<String>, usize) {
    let applier = open(db, 1, limits.clone(), T0).await;
    let mut run = Run { db, limits, dice, crashes: 0, applier };
    let steps = script(seed);
    for step in &steps {
        run.step(step).await;
    }
    let end = steps.last().expect("a script has steps").now;
    let lines = dump(db, &mut run.applier, end).await;
    (lines, run.crashes)
}

async fn in_memory() -> Db {
    let config: DbConfig = "sqlite::memory:".parse().unwrap();
    let db = Db::open(&config).await.unwrap();
    migrate(&db).await;
    db
}

testkit::on_both! {
    async fn a_crash_between_any_two_commits_changes_nothing(db: Db) {
        const TABLES: [&str; 20] = [
            "event", "event_seen", "event_customer", "applied", "image", "cell", "identity", "timer", "effect", "rollup", "refused",
            "answer", "toy_list", "toy_row", "log_head", "behind", "behind_rows",
            "behind_changed", "behind_effects", "behind_effects_dropped",
        ];
        migrate(&db).await;
        let mut crashes = 0;
        for seed in 1..=cases() {
            let (expected, _) = run(&in_memory().await, seed, Limits::default(), None).await;
            let tight = Limits {
                cache_bytes: 500, batch_timers: 2, dirty_bytes: 4_000, image_bytes: 6_000, wave: 2, behind_cells: 12,
                wave_effects: 1, front_batches: 2, ..Limits::default()
            };
            let (got, n) = run(&db, seed, tight, Some(Dice::new(seed + 1_000_000))).await;
            crashes += n;
            for (i, (got, expected)) in got.iter().zip(&expected).enumerate() {
                assert_eq!(got, expected, "seed {seed}, line {i}");
            }
            assert_eq!(got.len(), expected.len(), "seed {seed}");
            for table in TABLES {
                let text: &'static str = format!("DELETE FROM {table}").leak();
                let sql: &'static Sql = Box::leak(Box::new(Sql::one(text)));
                db.write(vec![store::Write::plain(sql)]).await.unwrap();
            }
        }
        assert!(crashes > 5 * cases() as usize, "{crashes} crashes");
    }

    async fn after_a_commit_that_was_not_written_none_is(db: Db) {
        migrate(&db).await;
        let mut applier = open(&db, 1, small(), T0).await;
        let mut sealed = Vec::new();
        for n in 0..3 {
            applier.receive(vec![add(&n.to_string(), "a", 1)], T0).await.unwrap();
            sealed.push(applier.seal(T0, false).unwrap().writes);
        }
        let (third, _lost, first) = (sealed.pop().unwrap(), sealed.pop(), sealed.pop().unwrap());
        db.write(first).await.unwrap();
        assert_eq!(db.write(third.clone()).await, Err(StoreError::Fenced));
        // Who opens the workspace again, and has come as far, is not taken for the one before.
        let mut applier = open(&db, 1, small(), T0).await;
        applier.receive(vec![add("1", "a", 1)], T0).await.unwrap();
        assert_eq!(applier.commit(T0, false).await, Ok(Some(1)));
        assert_eq!(applier.commit(T0, true).await, Ok(Some(2)));
        assert_eq!(db.write(third).await, Err(StoreError::Fenced));
        assert_eq!(read(&mut applier, "a").await.unwrap().n, 2);
        assert_eq!(number(&db, "SELECT count(*) FROM event").await, 2);
    }
}
