//! Migrations: forward only, each once, in order, each in a transaction of its own together with its name.

use crate::{Engine, Sql, StoreError};
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};

/// One change of the schema; several statements, no placeholders.
#[derive(Debug)]
pub struct Migration {
    /// The list's name and a number: `runtime/0001_log`. Never changed once released.
    pub name: &'static str,
    pub sql: Sql,
}

impl Migration {
    /// One portable text. For PostgreSQL ` BLOB` becomes ` BYTEA` and ` WITHOUT ROWID` is left out.
    pub const fn new(name: &'static str, text: &'static str) -> Migration {
        Migration { name, sql: Sql::one(text) }
    }

    /// Two texts, where the engines really differ.
    pub const fn pair(name: &'static str, sqlite: &'static str, postgres: &'static str) -> Migration {
        Migration { name, sql: Sql::pair(sqlite, postgres) }
    }

    /// The text that the engine executes.
    pub fn text(&self, engine: Engine) -> String {
        match engine {
            Engine::Sqlite => self.sql.sqlite.to_owned(),
            Engine::Postgres => self.sql.postgres.replace(" WITHOUT ROWID", "").replace(" BLOB", " BYTEA"),
        }
    }

    /// The first 32 hexadecimal digits of the SHA-256 of the text.
    fn checksum(&self, engine: Engine) -> String {
        let digest = Sha256::digest(self.text(engine).as_bytes());
        digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Where the applied migrations are noted.
pub(crate) const TABLE: &str = "CREATE TABLE IF NOT EXISTS store_migration \
    (name TEXT NOT NULL PRIMARY KEY, checksum TEXT NOT NULL, position BIGINT NOT NULL)";
pub(crate) const APPLIED: Sql = Sql::one("SELECT name, checksum FROM store_migration ORDER BY position, name");
pub(crate) const NOTE: Sql = Sql::one("INSERT INTO store_migration (name, checksum, position) VALUES ($1, $2, $3)");

/// A migration that is still to be applied.
pub(crate) struct Step {
    pub name: &'static str,
    pub text: String,
    pub checksum: String,
    pub position: i64,
}

/// Compares the lists with what the database says was applied, and answers what is missing, in order.
pub(crate) fn plan(
    engine: Engine,
    lists: &[&[Migration]],
    applied: &[(String, String)],
) -> Result<Vec<Step>, StoreError> {
    let known: HashSet<&str> = lists.iter().flat_map(|list| list.iter().map(|migration| migration.name)).collect();
    if let Some((name, _)) = applied.iter().find(|(name, _)| !known.contains(name.as_str())) {
        return Err(StoreError::NewerDatabase { migration: name.clone() });
    }
    let done: HashMap<&str, &str> = applied.iter().map(|(name, checksum)| (name.as_str(), checksum.as_str())).collect();
    let mut steps: Vec<Step> = Vec::new();
    let mut names = HashSet::new();
    for list in lists {
        let mut missing = None;
        for migration in *list {
            if !names.insert(migration.name) {
                return Err(StoreError::Other(format!("migration {} is listed twice", migration.name)));
            }
            let checksum = migration.checksum(engine);
            match (done.get(migration.name), missing) {
                (Some(applied), None) if **applied == checksum => {}
                (Some(_), None) => {
                    return Err(StoreError::MigrationChanged { name: migration.name.to_owned() });
                }
                (Some(_), Some(earlier)) => {
                    let name = migration.name;
                    return Err(StoreError::Other(format!(
                        "migration {earlier} stands before {name}, which is applied: move it to the end"
                    )));
                }
                (None, _) => {
                    missing = Some(migration.name);
                    let position = (applied.len() + steps.len()) as i64;
                    steps.push(Step { name: migration.name, text: migration.text(engine), checksum, position });
                }
            }
        }
    }
    Ok(steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn portable_text_is_turned_into_that_of_postgresql() {
        let migration =
            Migration::new("a/1", "CREATE TABLE t (id BLOB NOT NULL, n BIGINT, PRIMARY KEY (id)) WITHOUT ROWID");
        assert_eq!(migration.text(Engine::Postgres), "CREATE TABLE t (id BYTEA NOT NULL, n BIGINT, PRIMARY KEY (id))");
        assert!(migration.text(Engine::Sqlite).ends_with("WITHOUT ROWID"));
    }

    #[test]
    fn what_is_missing_is_planned_and_what_is_wrong_refused() {
        const A: &[Migration] = &[Migration::new("a/1", "one"), Migration::new("a/2", "two")];
        const B: &[Migration] = &[Migration::new("b/1", "three")];
        let row = |name: &str, text: &'static str| (name.to_owned(), Migration::new("", text).checksum(Engine::Sqlite));
        let check = |applied: &[(String, String)], expected: &str| {
            let answer = match plan(Engine::Sqlite, &[A, B], applied) {
                Ok(steps) => {
                    steps.iter().map(|step| format!("{}@{}", step.name, step.position)).collect::<Vec<_>>().join(" ")
                }
                Err(error) => error.to_string(),
            };
            assert!(answer.starts_with(expected), "{answer}");
        };
        check(&[], "a/1@0 a/2@1 b/1@2");
        check(&[row("a/1", "one"), row("b/1", "three")], "a/2@2");
        check(&[row("a/1", "one"), row("a/2", "two"), row("b/1", "three")], "");
        check(&[row("a/1", "edited")], "migration a/1 differs");
        check(&[row("c/9", "x")], "the database has the migration c/9");
        check(&[row("a/2", "two")], "migration a/1 stands before a/2");
        assert!(plan(Engine::Sqlite, &[A, A], &[]).is_err());
    }
}
