//! A domain for tests: each key leads to a counter, which adds, waits, merges, mails and answers.

#![expect(dead_code, reason = "each test file and the example use their own part of it")]

use base::{Id, IdMaker, Time};
use bytes::Bytes;
use minicbor::{Decode, Encode};
use runtime::{
    Counter, Domain, Effect, Event, FoldError, Key, NewEvent, Origin, Sequences, Sweep, World,
    applier::{Applier, Limits, Opening},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;
use store::{Db, Engine, Migration, Sql, Value};

pub static MIGRATIONS: &[Migration] = &[Migration::pair(
    "toy/0001",
    "CREATE TABLE toy_list (partition BIGINT NOT NULL, cell BLOB NOT NULL, n BIGINT NOT NULL, rang BIGINT NOT NULL,
       PRIMARY KEY (partition, cell));
     CREATE TABLE toy_row (partition BIGINT NOT NULL, position BIGINT NOT NULL, n BIGINT NOT NULL, note TEXT NOT NULL,
       PRIMARY KEY (partition, position));",
    "CREATE TABLE toy_list (partition BIGINT NOT NULL, cell BYTEA NOT NULL, n BIGINT NOT NULL, rang BIGINT NOT NULL,
       PRIMARY KEY (partition, cell));
     CREATE TABLE toy_row (partition BIGINT NOT NULL, position BIGINT NOT NULL, n BIGINT NOT NULL, note TEXT NOT NULL,
       PRIMARY KEY (partition, position));",
)];

pub static LIST_PUT: Sql = Sql::one(
    "INSERT INTO toy_list (partition, cell, n, rang) VALUES ($1, $2, $3, $4)
     ON CONFLICT (partition, cell) DO UPDATE SET n = excluded.n, rang = excluded.rang",
);
pub static ROW_PUT: Sql = Sql::one("INSERT INTO toy_row (partition, position, n, note) VALUES ($1, $2, $3, $4)");

/// What an event says.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum Op {
    /// Adds to the counter of a key, which is made where there is none.
    Add {
        key: String,
        n: i64,
    },
    /// The counter rings so many microseconds after this; negative: no more.
    Wait {
        key: String,
        micros: i64,
    },
    /// The first key's counter goes into the second's.
    Merge {
        from: String,
        into: String,
    },
    /// Puts a mail in the outbox (or takes it off again).
    Mail {
        key: String,
        n: i64,
    },
    Unmail {
        key: String,
        n: i64,
    },
    /// The key leads nowhere any more.
    Forget {
        key: String,
    },
    /// Changes what belongs to the workspace.
    Total {
        n: i64,
    },
    /// Answers the counter.
    Ask {
        key: String,
    },
    Panic,
    /// Changes things, and is refused then.
    Refuse {
        key: String,
    },
    /// Writes a row that the database refuses.
    Spoil,
    /// The key's timer panics from now on (or not any more).
    Jam {
        key: String,
        on: bool,
    },
    /// The key's timer does nothing from now on.
    Sleepy {
        key: String,
    },
    Timer {
        cell: Id,
        due: Time,
    },
    Woke {
        down: i64,
    },
}

#[derive(Debug, Clone, Default, PartialEq, Encode, Decode)]
pub struct Cell {
    #[n(0)]
    pub n: i64,
    /// Events folded into it.
    #[n(1)]
    pub events: i64,
    #[n(2)]
    pub alarm: Option<Time>,
    /// When it rang: the due time and the firing time.
    #[n(3)]
    pub rang: Vec<(Time, Time)>,
    #[n(4)]
    pub merged_into: Option<Id>,
    #[n(5)]
    pub jammed: bool,
    #[n(6)]
    pub sleepy: bool,
    /// The received times seen; they never go back.
    #[n(7)]
    pub last: Time,
    /// The letter of its last ring, and whether it was taken back.
    #[n(8)]
    pub letter: Option<(i64, bool)>,
}

#[derive(Debug, Clone, Default, PartialEq, Encode, Decode)]
pub struct Shared {
    #[n(0)]
    pub total: i64,
    #[n(1)]
    pub holds: i64,
}

#[derive(Debug, Default)]
pub struct Toy;

/// Down for longer than this opens the hold.
pub const HOLD_AFTER: i64 = 15 * base::MINUTE;

pub fn key(text: &str) -> Key {
    Key::new('k', text)
}

fn counter(world: &mut World<'_, Toy>, text: &str) -> Result<Id, FoldError> {
    let found = world.find(&key(text))?;
    let id = match found {
        Some(id) => world.living(&Toy, id)?,
        None => {
            let id = world.create();
            world.bind(key(text), id);
            id
        }
    };
    Ok(id)
}

impl Domain for Toy {
    type Input = Op;
    type Cell = Cell;
    type Shared = Shared;

    fn parse(&self, _: &str, _: &str, payload: &[u8]) -> Result<Op, String> {
        serde_json::from_slice(payload).map_err(|error| error.to_string())
    }

    fn touches(&self, op: &Op, keys: &mut Vec<Key>, cells: &mut Vec<Id>) {
        match op {
            Op::Timer { cell, .. } => cells.push(*cell),
            // Asking and merging find out what they need: that is tested too.
            Op::Add { key: text, .. } | Op::Wait { key: text, .. } | Op::Mail { key: text, .. } => {
                keys.push(key(text));
            }
            _ => {}
        }
    }

    fn fold(&self, event: &Event<Op>, world: &mut World<'_, Toy>) -> Result<(), FoldError> {
        let now = world.now();
        let partition = world.partition();
        let change = |world: &mut World<'_, Toy>, text: &str, change: &mut dyn FnMut(&mut Cell)| {
            let id = counter(world, text)?;
            let mut cell = world.take(id)?;
            cell.events += 1;
            assert!(cell.last <= now, "received times never go back");
            cell.last = now;
            change(&mut cell);
            world.put(id, cell);
            world.stamp(id);
            Ok::<Id, FoldError>(id)
        };
        match &event.input {
            Op::Add { key, n } => {
                change(world, key, &mut |cell| cell.n += n)?;
                let row = [partition.into(), event.position.into(), (*n).into(), key.into()];
                world.insert(&ROW_PUT, row);
                world.count(day_counter(now), 1, *n);
                // Less than nothing takes the letter back, more puts it again.
                let id = counter(world, key)?;
                let mut cell = world.take(id)?;
                if let Some((letter, is_back)) = &mut cell.letter {
                    if *n < 0 && !*is_back {
                        *is_back = true;
                        world.drop_effect(mail_id(*letter), Time(*letter));
                    } else if *n > 0 && *is_back {
                        *is_back = false;
                        world.effect(letter_of(id, *letter));
                    }
                }
                world.put(id, cell);
            }
            Op::Wait { key, micros } => {
                change(world, key, &mut |cell| {
                    cell.alarm = (*micros >= 0).then(|| now + *micros);
                })?;
            }
            Op::Merge { from, into } => {
                let (from, into) = (counter(world, from)?, counter(world, into)?);
                if from != into {
                    let mut old = world.take(from)?;
                    let mut new = world.take(into)?;
                    new.n += std::mem::take(&mut old.n);
                    new.events += 1 + std::mem::take(&mut old.events);
                    new.alarm = new.alarm.or(old.alarm.take());
                    new.rang.append(&mut old.rang);
                    old.merged_into = Some(into);
                    world.put(from, old);
                    world.put(into, new);
                }
            }
            Op::Mail { key, n } => {
                let cell = change(world, key, &mut |_| {})?;
                world.effect(Effect { id: mail_id(*n), run_at: Time(*n), kind: "mail", cell, attempt: 0 });
            }
            Op::Unmail { key, n } => {
                change(world, key, &mut |_| {})?;
                world.drop_effect(mail_id(*n), Time(*n));
            }
            Op::Forget { key: text } => world.unbind(key(text)),
            Op::Total { n } => {
                world.shared_mut().total += n;
                let total = world.shared().total;
                world.announce(|| json!({ "total": total }));
            }
            Op::Ask { key: text } => {
                let found = world.find(&key(text))?;
                let Some(id) = found else {
                    return Err(FoldError::Refused("no such counter".to_owned()));
                };
                let id = world.living(self, id)?;
                let n = world.cell(id)?.n;
                world.reply(json!({ "n": n, "total": world.shared().total }));
            }
            Op::Panic => panic!("as it was told"),
            Op::Refuse { key } => {
                change(world, key, &mut |cell| cell.n += 1_000_000)?;
                world.shared_mut().total += 1_000_000;
                return Err(FoldError::Refused("as it was told".to_owned()));
            }
            Op::Spoil => {
                // A column that must not be null.
                let row = [partition.into(), event.position.into(), Value::Null, Value::Null];
                world.insert(&ROW_PUT, row);
            }
            Op::Jam { key, on } => {
                change(world, key, &mut |cell| cell.jammed = *on)?;
            }
            Op::Sleepy { key } => {
                change(world, key, &mut |cell| cell.sleepy = true)?;
            }
            Op::Timer { cell: id, .. } => {
                let id = world.living(self, *id)?;
                let mut cell = world.take(id)?;
                assert!(!cell.jammed, "the timer is jammed");
                if let Some(alarm) = cell.alarm.filter(|alarm| *alarm <= now && !cell.sleepy) {
                    cell.alarm = None;
                    cell.rang.push((alarm, now));
                    cell.letter = Some((event.position + 1_000, false));
                    world.put(id, cell);
                    world.effect(letter_of(id, event.position + 1_000));
                    let row = [partition.into(), event.position.into(), 0.into(), "rang".into()];
                    world.insert(&ROW_PUT, row);
                    world.count(Counter { metric: "rang", ..day_counter(now) }, 1, 0);
                }
            }
            Op::Woke { .. } => world.shared_mut().holds += 1,
        }
        Ok(())
    }

    fn due(&self, cell: &Cell, _: &Shared) -> Option<Time> {
        cell.alarm
    }

    fn timer(&self, cell: Id, due: Time, now: Time) -> NewEvent<Op> {
        NewEvent { occurred: now, origin: Origin::Ours, source: 0, kind: "timer", ..event("", Op::Timer { cell, due }) }
    }

    fn woke(&self, down: i64, now: Time) -> Option<NewEvent<Op>> {
        (down > HOLD_AFTER).then(|| NewEvent { occurred: now, ..event("", Op::Woke { down }) })
    }

    fn list(&self, id: Id, cell: &mut Cell, _: &Shared, sweep: &mut Sweep<'_>) {
        let row = vec![sweep.partition.into(), id.into(), cell.n.into(), (cell.rang.len() as i64).into()];
        sweep.write(&LIST_PUT, row);
    }

    fn may_wait(&self) -> &'static [(&'static str, &'static Sql)] {
        static MAY_WAIT: [(&str, &Sql); 1] = [("row", &ROW_PUT)];
        &MAY_WAIT
    }

    fn successor(&self, cell: &Cell) -> Option<Id> {
        cell.merged_into
    }
}

pub fn day_counter(now: Time) -> Counter<'static> {
    Counter { day: now.0 / base::DAY, metric: "added", flow: "", step: "", currency: "EUR" }
}

pub fn mail_id(n: i64) -> Id {
    IdMaker::new(Time(0), 9, n).next_id()
}

fn letter_of(cell: Id, n: i64) -> Effect {
    Effect { id: mail_id(n), run_at: Time(n), kind: "letter", cell, attempt: 0 }
}

/// An event with this id, sent and happened at the first second.
pub fn event(id: &str, op: Op) -> NewEvent<Op> {
    NewEvent {
        message_id: id.into(),
        sent: Some(Time(base::SECOND)),
        occurred: Time(base::SECOND),
        origin: Origin::Outside,
        source: 1,
        kind: "track",
        name: "Toy".into(),
        payload: Bytes::from(serde_json::to_vec(&op).expect("an op is JSON")),
        input: op,
    }
}

/// A command, which nobody takes for a duplicate.
pub fn command(op: Op) -> NewEvent<Op> {
    NewEvent { kind: "command", origin: Origin::Ours, ..event("", op) }
}

pub fn add(id: &str, key: &str, n: i64) -> NewEvent<Op> {
    let key = key.to_owned();
    event(id, Op::Add { key, n })
}

pub async fn migrate(db: &Db) {
    db.migrate(&[runtime::MIGRATIONS, MIGRATIONS]).await.unwrap();
}

/// Limits small enough that everything happens in a test.
pub fn small() -> Limits {
    Limits { batch_events: 50, batch_timers: 20, cache_bytes: 4_000, ..Limits::default() }
}

/// Opens a workspace whose log is written with the fold, on either engine.
pub async fn open(db: &Db, partition: i64, limits: Limits, now: Time) -> Applier<Toy> {
    let last = |rows: Vec<store::Row>| rows[0].opt_int("n").unwrap_or(0);
    const POSITION: Sql = Sql::one(
        "SELECT max(n) AS n FROM (SELECT max(position) AS n FROM event UNION ALL SELECT max(position) AS n FROM applied) AS known",
    );
    const IMAGE: Sql = Sql::one(
        "SELECT max(n) AS n FROM (SELECT max(seq) AS n FROM image UNION ALL SELECT max(seq) AS n FROM behind
         UNION ALL SELECT max(seq) AS n FROM behind_rows UNION ALL SELECT max(seq) AS n FROM behind_effects) AS known",
    );
    let position = last(db.query(&POSITION, &[]).await.unwrap());
    let image = last(db.query(&IMAGE, &[]).await.unwrap());
    let opening = Opening {
        partition,
        limits,
        sequences: Arc::new(Sequences::new(position, image)),
        writes_log: true,
        is_ephemeral: false,
    };
    Applier::open(Arc::new(Toy), db.clone(), "toy", opening, now).await.unwrap().expect("nobody else has the lease")
}

/// The counter a key leads to.
pub async fn read(applier: &mut Applier<Toy>, text: &str) -> Option<Cell> {
    let mut id = applier.read_key(&key(text)).await.unwrap()?;
    loop {
        let data = applier.read_cell(id).await.unwrap()?;
        let cell: Cell = runtime::applier::decode(&data);
        match cell.merged_into {
            Some(next) => id = next,
            None => return Some(cell),
        }
    }
}

/// A number from the database: the only column of the first row.
pub async fn number(db: &Db, text: &str) -> i64 {
    let text = format!("SELECT CAST(({text}) AS BIGINT) AS n");
    let rows = db.query_text(&text, &[]).await.unwrap();
    rows[0].opt_int("n").unwrap_or(0)
}

/// Whether this is SQLite, for what only one engine has.
pub fn is_sqlite(db: &Db) -> bool {
    db.engine() == Engine::Sqlite
}
