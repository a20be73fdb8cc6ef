//! One SQLite connection with its prepared statements: opening, binding, running, and folding errors.

use crate::{
    Row, Rows, Sql, StoreError, Value, Write,
    row::Columns,
    sql::{shorten, sqlite_text},
};
use rusqlite::{
    CachedStatement, Connection, ErrorCode, OpenFlags, Statement, ToSql, ffi,
    types::{ToSqlOutput, ValueRef},
};
use std::{collections::HashMap, path::Path, time::Duration};

/// Bytes of a page, chosen before the first table: larger pages mean fewer, and the write-ahead log is written page by page.
pub const PAGE_BYTES: u32 = 8192;

/// How long a statement waits for a lock (only another program on the same file can hold one that long).
pub(super) const BUSY_WAIT: Duration = Duration::from_secs(5);

/// More than all declared texts together, so that no statement is ever prepared twice.
const STATEMENTS_MAX: usize = 4096;

/// What a connection is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Writer,
    Reader,
    /// Checkpoints and backups.
    Keeper,
}

/// A connection. It belongs to one thread.
pub(super) struct Session {
    pub conn: Connection,
    /// The rewritten text and the last columns seen, by the address of the declared text.
    texts: HashMap<(usize, usize), Declared>,
}

struct Declared {
    text: String,
    columns: Option<Columns>,
}

impl Session {
    /// Opens a connection; without a path an in-memory database (which only this connection sees).
    pub(super) fn open(path: Option<&Path>, role: Role, cache_bytes: usize) -> Result<Session, StoreError> {
        // Each connection stays on its thread, so SQLite needs no mutex around it.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = match path {
            Some(path) => Connection::open_with_flags(path, flags),
            None => Connection::open_in_memory_with_flags(flags),
        };
        let conn = conn.map_err(fold)?;
        conn.busy_timeout(BUSY_WAIT).map_err(fold)?;
        conn.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
        let mut pragmas = String::new();
        if role == Role::Writer {
            // The page size must come before the journal mode, and both before the first table.
            pragmas += &format!("PRAGMA page_size = {PAGE_BYTES};");
            pragmas += if path.is_some() { "PRAGMA journal_mode = WAL;" } else { "PRAGMA journal_mode = MEMORY;" };
        }
        pragmas += if path.is_some() { "PRAGMA synchronous = FULL;" } else { "PRAGMA synchronous = OFF;" };
        // The checkpointer has a thread of its own; a checkpoint inside a commit would stall all writers.
        pragmas += "PRAGMA wal_autocheckpoint = 0;";
        pragmas += "PRAGMA temp_store = MEMORY;";
        pragmas += &format!("PRAGMA cache_size = -{};", (cache_bytes / 1024).max(256));
        if role == Role::Reader {
            pragmas += "PRAGMA query_only = ON;";
        }
        conn.execute_batch(&pragmas).map_err(fold)?;
        Ok(Session { conn, texts: HashMap::new() })
    }

    /// Runs a short statement without values (`BEGIN IMMEDIATE`, `COMMIT`, …).
    pub(super) fn run(&self, text: &str) -> Result<(), StoreError> {
        self.conn.prepare_cached(text).and_then(|mut statement| statement.raw_execute()).map(|_| ()).map_err(fold)
    }

    /// Runs several statements without values (a migration).
    pub(super) fn script(&self, text: &str) -> Result<(), StoreError> {
        self.conn.execute_batch(text).map_err(fold)
    }

    fn declared(&mut self, sql: &'static Sql) -> (&Connection, &mut Declared) {
        let key = (sql.sqlite.as_ptr() as usize, sql.sqlite.len());
        let declared =
            self.texts.entry(key).or_insert_with(|| Declared { text: sqlite_text(sql.sqlite), columns: None });
        (&self.conn, declared)
    }

    /// Executes a step once for each row; answers the rows touched in all.
    pub(super) fn write(&mut self, write: &Write) -> Result<u64, StoreError> {
        let (conn, declared) = self.declared(write.sql);
        let mut statement = prepare(conn, &declared.text, write.rows.width())?;
        let counts_rows = statement.column_count() > 0;
        let mut touched = 0;
        let mut execute = |statement: &mut CachedStatement<'_>, row: &[Value]| {
            bind(statement, row)?;
            touched += if counts_rows { drain(statement)? } else { statement.raw_execute().map_err(fold)? as u64 };
            Ok::<_, StoreError>(())
        };
        if write.rows.width() == 0 {
            execute(&mut statement, &[])?;
        }
        for row in write.rows.iter() {
            execute(&mut statement, row)?;
        }
        match write.expect {
            Some(expected) if expected != touched => Err(StoreError::Fenced),
            _ => Ok(touched),
        }
    }

    /// Runs a query once for each row of values.
    pub(super) fn query<'v>(
        &mut self,
        sql: &'static Sql,
        width: usize,
        rows: impl Iterator<Item = &'v [Value]>,
    ) -> Result<Vec<Row>, StoreError> {
        let (conn, declared) = self.declared(sql);
        let mut statement = prepare(conn, &declared.text, width)?;
        let mut answer = Vec::new();
        for row in rows {
            bind(&mut statement, row)?;
            collect(&mut statement, &mut declared.columns, &mut answer)?;
        }
        Ok(answer)
    }

    /// Runs a query whose text is made at run time.
    pub(super) fn query_text(&mut self, text: &str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        let text = sqlite_text(text);
        let mut statement = self.conn.prepare(&text).map_err(|error| in_text(error, &text))?;
        count(&statement, params.len(), &text)?;
        bind(&mut statement, params)?;
        let mut answer = Vec::new();
        collect(&mut statement, &mut None, &mut answer)?;
        Ok(answer)
    }
}

fn prepare<'c>(conn: &'c Connection, text: &str, values: usize) -> Result<CachedStatement<'c>, StoreError> {
    let statement = conn.prepare_cached(text).map_err(|error| in_text(error, text))?;
    count(&statement, values, text)?;
    Ok(statement)
}

fn count(statement: &Statement<'_>, values: usize, text: &str) -> Result<(), StoreError> {
    let wanted = statement.parameter_count();
    if wanted == values {
        return Ok(());
    }
    Err(StoreError::Other(format!("{wanted} placeholders but {values} values: {}", shorten(text))))
}

/// A mistake in a text is hard to find without the text.
fn in_text(error: rusqlite::Error, text: &str) -> StoreError {
    match fold(error) {
        StoreError::Other(message) => StoreError::Other(format!("{message}: {}", shorten(text))),
        other => other,
    }
}

fn bind(statement: &mut Statement<'_>, row: &[Value]) -> Result<(), StoreError> {
    for (i, value) in row.iter().enumerate() {
        statement.raw_bind_parameter(i + 1, value).map_err(fold)?;
    }
    Ok(())
}

/// Steps through a statement with RETURNING inside a write and counts its rows.
fn drain(statement: &mut Statement<'_>) -> Result<u64, StoreError> {
    let mut rows = statement.raw_query();
    let mut count = 0;
    while rows.next().map_err(fold)?.is_some() {
        count += 1;
    }
    Ok(count)
}

fn collect(
    statement: &mut Statement<'_>,
    known: &mut Option<Columns>,
    answer: &mut Vec<Row>,
) -> Result<(), StoreError> {
    let mut rows = statement.raw_query();
    let mut first = true;
    while let Some(row) = rows.next().map_err(fold)? {
        // Only now: after a change of the schema SQLite prepares the statement again when it takes the first step.
        if std::mem::take(&mut first) {
            let names = AsRef::<Statement<'_>>::as_ref(row);
            if !known.as_ref().is_some_and(|columns| columns.iter().map(|name| &**name).eq(names.column_names())) {
                *known = Some(names.column_names().map(Box::from).collect());
            }
        }
        let columns = known.as_ref().expect("set with the first row");
        let mut values = Vec::with_capacity(columns.len());
        for (i, name) in columns.iter().enumerate() {
            values.push(match row.get_ref(i).map_err(fold)? {
                ValueRef::Null => Value::Null,
                ValueRef::Integer(value) => Value::Int(value),
                ValueRef::Real(value) => Value::Real(value),
                ValueRef::Blob(bytes) => Value::Blob(bytes.to_vec()),
                ValueRef::Text(bytes) => match String::from_utf8(bytes.to_vec()) {
                    Ok(text) => Value::Text(text),
                    Err(_) => {
                        return Err(StoreError::Other(format!("column {name} holds text that is not UTF-8")));
                    }
                },
            });
        }
        answer.push(Row::new(columns.clone(), values.into_boxed_slice()));
    }
    Ok(())
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Int(value) => ValueRef::Integer(*value),
            Value::Real(value) => ValueRef::Real(*value),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Static(text) => ValueRef::Text(text.as_bytes()),
            Value::Raw(bytes) => ValueRef::Text(bytes),
            Value::Blob(bytes) => ValueRef::Blob(bytes),
            Value::Id(id) => ValueRef::Blob(&id.0),
        }))
    }
}

/// Folds SQLite's codes into our few kinds.
pub(super) fn fold(error: rusqlite::Error) -> StoreError {
    let rusqlite::Error::SqliteFailure(failure, message) = &error else {
        return StoreError::Other(error.to_string());
    };
    let message = message.clone().unwrap_or_else(|| failure.to_string());
    match failure.code {
        ErrorCode::ConstraintViolation => match failure.extended_code {
            ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID => {
                let what = message.rsplit_once(": ").map_or(message.as_str(), |(_, what)| what);
                StoreError::Duplicate { what: what.to_owned() }
            }
            _ => StoreError::Constraint(message),
        },
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreError::Busy,
        ErrorCode::DiskFull => StoreError::Full,
        ErrorCode::OperationInterrupted => StoreError::Unavailable("the query was interrupted".to_owned()),
        // Extending the shared-memory file fails with a code of its own where the disk is full.
        ErrorCode::SystemIoFailure if failure.extended_code == ffi::SQLITE_IOERR_SHMSIZE => StoreError::Full,
        ErrorCode::SystemIoFailure | ErrorCode::CannotOpen => StoreError::Unavailable(message),
        _ => StoreError::Other(message),
    }
}

/// What a reader, or the writer of an in-memory database, is asked.
pub(super) enum Question {
    Once(&'static Sql, Vec<Value>),
    Each(&'static Sql, Rows),
    Text(String, Vec<Value>),
    /// Only whether the text is good.
    Prepare(&'static Sql),
}

impl Question {
    /// As [`ask`](Self::ask), where each statement would lock and look at the log anew: many look-ups share one view.
    pub(super) fn ask_at_once(self, session: &mut Session) -> Result<Vec<Row>, StoreError> {
        if !matches!(&self, Question::Each(_, keys) if keys.len() > 1) {
            return self.ask(session);
        }
        session.run("BEGIN")?;
        let answer = self.ask(session);
        if !rolled_back(session) {
            session.run("COMMIT")?;
        }
        answer
    }

    pub(super) fn ask(self, session: &mut Session) -> Result<Vec<Row>, StoreError> {
        match self {
            Question::Once(sql, params) => session.query(sql, params.len(), std::iter::once(params.as_slice())),
            Question::Each(sql, keys) => session.query(sql, keys.width(), keys.iter()),
            Question::Text(text, params) => session.query_text(&text, &params),
            Question::Prepare(sql) => {
                let (conn, declared) = session.declared(sql);
                conn.prepare_cached(&declared.text).map_err(|error| in_text(error, &declared.text))?;
                Ok(Vec::new())
            }
        }
    }
}

/// The tail of every path through a connection that failed half-way: whether SQLite has already rolled back by itself.
pub(super) fn rolled_back(session: &Session) -> bool {
    session.conn.is_autocommit()
}
