//! The mail server's side: it outlives every kill, misbehaves by chance, and remembers what it took.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};
use testkit::smtp::{Act, SmtpSink, Verb, When};

/// A message it took.
#[derive(Debug, Clone)]
pub struct Delivery {
    pub to: String,
}

pub struct Post {
    sink: SmtpSink,
    taken: Arc<Mutex<BTreeMap<String, Vec<Delivery>>>>,
}

impl Post {
    pub async fn start(seed: u64) -> Post {
        let taken: Arc<Mutex<BTreeMap<String, Vec<Delivery>>>> = Arc::default();
        let book = taken.clone();
        let chance = |probability: f64, n: u64| When::Chance { probability, seed: seed ^ n };
        let sink = SmtpSink::builder()
            .rule_when(Verb::Rcpt, Act::reply(451, "4.7.1 later"), chance(0.02, 1))
            .rule_when(Verb::End, Act::AcceptThenHang, chance(0.004, 2))
            .rule_when(Verb::End, Act::AcceptThenDrop, chance(0.01, 3))
            .rule_when(Verb::End, Act::Hang, chance(0.002, 4))
            .rule_when(Verb::End, Act::Drop, chance(0.01, 5))
            .rule_when(Verb::End, Act::reply(452, "4.3.1 later"), chance(0.01, 6))
            .rule_when(Verb::End, Act::Delay(Duration::from_millis(30)), chance(0.1, 7))
            .rule_when(Verb::Data, Act::Hang, chance(0.001, 8))
            .rule_when(Verb::Connect, Act::Drop, chance(0.05, 9))
            .count_only()
            .on_message(move |message| {
                let delivery = Delivery { to: message.to.join(",") };
                let id = message.message_id().trim_matches(['<', '>']).to_owned();
                book.lock().unwrap().entry(id).or_default().push(delivery);
            })
            .start()
            .await
            .expect("the loopback has a free port");
        sink.rule_for("@refused.test", Verb::Rcpt, Act::reply(550, "5.1.1 no such person"));
        Post { sink, taken }
    }

    /// With timeouts short enough for a test.
    pub fn url(&self) -> String {
        format!("{}&connect_timeout=2&command_timeout=1&start_timeout=2&data_timeout=1", self.sink.url())
    }

    pub fn count(&self) -> usize {
        self.sink.count()
    }

    /// What it took, by Message-ID.
    pub fn taken(&self) -> BTreeMap<String, Vec<Delivery>> {
        self.taken.lock().unwrap().clone()
    }
}
