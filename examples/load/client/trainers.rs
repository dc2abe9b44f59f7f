//! What trainers do.

use std::sync::Arc;

use chrono::TimeDelta;
use sitstay::{
    booking::{Attendance, BookingStatus},
    command::Actor,
    ids::TimeBlockId,
    platform::{
        AcceptBooking, AcceptProposal, BlockTime, CompleteBooking, DeclineBooking, DeclineProposal,
        MoveOutcome, ProposeMove, ReplyToReview, UnblockTime, WithdrawProposal,
    },
    repository::PageRequest,
    text::Text,
    time::Interval,
    trainer::BlockSource,
};

use super::super::Failure;
use super::Client;

impl Client {
    /// Answers the requests that wait for a trainer: nine of ten are accepted.
    pub(super) async fn answer_request(&mut self) -> Result<(), Failure> {
        let stage = Arc::clone(&self.stage);
        let seat = &stage.town.trainers[self.draw_trainer()];
        let actor = Actor::trainer(seat.user);
        for lesson in self.lessons(actor, (0, 30), [BookingStatus::Pending]).await? {
            let booking = lesson.booking;
            if self.random.in_percent(90) {
                self.give(actor, AcceptBooking { booking }).await?;
            } else {
                self.give(actor, DeclineBooking { booking, reason: None }).await?;
            }
        }
        Ok(())
    }

    /// Proposes another time for a lesson; its owner mostly answers.
    pub(super) async fn propose_move(&mut self) -> Result<(), Failure> {
        let stage = Arc::clone(&self.stage);
        let number = self.draw_trainer();
        let seat = &stage.town.trainers[number];
        let actor = Actor::trainer(seat.user);
        let lessons = self.lessons(actor, (2, 30), [BookingStatus::Accepted]).await?;
        let Some(lesson) = self.random.pick(&lessons) else { return Ok(()) };
        let Some(owner) = stage.town.owners.iter().find(|seat| seat.owner == lesson.owner) else {
            return Ok(());
        };
        let starts = self.look(seat, *owner).await?;
        let Some(&start) = self.random.pick(&starts) else { return Ok(()) };
        let (booking, proposal) = (lesson.booking, self.random.id(self.now()));
        let made = self.give(actor, ProposeMove { booking, start, proposal }).await?;
        if !matches!(made, Some(MoveOutcome::Proposed { .. })) {
            return Ok(());
        }
        let as_owner = Actor::owner(owner.user);
        match self.random.below(10) {
            0..5 => {
                self.give(as_owner, AcceptProposal { booking, proposal, start }).await?;
            }
            5..7 => {
                self.give(as_owner, DeclineProposal { booking, proposal }).await?;
            }
            7 => {
                self.give(actor, WithdrawProposal { booking, proposal }).await?;
            }
            // Nobody answers, and it lapses.
            _ => {}
        }
        Ok(())
    }

    /// Completes the lessons of the last day.
    pub(super) async fn complete(&mut self) -> Result<(), Failure> {
        let stage = Arc::clone(&self.stage);
        let seat = &stage.town.trainers[self.draw_trainer()];
        let actor = Actor::trainer(seat.user);
        let now = self.now();
        for lesson in self.lessons(actor, (-1, 0), [BookingStatus::Accepted]).await? {
            if lesson.session.end() > now {
                continue;
            }
            let attendance = match self.random.below(50) {
                0 => Attendance::OwnerNoShow,
                1 => Attendance::TrainerNoShow,
                _ => Attendance::Attended,
            };
            self.give(actor, CompleteBooking { booking: lesson.booking, attendance }).await?;
        }
        Ok(())
    }

    /// Answers one of the newest reviews.
    pub(super) async fn reply(&mut self) -> Result<(), Failure> {
        let stage = Arc::clone(&self.stage);
        let seat = &stage.town.trainers[self.draw_trainer()];
        let actor = Actor::trainer(seat.user);
        let page = PageRequest::first(20)?;
        let reviews = stage.platform.reviews(actor, seat.trainer, page);
        let Some(reviews) = self.view("reviews", reviews).await? else { return Ok(()) };
        let open: Vec<_> = reviews.items.into_iter().filter(|one| one.reply.is_none()).collect();
        if let Some(review) = self.random.pick(&open) {
            let reply = Text::parse("Thank you.")?;
            self.give(actor, ReplyToReview { review: review.review, reply }).await?;
        }
        Ok(())
    }

    /// Takes an hour out of the calendar, and mostly opens it again.
    pub(super) async fn block_time(&mut self) -> Result<(), Failure> {
        let stage = Arc::clone(&self.stage);
        let seat = &stage.town.trainers[self.draw_trainer()];
        let actor = Actor::trainer(seat.user);
        let hours = 24 + i64::try_from(self.random.below(14 * 24))?;
        let start = self.now().saturating_add(TimeDelta::hours(hours));
        let during = Interval::new(start, start.saturating_add(TimeDelta::hours(1)))?;
        let block: TimeBlockId = self.random.id(self.now());
        let source = BlockSource::Manual;
        let blocked = self.give(actor, BlockTime { block, during, source }).await?;
        if blocked.is_some() && self.random.in_percent(80) {
            self.give(actor, UnblockTime { block }).await?;
        }
        Ok(())
    }
}
