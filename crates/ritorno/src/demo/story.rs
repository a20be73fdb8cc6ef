//! How a demonstration begins, what the shop's people do in the course of it, and how it is played to its end.

use super::{
    Demo,
    catalogue::{DOMAIN, SHOP},
    plan::{Plan, STAGES},
    play::Player,
    season::ZONE,
    shelf, sql,
    words::AGENTS,
};
use crate::{
    flow_files,
    operations::{Office, Operation},
    serve::Server,
};
use base::{Currency, DAY, HOUR, Id, SystemRng, Time, token};
use bytes::Bytes;
use crm::{
    carts::{PIPELINE, PipelineSaid, STAGE_ABANDONED, STAGE_WON, StageKind, StageSaid},
    catalogue::{self, Import},
    desk::{Actor, Agent, NewPerson, Role, create_person, list_workspaces},
};
use engage::{
    commands::{self, ImportFlow, ReadNotice},
    delivery::Courier,
};
use serde_json::{Value as Json, json};
use std::{path::Path, sync::Arc};
use tokio::sync::watch;

/// The owner as whom anybody on this machine may look around.
pub const OWNER: &str = "demo@passolento.example";

/// A flow tried in the last days, with a mistake that a person has to find.
const TRIED: &str = include_str!("flows/mountain-hut-orders.bpmn");

/// What the shop's people change while the history runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    /// Three letters to everybody: how they began.
    ThreeSteps,
    /// One personal letter, or a call: what they found works better.
    TwoBranches,
    Trial,
    /// The shop's catalogue is read.
    Shelf,
    /// Agents read what waits for them.
    ReadNotices,
}

/// What changes when.
fn changes(start: Time, end: Time) -> Vec<(Time, Change)> {
    let span = end - start;
    let mut changes = vec![
        (start, Change::ThreeSteps),
        (start.plus(span / 5 * 2), Change::TwoBranches),
        (end.plus(-(9 * DAY).min(span / 3)), Change::Trial),
    ];
    let mut at = start.plus(4 * DAY);
    while at < end {
        changes.push((at, Change::ReadNotices));
        at = at.plus(4 * DAY);
    }
    changes.push((end.plus(-HOUR), Change::ReadNotices));
    // Weekly at last, so that the curves of the recent past are fine.
    let mut at = start;
    while at < end {
        changes.push((at, Change::Shelf));
        at = at.plus(if end - at > 90 * DAY { 30 * DAY } else { 7 * DAY });
    }
    changes.push((end.plus(-HOUR), Change::Shelf));
    changes.sort_by_key(|(at, _)| *at);
    changes
}

/// Plays what was not played yet; the demonstration is ready then, or told to stop.
pub async fn tell(
    demo: &Arc<Demo>,
    server: &Arc<Server>,
    courier: &Arc<Courier>,
    stop: &watch::Receiver<bool>,
) -> Result<(), String> {
    let scene = Scene { office: Office::new(server.clone()), server: server.clone(), courier: courier.clone() };
    let record = demo.record().clone();
    if record.is_ready {
        // A demonstration that slept over night has no past to be careful with.
        return scene.office.carry_out(Operation::HoldRelease).await.map(drop);
    }
    scene.wait_for_loop().await?;
    if record.key.is_none() {
        let key = scene.begin().await?;
        demo.remember(|record| record.key = Some(key))?;
    }
    let wish = record.wish;
    tracing::info!(customers = wish.customers, from = %wish.start, "demo: making a history");
    let plan = tokio::task::spawn_blocking(move || Plan::make(wish)).await.map_err(|e| e.to_string())?;
    let mut changes = changes(wish.start, wish.end).into_iter().peekable();
    let began = demo.clock.inner().now();
    let mut player = Player::new(demo.clone(), server.clone(), courier.clone(), plan)?;
    if let Some(played_to) = record.played_to {
        while changes.next_if(|(at, _)| *at <= played_to).is_some() {}
    }
    let mut told = 0;
    loop {
        while let Some((_, change)) = changes.next_if(|(at, _)| *at <= player.now()) {
            scene.change(change, player.now()).await?;
        }
        if player.is_over() {
            break;
        }
        if *stop.borrow() {
            return player.save();
        }
        player.step(changes.peek().map(|(at, _)| *at)).await?;
        let percent = (demo.progress().0 * 10.0) as i64;
        if percent > told {
            told = percent;
            tracing::info!(percent = told * 10, up_to = %player.now(), "demo: playing the history");
        }
    }
    demo.clock.run();
    demo.remember(|record| {
        (record.is_ready, record.played_to, record.ahead) = (true, Some(wish.end), demo.clock.ahead());
        record.waiting.clear();
    })?;
    scene.office.carry_out(Operation::HoldRelease).await?;
    let seconds = (demo.clock.inner().now() - began) as f64 / 1e6;
    tracing::info!(
        events = player.posted(),
        seconds = (seconds * 10.0).round() / 10.0,
        url = format!("{}/demo", server.public_url),
        "demo: ready"
    );
    Ok(())
}

/// The shop's people at work.
struct Scene {
    office: Office,
    server: Arc<Server>,
    courier: Arc<Courier>,
}

impl Scene {
    async fn wait_for_loop(&self) -> Result<(), String> {
        for _ in 0..600 {
            if self.courier.handle.status().is_running() && !self.courier.handle.shared().is_empty() {
                return Ok(());
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        Err("the loop does not run".to_owned())
    }

    async fn command(&self, name: &'static str, data: &impl serde::Serialize) -> Result<Json, String> {
        let event = commands::new(name, data, self.server.clock.now());
        self.courier.handle.command(event).await.map_err(|e| e.to_string())
    }

    /// An empty workspace becomes the shop; returns the key of its pages.
    async fn begin(&self) -> Result<String, String> {
        let workspace = list_workspaces(&self.server.db).await.map_err(|e| e.to_string())?;
        let workspace = workspace.first().map(|w| w.id).ok_or("there is no workspace")?;
        if self.courier.handle.status().position() > 1_000 {
            return Err("this database holds a shop's events: a demonstration needs an empty one".to_owned());
        }
        crm::desk::rename_workspace(&self.server.db, workspace, SHOP).await.map_err(|e| e.to_string())?;
        let mut agents = Vec::new();
        for (name, local) in AGENTS {
            let email = format!("{local}@{DOMAIN}");
            // Begun before and interrupted: the agent is there.
            let known = self.shared_agent(&email);
            let id = known.unwrap_or(Id::ZERO);
            let said = self.command("agent.put", &Agent { id, name: name.to_owned(), email, is_active: true }).await?;
            agents.push(serde_json::from_value::<Agent>(said).map_err(|e| e.to_string())?);
        }
        let shop_url = format!("{}/demo", self.server.public_url.trim_end_matches('/'));
        let settings = json!({
            "name": SHOP,
            "currency": "EUR",
            "language": "it",
            "time_zone": ZONE,
            "shop_url": shop_url,
            "cart_url": format!("{shop_url}/cart?cart={{cart_id}}&lines={{lines}}"),
            "sender_name": SHOP,
            "sender_address": format!("ciao@{DOMAIN}"),
            "expire_days": 30,
            "default_agent": agents[0].id,
        });
        self.command("settings.change", &settings).await?;
        self.lay_out_board().await?;
        self.let_in(workspace, &agents).await?;
        let kind = "write".to_owned();
        let name = "Negozio (pagine)".to_owned();
        let made = self.office.carry_out(Operation::KeyCreate { kind, name, scopes: Vec::new() }).await?;
        made["key"].as_str().map(str::to_owned).ok_or_else(|| "the key has no text".to_owned())
    }

    /// The stages that the shop's agents speak of, between those that come by themselves.
    async fn lay_out_board(&self) -> Result<(), String> {
        let shared = self.shared();
        let known = shared.pipelines.find(PIPELINE).ok_or("there is no pipeline for abandoned carts")?;
        if known.stages.len() > 2 {
            return Ok(());
        }
        let stage =
            |id: Option<&str>, name: &str, kind| StageSaid { id: id.map(str::to_owned), name: name.to_owned(), kind };
        let [offer, lost] = STAGES;
        let stages = vec![
            stage(Some(STAGE_ABANDONED), STAGE_ABANDONED, StageKind::Open),
            stage(None, offer, StageKind::Open),
            stage(Some(STAGE_WON), STAGE_WON, StageKind::Won),
            stage(None, lost, StageKind::Lost),
        ];
        let said =
            PipelineSaid { id: Some(PIPELINE.to_owned()), revision: known.revision, name: known.name.clone(), stages };
        self.command("pipeline.put", &said).await.map(drop)
    }

    fn shared(&self) -> engage::shared::Shared {
        runtime::applier::decode(&self.courier.handle.shared())
    }

    fn shared_agent(&self, email: &str) -> Option<Id> {
        let shared = self.shared();
        shared.agents.iter().find(|agent| agent.email == email).map(|agent| agent.id)
    }

    /// The people who may sign in: the owner by one click, the others by nobody, for nobody knows their passwords.
    async fn let_in(&self, workspace: i64, agents: &[Agent]) -> Result<(), String> {
        let actor = Actor::command_line(workspace);
        let password = token(&SystemRng, 40);
        let owner = NewPerson {
            email: OWNER,
            name: "Livia Passoni",
            role: Role::Owner,
            agent: None,
            password: Some(&password),
        };
        create_person(&self.server.desk, &actor, owner).await.map_err(|e| e.to_string())?;
        for agent in &agents[..2] {
            let new = NewPerson {
                email: &agent.email,
                name: &agent.name,
                role: Role::Agent,
                agent: Some(agent.id),
                password: None,
            };
            create_person(&self.server.desk, &actor, new).await.map_err(|e| e.to_string())?;
        }
        Ok(())
    }

    async fn change(&self, change: Change, now: Time) -> Result<(), String> {
        match change {
            Change::ThreeSteps => {
                let flow = self.import(flow_files::read(Path::new("three-step-recovery"))?).await?;
                // The letters begin when a cart counts as left behind: after a day, as with the flow that follows.
                let parameters = json!({ "step1_hours": "24", "step2_hours": "48", "step3_hours": "96" });
                self.command("flow.enable", &json!({ "flow": flow, "parameters": parameters })).await?;
            }
            Change::TwoBranches => {
                let flow = self.import(flow_files::read(Path::new("two-branch-follow-up"))?).await?;
                self.command("flow.disable", &json!({ "flow": "three_step_recovery" })).await?;
                self.command("flow.enable", &json!({ "flow": flow })).await?;
            }
            Change::Trial => {
                let import = ImportFlow {
                    xml: TRIED.to_owned(),
                    templates: Default::default(),
                    parameters: Default::default(),
                    decisions: Default::default(),
                };
                let flow = self.import(import).await?;
                self.command("flow.enable", &json!({ "flow": flow })).await?;
            }
            Change::Shelf => self.read_shelf(now).await?,
            Change::ReadNotices => self.read_notices(now.plus(-30 * HOUR)).await?,
        }
        Ok(())
    }

    /// Takes in the shop's catalogue as it is now.
    async fn read_shelf(&self, now: Time) -> Result<(), String> {
        let shop_url = format!("{}/demo", self.server.public_url.trim_end_matches('/'));
        let import = Import {
            desk: self.server.desk.clone(),
            handle: self.courier.handle.clone(),
            actor: Actor::command_line(self.courier.handle.partition()),
            source: shelf::SOURCE.to_owned(),
            format: None,
            file: shelf::FILE.to_owned(),
            currency: Currency::EUR,
        };
        let body = Bytes::from(shelf::feed(&shop_url, now).to_string());
        let body = futures_util::stream::iter([Ok::<_, std::convert::Infallible>(body)]);
        let answer = catalogue::import(import, body).await.map_err(|e| e.to_string())?;
        answer.error.map_or(Ok(()), Err)
    }

    async fn import(&self, import: ImportFlow) -> Result<Json, String> {
        let imported = self.command("flow.import", &import).await?;
        Ok(imported["flow"].clone())
    }

    async fn read_notices(&self, before: Time) -> Result<(), String> {
        let params = [self.courier.handle.partition().into(), before.into()];
        let rows = self.server.db.query(&sql::NOTICES_UNREAD, &params).await.map_err(|e| e.to_string())?;
        for row in rows {
            self.command("notice.read", &ReadNotice { notice: row.id("id") }).await?;
        }
        Ok(())
    }
}
