//! What both databases remember of a migration that they carried out.

use uuid::Uuid;

/// The table in which a database lists the migrations that it carried out.
pub(crate) const MIGRATIONS_TABLE: &str = "_sitstay_migrations";

/// A migration that a database has carried out is not the one that this library knows.
#[derive(Debug, thiserror::Error)]
#[error("migration {version} is not the one that this library knows")]
pub(crate) struct ChangedMigration {
    pub(crate) version: i64,
}

/// Digests a migration's name and texts (UUID version 5, SHA-1).
pub(crate) fn checksum<'t>(name: &str, texts: impl IntoIterator<Item = &'t str>) -> Uuid {
    let name = Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes());
    texts.into_iter().fold(name, |sum, text| Uuid::new_v5(&sum, text.as_bytes()))
}
