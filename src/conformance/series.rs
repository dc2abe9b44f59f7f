//! Series: all lessons or none.

use super::{
    fixtures::{at, days_later},
    town::{Town, code, early},
    world::World,
};
use crate::{
    booking::{BookingError, BookingStatus, Wish},
    platform::{CancelSeries, Error, RequestSeries},
    repository::{ChangeSet, Table},
    time::{Instant, ZoneId},
};

fn weekly(town: &Town, start: Instant, lessons: usize) -> RequestSeries {
    RequestSeries {
        series: town.make.id(),
        bookings: (0..lessons).map(|_| town.make.id()).collect(),
        trainer: town.cast.trainer.id,
        dog: town.cast.dog.id,
        wish: Wish::Service(town.cast.service.id),
        start,
        every_weeks: 1,
    }
}

pub(super) async fn a_series_keeps_its_wall_clock(world: World) {
    let town = Town::with(world, |cast| {
        cast.trainer.time_zone = "Europe/Paris".parse::<ZoneId>().unwrap();
    })
    .await;
    let series = weekly(&town, at("09:00"), 5);
    let requested = town.gives(town.owner(), early(), series.clone()).await.unwrap();
    let starts: Vec<String> =
        requested.lessons.iter().map(|lesson| lesson.session.start().to_string()).collect();
    // Clocks go forward on 2027-03-28, so 10:00 in Paris is 08:00 UTC after that.
    assert_eq!(
        starts,
        [
            "2027-03-01T09:00:00Z",
            "2027-03-08T09:00:00Z",
            "2027-03-15T09:00:00Z",
            "2027-03-22T09:00:00Z",
            "2027-03-29T08:00:00Z"
        ]
    );
    for id in &series.bookings {
        assert_eq!(town.file_of(*id).await.booking.series, Some(series.series));
    }
}

pub(super) async fn a_series_is_booked_whole_or_not_at_all(world: World) {
    let town = Town::new(world).await;
    let third = days_later(at("09:30"), 14);
    town.requests(third, early()).await.unwrap();
    let before = town.census().await.unwrap();
    let refused = town.gives(town.owner(), early(), weekly(&town, at("09:00"), 4)).await;
    let Err(Error::Booking(BookingError::SeriesRefused(refusals))) = refused else {
        panic!("booked over another lesson: {refused:?}")
    };
    assert_eq!(refusals.len(), 1);
    assert_eq!(refusals[0].index, 2);
    assert_eq!(
        refusals[0].reasons.iter().map(crate::availability::Reason::code).collect::<Vec<_>>(),
        ["trainer_conflict", "dog_conflict"]
    );
    assert_eq!(town.census().await.unwrap(), before);
}

pub(super) async fn a_lesson_in_a_gap_is_refused_by_name(world: World) {
    let town = Town::with(world, |cast| {
        cast.trainer.time_zone = "Europe/Paris".parse::<ZoneId>().unwrap();
    })
    .await;
    let hours = town.make.hours(&town.cast.trainer);
    let night = crate::trainer::HoursWindow {
        weekday: crate::time::Weekday::Sunday,
        window: crate::availability::Window::parse("01:00", "05:00").unwrap(),
        ..hours
    };
    town.insert(night).await;
    // Sundays at 02:30 in Paris: on 2027-03-28 the clocks skip that time.
    let start: Instant = "2027-03-14T01:30:00Z".parse().unwrap();
    let refused = town.gives(town.owner(), early(), weekly(&town, start, 4)).await;
    let Err(Error::Booking(BookingError::SeriesRefused(refusals))) = refused else {
        panic!("booked a time that does not exist: {refused:?}")
    };
    assert_eq!(refusals.len(), 1, "{refusals:?}");
    assert_eq!((refusals[0].index, refusals[0].start), (2, None));
    assert_eq!(refusals[0].local_date.to_string(), "2027-03-28");
}

pub(super) async fn a_series_has_bounds(world: World) {
    let town = Town::new(world).await;
    for lessons in [1, 53] {
        let refused = town.gives(town.owner(), early(), weekly(&town, at("09:00"), lessons)).await;
        assert_eq!(code(refused), "value.out_of_range", "{lessons}");
    }
    let rare = RequestSeries { every_weeks: 0, ..weekly(&town, at("09:00"), 3) };
    assert_eq!(code(town.gives(town.owner(), early(), rare).await), "value.out_of_range");
    assert_eq!(town.count(Table::Series).await.rows, 0);
}

pub(super) async fn a_series_is_cancelled_from_a_lesson_on(world: World) {
    let town = Town::new(world).await;
    let series = weekly(&town, at("09:00"), 4);
    town.gives(town.owner(), early(), series.clone()).await.unwrap();
    // One lesson was accepted, the others are still pending.
    let second = town.file_of(series.bookings[1]).await.booking;
    let accepted = second.with(super::fixtures::accepted(second.clone().into_value()));
    town.commits(ChangeSet::new().updating(accepted)).await;
    let cancel =
        CancelSeries { series: series.series, from: days_later(at("09:00"), 7), reason: None };
    let ended = town.gives(town.owner(), early(), cancel).await.unwrap();
    let ids: Vec<_> = ended.lessons.iter().map(|lesson| lesson.booking).collect();
    assert_eq!(ids, series.bookings[1..]);
    assert_eq!(town.status(series.bookings[0]).await, BookingStatus::Pending);
    let mut kinds = Vec::new();
    for id in &series.bookings[1..] {
        kinds.push(town.file_of(*id).await.booking.cancellation.as_ref().unwrap().kind.code());
    }
    assert_eq!(kinds, ["cancelled", "withdrawn", "withdrawn"]);
    let again =
        CancelSeries { series: series.series, from: days_later(at("09:00"), 7), reason: None };
    assert_eq!(code(town.gives(town.owner(), early(), again).await), "booking.nothing_to_cancel");
}

pub(super) async fn a_series_names_each_lesson_once(world: World) {
    let town = Town::new(world).await;
    let mut series = weekly(&town, at("09:00"), 3);
    series.bookings[2] = series.bookings[0];
    assert_eq!(code(town.gives(town.owner(), early(), series).await), "value.malformed");
}
