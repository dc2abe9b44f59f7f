//! Commands that were given, against those that are stored and their audit entries.

use std::collections::HashSet;

use sitstay::{
    command::{CommandKind, CommandRecord},
    ids::{AuditId, CommandId, DerivedIds, IdSource},
    repository::{Caller, CallerQuery, Census, Repository, RepositoryError, Table},
};

use super::{Findings, Promise, Told, rows_of, together::together, trail::Trail};

/// What whoever gave a command was told last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// It was carried out.
    Done,
    /// It was turned down, and nothing was written.
    Refused,
    /// Nothing certain: the connection, or whoever asked, was gone first.
    Unknown,
}

/// A command that somebody gave.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Given {
    pub(crate) command: CommandId,
    pub(crate) ending: Ending,
}

/// Every command that was given from some moment on.
#[derive(Debug, Clone, Default)]
pub(crate) struct Journal {
    /// How many audit entries were stored at that moment.
    pub(crate) entries_before: u64,
    /// How many commands were stored at that moment.
    pub(crate) commands_before: u64,
    /// Some of the commands that were stored at that moment.
    pub(crate) earlier: Vec<CommandId>,
    pub(crate) given: Vec<Given>,
}

/// Of so many ids that a command draws in a row, at least one is an audit entry's.
const LONGEST_GAP: usize = 32;
/// How many commands are looked up before it is told how many.
const GROUP: usize = 1_000;

pub(super) async fn check(
    repository: &dyn Repository,
    journal: &Journal,
    trail: &Trail,
    census: &Census,
    findings: &mut Findings,
    told: Told<'_>,
) -> Result<(), RepositoryError> {
    let mut known = HashSet::new();
    let (mut stored, mut entries) = (0, HashSet::new());
    let given: Vec<&Given> =
        journal.given.iter().filter(|given| known.insert(given.command)).collect();
    for group in given.chunks(GROUP) {
        let ids: Vec<CommandId> = group.iter().map(|given| given.command).collect();
        for (given, record) in group.iter().zip(look_up(repository, &ids).await?) {
            compare(**given, record.as_ref(), findings);
            let Some(record) = record else { continue };
            stored += 1;
            let own = entries_of(&record, trail);
            findings.require(
                !own.is_empty() || may_be_silent(record.kind),
                Promise::Commands,
                || format!("{} {} has no audit entry", record.kind, record.id),
            );
            entries.extend(own);
        }
        told(group.len());
    }
    for group in journal.earlier.chunks(GROUP) {
        for (id, record) in group.iter().zip(look_up(repository, group).await?) {
            findings.require(record.is_some(), Promise::Commands, || {
                format!("command {id}, which was stored before, is not there")
            });
        }
        told(group.len());
    }
    for id in trail.recent.difference(&entries) {
        findings
            .add(Promise::Commands, || format!("audit entry {id} is of no command that was given"));
    }
    let (rows, expected) = (rows_of(census, Table::Command), journal.commands_before + stored);
    findings.require(rows == expected, Promise::Commands, || {
        format!("{rows} commands are stored, and {expected} are accounted for")
    });
    findings.look_at("commands", given.len() + journal.earlier.len());
    Ok(())
}

async fn look_up(
    repository: &dyn Repository,
    ids: &[CommandId],
) -> Result<Vec<Option<CommandRecord>>, RepositoryError> {
    let ask =
        |command: &CommandId| repository.caller(CallerQuery { command: *command, user: None });
    let answers: Vec<Caller> = together(ids.iter().map(ask)).await?;
    Ok(answers.into_iter().map(|caller| caller.replay).collect())
}

fn compare(given: Given, record: Option<&CommandRecord>, findings: &mut Findings) {
    let id = given.command;
    match (given.ending, record) {
        (Ending::Done, None) => {
            findings
                .add(Promise::Commands, || format!("command {id} was acknowledged and is lost"));
        }
        (Ending::Refused, Some(_)) => {
            findings.add(Promise::Commands, || format!("command {id} was refused and is stored"));
        }
        _ => {}
    }
}

/// Finds the audit entries that a command wrote: their ids are derived from the command's.
fn entries_of(record: &CommandRecord, trail: &Trail) -> Vec<AuditId> {
    let mut ids = DerivedIds::new(record.id, record.created_at);
    let (mut entries, mut gap) = (Vec::new(), 0);
    while gap < LONGEST_GAP {
        let id: AuditId = ids.next_id();
        gap += 1;
        if trail.recent.contains(&id) {
            entries.push(id);
            gap = 0;
        }
    }
    entries
}

/// Marking as read what is read already changes nothing, and is not told.
const fn may_be_silent(kind: CommandKind) -> bool {
    matches!(kind, CommandKind::ReadNotification | CommandKind::ReadAllNotifications)
}
