//! Migrations on both engines.

use store::{Db, Migration, Row, Sql, StoreError};

const FIRST: Migration = Migration::new(
    "runtime/0001",
    "CREATE TABLE log (position BIGINT NOT NULL PRIMARY KEY, payload BLOB NOT NULL) WITHOUT ROWID;
     CREATE INDEX log_payload ON log (payload); -- the last word is a comment",
);
const SECOND: Migration = Migration::pair(
    "runtime/0002",
    "ALTER TABLE log ADD COLUMN engine TEXT NOT NULL DEFAULT 'sqlite'",
    "ALTER TABLE log ADD COLUMN engine TEXT NOT NULL DEFAULT 'postgres'",
);
const OTHER: Migration = Migration::new("crm/0001", "CREATE TABLE customer (id BLOB NOT NULL PRIMARY KEY)");
const BROKEN: Migration =
    Migration::new("crm/0002", "CREATE TABLE half (id BIGINT); CREATE TABLE customer (id BIGINT)");
const MENDED: Migration = Migration::new("crm/0002", "CREATE TABLE half (id BIGINT)");

const INSERT: Sql = Sql::one("INSERT INTO log (position, payload) VALUES (1, $1)");
const ALL: Sql = Sql::one("SELECT * FROM log");

async fn all(db: &Db) -> Vec<Row> {
    db.query(&ALL, &[]).await.expect("the table is there")
}

testkit::on_both! {
    async fn what_is_missing_is_applied_once(db: Db) {
        assert_eq!(db.migrate(&[&[FIRST], &[OTHER]]).await.unwrap(), ["runtime/0001", "crm/0001"]);
        assert_eq!(db.migrate(&[&[FIRST], &[OTHER]]).await.unwrap(), [""; 0]);
        db.write(vec![store::Write::one(&INSERT, [vec![1u8].into()])]).await.unwrap();
        assert_eq!(all(&db).await[0].columns().collect::<Vec<_>>(), ["position", "payload"]);
        assert_eq!(db.migrate(&[&[FIRST, SECOND], &[OTHER]]).await.unwrap(), ["runtime/0002"]);
        // The same connection and statement as before: they see the new column.
        let engine = format!("{:?}", db.engine()).to_lowercase();
        assert_eq!(all(&db).await[0].text("engine"), engine);
    }

    async fn an_older_release_refuses_a_newer_database(db: Db) {
        db.migrate(&[&[FIRST, SECOND]]).await.unwrap();
        let refused = db.migrate(&[&[FIRST]]).await.unwrap_err();
        assert_eq!(refused, StoreError::NewerDatabase { migration: "runtime/0002".to_owned() });
        assert!(refused.to_string().contains("run the newer release"), "{refused}");
    }

    async fn an_edited_migration_is_refused(db: Db) {
        db.migrate(&[&[OTHER]]).await.unwrap();
        let edited = Migration::new("crm/0001", "CREATE TABLE customer (id BLOB)");
        assert_eq!(db.migrate(&[&[edited]]).await, Err(StoreError::MigrationChanged { name: "crm/0001".to_owned() }));
    }

    async fn a_migration_that_fails_leaves_nothing_and_goes_on_from_there(db: Db) {
        let error = db.migrate(&[&[OTHER, BROKEN]]).await.unwrap_err();
        assert!(error.to_string().contains("migration crm/0002"), "{error}");
        db.ping().await.unwrap();
        assert_eq!(db.migrate(&[&[OTHER, MENDED]]).await.unwrap(), ["crm/0002"]);
    }

    async fn two_that_start_at_once_migrate_once(db: Db) {
        let tasks: Vec<_> = (0..4).map(|_| {
            let db = db.clone();
            tokio::spawn(async move { db.migrate(&[&[FIRST, SECOND], &[OTHER]]).await })
        }).collect();
        let mut applied = 0;
        for task in tasks {
            applied += task.await.unwrap().unwrap().len();
        }
        assert_eq!(applied, 3);
    }
}
