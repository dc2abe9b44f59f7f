//! The list of every row type that a change set can write, and what storage must know of each.

use chrono::{Datelike, NaiveDate};

use super::{Entity, EntityRef, Removable, RowKey, Table, UniqueKey};
use crate::{
    account::{Location, Owner, Role, User, UserRole, UserStatus},
    audit::AuditEntry,
    availability::MAX_WINDOWS_PER_DATE,
    booking::{Booking, ProposalStatus, Reschedule, Series},
    command::CommandRecord,
    dog::{Dog, DogPhoto},
    error::{InvalidValue, Problem, within},
    ids::{
        AuditId, BookingId, CertificationId, CommandId, DisputeId, DogId, ExceptionId,
        LedgerEntryId, LocationId, NotificationId, OwnerId, PaymentId, PayoutId, PhotoId,
        ProviderEventId, QuoteId, RefundId, ReminderId, RescheduleId, ReviewId, RoleId, SeriesId,
        ServiceId, TimeBlockId, TrainerId, UserId, WindowId,
    },
    ledger::LedgerEntry,
    notification::{Notification, Preferences, Reminder},
    payment::{Dispute, Payment, PaymentStatus, Refund},
    payout::{Payout, PayoutItem},
    provider::ProviderEventRecord,
    quote::Quote,
    review::Review,
    trainer::{
        CalendarGuard, Certification, HoursException, HoursWindow, Rating, Service, TimeBlock,
        Trainer,
    },
};

/// Hands the list of all row types to the macro `$callback`.
///
/// `Change`, the tables of the memory backend and the dispatch of every backend are made from this
/// one list, so that a row type cannot be added and then forgotten by one of them. Parents stand
/// before the rows that refer to them: inserts are carried out in this order. Only an item of a payout
/// stands before its entry, which is append-only: where both are new, the item waits.
macro_rules! for_each_row {
    ($callback:ident $(, $argument:tt)*) => {
        $callback! { ($($argument)*)
            versioned {
                Role(crate::account::Role) in roles as "roles";
                User(crate::account::User) in users as "users";
                UserRole(crate::account::UserRole) in user_roles as "user_roles";
                Owner(crate::account::Owner) in owners as "dog_owners";
                Location(crate::account::Location) in locations as "locations";
                Trainer(crate::trainer::Trainer) in trainers as "dog_trainers";
                CalendarGuard(crate::trainer::CalendarGuard) in calendars as "trainer_calendars";
                Service(crate::trainer::Service) in services as "trainer_services";
                Certification(crate::trainer::Certification) in certifications as "trainer_certifications";
                HoursWindow(crate::trainer::HoursWindow) in hours as "trainer_availability";
                HoursException(crate::trainer::HoursException) in exceptions as "trainer_availability_exceptions";
                TimeBlock(crate::trainer::TimeBlock) in time_blocks as "trainer_time_blocks";
                Dog(crate::dog::Dog) in dogs as "dogs";
                DogPhoto(crate::dog::DogPhoto) in photos as "dog_photos";
                Series(crate::booking::Series) in series as "booking_series";
                Booking(crate::booking::Booking) in bookings as "bookings";
                Quote(crate::quote::Quote) in quotes as "quotes";
                Reschedule(crate::booking::Reschedule) in reschedules as "reschedule_requests";
                Review(crate::review::Review) in reviews as "reviews";
                Payment(crate::payment::Payment) in payments as "payments";
                Refund(crate::payment::Refund) in refunds as "refunds";
                Dispute(crate::payment::Dispute) in disputes as "disputes";
                Payout(crate::payout::Payout) in payouts as "payouts";
                PayoutItem(crate::payout::PayoutItem) in payout_items as "payout_items";
                Notification(crate::notification::Notification) in notifications as "notifications";
                Preferences(crate::notification::Preferences) in preferences as "notification_preferences";
            }
            append_only {
                Reminder(crate::notification::Reminder) in reminders as "reminders";
                LedgerEntry(crate::ledger::LedgerEntry) in ledger as "ledger_entries";
                ProviderEvent(crate::provider::ProviderEventRecord) in provider_events as "provider_events";
                Command(crate::command::CommandRecord) in commands as "commands";
                AuditEntry(crate::audit::AuditEntry) in audit as "audit_logs";
            }
        }
    };
}

pub(crate) use for_each_row;

impl Removable for UserRole {}
impl Removable for Location {}
impl Removable for Certification {}
impl Removable for HoursWindow {}
impl Removable for HoursException {}
impl Removable for TimeBlock {}
impl Removable for DogPhoto {}
impl Removable for Preferences {}

/// Checks that a date has a year of four digits, so that its text sorts as the date does.
fn check_date(what: &'static str, date: NaiveDate) -> Result<(), InvalidValue> {
    within(what, date.year(), 1900, 2200)
}

fn refer(table: Table, key: impl Into<RowKey>) -> EntityRef {
    EntityRef::new(table, key)
}

impl Entity for Role {
    type Key = RoleId;
    const TABLE: Table = Table::Role;

    fn key(&self) -> RoleId {
        self.id
    }

    fn each_unique(&self, visit: &mut dyn FnMut(UniqueKey)) {
        visit(UniqueKey::RoleName(self.name.to_string()));
    }
}

impl Entity for User {
    type Key = UserId;
    const TABLE: Table = Table::User;

    fn key(&self) -> UserId {
        self.id
    }

    fn each_unique(&self, visit: &mut dyn FnMut(UniqueKey)) {
        if self.status != UserStatus::Deleted {
            visit(UniqueKey::EmailKey(self.email.key()));
        }
    }
}

impl Entity for UserRole {
    type Key = (UserId, RoleId);
    const TABLE: Table = Table::UserRole;

    fn key(&self) -> (UserId, RoleId) {
        (self.user, self.role)
    }

    fn each_parent(&self, visit: &mut dyn FnMut(EntityRef)) {
        visit(refer(Table::User, self.user));
        visit(refer(Table::Role, self.role));
    }
}

impl Entity for Owner {
    type Key = OwnerId;
    const TABLE: Table = Table::Owner;

    fn key(&self) -> OwnerId {
        self.id
    }

    fn each_parent(&self, visit: &mut dyn FnMut(EntityRef)) {
        visit(refer(Table::User, self.user));
    }

    fn each_unique(&self, visit: &mut dyn FnMut(UniqueKey)) {
        visit(UniqueKey::OwnerProfile(self.user));
    }
}

impl Entity for Location {
    type Key = LocationId;
    const TABLE: Table = Table::Location;

    fn key(&self) -> LocationId {
        self.id
    }

    fn each_parent(&self, visit: &mut dyn FnMut(EntityRef)) {
        visit(refer(Table::User, self.user));
    }
}

impl Entity for Trainer {
    type Key = TrainerId;
    const TABLE: Table = Table::Trainer;

    fn key(&self) -> TrainerId {
        self.id
    }

    fn check(&self) -> Result<(), InvalidValue> {
        self.policy.check()?;
        let Rating { sum, count } = self.rating;
        if count >= 0 && (count..=count.saturating_mul(5)).contains(&sum) {
            Ok(())
        } else {
            Err(InvalidValue::new("rating", Problem::Malformed("the sum of 1 to 5 points each")))
        }
    }

    fn each_parent(&self, visit: &mut dyn FnMut(EntityRef)) {
        visit(refer(Table::User, self.user));
        if let Some(location) = self.search_location {
            visit(refer(Table::Location, location));
        }
    }

    fn each_unique(&self, visit: &mut dyn FnMut(UniqueKey)) {
        visit(UniqueKey::TrainerProfile(self.user));
    }

    fn keep_stored(&mut self, stored: &Self) {
        self.rating = stored.rating;
    }
}

impl Entity for CalendarGuard {
    type Key = TrainerId;
    const TABLE: Table = Table::CalendarGuard;

    fn key(&self) -> TrainerId {
        self.trainer
    }

    fn each_parent(&self, visit: &mut dyn FnMut(EntityRef)) {
        visit(refer(Table::Trainer, self.trainer));
    }
}

impl Entity for Service {
    type Key = ServiceId;
    const TABLE: Table = Table::Service;

    fn key(&self) -> ServiceId {
        self.id
    }

    fn check(&self) -> Result<(), InvalidValue> {
        Self::check(self)
    }

    fn each_parent(&self, visit: &mut dyn FnMut(EntityRef)) {
        visit(refer(Table::Trainer, self.trainer));
    }
}

impl Entity for Certification {
    type Key = CertificationId;
    const TABLE: Table = Table::Certification;

    fn key(&self) -> CertificationId {
        self.id
    }

    fn check(&self) -> Result<(), InvalidValue> {
        check_date("issued_at", self.issued_at)
    }

    fn each_parent(&self, visit: &mut dyn FnMut(EntityRef)) {
        visit(refer(Table::Trainer, self.trainer));
    }
}

impl Entity for HoursWindow {
    type Key = WindowId;
    const TABLE: Table = Table::HoursWindow;

    fn key(&self) -> WindowId {
        self.id
    }

    fn each_parent(&self, visit: &mut dyn FnMut(EntityRef)) {
        visit(refer(Table::Trainer, self.trainer));
    }
}

impl Entity for HoursException {
    type Key = ExceptionId;
    const TABLE: Table = Table::HoursException;

    fn key(&self) -> ExceptionId {
        self.id
    }

    fn check(&self) -> Result<(), InvalidValue> {
        if self.windows.len() > MAX_WINDOWS_PER_DATE {
            return Err(InvalidValue::new(
                "windows",
                Problem::TooLong { max: MAX_WINDOWS_PER_DATE as u64 },
            ));
        }
        check_date("local_date", self.local_date)
    }

    fn each_parent(&self, visit: &mut dyn FnMut(EntityRef)) {
        visit(refer(Table::Trainer, self.trainer));
    }

    fn each_unique(&self, visit: &mut dyn FnMut(UniqueKey)) {
        visit(UniqueKey::ExceptionDate(self.trainer, self.local_date));
    }
}

impl Entity for TimeBlock {
    type Key = TimeBlockId;
    const TABLE: Table = Table::TimeBlock;

    fn key(&self) -> TimeBlockId {
        self.id
    }

    fn each_parent(&self, visit: &mut dyn FnMut(EntityRef)) {
        visit(refer(Table::Trainer, self.trainer));
    }
}

impl Entity for Dog {
    type Key = DogId;
    const TABLE: Table = Table::Dog;

    fn key(&self) -> DogId {
        self.id
    }

    fn each_parent(&self, visit: &mut dyn FnMut(EntityRef)) {
        visit(refer(Table::Owner, self.owner));
    }
}

impl Entity for DogPhoto {
    type Key = PhotoId;
    const TABLE: Table = Table::DogPhoto;

    fn key(&self) -> PhotoId {
        self.id
    }

    fn each_parent(&self, visit: &mut dyn FnMut(EntityRef)) {
        visit(refer(Table::Dog, self.dog));
    }
}

impl Entity for Series {
    type Key = SeriesId;
    const TABLE: Table = Table::Series;

    fn key(&self) -> SeriesId {
        self.id
    }

    fn check(&self) -> Result<(), InvalidValue> {
        Self::check(self)
    }

    fn each_parent(&self, visit: &mut dyn FnMut(EntityRef)) {
        visit(refer(Table::Trainer, self.trainer));
        visit(refer(Table::Owner, self.owner));
    }
}

impl Entity for Booking {
    type Key = BookingId;
    const TABLE: Table = Table::Booking;

    fn key(&self) -> BookingId {
        self.id
    }

    fn check(&self) -> Result<(), InvalidValue> {
        Self::check(self)
    }

    fn each_parent(&self, visit: &mut dyn FnMut(EntityRef)) {
        visit(refer(Table::Trainer, self.trainer));
        visit(refer(Table::Owner, self.owner));
        visit(refer(Table::Dog, self.dog));
        if let Some(service) = self.service {
            visit(refer(Table::Service, service));
        }
        if let Some(series) = self.series {
            visit(refer(Table::Series, series));
        }
    }
}

impl Entity for Quote {
    type Key = QuoteId;
    const TABLE: Table = Table::Quote;

    fn key(&self) -> QuoteId {
        self.id
    }

    fn check(&self) -> Result<(), InvalidValue> {
        Self::check(self)
    }

    fn each_parent(&self, visit: &mut dyn FnMut(EntityRef)) {
        visit(refer(Table::Trainer, self.trainer));
        visit(refer(Table::Owner, self.owner));
        visit(refer(Table::Dog, self.dog));
        if let Some(service) = self.service {
            visit(refer(Table::Service, service));
        }
        if let Some(booking) = self.booking {
            visit(refer(Table::Booking, booking));
        }
    }
}

impl Entity for Reschedule {
    type Key = RescheduleId;
    const TABLE: Table = Table::Reschedule;

    fn key(&self) -> RescheduleId {
        self.id
    }

    fn check(&self) -> Result<(), InvalidValue> {
        Self::check(self)
    }

    fn each_parent(&self, visit: &mut dyn FnMut(EntityRef)) {
        visit(refer(Table::Booking, self.booking));
        visit(refer(Table::User, self.proposed_by));
    }

    fn each_unique(&self, visit: &mut dyn FnMut(UniqueKey)) {
        if self.status == ProposalStatus::Open {
            visit(UniqueKey::OpenProposal(self.booking));
        }
    }
}

impl Entity for Review {
    type Key = ReviewId;
    const TABLE: Table = Table::Review;

    fn key(&self) -> ReviewId {
        self.id
    }

    fn each_parent(&self, visit: &mut dyn FnMut(EntityRef)) {
        visit(refer(Table::Booking, self.booking));
        visit(refer(Table::Trainer, self.trainer));
        visit(refer(Table::Owner, self.owner));
    }

    fn each_unique(&self, visit: &mut dyn FnMut(UniqueKey)) {
        visit(UniqueKey::BookingReview(self.booking));
    }
}

impl Entity for Payment {
    type Key = PaymentId;
    const TABLE: Table = Table::Payment;

    fn key(&self) -> PaymentId {
        self.id
    }

    fn check(&self) -> Result<(), InvalidValue> {
        Self::check(self)
    }

    fn each_parent(&self, visit: &mut dyn FnMut(EntityRef)) {
        visit(refer(Table::Booking, self.booking));
    }

    fn each_unique(&self, visit: &mut dyn FnMut(UniqueKey)) {
        if self.status == PaymentStatus::Paid && !self.surplus {
            visit(UniqueKey::PaidPayment(self.booking));
        }
        if let Some(reference) = &self.provider_reference {
            visit(UniqueKey::PaymentReference(self.provider.clone(), reference.clone()));
        }
    }
}

impl Entity for Refund {
    type Key = RefundId;
    const TABLE: Table = Table::Refund;

    fn key(&self) -> RefundId {
        self.id
    }

    fn check(&self) -> Result<(), InvalidValue> {
        Self::check(self)
    }

    fn each_parent(&self, visit: &mut dyn FnMut(EntityRef)) {
        visit(refer(Table::Payment, self.payment));
        if let Some(replaced) = self.replaces {
            visit(refer(Table::Refund, replaced));
        }
    }

    fn each_unique(&self, visit: &mut dyn FnMut(UniqueKey)) {
        if let Some(reference) = &self.provider_reference {
            visit(UniqueKey::RefundReference(self.payment, reference.clone()));
        }
    }
}

impl Entity for Dispute {
    type Key = DisputeId;
    const TABLE: Table = Table::Dispute;

    fn key(&self) -> DisputeId {
        self.id
    }

    fn check(&self) -> Result<(), InvalidValue> {
        Self::check(self)
    }

    fn each_parent(&self, visit: &mut dyn FnMut(EntityRef)) {
        visit(refer(Table::Booking, self.booking));
        if let Some(payment) = self.payment {
            visit(refer(Table::Payment, payment));
        }
        if let Some(user) = self.opened_by {
            visit(refer(Table::User, user));
        }
    }

    fn each_unique(&self, visit: &mut dyn FnMut(UniqueKey)) {
        if let (Some(payment), Some(reference)) = (self.payment, &self.provider_reference) {
            visit(UniqueKey::DisputeReference(payment, reference.clone()));
        }
    }
}

impl Entity for Payout {
    type Key = PayoutId;
    const TABLE: Table = Table::Payout;

    fn key(&self) -> PayoutId {
        self.id
    }

    fn check(&self) -> Result<(), InvalidValue> {
        Self::check(self)
    }

    fn each_parent(&self, visit: &mut dyn FnMut(EntityRef)) {
        visit(refer(Table::Trainer, self.trainer));
    }

    fn each_unique(&self, visit: &mut dyn FnMut(UniqueKey)) {
        if self.state.is_running() {
            visit(UniqueKey::RunningPayout(self.trainer, self.amount.currency()));
        }
        if let Some(reference) = &self.provider_reference {
            visit(UniqueKey::PayoutReference(self.provider.clone(), reference.clone()));
        }
    }
}

impl Entity for PayoutItem {
    type Key = (PayoutId, LedgerEntryId);
    const TABLE: Table = Table::PayoutItem;

    fn key(&self) -> (PayoutId, LedgerEntryId) {
        (self.payout, self.entry)
    }

    fn each_parent(&self, visit: &mut dyn FnMut(EntityRef)) {
        visit(refer(Table::Payout, self.payout));
        visit(refer(Table::LedgerEntry, self.entry));
    }

    fn each_unique(&self, visit: &mut dyn FnMut(UniqueKey)) {
        if self.is_live() {
            visit(UniqueKey::LivePayoutItem(self.entry));
        }
    }
}

impl Entity for Notification {
    type Key = NotificationId;
    const TABLE: Table = Table::Notification;

    fn key(&self) -> NotificationId {
        self.id
    }

    fn each_parent(&self, visit: &mut dyn FnMut(EntityRef)) {
        visit(refer(Table::User, self.user));
    }
}

impl Entity for Preferences {
    type Key = UserId;
    const TABLE: Table = Table::Preferences;

    fn key(&self) -> UserId {
        self.user
    }

    fn each_parent(&self, visit: &mut dyn FnMut(EntityRef)) {
        visit(refer(Table::User, self.user));
    }
}

impl Entity for Reminder {
    type Key = ReminderId;
    const TABLE: Table = Table::Reminder;

    fn key(&self) -> ReminderId {
        self.id
    }

    fn each_parent(&self, visit: &mut dyn FnMut(EntityRef)) {
        visit(refer(Table::Booking, self.booking));
    }

    fn each_unique(&self, visit: &mut dyn FnMut(UniqueKey)) {
        visit(UniqueKey::ReminderStart(self.booking, self.starts_at));
    }
}

impl Entity for LedgerEntry {
    type Key = LedgerEntryId;
    const TABLE: Table = Table::LedgerEntry;

    fn key(&self) -> LedgerEntryId {
        self.id
    }

    fn check(&self) -> Result<(), InvalidValue> {
        Self::check(self)
    }

    fn each_parent(&self, visit: &mut dyn FnMut(EntityRef)) {
        for account in [self.debit, self.credit] {
            if let Some(trainer) = account.trainer() {
                visit(refer(Table::Trainer, trainer));
            }
        }
        if let Some(booking) = self.booking {
            visit(refer(Table::Booking, booking));
        }
        if let Some(payment) = self.payment {
            visit(refer(Table::Payment, payment));
        }
        if let Some(payout) = self.payout {
            visit(refer(Table::Payout, payout));
        }
    }
}

impl Entity for ProviderEventRecord {
    type Key = ProviderEventId;
    const TABLE: Table = Table::ProviderEvent;

    fn key(&self) -> ProviderEventId {
        self.id
    }

    fn check(&self) -> Result<(), InvalidValue> {
        Self::check(self)
    }

    fn each_unique(&self, visit: &mut dyn FnMut(UniqueKey)) {
        visit(UniqueKey::ProviderEvent(self.event.provider.clone(), self.event.id.clone()));
    }
}

impl Entity for CommandRecord {
    type Key = CommandId;
    const TABLE: Table = Table::Command;

    fn key(&self) -> CommandId {
        self.id
    }
}

impl Entity for AuditEntry {
    type Key = AuditId;
    const TABLE: Table = Table::AuditEntry;

    fn key(&self) -> AuditId {
        self.id
    }
}
