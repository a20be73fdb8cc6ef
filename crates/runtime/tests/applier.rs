//! The apply loop's body: what one workspace takes in, folds, writes and finds again.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod toy;

use base::{DAY, HOUR, MINUTE, SECOND, Time};
use runtime::{
    NewEvent,
    applier::{Answer, Applier, Limits, Verdict},
};
use serde_json::json;
use store::{Sql, StoreError};
use toy::{Op, Toy, add, command, event, migrate, number, open, read, small};

const T0: Time = Time(1_000 * DAY);

fn wait(id: &str, key: &str, micros: i64) -> NewEvent<Op> {
    let key = key.to_owned();
    event(id, Op::Wait { key, micros })
}

async fn take(applier: &mut Applier<Toy>, now: Time, events: Vec<NewEvent<Op>>) -> Vec<Answer> {
    let answers = applier.receive(events, now).await.unwrap();
    applier.commit(now, false).await.unwrap();
    answers
}

fn verdicts(answers: &[Answer]) -> String {
    let letter = |answer: &Answer| match answer.verdict {
        Verdict::Applied => 'A',
        Verdict::Duplicate => 'D',
        Verdict::Refused(_) => 'R',
    };
    answers.iter().map(letter).collect()
}

/// Fires what is due at `now`, batch by batch, and returns how many timers that were.
async fn fire(applier: &mut Applier<Toy>, now: Time) -> usize {
    let mut fired = 0;
    while applier.next_due().await.unwrap().is_some_and(|due| due <= now) {
        let timers = applier.due_timers(now).await.unwrap();
        fired += timers.len();
        take(applier, now, timers).await;
        assert!(fired < 1_000, "timers do not fire for ever");
    }
    fired
}

testkit::on_both! {
    async fn the_same_id_with_the_same_time_is_taken_in_once(db: Db) {
        migrate(&db).await;
        let mut applier = open(&db, 1, small(), T0).await;
        let at = |id: &str, sent: Option<i64>| NewEvent { sent: sent.map(Time), ..add(id, "a", 1) };
        let batch = vec![at("x", Some(5)), at("x", Some(5)), at("x", Some(6)), at("y", Some(5)), at("", Some(5)), at("", Some(5))];
        assert_eq!(verdicts(&applier.receive(batch, T0).await.unwrap()), "ADAAAA");
        // The commit is under way.
        let sealed = applier.seal(T0, false).unwrap();
        let batch = vec![at("x", Some(5)), at("z", Some(5)), at("z", Some(5))];
        assert_eq!(verdicts(&applier.receive(batch, T0).await.unwrap()), "DAD");
        db.write(sealed.writes).await.unwrap();
        applier.written(sealed.number);
        // It is in the database.
        assert_eq!(verdicts(&take(&mut applier, T0, vec![at("x", Some(5)), at("z", Some(5)), at("z", Some(7))]).await), "DDA");
        // After a restart.
        let mut applier = open(&db, 1, small(), T0).await;
        assert_eq!(verdicts(&take(&mut applier, T0, vec![at("z", Some(5)), at("z", Some(8)), at("x", Some(5))]).await), "DAD");
        assert_eq!(read(&mut applier, "a").await.unwrap().n, 8);
    }

    async fn without_a_time_the_id_alone_counts_for_a_day(db: Db) {
        migrate(&db).await;
        let mut applier = open(&db, 1, small(), T0).await;
        let at = |id: &str| NewEvent { sent: None, ..add(id, "a", 1) };
        assert_eq!(verdicts(&take(&mut applier, T0, vec![at("x"), at("x"), at("y")]).await), "ADA");
        // The day turns while the commit of the first is under way.
        let late = Time(T0.0 + DAY - SECOND);
        assert_eq!(verdicts(&applier.receive(vec![at("late")], late).await.unwrap()), "A");
        let sealed = applier.seal(late, false).unwrap();
        assert_eq!(verdicts(&applier.receive(vec![at("late"), at("x")], late + MINUTE).await.unwrap()), "DD");
        db.write(sealed.writes).await.unwrap();
        let mut applier = open(&db, 1, small(), T0).await;
        assert_eq!(verdicts(&take(&mut applier, T0 + DAY, vec![at("x"), at("y"), at("late"), at("z")]).await), "DDDA");
        assert_eq!(verdicts(&take(&mut applier, T0 + 3 * DAY, vec![at("x")]).await), "A");
        // With a time it is another event.
        assert_eq!(verdicts(&take(&mut applier, T0 + 3 * DAY, vec![add("x", "a", 1)]).await), "A");
    }

    async fn the_log_is_in_order_and_time_never_goes_back(db: Db) {
        migrate(&db).await;
        let mut applier = open(&db, 1, small(), T0).await;
        let happened = |id: &str, at: Time| NewEvent { occurred: at, ..add(id, "a", 1) };
        take(&mut applier, T0 + SECOND, vec![happened("1", T0), happened("2", Time(T0.0 + 9 * 365 * DAY)), happened("3", Time::MAX), happened("4", Time::MIN)]).await;
        take(&mut applier, T0, vec![happened("5", T0 + SECOND)]).await;
        const EVENTS: Sql = Sql::one("SELECT position, received_at, occurred_at FROM event ORDER BY position");
        let rows = db.query(&EVENTS, &[]).await.unwrap();
        let got: Vec<(i64, i64, i64)> = rows.iter().map(|r| (r.int("position"), r.int("received_at") - T0.0, r.int("occurred_at"))).collect();
        assert_eq!(got, [
            (1, SECOND, T0.0), (2, SECOND, T0.0 + SECOND), (3, SECOND, T0.0 + SECOND), (4, SECOND, i64::MIN), (5, SECOND, T0.0 + SECOND),
        ]);
        let applier = open(&db, 1, small(), T0).await;
        assert_eq!((applier.position(), applier.received()), (5, T0 + SECOND));
    }

    async fn a_fold_that_fails_leaves_everything_as_it_was(db: Db) {
        migrate(&db).await;
        let mut applier = open(&db, 1, small(), T0).await;
        take(&mut applier, T0, vec![add("1", "a", 5)]).await;
        let refuse = |key: &str| Op::Refuse { key: key.to_owned() };
        let batch = vec![
            event("2", Op::Panic), add("3", "a", 1), event("4", refuse("a")), event("5", refuse("new")), command(refuse("a")), command(Op::Panic), add("6", "a", 1),
        ];
        assert_eq!(verdicts(&take(&mut applier, T0, batch).await), "RARRRRA");
        for reopened in [false, true] {
            if reopened {
                applier = open(&db, 1, small(), T0).await;
            }
            let cell = read(&mut applier, "a").await.unwrap();
            assert_eq!((cell.n, cell.events, applier.shared().total), (7, 3, 0));
            assert_eq!(read(&mut applier, "new").await, None);
        }
        // The caller of a command was told; the rest is kept for a person, the events themselves in the log.
        assert_eq!(number(&db, "SELECT count(*) FROM refused WHERE state = 'open'").await, 4);
        assert_eq!(number(&db, "SELECT count(*) FROM event").await, 8);
        assert_eq!(number(&db, "SELECT count(*) FROM refused WHERE reason LIKE '%as it was told%' AND body LIKE '{\"op\":%'").await, 4);
        // What is refused once is a duplicate, not another row.
        assert_eq!(verdicts(&take(&mut applier, T0, vec![event("2", Op::Panic)]).await), "D");
    }

    async fn what_the_fold_needs_is_loaded_when_it_asks(db: Db) {
        migrate(&db).await;
        let limits = Limits { cache_bytes: 0, ..small() };
        let mut applier = open(&db, 1, limits.clone(), T0).await;
        let keys: Vec<String> = (0..40).map(|n| format!("k{n}")).collect();
        for (n, key) in keys.iter().enumerate() {
            take(&mut applier, T0, vec![add(key, key, n as i64)]).await;
        }
        applier.sweep_out(T0).await.unwrap();
        let ask = |key: &str| command(Op::Ask { key: key.to_owned() });
        let answers = take(&mut applier, T0, keys.iter().map(|key| ask(key)).collect()).await;
        let said: Vec<_> = answers.iter().map(|a| a.reply.clone().unwrap()["n"].as_i64().unwrap()).collect();
        assert_eq!(said, (0..40).collect::<Vec<i64>>());
        // A chain of merges, none of it in memory.
        for n in 1..40 {
            let op = Op::Merge { from: keys[n - 1].clone(), into: keys[n].clone() };
            take(&mut applier, T0, vec![event(&format!("m{n}"), op)]).await;
        }
        let mut applier = open(&db, 1, limits, T0).await;
        applier.sweep_out(T0).await.unwrap();
        let answers = take(&mut applier, T0, vec![ask("k38"), ask("k20"), ask("nobody")]).await;
        assert_eq!(verdicts(&answers), "AAR");
        assert_eq!(answers[1].reply, Some(json!({ "n": 780, "total": 0 })));
        assert_eq!(answers[2].verdict, Verdict::Refused("no such counter".to_owned()));
    }

    async fn timers_fire_once_in_order_and_after_what_came_before(db: Db) {
        migrate(&db).await;
        for swept in [false, true] {
            let partition = 1 + i64::from(swept);
            let mut applier = open(&db, partition, small(), T0).await;
            let waits = (0..50).map(|n| wait(&format!("w{n}"), &format!("k{n}"), (50 - n) * MINUTE));
            take(&mut applier, T0, waits.collect()).await;
            if swept {
                applier.sweep_out(T0).await.unwrap();
                applier = open(&db, partition, small(), T0).await;
            }
            // Known right after the start.
            assert_eq!(applier.next_due().await.unwrap(), Some(T0 + MINUTE));
            assert_eq!(fire(&mut applier, T0 + (MINUTE - 1)).await, 0);
            // One is called off, one put off, by events that come before.
            take(&mut applier, T0 + MINUTE, vec![wait("off", "k49", -1), wait("later", "k48", HOUR)]).await;
            let batch = applier.due_timers(T0 + HOUR).await.unwrap();
            let ops: Vec<Time> = batch.iter().filter_map(|e| match &e.input { Op::Timer { due, .. } => Some(*due), _ => None }).collect();
            assert!(ops.is_sorted() && ops.len() <= 20, "{ops:?}");
            take(&mut applier, T0 + HOUR, batch).await;
            fire(&mut applier, T0 + HOUR).await;
            assert_eq!(fire(&mut applier, T0 + DAY).await, 1, "the one put off");
            for n in 0..48 {
                let cell = read(&mut applier, &format!("k{n}")).await.unwrap();
                assert_eq!(cell.rang, [(T0 + (50 - n) * MINUTE, T0 + HOUR)], "k{n}");
            }
            assert_eq!(read(&mut applier, "k49").await.unwrap().rang, []);
            assert_eq!(applier.next_due().await.unwrap(), None);
            applier.sweep_out(T0 + DAY).await.unwrap();
            assert_eq!(number(&db, "SELECT count(*) FROM timer").await, 0);
        }
    }

    async fn an_index_entry_that_is_too_early_is_set_anew(db: Db) {
        migrate(&db).await;
        let mut applier = open(&db, 1, small(), T0).await;
        take(&mut applier, T0, vec![wait("1", "a", MINUTE)]).await;
        applier.sweep_out(T0).await.unwrap();
        // The cell moves on; its row in the table stays where it is.
        take(&mut applier, T0, vec![wait("2", "a", HOUR)]).await;
        applier.sweep_out(T0).await.unwrap();
        assert_eq!(number(&db, "SELECT due FROM timer").await, T0.0 + MINUTE);
        assert_eq!(fire(&mut applier, T0 + MINUTE).await, 0);
        for _ in 0..2 {
            // Crashes in between lose nothing.
            applier = open(&db, 1, small(), T0 + MINUTE).await;
            assert_eq!(applier.next_due().await.unwrap(), Some(T0 + HOUR));
            applier.sweep_out(T0 + MINUTE).await.unwrap();
        }
        // Earlier again: the row follows.
        take(&mut applier, T0 + MINUTE, vec![wait("3", "a", MINUTE)]).await;
        applier.sweep_out(T0 + MINUTE).await.unwrap();
        assert_eq!(number(&db, "SELECT due FROM timer").await, T0.0 + 2 * MINUTE);
        assert_eq!(fire(&mut applier, T0 + HOUR).await, 1);
        assert_eq!(read(&mut applier, "a").await.unwrap().rang, [(T0 + 2 * MINUTE, T0 + HOUR)]);
    }

    async fn a_timer_that_fails_or_does_nothing_is_not_fired_for_ever(db: Db) {
        migrate(&db).await;
        let mut applier = open(&db, 1, small(), T0).await;
        let jam = |id: &str, on| event(id, Op::Jam { key: "a".to_owned(), on });
        take(&mut applier, T0, vec![jam("j", true), wait("1", "a", MINUTE), event("s", Op::Sleepy { key: "b".to_owned() }), wait("2", "b", MINUTE)]).await;
        for swept in [false, true] {
            let now = if swept { T0 + 3 * HOUR } else { T0 + HOUR };
            if swept {
                applier.sweep_out(now).await.unwrap();
            }
            assert_eq!(fire(&mut applier, now).await, 2, "swept: {swept}");
            assert_eq!(applier.next_due().await.unwrap(), Some(now + MINUTE));
            // What else happens to the cell does not set it off.
            take(&mut applier, now, vec![add(&format!("{swept}"), "a", 1)]).await;
            assert_eq!(fire(&mut applier, now).await, 0);
        }
        assert_eq!(number(&db, "SELECT count(*) FROM refused").await, 2);
        take(&mut applier, T0 + 3 * HOUR, vec![jam("u", false)]).await;
        assert!(fire(&mut applier, T0 + 5 * HOUR).await >= 1);
        assert_eq!(read(&mut applier, "a").await.unwrap().rang, [(T0 + MINUTE, T0 + 5 * HOUR)]);
    }

    async fn effects_are_exactly_as_committed(db: Db) {
        migrate(&db).await;
        let mut applier = open(&db, 1, small(), T0).await;
        let mail = |id: &str, n| event(id, Op::Mail { key: "a".to_owned(), n });
        let unmail = |id: &str, n| event(id, Op::Unmail { key: "a".to_owned(), n });
        take(&mut applier, T0, vec![mail("1", 1), mail("2", 2), mail("3", 2), mail("4", 3), unmail("5", 3), unmail("6", 9)]).await;
        // Not committed: not there.
        applier.receive(vec![mail("7", 7)], T0).await.unwrap();
        let mut applier = open(&db, 1, small(), T0).await;
        // Put where it stands already, then taken back; taken back, then put again.
        take(&mut applier, T0, vec![mail("8", 1), unmail("9", 1), unmail("10", 2), mail("11", 2)]).await;
        let due = runtime::outbox::due(&db, 1, T0, 10).await.unwrap();
        assert_eq!(due.iter().map(|e| (e.id, e.run_at.0)).collect::<Vec<_>>(), [(toy::mail_id(2), 2)]);
        assert_eq!(runtime::outbox::next_run(&db, 1).await.unwrap(), Some(Time(2)));
        assert_eq!(runtime::outbox::due(&db, 1, Time(1), 10).await.unwrap(), []);
    }

    async fn keys_can_be_taken_back(db: Db) {
        migrate(&db).await;
        let mut applier = open(&db, 1, small(), T0).await;
        let forget = |id: &str| event(id, Op::Forget { key: "a".to_owned() });
        take(&mut applier, T0, vec![add("1", "a", 1)]).await;
        applier.sweep_out(T0).await.unwrap();
        take(&mut applier, T0, vec![forget("2")]).await;
        let mut applier = open(&db, 1, small(), T0).await;
        assert_eq!(read(&mut applier, "a").await, None);
        applier.sweep_out(T0).await.unwrap();
        assert_eq!(number(&db, "SELECT count(*) FROM identity").await, 0);
        // Taken back and given again in one batch; the last word counts.
        take(&mut applier, T0, vec![add("3", "a", 2), forget("4"), add("5", "a", 3)]).await;
        let mut applier = open(&db, 1, small(), T0).await;
        assert_eq!(read(&mut applier, "a").await.unwrap().n, 3);
        applier.sweep_out(T0).await.unwrap();
        assert_eq!(number(&db, "SELECT count(*) FROM identity").await, 1);
    }

    async fn the_workspace_has_a_state_of_its_own(db: Db) {
        migrate(&db).await;
        let mut applier = open(&db, 1, small(), T0).await;
        assert_eq!(applier.shared().total, 0);
        take(&mut applier, T0, vec![event("1", Op::Total { n: 2 }), event("2", Op::Total { n: 3 })]).await;
        let sealed = { applier.receive(vec![event("3", Op::Total { n: 4 })], T0).await.unwrap(); applier.seal(T0, false).unwrap() };
        assert!(sealed.shared_changed);
        assert_eq!(sealed.announcements, [json!({ "total": 9 })]);
        // That commit is lost.
        let mut applier = open(&db, 1, small(), T0).await;
        assert_eq!(applier.shared().total, 5);
        applier.sweep_out(T0).await.unwrap();
        assert_eq!(open(&db, 1, small(), T0).await.shared().total, 5);
        assert_eq!(open(&db, 2, small(), T0).await.shared().total, 0);
    }

    async fn a_clean_end_leaves_no_images(db: Db) {
        migrate(&db).await;
        let mut applier = open(&db, 1, small(), T0).await;
        for batch in 0..20 {
            let events = (0..30).map(|n| add(&format!("{batch}/{n}"), &format!("k{}", n * batch), 1));
            take(&mut applier, T0, events.collect()).await;
        }
        assert!(number(&db, "SELECT count(*) FROM image").await > 0);
        applier.sweep_out(T0).await.unwrap();
        assert_eq!(number(&db, "SELECT count(*) FROM image").await, 0);
        assert_eq!(applier.dirty_bytes(), 0);
        let keys = number(&db, "SELECT count(*) FROM identity").await;
        assert_eq!(number(&db, "SELECT count(*) FROM cell").await, keys);
        assert_eq!(number(&db, "SELECT count(*) FROM toy_list").await, keys);
        assert_eq!(number(&db, "SELECT sum(n) FROM toy_list").await, 600);
        assert_eq!(applier.commit(T0, true).await.unwrap(), None, "nothing is left to do");
    }

    async fn images_go_while_events_keep_coming(db: Db) {
        migrate(&db).await;
        // Every event makes a new cell, at the end of the id space: the walk must not run after it for ever.
        let limits = Limits { batch_events: 400, image_bytes: 400_000, ..Limits::default() };
        let mut applier = open(&db, 1, limits.clone(), T0).await;
        let mut most = 0;
        for batch in 0..100 {
            let now = T0 + batch * SECOND;
            let events = (0..400).map(|n| add(&format!("{batch}/{n}"), &format!("k{batch}/{n}"), 1));
            take(&mut applier, now, events.collect()).await;
            most = most.max(number(&db, "SELECT count(*) FROM image").await);
        }
        assert!(most < 15_000, "{most} images");
        let mut applier = open(&db, 1, limits, T0).await;
        assert_eq!(read(&mut applier, "k0/0").await.unwrap().n, 1);
        assert_eq!(read(&mut applier, "k99/399").await.unwrap().n, 1);
    }

    async fn what_is_not_swept_is_not_let_go(db: Db) {
        migrate(&db).await;
        let limits = Limits { cache_bytes: 0, ..small() };
        let mut applier = open(&db, 1, limits, T0).await;
        for batch in 0..10 {
            let events = (0..50).map(|n| add(&format!("{batch}/{n}"), &format!("k{n}"), 1));
            // The commit of one batch is under way while the next is folded.
            applier.receive(events.collect(), T0).await.unwrap();
            let sealed = applier.seal(T0, batch % 3 == 2).unwrap();
            applier.receive(vec![add(&format!("x{batch}"), "k7", 1)], T0).await.unwrap();
            let cell = read(&mut applier, "k7").await.unwrap();
            assert_eq!(cell.n, 2 * (batch + 1), "batch {batch}");
            let cell = read(&mut applier, "k8").await.unwrap();
            assert_eq!(cell.n, batch + 1, "batch {batch}");
            db.write(sealed.writes).await.unwrap();
            applier.written(sealed.number);
        }
    }

    async fn commits_may_be_sealed_before_the_one_ahead_is_written(db: Db) {
        migrate(&db).await;
        let limits = Limits { cache_bytes: 0, dirty_bytes: 4_000, image_bytes: 6_000, ..small() };
        let mut applier = open(&db, 1, limits.clone(), T0).await;
        let mut ahead: Option<runtime::applier::Sealed> = None;
        for batch in 0..40 {
            let events = (0..30).map(|n| add(&format!("{batch}/{n}"), &format!("k{}", (n * 7 + batch) % 60), 1));
            applier.receive(events.collect(), T0).await.unwrap();
            let sealed = applier.seal(T0, batch % 5 == 4).unwrap();
            if let Some(before) = ahead.replace(sealed) {
                db.write(before.writes).await.unwrap();
                applier.written(before.number);
            }
        }
        // The last one is lost with everything in memory.
        let mut applier = open(&db, 1, limits, T0).await;
        let mut sum = 0;
        for n in 0..60 {
            sum += read(&mut applier, &format!("k{n}")).await.map_or(0, |cell| cell.n);
        }
        assert_eq!(sum, 39 * 30);
        applier.sweep_out(T0).await.unwrap();
        assert_eq!(number(&db, "SELECT sum(n) FROM toy_list").await, 39 * 30);
    }

    async fn what_is_changed_far_from_memory_goes_back_to_its_row_at_once(db: Db) {
        migrate(&db).await;
        const IMAGES: &str = "SELECT count(*) FROM image WHERE length(data) > 0";
        const OUTDATED: &str = "SELECT count(*) FROM image WHERE length(data) = 0";
        let limits = Limits { cache_bytes: 0, dirty_bytes: 14_000, ..small() };
        let mut applier = open(&db, 1, limits.clone(), T0).await;
        let adds = |batch: &str, key: &str, n: i64| (0..n).map(|i| add(&format!("{batch}/{i}"), &format!("{key}{i}"), 1)).collect();
        take(&mut applier, T0, adds("a", "far", 20)).await;
        applier.sweep_out(T0).await.unwrap();
        // A cycle begins, and these change again: rows as new as their images, which are kept until the next cycle ends. So much
        // else waits for its row that memory is half full.
        take(&mut applier, T0, adds("b", "far", 5)).await;
        take(&mut applier, T0, adds("c", "near", 80)).await;
        take(&mut applier, T0, adds("b+", "far", 5)).await;
        applier.commit(T0, true).await.unwrap();
        // Commit by commit the cache lets go of what nobody looks at.
        for n in 0..8 {
            take(&mut applier, T0, vec![add(&format!("c+{n}"), "near0", 1)]).await;
        }
        let (images, dirty) = (number(&db, IMAGES).await, applier.dirty_bytes());
        take(&mut applier, T0, adds("d", "far", 20)).await;
        assert_eq!((number(&db, IMAGES).await, number(&db, OUTDATED).await), (images, 5));
        assert_eq!(applier.dirty_bytes(), dirty);
        take(&mut applier, T0, vec![wait("e", "far19", MINUTE)]).await;
        for _ in 0..2 {
            assert_eq!(read(&mut applier, "far0").await.unwrap().n, 4);
            assert_eq!(read(&mut applier, "far19").await.unwrap().n, 2);
            // All that is in memory is lost.
            applier = open(&db, 1, limits.clone(), T0).await;
        }
        assert_eq!(fire(&mut applier, T0 + HOUR).await, 1);
        applier.sweep_out(T0 + HOUR).await.unwrap();
        assert_eq!(number(&db, "SELECT sum(n) FROM toy_list").await, 138);
        assert_eq!(number(&db, "SELECT count(*) FROM image").await, 0);
    }

    async fn a_wave_of_timers_leaves_its_lists_behind_and_makes_them_good(db: Db) {
        migrate(&db).await;
        const LISTED: &str = "SELECT coalesce(sum(rang), 0) FROM toy_list";
        const NOTES: &str = "SELECT count(*) FROM behind";
        const PACKED: &str = "SELECT count(*) FROM behind_rows";
        const RINGS: &str = "SELECT count(*) FROM toy_row WHERE note LIKE 'rang%'";
        const TIMERS: &str = "SELECT count(*) FROM event WHERE kind = 'timer'";
        let limits = Limits { cache_bytes: 0, wave: 10, behind_cells: 40, ..small() };
        let mut applier = open(&db, 1, limits.clone(), T0).await;
        let waits = (0..100).map(|n| wait(&format!("w{n}"), &format!("k{n}"), MINUTE));
        take(&mut applier, T0, waits.collect()).await;
        applier.sweep_out(T0).await.unwrap();
        // Batches of twenty: two of them are left behind, there is no room for more.
        assert_eq!(fire(&mut applier, T0 + HOUR).await, 100);
        assert_eq!(number(&db, NOTES).await, 2);
        assert!(number(&db, LISTED).await <= 60);
        // So is what they did: two statements' rows of two commits.
        assert_eq!((number(&db, PACKED).await, number(&db, RINGS).await, number(&db, TIMERS).await), (4, 60, 60));
        for n in 0..100 {
            assert_eq!(read(&mut applier, &format!("k{n}")).await.unwrap().rang.len(), 1, "{n}");
        }
        // One of them changes again, and is in its row and lists when its turn comes.
        take(&mut applier, T0 + HOUR, vec![add("a", "k0", 7)]).await;
        // The end of the process does not wait for them; what comes after knows of them.
        applier.sweep_out(T0 + HOUR).await.unwrap();
        assert_eq!(number(&db, NOTES).await, 2);
        assert!(number(&db, LISTED).await < 100);
        let mut applier = open(&db, 1, limits.clone(), T0 + HOUR).await;
        assert!(applier.dirty_bytes() > 0, "the lists wait");
        // The first rows are written out and the next taken up, and all that is in memory is lost before the sweep has passed.
        applier.commit(T0 + HOUR, true).await.unwrap();
        assert_eq!((number(&db, PACKED).await, number(&db, RINGS).await, number(&db, TIMERS).await), (2, 80, 80));
        applier.commit(T0 + HOUR, true).await.unwrap();
        let mut applier = open(&db, 1, limits, T0 + HOUR).await;
        while applier.commit(T0 + HOUR, true).await.unwrap().is_some() {}
        assert_eq!((number(&db, LISTED).await, number(&db, NOTES).await, applier.dirty_bytes()), (100, 0, 0));
        assert_eq!((number(&db, PACKED).await, number(&db, RINGS).await, number(&db, TIMERS).await), (0, 100, 100));
        assert_eq!(number(&db, "SELECT sum(n) FROM toy_list").await, 7);
        assert_eq!(number(&db, "SELECT count(*) FROM image").await, 0);
    }

    async fn effects_that_nobody_could_begin_yet_reach_the_outbox_after_the_wave(db: Db) {
        migrate(&db).await;
        const OUTBOX: &str = "SELECT count(*) FROM effect";
        let waiting = async || {
            let rows = db.query(&runtime::sql::EFFECT_COUNT, &[1.into()]).await.unwrap();
            (number(&db, OUTBOX).await, rows[0].int("n"))
        };
        let limits = Limits { wave: 10, wave_effects: 2, ..small() };
        let mut applier = open(&db, 1, limits.clone(), T0).await;
        let waits = (0..100).map(|n| wait(&format!("w{n}"), &format!("k{n}"), MINUTE));
        take(&mut applier, T0, waits.collect()).await;
        applier.sweep_out(T0).await.unwrap();
        // Five batches of twenty, each with a letter for everybody. After the last one no more are due: its own go out at once.
        for _ in 0..5 {
            let timers = applier.due_timers(T0 + HOUR).await.unwrap();
            applier.receive(timers, T0 + HOUR).await.unwrap();
            applier.commit(T0 + HOUR, false).await.unwrap();
        }
        assert_eq!(waiting().await, (4 * 2 + 20, 100));
        // Every other one is taken back, wherever it is; one of them is put again, and all that is in memory is lost.
        let mut back: Vec<_> = (0..50).map(|n| add(&format!("b{n}"), &format!("k{}", 2 * n), -1)).collect();
        back.push(add("again", "k0", 1));
        applier.receive(back, T0 + HOUR).await.unwrap();
        let sealed = applier.seal(T0 + HOUR, false).unwrap();
        db.write(sealed.writes).await.unwrap();
        let mut applier = open(&db, 1, limits, T0 + HOUR).await;
        // Each commit that is not a wave's puts those of one there.
        let before = number(&db, OUTBOX).await;
        applier.commit(T0 + HOUR, false).await.unwrap();
        assert!(number(&db, OUTBOX).await > before);
        while applier.commit(T0 + HOUR, true).await.unwrap().is_some() {}
        assert_eq!(waiting().await, (51, 51));
        for table in ["behind", "behind_effects", "behind_effects_dropped"] {
            assert_eq!(number(&db, &format!("SELECT count(*) FROM {table}")).await, 0, "{table}");
        }
    }

    async fn a_cell_that_changes_before_its_wave_is_taken_up_is_as_it_is_now(db: Db) {
        migrate(&db).await;
        let limits = Limits { wave: 10, cache_bytes: 0, ..small() };
        let mut applier = open(&db, 1, limits.clone(), T0).await;
        let waits = (0..20).map(|n| wait(&format!("w{n}"), &format!("k{n}"), MINUTE));
        take(&mut applier, T0, waits.collect()).await;
        applier.sweep_out(T0).await.unwrap();
        assert_eq!(fire(&mut applier, T0 + HOUR).await, 20);
        assert_eq!(number(&db, "SELECT count(*) FROM image").await, 0);
        take(&mut applier, T0 + HOUR, vec![add("a", "k0", 7)]).await;
        // Its own image comes and goes; that of the wave is still there, and counts no more.
        applier.sweep_out(T0 + HOUR).await.unwrap();
        assert_eq!(number(&db, "SELECT count(*) FROM image").await, 0);
        assert_eq!((number(&db, "SELECT count(*) FROM behind").await, number(&db, "SELECT count(*) FROM behind_changed").await), (1, 1));
        let mut applier = open(&db, 1, limits, T0 + HOUR).await;
        for (key, n) in [("k0", 7), ("k1", 0)] {
            let cell = read(&mut applier, key).await.unwrap();
            assert_eq!((cell.n, cell.rang.len()), (n, 1), "{key}");
            // So it is for a process that follows.
            let id = applier.read_key(&toy::key(key)).await.unwrap().unwrap();
            let stored = runtime::driver::stored_cell(&db, 1, id).await.unwrap().unwrap();
            assert_eq!(runtime::applier::decode::<toy::Cell>(&stored), cell, "{key}");
        }
        while applier.commit(T0 + HOUR, true).await.unwrap().is_some() {}
        assert_eq!(number(&db, "SELECT sum(n) FROM toy_list").await, 7);
        for table in ["behind", "behind_changed", "image"] {
            assert_eq!(number(&db, &format!("SELECT count(*) FROM {table}")).await, 0, "{table}");
        }
    }

    async fn lists_left_behind_for_long_are_written_though_timers_go_on(db: Db) {
        migrate(&db).await;
        const LISTED: &str = "SELECT coalesce(sum(rang), 0) FROM toy_list";
        let limits = Limits { cache_bytes: 0, wave: 10, ..small() };
        let mut applier = open(&db, 1, limits, T0).await;
        let waits = |m: i64| (0..20).map(move |n| wait(&format!("w{m}/{n}"), &format!("k{m}/{n}"), m * MINUTE));
        take(&mut applier, T0, (1..=8).flat_map(waits).collect()).await;
        applier.sweep_out(T0).await.unwrap();
        assert_eq!(fire(&mut applier, T0 + MINUTE).await, 20);
        assert_eq!(number(&db, LISTED).await, 0);
        for m in 2..=8 {
            assert_eq!(fire(&mut applier, T0 + m * MINUTE).await, 20, "{m}");
        }
        // What was a minute late went to the sweep with the commit of the next wave, which left only its own behind.
        applier.sweep_out(T0 + HOUR).await.unwrap();
        assert_eq!((number(&db, LISTED).await, number(&db, "SELECT count(*) FROM behind").await), (140, 1));
        while applier.commit(T0 + HOUR, true).await.unwrap().is_some() {}
        assert_eq!((number(&db, LISTED).await, applier.dirty_bytes()), (160, 0));
        assert_eq!(number(&db, "SELECT count(*) FROM behind").await, 0);
    }

    async fn a_commit_under_an_older_lease_does_nothing(db: Db) {
        migrate(&db).await;
        let mut old = open(&db, 1, small(), T0).await;
        take(&mut old, T0, vec![add("1", "a", 1)]).await;
        let mut new = open(&db, 1, small(), T0).await;
        old.receive(vec![add("2", "a", 1), event("3", Op::Total { n: 1 })], T0).await.unwrap();
        assert_eq!(old.commit(T0, false).await, Err(StoreError::Fenced));
        assert_eq!(old.sweep_out(T0).await, Err(StoreError::Fenced));
        assert_eq!(verdicts(&take(&mut new, T0, vec![add("2", "a", 1)]).await), "A");
        assert_eq!(read(&mut new, "a").await.unwrap().n, 2);
        assert_eq!(number(&db, "SELECT count(*) FROM event").await, 2);
    }

    async fn workspaces_on_one_database_do_not_see_each_other(db: Db) {
        migrate(&db).await;
        // Positions and image numbers are drawn from one sequence.
        let mut one = open(&db, 1, small(), T0).await;
        let (domain, sequences) = (std::sync::Arc::new(Toy), std::sync::Arc::new(runtime::Sequences::default()));
        let opening = |partition| runtime::applier::Opening {
            partition, limits: small(), sequences: sequences.clone(), writes_log: true, is_ephemeral: false,
        };
        drop(one);
        one = Applier::open(domain.clone(), db.clone(), "toy", opening(1), T0).await.unwrap().unwrap();
        let mut two = Applier::open(domain.clone(), db.clone(), "toy", opening(2), T0).await.unwrap().unwrap();
        for n in 0..30 {
            let sent = |key: &str| vec![add(&n.to_string(), key, 1), wait(&format!("w{n}"), key, n * MINUTE)];
            assert_eq!(verdicts(&take(&mut one, T0, sent("a")).await), "AA");
            assert_eq!(verdicts(&take(&mut two, T0, sent("a")).await), "AA");
            one.commit(T0, n % 3 == 0).await.unwrap();
            two.commit(T0, n % 4 == 0).await.unwrap();
        }
        for partition in [1, 2] {
            let mut applier = open(&db, partition, small(), T0).await;
            assert_eq!(read(&mut applier, "a").await.unwrap().n, 30);
            assert_eq!(fire(&mut applier, T0 + HOUR).await, 1);
        }
    }

    async fn texts_that_a_database_refuses_stop_nothing(db: Db) {
        migrate(&db).await;
        let mut applier = open(&db, 1, small(), T0).await;
        let batch = vec![add("1", "a\0b", 1), add("2", &"x".repeat(100_000), 1), add("3", "è\u{fffd}\u{10ffff}", 1)];
        assert_eq!(verdicts(&take(&mut applier, T0, batch).await), "AAA");
        assert_eq!(read(&mut applier, "a\0b").await.unwrap().n, 1);
    }

    async fn all_texts_are_good_on_this_engine(db: Db) {
        migrate(&db).await;
        for text in runtime::sql::ALL {
            if let Err(error) = db.prepare(text).await {
                panic!("{error}: {text:?}");
            }
        }
    }
}
