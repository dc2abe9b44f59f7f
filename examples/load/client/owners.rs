//! What owners do beside asking for lessons.

use std::sync::Arc;

use sitstay::{
    booking::BookingStatus,
    command::Actor,
    platform::{
        CancelBooking, MoveBooking, ReadAllNotifications, UpdateProfile, WithdrawBooking,
        WriteReview,
    },
    review::Points,
    text::Text,
};

use super::super::Failure;
use super::Client;

const UPCOMING: [BookingStatus; 2] = [BookingStatus::Pending, BookingStatus::Accepted];

impl Client {
    async fn draw_actor(&mut self) -> Result<Actor, Failure> {
        let number = self.draw_trainer();
        Ok(Actor::owner(self.draw_owner(number)?.user))
    }

    /// Takes a request back, or calls a lesson off.
    pub(super) async fn leave(&mut self) -> Result<(), Failure> {
        let actor = self.draw_actor().await?;
        let lessons = self.lessons(actor, (0, 30), UPCOMING).await?;
        let Some(lesson) = self.random.pick(&lessons) else { return Ok(()) };
        let booking = lesson.booking;
        if lesson.status == BookingStatus::Pending {
            self.give(actor, WithdrawBooking { booking }).await?;
        } else {
            self.give(actor, CancelBooking { booking, reason: None }).await?;
        }
        Ok(())
    }

    /// Moves a lesson to another free time of its trainer.
    pub(super) async fn move_lesson(&mut self) -> Result<(), Failure> {
        let stage = Arc::clone(&self.stage);
        let number = self.draw_trainer();
        let owner = self.draw_owner(number)?;
        let actor = Actor::owner(owner.user);
        let lessons = self.lessons(actor, (0, 30), UPCOMING).await?;
        let Some(lesson) = self.random.pick(&lessons) else { return Ok(()) };
        let trainer = lesson.trainer;
        let Some(seat) = stage.town.trainers.iter().find(|seat| seat.trainer == trainer) else {
            return Ok(());
        };
        let starts = self.look(seat, owner).await?;
        let Some(start) = self.random.pick(&starts) else { return Ok(()) };
        let proposal = self.random.id(self.now());
        self.give(actor, MoveBooking { booking: lesson.booking, start: *start, proposal }).await?;
        Ok(())
    }

    /// Reviews a lesson that is completed.
    pub(super) async fn review(&mut self) -> Result<(), Failure> {
        let actor = self.draw_actor().await?;
        let lessons = self.lessons(actor, (-30, 0), [BookingStatus::Completed]).await?;
        let Some(lesson) = self.random.pick(&lessons) else { return Ok(()) };
        let review = WriteReview {
            review: self.random.id(self.now()),
            booking: lesson.booking,
            rating: Points::new(1 + u8::try_from(self.random.below(5))?)?,
            comment: Text::parse("We will come again.")?,
        };
        self.give(actor, review).await?;
        Ok(())
    }

    pub(super) async fn change_profile(&mut self) -> Result<(), Failure> {
        let actor = self.draw_actor().await?;
        let update = UpdateProfile {
            first_name: "Robin".parse()?,
            last_name: "Park".parse()?,
            phone: Some("+4930123456".parse()?),
        };
        self.give(actor, update).await?;
        Ok(())
    }

    pub(super) async fn read_all_notifications(&mut self) -> Result<(), Failure> {
        let actor = self.draw_actor().await?;
        self.give(actor, ReadAllNotifications).await?;
        Ok(())
    }
}
