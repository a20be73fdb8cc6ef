//! That both engines take every text; what feeds do is tested over the real loop, with the API.

use super::sql;

testkit::on_both! {
    async fn every_text_is_prepared_on_both(db: Db) {
        db.migrate(&[runtime::MIGRATIONS, crate::MIGRATIONS]).await.expect("a fresh database is migrated");
        for text in sql::ALL {
            db.prepare(text).await.unwrap_or_else(|error| panic!("{text:?}: {error}"));
        }
    }
}
