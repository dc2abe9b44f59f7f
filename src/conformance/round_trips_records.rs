//! What was written down is read back as it was, with every code.

use super::{
    extremes::{all_of_time, dogs, hostile, kuwait, read_back},
    fixtures::{between, date, days_later, paid},
    world::World,
};
use crate::{
    audit::{AuditEntry, Event, Subject, SubjectKind},
    booking::CancelKind,
    command::{CommandKind, CommandRecord, Fingerprint},
    ledger::{Account, LedgerEntry},
    money::{Currency, Money, Price},
    notification::{Notification, NotificationKind, Preferences},
    repository::BelongingsQuery,
    review::Points,
    time::Instant,
};

pub(super) async fn notifications(world: World) {
    let user = world.insert(world.make.user()).await;
    let notification = world.make.notification(&user);
    let subjects = SubjectKind::ALL.iter().cycle();
    let rows =
        NotificationKind::ALL.iter().zip(subjects).enumerate().map(|(index, (kind, about))| {
            Notification {
                kind: *kind,
                subject: Subject { kind: *about, id: uuid::Uuid::from_u128(index as u128) },
                is_read: index % 2 == 0,
                created_at: if index == 1 { Instant::MAX } else { Instant::MIN },
                ..notification.clone()
            }
        });
    read_back!(world: rows, row => {
        let query = BelongingsQuery { notification: Some(row.id), ..Default::default() };
        world.belonging(query).await.notification
    });
}

pub(super) async fn preferences(world: World) {
    let user = world.insert(world.make.user()).await;
    let preferences = world.make.preferences(&user);
    let rows = [
        Preferences { muted: [].into(), ..preferences.clone() },
        Preferences {
            muted: NotificationKind::ALL.iter().copied().collect(),
            updated_at: Instant::MAX,
            ..preferences.clone()
        },
        preferences,
    ];
    read_back!(world: rows, row => world.about(row.user).await.preferences);
}

pub(super) async fn the_ledger(world: World) {
    let cast = world.cast().await;
    let booking = world.book(&cast, between("09:00", "10:00")).await;
    let payment = world.insert(paid(world.make.payment(&booking))).await;
    let accounts = [
        Account::ProviderClearing,
        Account::PlatformFees,
        Account::TrainerPayable(cast.trainer.id),
        Account::TrainerInFlight(cast.trainer.id),
        Account::RefundsDue,
        Account::Disputes,
        Account::Discrepancies,
    ];
    let mut booked = Vec::new();
    for (index, debit) in accounts.into_iter().enumerate() {
        let plain = world.make.ledger_entry(&booking);
        let entry = LedgerEntry {
            debit,
            credit: accounts[(index + 1) % accounts.len()],
            amount: Money::new(if index == 0 { Price::MAX_MINOR } else { 1 }, kuwait()),
            payment: (index % 2 == 0).then_some(payment.id),
            payout: None,
            created_at: days_later(plain.created_at, index as i64),
            ..plain
        };
        booked.push(world.append(entry).await);
        assert_eq!(world.ledger(booking.id).await.unwrap(), booked);
    }
}

pub(super) async fn commands(world: World) {
    let user = world.insert(world.make.user()).await;
    let results = ["null".to_owned(), format!("{:?}", dogs(5_000)), format!("[{:?}]", hostile())];
    for (kind, result) in CommandKind::ALL.iter().zip(results.iter().cycle()) {
        let record = CommandRecord {
            actor: (result != "null").then_some(user.id),
            kind: *kind,
            fingerprint: Fingerprint::of(*kind, result),
            result: result.clone(),
            created_at: if result == "null" { Instant::MIN } else { Instant::MAX },
            ..world.make.command(&user)
        };
        world.append(record.clone()).await;
        assert_eq!(world.replay(record.id).await, Some(record));
    }
}

pub(super) async fn the_audit_trail(world: World) {
    let user = world.insert(world.make.user()).await;
    let make = &world.make;
    let euro = Money::new(Price::MAX_MINOR, Currency::EUR);
    let events = [
        Event::UserSignedUp { user: user.id },
        Event::NotificationsRead { user: user.id, count: u64::from(u32::MAX) },
        Event::ZoneChanged { trainer: make.id(), zone: "Asia/Kathmandu".parse().unwrap() },
        Event::ExceptionSet { trainer: make.id(), date: date(0) },
        Event::TimeBlocked { trainer: make.id(), block: make.id(), during: all_of_time() },
        Event::BusyTimeImported { trainer: make.id(), added: 5_000, removed: 0 },
        Event::ServiceUpdated { service: make.id(), price: euro, active: false },
        Event::BookingRequested {
            booking: make.id(),
            trainer: make.id(),
            owner: make.id(),
            dog: make.id(),
            session: between("09:00", "10:00"),
            price: euro,
            accepted: true,
            quote: Some(make.id()),
        },
        Event::QuoteGiven {
            quote: make.id(),
            trainer: make.id(),
            owner: make.id(),
            dog: make.id(),
            session: all_of_time(),
            price: euro,
            fee: euro,
            expires_at: Instant::MAX,
        },
        Event::BookingCancelled {
            booking: make.id(),
            kind: CancelKind::Withdrawn,
            refund_due: None,
        },
        Event::BookingCancelled {
            booking: make.id(),
            kind: CancelKind::Declined,
            refund_due: Some(euro),
        },
        Event::SeriesRequested {
            series: make.id(),
            trainer: make.id(),
            owner: make.id(),
            lessons: 52,
        },
        Event::ReviewEdited {
            review: make.id(),
            from: Points::new(1).unwrap(),
            to: Points::new(5).unwrap(),
        },
    ];
    let mut written = Vec::new();
    for (index, event) in events.into_iter().enumerate() {
        let entry = AuditEntry {
            id: make.id(),
            actor: (index % 2 == 0).then_some(user.id),
            event,
            notified: (0..index % 3).map(|_| make.id()).collect(),
            created_at: if index % 3 == 0 { Instant::MAX } else { Instant::MIN },
        };
        written.push(world.append(entry).await);
    }
    assert_eq!(world.audited().await, written);
}
