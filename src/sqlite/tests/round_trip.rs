use std::collections::BTreeSet;

use super::fresh;
use crate::{
    audit::{AuditEntry, Event},
    booking::{Booking, ProposalStatus},
    command::CommandRecord,
    conformance::fixtures::{Everything, Fixtures, at, completed, just_after},
    dog::DogSize,
    ledger::{Account, LedgerEntry},
    money::{BasisPoints, Currency, Money},
    notification::{NotificationKind, Preferences},
    payment::{Dispute, DisputeKind},
    payout::{Payout, PayoutState},
    provider::{Happening, RefundOutcome},
    repository::{Change, ChangeSet, Repository as _, Version, Versioned, Write, for_each_row},
    sql::{Part, Record},
    sqlite::{SqliteRepository, rows::Snapshot},
    time::{Instant, Interval},
    trainer::{BookingPolicy, CustomRequests, HoursException, Service, TimeBlock, Trainer},
};

/// Reads a row by its key, through nothing but its layout.
fn read_back<R: Record>(snapshot: Snapshot<'_>, row: &R) -> R {
    let columns = R::statements().columns_of("t");
    let key: Vec<_> = R::COLUMNS.iter().filter(|column| column.part == Part::Key).collect();
    let conditions: Vec<_> =
        (1..).zip(key).map(|(number, column)| format!("{} = ${number}", column.name)).collect();
    let table = R::TABLE;
    let sql = format!("SELECT {columns} FROM {table} t WHERE {}", conditions.join(" AND "));
    let reference: crate::repository::RowKey = row.key().into();
    let mut parameters = vec![reference.first().into()];
    parameters.extend(reference.second().map(Into::into));
    snapshot.first(&sql, &parameters, R::decode).unwrap().unwrap()
}

macro_rules! compare {
    ((($snapshot:expr, $change:expr))
        versioned { $($versioned:ident($v_type:ty) in $v_field:ident as $v_name:literal;)+ }
        append_only { $($append:ident($a_type:ty) in $a_field:ident as $a_name:literal;)+ }) => {
        match $change {
            $(Change::$versioned(write) => assert_eq!(&read_back($snapshot, write.row()), write.row()),)+
            $(Change::$append(row) => assert_eq!(&read_back($snapshot, row), row),)+
            Change::Rating(_) | Change::Release(_) => {}
        }
    };
}

macro_rules! to_update {
    ((($updates:expr, $change:expr))
        versioned { $($versioned:ident($v_type:ty) in $v_field:ident as $v_name:literal;)+ }
        append_only { $($append:ident($a_type:ty) in $a_field:ident as $a_name:literal;)+ }) => {
        match $change {
            $(Change::$versioned(Write::Insert(row)) => {
                $updates.update(Versioned::new(row, Version::FIRST));
            })+
            _ => {}
        }
    };
}

async fn comes_back(repository: &SqliteRepository, rows: ChangeSet) {
    repository.commit(rows.clone()).await.unwrap();
    let changes = rows.prepare().unwrap().changes;
    assert!(changes.len() > 20, "{}", changes.len());
    let compared = repository.read(move |snapshot| {
        for change in &changes {
            for_each_row!(compare, (snapshot, change));
        }
        Ok(())
    });
    compared.await.unwrap();
}

#[tokio::test]
async fn every_row_comes_back_as_it_went() {
    let (repository, _folder) = fresh();
    let make = Fixtures::new();
    for rows in [make.everything(), bare(make.everything()), rich(make.everything())] {
        comes_back(&repository, all(&rows)).await;
    }
}

#[tokio::test]
async fn an_update_writes_every_column() {
    let (repository, _folder) = fresh();
    let rows = Fixtures::new().everything();
    comes_back(&repository, all(&bare(rows.clone()))).await;
    let mut updates = ChangeSet::new();
    for change in all(&rich(rows)).prepare().unwrap().changes {
        for_each_row!(to_update, (updates, change));
    }
    comes_back(&repository, updates).await;
}

fn all(rows: &Everything) -> ChangeSet {
    let mut changes = ChangeSet::new();
    rows.insert_into(&mut changes);
    changes
}

/// Makes rows with nothing in every column that can be without, and the smallest values.
fn bare(mut rows: Everything) -> Everything {
    let user = &mut rows.cast.owner_user;
    (user.password, user.phone) = (None, None);
    let dog = &mut rows.cast.dog;
    (dog.breed, dog.age, dog.notes) = (None, None, "".parse().unwrap());
    rows.cast.trainer.search_location = None;
    rows.cast.service.accepted_dog_sizes = Vec::new();
    rows.exception.windows = Vec::new();
    rows.booking.series = None;
    rows.booking.service = None;
    rows.payment.provider_reference = None;
    rows.refund.provider_reference = None;
    rows.dispute = Dispute {
        kind: DisputeKind::Attendance,
        payment: None,
        amount: None,
        provider_reference: None,
        ..rows.dispute
    };
    rows.preferences.muted = BTreeSet::new();
    rows.ledger_entry = LedgerEntry { booking: None, payment: None, ..rows.ledger_entry };
    rows.payout.provider_reference = None;
    rows.quote.service = None;
    rows.quote.booking = None;
    rows.command.actor = None;
    rows.audit_entry.actor = None;
    rows
}

/// Makes rows with something in every column, and the largest values.
fn rich(mut rows: Everything) -> Everything {
    let user = &mut rows.cast.owner_user;
    user.password = Some(
        crate::contact::PasswordHash::parse("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA")
            .unwrap(),
    );
    user.phone = Some("+4915112345678".parse().unwrap());
    user.last_name = "Ångström-李".parse().unwrap();
    let dog = &mut rows.cast.dog;
    dog.breed = Some("Puli".parse().unwrap());
    dog.age = Some(crate::years::DogAge::MAX);
    dog.notes = "ß\n\u{1F415}".repeat(1_000).parse().unwrap();
    dog.removed_at = Some(Instant::MAX);
    rows.cast.trainer = trainer_on_all_terms(rows.cast.trainer);
    rows.cast.service = Service {
        accepted_dog_sizes: DogSize::ALL.to_vec(),
        duration_minutes: 1_440,
        buffer_after_minutes: 720,
        is_active: false,
        ..rows.cast.service
    };
    rows.exception = HoursException {
        windows: vec![crate::availability::Window::parse("22:30", "00:00").unwrap(); 24],
        ..rows.exception
    };
    rows.time_block =
        TimeBlock { during: Interval::new(Instant::MIN, Instant::MAX).unwrap(), ..rows.time_block };
    rows.booking = Booking {
        refund_cap: BasisPoints::new(1).unwrap(),
        rescheduled_from: Some(just_after(at("07:00"))),
        reschedules: 3,
        ..completed(rows.booking)
    };
    rows.role.updated_at = Instant::MAX;
    rows.admin.updated_at = Instant::MAX;
    rows.photo.updated_at = Instant::MAX;
    rows.series.updated_at = Instant::MAX;
    rows.spare.accepted_at = Some(at("06:30"));
    rows.refund.replaces = None;
    rows.reschedule.closed_at = Some(at("08:00"));
    rows.reschedule.status = ProposalStatus::Withdrawn;
    rows.review.reply = Some("Merci.".parse().unwrap());
    rows.review.is_hidden = true;
    rows.payment.surplus = true;
    rows.notification.is_read = true;
    rows.preferences =
        Preferences { muted: NotificationKind::ALL.iter().copied().collect(), ..rows.preferences };
    let trainer = rows.cast.trainer.id;
    rows.ledger_entry = LedgerEntry {
        debit: Account::TrainerPayable(trainer),
        credit: Account::TrainerInFlight(trainer),
        ..rows.ledger_entry
    };
    rows.ledger_entry.payout = Some(rows.spare_payout.id);
    rows.payout = Payout {
        amount: Money::new(i64::MAX, Currency::JPY),
        state: PayoutState::Processed,
        carried_in: i64::MAX,
        carried_out: 1,
        processed_at: Some(Instant::MAX),
        ..rows.payout
    };
    rows.payout_item.released_at = Some(Instant::MAX);
    rows.quote.expires_at = Instant::MAX;
    rows.provider_event.event.happening = Happening::Refund {
        refund: Some(rows.refund.id),
        reference: "~".repeat(255).parse().unwrap(),
        payment_reference: "~".parse().unwrap(),
        amount: Money::new(1_000_000_000_000, Currency::JPY),
        outcome: RefundOutcome::Canceled,
    };
    rows.command = CommandRecord { result: "{\"a\":[1,\"ü\"]}".to_owned(), ..rows.command };
    rows.audit_entry = AuditEntry {
        notified: vec![rows.notification.id],
        event: Event::ServiceAdded {
            service: rows.cast.service.id,
            trainer,
            price: Money::new(i64::MAX, Currency::JPY),
        },
        ..rows.audit_entry
    };
    rows
}

fn trainer_on_all_terms(trainer: Trainer) -> Trainer {
    let scheduling = trainer.policy.scheduling;
    let policy = BookingPolicy {
        scheduling: scheduling
            .with_slot_step_minutes(1_440)
            .and_then(|policy| policy.with_notice_minutes(365 * 24 * 60))
            .and_then(|policy| policy.with_days_ahead(730))
            .and_then(|policy| policy.with_daily_limit(Some(1_000)))
            .and_then(|policy| policy.with_weekly_limit(Some(1_000)))
            .unwrap(),
        hold_minutes: 43_200,
        auto_accept: true,
        custom_requests: Some(CustomRequests {
            min_minutes: 5,
            max_minutes: 1_440,
            min_price: 0,
            max_price: 1_000_000_000_000,
            currency: Currency::JPY,
            buffer_before_minutes: 720,
            buffer_after_minutes: 720,
        }),
        ..trainer.policy
    };
    Trainer { policy, is_verified: true, time_zone: "Asia/Kathmandu".parse().unwrap(), ..trainer }
}
