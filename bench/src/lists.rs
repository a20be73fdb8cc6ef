//! The lists that people look at, with a million customers behind them: pages, filters and searches over HTTP.

use crate::{
    Cli,
    clock::{Watch, quantile},
    http::Connection,
    server::{Place, Server, command},
};
use base::{Id, IdMaker, Time};
use crm::customers::sql;
use ritorno::bench::place::Fresh;
use store::{Db, DbConfig, Rows, Sql, Value, Write};

#[derive(Debug, clap::Args)]
pub struct Options {
    #[arg(long, default_value_t = 1_000_000)]
    customers: usize,
    /// Times that each page is asked for.
    #[arg(long, default_value_t = 200)]
    asks: usize,
}

static ANALYZE: Sql = Sql::one("ANALYZE");

const FIRST_NAMES: [&str; 20] = [
    "Anna", "Marco", "Giulia", "Luca", "Sara", "Paolo", "Elena", "Davide", "Chiara", "Andrea", "Marta", "Simone",
    "Irene", "Matteo", "Laura", "Nicola", "Silvia", "Pietro", "Ilaria", "Fabio",
];
const SYLLABLES: [&str; 16] =
    ["ba", "ce", "di", "fo", "ga", "li", "mo", "ne", "pa", "ri", "so", "ta", "ve", "zi", "cu", "ro"];
const STATES: [&str; 5] = ["active", "abandoned", "recovered", "converted", "expired"];
/// One customer in so many has an agent; there are fifty agents.
const WITH_AGENT: usize = 200;
const AGENTS: usize = 50;
/// One customer in so many has a tag.
const WITH_TAG: usize = 10;

pub async fn run(cli: &Cli, options: &Options) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
    one("sqlite", cli, options, &Place::Folder(folder.path().join("data"))).await?;
    if let Some(server) = &cli.postgres {
        let database = Fresh::new(folder.path(), Some(server)).await?;
        one("postgres", cli, options, &Place::Url(database.url())).await?;
        database.remove().await?;
    }
    Ok(())
}

async fn one(engine: &str, cli: &Cli, options: &Options, place: &Place) -> Result<(), String> {
    let scopes = "customers:read,carts:read,messages:read,flows:read";
    let key = command(&cli.binary, place, &["keys", "create", "--kind", "api", "--name", "bench", "--scope", scopes])?;
    let address = match place {
        Place::Folder(folder) => format!("sqlite:{}", folder.join("ritorno.db").display()),
        Place::Url(url) => url.clone(),
    };
    let config: DbConfig = address.parse().map_err(|e: store::StoreError| e.to_string())?;
    let db = Db::open(&config).await.map_err(|e| e.to_string())?;
    fill(&db, options.customers).await?;
    db.close().await;
    let server = Server::open(&cli.binary, place, key).await?;
    let mut connection = Connection::open(&server.address).await.map_err(|e| e.to_string())?;
    println!("lists {engine}: {} customers, a cart and a deal each", options.customers);
    let agent = agent_id(7);
    let pages = [
        ("customers, newest", "/api/v1/customers".to_owned()),
        ("customers of one agent", format!("/api/v1/customers?agent={agent}")),
        ("customers with a tag", "/api/v1/customers?tag=vip".to_owned()),
        ("customers with a tag, of one agent", format!("/api/v1/customers?tag=vip&agent={agent}")),
        ("search by name", "/api/v1/customers?q=giulia+barip".to_owned()),
        ("search by a common name", "/api/v1/customers?q=marco".to_owned()),
        ("search by the beginning of an address", "/api/v1/customers?q=anna.7".to_owned()),
        ("search by phone", "/api/v1/customers?q=%2B39+347+0123".to_owned()),
        ("search for nobody", "/api/v1/customers?q=xyzzy".to_owned()),
        ("carts, newest", "/api/v1/carts".to_owned()),
        ("carts abandoned, of one agent", format!("/api/v1/carts?state=abandoned&agent={agent}")),
        ("deals in a stage", "/api/v1/deals?stage=proposal".to_owned()),
    ];
    for (what, path) in pages {
        let mut times = Vec::with_capacity(options.asks);
        for _ in 0..options.asks {
            let watch = Watch::start();
            let status = connection.get_as(&path, &server.key).await.map_err(|e| e.to_string())?;
            times.push(watch.elapsed().as_secs_f64() * 1e3);
            if status != 200 {
                return Err(format!("{path}: {status}"));
            }
        }
        times.sort_by(f64::total_cmp);
        println!("  {what}: p50 {:.1} ms, p99 {:.1} ms", quantile(&times, 0.5), quantile(&times, 0.99));
    }
    server.stop().await;
    Ok(())
}

fn agent_id(n: usize) -> Id {
    IdMaker::new(Time(1), n as u64, 0).next_id()
}

/// Puts the rows there as the sweeps would.
async fn fill(db: &Db, customers: usize) -> Result<(), String> {
    let workspace = Value::Int(1);
    for start in (0..customers).step_by(5_000) {
        let n = 5_000.min(customers - start);
        let (mut people, mut words, mut keys) = (Rows::new(13), Rows::new(3), Rows::new(3));
        let (mut carts, mut deals, mut tags) = (Rows::new(14), Rows::new(11), Rows::new(4));
        for i in start..start + n {
            let at = Time(1_700_000_000_000_000 + i as i64 * 1_000_000);
            let mut ids = IdMaker::new(at, 77, i as i64);
            let (id, cart, deal) = (ids.next_id(), ids.next_id(), ids.next_id());
            let (first, family) = (FIRST_NAMES[i % FIRST_NAMES.len()], family_name(i));
            let email = format!("{}.{i}@customer.example", first.to_lowercase());
            let phone = format!("+39347{:07}", i % 10_000_000);
            let agent = (i % WITH_AGENT == 0).then(|| agent_id(i / WITH_AGENT % AGENTS));
            people.push([
                workspace.clone(),
                id.into(),
                format!("u{i}").into(),
                email.clone().into(),
                format!("{first} {family}").into(),
                phone.clone().into(),
                agent.into(),
                at.into(),
                ((i % 7) as i64).into(),
                ((i % 7) as i64 * 4_990).into(),
                "EUR".into(),
                Value::Null,
                if i % WITH_TAG == 0 { "[\"VIP\"]".into() } else { Value::Null },
            ]);
            if i % WITH_TAG == 0 {
                tags.push([workspace.clone(), id.into(), "vip".into(), agent.into()]);
            }
            let number = i.to_string();
            let national = phone[3..].to_owned();
            for word in [first.to_lowercase(), family.to_lowercase(), number, phone[1..].to_owned(), national] {
                words.push([workspace.clone(), id.into(), word.into()]);
            }
            keys.push([workspace.clone(), format!("e{email}").into(), id.into()]);
            carts.push([
                workspace.clone(),
                id.into(),
                cart.into(),
                format!("c{i}").into(),
                STATES[i % STATES.len()].into(),
                5_990i64.into(),
                "EUR".into(),
                1i64.into(),
                at.into(),
                at.into(),
                Value::Null,
                Value::Null,
                Value::Null,
                agent.into(),
            ]);
            deals.push([
                workspace.clone(),
                deal.into(),
                id.into(),
                cart.into(),
                crm::carts::PIPELINE.into(),
                if i % 1_000 == 0 { "proposal" } else { "qualified" }.into(),
                5_990i64.into(),
                "EUR".into(),
                at.into(),
                Value::Null,
                agent.into(),
            ]);
        }
        let writes = vec![
            Write::new(&sql::CUSTOMER_PUT, people),
            Write::new(&sql::CUSTOMER_WORD_PUT, words),
            Write::new(&sql::CUSTOMER_TAG_PUT, tags),
            Write::new(&runtime::sql::KEY_PUT, keys),
            Write::new(&sql::CART_PUT, carts),
            Write::new(&sql::DEAL_PUT, deals),
        ];
        db.write(writes).await.map_err(|e| e.to_string())?;
    }
    // As the database does by itself a minute after so much came in.
    db.write(vec![Write::plain(&ANALYZE)]).await.map(drop).map_err(|e| e.to_string())
}

/// A family name of three or four syllables: some thousands of them.
fn family_name(i: usize) -> String {
    let mut n = i.wrapping_mul(2_654_435_761) >> 7;
    let mut name = String::new();
    for _ in 0..3 + i % 2 {
        name.push_str(SYLLABLES[n % SYLLABLES.len()]);
        n /= SYLLABLES.len();
    }
    name[..1].to_uppercase() + &name[1..]
}
