//! Values, rows of values, and one step of a transaction.

use crate::Sql;
use bytes::Bytes;

/// One value of a statement. Portable column types are BIGINT, DOUBLE PRECISION, TEXT and BLOB alone; `Null` fits all.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    Int(i64),
    Real(f64),
    Text(String),
    Static(&'static str),
    /// UTF-8 text without a copy, such as a slice of a request body. The caller has checked that it is UTF-8.
    Raw(Bytes),
    Blob(Vec<u8>),
    /// An id: a blob of 16 bytes.
    Id(base::Id),
}

macro_rules! value_from {
    ($($from:ty => |$v:ident| $to:expr;)*) => {
        $(impl From<$from> for Value {
            fn from($v: $from) -> Value {
                $to
            }
        })*
    };
}

value_from! {
    i64 => |v| Value::Int(v);
    i32 => |v| Value::Int(i64::from(v));
    u32 => |v| Value::Int(i64::from(v));
    u16 => |v| Value::Int(i64::from(v));
    bool => |v| Value::Int(i64::from(v));
    f64 => |v| Value::Real(v);
    String => |v| Value::Text(v);
    &str => |v| Value::Text(v.to_owned());
    &String => |v| Value::Text(v.clone());
    Vec<u8> => |v| Value::Blob(v);
    &[u8] => |v| Value::Blob(v.to_vec());
    base::Id => |v| Value::Id(v);
    base::Time => |v| Value::Int(v.0);
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::Null, Into::into)
    }
}

/// Flat rows: one allocation for all values of a statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Rows {
    width: usize,
    values: Vec<Value>,
}

impl Rows {
    /// No rows yet, each of `width` values.
    pub fn new(width: usize) -> Rows {
        Rows { width, values: Vec::new() }
    }

    /// As [`Rows::new`], with space for so many rows.
    pub fn with_capacity(width: usize, rows: usize) -> Rows {
        Rows { width, values: Vec::with_capacity(width * rows) }
    }

    /// Exactly one row.
    pub fn one<const N: usize>(values: [Value; N]) -> Rows {
        Rows { width: N, values: Vec::from(values) }
    }

    /// Adds a row; panics where its width is not that of the others.
    pub fn push<const N: usize>(&mut self, row: [Value; N]) {
        assert_eq!(N, self.width, "a row of {N} values among rows of {}", self.width);
        self.values.extend(row);
    }

    /// Adds a row that was made elsewhere; panics where its width is not that of the others.
    pub fn push_vec(&mut self, row: Vec<Value>) {
        assert_eq!(row.len(), self.width, "rows of one statement have one width");
        self.values.extend(row);
    }

    /// Moves the rows of `other` behind these; panics where their widths differ.
    pub fn append(&mut self, other: &mut Rows) {
        assert_eq!(other.width, self.width, "rows of one statement have one width");
        self.values.append(&mut other.values);
    }

    /// Keeps the first so many rows.
    pub fn truncate(&mut self, rows: usize) {
        self.values.truncate(rows * self.width);
    }

    /// Rows gathered one by one; panics where their widths differ.
    pub fn from_vecs(rows: Vec<Vec<Value>>) -> Rows {
        let width = rows.first().map_or(0, Vec::len);
        let mut flat = Rows::with_capacity(width, rows.len());
        for row in rows {
            assert_eq!(row.len(), width, "rows of one statement have one width");
            flat.values.extend(row);
        }
        flat
    }

    /// The number of rows (none where the width is 0).
    pub fn len(&self) -> usize {
        self.values.len().checked_div(self.width).unwrap_or(0)
    }

    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The number of values in a row.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The rows, one slice each.
    pub fn iter(&self) -> impl Iterator<Item = &[Value]> {
        // A width of 0 has no values, hence no chunk.
        self.values.chunks_exact(self.width.max(1))
    }

    /// The values of one column, top down.
    pub(crate) fn column(&self, column: usize) -> impl Iterator<Item = &Value> {
        self.values[column.min(self.values.len())..].iter().step_by(self.width.max(1))
    }
}

/// One step of a transaction: the statement is executed once for each row, or once where it has no placeholders.
#[derive(Clone, Debug)]
pub struct Write {
    pub sql: &'static Sql,
    pub rows: Rows,
    pub expect: Option<u64>,
}

impl Write {
    /// Once for each of the rows; the keys of the rows differ (see the crate's page).
    pub fn new(sql: &'static Sql, rows: Rows) -> Write {
        Write { sql, rows, expect: None }
    }

    /// Once, with these values.
    pub fn one<const N: usize>(sql: &'static Sql, values: [Value; N]) -> Write {
        Write::new(sql, Rows::one(values))
    }

    /// Once, without values.
    pub fn plain(sql: &'static Sql) -> Write {
        Write::new(sql, Rows::new(0))
    }

    /// The step must touch exactly `rows` rows in all, else the whole transaction is rolled back with
    /// [`crate::StoreError::Fenced`]. Its rows must fit one statement on PostgreSQL.
    pub fn expect(self, rows: u64) -> Write {
        Write { expect: Some(rows), ..self }
    }
}
