//! A database for the benchmark alone, gone afterwards: never the one that a shop uses.

use super::sql;
use base::{SystemRng, token};
use std::path::{Path, PathBuf};
use store::{Db, DbConfig};

/// Where the benchmark's database is.
pub enum Fresh {
    Folder(PathBuf),
    Database { server: String, name: String },
}

impl Fresh {
    /// A new folder below `scratch`, or a new database on a PostgreSQL server.
    pub async fn new(scratch: &Path, server: Option<&str>) -> Result<Fresh, String> {
        let name = format!("ritorno_bench_{}", token(&SystemRng, 10).to_lowercase().replace(['-', '_'], "x"));
        match server {
            None => {
                let folder = scratch.join(name);
                std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
                Ok(Fresh::Folder(folder))
            }
            Some(server) => {
                say(server, &sql::create_database(&name)).await?;
                Ok(Fresh::Database { server: server.to_owned(), name })
            }
        }
    }

    /// As a server's configuration names it.
    pub fn url(&self) -> String {
        match self {
            Fresh::Folder(folder) => format!("sqlite:{}", folder.join("ritorno.db").display()),
            Fresh::Database { server, name } => {
                let (head, tail) = server.split_once('?').unwrap_or((server, ""));
                let server = head.rsplit_once('/').map_or(head, |(server, _)| server);
                let tail = if tail.is_empty() { String::new() } else { format!("?{tail}") };
                format!("{server}/{name}{tail}")
            }
        }
    }

    /// Opens it with its tables made. Errors name what went wrong.
    pub async fn open(&self, page_cache_bytes: usize) -> Result<Db, String> {
        let mut config: DbConfig = self.url().parse().map_err(|e: store::StoreError| e.to_string())?;
        config.page_cache_bytes = page_cache_bytes;
        let db = Db::open(&config).await.map_err(|e| e.to_string())?;
        db.migrate(&crate::migrations()).await.map_err(|e| e.to_string())?;
        Ok(db)
    }

    /// Takes it away with all that is in it.
    pub async fn remove(self) -> Result<(), String> {
        match self {
            Fresh::Folder(folder) => std::fs::remove_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display())),
            Fresh::Database { server, name } => say(&server, &sql::drop_database(&name)).await,
        }
    }
}

async fn say(server: &str, text: &str) -> Result<(), String> {
    let config: DbConfig = server.parse().map_err(|e: store::StoreError| e.to_string())?;
    let db = Db::open(&config).await.map_err(|e| e.to_string())?;
    let done = db.query_text(text, &[]).await.map(|_| ()).map_err(|e| e.to_string());
    db.close().await;
    done
}
