//! SQLite: one writer thread, a few reader threads, a checkpoint thread. An in-memory database has the writer alone, which
//! answers the questions too.

mod checkpoint;
mod lock;
mod session;
mod writer;

pub use session::PAGE_BYTES;
pub(crate) use writer::SqliteTx;

use crate::{DbConfig, Migration, Row, Rows, Sql, StoreError, Value, Write, db::answer, error::closed, wake::Wakes};
use checkpoint::Wal;
use lock::FolderLock;
use rusqlite::InterruptHandle;
use session::{Question, Role, Session};
use std::{
    ffi::OsString,
    fs::File,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, mpsc as std_mpsc},
    thread::{Builder, JoinHandle},
    time::Duration,
};
use tokio::sync::{mpsc, oneshot};
use writer::{Job, Reply, Writer};

/// Batches that may wait for the writer before callers wait too.
const JOBS_MAX: usize = 4096;

/// How soon a question that began just after an interrupt meets the next one.
const INTERRUPT_EVERY: Duration = Duration::from_millis(1);

/// Pages that a local reader keeps; each commit of the writer makes it forget them.
const LOCAL_CACHE_BYTES: usize = 4 << 20;

/// A connection that reads on its caller's own thread, which waits meanwhile.
pub struct LocalReader {
    session: Session,
}

impl LocalReader {
    /// As [`crate::Db::query`].
    pub fn query(&mut self, sql: &'static Sql, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        self.session.query(sql, params.len(), std::iter::once(params))
    }

    /// As [`crate::Db::query_each`].
    pub fn query_each(&mut self, sql: &'static Sql, keys: Rows) -> Result<Vec<Row>, StoreError> {
        Question::Each(sql, keys).ask_at_once(&mut self.session)
    }
}

/// A question for the readers.
type Ask = (Question, Reply<Vec<Row>>);

pub(crate) struct Sqlite {
    path: Option<PathBuf>,
    pub(crate) wakes: Wakes,
    migrating: tokio::sync::Mutex<()>,
    /// Taken away by `close`.
    threads: Mutex<Option<Threads>>,
}

struct Threads {
    jobs: mpsc::Sender<Job>,
    /// `None` for an in-memory database.
    asks: Option<std_mpsc::Sender<Ask>>,
    interrupts: Vec<InterruptHandle>,
    handles: Vec<JoinHandle<()>>,
}

impl Sqlite {
    /// Opens the database and starts its threads; without a path an in-memory database.
    pub(crate) async fn open(path: Option<&Path>, config: &DbConfig) -> Result<Arc<Sqlite>, StoreError> {
        let (path, config) = (path.map(Path::to_owned), config.clone());
        blocking(move || {
            let threads = match &path {
                Some(path) => open_file(path, &config)?,
                None => open_memory(&config)?,
            };
            Ok(Arc::new(Sqlite {
                path,
                wakes: Wakes::default(),
                migrating: tokio::sync::Mutex::default(),
                threads: Mutex::new(Some(threads)),
            }))
        })
        .await
    }

    fn jobs(&self) -> Result<mpsc::Sender<Job>, StoreError> {
        let threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
        threads.as_ref().map(|threads| threads.jobs.clone()).ok_or_else(closed)
    }

    pub(crate) async fn write(&self, batch: Vec<Write>) -> Result<Vec<u64>, StoreError> {
        let (reply, result) = oneshot::channel();
        self.jobs()?.send(Job::Write { batch, reply }).await.map_err(|_| closed())?;
        answer(result).await
    }

    pub(crate) async fn query(&self, sql: &'static Sql, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        self.ask(Question::Once(sql, params.to_vec())).await
    }

    pub(crate) async fn query_text(&self, text: &str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        self.ask(Question::Text(text.to_owned(), params.to_vec())).await
    }

    pub(crate) async fn query_each(&self, sql: &'static Sql, keys: Rows) -> Result<Vec<Row>, StoreError> {
        self.ask(Question::Each(sql, keys)).await
    }

    async fn ask(&self, question: Question) -> Result<Vec<Row>, StoreError> {
        let (reply, result) = oneshot::channel();
        let asks = {
            let threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
            threads.as_ref().ok_or_else(closed)?.asks.clone()
        };
        match asks {
            Some(asks) => asks.send((question, reply)).map_err(|_| closed())?,
            None => self.jobs()?.send(Job::Ask { question, reply }).await.map_err(|_| closed())?,
        }
        answer(result).await
    }

    pub(crate) async fn local_reader(&self) -> Result<Option<LocalReader>, StoreError> {
        let Some(path) = self.path.clone() else { return Ok(None) };
        self.jobs()?;
        blocking(move || {
            Session::open(Some(&path), Role::Reader, LOCAL_CACHE_BYTES).map(|session| Some(LocalReader { session }))
        })
        .await
    }

    pub(crate) async fn prepare(&self, sql: &'static Sql) -> Result<(), StoreError> {
        self.ask(Question::Prepare(sql)).await.map(|_| ())
    }

    pub(crate) async fn scrub(&self) -> Result<(), StoreError> {
        let (reply, done) = oneshot::channel();
        self.jobs()?.send(Job::Scrub { reply }).await.map_err(|_| closed())?;
        answer(done).await
    }

    pub(crate) async fn begin(self: &Arc<Sqlite>) -> Result<SqliteTx, StoreError> {
        let (tx, steps) = SqliteTx::new(self.clone());
        let (reply, begun) = oneshot::channel();
        self.jobs()?.send(Job::Begin { steps, reply }).await.map_err(|_| closed())?;
        answer(begun).await?;
        Ok(tx)
    }

    pub(crate) async fn migrate(&self, lists: &[&[Migration]]) -> Result<Vec<&'static str>, StoreError> {
        // What is missing is found out and applied in two jobs of the writer.
        let _alone = self.migrating.lock().await;
        writer::migrate(&self.jobs()?, lists).await
    }

    /// Copies the database into a new file beside which nothing is half-written: it gets its name when it is whole and synced.
    pub(crate) async fn backup(&self, to: &Path) -> Result<(), StoreError> {
        let Some(path) = self.path.clone() else {
            return Err(StoreError::Other("an in-memory database has no backup".to_owned()));
        };
        self.jobs()?;
        let to = to.to_owned();
        blocking(move || {
            if to.exists() {
                return Err(StoreError::Other(format!("{} exists: a backup never overwrites a file", to.display())));
            }
            let mut partial = OsString::from(&to);
            partial.push(".partial");
            let partial = PathBuf::from(partial);
            let failed = |error: std::io::Error| StoreError::Unavailable(format!("{}: {error}", partial.display()));
            if partial.exists() {
                std::fs::remove_file(&partial).map_err(failed)?;
            }
            let mut session = Session::open(Some(&path), Role::Keeper, 4 << 20)?;
            let name =
                partial.to_str().ok_or_else(|| StoreError::Other(format!("{} is not UTF-8", partial.display())))?;
            let copied = session.query_text("VACUUM INTO $1", &[Value::from(name)]);
            let synced = copied.and_then(|_| File::open(&partial).and_then(|file| file.sync_all()).map_err(failed));
            let named = synced.and_then(|()| std::fs::rename(&partial, &to).map_err(failed));
            if named.is_err() {
                // The copy is of no use; that it may stay is said by the error that follows anyway.
                let _ = std::fs::remove_file(&partial);
            }
            named?;
            let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)
        })
        .await
    }

    pub(crate) async fn close(&self) {
        let threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(threads) = threads else { return };
        // Readers first, so that the writer's checkpoint has the file for itself.
        let (reply, done) = oneshot::channel();
        let Threads { jobs, asks, interrupts, handles } = threads;
        drop(asks);
        let _ = jobs.send(Job::Close { reply }).await;
        let _ = answer(done).await;
        drop(jobs);
        let joined = blocking(move || {
            end(&interrupts, handles);
            Ok(())
        });
        let _ = joined.await;
        self.wakes.close();
    }
}

impl Drop for Sqlite {
    /// Dropped without `close`: what is queued is still written, running queries are interrupted, and the lock is free when
    /// this returns.
    fn drop(&mut self) {
        let threads = self.threads.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        let Some(Threads { jobs, asks, interrupts, handles }) = threads else {
            return;
        };
        drop((jobs, asks));
        end(&interrupts, handles);
    }
}

/// Waits for the threads, but for no question: those under way and those still queued are interrupted. Again and again,
/// because an interrupt does nothing to a statement that a reader is only about to start.
fn end(readers: &[InterruptHandle], handles: Vec<JoinHandle<()>>) {
    for handle in handles {
        while !handle.is_finished() {
            readers.iter().for_each(InterruptHandle::interrupt);
            std::thread::sleep(INTERRUPT_EVERY);
        }
        if handle.join().is_err() {
            tracing::error!("a database thread has panicked");
        }
    }
}

fn open_file(path: &Path, config: &DbConfig) -> Result<Threads, StoreError> {
    let lock = Arc::new(FolderLock::take(path)?);
    let readers = config.readers.max(1);
    let mut session = Session::open(Some(path), Role::Writer, config.page_cache_bytes / 2)?;
    let (jobs, queue) = mpsc::channel(JOBS_MAX);
    let checkpointer = Session::open(Some(path), Role::Keeper, 0)?;
    let (wal, handle) = Wal::start(&mut session.conn, checkpointer, jobs.downgrade(), lock.clone())?;
    let mut handles = vec![handle];
    let (asks, questions) = std_mpsc::channel();
    let questions = Arc::new(Mutex::new(questions));
    let mut interrupts = Vec::new();
    for _ in 0..readers {
        let session = Session::open(Some(path), Role::Reader, config.page_cache_bytes / 2 / readers)?;
        interrupts.push(session.conn.get_interrupt_handle());
        let (questions, lock) = (questions.clone(), lock.clone());
        handles.push(spawn("store-read", move || read(session, &questions, lock))?);
    }
    let writer =
        Writer { session, jobs: queue, wal: Some(wal), transaction_max: config.transaction_timeout, _lock: Some(lock) };
    handles.push(spawn("store-write", move || writer.work())?);
    Ok(Threads { jobs, asks: Some(asks), interrupts, handles })
}

fn open_memory(config: &DbConfig) -> Result<Threads, StoreError> {
    let session = Session::open(None, Role::Writer, config.page_cache_bytes)?;
    let (jobs, queue) = mpsc::channel(JOBS_MAX);
    let writer = Writer { session, jobs: queue, wal: None, transaction_max: config.transaction_timeout, _lock: None };
    let handle = spawn("store-memory", move || writer.work())?;
    Ok(Threads { jobs, asks: None, interrupts: Vec::new(), handles: vec![handle] })
}

/// A reader thread: takes the next question that no other reader has taken.
fn read(mut session: Session, questions: &Mutex<std_mpsc::Receiver<Ask>>, _lock: Arc<FolderLock>) {
    loop {
        let next = questions.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((question, reply)) = next else { return };
        // Who asked may have gone in the meantime.
        if !reply.is_closed() {
            let _ = reply.send(question.ask_at_once(&mut session));
        }
    }
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, StoreError> {
    let thread = Builder::new().name(name.to_owned()).spawn(work);
    thread.map_err(|error| StoreError::Unavailable(format!("no thread for the database: {error}")))
}

/// Work that blocks, off the async threads.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let (reply, result) = oneshot::channel();
    spawn("store-open", move || {
        let _ = reply.send(work());
    })?;
    answer(result).await
}
