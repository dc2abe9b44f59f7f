//! A key exists once, and a command is recorded once.

use super::{
    broken::{Broken, each_is_refused},
    fixtures::{
        Everything, Fixtures, at, between, closed, date, just_after, just_before, released,
        returned,
    },
    world::{World, exists},
};
use crate::{
    account::{Location, Owner, Role, User},
    audit::AuditEntry,
    booking::{Booking, ProposalStatus, Reschedule, Series},
    command::CommandRecord,
    dog::{Dog, DogPhoto},
    ledger::LedgerEntry,
    notification::{Notification, Reminder},
    payment::{Dispute, Payment, Refund},
    payout::Payout,
    provider::ProviderEventRecord,
    quote::Quote,
    repository::{CallerQuery, ChangeSet, RepositoryError, Table},
    review::Review,
    trainer::{Certification, HoursException, HoursWindow, Service, TimeBlock, Trainer},
};

/// Makes a row for every table that has the key of a stored row, and nothing else in common.
pub(super) fn taken_keys(make: &Fixtures, of: &Everything) -> Vec<Broken> {
    let cast = &of.cast;
    let (trainer, evening) = (&cast.trainer, between("20:00", "21:00"));
    macro_rules! with_key_of {
        ($($add:ident $row:ident at $stored:expr => $other:expr;)+) => {
            vec![$(Broken::$add($row { id: $stored.id, ..$other }, exists(&$stored))),+]
        };
    }
    let mut broken = with_key_of![
        insert Role at of.role => make.role();
        insert User at cast.owner_user => make.user();
        insert Owner at cast.owner => make.owner(&cast.trainer_user);
        insert Location at of.location => make.location(&cast.owner_user);
        insert Trainer at cast.trainer => make.trainer(&cast.owner_user);
        insert Service at cast.service => make.service(trainer);
        insert Certification at of.certification => make.certification(trainer);
        insert HoursWindow at of.hours => make.hours(trainer);
        insert HoursException at of.exception => make.exception(trainer, date(5));
        insert TimeBlock at of.time_block => make.time_block(trainer, evening);
        insert Dog at cast.dog => make.dog(&cast.owner);
        insert DogPhoto at of.photo => make.photo(&cast.dog);
        insert Series at of.series => make.series(cast);
        insert Booking at of.booking => make.booking(cast, evening);
        insert Reschedule at of.reschedule => closed(
            make.reschedule(&of.booking, &cast.owner_user, evening),
            ProposalStatus::Declined,
        );
        insert Review at of.review => make.review(&of.spare);
        insert Payment at of.payment => make.payment(&of.spare);
        insert Refund at of.refund => make.refund(&of.payment);
        insert Dispute at of.dispute => make.dispute(&of.booking, &cast.owner_user);
        insert Quote at of.quote => make.quote(cast, evening);
        insert Payout at of.payout => returned(make.payout(trainer));
        insert Notification at of.notification => make.notification(&cast.trainer_user);
        append Reminder at of.reminder => make.reminder(&of.spare);
        append LedgerEntry at of.ledger_entry => make.ledger_entry(&of.spare);
        append ProviderEventRecord at of.provider_event => make.provider_event(&of.payment);
        append CommandRecord at of.command => make.command(&cast.trainer_user);
        append AuditEntry at of.audit_entry => make.audit_entry(&cast.trainer_user);
    ];
    // In these tables the key is all, or nearly all, of the row.
    broken.push(Broken::insert(of.admin, exists(&of.admin)));
    broken.push(Broken::insert(cast.calendar.clone(), exists(&cast.calendar)));
    broken.push(Broken::insert(released(of.payout_item), exists(&of.payout_item)));
    broken.push(Broken::insert(of.preferences.clone(), exists(&of.preferences)));
    broken
}

pub(super) async fn a_key_exists_once_in_every_table(world: World) {
    let stored = world.everything().await;
    let broken = taken_keys(&world.make, &stored);
    assert_eq!(broken.len(), Table::ALL.len());
    each_is_refused(&world, broken).await;
}

pub(super) async fn a_change_set_is_not_carried_out_twice(world: World) {
    let stored = world.everything().await;
    let before = world.picture(&stored).await;
    let mut again = ChangeSet::new();
    stored.insert_into(&mut again);
    let error = world.commit(again).await.unwrap_err();
    assert!(
        matches!(
            error,
            RepositoryError::AlreadyExists(_)
                | RepositoryError::Duplicate(_)
                | RepositoryError::TimeTaken { .. }
        ),
        "{error:?}"
    );
    assert_eq!(world.picture(&stored).await, before);
    // A booking that is there finds its own claims in the way, and is named for itself.
    let twin = ChangeSet::new().inserting(stored.booking.clone());
    world.refuses(twin, &exists(&stored.booking)).await;
}

pub(super) async fn a_command_is_recorded_once_and_returned(world: World) {
    let user = world.insert(world.make.user()).await;
    let command = world.append(world.make.command(&user)).await;
    let of_the_system = CommandRecord { actor: None, ..world.make.command(&user) };
    let of_the_system = world.append(of_the_system).await;

    for record in [command, of_the_system] {
        let asked = CallerQuery { command: record.id, user: Some(user.id) };
        let caller = world.caller(asked).await.unwrap();
        assert_eq!(caller.replay.as_ref(), Some(&record));
        assert_eq!(caller.standing.map(|standing| standing.user), Some(user.clone()));

        // Another command under the same id takes its whole change set along.
        let other = CommandRecord { result: "1".to_owned(), ..record.clone() };
        let changes = ChangeSet::new().inserting(world.make.notification(&user)).appending(other);
        world.refuses(changes, &exists(&record)).await;
        assert_eq!(world.replay(record.id).await, Some(record));
    }
    assert_eq!(world.replay(world.make.id()).await, None);
}

pub(super) async fn old_commands_are_purged(world: World) {
    let user = world.insert(world.make.user()).await;
    let before = at("12:00");
    let mut records = Vec::new();
    for created_at in [at("06:00"), just_before(before), before, just_after(before)] {
        let record = CommandRecord { created_at, ..world.make.command(&user) };
        records.push(world.append(record).await);
    }
    assert_eq!(world.purge_commands(before).await.unwrap(), 2);
    for record in &records[..2] {
        assert_eq!(world.replay(record.id).await, None);
    }
    for record in &records[2..] {
        assert_eq!(world.replay(record.id).await.as_ref(), Some(record));
    }
    assert_eq!(world.count(Table::Command).await.rows, 2);
    assert_eq!(world.purge_commands(before).await.unwrap(), 0);

    // What was purged may be carried out anew.
    world.append(records[0].clone()).await;
}
