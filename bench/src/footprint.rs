//! What it costs to have it: size of the binary, cold start, memory at rest.

use crate::{
    Cli,
    clock::{resident_mib, spread},
    server::{Place, Server},
};
use std::time::Duration;

pub async fn run(cli: &Cli) -> Result<(), String> {
    let size = std::fs::metadata(&cli.binary).map_err(|e| format!("{}: {e}", cli.binary.display()))?.len();
    let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
    let place = Place::Folder(folder.path().join("data"));
    let first = Server::start(&cli.binary, &place, true).await?;
    let key = first.key.clone();
    first.stop().await;
    let (mut starts, mut memory) = (Vec::new(), Vec::new());
    for _ in 0..5 {
        let server = Server::open(&cli.binary, &place, key.clone()).await?;
        starts.push(server.started_in.as_secs_f64() * 1e3);
        tokio::time::sleep(Duration::from_secs(3)).await;
        memory.push(resident_mib(server.pid()));
        server.stop().await;
    }
    let (low, middle, high) = spread(&starts);
    println!(
        "footprint: binary {:.1} MiB, cold start {middle:.0} ms ({low:.0}-{high:.0})",
        size as f64 / f64::from(1 << 20)
    );
    let (low, middle, high) = spread(&memory);
    println!("  idle memory {middle:.1} MiB ({low:.1}-{high:.1})");
    Ok(())
}
