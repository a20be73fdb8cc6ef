//! The SQL side of `Idempotency-Key`: what was asked and answered, for seven days.

use super::{Caller, DeskState, sql, store_problem};
use axum::http::request::Parts;
use base::{DAY, MINUTE};
use http_kit::{Answer, Claim, Problem, Remember};
use store::{StoreError, Value, Write};

/// How long an answer is kept.
const KEPT: i64 = 7 * DAY;
/// A request that has not ended by now died with its process.
const UNDER_WAY: i64 = 5 * MINUTE;

impl Remember for DeskState {
    async fn caller(&self, parts: &Parts) -> Option<String> {
        Caller::find(self, &parts.method, &parts.headers)
            .await
            .ok()
            .map(|caller| format!("{}/{}", caller.workspace, caller.name()))
    }

    async fn claim(&self, caller: &str, key: &str, request: [u8; 32]) -> Result<Claim, Problem> {
        self.take(caller, key, request).await.map_err(|error| store_problem(&error))
    }

    async fn keep(&self, caller: &str, key: &str, answer: Answer) -> Result<(), Problem> {
        let row = [
            caller.into(),
            key.into(),
            i64::from(answer.status).into(),
            Value::Text(answer.content_type),
            answer.body.into(),
        ];
        let kept = self.db.write(vec![Write::one(&sql::IDEMPOTENCY_KEEP, row)]).await;
        kept.map(|_| ()).map_err(|error| store_problem(&error))
    }

    async fn release(&self, caller: &str, key: &str) -> Result<(), Problem> {
        let released = self.db.write(vec![Write::one(&sql::IDEMPOTENCY_RELEASE, [caller.into(), key.into()])]).await;
        released.map(|_| ()).map_err(|error| store_problem(&error))
    }
}

impl DeskState {
    async fn take(&self, caller: &str, key: &str, request: [u8; 32]) -> Result<Claim, StoreError> {
        let now = self.clock.now();
        let values = [caller.into(), key.into(), Value::Blob(request.to_vec()), now.into()];
        let [a, b, c, d] = values.clone();
        let writes = vec![
            Write::one(&sql::IDEMPOTENCY_EXPIRED, [now.plus(-KEPT).into()]),
            Write::one(&sql::IDEMPOTENCY_TAKE_OVER, [a, b, c, d, now.plus(-UNDER_WAY).into()]),
            Write::one(&sql::IDEMPOTENCY_CLAIM, values),
        ];
        let touched = self.db.write(writes).await?;
        if touched[1] + touched[2] > 0 {
            return Ok(Claim::Ours);
        }
        let rows = self.db.query(&sql::IDEMPOTENCY_FIND, &[caller.into(), key.into()]).await?;
        // Released just now: the caller asks again.
        let Some(row) = rows.first() else {
            return Ok(Claim::Busy);
        };
        if row.blob("request") != request {
            return Ok(Claim::Other);
        }
        let Some(status) = row.opt_int("status") else {
            return Ok(Claim::Busy);
        };
        Ok(Claim::Done(Answer {
            status: u16::try_from(status).unwrap_or(200),
            content_type: row.opt_text("content_type").unwrap_or_default().to_owned(),
            body: row.opt_blob("body").map(<[u8]>::to_vec),
        }))
    }
}
