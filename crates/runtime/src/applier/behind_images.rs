//! The images of cells that a wave of timers changed, all of one commit in one row: where they are, and which of them still count.
//!
//! A row for each would cost the commit more than anything else in it, and each of these cells is written to its own row anyway when
//! its lists are. Until then it is read from here.

use super::commit::{pack_onto, unpack};
use base::{Id, Time};
use bytes::Bytes;
use std::collections::HashMap;
use store::{Row, StoreError, Value};

/// Where a cell's image is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    seq: i64,
    first: u32,
    length: u32,
}

/// The images of one commit.
#[derive(Default)]
pub(crate) struct Bundle {
    cells: Vec<u8>,
    lengths: Vec<u8>,
    body: Vec<u8>,
}

impl Bundle {
    /// The columns `cells`, `lengths` and `body`.
    pub fn into_values(self) -> [Value; 3] {
        [self.cells, self.lengths, self.body].map(Value::Blob)
    }
}

/// Which images count that no sweep has taken up.
#[derive(Default)]
pub(crate) struct BehindImages {
    places: HashMap<Id, Place, foldhash::fast::RandomState>,
    /// Those of the batch that is being sealed, and their number.
    new: (i64, Bundle),
    /// Cells of which none counts any more up to this number, to be written down with the batch.
    changed: Vec<(i64, Id)>,
}

impl BehindImages {
    /// Whether the cell's newest state is here, and neither in its row nor in an image of its own.
    pub fn has(&self, id: Id) -> bool {
        !self.places.is_empty() && self.places.contains_key(&id)
    }

    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// The images of the batch that is being sealed have this number.
    pub fn begin(&mut self, seq: i64) {
        self.new = (seq, Bundle::default());
    }

    /// The cell's image is in this commit.
    pub fn push(&mut self, id: Id, indexed: Option<Time>, cell: &[u8]) {
        let (seq, bundle) = &mut self.new;
        let first = bundle.body.len() as u32;
        pack_onto(&mut bundle.body, indexed, cell);
        let length = bundle.body.len() as u32 - first;
        bundle.cells.extend_from_slice(&id.0);
        bundle.lengths.extend_from_slice(&length.to_le_bytes());
        self.places.insert(id, Place { seq: *seq, first, length });
    }

    pub fn take_new(&mut self) -> Bundle {
        std::mem::take(&mut self.new.1)
    }

    /// The cell has changed and gets an image or a row of its own.
    pub fn change(&mut self, id: Id) {
        if let Some(place) = self.places.remove(&id) {
            self.changed.push((place.seq, id));
        }
    }

    pub fn take_changed(&mut self) -> Vec<(i64, Id)> {
        std::mem::take(&mut self.changed)
    }

    /// The sweep takes the cell over from the images of this number; not so, where a newer one or none counts.
    pub fn take(&mut self, id: Id, seq: i64) -> bool {
        let is_it = self.places.get(&id).is_some_and(|place| place.seq == seq);
        if is_it {
            self.places.remove(&id);
            if self.places.is_empty() {
                self.places.shrink_to_fit();
            }
        }
        is_it
    }

    /// What a read of the cell's image needs, but the partition: number, id, where it begins, from 1, and length.
    pub fn asks(&self, id: Id) -> Option<[Value; 4]> {
        let place = self.places.get(&id)?;
        Some([place.seq.into(), id.into(), (i64::from(place.first) + 1).into(), i64::from(place.length).into()])
    }

    /// Takes in what a process before this one left, oldest first: `newest` says of a cell which of its other images is the newest,
    /// `changed` up to which number none counts.
    pub fn restore(&mut self, row: &Row, newest: &HashMap<Id, i64>, changed: &HashMap<Id, i64>) {
        let seq = row.int("seq");
        let mut first = 0;
        for (id, length) in cells_of(row) {
            let place = Place { seq, first, length };
            first += length;
            if changed.get(&id).is_some_and(|through| *through >= seq) {
                continue;
            }
            self.places.insert(id, place);
            if newest.get(&id).is_some_and(|newest| *newest > seq) {
                // That one may go long before these: it is noted that they do not count.
                self.change(id);
            }
        }
    }
}

/// The cells of a row and how long their images are; none, where their rows are as they should be.
fn cells_of(row: &Row) -> impl Iterator<Item = (Id, u32)> {
    let ids = row.blob("cells").as_chunks().0.iter().map(|id| Id(*id));
    let lengths = row.blob("lengths").as_chunks().0.iter().map(|length| u32::from_le_bytes(*length));
    ids.zip(lengths)
}

/// The images of a row: cell, due time of its row in the timer table, data.
pub(super) fn images_of(row: &Row) -> Result<Vec<(Id, Option<Time>, Bytes)>, StoreError> {
    let mut rest = row.blob("body");
    let mut images = Vec::with_capacity(row.blob("lengths").len() / 4);
    for (id, length) in cells_of(row) {
        let cut = || StoreError::Other(format!("the images left behind are cut off at cell {id}"));
        let (image, others) = rest.split_at_checked(length as usize).ok_or_else(cut)?;
        rest = others;
        let (indexed, data) = unpack(image);
        images.push((id, indexed, data));
    }
    Ok(images)
}

/// The cell's image in a row.
pub(crate) fn image_in(row: &Row, id: Id) -> Result<Option<Bytes>, StoreError> {
    let images = images_of(row)?;
    Ok(images.into_iter().find(|(other, ..)| *other == id).map(|(.., data)| data))
}
