//! Opens the store that a run works on: one small function per backend.

use std::{io, sync::Arc};

use sitstay::{
    memory::MemoryRepository,
    postgres::PostgresRepository,
    repository::{Repository, RepositoryError, Table},
    sqlite::SqliteRepository,
};
use sqlx::postgres::PgConnectOptions;
use tempfile::TempDir;

use super::arguments::{Arguments, Backend};

/// A store, and whatever goes when the run is over.
#[derive(Debug)]
pub(crate) struct Store {
    pub(crate) repository: Arc<dyn Repository>,
    /// Removed with everything in it once the repository is closed.
    _folder: Option<TempDir>,
}

/// Why there is no store to work on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoStore {
    /// What was asked for does not go together; the usage says what does.
    #[error("{0}")]
    Refused(String),
    #[error("no folder for a temporary database")]
    Folder(#[from] io::Error),
    #[error("the database cannot be used")]
    Storage(#[from] RepositoryError),
}

fn refuse(why: &str) -> Result<Store, NoStore> {
    Err(NoStore::Refused(why.to_owned()))
}

/// Opens the store that the arguments name, which must hold nothing yet.
pub(crate) async fn open(arguments: &Arguments) -> Result<Store, NoStore> {
    let database = arguments.database.as_deref();
    let store = match arguments.backend {
        Backend::Memory => memory(database)?,
        Backend::Sqlite => sqlite(database)?,
        Backend::Postgres => postgres(database).await?,
    };
    let census = store.repository.census().await?;
    let is_used =
        census.tables.iter().any(|(table, count)| *table != Table::Role && count.rows > 0);
    if is_used { refuse("--database: holds rows already, and must be new") } else { Ok(store) }
}

fn memory(database: Option<&str>) -> Result<Store, NoStore> {
    if database.is_some() {
        return refuse("--database: memory has none");
    }
    Ok(Store { repository: Arc::new(MemoryRepository::new()), _folder: None })
}

fn sqlite(database: Option<&str>) -> Result<Store, NoStore> {
    let Some(path) = database else {
        let folder = tempfile::tempdir()?;
        let repository = SqliteRepository::open(folder.path().join("load.sqlite3"))?;
        return Ok(Store { repository: Arc::new(repository), _folder: Some(folder) });
    };
    Ok(Store { repository: Arc::new(SqliteRepository::open(path)?), _folder: None })
}

async fn postgres(database: Option<&str>) -> Result<Store, NoStore> {
    let Some(url) = database else {
        return refuse("--database: postgres needs the URL of an empty database");
    };
    // The text is not repeated, because it may hold a password.
    let Ok(options) = url.parse::<PgConnectOptions>() else {
        return refuse("--database: must be a URL as postgres://USER@HOST/DATABASE");
    };
    let repository = PostgresRepository::builder(options).connect().await?;
    Ok(Store { repository: Arc::new(repository), _folder: None })
}
