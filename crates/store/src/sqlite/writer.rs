//! The one thread that writes: group commit, interactive transactions, and what must not run beside a write.

use super::{
    Sqlite,
    checkpoint::{Wal, checkpoint, scrub},
    lock::FolderLock,
    session::{Question, Session, rolled_back},
};
use crate::{
    Engine, Migration, Row, Rows, Sql, StoreError, Value, Write,
    error::closed,
    migration::{self, Step},
};
use std::{
    sync::{Arc, mpsc as std_mpsc},
    time::{Duration, Instant},
};
use tokio::sync::{mpsc, oneshot};

/// A group takes no more batches once it has so many rows: from here on larger groups gain little and delay the first answer.
const GROUP_ROWS_MAX: usize = 5_000;
/// Nor more batches than this.
const GROUP_BATCHES_MAX: usize = 512;

pub(super) type Reply<T> = oneshot::Sender<Result<T, StoreError>>;

/// What the writer is asked.
pub(super) enum Job {
    Write {
        batch: Vec<Write>,
        reply: Reply<Vec<u64>>,
    },
    /// On an in-memory database the writer answers questions too.
    Ask {
        question: Question,
        reply: Reply<Vec<Row>>,
    },
    Begin {
        steps: std_mpsc::Receiver<TxStep>,
        reply: Reply<()>,
    },
    Migrations {
        reply: Reply<Vec<(String, String)>>,
    },
    Migrate {
        steps: Vec<Step>,
        reply: Reply<Vec<&'static str>>,
    },
    /// `RESTART` or `TRUNCATE`, asked by the checkpointer after it has done most of the work.
    Checkpoint {
        mode: &'static str,
    },
    Scrub {
        reply: Reply<()>,
    },
    Close {
        reply: Reply<()>,
    },
}

/// A step of an interactive transaction.
pub(super) enum TxStep {
    Write { batch: Vec<Write>, reply: Reply<Vec<u64>> },
    Ask { question: Question, reply: Reply<Vec<Row>> },
    Commit { reply: Reply<()> },
}

pub(super) struct Writer {
    pub session: Session,
    pub jobs: mpsc::Receiver<Job>,
    /// `None` for an in-memory database.
    pub wal: Option<Arc<Wal>>,
    /// How long an interactive transaction may keep the writer.
    pub transaction_max: Duration,
    /// Kept until the thread has ended.
    pub _lock: Option<Arc<FolderLock>>,
}

impl Writer {
    /// Works until the database is closed or nobody has it any more.
    pub(super) fn work(mut self) {
        let mut next = None;
        while let Some(job) = next.take().or_else(|| self.jobs.blocking_recv()) {
            match job {
                Job::Write { batch, reply } => next = self.write_group(batch, reply),
                Job::Ask { question, reply } => send(reply, question.ask(&mut self.session)),
                Job::Begin { steps, reply } => self.serve(&steps, reply),
                Job::Migrations { reply } => send(reply, self.migrations()),
                Job::Migrate { steps, reply } => send(reply, self.migrate(&steps)),
                Job::Checkpoint { mode } => checkpoint(&self.session, mode),
                Job::Scrub { reply } => send(reply, scrub(&self.session, self.wal.is_some())),
                Job::Close { reply } => {
                    if self.wal.is_some() {
                        checkpoint(&self.session, "TRUNCATE");
                    }
                    // What is still queued is answered with "closed" when the queue is dropped.
                    drop(self);
                    send(reply, Ok(()));
                    return;
                }
            }
        }
    }

    /// Collects what waits, commits it in one transaction, answers all. Answers the job that ended the group, if one did.
    fn write_group(&mut self, batch: Vec<Write>, reply: Reply<Vec<u64>>) -> Option<Job> {
        let rows = |batch: &[Write]| batch.iter().map(|write| write.rows.len().max(1)).sum::<usize>();
        let mut waiting = rows(&batch);
        let mut group = vec![(batch, reply)];
        let mut next = None;
        while waiting < GROUP_ROWS_MAX && group.len() < GROUP_BATCHES_MAX {
            match self.jobs.try_recv() {
                Ok(Job::Write { batch, reply }) => {
                    waiting += rows(&batch);
                    group.push((batch, reply));
                }
                Ok(other) => {
                    next = Some(other);
                    break;
                }
                Err(_) => break,
            }
        }
        self.commit_group(group);
        next
    }

    fn commit_group(&mut self, group: Vec<(Vec<Write>, Reply<Vec<u64>>)>) {
        if let Err(error) = self.session.run("BEGIN IMMEDIATE") {
            for (_, reply) in group {
                send(reply, Err(error.clone()));
            }
            return;
        }
        let alone = group.len() == 1;
        let mut answers = Vec::with_capacity(group.len());
        let mut lost = None;
        for (batch, reply) in group {
            let result = match &lost {
                Some(error) => Err(StoreError::clone(error)),
                None => self.write_batch(&batch, alone),
            };
            if let Err(error) = &result
                && rolled_back(&self.session)
            {
                // A full disk and the like take the whole group along.
                lost.get_or_insert_with(|| error.clone());
            }
            answers.push((reply, result));
        }
        let end = match lost {
            Some(error) => Err(error),
            None => self.commit(),
        };
        for (reply, result) in answers {
            send(reply, end.clone().and(result));
        }
    }

    /// Executes one batch of a group. When it fails, what it did is undone, and only that.
    fn write_batch(&mut self, batch: &[Write], alone: bool) -> Result<Vec<u64>, StoreError> {
        if !alone {
            self.session.run("SAVEPOINT batch")?;
        }
        let result = batch.iter().map(|write| self.session.write(write)).collect::<Result<Vec<_>, _>>();
        if rolled_back(&self.session) {
            return result;
        }
        match (&result, alone) {
            (Ok(_), true) => {}
            (Ok(_), false) => self.session.run("RELEASE batch")?,
            (Err(_), true) => self.session.run("ROLLBACK")?,
            (Err(_), false) => {
                self.session.run("ROLLBACK TO batch")?;
                self.session.run("RELEASE batch")?;
            }
        }
        result
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        if let Err(error) = self.session.run("COMMIT") {
            self.roll_back();
            return Err(error);
        }
        if let Some(wal) = &self.wal {
            wal.committed();
        }
        Ok(())
    }

    fn roll_back(&self) {
        if !rolled_back(&self.session) {
            // After an error there is nothing better to do than to go on: the next BEGIN tells.
            let _ = self.session.run("ROLLBACK");
        }
    }

    /// Serves one interactive transaction until it commits, fails, is dropped or has taken too long.
    fn serve(&mut self, steps: &std_mpsc::Receiver<TxStep>, reply: Reply<()>) {
        let begun = self.session.run("BEGIN IMMEDIATE");
        let failed = begun.is_err();
        send(reply, begun);
        if failed {
            return;
        }
        let started = now();
        loop {
            let step = match steps.recv_timeout(self.transaction_max.saturating_sub(started.elapsed())) {
                Ok(step) => step,
                Err(error) => {
                    if error == std_mpsc::RecvTimeoutError::Timeout {
                        tracing::warn!(
                            "an interactive transaction took longer than {:?} and was rolled back",
                            self.transaction_max
                        );
                    }
                    return self.roll_back();
                }
            };
            let ok = match step {
                TxStep::Write { batch, reply } => {
                    let result = batch.iter().map(|write| self.session.write(write)).collect::<Result<Vec<_>, _>>();
                    answer(reply, result)
                }
                TxStep::Ask { question, reply } => answer(reply, question.ask(&mut self.session)),
                TxStep::Commit { reply } => {
                    let result = self.commit();
                    return send(reply, result);
                }
            };
            if !ok || rolled_back(&self.session) {
                return self.roll_back();
            }
        }
    }

    fn migrations(&mut self) -> Result<Vec<(String, String)>, StoreError> {
        self.session.run(migration::TABLE)?;
        let rows = self.session.query(&migration::APPLIED, 0, std::iter::once([].as_slice()))?;
        Ok(rows.iter().map(|row| (row.text("name").to_owned(), row.text("checksum").to_owned())).collect())
    }

    fn migrate(&mut self, steps: &[Step]) -> Result<Vec<&'static str>, StoreError> {
        for step in steps {
            self.session.run("BEGIN IMMEDIATE")?;
            let row = [Value::Static(step.name), Value::Text(step.checksum.clone()), Value::Int(step.position)];
            let note = Write::one(&migration::NOTE, row);
            let done =
                self.session.script(&step.text).and_then(|()| self.session.write(&note)).and_then(|_| self.commit());
            if let Err(error) = done {
                self.roll_back();
                return Err(match error {
                    StoreError::Other(message) => StoreError::Other(format!("migration {}: {message}", step.name)),
                    other => other,
                });
            }
        }
        Ok(steps.iter().map(|step| step.name).collect())
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "bounds how long a thread is kept in real time; no rule of the shop sees it"
)]
fn now() -> Instant {
    Instant::now()
}

/// Answers; nobody listening is fine.
fn send<T>(reply: Reply<T>, result: Result<T, StoreError>) {
    let _ = reply.send(result);
}

/// Answers and says whether the result was good.
fn answer<T>(reply: Reply<T>, result: Result<T, StoreError>) -> bool {
    let ok = result.is_ok();
    send(reply, result);
    ok
}

/// The caller's end of an interactive transaction.
pub(crate) struct SqliteTx {
    /// Dropped before the database, so that the writer is free when that waits for it.
    steps: std_mpsc::Sender<TxStep>,
    _database: Arc<Sqlite>,
}

impl SqliteTx {
    pub(super) fn new(database: Arc<Sqlite>) -> (SqliteTx, std_mpsc::Receiver<TxStep>) {
        let (steps, receiver) = std_mpsc::channel();
        (SqliteTx { steps, _database: database }, receiver)
    }

    async fn step<T>(&self, make: impl FnOnce(Reply<T>) -> TxStep) -> Result<T, StoreError> {
        let ended = || StoreError::Other("the transaction has ended: it failed before, or took too long".to_owned());
        let (reply, answer) = oneshot::channel();
        self.steps.send(make(reply)).map_err(|_| ended())?;
        answer.await.unwrap_or_else(|_| Err(ended()))
    }

    pub(crate) async fn query(&self, sql: &'static Sql, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        let question = Question::Once(sql, params.to_vec());
        self.step(|reply| TxStep::Ask { question, reply }).await
    }

    pub(crate) async fn query_each(&self, sql: &'static Sql, keys: Rows) -> Result<Vec<Row>, StoreError> {
        self.step(|reply| TxStep::Ask { question: Question::Each(sql, keys), reply }).await
    }

    pub(crate) async fn write(&self, batch: Vec<Write>) -> Result<Vec<u64>, StoreError> {
        self.step(|reply| TxStep::Write { batch, reply }).await
    }

    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        self.step(|reply| TxStep::Commit { reply }).await
    }
}

/// Asks the writer which migrations there are, plans, and has the missing ones applied.
pub(super) async fn migrate(jobs: &mpsc::Sender<Job>, lists: &[&[Migration]]) -> Result<Vec<&'static str>, StoreError> {
    let (reply, answer) = oneshot::channel();
    jobs.send(Job::Migrations { reply }).await.map_err(|_| closed())?;
    let applied = crate::db::answer(answer).await?;
    let steps = migration::plan(Engine::Sqlite, lists, &applied)?;
    let (reply, answer) = oneshot::channel();
    jobs.send(Job::Migrate { steps, reply }).await.map_err(|_| closed())?;
    crate::db::answer(answer).await
}
