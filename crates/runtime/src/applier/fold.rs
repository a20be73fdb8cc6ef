//! Folding one event, and what becomes of one whose fold fails.

use super::{Answer, Applier, Verdict, batch::CHUNK};
use crate::{
    Domain, Event, FoldError, Need, Origin, World, sql,
    world::{Done, storable},
};
use base::{HOUR, Id, IdMaker, MINUTE};
use serde_json::{Value as Json, json};
use std::panic::{AssertUnwindSafe, catch_unwind};
use store::{StoreError, Value};

/// A look-up that keeps missing is a defect of the fold, not of the event; this many are more than any fold needs.
const NEEDS_MAX: usize = 256;

/// Why an event was not folded.
enum Failed {
    Need(Need),
    /// The domain says no, in words.
    Refused(String),
    /// The fold is broken.
    Broken(String),
}

impl<D: Domain> Applier<D> {
    /// Folds one event, loading what it turns out to need.
    pub(super) async fn fold(&mut self, event: Event<D::Input>) -> Result<Answer, StoreError> {
        self.batch.folded += 1;
        self.batch.pulse.take(event.origin, event.source, event.received, event.occurred);
        let mut answer = Answer::new(event.position, Verdict::Applied);
        let mut failed = Failed::Broken("the fold asked for too many cells".to_owned());
        for _ in 0..NEEDS_MAX {
            match self.try_fold(&event) {
                Ok(done) => {
                    answer.reply = self.absorb(&event, done);
                    self.settle_timer(&event, false);
                    return Ok(answer);
                }
                Err(Failed::Need(Need::Key(key))) => self.load(vec![key], Vec::new()).await?,
                Err(Failed::Need(Need::Cell(id))) => self.load(Vec::new(), vec![id]).await?,
                Err(other) => {
                    failed = other;
                    break;
                }
            }
        }
        self.settle_timer(&event, true);
        answer.verdict = Verdict::Refused(self.refuse(&event, failed));
        Ok(answer)
    }

    /// One go at the fold. What it did is in the answer alone, so that a failure leaves no trace.
    fn try_fold(&mut self, event: &Event<D::Input>) -> Result<Done<D>, Failed> {
        let domain = &*self.domain;
        let ids = IdMaker::new(event.received, self.seed, event.position);
        let spare = std::mem::take(&mut self.spare);
        let mut world = World::new(&mut self.working, spare, ids, event.position, event.received);
        // A panic in a fold is that event's trouble alone.
        let folded = catch_unwind(AssertUnwindSafe(|| {
            domain.fold(event, &mut world)?;
            let shared = world.shared_handle();
            let cells = world.done.cells.iter();
            world.done.dues = cells.map(|(_, cell)| domain.due(cell, &shared)).collect();
            Ok(())
        }));
        match folded {
            Ok(Ok(())) => Ok(world.done),
            Ok(Err(FoldError::Need(need))) => Err(Failed::Need(need)),
            Ok(Err(FoldError::Refused(reason))) => Err(Failed::Refused(reason)),
            Err(panic) => Err(Failed::Broken(format!("the fold panicked: {}", panic_text(panic.as_ref())))),
        }
    }

    /// Takes over what a successful fold did.
    fn absorb(&mut self, event: &Event<D::Input>, mut done: Done<D>) -> Option<Json> {
        let batch = &mut self.batch;
        if let Some(shared) = done.shared.take() {
            self.working.shared = shared;
            self.working.shared_changed = true;
        }
        for ((id, cell), due) in done.cells.drain(..).zip(done.dues.drain(..)) {
            self.working.change(id, cell, due);
        }
        for (key, id) in done.keys.drain(..) {
            self.working.change_key(key.clone(), id, self.sweeper.has_keys);
            batch.keys.push((key, id));
        }
        let chunk = event.position / CHUNK;
        let stamps = done.stamps.drain(..);
        batch.stamps.extend(stamps.map(|id| (chunk, id, event.position)));
        batch.inserts.append(&mut done.inserts);
        for (sql, key, row) in done.upserts.drain(..) {
            batch.upserts.insert(sql, key, row);
        }
        for (number, n, minor) in done.counts.drain(..) {
            let sum = batch.counts.entry(number).or_default();
            *sum = (sum.0 + n, sum.1 + minor);
        }
        batch.announcements.append(&mut done.announcements);
        for effect in done.effects.drain(..) {
            if batch.effect_ids.insert((effect.id, effect.run_at)) {
                batch.effects.push(effect);
            }
        }
        for (id, run_at) in done.dropped_effects.drain(..) {
            if batch.effect_ids.remove(&(id, run_at)) {
                batch.effects.retain(|effect| (effect.id, effect.run_at) != (id, run_at));
            }
            batch.dropped_effects.push((id, run_at));
        }
        let reply = done.reply.take();
        done.lines = 0;
        self.spare = done;
        if event.kind == "command" && !self.writes_log {
            batch.answers.push((event.position, json!({ "reply": reply })));
        }
        reply
    }

    /// A timer that leaves its cell due again would fire for ever: it waits a minute, and an hour where it failed.
    fn settle_timer(&mut self, event: &Event<D::Input>, has_failed: bool) {
        if event.kind != "timer" {
            return;
        }
        let (mut keys, mut cells) = std::mem::take(&mut self.spare_touches);
        let touches = || self.domain.touches(&event.input, &mut keys, &mut cells);
        let _ = catch_unwind(AssertUnwindSafe(touches));
        keys.clear();
        for id in cells.drain(..) {
            if has_failed {
                self.working.postpone(id, event.received + HOUR);
                continue;
            }
            self.working.forgive(id);
            let is_due = |due: Option<base::Time>| due.is_some_and(|due| due <= event.received);
            if !self.working.slot(id).is_some_and(|slot| is_due(slot.due)) {
                continue;
            }
            // The fold may have had nothing to do: what the cell wants has changed since its due time was noted.
            let due = self.due_of(id);
            if is_due(due) {
                tracing::error!(cell = %id, "a timer did not move its cell on; it waits a minute");
                self.working.postpone(id, event.received + MINUTE);
            } else {
                self.working.set_due(id, due);
            }
        }
        self.spare_touches = (keys, cells);
    }

    /// When the cell wants to fire; never, where it cannot be read.
    pub(super) fn due_of(&mut self, id: Id) -> Option<base::Time> {
        let (domain, shared) = (&*self.domain, self.working.shared.clone());
        let working = &mut self.working;
        let due = || {
            let cell = working.cell(id)?;
            domain.due(cell, &shared)
        };
        catch_unwind(AssertUnwindSafe(due)).unwrap_or_else(|panic| {
            let reason = panic_text(panic.as_ref());
            tracing::error!(cell = %id, reason, "a cell cannot be read");
            None
        })
    }

    fn refuse(&mut self, event: &Event<D::Input>, failed: Failed) -> String {
        let (reason, is_told) = match failed {
            // Whoever sent a command learns why it was refused; nobody needs to look at it later.
            Failed::Refused(reason) => (reason, event.kind == "command"),
            Failed::Broken(reason) => (reason, false),
            Failed::Need(_) => unreachable!("needs are loaded"),
        };
        self.keep_refused(event, &reason, !is_told);
        reason
    }

    /// Keeps a stored event that this binary cannot read.
    pub(super) fn refuse_unread(&mut self, event: &Event<()>, reason: String) -> Answer {
        self.batch.folded += 1;
        self.keep_refused(event, &reason, true);
        Answer::new(event.position, Verdict::Refused(reason))
    }

    fn keep_refused<I>(&mut self, event: &Event<I>, reason: &str, in_quarantine: bool) {
        if event.kind == "command" && !self.writes_log {
            let answer = json!({ "refused": reason });
            self.batch.answers.push((event.position, answer));
        }
        if !in_quarantine {
            return;
        }
        tracing::warn!(
            event.position = event.position,
            event.kind = event.kind,
            reason,
            "an event could not be folded"
        );
        let id = IdMaker::new(event.received, !self.seed, event.position).next_id();
        let row = [
            self.working.partition.into(),
            id.into(),
            event.received.into(),
            event.source.into(),
            // Put right and taken in again it must be history still.
            Value::Static(if event.origin == Origin::History { "import" } else { event.kind }),
            Value::Text(event.name.to_string()),
            Value::Text(reason.to_owned()),
            Value::Raw(event.payload.clone()),
        ];
        self.batch.inserts.push(&sql::REFUSED_PUT, row.map(storable));
    }
}

pub(crate) fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no text")
}
