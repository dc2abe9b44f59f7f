use sitstay::{
    availability::{WeeklyHours, Window},
    command::{Actor, SystemReason},
    ids::{ServiceId, TrainerId},
    money::{Currency, Price},
    platform::{AddService, BecomeTrainer, Error, Platform, SetHours, SignUp},
    time::{Instant, Weekday},
    trainer::ServiceTerms,
};

use super::give::{give, new_id};

/// A trainer who can be booked.
pub(crate) struct Trainer {
    pub(crate) id: TrainerId,
    pub(crate) service: ServiceId,
    pub(crate) actor: Actor,
}

pub(crate) async fn join(platform: &Platform, now: Instant) -> Result<Trainer, Error> {
    let user = new_id();
    let sign_up = SignUp {
        user,
        email: "ada@example.com".parse()?,
        password: None,
        first_name: "Ada".parse()?,
        last_name: "Berger".parse()?,
        phone: None,
    };
    give(platform, Actor::System(SystemReason::SignUp), now, sign_up).await?;

    let trainer = new_id();
    let profile = BecomeTrainer {
        user,
        trainer,
        years_of_experience: 7.try_into()?,
        bio: "Puppies and patience.".parse()?,
        time_zone: "Europe/Berlin".parse()?,
    };
    give(platform, Actor::member(user), now, profile).await?;

    // From here on the user acts as a trainer. The hours are those of clocks in Berlin.
    let actor = Actor::trainer(user);
    let morning = Window::parse("09:00", "12:00")?;
    let hours = WeeklyHours::new([(Weekday::Monday, morning), (Weekday::Thursday, morning)])?;
    give(platform, actor, now, SetHours { hours }).await?;

    let service = new_id();
    let terms = ServiceTerms {
        name: "Leash walking".parse()?,
        description: "Without pulling.".parse()?,
        duration_minutes: 60,
        price: Price::new(5_500, Currency::EUR)?,
        is_active: true,
        buffer_before_minutes: 0,
        buffer_after_minutes: 15,
        accepted_dog_sizes: [].into(),
    };
    give(platform, actor, now, AddService { trainer, service, terms }).await?;
    Ok(Trainer { id: trainer, service, actor })
}
