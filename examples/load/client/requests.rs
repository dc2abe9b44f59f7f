//! Owners who ask for lessons.

use std::sync::Arc;

use chrono::{Days, TimeDelta};
use sitstay::{
    booking::Wish,
    command::Actor,
    platform::{LessonSought, RequestBooking, RequestSeries, SlotQuery},
    time::{Instant, Interval, WallTime},
};

use super::super::{
    Failure,
    town::{FIRST_HOUR, LESSONS_PER_DAY, OwnerSeat, TrainerSeat},
};
use super::{super::arguments::Mode, Client};

/// Owners plan two weeks ahead.
const DAYS_AHEAD: u64 = 14;

impl Client {
    pub(super) fn draw_trainer(&mut self) -> usize {
        let trainers = self.stage.town.trainers.len();
        usize::try_from(self.random.below(trainers as u64)).unwrap_or_default()
    }

    /// Draws an owner: mostly one who knows the trainer.
    pub(super) fn draw_owner(&mut self, trainer: usize) -> Result<OwnerSeat, Failure> {
        let town = &self.stage.town;
        if self.random.in_percent(70) {
            return Ok(town.client_of(trainer, &mut self.random));
        }
        self.random.pick(&town.owners).copied().ok_or_else(|| "there are no owners".into())
    }

    /// Asks for a time that the owner has not looked up: in the contended mode one of one
    /// trainer's next two weeks, which are as good as full.
    pub(super) async fn ask_blindly(&mut self) -> Result<(), Failure> {
        let stage = Arc::clone(&self.stage);
        let is_contended = stage.mode == Mode::OneTrainer;
        let number = if is_contended { 0 } else { self.draw_trainer() };
        let owner = if is_contended {
            *self.random.pick(&stage.town.owners).ok_or("there are no owners")?
        } else {
            self.draw_owner(number)?
        };
        let seat = &stage.town.trainers[number];
        let start = self.draw_start(seat)?;
        self.request(seat, owner, start).await
    }

    fn draw_start(&mut self, seat: &TrainerSeat) -> Result<Instant, Failure> {
        let ahead = Days::new(1 + self.random.below(DAYS_AHEAD));
        let hour = FIRST_HOUR + u8::try_from(self.random.below(LESSONS_PER_DAY.into()))?;
        let date = seat.zone.date(self.now()).checked_add_days(ahead);
        let date = date.ok_or("the clock has run out of dates")?;
        Ok(seat.zone.resolve(date, WallTime::new(hour, 0)?)?.earliest())
    }

    async fn request(
        &mut self,
        seat: &TrainerSeat,
        owner: OwnerSeat,
        start: Instant,
    ) -> Result<(), Failure> {
        let request = RequestBooking {
            booking: self.random.id(self.now()),
            trainer: seat.trainer,
            dog: owner.dog,
            wish: Wish::Service(seat.service),
            start,
            quote: None,
        };
        if self.give(Actor::owner(owner.user), request).await?.is_some() {
            self.stage.clock.booked();
        }
        Ok(())
    }

    /// Lists the free times of a week, as they are offered to an owner.
    pub(super) async fn look(
        &mut self,
        seat: &TrainerSeat,
        owner: OwnerSeat,
    ) -> Result<Vec<Instant>, Failure> {
        let stage = Arc::clone(&self.stage);
        let now = self.now();
        let from = now.saturating_add(TimeDelta::days(i64::try_from(self.random.below(7))?));
        let query = SlotQuery {
            trainer: seat.trainer,
            lesson: LessonSought::Service(seat.service),
            dog: Some(owner.dog),
            range: Interval::new(from, from.saturating_add(TimeDelta::days(7)))?,
        };
        let slots = stage.platform.slots(Actor::owner(owner.user), query, now);
        Ok(self.view("slots", slots).await?.map(|slots| slots.starts).unwrap_or_default())
    }

    /// Looks for free times of a trainer, and asks for one of them.
    pub(super) async fn look_and_ask(&mut self) -> Result<(), Failure> {
        let stage = Arc::clone(&self.stage);
        let number = self.draw_trainer();
        let owner = self.draw_owner(number)?;
        let seat = &stage.town.trainers[number];
        let starts = self.look(seat, owner).await?;
        match self.random.pick(&starts) {
            Some(start) => self.request(seat, owner, *start).await,
            None => Ok(()),
        }
    }

    /// Asks for three weekly lessons.
    pub(super) async fn ask_for_series(&mut self) -> Result<(), Failure> {
        let stage = Arc::clone(&self.stage);
        let number = self.draw_trainer();
        let owner = self.draw_owner(number)?;
        let seat = &stage.town.trainers[number];
        let start = self.draw_start(seat)?;
        let now = self.now();
        let request = RequestSeries {
            series: self.random.id(now),
            bookings: (0..3).map(|_| self.random.id(now)).collect(),
            trainer: seat.trainer,
            dog: owner.dog,
            wish: Wish::Service(seat.service),
            start,
            every_weeks: 1,
        };
        if let Some(requested) = self.give(Actor::owner(owner.user), request).await? {
            requested.lessons.iter().for_each(|_| stage.clock.booked());
        }
        Ok(())
    }
}
