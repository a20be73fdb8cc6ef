//! How many messages a second go out over eight connections to a server in this process:
//! `cargo run -p adapters --release --example send_rate [SECONDS]`.
//!
//! A client that waits for a delayed acknowledgement does about 25 a second and connection.

use adapters::smtp::{Envelope, SmtpClient, SmtpConfig};
use std::{sync::Arc, time::Duration};
use testkit::smtp::SmtpSink;
use tokio::time::Instant;

const CONNECTIONS: usize = 8;
const BYTES: usize = 24 << 10;

#[tokio::main]
async fn main() {
    let seconds = std::env::args().nth(1).and_then(|s| s.parse().ok()).unwrap_or(3u64).min(60);
    for (name, hidden) in [("pipelining", "none"), ("step by step", "PIPELINING")] {
        let sink =
            SmtpSink::builder().without(hidden).count_only().start().await.expect("the loopback has a free port");
        let mut config: SmtpConfig = sink.url().parse().expect("the sink writes urls we read");
        config.connections_max = CONNECTIONS;
        let (count, slowest, took) = measure(SmtpClient::new(config), Duration::from_secs(seconds)).await;
        let rate = count as f64 / took.as_secs_f64();
        let each = CONNECTIONS as f64 * 1e6 / rate;
        println!(
            "{name:>12}: {rate:>8.0} messages/s of 24 KB, {each:>5.0} us each and connection, slowest {slowest:?}"
        );
        assert_eq!(count, sink.count(), "every message counted as sent is there");
    }
}

async fn measure(client: SmtpClient, length: Duration) -> (usize, Duration, Duration) {
    let line = "Subject and text and links and table cells, seventy-odd bytes a line.\r\n";
    let message = Arc::new([b"Message-ID: <1@x>\r\n\r\n", line.repeat(BYTES / line.len()).as_bytes()].concat());
    let start = Instant::now();
    let worker = |n: usize| {
        let (client, message) = (client.clone(), message.clone());
        let envelope = Envelope { from: "shop@shop.example".into(), to: vec![format!("anna{n}@example.com")] };
        tokio::spawn(async move {
            let (mut count, mut slowest) = (0, Duration::ZERO);
            while start.elapsed() < length {
                let before = Instant::now();
                client.send(&envelope, &message).await.expect("the sink accepts everything");
                slowest = slowest.max(before.elapsed());
                count += 1;
            }
            (count, slowest)
        })
    };
    let workers: Vec<_> = (0..CONNECTIONS).map(worker).collect();
    let (mut count, mut slowest) = (0, Duration::ZERO);
    for one in workers {
        let (done, longest) = one.await.expect("no worker panics");
        count += done;
        slowest = slowest.max(longest);
    }
    (count, slowest, start.elapsed())
}
