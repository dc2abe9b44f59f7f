//! Rules of bookings that no storage is needed for.

use sitstay::{
    availability::{
        Calendar, Grid, Nearest, OpeningHours, Reason, Reasons, SchedulingPolicy, Session,
        WeeklyHours, Window,
    },
    booking::{
        Booking, BookingError, BookingStatus, Edge, Occurrence, ProposalStatus, Proposer,
        RequestFacts, WallStart, Wish,
    },
    conformance::fixtures::{
        Fixtures, accepted, at, between, buffered, cancelled, completed, date, days_later,
        just_before,
    },
    money::{BasisPoints, ChargeRule, Currency, MoneyPolicy},
    policy::PlatformPolicy,
    time::{Instant, Weekday, ZoneId},
};

/// A trainer who works every day from 08:00 to 13:00 UTC, and is asked at 06:00.
fn calendar(step_minutes: u32) -> Calendar {
    let morning = Window::parse("08:00", "13:00").unwrap();
    let weekly = WeeklyHours::new(Weekday::ALL.map(|weekday| (weekday, morning))).unwrap();
    let hours = OpeningHours::new(ZoneId::UTC.zone(), &weekly, &[]);
    let policy = SchedulingPolicy::default().with_slot_step_minutes(step_minutes).unwrap();
    Calendar::new(hours, policy.with_notice_minutes(0).unwrap(), at("06:00"))
}

#[test]
fn edges_lead_where_the_state_machine_shows() {
    use BookingStatus::{Accepted, Cancelled, Completed, Pending};

    let known =
        [(Pending, Accepted), (Pending, Cancelled), (Accepted, Cancelled), (Accepted, Completed)];
    for from in BookingStatus::ALL {
        for to in BookingStatus::ALL {
            assert_eq!(Edge::exists(*from, *to), known.contains(&(*from, *to)), "{from} to {to}");
        }
    }
}

#[test]
fn a_booking_occupies_its_trainer_as_long_as_it_may_take_place() {
    let make = Fixtures::new();
    let pending = buffered(make.booking(&make.cast(), between("09:00", "10:00")), 0, 15);
    let held = Booking { hold_expires_at: Some(at("08:00")), ..pending.clone() };
    let cases = [
        (held.clone(), just_before(at("08:00")), true),
        (held, at("08:00"), false),
        (accepted(pending.clone()), at("12:00"), true),
        (completed(pending.clone()), just_before(at("10:15")), true),
        (completed(pending.clone()), at("10:15"), false),
        (cancelled(pending.clone()), at("07:00"), false),
    ];
    for (booking, now, expected) in cases {
        assert_eq!(booking.occupies(now), expected, "{} at {now}", booking.status);
    }
    assert_eq!(pending.trainer_claim().resource.as_uuid(), pending.trainer.as_uuid());
    assert_eq!(pending.dog_claim().resource.as_uuid(), pending.dog.as_uuid());
}

#[test]
fn an_offset_is_less_than_a_day_and_two_hours() {
    let make = Fixtures::new();
    let booking = make.booking(&make.cast(), between("09:00", "10:00"));
    let bound = 26 * 3_600;
    for (utc_offset, expected) in
        [(bound - 1, true), (1 - bound, true), (bound, false), (-bound, false)]
    {
        let wall_start = WallStart { utc_offset, ..booking.wall_start };
        let shown = Booking { wall_start, ..booking.clone() };
        assert_eq!(shown.check().is_ok(), expected, "{utc_offset}");
    }
}

#[test]
fn a_proposal_is_closed_once_and_answered_in_time() {
    use ProposalStatus::{Accepted, Declined, Expired, Withdrawn};

    let make = Fixtures::new();
    let cast = make.cast();
    let booking = make.booking(&cast, between("09:00", "10:00"));
    let open = make.reschedule(&booking, &cast.owner_user, between("12:00", "13:00"));
    let lapse = open.expires_at;
    for status in [Accepted, Declined, Withdrawn, Expired] {
        let now = just_before(lapse);
        let closed = open.clone().close(status, now).unwrap();
        assert_eq!((closed.status, closed.closed_at), (status, Some(now)));
        // Once it has lapsed, that is all that can be said of it.
        assert_eq!(open.clone().close(status, lapse).is_ok(), status == Expired, "{status}");
        for again in [Accepted, Declined, Withdrawn, Expired] {
            assert_eq!(closed.clone().close(again, now), Err(BookingError::ProposalClosed));
        }
    }
}

#[test]
fn a_series_skips_the_weeks_in_between() {
    let zone = ZoneId::UTC.zone();
    let lessons = Occurrence::series(at("09:00"), &zone, 3, 2);
    let dates: Vec<_> = lessons.iter().map(|lesson| lesson.date).collect();
    assert_eq!(dates, [date(0), date(14), date(28)]);
}

#[test]
fn owners_keep_the_grid_where_they_booked_a_service() {
    let make = Fixtures::new();
    let service = make.booking(&make.cast(), between("09:00", "10:00"));
    let custom = Booking { service: None, ..service.clone() };
    let (calendar, target) = (calendar(30), at("10:10"));
    for (booking, by, is_refused) in [
        (&service, Proposer::Owner, true),
        (&service, Proposer::Trainer, false),
        (&custom, Proposer::Owner, false),
        (&custom, Proposer::Trainer, false),
    ] {
        match booking.check_target(target, by, &calendar) {
            Ok(session) => assert!(!is_refused && session == between("10:10", "11:10"), "{by}"),
            Err(BookingError::Refused(refusal)) => {
                assert!(is_refused && refusal.reasons == Reason::OffGrid.into(), "{by}");
            }
            Err(other) => panic!("{other}"),
        }
    }
}

#[test]
fn the_own_start_is_no_start_to_move_to() {
    let make = Fixtures::new();
    let own = make.booking(&make.cast(), between("10:00", "11:00"));
    let calendar = calendar(60);
    let tomorrow = days_later(at("08:00"), 1);
    for (start, before, after) in [
        ("08:00", None, at("09:00")),
        ("09:00", Some(at("08:00")), at("11:00")),
        ("10:00", Some(at("09:00")), at("11:00")),
        ("10:30", Some(at("09:00")), at("11:00")),
        ("11:00", Some(at("09:00")), at("12:00")),
        ("12:00", Some(at("11:00")), tomorrow),
    ] {
        let nearest = own.nearest(at(start), &calendar);
        assert_eq!(nearest, Some(Nearest { before, after: Some(after) }), "{start}");
    }
}

#[test]
fn other_starts_are_named_where_only_the_time_is_wrong() {
    let make = Fixtures::new();
    let cast = make.cast();
    let calendar = calendar(30);
    let money = MoneyPolicy::new([ChargeRule::new(Currency::EUR, 1, 50).unwrap()]).unwrap();
    let policy = PlatformPolicy::new(BasisPoints::new(1_500).unwrap(), money);
    let facts = RequestFacts {
        trainer: &cast.trainer,
        trainer_active: true,
        owner: &cast.owner,
        owner_active: true,
        dog: Some(&cast.dog),
        service: Some(&cast.service),
        calendar: &calendar,
        policy: &policy,
        quoted: None,
    };
    let wish = Wish::Service(cast.service.id);
    assert_eq!(facts.reasons(wish, at("09:00")), Reasons::NONE);
    assert_eq!(facts.reasons(wish, at("09:10")), Reason::OffGrid.into());
    let shape = Session::of_minutes(cast.service.duration_minutes.into()).unwrap();
    assert_eq!(calendar.reasons(shape, at("09:10"), Grid::Kept), Reason::OffGrid.into());
    let around = Nearest { before: Some(at("09:00")), after: Some(at("09:30")) };
    assert_eq!(facts.nearest(wish, at("09:10")), Some(around));

    let suspended = RequestFacts { owner_active: false, ..facts };
    let reasons = [Reason::NotActive, Reason::OffGrid].into_iter().collect();
    assert_eq!(suspended.reasons(wish, at("09:10")), reasons);
    assert_eq!(suspended.nearest(wish, at("09:10")), None);
    assert_eq!(facts.reasons(wish, Instant::MAX), Reason::InvalidInterval.into());
    assert_eq!(facts.nearest(wish, Instant::MAX), None);
}
