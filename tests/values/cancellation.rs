//! What a cancellation policy gives back, on ordinary days and on those when clocks change.

use chrono::{Days, TimeDelta};
use proptest::prelude::*;
use sitstay::{
    cancellation::{CancellationPolicy, CutOff, Tier},
    money::BasisPoints,
    time::{Instant, WallTime, Zone, ZoneId},
};

fn zone(name: &str) -> Zone {
    name.parse::<ZoneId>().unwrap().zone()
}

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

fn points(points: u16) -> BasisPoints {
    BasisPoints::new(points).unwrap()
}

fn minutes(minutes: u32, refund: u16) -> Tier {
    Tier { until: CutOff::MinutesBefore(minutes), refund: points(refund) }
}

fn local(days_before: u16, time: &str, refund: u16) -> Tier {
    let time = time.parse::<WallTime>().unwrap();
    Tier { until: CutOff::LocalTime { days_before, time }, refund: points(refund) }
}

fn any_zone() -> impl Strategy<Value = Zone> {
    proptest::sample::select(vec![
        "America/New_York",
        "Europe/London",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "Asia/Kathmandu",
        "America/St_Johns",
        "Africa/Casablanca",
        "UTC",
    ])
    .prop_map(zone)
}

fn any_cut_off() -> impl Strategy<Value = CutOff> {
    prop_oneof![
        (0..20_000_u32).prop_map(CutOff::MinutesBefore),
        (0..14_u16, 0..1_440_u16).prop_map(|(days_before, minutes)| CutOff::LocalTime {
            days_before,
            time: WallTime::from_minutes(minutes).unwrap(),
        }),
    ]
}

/// Policies of up to four tiers, of which those that fit after the ones before are kept.
fn any_policy() -> impl Strategy<Value = CancellationPolicy> {
    prop::collection::vec((any_cut_off(), 0..=10_000_u16), 0..8).prop_map(|mut drawn| {
        drawn.sort_by_key(|(_, refund)| std::cmp::Reverse(*refund));
        let mut policy = CancellationPolicy::new(Vec::new()).unwrap();
        for (until, refund) in drawn {
            let mut tiers = policy.tiers().to_vec();
            tiers.push(Tier { until, refund: points(refund) });
            policy = CancellationPolicy::new(tiers).unwrap_or(policy);
        }
        policy
    })
}

fn any_start() -> impl Strategy<Value = Instant> {
    // 2011, when Apia left out a day, to 2033; whole minutes.
    (1_293_840_000_i64 / 60..2_000_000_000 / 60)
        .prop_map(|minute| Instant::from_micros(minute * 60_000_000).unwrap())
}

fn any_lead() -> impl Strategy<Value = TimeDelta> {
    (-3_600..15 * 86_400_i64).prop_map(TimeDelta::seconds)
}

proptest! {
    #[test]
    fn the_share_never_rises_as_time_goes_on(
        policy in any_policy(), zone in any_zone(), start in any_start(), a in any_lead(), b in any_lead(),
    ) {
        let (sooner, later) = (start.saturating_add(-a.max(b)), start.saturating_add(-a.min(b)));
        let share = |now| policy.refund_share(start, &zone, now);
        prop_assert!(share(sooner) >= share(later));
        prop_assert_eq!(share(start), BasisPoints::NONE);
    }

    #[test]
    fn deadlines_tell_the_same_story_as_the_share(
        policy in any_policy(), zone in any_zone(), start in any_start(), lead in any_lead(),
    ) {
        let now = start.saturating_add(-lead);
        let deadlines = policy.deadlines(start, &zone);
        prop_assert!(deadlines.is_sorted_by(|a, b| a.0 < b.0 && a.1 > b.1));
        let told = deadlines.iter().find(|(until, _)| now < *until).map_or(BasisPoints::NONE, |(_, share)| *share);
        prop_assert_eq!(policy.refund_share(start, &zone, now), told);
        for (until, share) in deadlines {
            let before = until.saturating_add(TimeDelta::microseconds(-1));
            prop_assert_eq!(policy.refund_share(start, &zone, before), share);
            prop_assert!(policy.refund_share(start, &zone, until) < share || share == BasisPoints::NONE);
        }
    }

    #[test]
    fn noon_of_the_day_before_is_what_the_wall_clock_shows(
        zone in any_zone(), start in any_start(), lead in any_lead(),
    ) {
        let now = start.saturating_add(-lead);
        let shown = zone.local(now);
        let day_before = zone.date(start).checked_sub_days(Days::new(1)).unwrap();
        let noon = WallTime::new(12, 0).unwrap();
        let expected = if (shown.date, shown.time) < (day_before, noon) {
            BasisPoints::FULL
        } else if now < start {
            BasisPoints::HALF
        } else {
            BasisPoints::NONE
        };
        prop_assert_eq!(CancellationPolicy::one_day().refund_share(start, &zone, now), expected);
    }

    #[test]
    fn policies_survive_json(policy in any_policy()) {
        let json = serde_json::to_string(&policy).unwrap();
        prop_assert_eq!(serde_json::from_str::<CancellationPolicy>(&json).unwrap(), policy);
    }
}

#[test]
fn cut_offs_are_exact_when_clocks_change() {
    let cases = [
        // Clocks jump from 02:00 to 03:00 on 14 March: the first instant after the gap.
        ("America/New_York", "2027-03-15T14:00:00Z", local(1, "02:30", 1), "2027-03-14T07:00:00Z"),
        // They go back from 02:00 to 01:00 on 7 November: the later of two.
        ("America/New_York", "2027-11-08T15:00:00Z", local(1, "01:30", 1), "2027-11-07T06:30:00Z"),
        // The day between is 23 hours long, by the clock and by elapsed time.
        ("America/New_York", "2027-03-14T14:00:00Z", local(1, "10:00", 1), "2027-03-13T15:00:00Z"),
        ("America/New_York", "2027-03-14T14:00:00Z", minutes(1_440, 1), "2027-03-13T14:00:00Z"),
        // Half an hour is repeated on Lord Howe on 4 April.
        (
            "Australia/Lord_Howe",
            "2027-04-04T23:00:00Z",
            local(1, "01:45", 1),
            "2027-04-03T15:15:00Z",
        ),
        // Apia left out the whole of 30 December 2011.
        ("Pacific/Apia", "2011-12-30T20:00:00Z", local(1, "12:00", 1), "2011-12-30T10:00:00Z"),
        // A cut-off later than the start is the start.
        ("UTC", "2027-03-01T07:00:00Z", local(0, "08:00", 1), "2027-03-01T07:00:00Z"),
        // One earlier than any instant is the first of them.
        ("UTC", "1970-01-02T09:00:00Z", local(2, "12:00", 1), "1970-01-01T00:00:00Z"),
    ];
    for (name, start, tier, until) in cases {
        assert_eq!(tier.until.instant(at(start), &zone(name)), at(until), "{name} {start}");
    }
}

#[test]
fn presets_give_back_what_they_say() {
    let (berlin, start) = (zone("Europe/Berlin"), at("2027-01-20T10:00:00Z"));
    let story = |policy: CancellationPolicy| {
        assert_eq!(CancellationPolicy::new(policy.tiers().to_vec()).as_ref(), Ok(&policy));
        policy.deadlines(start, &berlin)
    };
    let (full, half) = (BasisPoints::FULL, BasisPoints::HALF);
    assert_eq!(story(CancellationPolicy::same_day()), [(at("2027-01-20T08:00:00Z"), full)]);
    assert_eq!(
        story(CancellationPolicy::one_day()),
        [(at("2027-01-19T11:00:00Z"), full), (start, half)]
    );
    let [noon_before, three_before, seven_before] =
        ["2027-01-19T11:00:00Z", "2027-01-17T11:00:00Z", "2027-01-13T11:00:00Z"].map(at);
    assert_eq!(
        story(CancellationPolicy::three_days()),
        [(three_before, full), (noon_before, half)]
    );
    assert_eq!(
        story(CancellationPolicy::seven_days()),
        [(seven_before, full), (three_before, half)]
    );
    assert_eq!(CancellationPolicy::default(), CancellationPolicy::one_day());
}

#[test]
fn tiers_out_of_order_are_refused() {
    let sound = [
        vec![],
        vec![minutes(0, 0)],
        vec![minutes(60, 2), minutes(59, 1)],
        vec![local(1, "12:00", 2), local(1, "12:01", 1)],
        vec![local(2, "12:01", 2), local(1, "12:00", 1)],
        vec![local(0, "08:00", 2), minutes(0, 1)],
        vec![minutes(2_880, 2), local(1, "12:00", 1)],
        // A lesson at 23:59 starts 2,879 minutes after the day before it began.
        vec![local(1, "00:00", 2), minutes(2_878, 1)],
        vec![minutes(365 * 1_440, 1)],
        vec![local(365, "12:00", 1)],
    ];
    for tiers in sound {
        assert!(CancellationPolicy::new(tiers.clone()).is_ok(), "{tiers:?}");
    }
    let unsound = [
        vec![minutes(60, 2), minutes(60, 1)],
        vec![minutes(60, 2), minutes(61, 1)],
        vec![minutes(60, 1), minutes(30, 1)],
        vec![minutes(60, 1), minutes(30, 2)],
        vec![local(1, "12:00", 2), local(1, "12:00", 1)],
        vec![local(1, "12:00", 2), local(2, "12:00", 1)],
        vec![local(1, "12:00", 2), minutes(4_000, 1)],
        vec![local(1, "00:00", 2), minutes(2_879, 1)],
        vec![minutes(60, 2), local(1, "12:00", 1)],
        vec![minutes(365 * 1_440 + 1, 1)],
        vec![local(366, "12:00", 1)],
        (0..9).map(|n| minutes(100 - n, 100 - n as u16)).collect(),
    ];
    for tiers in unsound {
        assert!(CancellationPolicy::new(tiers.clone()).is_err(), "{tiers:?}");
        let json = serde_json::to_value(&tiers).unwrap();
        assert!(serde_json::from_value::<CancellationPolicy>(json).is_err(), "{tiers:?}");
    }
}

#[test]
fn the_stored_form_is_short_and_stays() {
    let json = serde_json::to_string(&CancellationPolicy::one_day()).unwrap();
    let expected = r#"[{"until":{"local_time":{"days_before":1,"time":"12:00"}},"refund":10000},{"until":{"minutes_before":0},"refund":5000}]"#;
    assert_eq!(json, expected);
}

#[test]
fn a_capped_share_is_the_smaller_one() {
    let (policy, utc) = (CancellationPolicy::one_day(), zone("UTC"));
    let (start, early) = (at("2027-01-20T10:00:00Z"), at("2027-01-01T10:00:00Z"));
    let share = policy.refund_share(start, &utc, early);
    assert_eq!(share.min(BasisPoints::HALF), BasisPoints::HALF);
    assert_eq!(share.min(BasisPoints::FULL), BasisPoints::FULL);
}

#[test]
fn tiers_that_end_together_are_one_deadline() {
    // On 28 March 2027 Berlin skips the hour from 02:00, and both times mean its end.
    let tiers = vec![local(0, "02:15", 10_000), local(0, "02:45", 5_000)];
    let policy = CancellationPolicy::new(tiers).unwrap();
    let deadlines = policy.deadlines(at("2027-03-28T10:00:00Z"), &zone("Europe/Berlin"));
    assert_eq!(deadlines, [(at("2027-03-28T01:00:00Z"), points(10_000))]);
}
