//! One connection taken from the pool: statements prepared once, steps sent without waiting for each other's answers.

use super::{
    bind::{Column, Read},
    error::{fold, fold_pool, is_follow_up, is_stale_plan},
    plan::{Plans, Typed},
};
use crate::{Row, Rows, Sql, StoreError, Value, Write, row::Columns, sql::shorten};
use deadpool_postgres::{ClientWrapper, Object, Pool};
use futures_util::future::{MaybeDone, maybe_done};
use std::{
    future::{Future, poll_fn},
    ops::Range,
    pin::Pin,
    task::Poll,
};
use tokio::sync::oneshot;
use tokio_postgres::{Error, Statement, error::SqlState, types::ToSql};

/// Statements under way at once on one connection.
const PIPELINE_MAX: usize = 128;
/// Rows in one statement; more gain nothing and make one large message.
const ARRAY_ROWS_MAX: usize = 10_000;

enum Client {
    Pooled(Object),
    Own(ClientWrapper),
}

/// A connection in use. Dropped with a transaction open, it rolls that back before anybody else gets it.
pub(super) struct Session {
    client: Option<Client>,
    /// A transaction is open on it.
    pub open: bool,
}

impl Session {
    pub(super) async fn take(pool: &Pool) -> Result<Session, StoreError> {
        let object = pool.get().await.map_err(|error| fold_pool(&error))?;
        Ok(Session { client: Some(Client::Pooled(object)), open: false })
    }

    /// A connection for good: the pool opens another one in its place.
    pub(super) async fn take_own(pool: &Pool) -> Result<Session, StoreError> {
        let object = pool.get().await.map_err(|error| fold_pool(&error))?;
        Ok(Session { client: Some(Client::Own(Object::take(object))), open: false })
    }

    pub(super) fn client(&self) -> &ClientWrapper {
        match self.client.as_ref().expect("taken only when dropped") {
            Client::Pooled(object) => object,
            Client::Own(client) => client,
        }
    }

    /// The connection is out of order or has a state that nobody else should meet: it does not go back to the pool.
    pub(super) fn discard(mut self) {
        if let Some(Client::Pooled(object)) = self.client.take() {
            drop(Object::take(object));
        }
    }

    /// Runs statements without values.
    pub(super) async fn script(&self, text: &str) -> Result<(), StoreError> {
        self.client().batch_execute(text).await.map_err(|error| fold(&error, text))
    }

    /// Adds what one step sends: one statement, one for each slice of the rows, or one for each row.
    async fn commands<'b>(
        &self,
        plans: &Plans,
        index: usize,
        write: &'b Write,
        commands: &mut Vec<Command<'b>>,
    ) -> Result<(), StoreError> {
        let plan = self.plan(plans, write.sql).await?;
        let (width, len) = (write.rows.width(), write.rows.len());
        if width > 0 && len == 0 {
            return if write.expect.is_some_and(|rows| rows > 0) { Err(StoreError::Fenced) } else { Ok(()) };
        }
        let many = if plan.one.takes_arrays() { Some(&plan.one) } else { plan.many.as_ref().filter(|_| len > 1) };
        let typed = many.unwrap_or(&plan.one);
        let statement = match write.expect {
            None => self.prepare(typed, width).await?,
            Some(_) if many.is_none() && len > 1 || len > ARRAY_ROWS_MAX => {
                let text = shorten(&typed.text);
                return Err(StoreError::Other(format!("an expectation of several statements: {text}")));
            }
            Some(rows) => self.prepare(&typed.fenced(rows), width).await?,
        };
        let mut add = |rows| commands.push(Command { index, statement: statement.clone(), write, rows });
        match many {
            Some(_) => (0..len)
                .step_by(ARRAY_ROWS_MAX)
                .for_each(|start| add(Part::Arrays(start..len.min(start + ARRAY_ROWS_MAX)))),
            None if width == 0 => add(Part::Row(&[])),
            None => write.rows.iter().for_each(|row| add(Part::Row(row))),
        }
        Ok(())
    }

    /// Executes a batch as one transaction.
    pub(super) async fn write(&mut self, plans: &Plans, batch: &[Write]) -> Result<Vec<u64>, StoreError> {
        let commands = self.all_commands(plans, batch).await?;
        let mut touched = vec![0; batch.len()];
        if commands.len() == 1 {
            // A statement alone is a transaction already.
            self.send(&commands, &mut touched, Control::default()).await.map_err(unknown)?;
            return Ok(touched);
        }
        let mut slices = commands.chunks(PIPELINE_MAX).peekable();
        while let Some(slice) = slices.next() {
            // The commit goes along: after a failed statement the server makes it a rollback.
            let control = Control { begin: !self.open, commit: slices.peek().is_none(), sent: None };
            let commit = control.commit;
            self.open = true;
            let sent = self.send(slice, &mut touched, control).await;
            self.open &= !commit;
            if let Err(error) = sent {
                if commit {
                    return Err(unknown(error));
                }
                self.roll_back().await;
                return Err(error);
            }
        }
        Ok(touched)
    }

    /// Executes a batch as one transaction, behind others that are not answered yet; `sent` hears when it is on its way.
    pub(super) async fn write_behind(
        &self,
        plans: &Plans,
        batch: &[Write],
        sent: oneshot::Sender<()>,
    ) -> Result<Vec<u64>, StoreError> {
        let commands = self.all_commands(plans, batch).await?;
        let mut touched = vec![0; batch.len()];
        let control = Control { begin: true, commit: true, sent: Some(sent) };
        self.send(&commands, &mut touched, control).await.map_err(unknown)?;
        Ok(touched)
    }

    /// Executes a batch inside the open transaction.
    pub(super) async fn write_open(&self, plans: &Plans, batch: &[Write]) -> Result<Vec<u64>, StoreError> {
        let commands = self.all_commands(plans, batch).await?;
        let mut touched = vec![0; batch.len()];
        for slice in commands.chunks(PIPELINE_MAX) {
            self.send(slice, &mut touched, Control::default()).await?;
        }
        Ok(touched)
    }

    async fn all_commands<'b>(&self, plans: &Plans, batch: &'b [Write]) -> Result<Vec<Command<'b>>, StoreError> {
        let mut commands = Vec::with_capacity(batch.len());
        for (index, write) in batch.iter().enumerate() {
            self.commands(plans, index, write, &mut commands).await?;
        }
        Ok(commands)
    }

    /// Sends statements all at once and adds up what they touched. The first error is the one that counts.
    async fn send(
        &self,
        commands: &[Command<'_>],
        touched: &mut [u64],
        Control { begin, commit, sent }: Control,
    ) -> Result<(), StoreError> {
        let client = self.client();
        let control = |text: &'static str| -> BoxFuture<'_> {
            Box::pin(async move { client.batch_execute(text).await.map(|()| 0) })
        };
        let mut futures: Vec<BoxFuture<'_>> = Vec::with_capacity(commands.len() + 2);
        if begin {
            futures.push(control("BEGIN"));
        }
        for command in commands {
            futures.push(match &command.rows {
                Part::Row(row) => Box::pin(client.execute_raw(&command.statement, row.iter())),
                Part::Arrays(range) => {
                    Box::pin(client.execute_raw(&command.statement, columns(&command.write.rows, range)))
                }
            });
        }
        if commit {
            futures.push(control("COMMIT"));
        }
        let results = in_order(futures, sent).await;
        let root = results.iter().position(|result| result.as_ref().is_err_and(|error| !is_follow_up(error)));
        let Some(root) = root.or(results.iter().position(Result::is_err)) else {
            let counts = results.iter().skip(usize::from(begin)).filter_map(|result| result.as_ref().ok());
            commands.iter().zip(counts).for_each(|(command, count)| {
                touched[command.index] += command.write.expect.unwrap_or(*count);
            });
            return Ok(());
        };
        let command = root.checked_sub(usize::from(begin)).and_then(|i| commands.get(i));
        match (&results[root], command) {
            (Ok(_), _) => Ok(()),
            (Err(error), Some(Command { write, .. })) if write.expect.is_some() && is_fence(error) => {
                Err(StoreError::Fenced)
            }
            (Err(error), command) => Err(fold(error, command.map_or("COMMIT", |command| command.write.sql.postgres))),
        }
    }

    pub(super) async fn begin(&mut self) -> Result<(), StoreError> {
        self.open = true;
        self.script("BEGIN").await
    }

    pub(super) async fn commit(&mut self) -> Result<(), StoreError> {
        if !self.open {
            return Ok(());
        }
        let result = self.script("COMMIT").await.map_err(unknown);
        // After an answer, good or bad, the transaction has ended; without one the connection is of no use.
        self.open = matches!(result, Err(StoreError::CommitUnknown(_)));
        result
    }

    async fn roll_back(&mut self) {
        if self.open && self.script("ROLLBACK").await.is_ok() {
            self.open = false;
        }
    }

    pub(super) async fn query(
        &self,
        plans: &Plans,
        sql: &'static Sql,
        params: &[Value],
    ) -> Result<Vec<Row>, StoreError> {
        let plan = self.plan(plans, sql).await?;
        let params: Vec<_> = params.iter().map(|value| value as &(dyn ToSql + Sync)).collect();
        self.fetch(&plan.one, &params).await
    }

    pub(super) async fn query_each(
        &self,
        plans: &Plans,
        sql: &'static Sql,
        keys: &Rows,
    ) -> Result<Vec<Row>, StoreError> {
        let plan = self.plan(plans, sql).await?;
        let mut answer = Vec::new();
        let many = if plan.one.takes_arrays() { Some(&plan.one) } else { plan.many.as_ref() };
        let Some(many) = many else {
            for key in keys.iter() {
                let params: Vec<_> = key.iter().map(|value| value as &(dyn ToSql + Sync)).collect();
                answer.append(&mut self.fetch(&plan.one, &params).await?);
            }
            return Ok(answer);
        };
        for start in (0..keys.len()).step_by(ARRAY_ROWS_MAX) {
            let columns = columns(keys, &(start..keys.len().min(start + ARRAY_ROWS_MAX)));
            let params: Vec<_> = columns.iter().map(|column| column as &(dyn ToSql + Sync)).collect();
            answer.append(&mut self.fetch(many, &params).await?);
        }
        Ok(answer)
    }

    async fn fetch(&self, typed: &Typed, params: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, StoreError> {
        let statement = self.prepare(typed, params.len()).await?;
        let result = match self.client().query(&statement, params).await {
            Err(error) if is_stale_plan(&error) && !self.open => {
                self.client().statement_cache.clear();
                let statement = self.prepare(typed, params.len()).await?;
                self.client().query(&statement, params).await
            }
            result => result,
        };
        read(result.map_err(|error| fold(&error, &typed.text))?, &typed.text)
    }

    /// A text that is made at run time: prepared for this once.
    pub(super) async fn query_text(&self, text: &str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        let typed = self.inspect(text).await?;
        let wanted = typed.types.len();
        if wanted != params.len() {
            return Err(StoreError::Other(format!(
                "{wanted} placeholders but {} values: {}",
                params.len(),
                shorten(text)
            )));
        }
        let statement = self.client().prepare_typed(text, &typed.types).await.map_err(|error| fold(&error, text))?;
        let params: Vec<_> = params.iter().map(|value| value as &(dyn ToSql + Sync)).collect();
        read(self.client().query(&statement, &params).await.map_err(|error| fold(&error, text))?, text)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let Some(Client::Pooled(object)) = self.client.take() else {
            return;
        };
        if !self.open {
            return;
        }
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => {
                runtime.spawn(async move {
                    if object.batch_execute("ROLLBACK").await.is_err() {
                        drop(Object::take(object));
                    }
                });
            }
            // Outside of the runtime: the server rolls back when the connection closes.
            Err(_) => drop(Object::take(object)),
        }
    }
}

type BoxFuture<'a> = Pin<Box<dyn Future<Output = Result<u64, Error>> + Send + 'a>>;

/// One statement to send.
struct Command<'b> {
    /// Which step of the batch it belongs to.
    index: usize,
    statement: Statement,
    write: &'b Write,
    rows: Part<'b>,
}

enum Part<'b> {
    Row(&'b [Value]),
    Arrays(Range<usize>),
}

fn columns<'b>(rows: &'b Rows, range: &Range<usize>) -> Vec<Column<'b>> {
    (0..rows.width()).map(|column| Column { rows, column, range: range.clone() }).collect()
}

/// What goes with statements.
#[derive(Default)]
struct Control {
    begin: bool,
    commit: bool,
    /// Hears when all of it is on its way.
    sent: Option<oneshot::Sender<()>>,
}

/// The division in [`Typed::fenced`].
fn is_fence(error: &Error) -> bool {
    error.code() == Some(&SqlState::DIVISION_BY_ZERO)
}

/// A connection lost while a commit was under way: nobody knows.
fn unknown(error: StoreError) -> StoreError {
    match error {
        StoreError::Unavailable(message) => StoreError::CommitUnknown(message),
        other => other,
    }
}

/// Polls the futures in their order, so that their requests are sent in it, and waits for all.
async fn in_order(futures: Vec<BoxFuture<'_>>, mut sent: Option<oneshot::Sender<()>>) -> Vec<Result<u64, Error>> {
    let mut all: Vec<MaybeDone<BoxFuture<'_>>> = futures.into_iter().map(maybe_done).collect();
    poll_fn(|context| {
        let mut waiting = false;
        for future in &mut all {
            waiting |= Pin::new(future).poll(context).is_pending();
        }
        if let Some(sent) = sent.take() {
            let _ = sent.send(());
        }
        if waiting { Poll::Pending } else { Poll::Ready(()) }
    })
    .await;
    all.iter_mut().map(|future| Pin::new(future).take_output().expect("each was polled until it was done")).collect()
}

fn read(rows: Vec<tokio_postgres::Row>, text: &str) -> Result<Vec<Row>, StoreError> {
    let Some(first) = rows.first() else {
        return Ok(Vec::new());
    };
    let columns: Columns = first.columns().iter().map(|column| Box::from(column.name())).collect();
    let mut answer = Vec::with_capacity(rows.len());
    for row in &rows {
        let values = (0..columns.len()).map(|i| row.try_get::<_, Read>(i).map(|read| read.0)).collect::<Result<_, _>>();
        answer.push(Row::new(columns.clone(), values.map_err(|error| fold(&error, text))?));
    }
    Ok(answer)
}
