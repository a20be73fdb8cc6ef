//! A process with a decision, a sub-process, a called flow and a timer on the border, in the real loop on both databases,
//! killed before or right after any of its commits: the end is that of the run without crashes.

use crate::drawing::{DISCOUNT, call, called, decide, end, idle, user, ways};
use base::{HOUR, Id, MINUTE, Rng, SeededRng, Time};
use bpmn::Waiting;
use bytes::Bytes;
use crm::calls::Input;
use engage::{Ritorno, cell::Cell, commands};
use runtime::{
    Domain, Key, NewEvent, Origin, Sequences,
    applier::{Applier, Limits, Opening, cell_of, decode},
};
use serde_json::{Map, Value as Json, json};
use std::sync::Arc;
use store::{Db, DbConfig, Sql};

const T0: Time = Time(20_000 * base::DAY);

/// What happens at a moment.
#[derive(Clone)]
enum Act {
    Command(&'static str, Json),
    Call(&'static str, &'static str, Json),
    /// The customer's task at this element is done, with these variables.
    Complete(&'static str, &'static str, Json),
    Nothing,
}

fn outer() -> String {
    let inside = [
        "<startEvent id='in'/>",
        &call("go", "inner", ""),
        &user("ask"),
        "<endEvent id='out'/>",
        &ways("in -> go -> ask -> out"),
    ]
    .concat();
    let late = "<boundaryEvent id='late' attachedToRef='body'><timerEventDefinition><timeDuration>PT48H</timeDuration>\
                </timerEventDefinition></boundaryEvent>";
    let parts = [
        &*decide("pick", "discount", "percent"),
        &*format!("<subProcess id='body'>{inside}</subProcess>"),
        late,
        &*user("look"),
        &*user("remind"),
        &*end("done"),
        &*end("given_up"),
        &*ways("begin -> pick -> body -> look -> done; late -> remind -> given_up"),
    ];
    idle("outer", &parts.concat())
}

fn inner() -> String {
    let wait = "<intermediateCatchEvent id='rest'><timerEventDefinition><timeDuration>PT2H</timeDuration></timerEventDefinition>\
                </intermediateCatchEvent>";
    let script = "<scriptTask id='say'><extensionElements><zeebe:script expression='=percent + 1' resultVariable='more'/>\
                  </extensionElements></scriptTask>";
    called("inner", &[wait, script, &*end("end"), &*ways("begin -> rest -> say -> end")].concat())
}

/// Mario does what he is asked in time; Lucia never does, and the timer on the border takes her elsewhere.
fn script() -> Vec<(Time, Act)> {
    let at = |minutes: i64| T0 + minutes * MINUTE;
    let import =
        |xml: String, decisions: Json| Act::Command("flow.import", json!({ "xml": xml, "decisions": decisions }));
    let enable = |flow: &str| Act::Command("flow.enable", json!({ "flow": flow }));
    let identify = |user: &'static str| Act::Call(user, "", json!({ "traits": { "name": user } }));
    let add = |user: &'static str, cart: &str, price: f64| {
        let product =
            json!({ "cart_id": cart, "product_id": "p", "name": "Scarpe", "price": price, "currency": "EUR" });
        Act::Call(user, "Product Added", json!({ "properties": product }))
    };
    let mut acts = vec![
        (at(0), import(inner(), json!({}))),
        (at(0), enable("inner")),
        (at(0), import(outer(), json!({ "discounts": DISCOUNT }))),
        (at(0), enable("outer")),
        (at(1), identify("mario")),
        (at(2), identify("lucia")),
        (at(3), add("mario", "c1", 178.0)),
        (at(4), add("lucia", "c2", 60.0)),
        (at(24 * 60 + 3), Act::Nothing),
        (at(24 * 60 + 4), Act::Nothing),
        (at(26 * 60 + 5), Act::Nothing),
        (at(27 * 60), Act::Complete("mario", "ask", json!({ "answer": "yes" }))),
        (at(28 * 60), Act::Complete("mario", "look", json!({}))),
        (at(73 * 60), Act::Nothing),
        (at(74 * 60), Act::Complete("lucia", "remind", json!({ "answer": "no" }))),
    ];
    acts.push((at(75 * 60), Act::Nothing));
    acts
}

async fn migrate(db: &Db) {
    db.migrate(&[runtime::MIGRATIONS, crm::MIGRATIONS, engage::MIGRATIONS]).await.unwrap();
}

async fn open(db: &Db, now: Time) -> Applier<Ritorno> {
    let last = async |text: &str| db.query_text(text, &[]).await.unwrap()[0].opt_int("n").unwrap_or(0);
    let position = last("SELECT CAST(max(position) AS BIGINT) AS n FROM event").await;
    let image = last("SELECT CAST(max(seq) AS BIGINT) AS n FROM image").await;
    let limits = Limits { cache_bytes: 500, dirty_bytes: 200_000, image_bytes: 200_000, ..Limits::default() };
    let opening = Opening {
        partition: 1,
        limits,
        sequences: Arc::new(Sequences::new(position, image)),
        writes_log: true,
        is_ephemeral: false,
    };
    // A domain of its own: nothing compiled is left over from before the crash.
    let domain = Arc::new(Ritorno::default());
    Applier::open(domain, db.clone(), "test", opening, now).await.unwrap().expect("nobody else has the lease")
}

/// A run of the script, killed at the commits that the dice say.
struct Run<'a> {
    db: &'a Db,
    applier: Applier<Ritorno>,
    dice: Option<SeededRng>,
    crashes: usize,
}

impl Run<'_> {
    fn roll(&self) -> Option<u8> {
        let mut byte = [0];
        self.dice.as_ref()?.fill(&mut byte);
        Some(byte[0] % 10)
    }

    async fn cell(&mut self, user: &str) -> (Id, Cell) {
        let id = self.applier.read_key(&Key::new('u', user)).await.unwrap().expect("the customer is known");
        (id, decode(&self.applier.read_cell(id).await.unwrap().expect("a cell")))
    }

    async fn event(&mut self, act: &Act, n: usize, now: Time) -> Option<NewEvent<Input>> {
        match act {
            Act::Nothing => None,
            Act::Command(name, data) => Some(commands::new(name, data, now)),
            Act::Call(user, name, more) => {
                let kind = if name.is_empty() { "identify" } else { "track" };
                let mut call = more.clone();
                call["userId"] = json!(user);
                call["type"] = json!(kind);
                if kind == "track" {
                    call["event"] = json!(name);
                }
                let payload = Bytes::from(call.to_string());
                let input = Ritorno::default().parse(kind, name, &payload).unwrap();
                Some(NewEvent {
                    message_id: format!("m{n}").into(),
                    sent: Some(now),
                    occurred: now,
                    origin: Origin::Outside,
                    source: 1,
                    kind,
                    name: (*name).into(),
                    payload,
                    input,
                })
            }
            Act::Complete(user, at, variables) => {
                let (customer, cell) = self.cell(user).await;
                let definition = bpmn::Definition::compile(&outer()).unwrap();
                let node = definition.find_node(at).expect("an element");
                let run = cell.action.journeys.iter().find(|run| &*run.flow == "outer").expect("a journey of the flow");
                let token = run.state.tokens().iter().find(|t| t.node == node).unwrap_or_else(|| panic!("{run:?}"));
                assert!(matches!(token.waiting, Waiting::User { .. }), "{token:?}");
                let variables: Map<String, Json> = variables.as_object().cloned().unwrap();
                let said = json!({ "customer": customer, "journey": run.id, "token": token.id, "variables": variables, "by": "test" });
                Some(commands::new("journey.complete", &said, now))
            }
        }
    }

    /// Writes what was folded; answers whether it is in the database.
    async fn commit(&mut self, now: Time) -> bool {
        let Some(fate) = self.roll() else {
            self.applier.commit(now, false).await.unwrap();
            return true;
        };
        let Some(sealed) = self.applier.seal(now, fate % 3 == 0) else { return true };
        let number = sealed.number;
        if fate > 3 {
            self.db.write(sealed.writes).await.unwrap();
        }
        if fate > 7 {
            self.applier.written(number);
        } else {
            self.crashes += 1;
            self.applier = open(self.db, now).await;
        }
        fate > 3
    }

    async fn step(&mut self, n: usize, now: Time, act: &Act) {
        loop {
            let events = self.event(act, n, now).await;
            self.applier.receive(events.into_iter().collect(), now).await.unwrap();
            if self.commit(now).await {
                break;
            }
        }
        while self.applier.next_due().await.unwrap().is_some_and(|due| due <= now) {
            let timers = self.applier.due_timers(now).await.unwrap();
            self.applier.receive(timers, now).await.unwrap();
            self.commit(now).await;
        }
    }
}

/// Everything there is, as text.
async fn dump(db: &Db, applier: &mut Applier<Ritorno>, now: Time) -> Vec<String> {
    applier.sweep_out(now).await.unwrap();
    static TABLES: [Sql; 5] = [
        Sql::one("SELECT position, received_at, occurred_at, kind, name FROM event ORDER BY position"),
        Sql::one("SELECT key, cell FROM identity ORDER BY key"),
        Sql::one("SELECT metric, day, currency, n, minor FROM rollup ORDER BY metric, day, currency, n"),
        Sql::one(
            "SELECT id, flow, version, state, node, started_at, ended_at, due_at, reason FROM journey ORDER BY id",
        ),
        Sql::one("SELECT position, n, journey, flow, at, code, data FROM decision ORDER BY position, n"),
    ];
    let mut lines = Vec::new();
    for table in &TABLES {
        lines.extend(db.query(table, &[]).await.unwrap().iter().map(|row| format!("{row:?}")));
    }
    static CELLS: Sql = Sql::one("SELECT id, data FROM cell ORDER BY id");
    for row in db.query(&CELLS, &[]).await.unwrap() {
        let (id, data) = (row.id("id"), cell_of(row.blob("data")));
        if !id.is_zero() {
            lines.push(format!("{id} {:?}", decode::<Cell>(&data).action.journeys));
        }
    }
    lines
}

async fn run(db: &Db, dice: Option<SeededRng>) -> (Vec<String>, usize) {
    let applier = open(db, T0).await;
    let mut run = Run { db, applier, dice, crashes: 0 };
    let script = script();
    for (n, (now, act)) in script.iter().enumerate() {
        run.step(n, *now, act).await;
    }
    let lines = dump(db, &mut run.applier, T0 + 80 * HOUR).await;
    (lines, run.crashes)
}

async fn in_memory() -> Db {
    let config: DbConfig = "sqlite::memory:".parse().unwrap();
    let db = Db::open(&config).await.unwrap();
    migrate(&db).await;
    db
}

testkit::on_both! {
    async fn a_process_killed_between_any_two_steps_ends_as_if_it_had_not_been(db: Db) {
        const TABLES: [&str; 14] = [
            "event", "event_seen", "event_customer", "applied", "image", "cell", "identity", "timer", "effect", "rollup", "journey",
            "decision", "audit", "log_head",
        ];
        let (expected, _) = run(&in_memory().await, None).await;
        let whole = expected.join("\n");
        for word in ["journey_called", "task_completed", "given_up", "\"inner\""] {
            assert!(whole.contains(word), "{word} is missing in:\n{whole}");
        }
        migrate(&db).await;
        let mut crashes = 0;
        for seed in 1..=8 {
            let (got, n) = run(&db, Some(SeededRng::new(seed << 32))).await;
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
        assert!(crashes > 80, "{crashes} crashes");
    }
}
