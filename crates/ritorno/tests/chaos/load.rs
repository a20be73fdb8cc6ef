//! The shop: a few connections that send batches and repeat each, with the same message ids, until it is acknowledged.

use crate::{
    plan::{Call, Dice, Plan},
    processes::{Client, batch_request},
};
use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::time::sleep;

const CONNECTIONS: usize = 4;
const BATCH: usize = 100;

/// What is counted while it sends.
#[derive(Default)]
pub struct Progress {
    /// Calls whose batch was answered with 200.
    pub acknowledged: AtomicUsize,
    /// Batches sent again because there was no answer, or one that said "later".
    pub repeated: AtomicUsize,
    /// Acknowledged batches sent once more on purpose.
    pub doubled: AtomicUsize,
}

/// Sends calls from several connections at once until all are acknowledged.
pub async fn send(
    plan: &Arc<Plan>,
    calls: Vec<Call>,
    addresses: &[SocketAddr],
    authorization: &str,
    progress: &Arc<Progress>,
    seed: u64,
) {
    let queue = Arc::new(Mutex::new(VecDeque::from(calls)));
    let mut senders = tokio::task::JoinSet::new();
    for n in 0..CONNECTIONS {
        let sender = Sender {
            plan: plan.clone(),
            queue: queue.clone(),
            clients: addresses.iter().map(|address| Client::new(*address).within(Duration::from_secs(4))).collect(),
            authorization: authorization.to_owned(),
            progress: progress.clone(),
            dice: Dice::new(seed ^ ((n as u64 + 1) << 32)),
        };
        senders.spawn(sender.run());
    }
    while let Some(ended) = senders.join_next().await {
        ended.expect("a sender does not panic");
    }
}

struct Sender {
    plan: Arc<Plan>,
    queue: Arc<Mutex<VecDeque<Call>>>,
    /// One for each process that listens.
    clients: Vec<Client>,
    authorization: String,
    progress: Arc<Progress>,
    dice: Dice,
}

impl Sender {
    async fn run(mut self) {
        loop {
            // Drawn and timed under one lock: times rise in the order of the plan.
            let (request, n) = {
                let mut queue = self.queue.lock().unwrap();
                let size = queue.len().min(1 + self.dice.below(2 * BATCH));
                let calls: Vec<Call> = queue.drain(..size).collect();
                if calls.is_empty() {
                    return;
                }
                (batch_request("/v1/batch", &self.authorization, &self.plan.body(&calls)), calls.len())
            };
            self.until_acknowledged(&request).await;
            self.progress.acknowledged.fetch_add(n, Ordering::Relaxed);
            if self.dice.one_in(20) {
                self.progress.doubled.fetch_add(1, Ordering::Relaxed);
                self.until_acknowledged(&request).await;
            }
        }
    }

    async fn until_acknowledged(&mut self, request: &[u8]) {
        loop {
            let i = self.dice.below(self.clients.len());
            match self.clients[i].send(request).await {
                Ok(answer) if answer.status == 200 => return,
                Ok(answer) => {
                    assert!(matches!(answer.status, 429 | 503), "the door answered {}: {}", answer.status, answer.body)
                }
                Err(_) => {}
            }
            self.progress.repeated.fetch_add(1, Ordering::Relaxed);
            sleep(Duration::from_millis(20) + self.dice.millis(80)).await;
        }
    }
}
