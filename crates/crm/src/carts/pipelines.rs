//! Pipelines: the stages that deals go through, as the workspace defines them. Deals hold ids, which never change; what people
//! read are names, which may. A stage that an event says and no pipeline knows is kept as it was said.

use super::model::{PIPELINE, STAGE_ABANDONED, STAGE_WON};
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// Pipelines of a workspace, at most.
pub const PIPELINES_MAX: usize = 20;
/// Stages of a pipeline, at most.
pub const STAGES_MAX: usize = 30;
/// Characters of a name, at most.
const NAME_CHARS_MAX: usize = 60;

/// What being in a stage means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Encode, Decode, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
pub enum StageKind {
    #[default]
    #[n(0)]
    Open,
    /// The deal is won. Each pipeline has one such stage, and an order puts the deal there by itself.
    #[n(1)]
    Won,
    #[n(2)]
    Lost,
}

/// A stage of a pipeline.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Stage {
    /// What deals hold and events say; the name it was made with. That of the won stage is always `Confirmed`.
    #[n(0)]
    pub id: String,
    #[n(1)]
    pub name: String,
    #[n(2)]
    pub kind: StageKind,
}

/// A pipeline with its stages in order.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Pipeline {
    /// What deals hold and events say; the name it was made with.
    #[n(0)]
    pub id: String,
    #[n(1)]
    pub name: String,
    #[n(2)]
    pub stages: Vec<Stage>,
    /// Grows with each change: whoever changes it says which one they saw.
    #[n(3)]
    pub revision: u32,
}

/// A stage as somebody wants it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StageSaid {
    /// The stage that it is; `null`: a new one.
    #[serde(default)]
    pub id: Option<String>,
    /// 1 to 60 characters.
    pub name: String,
    #[serde(default)]
    pub kind: StageKind,
}

/// A pipeline as somebody wants it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PipelineSaid {
    /// The pipeline to change; `None`: a new one.
    pub id: Option<String>,
    /// The one that was seen.
    pub revision: u32,
    pub name: String,
    pub stages: Vec<StageSaid>,
}

/// Why a pipeline is not changed, in words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PipelineError {
    #[error("there is no pipeline {0:?}")]
    NotFound(String),
    #[error("{0}")]
    Wrong(String),
    #[error("somebody else has changed the pipeline {0:?} meanwhile: look at it again")]
    Stale(String),
}

/// The workspace's pipelines; the one that abandoned carts are in is always there, and first.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Pipelines(#[n(0)] Vec<Pipeline>);

impl Default for Pipelines {
    fn default() -> Pipelines {
        let stage = |id: &str, kind| Stage { id: id.to_owned(), name: id.to_owned(), kind };
        Pipelines(vec![Pipeline {
            id: PIPELINE.to_owned(),
            name: PIPELINE.to_owned(),
            stages: vec![stage(STAGE_ABANDONED, StageKind::Open), stage(STAGE_WON, StageKind::Won)],
            revision: 1,
        }])
    }
}

impl Pipeline {
    pub fn stage(&self, id: &str) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.id == id)
    }

    /// The stage's name; the id itself where the pipeline does not know it.
    pub fn stage_name<'a>(&'a self, id: &'a str) -> &'a str {
        self.stage(id).map_or(id, |stage| &stage.name)
    }

    /// The stage that a word means: by its name, else by its id, else the word itself.
    fn resolve<'a>(&'a self, word: &'a str) -> &'a str {
        let mut stages = self.stages.iter();
        let named = stages.find(|stage| is_same(&stage.name, word));
        let found = named.or_else(|| self.stages.iter().find(|stage| is_same(&stage.id, word)));
        found.map_or(word, |stage| &stage.id)
    }

    /// Ids of the stages in which no deal may be for the change to be made: those that go, and where another stage becomes the
    /// won one, the one that was.
    pub fn emptied_by(&self, stages: &[StageSaid]) -> Vec<String> {
        let is_gone = |stage: &&Stage| !stages.iter().any(|said| said.id.as_ref() == Some(&stage.id));
        let mut emptied: Vec<String> = self.stages.iter().filter(is_gone).map(|stage| stage.id.clone()).collect();
        let won = stages.iter().find(|said| said.kind == StageKind::Won).and_then(|said| said.id.clone());
        if won.as_deref() != Some(STAGE_WON) {
            emptied.extend(won);
            emptied.push(STAGE_WON.to_owned());
        }
        emptied.sort_unstable();
        emptied.dedup();
        emptied
    }
}

impl Pipelines {
    pub fn all(&self) -> &[Pipeline] {
        &self.0
    }

    pub fn find(&self, id: &str) -> Option<&Pipeline> {
        self.0.iter().find(|pipeline| pipeline.id == id)
    }

    /// The pipeline that a word means: by its name, else by its id; without a word the one that abandoned carts are in.
    pub fn named(&self, word: Option<&str>) -> Option<&Pipeline> {
        let word = word.unwrap_or(PIPELINE);
        let mut all = self.0.iter();
        all.find(|pipeline| is_same(&pipeline.name, word)).or_else(|| {
            let by_id = |pipeline: &&Pipeline| is_same(&pipeline.id, word);
            self.0.iter().find(by_id)
        })
    }

    /// The ids that words on a pipeline and a stage mean; `None`: there is no such pipeline.
    pub fn resolve<'a>(&'a self, pipeline: Option<&str>, stage: &'a str) -> Option<(&'a str, &'a str)> {
        // Without a word it is the built-in one, whatever another one is called.
        let pipeline = match pipeline {
            Some(_) => self.named(pipeline)?,
            None => self.find(PIPELINE)?,
        };
        Some((&pipeline.id, pipeline.resolve(stage)))
    }

    /// Makes or changes a pipeline; answers it as it is now. That no deal is in a stage that goes is the caller's to see.
    ///
    /// # Errors
    /// In words, where it would not be a pipeline.
    pub fn put(&mut self, said: &PipelineSaid) -> Result<Pipeline, PipelineError> {
        let name = name_of("the pipeline", &said.name)?;
        if self.0.iter().any(|other| Some(&other.id) != said.id.as_ref() && is_same(&other.name, &name)) {
            return Err(PipelineError::Wrong(format!("there is a pipeline {name:?} already")));
        }
        let known = match &said.id {
            None => None,
            Some(id) => {
                let i = self.0.iter().position(|pipeline| pipeline.id == *id);
                Some(i.ok_or_else(|| PipelineError::NotFound(id.clone()))?)
            }
        };
        if let Some(old) = known.map(|i| &self.0[i]).filter(|old| old.revision != said.revision) {
            return Err(PipelineError::Stale(old.name.clone()));
        }
        if known.is_none() && self.0.len() >= PIPELINES_MAX {
            return Err(PipelineError::Wrong(format!("a workspace has at most {PIPELINES_MAX} pipelines")));
        }
        let stages = stages_of(known.map(|i| &self.0[i]), &said.stages)?;
        let id = match known {
            Some(i) => self.0[i].id.clone(),
            None => unused(&name, |id| self.0.iter().any(|other| is_same(&other.id, id))),
        };
        let pipeline = Pipeline { id, name, stages, revision: known.map_or(1, |i| self.0[i].revision + 1) };
        match known {
            Some(i) => self.0[i] = pipeline.clone(),
            None => self.0.push(pipeline.clone()),
        }
        Ok(pipeline)
    }

    /// Takes a pipeline away; answers it as it was. That it has no deals is the caller's to see.
    ///
    /// # Errors
    /// Where there is none, or it is the one that abandoned carts need.
    pub fn remove(&mut self, id: &str) -> Result<Pipeline, PipelineError> {
        let i = self.0.iter().position(|pipeline| pipeline.id == id);
        let i = i.ok_or_else(|| PipelineError::NotFound(id.to_owned()))?;
        if id == PIPELINE {
            let name = &self.0[i].name;
            return Err(PipelineError::Wrong(format!("abandoned carts begin in the pipeline {name:?}: it stays")));
        }
        Ok(self.0.remove(i))
    }
}

/// The stages as they will be, each with its id.
fn stages_of(old: Option<&Pipeline>, said: &[StageSaid]) -> Result<Vec<Stage>, PipelineError> {
    let wrong = |text: String| Err(PipelineError::Wrong(text));
    if said.len() > STAGES_MAX {
        return wrong(format!("a pipeline has at most {STAGES_MAX} stages"));
    }
    if said.iter().filter(|stage| stage.kind == StageKind::Won).count() != 1 {
        return wrong("a pipeline has exactly one stage that is won".to_owned());
    }
    if !said.iter().any(|stage| stage.kind == StageKind::Open) {
        return wrong("a pipeline has at least one stage that is open".to_owned());
    }
    let known = |id: &str| old.is_some_and(|old| old.stage(id).is_some());
    let mut stages: Vec<Stage> = Vec::with_capacity(said.len());
    for stage in said {
        let name = name_of("a stage", &stage.name)?;
        if stages.iter().any(|other| is_same(&other.name, &name)) {
            return wrong(format!("two stages are called {name:?}"));
        }
        if let Some(id) = stage.id.as_deref().filter(|id| !known(id)) {
            return wrong(format!("the pipeline has no stage {id:?}"));
        }
        let is_used = |id: &str| is_same(id, STAGE_WON) || known(id) || stages.iter().any(|other| other.id == id);
        let id = match &stage.id {
            _ if stage.kind == StageKind::Won => STAGE_WON.to_owned(),
            Some(id) if *id != *STAGE_WON => id.clone(),
            _ => unused(&name, is_used),
        };
        if stages.iter().any(|other| other.id == id) {
            return wrong(format!("the stage {name:?} is there twice"));
        }
        stages.push(Stage { id, name, kind: stage.kind });
    }
    let begins = stages.iter().find(|stage| stage.id == STAGE_ABANDONED);
    if let Some(old) = old.filter(|old| old.id == PIPELINE && begins.is_none_or(|stage| stage.kind != StageKind::Open))
    {
        return wrong(format!(
            "abandoned carts begin in the stage {:?}: it stays, and open",
            old.stage_name(STAGE_ABANDONED)
        ));
    }
    Ok(stages)
}

fn name_of(what: &str, name: &str) -> Result<String, PipelineError> {
    let name = name.trim();
    let chars = name.chars().count();
    if !(1..=NAME_CHARS_MAX).contains(&chars) || name.chars().any(char::is_control) {
        return Err(PipelineError::Wrong(format!("{what} has a name of 1 to {NAME_CHARS_MAX} visible characters")));
    }
    Ok(name.to_owned())
}

/// The name as an id, with a number behind it where that is taken.
fn unused(name: &str, is_used: impl Fn(&str) -> bool) -> String {
    let mut id = name.to_owned();
    let mut n = 1;
    while is_used(&id) {
        n += 1;
        id = format!("{name} {n}");
    }
    id
}

fn is_same(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}
