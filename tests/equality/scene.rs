//! The town in which a sequence happens.

use std::sync::Arc;

use chrono::TimeDelta;
use sitstay::{
    availability::{DatedHours, Window},
    booking::{Attendance, Wish},
    command::{Actor, Call},
    conformance::fixtures::date,
    dog::{DogFacts, DogSize},
    ids::{BookingId, DogId, RescheduleId, ReviewId, SeriesId, TimeBlockId, UserId},
    money::{Currency, Price},
    platform::*,
    repository::Repository,
    review::Points,
    text::Text,
    time::{Instant, Interval},
    trainer::{BlockSource, CustomRequests},
};

use super::{
    step::{Act, Start, Step},
    town::{Town, minute_of, on},
};

/// A booking that came to be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked {
    pub(crate) booking: BookingId,
    pub(crate) owner: usize,
    pub(crate) trainer: usize,
    pub(crate) start: Instant,
}

pub(crate) struct Scene {
    pub(crate) town: Town,
    pub(crate) now: Instant,
    pub(crate) asked: Vec<Asked>,
    pub(crate) reviews: Vec<(ReviewId, Asked)>,
    requests: Vec<(Call, RequestBooking)>,
    proposals: Vec<(RescheduleId, Asked, Instant)>,
    series: Vec<(SeriesId, usize, usize)>,
    blocks: Vec<(TimeBlockId, usize)>,
    dogs: Vec<Vec<DogId>>,
}

/// Takes one of the things that were made, counted from the latest.
fn from_end<T: Copy>(made: &[T], back: usize) -> Option<T> {
    if made.is_empty() { None } else { Some(made[made.len() - 1 - back % made.len()]) }
}

fn attendance(number: u8) -> Attendance {
    [Attendance::Attended, Attendance::OwnerNoShow, Attendance::TrainerNoShow][usize::from(number)]
}

fn instant((day, quarter): Start) -> Instant {
    minute_of(1 + day, 480 + 15 * quarter)
}

impl Scene {
    pub(crate) async fn open(repository: Arc<dyn Repository>) -> Self {
        let town = Town::adapted(repository, 2, 3, |number, (trainer, service)| {
            if number == 1 {
                service.buffer_before_minutes = 10;
                service.buffer_after_minutes = 20;
                trainer.policy.auto_accept = true;
                trainer.time_zone = "Europe/Berlin".parse().unwrap();
                trainer.policy.custom_requests = Some(CustomRequests {
                    min_minutes: 15,
                    max_minutes: 90,
                    min_price: 1_000,
                    max_price: 9_000,
                    currency: Currency::EUR,
                    buffer_before_minutes: 0,
                    buffer_after_minutes: 5,
                });
            }
        })
        .await;
        let dogs = town.owners.iter().map(|(_, _, dog)| vec![dog.id]).collect();
        Self {
            town,
            now: on(0, "06:00"),
            asked: Vec::new(),
            reviews: Vec::new(),
            requests: Vec::new(),
            proposals: Vec::new(),
            series: Vec::new(),
            blocks: Vec::new(),
            dogs,
        }
    }

    /// Gives a command, and tells what came of it.
    async fn gives<C: Command>(&self, actor: Actor, command: C) -> String
    where
        C::Outcome: std::fmt::Debug,
    {
        told(self.town.gives(actor, self.now, command).await)
    }

    pub(crate) async fn answer(&mut self, step: &Step) -> String {
        self.now = self.now.checked_add(TimeDelta::minutes(step.later)).unwrap();
        match step.act {
            Act::Request(owner, trainer, start, is_custom) => {
                self.request(owner, trainer, instant(start), is_custom).await
            }
            Act::Series(owner, trainer, start, lessons) => {
                self.request_series(owner, trainer, instant(start), lessons).await
            }
            Act::Repeat(back, changes) => self.repeat(back, changes).await,
            Act::CancelSeries(back, by) => {
                let Some((series, owner, trainer)) = from_end(&self.series, back) else {
                    return nothing();
                };
                let actor =
                    if by == 0 { self.town.owner(owner) } else { self.town.trainer(trainer) };
                let reason = Some("Snow".parse().unwrap());
                self.gives(actor, CancelSeries { series, from: self.now, reason }).await
            }
            Act::AcceptProposal(back, by_owner)
            | Act::DeclineProposal(back, by_owner)
            | Act::WithdrawProposal(back, by_owner) => {
                self.answer_proposal(step.act, back, by_owner).await
            }
            Act::EditReview(back, _) | Act::Reply(back) | Act::Hide(back, _) => {
                self.answer_review(step.act, back).await
            }
            Act::Accept(back)
            | Act::Decline(back)
            | Act::Withdraw(back)
            | Act::Cancel(back, _)
            | Act::Move(back, _)
            | Act::Propose(back, _)
            | Act::Complete(back, _)
            | Act::ClaimNoShow(back)
            | Act::Contest(back)
            | Act::Amend(back, _)
            | Act::Review(back, _) => match from_end(&self.asked, back) {
                Some(asked) => self.answer_booking(step.act, asked).await,
                None => nothing(),
            },
            act => self.answer_otherwise(act).await,
        }
    }

    async fn request(
        &mut self,
        owner: usize,
        trainer: usize,
        start: Instant,
        is_custom: bool,
    ) -> String {
        let mut wish = self.town.wish(owner, trainer, start);
        wish.dog = *self.dogs[owner].last().unwrap();
        if is_custom {
            let price = Price::new(3_000, Currency::EUR).unwrap();
            wish.wish = Wish::Custom { minutes: 45, price };
        }
        let call = self.town.call(self.town.owner(owner), self.now);
        let asked = Asked { booking: wish.booking, owner, trainer, start };
        self.requests.push((call, wish.clone()));
        let answer = told(self.town.platform.execute(call, wish).await);
        if is_done(&answer) {
            self.asked.push(asked);
        }
        answer
    }

    async fn request_series(
        &mut self,
        owner: usize,
        trainer: usize,
        start: Instant,
        lessons: usize,
    ) -> String {
        let series = RequestSeries {
            series: self.town.make.id(),
            bookings: (0..lessons).map(|_| self.town.make.id()).collect(),
            trainer: self.town.trainers[trainer].1.id,
            dog: *self.dogs[owner].last().unwrap(),
            wish: Wish::Service(self.town.trainers[trainer].2.id),
            start,
            every_weeks: 1,
        };
        let (id, bookings) = (series.series, series.bookings.clone());
        let answer = self.gives(self.town.owner(owner), series).await;
        if is_done(&answer) {
            self.series.push((id, owner, trainer));
            for (week, booking) in (0..).zip(bookings) {
                let start = start.checked_add(TimeDelta::weeks(week)).unwrap();
                self.asked.push(Asked { booking, owner, trainer, start });
            }
        }
        answer
    }

    async fn repeat(&self, back: usize, changes: bool) -> String {
        if self.requests.is_empty() {
            return nothing();
        }
        let (call, mut wish) =
            self.requests[self.requests.len() - 1 - back % self.requests.len()].clone();
        if changes {
            wish.start = wish.start.checked_add(TimeDelta::minutes(15)).unwrap();
        }
        told(self.town.platform.execute(Call { now: self.now, ..call }, wish).await)
    }

    async fn answer_booking(&mut self, act: Act, asked: Asked) -> String {
        let Asked { booking, .. } = asked;
        let (owner, trainer) = (self.town.owner(asked.owner), self.town.trainer(asked.trainer));
        match act {
            Act::Accept(_) => self.gives(trainer, AcceptBooking { booking }).await,
            Act::Decline(_) => {
                let reason = Some("No time".parse().unwrap());
                self.gives(trainer, DeclineBooking { booking, reason }).await
            }
            Act::Withdraw(_) => self.gives(owner, WithdrawBooking { booking }).await,
            Act::Cancel(_, by) => {
                let somebody = self.town.owner((asked.owner + 1) % self.town.owners.len());
                let actor = [owner, trainer, self.town.admin(), somebody][usize::from(by)];
                let reason = Some("Snow".parse().unwrap());
                self.gives(actor, CancelBooking { booking, reason }).await
            }
            Act::Move(_, start) | Act::Propose(_, start) => {
                let (start, proposal) = (instant(start), self.town.make.id());
                let answer = if matches!(act, Act::Move(..)) {
                    self.gives(owner, MoveBooking { booking, start, proposal }).await
                } else {
                    self.gives(trainer, ProposeMove { booking, start, proposal }).await
                };
                if answer.contains("Proposed")
                    || (is_done(&answer) && matches!(act, Act::Propose(..)))
                {
                    self.proposals.push((proposal, asked, start));
                }
                answer
            }
            Act::Complete(_, number) => {
                let over = asked.start.checked_add(TimeDelta::hours(3)).unwrap();
                // Only near ones: nobody waits for weeks.
                if over < on(5, "00:00") {
                    self.now = self.now.max(over);
                }
                let attendance = attendance(number);
                self.gives(trainer, CompleteBooking { booking, attendance }).await
            }
            Act::ClaimNoShow(_) => {
                let dispute = self.town.make.id();
                self.gives(owner, ClaimNoShow { booking, dispute }).await
            }
            Act::Contest(_) => {
                let dispute = self.town.make.id();
                self.gives(owner, ContestNoShow { booking, dispute }).await
            }
            Act::Amend(_, number) => {
                let attendance = attendance(number);
                self.gives(self.town.admin(), AmendAttendance { booking, attendance }).await
            }
            Act::Review(_, points) => {
                let review = self.town.make.id();
                let rating = Points::new(points).unwrap();
                let comment = Text::parse("Rex listens now.").unwrap();
                let write = WriteReview { review, booking, rating, comment };
                let answer = self.gives(owner, write).await;
                if is_done(&answer) {
                    self.reviews.push((review, asked));
                }
                answer
            }
            other => panic!("{other:?} is not about a booking"),
        }
    }

    async fn answer_proposal(&self, act: Act, back: usize, by_owner: bool) -> String {
        let Some((proposal, asked, start)) = from_end(&self.proposals, back) else {
            return nothing();
        };
        let booking = asked.booking;
        let actor =
            if by_owner { self.town.owner(asked.owner) } else { self.town.trainer(asked.trainer) };
        match act {
            Act::AcceptProposal(..) => {
                self.gives(actor, AcceptProposal { booking, proposal, start }).await
            }
            Act::DeclineProposal(..) => {
                self.gives(actor, DeclineProposal { booking, proposal }).await
            }
            _ => self.gives(actor, WithdrawProposal { booking, proposal }).await,
        }
    }

    async fn answer_review(&self, act: Act, back: usize) -> String {
        let Some((review, asked)) = from_end(&self.reviews, back) else { return nothing() };
        match act {
            Act::EditReview(_, points) => {
                let rating = Points::new(points).unwrap();
                let comment = Text::parse("On second thought.").unwrap();
                let owner = self.town.owner(asked.owner);
                self.gives(owner, EditReview { review, rating, comment }).await
            }
            Act::Reply(_) => {
                let reply = Text::parse("Thank you.").unwrap();
                self.gives(self.town.trainer(asked.trainer), ReplyToReview { review, reply }).await
            }
            Act::Hide(_, true) => self.gives(self.town.admin(), HideReview { review }).await,
            _ => self.gives(self.town.admin(), UnhideReview { review }).await,
        }
    }

    async fn answer_otherwise(&mut self, act: Act) -> String {
        match act {
            Act::Block(trainer, start, hours) => {
                let (block, start) = (self.town.make.id(), instant(start));
                self.blocks.push((block, trainer));
                let end = start.checked_add(TimeDelta::hours(hours)).unwrap();
                let during = Interval::new(start, end).unwrap();
                let block = BlockTime { block, during, source: BlockSource::Manual };
                self.gives(self.town.trainer(trainer), block).await
            }
            Act::Unblock(back) => match from_end(&self.blocks, back) {
                Some((block, trainer)) => {
                    self.gives(self.town.trainer(trainer), UnblockTime { block }).await
                }
                None => nothing(),
            },
            Act::Exception(trainer, day, is_closed) => {
                let noon = Window::parse("10:00", "12:00").unwrap();
                let windows = if is_closed { Vec::new() } else { vec![noon] };
                let hours = DatedHours::new(date(1 + day), windows).unwrap();
                self.gives(self.town.trainer(trainer), SetException { hours }).await
            }
            Act::RemoveException(trainer, day) => {
                let date = date(1 + day);
                self.gives(self.town.trainer(trainer), RemoveException { date }).await
            }
            Act::Policy(trainer, limit, auto_accept, hold_minutes) => {
                let mut policy = self.town.trainers[trainer].1.policy.clone();
                let limit = (limit > 0).then_some(limit);
                policy.scheduling = policy.scheduling.with_daily_limit(limit).unwrap();
                policy.auto_accept = auto_accept;
                policy.hold_minutes = hold_minutes;
                self.gives(self.town.trainer(trainer), SetPolicy { policy }).await
            }
            Act::AddDog(owner) => {
                let facts = DogFacts {
                    name: "Bella".parse().unwrap(),
                    breed: None,
                    age: None,
                    size: DogSize::Small,
                    notes: Text::parse("").unwrap(),
                };
                let dog = self.town.make.id();
                let told = self.gives(self.town.owner(owner), AddDog { dog, facts }).await;
                self.dogs[owner].push(dog);
                told
            }
            Act::RemoveDog(owner) => {
                let dog = *self.dogs[owner].last().unwrap();
                let answer = self.gives(self.town.owner(owner), RemoveDog { dog }).await;
                if is_done(&answer) && self.dogs[owner].len() > 1 {
                    self.dogs[owner].pop();
                }
                answer
            }
            Act::Suspend(number) => {
                let user = self.user(number);
                self.gives(self.town.admin(), SuspendUser { user }).await
            }
            Act::Reactivate(number) => {
                let user = self.user(number);
                self.gives(self.town.admin(), ReactivateUser { user }).await
            }
            Act::Erase(owner) => {
                let user = self.town.owners[owner].0.id;
                self.gives(self.town.admin(), EraseUser { user }).await
            }
            Act::ReadAll(owner) => self.gives(self.town.owner(owner), ReadAllNotifications).await,
            Act::Due(limit) => {
                let report = self.town.platform.run_due(self.now, limit).await.unwrap();
                let failed: Vec<_> =
                    report.failed.iter().map(|(due, error)| (due, error.code())).collect();
                format!("{:?}, overtaken {:?}, failed {failed:?}", report.done, report.overtaken)
            }
            other => panic!("{other:?} belongs elsewhere"),
        }
    }

    /// The owners, then the trainers.
    fn user(&self, number: usize) -> UserId {
        match self.town.owners.get(number) {
            Some((user, ..)) => user.id,
            None => self.town.trainers[number - self.town.owners.len()].0.id,
        }
    }
}

fn is_done(answer: &str) -> bool {
    !answer.starts_with("refused")
}

fn nothing() -> String {
    "nothing to do it with".to_owned()
}

fn told<T: std::fmt::Debug>(outcome: Result<T, Error>) -> String {
    match outcome {
        Ok(outcome) => format!("{outcome:?}"),
        Err(Error::Storage(error)) => format!("refused by storage: {} ({error})", error.code()),
        Err(error) => format!("refused: {} ({error:?})", error.code()),
    }
}
