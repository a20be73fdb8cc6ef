//! One event, one connection, against a bare fdatasync of the same disk.

use crate::{
    Cli,
    clock::{Watch, quantile},
    events::Source,
    http::Connection,
    server::{Place, Server},
};
use base::{Clock, SystemClock};
use std::io::Write;

#[derive(Debug, clap::Args)]
pub struct Options {
    /// Events of each side.
    #[arg(long, default_value_t = 2_000)]
    events: usize,
}

pub async fn run(cli: &Cli, options: &Options) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
    let server = Server::start(&cli.binary, &Place::Folder(folder.path().join("data")), true).await?;
    let mut source = Source::new(3, 100_000);
    let mut connection = Connection::open(&server.address).await.map_err(|e| e.to_string())?;
    let authorization = server.authorization();
    let mut file = std::fs::File::create(folder.path().join("sync")).map_err(|e| e.to_string())?;
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..options.events {
        let watch = Watch::start();
        file.write_all(&[7u8; 4096]).and_then(|()| file.sync_data()).map_err(|e| e.to_string())?;
        bare.push(watch.elapsed().as_secs_f64() * 1e3);
        let mut body = String::new();
        source.event(SystemClock.now(), &mut body);
        let watch = Watch::start();
        let status = connection.post("/v1/track", &authorization, body.as_bytes()).await.map_err(|e| e.to_string())?;
        if status == 200 {
            ours.push(watch.elapsed().as_secs_f64() * 1e3);
        }
    }
    ours.sort_by(f64::total_cmp);
    bare.sort_by(f64::total_cmp);
    let (p50, sync) = (quantile(&ours, 0.5), quantile(&bare, 0.5));
    println!("latency: fdatasync p50 {sync:.2} ms p99 {:.2} ms", quantile(&bare, 0.99));
    println!(
        "  one event p50 {p50:.2} ms p99 {:.2} ms max {:.1} ms: {:.1}x an fdatasync",
        quantile(&ours, 0.99),
        quantile(&ours, 1.0),
        p50 / sync
    );
    server.stop().await;
    Ok(())
}
