//! The flows that come with Ritorno, in Italian and in English: the same diagram, other words.

use crate::api::ApiState;
use axum::{Json, extract::State};
use bpmn::Definition;
use crm::desk::{Area, Caller};
use http_kit::{Page, Problem, Refused};
use serde::Serialize;
use std::collections::BTreeMap;

/// A flow inside the binary.
#[derive(Debug, Clone, Copy)]
pub struct ReadyMade {
    /// Its file's name without `.bpmn` and language.
    pub stem: &'static str,
    /// The texts, by language.
    texts: [(&'static str, &'static str); 2],
    /// The decision model of its business rule tasks in the same languages, with its name.
    decisions: Option<(&'static str, [&'static str; 2])>,
}

/// The files of a ready-made flow in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadyMadeFiles {
    pub xml: &'static str,
    /// Decision models: each name with its file.
    pub decisions: BTreeMap<String, String>,
}

/// All of them, the one to begin with first.
pub const READY_MADE: [ReadyMade; 5] = [
    ReadyMade {
        stem: "two-branch-follow-up",
        texts: [
            ("it", include_str!("../../../../flows/two-branch-follow-up.bpmn")),
            ("en", include_str!("../../../../flows/two-branch-follow-up.en.bpmn")),
        ],
        decisions: None,
    },
    ReadyMade {
        stem: "three-step-recovery",
        texts: [
            ("it", include_str!("../../../../flows/three-step-recovery.bpmn")),
            ("en", include_str!("../../../../flows/three-step-recovery.en.bpmn")),
        ],
        decisions: None,
    },
    ReadyMade {
        stem: "three-step-recovery-coupon",
        texts: [
            ("it", include_str!("../../../../flows/three-step-recovery-coupon.bpmn")),
            ("en", include_str!("../../../../flows/three-step-recovery-coupon.en.bpmn")),
        ],
        decisions: None,
    },
    ReadyMade {
        stem: "discount-by-customer",
        texts: [
            ("it", include_str!("../../../../flows/discount-by-customer.bpmn")),
            ("en", include_str!("../../../../flows/discount-by-customer.en.bpmn")),
        ],
        decisions: Some((
            "discounts",
            [
                include_str!("../../../../flows/discount-by-customer.dmn"),
                include_str!("../../../../flows/discount-by-customer.en.dmn"),
            ],
        )),
    },
    ReadyMade {
        stem: "hand-over",
        texts: [
            ("it", include_str!("../../../../flows/hand-over.bpmn")),
            ("en", include_str!("../../../../flows/hand-over.en.bpmn")),
        ],
        decisions: None,
    },
];

impl ReadyMade {
    /// By its stem, its process id, or one of them with a language: `two-branch-follow-up`, `three_step_recovery.en`. In
    /// Italian where no language is named.
    pub fn find(name: &str) -> Option<ReadyMadeFiles> {
        let name = name.strip_suffix(".bpmn").unwrap_or(name).replace('_', "-");
        let (stem, language) = name.rsplit_once('.').unwrap_or((&name, "it"));
        let flow = READY_MADE.iter().find(|flow| flow.stem == stem)?;
        flow.texts.iter().position(|(of, _)| *of == language).map(|place| flow.files(place))
    }

    fn files(&self, place: usize) -> ReadyMadeFiles {
        let decisions = self.decisions.iter().map(|(name, files)| ((*name).to_owned(), files[place].to_owned()));
        ReadyMadeFiles { xml: self.texts[place].1, decisions: decisions.collect() }
    }

    /// In that language of a customer or workspace (`en-GB` is `en`); in Italian where there is none.
    fn text(&self, language: &str) -> ReadyMadeFiles {
        let wanted = self.texts.iter().position(|(of, _)| language.split('-').next() == Some(*of));
        self.files(wanted.unwrap_or(0))
    }
}

/// A ready-made flow, in the workspace's language. `POST /flows` with its `xml` and `decisions` takes it in.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub(super) struct ReadyMadeFlow {
    /// The process id: the flow's id once it is taken in.
    id: String,
    name: String,
    /// What it does, in a few sentences.
    about: String,
    /// The BPMN file.
    xml: String,
    /// Its decision models: each name with its DMN file.
    decisions: BTreeMap<String, String>,
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
        let ReadyMadeFiles { xml, decisions } = flow.text(&shared.settings.language);
        let definition = Definition::compile(xml).expect("a test compiles each");
        let id = definition.process_id().to_owned();
        ReadyMadeFlow {
            name: definition.name().to_owned(),
            about: about(xml).to_owned(),
            is_taken_in: shared.flows.iter().any(|known| *known.id == *id),
            id,
            xml: xml.to_owned(),
            decisions,
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

    /// The text without what stands between the two, wherever they are.
    fn without(text: &str, from: &str, to: &str) -> String {
        let mut parts = text.split(from);
        let mut left = parts.next().unwrap_or_default().to_owned();
        left.extend(parts.filter_map(|part| part.split_once(to)).map(|(_, rest)| rest));
        left
    }

    /// The text without what a person reads: names, documentation, and what is asked for and answered.
    fn bones(xml: &str) -> String {
        let mut bones = xml.to_owned();
        for (from, to) in
            [(" name=\"", "\""), (":fields=\"", "\""), ("<bpmn:documentation>", "<"), ("=outcome = \"", "\"")]
        {
            bones = without(&bones, from, to);
        }
        bones
    }

    #[test]
    fn both_languages_decide_alike() {
        for flow in READY_MADE {
            let Some((name, files)) = flow.decisions else { continue };
            let bones = files.map(|file| {
                let model = feel::dmn::Model::read(file).unwrap_or_else(|e| panic!("{name}: {e}"));
                assert_eq!(model.problems(), [], "{name}");
                let labels = without(&without(file, " name=\"", "\""), "label=\"", "\"");
                without(&labels, "<text>\"", "<")
            });
            assert_eq!(bones[0], bones[1], "{name}");
        }
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
        let found = |name: &str| ReadyMade::find(name).map(|files| files.xml);
        for name in
            ["two-branch-follow-up", "two_branch_follow_up", "two-branch-follow-up.bpmn", "two-branch-follow-up.it"]
        {
            assert_eq!(found(name), Some(READY_MADE[0].texts[0].1), "{name}");
        }
        assert_eq!(found("two-branch-follow-up.en.bpmn"), Some(READY_MADE[0].texts[1].1));
        assert_eq!(found("two-branch-follow-up.de"), None);
        assert_eq!(found("nothing"), None);
    }
}
