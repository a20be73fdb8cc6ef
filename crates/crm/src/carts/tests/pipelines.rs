//! Pipelines as the workspace defines them.

use crate::carts::{
    PIPELINE, PipelineError, PipelineSaid, Pipelines, STAGE_ABANDONED, STAGE_WON, StageKind, StageSaid,
};

fn stage(id: Option<&str>, name: &str, kind: StageKind) -> StageSaid {
    StageSaid { id: id.map(str::to_owned), name: name.to_owned(), kind }
}

/// `name`, `*name` won, `-name` lost; with `id=` before it a stage that is there.
fn stages(said: &[&str]) -> Vec<StageSaid> {
    let one = |text: &&str| {
        let (id, text) = text.split_once('=').map_or((None, *text), |(id, name)| (Some(id), name));
        match text.chars().next() {
            Some('*') => stage(id, &text[1..], StageKind::Won),
            Some('-') => stage(id, &text[1..], StageKind::Lost),
            _ => stage(id, text, StageKind::Open),
        }
    };
    said.iter().map(one).collect()
}

fn put(all: &mut Pipelines, id: Option<&str>, name: &str, said: &[&str]) -> Result<Vec<String>, PipelineError> {
    let revision = id.and_then(|id| all.find(id)).map_or(0, |pipeline| pipeline.revision);
    let said = PipelineSaid { id: id.map(str::to_owned), revision, name: name.to_owned(), stages: stages(said) };
    all.put(&said).map(|made| made.stages.into_iter().map(|stage| stage.id).collect())
}

#[test]
fn a_stage_keeps_its_id_whatever_it_is_called() {
    let mut all = Pipelines::default();
    assert_eq!(
        put(&mut all, None, "B2B", &["Nuovo", "Offerta", "*Vinto", "-Perso"]).unwrap(),
        ["Nuovo", "Offerta", STAGE_WON, "Perso"]
    );
    let renamed =
        put(&mut all, Some("B2B"), "Aziende", &["Offerta=Proposta", "Nuovo=Contatto", "Offerta", "Confirmed=*Firmato"]);
    assert_eq!(renamed.unwrap(), ["Offerta", "Nuovo", "Offerta 2", STAGE_WON]);
    let check = |pipeline: &str, word: &str, expected: &str| {
        assert_eq!(all.resolve(Some(pipeline), word), Some(("B2B", expected)), "{pipeline} {word}");
    };
    check("aziende", "proposta", "Offerta");
    check("B2B", "offerta", "Offerta 2");
    check("B2B", "Nuovo", "Nuovo");
    check("B2B", "FIRMATO", STAGE_WON);
    check("B2B", "confirmed", STAGE_WON);
    check("B2B", "Perso", "Perso");
    assert_eq!(all.resolve(None, "Trattativa"), Some((PIPELINE, "Trattativa")));
    assert_eq!(all.resolve(Some("C2C"), "Nuovo"), None);
}

#[test]
fn what_is_no_pipeline_is_refused_in_words() {
    let mut all = Pipelines::default();
    put(&mut all, None, "B2B", &["Nuovo", "*Vinto"]).unwrap();
    let mut check = |id: Option<&str>, name: &str, said: &[&str], expected: &str| {
        let error = put(&mut all, id, name, said).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    };
    check(None, " b2b ", &["A", "*B"], "there is a pipeline \"b2b\" already");
    check(None, " ", &["A", "*B"], "1 to 60");
    check(None, "C", &["A", ""], "exactly one stage that is won");
    check(None, "C", &["A", "*"], "1 to 60");
    check(None, "C", &["A", "*B", "*C"], "exactly one stage that is won");
    check(None, "C", &["*B", "-C"], "at least one stage that is open");
    check(None, "C", &["A", "a", "*B"], "two stages are called");
    check(None, "C", &["x=A", "*B"], "no stage \"x\"");
    check(Some("B2B"), "B2B", &["Nuovo=A", "Nuovo=B", "*C"], "twice");
    check(Some("none"), "D", &["A", "*B"], "there is no pipeline \"none\"");
    check(Some(PIPELINE), PIPELINE, &["A", "Confirmed=*B"], "abandoned carts begin");
    check(Some(PIPELINE), PIPELINE, &["Check out abbandonato=-A", "B", "Confirmed=*C"], "abandoned carts begin");
    let many: Vec<String> = (0..31).map(|n| format!("s{n}")).collect();
    check(None, "C", &many.iter().map(String::as_str).collect::<Vec<_>>(), "at most 30");
    assert!(all.remove(PIPELINE).is_err());
    assert_eq!(all.remove("B2B").map(|gone| gone.id).unwrap(), "B2B");
    assert_eq!(all, Pipelines::default());
    for n in 1..20 {
        put(&mut all, None, &format!("p{n}"), &["A", "*B"]).unwrap();
    }
    assert!(put(&mut all, None, "one more", &["A", "*B"]).unwrap_err().to_string().contains("at most 20"));
}

#[test]
fn who_saw_an_older_pipeline_is_told() {
    let mut all = Pipelines::default();
    let said = PipelineSaid {
        id: Some(PIPELINE.to_owned()),
        revision: 1,
        name: PIPELINE.to_owned(),
        stages: stages(&["Check out abbandonato=Lasciati", "Chiamato", "Confirmed=*Confirmed"]),
    };
    assert_eq!(all.put(&said).unwrap().revision, 2);
    assert_eq!(all.put(&said), Err(PipelineError::Stale(PIPELINE.to_owned())));
}

#[test]
fn stages_that_go_or_change_their_meaning_must_be_empty() {
    let all = Pipelines::default();
    let pipeline = all.find(PIPELINE).unwrap();
    let check = |said: &[&str], expected: &[&str]| assert_eq!(pipeline.emptied_by(&stages(said)), expected, "{said:?}");
    check(&["Check out abbandonato=A", "B", "Confirmed=*C"], &[]);
    check(&["B", "Confirmed=*C"], &[STAGE_ABANDONED]);
    check(&["Check out abbandonato=A", "*B", "Confirmed=C"], &[STAGE_WON]);
    check(&["Check out abbandonato=*A", "B"], &[STAGE_ABANDONED, STAGE_WON]);
}
