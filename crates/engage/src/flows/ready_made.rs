//! The flows that come with Ritorno, in Italian and in English: the same diagram, other words.

use crate::api::ApiState;
use axum::{Json, extract::State};
use bpmn::Definition;
use crm::desk::{Area, Caller};
use http_kit::{Page, Problem, Refused};
use serde::Serialize;

/// A flow inside the binary.
#[derive(Debug, Clone, Copy)]
pub struct ReadyMade {
    /// Its file's name without `.bpmn` and language.
    pub stem: &'static str,
    /// The texts, by language.
    texts: [(&'static str, &'static str); 2],
}

/// All of them, the one to begin with first.
pub const READY_MADE: [ReadyMade; 2] = [
    ReadyMade {
        stem: "two-branch-follow-up",
        texts: [
            ("it", include_str!("../../../../flows/two-branch-follow-up.bpmn")),
            ("en", include_str!("../../../../flows/two-branch-follow-up.en.bpmn")),
        ],
    },
    ReadyMade {
        stem: "three-step-recovery",
        texts: [
            ("it", include_str!("../../../../flows/three-step-recovery.bpmn")),
            ("en", include_str!("../../../../flows/three-step-recovery.en.bpmn")),
        ],
    },
];

impl ReadyMade {
    /// By its stem, its process id, or one of them with a language: `two-branch-follow-up`, `three_step_recovery.en`. The
    /// second is the BPMN text; in Italian where no language is named.
    pub fn find(name: &str) -> Option<&'static str> {
        let name = name.strip_suffix(".bpmn").unwrap_or(name).replace('_', "-");
        let (stem, language) = name.rsplit_once('.').unwrap_or((&name, "it"));
        let flow = READY_MADE.iter().find(|flow| flow.stem == stem)?;
        flow.texts.iter().find(|(of, _)| *of == language).map(|(_, xml)| *xml)
    }

    /// In that language of a customer or workspace (`en-GB` is `en`); in Italian where there is none.
    fn text(&self, language: &str) -> &'static str {
        let wanted = self.texts.iter().find(|(of, _)| language.split('-').next() == Some(*of));
        wanted.unwrap_or(&self.texts[0]).1
    }
}

/// A ready-made flow, in the workspace's language. `POST /flows` with its `xml` takes it in.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub(super) struct ReadyMadeFlow {
    /// The process id: the flow's id once it is taken in.
    id: String,
    name: String,
    /// What it does, in a few sentences.
    about: String,
    /// The BPMN file.
    xml: String,
    is_taken_in: bool,
}

/// The flows that come with Ritorno, the one to begin with first.
#[utoipa::path(get, path = "/ready_made_flows", tag = "flows",
    security(("key" = ["flows:read"])), responses((status = 200, body = Page<ReadyMadeFlow>), Refused))]
pub(super) async fn list_ready_made(
    State(state): State<ApiState>,
    caller: Caller,
) -> Result<Json<Page<ReadyMadeFlow>>, Problem> {
    caller.read(Area::Flows)?;
    let shared = state.shared(&caller);
    let items = READY_MADE.iter().map(|flow| {
        let xml = flow.text(&shared.settings.language);
        let definition = Definition::compile(xml).expect("a test compiles each");
        let id = definition.process_id().to_owned();
        ReadyMadeFlow {
            name: definition.name().to_owned(),
            about: about(xml).to_owned(),
            is_taken_in: shared.flows.iter().any(|known| *known.id == *id),
            id,
            xml: xml.to_owned(),
        }
    });
    Ok(Json(Page { items: items.collect(), next: None }))
}

/// What the process says of itself. The files are ours, plain and without entities in it.
fn about(xml: &str) -> &str {
    let text = xml.split_once("<bpmn:documentation>").and_then(|(_, rest)| rest.split_once("</bpmn:documentation>"));
    text.map_or("", |(text, _)| text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text without what a person reads.
    fn bones(xml: &str) -> String {
        let words = about(xml);
        let xml = xml.replace(words, "");
        let mut parts = xml.split(" name=\"");
        let mut bones = parts.next().unwrap_or_default().to_owned();
        bones.extend(parts.filter_map(|part| part.split_once('"')).map(|(_, rest)| rest));
        bones
    }

    #[test]
    fn both_languages_are_one_flow() {
        for flow in READY_MADE {
            for (language, xml) in flow.texts {
                let definition = Definition::compile(xml).unwrap_or_else(|e| panic!("{} {language}: {e:?}", flow.stem));
                assert_eq!(definition.process_id().replace('_', "-"), flow.stem);
                assert!(about(xml).len() > 50, "{} {language} does not say what it does", flow.stem);
                assert_eq!(bones(xml), bones(flow.texts[0].1), "{} {language}", flow.stem);
            }
        }
    }

    #[test]
    fn they_are_found_by_file_stem_or_id() {
        for name in
            ["two-branch-follow-up", "two_branch_follow_up", "two-branch-follow-up.bpmn", "two-branch-follow-up.it"]
        {
            assert_eq!(ReadyMade::find(name), Some(READY_MADE[0].texts[0].1), "{name}");
        }
        assert_eq!(ReadyMade::find("two-branch-follow-up.en.bpmn"), Some(READY_MADE[0].texts[1].1));
        assert_eq!(ReadyMade::find("two-branch-follow-up.de"), None);
        assert_eq!(ReadyMade::find("nothing"), None);
    }
}
