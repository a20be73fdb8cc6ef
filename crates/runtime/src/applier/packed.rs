//! Rows packed into one: what a wave of timers writes of rows that nobody waits for is one row in its commit, and is written out in a
//! quieter moment.
//!
//! A row of its own costs a database some microseconds, whatever is in it; a few bytes more in a large row cost next to nothing.
//! Whoever takes somebody's rows out of those tables for good has to have these written out first.

use super::{Applier, batch::Batch};
use crate::{Domain, sql};
use minicbor::{Decoder, Encoder, data::Type};
use store::{Rows, Sql, StoreError, Value, Write};

/// The log's own rows.
const EVENT: (&str, &Sql) = ("event", &sql::EVENT_INSERT);

impl<D: Domain> Applier<D> {
    fn may_wait(&self) -> impl Iterator<Item = (&'static str, &'static Sql)> {
        [EVENT].into_iter().chain(self.domain.may_wait().iter().copied())
    }

    /// Packs what may wait of the batch into rows under this number. Whether there was any.
    pub(super) fn pack_rows(&self, batch: &mut Batch, seq: i64, writes: &mut Vec<Write>) -> bool {
        let mut packed = Rows::new(4);
        for (name, sql) in self.may_wait() {
            let groups = if name == EVENT.0 { &mut batch.own_log } else { &mut batch.inserts };
            if let Some(rows) = groups.take(sql).filter(|rows| !rows.is_empty()) {
                let body = Value::Blob(encode(&rows));
                packed.push([self.working.partition.into(), seq.into(), Value::Static(name), body]);
            }
        }
        let any = !packed.is_empty();
        super::commit::add(writes, &sql::BEHIND_ROWS_INSERT, packed);
        any
    }

    /// Has the next commit write out what was packed under this number.
    pub(super) async fn unpack_rows(&mut self, seq: i64) -> Result<(), StoreError> {
        let partition: Value = self.working.partition.into();
        for row in self.read(&sql::BEHIND_ROWS_OF, &[partition.clone(), seq.into()]).await? {
            let name = row.text("name");
            let known = self.may_wait().find(|(known, _)| *known == name);
            let rows = known.ok_or_else(|| "no such rows are known to this version".to_owned()).and_then(|(_, sql)| {
                let rows = decode(row.blob("body")).map_err(|error| error.to_string())?;
                Ok(Write::new(sql, rows))
            });
            match rows {
                Ok(rows) => {
                    let drop = [partition.clone(), seq.into(), Value::Text(name.to_owned())];
                    self.batch.unpacked.extend([rows, Write::one(&sql::BEHIND_ROWS_DROP, drop)]);
                }
                // Kept as they are: a later start may know better.
                Err(reason) => tracing::error!(seq, name, reason, "packed rows cannot be written out"),
            }
        }
        Ok(())
    }
}

/// An array of the width and all values, row by row.
pub(super) fn encode(rows: &Rows) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::with_capacity(rows.len() * 160));
    let written = (|| {
        encoder.u64(rows.width() as u64)?.begin_array()?;
        for value in rows.iter().flatten() {
            match value {
                Value::Null => encoder.null()?,
                Value::Int(value) => encoder.i64(*value)?,
                Value::Real(value) => encoder.f64(*value)?,
                Value::Text(text) => encoder.str(text)?,
                Value::Static(text) => encoder.str(text)?,
                Value::Raw(bytes) => encoder.str(std::str::from_utf8(bytes).unwrap_or_default())?,
                Value::Blob(bytes) => encoder.bytes(bytes)?,
                Value::Id(id) => encoder.bytes(&id.0)?,
            };
        }
        encoder.end().map(drop)
    })();
    written.expect("writing to a vector cannot fail");
    encoder.into_writer()
}

pub(super) fn decode(body: &[u8]) -> Result<Rows, minicbor::decode::Error> {
    let mut decoder = Decoder::new(body);
    let width = decoder.u64()? as usize;
    decoder.array()?;
    let mut rows = Vec::new();
    let mut row = Vec::with_capacity(width);
    loop {
        row.push(match decoder.datatype()? {
            Type::Break if row.is_empty() => return Ok(Rows::from_vecs(rows)),
            Type::Null => decoder.null().map(|()| Value::Null)?,
            Type::String => Value::Text(decoder.str()?.to_owned()),
            Type::Bytes => Value::Blob(decoder.bytes()?.to_vec()),
            Type::F64 => Value::Real(decoder.f64()?),
            _ => Value::Int(decoder.i64()?),
        });
        if row.len() == width {
            rows.push(std::mem::replace(&mut row, Vec::with_capacity(width)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::Id;
    use bytes::Bytes;

    #[test]
    fn rows_come_back_as_the_database_would_take_them() {
        let mut rows = Rows::new(4);
        rows.push([Value::Int(i64::MIN), Value::Static("è"), Value::Id(Id([7; 16])), Value::Null]);
        rows.push([
            Value::Real(0.5),
            Value::Raw(Bytes::from_static(b"{}")),
            Value::Blob(Vec::new()),
            Value::Text(String::new()),
        ]);
        let mut expected = Rows::new(4);
        expected.push([Value::Int(i64::MIN), "è".into(), Value::Blob(vec![7; 16]), Value::Null]);
        expected.push([Value::Real(0.5), "{}".into(), Value::Blob(Vec::new()), "".into()]);
        let body = encode(&rows);
        assert_eq!(decode(&body).expect("it was encoded"), expected);
        for end in 0..body.len() {
            assert!(decode(&body[..end]).is_err(), "cut at {end}");
        }
    }
}
