//! The disk is full, and then it is not.

use super::{READY_WITHIN, added, post};
use crate::processes::{Client, Process, Site, basic, free_address};
use std::{path::PathBuf, process::Command, time::Duration};
use tokio::time::{Instant, sleep};

/// A small file system in memory, gone when dropped.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// `None` where this user may not mount.
    fn mount(at: PathBuf, size: &str) -> Option<SmallDisk> {
        std::fs::create_dir_all(&at).ok()?;
        let mut command = Command::new("mount");
        command.args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"]).arg(&at);
        let output = command.output().ok()?;
        output.status.success().then_some(SmallDisk(at))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_turns_events_away_until_there_is_room() {
    let site = Site::new(None);
    let Some(disk) = SmallDisk::mount(site.data(), "24m") else {
        return eprintln!("skipped: a full disk (this user may not mount a small file system)");
    };
    let authorization = basic(&site.run(&["keys", "create", "--kind", "secret", "--name", "shop"]));
    let ballast = disk.0.join("ballast");
    std::fs::write(&ballast, vec![0; 12 << 20]).expect("there is room");
    let mut server = Process::start(&site, free_address(), &[]);
    server.ready(READY_WITHIN).await;
    let batch = |n: usize| added((0..200).map(move |i| format!("m{n}-{i}")));
    let mut acknowledged = 0;
    let refused = loop {
        match post(&server, &authorization, &batch(acknowledged)).await {
            Some(200) => acknowledged += 1,
            other => break other,
        }
        assert!(acknowledged < 2_000, "the disk never filled");
    };
    assert_eq!(refused, Some(503), "a full disk is not the client's fault");
    let ready = Client::new(server.address).get("/readyz").await.expect("it still answers");
    assert_eq!(ready.status, 503, "{}", ready.body);
    std::fs::remove_file(&ballast).expect("ours");
    let freed = Instant::now();
    while post(&server, &authorization, &batch(acknowledged)).await != Some(200) {
        assert!(freed.elapsed() < Duration::from_secs(10), "it takes events again by itself");
        sleep(Duration::from_millis(100)).await;
    }
    acknowledged += 1;
    assert!(server.terminate(Duration::from_secs(20)).await.success());
    let db = site.open().await;
    let check = db.query_text("PRAGMA integrity_check", &[]).await.expect("reads");
    assert_eq!(check[0].text("integrity_check"), "ok");
    let events = db
        .query_text("SELECT count(*) AS n, count(DISTINCT message_id) AS ids FROM event WHERE origin = 0", &[])
        .await
        .expect("reads");
    assert_eq!((events[0].int("n"), events[0].int("ids")), (acknowledged as i64 * 200, acknowledged as i64 * 200));
    let cells = db.query_text("SELECT id, data FROM cell", &[]).await.expect("reads");
    let counted: u64 = cells
        .iter()
        .filter(|row| !row.id("id").is_zero())
        .map(|row| {
            runtime::applier::decode::<engage::cell::Cell>(&runtime::applier::cell_of(row.blob("data"))).facts.events
        })
        .sum();
    assert_eq!(counted, acknowledged as u64 * 200, "what was acknowledged is applied once");
    db.close().await;
}
