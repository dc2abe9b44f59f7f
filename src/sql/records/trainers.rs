use super::{Bind, BoxError, Field, Fields, Part, Statements, record};
use chrono::NaiveDate;

use super::both;
use crate::{
    availability::{SchedulingPolicy, Window},
    cancellation::CancellationPolicy,
    dog::DogSize,
    ids::{
        CertificationId, ExceptionId, LocationId, ServiceId, TimeBlockId, TrainerId, UserId,
        WindowId,
    },
    money::{Currency, Price},
    text::{Name, Text},
    time::{Instant, Interval, WallTime, Weekday, ZoneId},
    trainer::{
        BlockSource, BookingPolicy, CalendarGuard, Certification, CustomRequests, HoursException,
        HoursWindow, Rating, Service, TimeBlock, Trainer,
    },
    years::Experience,
};

record! {
    Trainer as trainer, VERSIONED
    key { id: TrainerId = trainer.id; }
    data {
        user_id: UserId = trainer.user;
        years_of_experience: Experience = trainer.years_of_experience;
        bio: Text = trainer.bio;
        is_verified: bool = trainer.is_verified;
        time_zone: ZoneId = trainer.time_zone;
        search_location_id: Option<LocationId> = trainer.search_location;
        slot_step_minutes: u32 = trainer.policy.scheduling.slot_step_minutes();
        notice_minutes: u32 = trainer.policy.scheduling.notice_minutes();
        days_ahead: u32 = trainer.policy.scheduling.days_ahead();
        daily_limit: Option<u32> = trainer.policy.scheduling.daily_limit();
        weekly_limit: Option<u32> = trainer.policy.scheduling.weekly_limit();
        hold_minutes: u32 = trainer.policy.hold_minutes;
        auto_accept: bool = trainer.policy.auto_accept;
        custom_min_minutes: Option<u16> = custom(trainer, |terms| terms.min_minutes);
        custom_max_minutes: Option<u16> = custom(trainer, |terms| terms.max_minutes);
        custom_min_price: Option<i64> = custom(trainer, |terms| terms.min_price);
        custom_max_price: Option<i64> = custom(trainer, |terms| terms.max_price);
        custom_currency: Option<Currency> = custom(trainer, |terms| terms.currency);
        custom_buffer_before_minutes: Option<u16> = custom(trainer, |terms| terms.buffer_before_minutes);
        custom_buffer_after_minutes: Option<u16> = custom(trainer, |terms| terms.buffer_after_minutes);
        cancellation_policy: CancellationPolicy = trainer.policy.cancellation;
        created_at: Instant = trainer.created_at;
        updated_at: Instant = trainer.updated_at;
    }
    kept {
        rating_sum: i64 = trainer.rating.sum;
        total_reviews: i64 = trainer.rating.count;
    }
    => Trainer {
        id,
        user: user_id,
        years_of_experience,
        bio,
        is_verified,
        rating: Rating { sum: rating_sum, count: total_reviews },
        time_zone,
        search_location: search_location_id,
        policy: BookingPolicy {
            scheduling: SchedulingPolicy::default()
                .with_slot_step_minutes(slot_step_minutes)?
                .with_notice_minutes(notice_minutes)?
                .with_days_ahead(days_ahead)?
                .with_daily_limit(daily_limit)?
                .with_weekly_limit(weekly_limit)?,
            hold_minutes,
            auto_accept,
            custom_requests: custom_requests(
                both(custom_min_minutes, custom_max_minutes, "custom_minutes")?,
                both(custom_min_price, custom_max_price, "custom_price")?,
                custom_currency,
                both(custom_buffer_before_minutes, custom_buffer_after_minutes, "custom_buffers")?,
            )?,
            cancellation: cancellation_policy,
        },
        created_at,
        updated_at,
    }
}

fn custom<T>(trainer: &Trainer, term: impl FnOnce(&CustomRequests) -> T) -> Option<T> {
    trainer.policy.custom_requests.as_ref().map(term)
}

fn custom_requests(
    minutes: Option<(u16, u16)>,
    prices: Option<(i64, i64)>,
    currency: Option<Currency>,
    buffers: Option<(u16, u16)>,
) -> Result<Option<CustomRequests>, BoxError> {
    const WHAT: &str = "custom_requests";
    let bounds = both(minutes, prices, WHAT)?;
    let terms = both(currency, buffers, WHAT)?;
    Ok(both(bounds, terms, WHAT)?.map(|((minutes, prices), (currency, buffers))| CustomRequests {
        min_minutes: minutes.0,
        max_minutes: minutes.1,
        min_price: prices.0,
        max_price: prices.1,
        currency,
        buffer_before_minutes: buffers.0,
        buffer_after_minutes: buffers.1,
    }))
}

record! {
    CalendarGuard as calendar, VERSIONED
    key { trainer_id: TrainerId = calendar.trainer; }
    data { updated_at: Instant = calendar.updated_at; }
    => CalendarGuard { trainer: trainer_id, updated_at }
}

record! {
    Service as service, VERSIONED
    key { id: ServiceId = service.id; }
    data {
        trainer_id: TrainerId = service.trainer;
        name: Name = service.name;
        description: Text = service.description;
        duration_minutes: u16 = service.duration_minutes;
        price: i64 = service.price.minor();
        currency: Currency = service.price.currency();
        is_active: bool = service.is_active;
        buffer_before_minutes: u16 = service.buffer_before_minutes;
        buffer_after_minutes: u16 = service.buffer_after_minutes;
        accepted_dog_sizes: Vec<DogSize> = service.accepted_dog_sizes;
        created_at: Instant = service.created_at;
        updated_at: Instant = service.updated_at;
    }
    derived { search_text: String = service.search_text(); }
    => Service {
        id,
        trainer: trainer_id,
        name,
        description,
        duration_minutes,
        price: Price::new(price, currency)?,
        is_active,
        buffer_before_minutes,
        buffer_after_minutes,
        accepted_dog_sizes,
        created_at,
        updated_at,
    }
}

record! {
    Certification as certification, VERSIONED
    key { id: CertificationId = certification.id; }
    data {
        trainer_id: TrainerId = certification.trainer;
        name: Name = certification.name;
        issued_by: Name = certification.issued_by;
        issued_at: NaiveDate = certification.issued_at;
        created_at: Instant = certification.created_at;
        updated_at: Instant = certification.updated_at;
    }
    => Certification { id, trainer: trainer_id, name, issued_by, issued_at, created_at, updated_at }
}

record! {
    HoursWindow as hours, VERSIONED
    key { id: WindowId = hours.id; }
    data {
        trainer_id: TrainerId = hours.trainer;
        day_of_week: Weekday = hours.weekday;
        start_time: WallTime = hours.window.start();
        end_time: WallTime = hours.window.end();
        created_at: Instant = hours.created_at;
        updated_at: Instant = hours.updated_at;
    }
    => HoursWindow {
        id,
        trainer: trainer_id,
        weekday: day_of_week,
        window: Window::new(start_time, end_time),
        created_at,
        updated_at,
    }
}

record! {
    HoursException as exception, VERSIONED
    key { id: ExceptionId = exception.id; }
    data {
        trainer_id: TrainerId = exception.trainer;
        local_date: NaiveDate = exception.local_date;
        windows: Vec<Window> = exception.windows;
        created_at: Instant = exception.created_at;
        updated_at: Instant = exception.updated_at;
    }
    => HoursException { id, trainer: trainer_id, local_date, windows, created_at, updated_at }
}

record! {
    TimeBlock as block, VERSIONED
    key { id: TimeBlockId = block.id; }
    data {
        trainer_id: TrainerId = block.trainer;
        start_time: Instant = block.during.start();
        end_time: Instant = block.during.end();
        source: BlockSource = block.source;
        created_at: Instant = block.created_at;
        updated_at: Instant = block.updated_at;
    }
    => TimeBlock {
        id,
        trainer: trainer_id,
        during: Interval::new(start_time, end_time)?,
        source,
        created_at,
        updated_at,
    }
}
