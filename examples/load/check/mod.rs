//! Checks that a store keeps what the library promises, through the storage contract alone.
//!
//! The audit trail is read from its beginning and says what should be there; every row that can be
//! listed is compared with it, and the sizes of the tables say whether any was missed. Nothing may
//! be written meanwhile. The module knows nothing of the tool around it, so that tests which kill
//! or starve a store can use it afterwards.

mod bookings;
mod commands;
mod findings;
mod money;
mod notifications;
mod overlaps;
mod reviews;
mod rows;
mod together;
mod trail;

use sitstay::{
    ids::CommandId,
    repository::{Census, Repository, RepositoryError, Table},
};

use self::{bookings::Bookings, trail::Trail};
pub(crate) use self::{
    commands::{Ending, Given, Journal},
    findings::{Findings, Promise},
};

/// Where to tell how many rows were just looked at.
pub(crate) type Told<'a> = &'a (dyn Fn(usize) + Sync);

/// Checks every promise, and returns what was found.
///
/// The journal holds the commands that somebody gave; the check of
/// [`Promise::Commands`] rests on it.
///
/// # Errors
///
/// [`RepositoryError`] if the store cannot be read.
pub(crate) async fn check(
    repository: &dyn Repository,
    journal: &Journal,
    told: Told<'_>,
) -> Result<Findings, RepositoryError> {
    let mut findings = Findings::default();
    let census = repository.census().await?;
    let stored = rows_of(&census, Table::AuditEntry);
    let trail =
        Trail::read(repository, stored, journal.entries_before, &mut findings, told).await?;
    rows::check(&trail, &census, &mut findings);
    let bookings = Bookings::read(repository, &trail, &mut findings, told).await?;
    bookings.check(repository, &trail, &census, &mut findings).await?;
    overlaps::check(&bookings, &trail, &mut findings);
    rows::check_parents(repository, &trail, &bookings, &mut findings, told).await?;
    reviews::check(repository, &trail, &bookings, &census, &mut findings, told).await?;
    notifications::check(repository, &trail, &bookings, &census, &mut findings, told).await?;
    money::check(repository, &bookings, &census, &mut findings, told).await?;
    commands::check(repository, journal, &trail, &census, &mut findings, told).await?;
    Ok(findings)
}

/// Counts what is stored, for a [`Journal`] that begins now.
///
/// # Errors
///
/// [`RepositoryError`] if the store cannot be read.
pub(crate) async fn begin(
    repository: &dyn Repository,
    earlier: Vec<CommandId>,
) -> Result<Journal, RepositoryError> {
    let census = repository.census().await?;
    Ok(Journal {
        entries_before: rows_of(&census, Table::AuditEntry),
        commands_before: rows_of(&census, Table::Command),
        earlier,
        given: Vec::new(),
    })
}

fn rows_of(census: &Census, table: Table) -> u64 {
    census.tables.iter().find(|(known, _)| *known == table).map_or(0, |(_, count)| count.rows)
}
