//! The OpenAPI document in the repository is the one that the routes say.

#[test]
fn the_document_is_fresh() {
    let said = ritorno::api::document().expect("the routes describe themselves");
    let file = "../../docs/openapi.gen.json";
    let kept = std::fs::read_to_string(file).unwrap_or_default();
    assert!(kept.trim_end() == said.trim_end(), "docs/openapi.gen.json is stale: run `make gen`");
    let document: serde_json::Value = serde_json::from_str(&said).expect("it is JSON");
    assert!(document["paths"].as_object().is_some_and(|paths| paths.len() > 40), "the API has its routes");
    assert!(document["paths"].as_object().into_iter().flatten().all(|(path, _)| path.starts_with("/api/v1/")));
}

#[test]
fn a_reader_that_stops_early_ends_a_command_quietly() {
    use std::process::{Command, Stdio};
    let mut command = Command::new(env!("CARGO_BIN_EXE_ritorno"));
    let mut child = command.arg("openapi").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // The document is larger than a pipe holds, so the command is still writing.
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}
