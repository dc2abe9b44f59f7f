#![no_main]

use libfuzzer_sys::fuzz_target;
use sitstay::{
    audit::Event,
    availability::{DatedHours, IntervalSet, SchedulingPolicy, WeeklyHours, Window},
    cancellation::CancellationPolicy,
    contact::Address,
    dog::DogFacts,
    geo::GeoPoint,
    ledger::LedgerEntry,
    money::{BasisPoints, Money, MoneyPolicy, Price},
    provider::ProviderEvent,
    repository::{
        AuditFilter, LessonFilter, NotificationFilter, PaymentFilter, PayoutFilter, ReviewFilter,
    },
    review::Points,
    search::SearchCursor,
    time::Interval,
    trainer::{BookingPolicy, Certificate, ServiceTerms},
};
use sitstay_fuzz::settles_as_json;

fuzz_target!(|json: &[u8]| {
    settles_as_json::<Event>(json);
    settles_as_json::<ProviderEvent>(json);
    settles_as_json::<LedgerEntry>(json);
    settles_as_json::<CancellationPolicy>(json);
    settles_as_json::<BookingPolicy>(json);
    settles_as_json::<SchedulingPolicy>(json);
    settles_as_json::<WeeklyHours>(json);
    settles_as_json::<DatedHours>(json);
    settles_as_json::<Window>(json);
    settles_as_json::<Interval>(json);
    settles_as_json::<IntervalSet>(json);
    settles_as_json::<GeoPoint>(json);
    settles_as_json::<Address>(json);
    settles_as_json::<Money>(json);
    settles_as_json::<Price>(json);
    settles_as_json::<MoneyPolicy>(json);
    settles_as_json::<BasisPoints>(json);
    settles_as_json::<Points>(json);
    settles_as_json::<DogFacts>(json);
    settles_as_json::<ServiceTerms>(json);
    settles_as_json::<Certificate>(json);
    settles_as_json::<SearchCursor>(json);
    settles_as_json::<LessonFilter>(json);
    settles_as_json::<PaymentFilter>(json);
    settles_as_json::<AuditFilter>(json);
    settles_as_json::<NotificationFilter>(json);
    settles_as_json::<PayoutFilter>(json);
    settles_as_json::<ReviewFilter>(json);
});
