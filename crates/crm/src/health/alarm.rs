//! What somebody should look at before anybody misses it: sources that fell silent, shops whose API is not read any more.

use super::{
    api::{Hours, by_hour},
    rhythm::{HOURS, silence},
    sql,
};
use crate::{
    connections::sql::CONNECTIONS_TROUBLED,
    desk::{self, Source},
};
use base::{DAY, HOUR, Time};
use runtime::pulse::TAKEN;
use serde::Serialize;
use std::collections::BTreeMap;
use store::{Db, Row, StoreError, Value};

/// Sources of a workspace that are looked at.
const SOURCES_MAX: i64 = 200;

/// What is wrong with a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// For longer than it usually is.
    Silent,
    /// Its shop's API is not read any more until a person has put something right.
    Stopped,
    /// The shop took our app away.
    Uninstalled,
}

/// One source that somebody should look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Alarm {
    pub source: i64,
    pub name: String,
    pub trouble: Trouble,
    /// Of a silence: whole hours since the last event.
    pub hours: Option<i64>,
    /// Of a silence: the longest of the 14 days before it.
    pub usual_hours: Option<i64>,
    /// Why it stopped, in the server's words.
    pub reason: Option<String>,
}

/// Everything in a workspace that somebody should look at, the sources in their order.
pub async fn alarms(db: &Db, workspace: i64, now: Time) -> Result<Vec<Alarm>, StoreError> {
    let hour = now.0.div_euclid(HOUR);
    let from = (hour - HOURS).div_euclid(DAY / HOUR);
    let counted = db.query(&sql::PULSE, &[workspace.into(), Value::Static(TAKEN), from.into()]).await?;
    let counted = by_hour(&counted);
    // Nothing came for two weeks: there is no rhythm to be out of.
    let sources =
        if counted.is_empty() { Vec::new() } else { desk::list_sources(db, workspace, 0, SOURCES_MAX).await? };
    let troubled = db.query(&CONNECTIONS_TROUBLED, &[workspace.into()]).await?;
    Ok(all(&sources, &counted, &troubled, hour))
}

fn all(sources: &[Source], counted: &BTreeMap<i64, Hours>, troubled: &[Row], hour: i64) -> Vec<Alarm> {
    let silent = sources.iter().filter_map(|source| {
        let silence = silence(&counted.get(&source.id)?.counts, hour).filter(|silence| silence.is_alarm)?;
        Some(Alarm {
            source: source.id,
            name: source.name.clone(),
            trouble: Trouble::Silent,
            hours: Some(silence.hours),
            usual_hours: silence.usual_hours,
            reason: None,
        })
    });
    let stopped = troubled.iter().map(|row| {
        let is_gone = row.text("state") == "uninstalled";
        Alarm {
            source: row.int("source"),
            name: row.text("name").to_owned(),
            trouble: if is_gone { Trouble::Uninstalled } else { Trouble::Stopped },
            hours: None,
            usual_hours: None,
            reason: row.opt_text("error").filter(|_| !is_gone).map(str::to_owned),
        }
    });
    let mut alarms: Vec<Alarm> = silent.chain(stopped).collect();
    alarms.sort_by_key(|alarm| alarm.source);
    alarms
}
