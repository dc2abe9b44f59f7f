//! What a row refers to exists, and stays.

use super::{
    broken::{Broken, each_is_refused},
    fixtures::{Everything, Fixtures, between, date, released},
    world::{World, first, race},
};
use crate::{
    account::{Location, Owner, RoleName, UserRole},
    booking::{Booking, Reschedule, Series},
    dog::{Dog, DogPhoto},
    ids::Id,
    ledger::{Account, LedgerEntry},
    notification::{Notification, Preferences, Reminder},
    payment::{Dispute, Payment, Refund},
    payout::{Payout, PayoutItem},
    quote::Quote,
    repository::{ChangeSet, Entity, EntityRef, RepositoryError, Table},
    review::Review,
    trainer::{
        CalendarGuard, Certification, HoursException, HoursWindow, Service, TimeBlock, Trainer,
    },
};

fn missing(table: Table, id: impl Id) -> RepositoryError {
    RepositoryError::MissingReference(EntityRef::new(table, id))
}

/// Makes a row for every reference that there is, to a row that does not exist.
pub(super) fn missing_parents(make: &Fixtures, of: &Everything) -> Vec<Broken> {
    let cast = &of.cast;
    let (user, trainer) = (&cast.owner_user, &cast.trainer);
    let evening = between("20:00", "21:00");
    macro_rules! rows {
        ($($add:ident $row:ident($field:ident = $table:ident $($wrap:path)?) like $other:expr;)+) => {
            vec![$({
                let id = make.id();
                let row = $row { $field: $($wrap)?(id), ..$other };
                Broken::$add(row, missing(Table::$table, id))
            }),+]
        };
    }
    let booking = make.booking(cast, evening);
    let proposal = make.reschedule(&of.spare, user, evening);
    let entry = make.ledger_entry(&of.booking);
    rows![
        insert UserRole(user = User) like make.user_role(user, RoleName::Admin);
        insert UserRole(role = Role) like make.user_role(user, RoleName::Admin);
        insert Owner(user = User) like make.owner(user);
        insert Location(user = User) like make.location(user);
        insert Trainer(user = User) like make.trainer(user);
        insert Trainer(search_location = Location Some) like make.trainer(user);
        insert CalendarGuard(trainer = Trainer) like make.calendar(trainer);
        insert Service(trainer = Trainer) like make.service(trainer);
        insert Certification(trainer = Trainer) like make.certification(trainer);
        insert HoursWindow(trainer = Trainer) like make.hours(trainer);
        insert HoursException(trainer = Trainer) like make.exception(trainer, date(9));
        insert TimeBlock(trainer = Trainer) like make.time_block(trainer, evening);
        insert Dog(owner = Owner) like make.dog(&cast.owner);
        insert DogPhoto(dog = Dog) like make.photo(&cast.dog);
        insert Series(trainer = Trainer) like make.series(cast);
        insert Series(owner = Owner) like make.series(cast);
        insert Booking(trainer = Trainer) like booking.clone();
        insert Booking(owner = Owner) like booking.clone();
        insert Booking(dog = Dog) like booking.clone();
        insert Booking(service = Service Some) like booking.clone();
        insert Booking(series = Series Some) like booking.clone();
        insert Reschedule(booking = Booking) like proposal.clone();
        insert Reschedule(proposed_by = User) like proposal.clone();
        insert Review(booking = Booking) like make.review(&of.spare);
        insert Review(trainer = Trainer) like make.review(&of.spare);
        insert Review(owner = Owner) like make.review(&of.spare);
        insert Payment(booking = Booking) like make.payment(&of.spare);
        insert Refund(payment = Payment) like make.refund(&of.payment);
        insert Refund(replaces = Refund Some) like make.refund(&of.payment);
        insert Dispute(booking = Booking) like make.dispute(&of.booking, user);
        insert Dispute(payment = Payment Some) like make.provider_dispute(&of.payment);
        insert Dispute(opened_by = User Some) like make.dispute(&of.booking, user);
        insert Quote(trainer = Trainer) like make.quote(cast, evening);
        insert Quote(owner = Owner) like make.quote(cast, evening);
        insert Quote(dog = Dog) like make.quote(cast, evening);
        insert Quote(service = Service Some) like make.quote(cast, evening);
        insert Quote(booking = Booking Some) like make.quote(cast, evening);
        insert Payout(trainer = Trainer) like make.payout(trainer);
        insert PayoutItem(payout = Payout) like released(of.payout_item);
        insert PayoutItem(entry = LedgerEntry) like make.payout_item(&of.payout, &of.ledger_entry);
        insert Notification(user = User) like make.notification(user);
        insert Preferences(user = User) like make.preferences(user);
        append Reminder(booking = Booking) like make.reminder(&of.spare);
        append LedgerEntry(debit = Trainer Account::TrainerPayable) like entry.clone();
        append LedgerEntry(credit = Trainer Account::TrainerPayable) like entry.clone();
        append LedgerEntry(debit = Trainer Account::TrainerInFlight) like entry.clone();
        append LedgerEntry(credit = Trainer Account::TrainerInFlight) like entry.clone();
        append LedgerEntry(booking = Booking Some) like entry.clone();
        append LedgerEntry(payment = Payment Some) like entry.clone();
        append LedgerEntry(payout = Payout Some) like entry;
    ]
}

/// Points stored rows at rows that do not exist.
pub(super) fn lost_parents(make: &Fixtures, of: &Everything) -> Vec<Broken> {
    let cast = &of.cast;
    let (place, service, owner) = (make.id(), make.id(), make.id());
    let trainer = Trainer { search_location: Some(place), ..cast.trainer.clone() };
    let booking = Booking { service: Some(service), ..of.booking.clone() };
    let dog = Dog { owner, ..cast.dog.clone() };
    vec![
        Broken::update(first(&trainer), missing(Table::Location, place)),
        Broken::update(first(&booking), missing(Table::Service, service)),
        Broken::update(first(&dog), missing(Table::Owner, owner)),
    ]
}

pub(super) async fn every_missing_parent_is_named(world: World) {
    let stored = world.everything().await;
    each_is_refused(&world, missing_parents(&world.make, &stored)).await;
}

pub(super) async fn an_update_refers_to_what_exists(world: World) {
    let stored = world.everything().await;
    each_is_refused(&world, lost_parents(&world.make, &stored)).await;
}

pub(super) async fn parents_may_come_after_their_children_in_one_set(world: World) {
    let make = &world.make;
    let cast = make.cast();
    let booking = make.booking(&cast, between("09:00", "10:00"));
    let mut changes = ChangeSet::new().inserting(make.review(&booking)).inserting(booking.clone());
    changes.insert(cast.dog.clone());
    changes.insert(cast.owner.clone());
    changes.insert(cast.owner_user.clone());
    changes.insert(cast.service.clone());
    changes.insert(cast.trainer.clone());
    changes.insert(cast.trainer_user.clone());
    world.commits(changes).await;
    assert_eq!(world.booking(booking.id).await.unwrap(), Some(first(&booking)));
}

pub(super) async fn an_item_may_come_with_its_entry_in_one_set(world: World) {
    let stored = world.everything().await;
    let make = &world.make;
    let entry = make.ledger_entry(&stored.booking);
    let item = make.payout_item(&stored.payout, &entry);
    world.commits(ChangeSet::new().inserting(item).appending(entry)).await;
    assert_eq!(world.count(Table::PayoutItem).await.rows, 2);
}

pub(super) async fn an_update_may_refer_to_a_row_of_the_same_set(world: World) {
    let cast = world.cast().await;
    let location = world.make.location(&cast.trainer_user);
    let trainer = Trainer { search_location: Some(location.id), ..cast.trainer.clone() };
    world.commits(ChangeSet::new().updating(first(&trainer)).inserting(location)).await;
    let stored = world.trainer(trainer.id).await.unwrap().unwrap();
    assert_eq!(stored.into_value(), trainer);
}

pub(super) async fn the_location_that_search_uses_stays(world: World) {
    let stored = world.everything().await;
    let location = first(&stored.location);
    orphaning(&stored).is_refused(&world).await;

    let trainer = Trainer { search_location: None, ..stored.cast.trainer.clone() };
    world.update(first(&trainer)).await;
    let mut changes = ChangeSet::new();
    changes.remove(location);
    world.commits(changes).await;
    assert_eq!(world.location(stored.location.id).await.unwrap(), None);
}

/// Removes the location that a trainer's search uses.
pub(super) fn orphaning(of: &Everything) -> Broken {
    let error = RepositoryError::StillReferenced(of.location.reference());
    Broken::remove(first(&of.location), error)
}

/// One removes a location while the other begins to use it: both cannot be.
pub(super) async fn a_row_is_not_removed_from_under_another(world: World) {
    for round in 0..30 {
        let cast = world.cast().await;
        let location = world.insert(world.make.location(&cast.trainer_user)).await;
        let trainer = Trainer { search_location: Some(location.id), ..cast.trainer.clone() };
        let mut removal = ChangeSet::new();
        removal.remove(location.clone());
        let outcomes = race([removal, ChangeSet::new().updating(first(&trainer))].map(|changes| {
            let world = world.clone();
            async move { world.commit(changes).await }
        }))
        .await;
        let committed = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
        assert_eq!(committed, 1, "round {round}: {outcomes:?}");
        let stored = world.trainer(trainer.id).await.unwrap().unwrap();
        let place = world.location(location.id).await.unwrap();
        assert_eq!(stored.search_location, place.map(|place| place.id));
    }
}
