//! What people look at.

use std::{collections::BTreeSet, sync::Arc};

use chrono::TimeDelta;
use sitstay::{
    booking::BookingStatus,
    command::{Actor, SystemReason},
    platform::{LessonSummary, LessonsQuery, SearchRequest},
    repository::PageRequest,
    search::{Order, TrainerSearch},
};

use super::super::{Failure, town::TrainerSeat};
use super::Client;

/// As many rows as a screen shows.
const SCREEN: u16 = 20;
/// How far an owner looks, in metres.
const NEIGHBOURHOOD_METRES: u32 = 25_000;

impl Client {
    /// Looks at one thing.
    pub(super) async fn read(&mut self) -> Result<(), Failure> {
        let stage = Arc::clone(&self.stage);
        let number = self.draw_trainer();
        let owner = self.draw_owner(number)?;
        let seat = &stage.town.trainers[number];
        let (as_owner, as_trainer) = (Actor::owner(owner.user), Actor::trainer(seat.user));
        let platform = &stage.platform;
        let screen = PageRequest::first(SCREEN)?;
        match self.random.below(100) {
            0..20 => {
                self.look(seat, owner).await?;
            }
            20..35 => self.search(seat).await?,
            35..50 => {
                let upcoming = [BookingStatus::Pending, BookingStatus::Accepted];
                self.lessons(as_owner, (0, 60), upcoming).await?;
            }
            50..60 => {
                self.lessons(as_trainer, (0, 7), BookingStatus::ALL.iter().copied()).await?;
            }
            60..75 => {
                let card = platform.trainer_card(Actor::Anonymous, seat.trainer);
                self.view("trainer_card", card).await?;
            }
            75..83 => {
                let reviews = platform.reviews(Actor::Anonymous, seat.trainer, screen);
                self.view("reviews", reviews).await?;
            }
            83..93 => {
                let told = platform.notifications(as_trainer, seat.user, screen);
                self.view("notifications", told).await?;
            }
            93..98 => {
                let lessons = self.lessons(as_owner, (-30, 30), []).await?;
                if let Some(lesson) = self.random.pick(&lessons) {
                    let details = platform.lesson(as_owner, lesson.booking, self.now());
                    self.view("lesson", details).await?;
                }
            }
            _ => self.follow_feed().await?,
        }
        Ok(())
    }

    /// Searches around a trainer, and now and then looks at the next page.
    async fn search(&mut self, seat: &TrainerSeat) -> Result<(), Failure> {
        let stage = Arc::clone(&self.stage);
        let now = self.now();
        let order = if self.random.in_percent(80) { Order::Distance } else { Order::Rating };
        let search = TrainerSearch::near(seat.place, NEIGHBOURHOOD_METRES)?.ordered_by(order);
        let request = SearchRequest::first(SCREEN)?;
        let page = self.view("search", stage.platform.search(&search, request, now)).await?;
        let next = page.and_then(|page| page.next).filter(|_| self.random.in_percent(30));
        if next.is_some() {
            let page = stage.platform.search(&search, request.after(next), now);
            self.view("search", page).await?;
        }
        Ok(())
    }

    /// Reads on in the feed, as another system does that wants to know what happens.
    async fn follow_feed(&mut self) -> Result<(), Failure> {
        let stage = Arc::clone(&self.stage);
        let reader = Actor::System(SystemReason::Maintenance);
        let entries = self.view("feed", stage.platform.feed(reader, self.feed, 200)).await?;
        if let Some(last) = entries.unwrap_or_default().last() {
            self.feed = last.position;
        }
        Ok(())
    }

    /// Lists the lessons of an owner or a trainer in some days, counted from today.
    pub(super) async fn lessons(
        &mut self,
        actor: Actor,
        (from, until): (i64, i64),
        statuses: impl IntoIterator<Item = BookingStatus>,
    ) -> Result<Vec<LessonSummary>, Failure> {
        let stage = Arc::clone(&self.stage);
        let now = self.now();
        let query = LessonsQuery {
            from: now.saturating_add(TimeDelta::days(from)),
            until: Some(now.saturating_add(TimeDelta::days(until))),
            statuses: BTreeSet::from_iter(statuses),
        };
        let page = PageRequest::first(SCREEN)?;
        let lessons = stage.platform.lessons(actor, &query, page, now);
        Ok(self.view("lessons", lessons).await?.map(|page| page.items).unwrap_or_default())
    }
}
