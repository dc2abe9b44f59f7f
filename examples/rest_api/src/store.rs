//! Opens what the service keeps things in, and says on what terms it works.

use std::sync::Arc;

use sitstay::{
    memory::MemoryRepository,
    money::{BasisPoints, ChargeRule, Currency, MoneyError, MoneyPolicy},
    policy::PlatformPolicy,
    postgres::PostgresRepository,
    repository::{Repository, RepositoryError},
    sqlite::SqliteRepository,
};

use crate::config::Database;

pub(crate) async fn open(database: &Database) -> Result<Arc<dyn Repository>, RepositoryError> {
    Ok(match database {
        Database::Memory => Arc::new(MemoryRepository::new()),
        Database::Sqlite(path) => Arc::new(SqliteRepository::open(path)?),
        Database::Postgres(url) => Arc::new(PostgresRepository::connect(url).await?),
    })
}

/// The platform keeps 15 %, and prices are in euros, pounds or dollars.
pub(crate) fn terms() -> Result<PlatformPolicy, MoneyError> {
    let rules = [Currency::EUR, Currency::GBP, Currency::USD]
        .map(|currency| ChargeRule::new(currency, 1, 50))
        .into_iter()
        .collect::<Result<Vec<_>, _>>()?;
    Ok(PlatformPolicy::new(BasisPoints::new(1_500)?, MoneyPolicy::new(rules)?))
}
