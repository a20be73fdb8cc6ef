//! Files that mean harm, and files that were damaged: a sentence about what is wrong, never a panic, never a long time.

use crate::common::process;
use bpmn::{Definition, Model, Severity};
use proptest::prelude::*;

#[track_caller]
fn refuse(xml: &str, rule: &str, words: &str) {
    let problems = Definition::problems(xml);
    let found = problems.iter().find(|problem| problem.rule == rule && problem.message.contains(words));
    let found = found.unwrap_or_else(|| panic!("{:?}: {problems:?}", xml.chars().take(80).collect::<String>()));
    assert_eq!(found.severity, Severity::Broken);
}

#[test]
fn entities_are_refused_before_they_unfold() {
    let laughs =
        "<!DOCTYPE d [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;\">]><d>&c;</d>";
    refuse(laughs, "not_xml", "document type");
    refuse("<!DOCTYPE d [<!ENTITY x SYSTEM \"file:///etc/hostname\">]><d>&x;</d>", "not_xml", "document type");
    refuse("<!DOCTYPE d SYSTEM \"http://127.0.0.1:1/x.dtd\"><d/>", "not_xml", "document type");
    refuse("<d>&x;</d>", "not_xml", "unknown entity");
}

#[test]
fn large_and_deep_files_are_refused() {
    let large = format!("<definitions>{}</definitions>", " ".repeat(100 << 20));
    refuse(&large, "too_large", "larger than");
    refuse(&"<a>".repeat(1_000_000), "not_xml", "nested too deeply");
    let many = format!("<definitions>{}</definitions>", "<a/>".repeat(250_000));
    refuse(&many, "not_xml", "too many elements");
    let attributes: String = (0..50_000).map(|n| format!("a{n}='' ")).collect();
    let _slow_or_not = Definition::problems(&format!("<definitions {attributes}/>"));
}

#[test]
fn too_many_nodes_and_sub_processes_inside_one_another_are_refused() {
    let tasks: String = (0..1_001).map(|n| format!("task t{n}\n")).collect();
    refuse(&process(&format!("start s\n{tasks}")), "too_large", "more than 1000 nodes");
    let opened: String = (0..30).map(|n| format!("sub p{n}\nstart s{n}\n")).collect();
    refuse(
        &process(&format!("start s\n{opened}{}", "}\n".repeat(30))),
        "too_large",
        "sub-processes inside one another",
    );
}

#[test]
fn ids_that_are_not_unique_and_references_to_nothing_are_refused_at_import() {
    refuse(&process("start s\n task s\n s -> s"), "duplicate_id", "rename one");
    refuse(&process("start s\n s -> nowhere"), "dangling_reference", "nowhere");
    refuse(&process("start s\n boundary b nothing timer PT1H\n end e\n s -> e"), "dangling_reference", "attachedToRef");
    let joined = "start s\n and f\n boundary b nothing timer PT1H\n and j\n s -> f\n f -> j\n f -> j\n b -> j";
    refuse(&process(joined), "dangling_reference", "attachedToRef");
    refuse(&process("start s\n xor g default='none'\n end e\n s -> g\n g -> e"), "dangling_reference", "none");
    refuse(
        &process("start s\n <receiveTask id='r' messageRef='none'/>\n s -> r"),
        "dangling_reference",
        "no message of this file",
    );
    refuse(
        &process("start s\n <endEvent id='r'><errorEventDefinition errorRef='none'/></endEvent>\n s -> r"),
        "dangling_reference",
        "no error of this file",
    );
    refuse(&process("start s\n throw t compensate none\n s -> t"), "dangling_reference", "none");
    refuse("<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL'/>", "no_process", "no process");
}

#[test]
fn a_cycle_without_a_wait_is_told_and_stops_as_an_incident() {
    let xml = process(
        "start s\n xor a\n task b\n xor g default='g-a'\n end e\n s -> a\n a -> b\n b -> g\n g -> e : x\n g -> a",
    );
    let problems = Definition::problems(&xml);
    assert!(problems.iter().any(|problem| problem.rule == "loop_without_wait"), "{problems:?}");
    assert!(Definition::compile(&xml).is_ok());
    let waits = process("start s\n xor a\n timer b PT1H\n s -> a\n a -> b\n b -> a");
    assert!(!Definition::problems(&waits).iter().any(|problem| problem.rule == "loop_without_wait"));
}

/// Drawings in which most elements occur.
fn samples() -> Vec<String> {
    let golden = ["scopes", "join", "race"].map(|name| std::fs::read_to_string(format!("tests/golden/{name}.bpmn")));
    let ready = ["two-branch-follow-up", "three-step-recovery"]
        .map(|name| std::fs::read_to_string(format!("../../flows/{name}.bpmn")));
    golden.into_iter().chain(ready).map(|text| text.expect("readable")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn damaged_files_are_refused_or_read(
        sample in 0..5usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..5u8), 1..6),
    ) {
        let mut bytes = samples()[sample].clone().into_bytes();
        for (place, byte, how) in changes {
            // Something is left to be damaged.
            if bytes.len() < 2 {
                break;
            }
            let place = place.index(bytes.len());
            match how {
                0 => bytes[place] = byte,
                1 => bytes.insert(place, byte),
                2 => drop(bytes.remove(place)),
                3 => bytes.truncate(place.max(1)),
                _ => {
                    // A piece of the file in another place.
                    let piece: Vec<u8> = bytes[place..(place + usize::from(byte)).min(bytes.len())].to_vec();
                    let to = (place * 7 + usize::from(byte)) % bytes.len();
                    bytes.splice(to..to, piece);
                }
            }
        }
        let text = String::from_utf8_lossy(&bytes);
        let problems = Definition::problems(&text);
        prop_assert!(problems.iter().all(|problem| !problem.message.is_empty()));
        if let Ok(model) = Model::parse(&text) {
            let again = Model::parse(&model.to_xml());
            prop_assert_eq!(again.as_ref(), Ok(&model));
        }
    }

    #[test]
    fn damaged_states_are_refused_or_do_no_harm(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        hours in 0..9i64,
    ) {
        let hex = std::fs::read_to_string("tests/golden/scopes.2.hex").expect("readable");
        let hex = hex.trim();
        let byte = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).expect("hexadecimal");
        let mut bytes: Vec<u8> = (0..hex.len()).step_by(2).map(byte).collect();
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        if let Ok(mut state) = minicbor::decode::<bpmn::State>(&bytes) {
            let definition = Definition::compile(&samples()[0]).expect("golden");
            let scope = std::collections::BTreeMap::new();
            let now = crate::common::START + hours * base::HOUR;
            let env = feel::Env { scope: &scope, now, zone: &jiff::tz::TimeZone::UTC };
            let _rejected_or_not = bpmn::step(&definition, &mut state, bpmn::Command::FireTimers, &env);
        }
    }
}
