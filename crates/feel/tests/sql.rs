#![expect(clippy::unwrap_used, reason = "a test that cannot write its rows has nothing to say")]
//! Conditions as SQL select the rows of which the expression is true, on both databases.

use base::{Rng, SeededRng, Time};
use feel::{
    Decimal, Env, Expression, Value,
    sql::{Column, ColumnType, Parameter},
};
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use testkit::store::{Migration, Rows, Sql, Value as Cell, Write};

/// Chance from a seed, so that every run tries the same.
struct Dice(SeededRng);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        u64::from_le_bytes(bytes) % end
    }
}

const NOW: &str = "2026-11-21T12:00:00Z";
const SCHEMA: &[Migration] = &[Migration::new(
    "test/0001_customer",
    "CREATE TABLE customer (
       id BIGINT NOT NULL PRIMARY KEY,
       orders BIGINT,
       spent BIGINT,
       name TEXT,
       vip BIGINT,
       joined BIGINT,
       seen BIGINT
     )",
)];
const INSERT: Sql =
    Sql::one("INSERT INTO customer (id, orders, spent, name, vip, joined, seen) VALUES ($1, $2, $3, $4, $5, $6, $7)");

fn columns() -> BTreeMap<String, Column> {
    let column = |sql: &str, of| Column { sql: sql.into(), of };
    BTreeMap::from([
        ("orders".into(), column("orders", ColumnType::Number { scale: 0, max: 1_000_000 })),
        ("spent".into(), column("spent", ColumnType::Number { scale: 2, max: 1_000_000_000_000 })),
        ("customer.name".into(), column("name", ColumnType::Text)),
        ("vip".into(), column("vip", ColumnType::Flag)),
        ("joined".into(), column("joined", ColumnType::Instant)),
        ("seen".into(), column("seen", ColumnType::Instant)),
    ])
}

/// A row as the database has it and as the expression sees it.
struct Customer {
    cells: Vec<Option<i64>>,
    name: Option<String>,
    scope: BTreeMap<String, Value>,
}

const NAMES: [&str; 8] = ["", "Ada", "Bo", "ada", "Ada Lovelace", "Zoë", "a%_b", "Òscar 🐎"];
const SPANS: [&str; 6] = ["P1D", "PT36H", "P30D", "-P2D", "PT0.000001S", "P90DT1H"];

fn pick<'a, T>(rng: &mut Dice, among: &'a [T]) -> &'a T {
    &among[rng.below(among.len() as u64) as usize]
}

fn now() -> Time {
    Time::parse(NOW).unwrap()
}

fn customer(rng: &mut Dice) -> Customer {
    let mut maybe = |value: i64| if rng.below(5) == 0 { None } else { Some(value) };
    let mut cells = vec![maybe(0), maybe(0), maybe(0), maybe(0), maybe(0), maybe(0)];
    let name = cells[2].map(|_| pick(rng, &NAMES).to_string());
    let values = [
        *pick(rng, &[-2, 0, 1, 2, 5, 1_000_000]),
        *pick(rng, &[-150, 0, 1, 99, 100, 1999, 200_000, 1_000_000_000_000]),
        0,
        rng.below(2) as i64,
        now().0 - rng.below(60) as i64 * base::DAY / 2,
        now().0 - rng.below(60) as i64 * base::DAY / 2,
    ];
    for (cell, value) in cells.iter_mut().zip(values) {
        *cell = cell.map(|_| value);
    }
    let zone = TimeZone::UTC;
    let number = |cell: Option<i64>, scale| Value::from(cell.map(|units| Decimal::new(units, scale)));
    let instant = |cell: Option<i64>| cell.map_or(Value::Null, |micros| Value::date_time(Time(micros), &zone));
    let named = BTreeMap::from([("name".to_string(), Value::from(name.clone()))]);
    let scope = BTreeMap::from([
        ("orders".into(), number(cells[0], 0)),
        ("spent".into(), number(cells[1], 2)),
        ("customer".into(), Value::Context(named)),
        ("vip".into(), Value::from(cells[3].map(|flag| flag != 0))),
        ("joined".into(), instant(cells[4])),
        ("seen".into(), instant(cells[5])),
    ]);
    Customer { cells, name, scope }
}

fn number(rng: &mut Dice, depth: u32) -> String {
    match rng.below(if depth == 0 { 5 } else { 10 }) {
        0 => "orders".into(),
        1 => "spent".into(),
        2 => pick(rng, &["0", "1", "-2", "0.995", "19.99", "2000", "0.001", "1e4"]).to_string(),
        3 => "null".into(),
        4 => "string length(customer.name)".into(),
        5 => format!("({} + {})", number(rng, depth - 1), number(rng, depth - 1)),
        6 => format!("({} - {})", number(rng, depth - 1), number(rng, depth - 1)),
        7 => format!("({} * {})", number(rng, depth - 1), pick(rng, &["2", "0.5", "-1", "orders", "0"])),
        8 => format!("-{}", number(rng, depth - 1)),
        _ => {
            let (yes, no) = (number(rng, depth - 1), number(rng, depth - 1));
            format!("(if {} then {yes} else {no})", condition(rng, depth - 1))
        }
    }
}

fn moment(rng: &mut Dice) -> String {
    match rng.below(6) {
        0 | 1 => "joined".into(),
        2 => "seen".into(),
        3 => format!("(now() - @\"{}\")", pick(rng, &SPANS)),
        4 => format!("(joined + @\"{}\")", pick(rng, &SPANS)),
        _ => "@\"2026-11-01T00:00:00+01:00\"".into(),
    }
}

fn text(rng: &mut Dice) -> String {
    if rng.below(2) == 0 { "customer.name".into() } else { format!("\"{}\"", pick(rng, &NAMES)) }
}

fn condition(rng: &mut Dice, depth: u32) -> String {
    let order = *pick(rng, &["=", "!=", "<", "<=", ">", ">="]);
    let equality = *pick(rng, &["=", "!="]);
    let deeper = depth.saturating_sub(1);
    match rng.below(if depth == 0 { 9 } else { 14 }) {
        0 => format!("{} {order} {}", number(rng, deeper), number(rng, deeper)),
        1 => format!("{} {order} {}", moment(rng), moment(rng)),
        2 => format!("{} {equality} {}", text(rng), text(rng)),
        3 => format!(
            "{}(customer.name, \"{}\")",
            pick(rng, &["starts with", "ends with", "contains"]),
            pick(rng, &NAMES)
        ),
        4 => format!("{} {equality} null", pick(rng, &["orders", "spent", "customer.name", "vip", "seen"])),
        5 => pick(rng, &["vip", "vip = true", "vip != false", "true", "null", "vip = (orders > 1)"]).to_string(),
        6 => format!("seen - joined {order} @\"{}\"", pick(rng, &SPANS)),
        7 => format!("{} in ([0..2), > 1999.5, 5)", number(rng, deeper)),
        8 => format!("customer.name in (\"Ada\", \"Zoë\", {})", pick(rng, &["null", "\"Bo\""])),
        9 => format!("{} between {} and {}", number(rng, deeper), number(rng, deeper), number(rng, deeper)),
        10 => format!("not({})", condition(rng, deeper)),
        11 => format!("({} and {})", condition(rng, deeper), condition(rng, deeper)),
        12 => format!("({} or {})", condition(rng, deeper), condition(rng, deeper)),
        _ => {
            let (yes, no) = (condition(rng, deeper), condition(rng, deeper));
            format!("(if {} then {yes} else {no})", condition(rng, deeper))
        }
    }
}

fn cells(parameters: Vec<Parameter>) -> Vec<Cell> {
    let cell = |parameter| match parameter {
        Parameter::Int(number) => Cell::Int(number),
        Parameter::Text(text) => Cell::Text(text),
    };
    parameters.into_iter().map(cell).collect()
}

testkit::on_both! {
    async fn sql_selects_what_the_expression_says(db: Db) {
        db.migrate(&[SCHEMA]).await.unwrap();
        let mut rng = Dice(SeededRng::new(4));
        let customers: Vec<Customer> = (0..80).map(|_| customer(&mut rng)).collect();
        let mut rows = Rows::with_capacity(7, customers.len());
        for (id, customer) in customers.iter().enumerate() {
            let int = |place: usize| customer.cells[place].map_or(Cell::Null, Cell::Int);
            let name = customer.name.clone().map_or(Cell::Null, Cell::Text);
            rows.push([Cell::Int(id as i64), int(0), int(1), name, int(3), int(4), int(5)]);
        }
        db.write(vec![Write::new(&INSERT, rows)]).await.unwrap();

        let (columns, zone) = (columns(), TimeZone::UTC);
        let nothing = BTreeMap::new();
        let (mut asked, mut selected) = (0, 0);
        for _ in 0..1_500 {
            let text = condition(&mut rng, 3);
            let expression = Expression::parse(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
            // Three factors of a large column may leave 64 bits; anything else is to be translated.
            let condition = match expression.to_sql(&columns, &Env { scope: &nothing, now: now(), zone: &zone }, 1) {
                Ok(condition) => condition,
                Err(refusal) => {
                    assert!(refusal.message.contains("too large") || refusal.message.contains("compared"), "{text}: {refusal}");
                    continue;
                }
            };
            let query = format!("SELECT id FROM customer WHERE {} ORDER BY id", condition.sql);
            let found = db.query_text(&query, &cells(condition.parameters)).await;
            let found = found.unwrap_or_else(|error| panic!("{text}: {query}: {error}"));
            let found: Vec<i64> = found.iter().map(|row| row.int("id")).collect();
            let true_of = |(id, customer): (usize, &Customer)| {
                expression.eval(&Env { scope: &customer.scope, now: now(), zone: &zone }).is_true().then_some(id as i64)
            };
            let expected: Vec<i64> = customers.iter().enumerate().filter_map(true_of).collect();
            assert_eq!(found, expected, "{text}\n{query}");
            asked += 1;
            selected += found.len();
        }
        assert!(asked > 1_200 && selected > 10_000, "{asked} expressions selected {selected} rows");
    }
}

/// The text of the condition, its parameters as `$n=value`.
fn translated(text: &str) -> String {
    let (scope, zone) = (BTreeMap::new(), TimeZone::UTC);
    let env = Env { scope: &scope, now: now(), zone: &zone };
    match Expression::parse(text).unwrap().to_sql(&columns(), &env, 1) {
        Ok(condition) => condition.sql,
        Err(refusal) => refusal.to_string(),
    }
}

#[test]
fn plain_conditions_can_use_an_index() {
    let check = |text: &str, sql: &str| assert_eq!(translated(text), sql, "{text}");
    check("spent >= 19.99", "(spent >= CAST($1 AS BIGINT))");
    check("orders = 3", "(orders = CAST($1 AS BIGINT))");
    check("seen < now() - duration(\"P30D\")", "(seen < CAST($1 AS BIGINT))");
    check("customer.name = \"Ada\" and vip", "((name = CAST($1 AS TEXT)) AND (vip <> 0))");
    check("not(orders = 3)", "(NOT (orders IS NOT DISTINCT FROM CAST($1 AS BIGINT)))");
    check("orders != 3", "(orders IS DISTINCT FROM CAST($1 AS BIGINT))");
    check("seen = null", "(seen IS NULL)");
    check("orders in [1..5)", "(((orders >= CAST($1 AS BIGINT)) AND (orders < CAST($2 AS BIGINT))))");
}

#[test]
fn what_is_not_translated_is_refused_with_its_place() {
    let check = |text: &str, at: usize, words: &str| {
        let found = translated(text);
        assert!(found.contains(&format!("(at character {})", at + 1)) && found.contains(words), "{text}: {found}");
    };
    check("orders / 2 > 1", 7, "multiply the other side");
    check("vip and some o in orders satisfies o > 1", 8, "some cannot be used on columns");
    check("order > 1", 0, "did you mean orders?");
    check("upper case(customer.name) = \"A\"", 0, "the function upper case");
    check("customer.name < \"b\"", 14, "texts have no order");
    check("orders = \"3\"", 7, "cannot be compared");
    check("orders + 1", 7, "neither true nor false");
    check("spent * spent > 1", 6, "too large");
    check("joined > @\"2026-01-01\"", 7, "instead of a date");
    check("joined + @\"P1M\" < now()", 7, "other side");
    check("contains(customer.name, customer.name)", 0, "fixed text");
    check("joined.year = 2026", 0, "no column for joined.year");
}
