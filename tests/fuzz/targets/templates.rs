#![no_main]

use std::{fmt::Debug, str::FromStr, sync::LazyLock};

use libfuzzer_sys::fuzz_target;
use sitstay::{
    account::UserStatus,
    audit::{Subject, SubjectKind},
    ids::{BookingId, UserId},
    money::{Currency, Money},
    notification::{Facts, LessonFacts, Notification, NotificationKind, Recipient, Templates},
    review::Points,
    time::{Instant, Interval, ZoneId},
};

static ENGLISH: LazyLock<Templates> = LazyLock::new(Templates::english);
/// All that a text can name, with lessons at both ends of time and in between.
static FACTS: LazyLock<Vec<Facts>> = LazyLock::new(|| {
    let hours = [
        ("1970-01-01T00:00:00Z", "1970-01-01T01:00:00Z", "America/New_York"),
        ("2027-03-28T01:00:00Z", "2027-03-28T02:00:00Z", "Europe/Berlin"),
        ("2199-12-31T23:00:00Z", "2200-01-01T00:00:00Z", "Pacific/Kiritimati"),
    ];
    let fact = |(start, end, zone): (&str, &str, &str)| {
        let session = Interval::parse(start, end).expect("an hour");
        facts(session, zone.parse().expect("a zone"))
    };
    hours.map(fact).into()
});

fn id<T: FromStr<Err: Debug>>(last_digit: u8) -> T {
    format!("018f3b4e-0000-7000-8000-00000000000{last_digit}").parse().expect("an id")
}

fn facts(session: Interval, zone: ZoneId) -> Facts {
    let user: UserId = id(1);
    Facts {
        recipient: Recipient {
            user,
            first_name: "Ann".parse().expect("a name"),
            email: "ann@example.com".parse().expect("an address"),
            phone: None,
            status: UserStatus::Active,
        },
        lesson: Some(LessonFacts {
            booking: id(2),
            dog_name: "Rex".parse().expect("a name"),
            owner_first_name: "Ann".parse().expect("a name"),
            owner_user: user,
            service_name: None,
            session,
            trainer_name: ("Tina".parse().expect("a name"), "Fox".parse().expect("a name")),
            trainer_user: id(3),
            zone,
        }),
        proposed_start: Some(session.start()),
        amount: Some(Money::new(1_250, Currency::EUR)),
        points: Points::new(5).ok(),
    }
}

/// What was taken as a text can always be written, the title on one line.
fn renders(kind: NotificationKind, title: &str, body: &str) {
    let Ok(templates) = ENGLISH.clone().with(kind, title, body) else { return };
    for facts in &*FACTS {
        let notification = Notification {
            id: id(4),
            user: facts.recipient.user,
            kind,
            subject: Subject::new(SubjectKind::Booking, id::<BookingId>(2)),
            is_read: false,
            created_at: Instant::MIN,
            updated_at: Instant::MIN,
        };
        for zone in [None, Some(ZoneId::UTC)] {
            let message = templates.render(&notification, facts, zone);
            assert!(!message.title.contains(char::is_control), "{title:?}: {message:?}");
            let stored = kind.message();
            assert!(message.title != stored || title == stored, "{title:?} was not written");
        }
    }
}

fuzz_target!(|data: &[u8]| {
    let Ok(text) = str::from_utf8(data) else { return };
    let (title, body) = text.split_once('\n').unwrap_or((text, ""));
    for kind in NotificationKind::ALL {
        renders(*kind, title, body);
    }
});
