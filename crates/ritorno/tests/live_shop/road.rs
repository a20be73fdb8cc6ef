//! The road between shop and server, on which a third of what is sent gets lost and some of it arrives twice.

use adapters::web::{Addresses, Call, Web};
use axum::{Router, body::Bytes, extract::State, http::HeaderMap, routing::any};
use base::{Rng, SeededRng};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use tokio::{net::TcpListener, sync::Mutex};

/// What happened on the road.
#[derive(Default)]
pub struct Counts {
    pub sent: AtomicUsize,
    pub lost: AtomicUsize,
    pub doubled: AtomicUsize,
    /// Answers of the server that were no success.
    pub refused: AtomicUsize,
}

pub struct Road {
    /// Where the shop sends to.
    pub url: String,
    pub counts: Arc<Counts>,
    to: Arc<Mutex<String>>,
}

#[derive(Clone)]
struct Way {
    web: Web,
    counts: Arc<Counts>,
    to: Arc<Mutex<String>>,
    chance: Arc<SeededRng>,
}

impl Road {
    pub async fn start() -> Road {
        let (counts, to) = (Arc::<Counts>::default(), Arc::<Mutex<String>>::default());
        let way = Way {
            web: Web::new(Addresses::Private).expect("calls can be made"),
            counts: counts.clone(),
            to: to.clone(),
            chance: Arc::new(SeededRng::new(42)),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
        let url = format!("http://{}/hook", listener.local_addr().expect("it is bound"));
        let router = Router::new().fallback(any(carry)).with_state(way);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Road { url, counts, to }
    }

    /// Where it leads.
    pub async fn leads_to(&self, url: &str) {
        *self.to.lock().await = url.to_owned();
    }
}

async fn carry(State(way): State<Way>, headers: HeaderMap, body: Bytes) {
    way.counts.sent.fetch_add(1, Ordering::SeqCst);
    let mut chance = [0];
    way.chance.fill(&mut chance);
    let times = match chance[0] {
        0..=84 => {
            way.counts.lost.fetch_add(1, Ordering::SeqCst);
            0
        }
        85..=110 => {
            way.counts.doubled.fetch_add(1, Ordering::SeqCst);
            2
        }
        _ => 1,
    };
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    for _ in 0..times {
        let to = way.to.lock().await.clone();
        let call = Call::post(to, String::from_utf8_lossy(&body).into_owned())
            .with("x-vendure-topic", text("x-vendure-topic"))
            .with("x-vendure-signature", text("x-vendure-signature"));
        let is_taken = way.web.call(call).await.is_ok_and(|answer| answer.status == 200);
        if !is_taken {
            way.counts.refused.fetch_add(1, Ordering::SeqCst);
        }
    }
}
