//! Walking one customer's past backwards, a chunk of the log at a time: the indexes of timeline and ledger are by chunk, so
//! that what is written together lies together.

use base::{Id, Time};
use serde::{Deserialize, Serialize};
use store::{Db, Row, Rows, Sql, StoreError, Value};

/// Log positions in a chunk of the indexes.
pub const CHUNK: i64 = 65_536;
/// Chunks looked at for one page; a page may end early here, with the place to go on from.
const CHUNKS_MAX: i64 = 4_096;
/// Look-ups in one round trip.
const LOOKUPS_MAX: usize = 256;

/// A place in a customer's past: a log position and a line within it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Spot(pub i64, pub i64);

impl Spot {
    pub const NEWEST: Spot = Spot(i64::MAX, 0);
}

/// A walk from the newest to the oldest.
pub struct Walk<'a> {
    pub db: &'a Db,
    pub partition: i64,
    /// The customer and those joined to it.
    pub ids: &'a [Id],
    /// The newest position of the log.
    pub head: i64,
    /// Chunks before this one hold nothing of the customer's.
    pub oldest_chunk: i64,
}

impl Walk<'_> {
    /// Up to `limit` rows before a place, newest first, and the place from which to go on; `None`: there is no more.
    ///
    /// `key` makes the parameters of a look-up from (chunk, id, place, limit); the rows must have a column `position`; `read`
    /// says what a row is and where, or `None` for one to be passed over.
    pub async fn newest<T>(
        &self,
        sql: &'static Sql,
        before: Spot,
        limit: usize,
        key: impl Fn(i64, Id, Spot, i64) -> Vec<Value>,
        read: impl Fn(&Row) -> (Spot, Option<T>),
    ) -> Result<(Vec<T>, Option<Spot>), StoreError> {
        let mut before = before;
        let mut found: Vec<(Spot, T)> = Vec::new();
        let mut chunk = before.0.min(self.head) / CHUNK;
        let (mut stretch, mut looked_at) = (1, 0);
        // One more than asked for says whether there is a next page.
        let wanted = limit + 1;
        while chunk >= self.oldest_chunk && looked_at < CHUNKS_MAX {
            let last = (chunk - stretch + 1).max(self.oldest_chunk);
            let mut keys = Vec::new();
            for chunk in (last..=chunk).rev() {
                keys.extend(self.ids.iter().map(|id| key(chunk, *id, before, wanted as i64)));
            }
            let mut rows = self.db.query_each(sql, Rows::from_vecs(keys)).await?;
            let is_cut = |rows: &[Row]| rows.len() >= wanted;
            let was_cut = is_cut(&rows);
            let mut read_rows: Vec<(Spot, Option<T>)> = rows.drain(..).map(|row| read(&row)).collect();
            read_rows.sort_by_key(|(spot, _)| std::cmp::Reverse(*spot));
            // The same event may stand on two joined timelines.
            read_rows.dedup_by_key(|(spot, _)| *spot);
            // A look-up that came back full may hold more than it showed, so only the newest `wanted` are known to be next.
            if was_cut {
                read_rows.truncate(wanted);
            }
            let oldest_read = read_rows.last().map(|(spot, _)| *spot);
            for (spot, item) in read_rows {
                found.extend(item.map(|item| (spot, item)));
            }
            if found.len() >= wanted {
                break;
            }
            looked_at += chunk - last + 1;
            match oldest_read.filter(|_| was_cut) {
                // There may be more in this stretch: once more, from where it was cut.
                Some(spot) => (before, chunk, stretch) = (spot, spot.0 / CHUNK, 1),
                None => {
                    chunk = last - 1;
                    stretch = (stretch * 2).min(((LOOKUPS_MAX / self.ids.len().max(1)).max(1)) as i64);
                }
            }
        }
        let is_full = found.len() > limit;
        found.truncate(limit);
        let next = match found.last() {
            Some((spot, _)) if is_full => Some(*spot),
            _ => (chunk >= self.oldest_chunk).then_some(Spot((chunk + 1) * CHUNK, 0)),
        };
        Ok((found.into_iter().map(|(_, item)| item).collect(), next))
    }
}

/// The chunk of the log before which nothing was received at `at` or later. A handful of look-ups, none for a short log.
pub async fn chunk_at(db: &Db, partition: i64, head: i64, at: Time) -> Result<i64, StoreError> {
    let (mut low, mut high) = (0, head / CHUNK + 1);
    if high < 64 {
        return Ok(0);
    }
    // The first chunk whose events all came at `at` or later lies in low..=high.
    while low < high {
        let middle = low + (high - low) / 2;
        let params = [partition.into(), (middle * CHUNK - 1).into(), 1i64.into()];
        let rows = db.query(&runtime::sql::EVENTS_AFTER, &params).await?;
        match rows.first() {
            Some(row) if row.time("received_at") < at => low = middle + 1,
            _ => high = middle,
        }
    }
    Ok((low - 1).max(0))
}
