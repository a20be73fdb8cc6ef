//! A file that is read and written again has lost nothing; an independent XML reader is the judge.

use bpmn::Model;
use std::path::{Path, PathBuf};

/// Everything an XML reader sees, in order.
fn facts(xml: &str) -> Vec<String> {
    let document = roxmltree::Document::parse(xml.trim_start_matches('\u{feff}')).expect("well-formed");
    let mut facts = Vec::new();
    for node in document.descendants() {
        if node.is_element() {
            facts.push(format!("{:?}", node.tag_name()));
            for attribute in node.attributes() {
                let namespace = attribute.namespace();
                facts.push(format!("{namespace:?} {} {:?}", attribute.name(), attribute.value()));
            }
            facts.extend(node.namespaces().map(|namespace| format!("{namespace:?}")));
        } else if let Some(text) = node.text() {
            facts.push(format!("{:?} {text:?}", node.node_type()));
        }
    }
    facts
}

fn check(name: &str, xml: &str) {
    let model = Model::parse(xml).unwrap_or_else(|problems| panic!("{name}: {problems:?}"));
    let written = model.to_xml();
    for (found, wanted) in facts(&written).iter().zip(&facts(xml)) {
        assert_eq!(found, wanted, "{name}");
    }
    assert_eq!(facts(&written).len(), facts(xml).len(), "{name}");
    assert!(Model::parse(&written).as_ref() == Ok(&model), "{name}");
}

/// Path and text of each model and export; `None`, said once, where the shared data are not there.
pub fn interchange_models() -> Option<Vec<(String, String)>> {
    let Some(folder) = testkit::shared_data("bpmn-miwg") else {
        eprintln!("skipped: no shared data (set RITORNO_SHARED_DATA)");
        return None;
    };
    let mut files = Vec::new();
    bpmn_files(&folder, &mut files);
    files.sort();
    let read = |path: PathBuf| {
        let bytes = std::fs::read(&path).expect("readable");
        (path.display().to_string(), String::from_utf8(bytes).expect("UTF-8"))
    };
    Some(files.into_iter().map(read).collect())
}

fn bpmn_files(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            bpmn_files(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "bpmn") {
            into.push(path);
        }
    }
}

#[test]
fn foreign_parts_comments_and_references_survive() {
    check(
        "by hand",
        "<?xml version='1.0'?>\n<!-- before --><?note keep?>\n<d:definitions xmlns:d='http://www.omg.org/spec/BPMN/20100524/MODEL' \
         xmlns:x='urn:x' x:a='1 &lt; 2 &#10; &quot;&amp;' name=\"a\tb\"><x:other><![CDATA[ <raw> & ]]>a &amp; b &#233; &#x1F40E;\
         <!-- in --></x:other>\r\n<d:process id='p' xmlns='urn:y'><z/></d:process></d:definitions>\n<!-- after -->",
    );
}

#[test]
fn what_is_not_xml_or_not_bpmn_is_said_with_its_line() {
    let refuse = |xml: &str, words: &str, line: u32| {
        let problems = Model::parse(xml).expect_err(xml);
        assert!(problems[0].message.contains(words), "{xml}: {problems:?}");
        assert_eq!(problems[0].line, Some(line), "{xml}: {problems:?}");
    };
    refuse("", "no element", 1);
    refuse("<a>\n<b></a>", "well-formed", 2);
    refuse("<a>", "never closed", 1);
    refuse("\n<a/>", "not BPMN", 2);
    refuse("<a/><b/>", "second element", 1);
    refuse("<x:a/>", "prefix x", 1);
    refuse("<a>&what;</a>", "entity &what;", 1);
    refuse("<!DOCTYPE a [<!ENTITY e \"x\">]><a/>", "document type", 1);
    refuse("<a b='1' b='2'/>", "well-formed", 1);
    refuse(&"<a>".repeat(500), "nested", 1);
}

#[test]
fn the_interchange_models_survive() {
    let Some(files) = interchange_models() else { return };
    for (path, xml) in &files {
        check(path, xml);
    }
    eprintln!("{} files", files.len());
    assert!(files.len() >= 132);
}
