//! `nettu_scheduler_domain`: a schedule's free time, less what is booked, cut into slots.

use nettu_scheduler_domain::{
    CompatibleInstances, EventInstance, Schedule, ScheduleRule, TimeSpan,
    booking_slots::{BookingSlotsOptions, get_booking_slots},
};
use serde_json::json;

use crate::{
    measure::Case,
    workload::{LESSON_MINUTES, Query, STEP_MINUTES, ZONE, week},
};

pub(crate) fn case(name: String, query: Query) -> Case {
    let schedule = Schedule { rules: rules(), ..schedule() };
    let span = TimeSpan::new(1_000 * query.start, 1_000 * query.end);
    let options = BookingSlotsOptions {
        start_ts: span.start(),
        end_ts: span.end(),
        duration: i64::from(LESSON_MINUTES) * 60_000,
        interval: i64::from(STEP_MINUTES) * 60_000,
    };
    let booked: Vec<EventInstance> = query
        .booked()
        .map(|(start, end)| EventInstance {
            start_ts: 1_000 * start,
            end_ts: 1_000 * end,
            busy: true,
        })
        .collect();
    let slots = move || {
        let mut free = schedule.freebusy(&span);
        free.remove_instances(&CompatibleInstances::new(booked.clone()), 0);
        get_booking_slots(&free, &options)
    };
    Case::new(name, slots, move |slots| query.check(slots.iter().map(|slot| slot.start / 1_000)))
}

fn schedule() -> Schedule {
    Schedule::new(Default::default(), Default::default(), &ZONE.parse().unwrap())
}

/// Rules can be made from JSON only.
fn rules() -> Vec<ScheduleRule> {
    let time = |minutes: u16| json!({ "hours": minutes / 60, "minutes": minutes % 60 });
    let rules =
        ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"].iter().zip(0_u8..).map(|(name, day)| {
            let windows = week().filter(|(starts_on, ..)| *starts_on == day);
            let intervals: Vec<_> = windows
                .map(|(_, opens, closes)| json!({ "start": time(opens), "end": time(closes) }))
                .collect();
            let variant = json!({ "type": "WDay", "value": name });
            serde_json::from_value(json!({ "variant": variant, "intervals": intervals })).unwrap()
        });
    rules.collect()
}
