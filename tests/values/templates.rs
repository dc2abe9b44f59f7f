//! The words of notifications: what is read is rendered, and a slip is found when it is read.

use std::sync::LazyLock;

use proptest::prelude::*;
use sitstay::{
    account::UserStatus,
    audit::{Subject, SubjectKind},
    ids::{BookingId, NotificationId, UserId},
    money::{Currency, Money},
    notification::{
        Facts, LessonFacts, Message, Notification, NotificationKind, Placeholder, Recipient,
        Template, TemplateError, Templates,
    },
    review::Points,
    time::{Instant, Interval, ZoneId},
};
use uuid::Uuid;

const TOM: UserId = UserId::from_uuid(Uuid::from_u128(1));
const ANN: UserId = UserId::from_uuid(Uuid::from_u128(2));

/// The English words, which are read once.
fn english() -> Templates {
    static ENGLISH: LazyLock<Templates> = LazyLock::new(Templates::english);
    ENGLISH.clone()
}

/// A notification of a kind to Ann, the owner.
fn notification(kind: NotificationKind) -> Notification {
    let at: Instant = "2027-03-01T06:00:00Z".parse().unwrap();
    Notification {
        id: NotificationId::from_uuid(Uuid::nil()),
        user: ANN,
        kind,
        subject: Subject::new(SubjectKind::Booking, BookingId::from_uuid(Uuid::nil())),
        is_read: false,
        created_at: at,
        updated_at: at,
    }
}

/// Everything that any text can name: Tom teaches Ann's Rex on a Monday in summer, at nine in Paris.
fn facts() -> Facts {
    let lesson = LessonFacts {
        booking: BookingId::from_uuid(Uuid::nil()),
        trainer_user: TOM,
        trainer_name: ("Tom".parse().unwrap(), "Lee".parse().unwrap()),
        owner_user: ANN,
        owner_first_name: "Ann".parse().unwrap(),
        dog_name: "Rex".parse().unwrap(),
        service_name: Some("Puppy class".parse().unwrap()),
        session: Interval::parse("2027-07-05T07:00:00Z", "2027-07-05T07:45:00Z").unwrap(),
        zone: "Europe/Paris".parse().unwrap(),
    };
    Facts {
        recipient: Recipient {
            user: ANN,
            email: "ann@example.com".parse().unwrap(),
            first_name: "Ann".parse().unwrap(),
            phone: None,
            status: UserStatus::Active,
        },
        lesson: Some(lesson),
        proposed_start: Some("2027-07-06T16:30:00Z".parse().unwrap()),
        amount: Some(Money::new(12_500, Currency::parse("KWD").unwrap())),
        points: Some(Points::new(4).unwrap()),
    }
}

/// Renders a body under a kind, or says why it is none.
fn body(kind: NotificationKind, text: &str, facts: &Facts) -> Result<String, TemplateError> {
    let templates = english().with(kind, "title", text)?;
    Ok(templates.render(&notification(kind), facts, None).body)
}

proptest! {
    #[test]
    fn a_text_that_names_nothing_is_rendered_as_it_is(text in any::<String>()) {
        let written = text.replace('{', "{{").replace('}', "}}");
        let rendered = body(NotificationKind::PayoutFailed, &written, &facts());
        prop_assert_eq!(rendered, Ok(text));
    }

    #[test]
    fn whatever_is_read_is_rendered_and_no_text_breaks_it(
        pieces in proptest::collection::vec(
            prop_oneof![
                any::<String>(),
                "[{}:%a-zA-Z_ -]{0,12}",
                "\\{(start|end|proposed_start):(%[-_0^#:.]?[0-9]{0,3}[a-zA-Z%]){0,3}\\}",
                proptest::sample::select(
                    Placeholder::ALL.iter().map(|named| format!("{{{named}}}")).collect::<Vec<_>>(),
                ),
            ],
            0..6,
        ),
        kind in proptest::sample::select(NotificationKind::ALL),
        end in proptest::sample::select(vec![Instant::MIN, Instant::MAX]),
        zone in proptest::sample::select(ZoneId::all().collect::<Vec<_>>()),
    ) {
        let text = pieces.concat();
        let mut facts = facts();
        facts.proposed_start = Some(end);
        let Ok(templates) = english().with(kind, "title", &text) else {
            return Ok(());
        };
        let Message { title, .. } = templates.render(&notification(kind), &facts, Some(zone));
        // Whatever was read can be written, at either end of time and in any zone.
        prop_assert_eq!(title, "title");
    }
}

#[test]
fn every_kind_has_english_words() {
    let templates = english();
    for kind in NotificationKind::ALL {
        let Message { title, body } = templates.render(&notification(*kind), &facts(), None);
        assert_ne!((title.as_str(), body.as_str()), (kind.message(), kind.message()), "{kind}");
        assert!(
            title.len() <= 60 && !title.contains('{') && !body.contains('{'),
            "{title}: {body}"
        );
    }
}

#[test]
fn a_slip_is_found_when_a_text_is_read() {
    let kind = NotificationKind::BookingMoved;
    let long = "x".repeat(10_001);
    let slips = [
        ("{dog", "template.unclosed"),
        ("{{{dog", "template.unclosed"),
        ("{dog{owner}}", "template.unclosed"),
        ("dog}", "template.unopened"),
        ("{dog}}}}", "template.unopened"),
        ("{cat}", "template.unknown_placeholder"),
        ("{}", "template.unknown_placeholder"),
        ("{Dog}", "template.unknown_placeholder"),
        ("{ dog }", "template.unknown_placeholder"),
        ("{dog:%H}", "template.unexpected_format"),
        ("{start:%}", "template.time_format"),
        ("{start:%!}", "template.time_format"),
        ("{amount}", "template.not_offered"),
        ("{proposed_start:%H:%M}", "template.not_offered"),
        ("{points}", "template.not_offered"),
        (&long, "value.too_long"),
    ];
    for (text, code) in slips {
        let refused = body(kind, text, &facts()).unwrap_err();
        assert_eq!(refused.code(), code, "{text}: {refused}");
        let in_title = english().with(kind, text, "body").unwrap_err();
        assert_eq!(in_title, refused);
    }
    for title in ["one\ntwo", "{dog}\r\nBcc: all@example.com", "{start:%H\t%M}", "{start:%n}"] {
        let refused = english().with(kind, title, "body").unwrap_err();
        assert_eq!(refused, TemplateError::TitleNotOneLine, "{title}");
        assert!(english().with(kind, "title", title).is_ok());
    }
}

#[test]
fn a_placeholder_is_what_it_says() {
    let facts = facts();
    let cases = [
        (
            NotificationKind::BookingMoved,
            "{reader}, {owner}, {trainer}, {other}",
            "Ann, Ann, Tom Lee, Tom Lee",
        ),
        (NotificationKind::BookingMoved, "{dog}: {service}", "Rex: Puppy class"),
        (NotificationKind::BookingMoved, "{start} {end}", "2027-07-05 09:00 2027-07-05 09:45"),
        (NotificationKind::BookingMoved, "{start:%-d.%-m. %H:%M %Z}", "5.7. 09:00 CEST"),
        (NotificationKind::ProposalMade, "{proposed_start:%A, %-d %B}", "Tuesday, 6 July"),
        (NotificationKind::PayoutFailed, "{{{amount}}}", "{12.500 KWD}"),
        (NotificationKind::ReviewReceived, "{points}/5", "4/5"),
    ];
    for (kind, text, expected) in cases {
        assert_eq!(body(kind, text, &facts).as_deref(), Ok(expected));
    }
    let named: Vec<_> =
        Template::parse("{dog} {start:%H} {{dog}}").unwrap().placeholders().collect();
    assert_eq!(named, [Placeholder::Dog, Placeholder::Start]);
}

#[test]
fn a_text_follows_its_reader() {
    let kind = NotificationKind::BookingMoved;
    let templates = english().with(kind, "title", "{other}, {start:%H:%M}").unwrap();
    let render = |facts: &Facts, zone| templates.render(&notification(kind), facts, zone).body;
    let mut facts = facts();
    assert_eq!(render(&facts, None), "Tom Lee, 09:00");
    assert_eq!(render(&facts, Some(ZoneId::UTC)), "Tom Lee, 07:00");
    facts.recipient.user = TOM;
    assert_eq!(render(&facts, Some("Asia/Kolkata".parse().unwrap())), "Ann, 12:30");
    // Whoever is on neither side has no other one.
    facts.recipient.user = UserId::from_uuid(Uuid::max());
    assert_eq!(render(&facts, None), kind.message());
}

#[test]
fn a_lesson_without_a_service_is_called_something() {
    let kind = NotificationKind::BookingMoved;
    let templates = english().with(kind, "title", "{service}").unwrap();
    let mut facts = facts();
    facts.lesson.as_mut().unwrap().service_name = None;
    let render = |templates: &Templates| templates.render(&notification(kind), &facts, None).body;
    assert_eq!(render(&templates), "a lesson");
    let own = templates.calling_custom_lessons("a lesson of your own".parse().unwrap());
    assert_eq!(render(&own), "a lesson of your own");
}

#[test]
fn where_a_fact_is_missing_the_stored_sentence_is_told() {
    let bare = Facts::from(facts().recipient);
    for kind in NotificationKind::ALL {
        let Message { title, body } = english().render(&notification(*kind), &bare, None);
        let names_nothing = !kind.offers(Placeholder::Dog) && !kind.offers(Placeholder::Amount);
        if names_nothing {
            assert_ne!(body, kind.message(), "{kind}");
        } else {
            assert_eq!((title.as_str(), body.as_str()), (kind.message(), kind.message()));
        }
    }
}
