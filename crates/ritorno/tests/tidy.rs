//! The house rules that a reader would otherwise have to remember: what a crate may use, how long a file may grow, where
//! SQL lives, what each crate says of itself. A rule that fails names the file and says what to do.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Direction of knowledge: facts → insight → action. `base` is open to all and stands in no row.
const MAY_USE: &[(&str, &[&str])] = &[
    ("base", &[]),
    ("feel", &[]),
    ("bpmn", &["feel"]),
    ("store", &[]),
    ("adapters", &[]),
    ("http-kit", &[]),
    ("runtime", &["store", "bpmn", "feel"]),
    ("crm", &["store", "runtime", "http-kit", "adapters"]),
    ("insight", &["crm", "feel", "store", "runtime", "http-kit"]),
    ("engage", &["crm", "insight", "adapters", "bpmn", "feel", "store", "runtime", "http-kit"]),
    ("ritorno", &["feel", "bpmn", "store", "adapters", "http-kit", "runtime", "crm", "insight", "engage"]),
    ("testkit", &["feel", "bpmn", "store", "adapters", "http-kit", "runtime", "crm", "insight", "engage"]),
];

const LINES_MAX: usize = 600;

/// How a statement of SQL begins. Matched at the start of a string literal alone: prose that mentions one is no concern.
const SQL_OPENINGS: &[&str] = &[
    "SELECT ",
    "INSERT INTO ",
    "DELETE FROM ",
    "CREATE TABLE ",
    "CREATE INDEX ",
    "CREATE UNIQUE INDEX ",
    "ALTER TABLE ",
    "DROP TABLE ",
    "WITH ",
];

fn root() -> PathBuf {
    Path::new("../..").canonicalize().expect("the crate lies in the repository")
}

/// Every file that is or would be committed, by its path inside the repository. Without git (a source archive): a walk.
fn files() -> Vec<String> {
    let root = root();
    let listed = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(&root)
        .output();
    let mut files = match listed {
        Ok(output) if output.status.success() && !output.stdout.is_empty() => String::from_utf8_lossy(&output.stdout)
            .split('\0')
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect(),
        _ => {
            let mut found = Vec::new();
            walk(&root, &root, &mut found);
            found
        }
    };
    // A file deleted but not yet committed is still listed.
    files.retain(|name| root.join(name).is_file());
    files.sort();
    assert!(files.iter().any(|name| name == "Cargo.toml"), "the list of files must hold the repository's own");
    files
}

fn walk(root: &Path, folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("a readable folder").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            if !matches!(name.as_str(), ".git" | "target" | "node_modules" | "dist" | "data") {
                walk(root, &path, found);
            }
        } else {
            let inside = path.strip_prefix(root).expect("the walk starts at root");
            found.push(inside.to_string_lossy().replace('\\', "/"));
        }
    }
}

fn read(name: &str) -> String {
    let bytes = std::fs::read(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    String::from_utf8_lossy(&bytes).into_owned()
}

fn with_extension<'a>(files: &'a [String], wanted: &[&str]) -> Vec<&'a String> {
    files.iter().filter(|name| name.rsplit_once('.').is_some_and(|(_, last)| wanted.contains(&last))).collect()
}

fn is_generated(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    file.contains(".gen.") || file == "schema.ts" || name.split('/').any(|part| part == "generated")
}

fn report(rule: &str, offences: Vec<String>) {
    assert!(offences.is_empty(), "{rule}\n  {}", offences.join("\n  "));
}

#[test]
fn crates_use_only_what_stands_before_them() {
    let members = files();
    let manifests: Vec<_> =
        members.iter().filter(|name| name.starts_with("crates/") && name.ends_with("/Cargo.toml")).collect();
    let parsed: BTreeMap<String, toml::Table> = manifests
        .iter()
        .map(|name| {
            let table: toml::Table = read(name).parse().unwrap_or_else(|error| panic!("{name}: {error}"));
            let package = table["package"]["name"].as_str().expect("a package has a name").to_owned();
            (package, table)
        })
        .collect();
    let allowed: BTreeMap<&str, &[&str]> = MAY_USE.iter().copied().collect();

    let mut offences = Vec::new();
    for (package, table) in &parsed {
        let Some(may_use) = allowed.get(package.as_str()) else {
            offences.push(format!("{package} is a new crate: give it a row in MAY_USE and in ARCHITECTURE.md"));
            continue;
        };
        for section in ["dependencies", "build-dependencies"] {
            for used in members_used(table, section, &parsed) {
                if used != "base" && !may_use.contains(&used.as_str()) {
                    offences.push(format!("{package} may not use {used} ({section})"));
                }
            }
        }
        // The tests of a crate may use what it may use, and testkit.
        for used in members_used(table, "dev-dependencies", &parsed) {
            if !["base", "testkit"].contains(&used.as_str()) && !may_use.contains(&used.as_str()) {
                offences.push(format!("the tests of {package} may not use {used}"));
            }
        }
    }
    report("facts → insight → action, each may use those before it:", offences);
}

/// The workspace's own crates among the dependencies of one section, by package name.
fn members_used(manifest: &toml::Table, section: &str, members: &BTreeMap<String, toml::Table>) -> Vec<String> {
    let Some(dependencies) = manifest.get(section).and_then(toml::Value::as_table) else {
        return Vec::new();
    };
    dependencies
        .iter()
        .map(|(name, entry)| entry.get("package").and_then(toml::Value::as_str).unwrap_or(name).to_owned())
        .filter(|name| members.contains_key(name))
        .collect()
}

#[test]
fn no_hand_written_file_is_longer_than_a_room() {
    let files = files();
    let offences = with_extension(&files, &["rs", "ts", "tsx"])
        .into_iter()
        .filter(|name| !is_generated(name))
        .map(|name| (name, read(name).lines().count()))
        .filter(|(_, lines)| *lines > LINES_MAX)
        .map(|(name, lines)| format!("{name} has {lines} lines: split it by subject"))
        .collect();
    report(&format!("a file is one room with one subject, at most {LINES_MAX} lines:"), offences);
}

#[test]
fn sql_stands_in_sql_files() {
    let files = files();
    let mut offences = Vec::new();
    for name in with_extension(&files, &["rs"]) {
        if may_hold_sql(name) {
            continue;
        }
        let source = read(name);
        for (line, opening) in sql_literals(&without_tests(&source)) {
            offences.push(format!("{name}:{line} has SQL ({opening}…): move it to the sql.rs beside it"));
        }
    }
    report("SQL is declared in sql.rs, where a test prepares every text on both databases:", offences);
}

/// `sql.rs`, migrations, tests, the drivers (their pragmas and leases are not a capability's SQL) and the test kit.
fn may_hold_sql(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    let folders = || name.split('/').rev().skip(1);
    matches!(file, "sql.rs" | "migrations.rs" | "tests.rs")
        || folders().any(|folder| matches!(folder, "sql" | "migrations" | "tests" | "benches"))
        || ["crates/store/", "crates/testkit/", "bench/"].iter().any(|start| name.starts_with(start))
}

/// What stands before the first `#[cfg(test)]`; by custom the tests of a file are its last part.
fn without_tests(source: &str) -> String {
    source.split("#[cfg(test)]").next().unwrap_or_default().to_owned()
}

/// Line and opening of each string literal that begins as SQL does. A literal is taken to open at a quote that follows
/// white space, an opening bracket, `&`, `r` or `#`, which is enough to tell it from a closing one.
fn sql_literals(source: &str) -> Vec<(usize, &'static str)> {
    let mut found = Vec::new();
    for (at, _) in source.match_indices('"') {
        let opens = source[..at]
            .chars()
            .next_back()
            .is_none_or(|before| before.is_whitespace() || "([{&r#=,|".contains(before));
        let rest = source[at + 1..].trim_start_matches(['\\', '\n', ' ', '\t']);
        let line_start = source[..at].rfind('\n').map_or(0, |end| end + 1);
        let in_comment = source[line_start..at].trim_start().starts_with("//");
        if !opens || in_comment {
            continue;
        }
        let update =
            rest.starts_with("UPDATE ") && rest.split(['"', ';']).next().is_some_and(|text| text.contains("SET "));
        let opening = SQL_OPENINGS.iter().copied().find(|opening| starts_with_keyword(rest, opening));
        if let Some(opening) = opening.or(update.then_some("UPDATE ")) {
            found.push((source[..at].matches('\n').count() + 1, opening));
        }
    }
    found
}

/// A keyword may be followed by a line's end where the table shows a space.
fn starts_with_keyword(text: &str, opening: &str) -> bool {
    let keyword = opening.trim_end();
    text.strip_prefix(keyword).is_some_and(|rest| rest.starts_with(char::is_whitespace))
}

#[test]
fn each_crate_says_what_it_is_and_what_it_never_does() {
    let files = files();
    let mut offences = Vec::new();
    for name in files.iter().filter(|name| name.starts_with("crates/") && name.ends_with("/Cargo.toml")) {
        let folder = name.trim_end_matches("Cargo.toml");
        let entry = [format!("{folder}src/lib.rs"), format!("{folder}src/main.rs")]
            .into_iter()
            .find(|path| files.contains(path))
            .unwrap_or_else(|| panic!("{folder} has neither src/lib.rs nor src/main.rs"));
        let source = read(&entry);
        let opening: String = source.lines().take_while(|line| line.starts_with("//!")).collect::<Vec<_>>().join("\n");
        if opening.is_empty() {
            offences.push(format!("{entry} does not open with a //! doc"));
        } else if !opening.contains("Never") && !opening.contains("never") {
            offences.push(format!("{entry} does not say what the crate never does"));
        }
    }
    report("a crate opens with what it is, what it never does, and where to start reading:", offences);
}

#[test]
fn nothing_names_the_machine_it_was_written_on() {
    // Put together here, so that this file does not name them either.
    let places = [concat!("/wo", "rk/"), concat!("/ro", "ot/")];
    let hosts = [concat!("registry.", "npmjs"), concat!("files.python", "hosted"), concat!("index.", "crates.io")];
    let mut offences = Vec::new();
    for name in files() {
        if is_binary(&name) {
            continue;
        }
        let text = read(&name);
        for (number, line) in text.lines().enumerate() {
            for place in places.iter().chain(&hosts) {
                if line.contains(place) && !is_part_of_a_longer_path(line, place) {
                    offences.push(format!("{name}:{} names {place}", number + 1));
                }
            }
        }
    }
    report("paths of one machine and hosts of registries stay out:", offences);
}

/// `target/work/…` or `https://host/work/…` is no path of a machine.
fn is_part_of_a_longer_path(line: &str, place: &str) -> bool {
    line.match_indices(place).all(|(at, _)| {
        line[..at].chars().next_back().is_some_and(|before| before.is_alphanumeric() || "._-}<>*)".contains(before))
    })
}

fn is_binary(name: &str) -> bool {
    matches!(
        name.rsplit_once('.').map(|(_, last)| last),
        Some("png" | "jpg" | "webp" | "ico" | "woff2" | "gz" | "zst" | "db" | "pdf")
    )
}

#[test]
fn nothing_is_left_for_later() {
    let marks = [concat!("to", "do!("), concat!("unimple", "mented!("), concat!("#[ig", "nore")];
    let files = files();
    let mut offences = Vec::new();
    for name in with_extension(&files, &["rs"]) {
        for (number, line) in read(name).lines().enumerate() {
            if line.trim_start().starts_with("//") {
                continue;
            }
            for mark in marks.iter().filter(|mark| line.contains(*mark)) {
                offences.push(format!("{name}:{} has {mark}", number + 1));
            }
        }
    }
    report("no placeholder and no ignored test is committed:", offences);
}

mod rules {
    use super::*;

    #[track_caller]
    fn check_sql(source: &str, expected: &[usize]) {
        let lines: Vec<_> = sql_literals(source).into_iter().map(|(line, _)| line).collect();
        assert_eq!(lines, expected, "{source}");
    }

    #[test]
    fn sql_is_found_where_a_literal_begins_with_it() {
        check_sql(r#"db.all("SELECT a FROM b")"#, &[1]);
        check_sql("let text = \"\n    INSERT INTO b\n    VALUES ($1)\";", &[1]);
        check_sql("one(\n    r#\"UPDATE b\nSET a = 1\"#)", &[2]);
        check_sql("const A: &str = \"SELECT\n a\";", &[1]);
        check_sql("f(\"DELETE FROM b\", \"CREATE TABLE c (d)\")", &[1, 1]);
        check_sql(r#"fail("SELECTED items are gone"); say("UPDATE the page"); say("With care")"#, &[]);
        check_sql(r#"// such as "SELECT 1""#, &[]);
        check_sql(r#"panic!("a text that mentions SELECT 1 FROM c")"#, &[]);
    }

    #[test]
    fn a_path_inside_a_longer_one_is_no_place() {
        let place = concat!("/wo", "rk/");
        assert!(is_part_of_a_longer_path(&format!("https://host{place}x"), place));
        assert!(!is_part_of_a_longer_path(&format!("cd {place}x"), place));
        assert!(!is_part_of_a_longer_path(&format!("\"{place}x\""), place));
    }
}

/// The names of what a file declares for the OpenAPI document.
fn schemas(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if !(line.trim_start().starts_with("#[derive(") && line.contains("ToSchema")) {
            continue;
        }
        let declared = lines.by_ref().find_map(|line| {
            let mut words =
                line.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '#')).filter(|w| !w.is_empty());
            words.find(|word| matches!(*word, "struct" | "enum")).and_then(|_| words.next())
        });
        names.extend(declared.map(str::to_owned));
    }
    names
}

#[test]
fn no_two_schemas_of_the_api_share_a_name() {
    let files = files();
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    let mut offences = Vec::new();
    for file in with_extension(&files, &["rs"]).into_iter().filter(|name| name.contains("/src/")) {
        for name in schemas(&read(file)) {
            if let Some(other) = known.insert(name.clone(), file.clone()) {
                offences.push(format!("{name} is declared in {other} and in {file}: call one of them otherwise"));
            }
        }
    }
    assert!(known.len() > 60, "{known:?}");
    report("the OpenAPI document keeps one schema of a name, and says the wrong shape for the other:", offences);
}
