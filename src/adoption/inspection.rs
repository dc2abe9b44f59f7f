//! The dry run: every row is read as the copy would read it, and what it breaks is listed.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use sqlx::postgres::PgRow;

use super::{
    AdoptionError, Report, SourceTable, ledger, lessons, offers,
    overlaps::{Held, Side, Sweep, Week},
    people,
    piece::{Found, Piece},
    reading::{Context, Reading},
    source::Source,
};
use crate::{
    account::UserRole,
    repository::{Change, RowKey, Write},
    trainer::HoursWindow,
};

/// Reads a row of a table.
pub(super) fn read(
    table: SourceTable,
    row: &PgRow,
    context: &Context<'_>,
) -> Result<Found, AdoptionError> {
    let mut reading = Reading::new(table, row, context);
    let read = match table {
        SourceTable::Roles => people::role,
        SourceTable::Users => people::user,
        SourceTable::UserRoles => people::user_role,
        SourceTable::Owners => people::owner,
        SourceTable::Locations => people::location,
        SourceTable::Trainers => people::trainer,
        SourceTable::Services => offers::service,
        SourceTable::Certifications => offers::certification,
        SourceTable::Hours => offers::hours_window,
        SourceTable::Dogs => offers::dog,
        SourceTable::Photos => offers::photo,
        SourceTable::Bookings => lessons::booking,
        SourceTable::Reviews => lessons::review,
        SourceTable::Payments => ledger::payment,
        SourceTable::Payouts => ledger::payout,
        SourceTable::Notifications => ledger::notification,
        SourceTable::AuditLogs => people::not_kept,
    };
    let piece = read(&mut reading);
    reading.finish(piece)
}

/// Reads every row of the source, and lists what breaks a rule.
pub(super) async fn inspect(
    source: &mut Source,
    context: &Context<'_>,
) -> Result<Report, AdoptionError> {
    let mut report = Report::default();
    for &table in SourceTable::ALL {
        if table == SourceTable::AuditLogs {
            report.rows.insert(table, source.count(table).await?);
            continue;
        }
        let mut count = 0;
        let mut week = Week::default();
        let mut held = Held::default();
        let mut rows = source.rows(table, table.by_key()).await?;
        loop {
            let portion = source.next(&mut rows).await?;
            if portion.is_empty() {
                break;
            }
            count += portion.len() as u64;
            for row in &portion {
                let found = read(table, row, context)?;
                report.offenders.extend(found.offenders);
                let Some(piece) = found.piece else { continue };
                for remark in found.remarks {
                    *report.remarks.entry(remark).or_default() += 1;
                }
                if let Some(window) = window_of(&piece) {
                    report.offenders.extend(week.take(window));
                }
                if table == SourceTable::UserRoles
                    && let Some(role) = role_of(&piece)
                {
                    report.offenders.extend(held.take(*role, piece.key));
                }
            }
        }
        report.rows.insert(table, count);
        if table == SourceTable::Bookings {
            for side in [Side::Trainer, Side::Dog] {
                sweep(source, context, side, &mut report).await?;
            }
        }
    }
    Ok(report)
}

fn window_of(piece: &Piece) -> Option<&HoursWindow> {
    piece.changes.iter().find_map(|change| match change {
        Change::HoursWindow(Write::Insert(window)) => Some(window),
        _ => None,
    })
}

/// The role that a row of `user_roles` gives.
fn role_of(piece: &Piece) -> Option<&UserRole> {
    piece.changes.iter().find_map(|change| match change {
        Change::UserRole(Write::Insert(role)) => Some(role),
        _ => None,
    })
}

/// Restricts bookings to those that can be active at the adoption's instant.
pub(super) fn may_be_active(context: &Context<'_>) -> String {
    // Local time is never more than two days away from UTC.
    let wait = TimeDelta::seconds(context.terms.auto_complete_after) + TimeDelta::days(2);
    let after = context.now.saturating_add(-wait).to_utc().naive_utc();
    format!("WHERE t.end_time > '{}'", after.format("%Y-%m-%d %H:%M:%S%.6f"))
}

/// Lists the active lessons that overlap; those that are listed already do not count.
async fn sweep(
    source: &mut Source,
    context: &Context<'_>,
    side: Side,
    report: &mut Report,
) -> Result<(), AdoptionError> {
    let listed: BTreeSet<RowKey> = report
        .offenders
        .iter()
        .filter(|offender| offender.table == SourceTable::Bookings)
        .map(|offender| offender.key)
        .collect();
    let whose = match side {
        Side::Trainer => "trainer_id",
        Side::Dog => "dog_id",
    };
    let which = format!("{} ORDER BY t.{whose}, t.start_time, t.id", may_be_active(context));
    let mut rows = source.rows(SourceTable::Bookings, &which).await?;
    let mut overlaps = Sweep::new(side);
    loop {
        let portion = source.next(&mut rows).await?;
        if portion.is_empty() {
            return Ok(());
        }
        for row in &portion {
            let found = read(SourceTable::Bookings, row, context)?;
            let booking = found.piece.as_ref().and_then(lessons::booking_of);
            let active = booking
                .filter(|booking| booking.status.is_active() && !listed.contains(&found.key));
            report.offenders.extend(active.and_then(|booking| overlaps.take(booking)));
        }
    }
}
