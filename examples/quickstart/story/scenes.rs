use chrono::{Days, TimeDelta};
use sitstay::{
    audit::{Subject, SubjectKind},
    availability::OpeningHours,
    booking::{Attendance, BookingError, BookingStatus, Refusal},
    command::Actor,
    ids::{BookingId, UserId},
    notification::Templates,
    platform::{AcceptBooking, CompleteBooking, Error, ReplyToReview, Requested, WriteReview},
    repository::{Due, NotificationFilter, PageRequest},
    review::Points,
    text::Text,
    time::Instant,
};

use super::{
    Told,
    narration::Narration,
    stage::Stage,
    week::Week,
    words::{counted, decimal, listed},
};

/// A story while it is told.
pub(super) struct Story<'a, 'n> {
    pub(super) stage: Stage<'a>,
    pub(super) narration: &'a mut Narration<'n>,
}

/// What owners say and what the trainer answers, story by story.
const REVIEWS: [(u8, &str, &str); 4] = [
    (5, "We walked past the chip shop without a word.", "That was all you two."),
    (4, "Clear, kind, and five minutes late.", "The bus and I apologise."),
    (5, "I did not know that it could look so easy.", "It gets easier still."),
    (5, "Half the lesson was for me. Rightly so.", "The better half, as it turned out."),
];

impl Story<'_, '_> {
    fn step(&mut self, heading: &str) -> Told {
        Ok(self.narration.step(heading, &self.stage.time())?)
    }

    fn pass(&self, span: TimeDelta) {
        self.stage.clock.advance(span);
    }

    /// Does what became due since the last story.
    pub(super) async fn catch_up(&mut self) -> Told {
        let done = self.stage.run_due().await?;
        let count = |kind: fn(&Due) -> bool| done.iter().filter(|due| kind(due)).count() as u64;
        let kinds = [
            (
                count(|due| matches!(due, Due::Completion(_))),
                "lesson completed",
                "lessons completed",
            ),
            (count(|due| matches!(due, Due::LapsedHold(_))), "request expired", "requests expired"),
            (
                count(|due| matches!(due, Due::Reminder(_))),
                "lesson reminded of",
                "lessons reminded of",
            ),
        ];
        let kinds = kinds.into_iter().filter(|&(number, ..)| number > 0);
        let kinds: Vec<_> = kinds.map(|(number, one, many)| counted(number, one, many)).collect();
        if kinds.is_empty() {
            return Ok(());
        }
        self.step("What was due since the last story")?;
        Ok(self.narration.say(&format!("Done without anybody asking: {}.", listed(&kinds)))?)
    }

    /// Lets two other owners book, so that the week is not empty.
    pub(super) async fn let_others_book(&mut self) -> Told {
        let mut booked = Vec::new();
        for (position, pair) in self.stage.cast.others.iter().enumerate() {
            let starts = self.stage.free_starts(pair).await?;
            let Some(&start) = starts.get(4 + 11 * position) else { continue };
            let what = format!("other/{position}/{}", start.as_micros());
            let Requested { booking, status, .. } = self.stage.request(pair, start, &what).await?;
            if status == BookingStatus::Pending {
                let (trainer, what) = (self.stage.cast.trainer_actor(), format!("{what}/accept"));
                self.stage.give(trainer, &what, AcceptBooking { booking }).await?;
            }
            booked.push(format!("{} with {}", pair.name(), pair.dog_name()));
        }
        if booked.is_empty() {
            return Ok(());
        }
        self.step("Others book first")?;
        let text = format!(
            "{} take a lesson each; {} accepts.",
            listed(&booked),
            self.stage.cast.trainer_name()
        );
        Ok(self.narration.say(&text)?)
    }

    /// Shows the week of a start that is free soon, and returns that start.
    pub(super) async fn show_week(&mut self) -> Told<Option<Instant>> {
        self.step("A week at a glance")?;
        let Stage { cast, .. } = &self.stage;
        let text = format!(
            "{} {}: {}, {} minutes, {}.",
            cast.trainer.first_name,
            cast.trainer.last_name,
            cast.service.name,
            cast.service.duration_minutes,
            cast.service.price.0
        );
        self.narration.say(&text)?;
        let starts = self.stage.free_starts(&cast.owner).await?;
        // Not the very first, so that a rival finds something before it.
        let Some(&start) = starts.get(2).or(starts.first()) else {
            self.narration.say("Nothing is free as far ahead as can be booked.")?;
            return Ok(None);
        };
        let today = cast.zone.date(self.stage.now());
        let next = cast.zone.date(start);
        let first = if next < today + Days::new(7) { today } else { next };
        let calendar = self.stage.calendar().await?;
        let hours = OpeningHours::new(cast.zone.clone(), &calendar.hours, &calendar.exceptions);
        let booked = self.stage.booked(start.saturating_add(TimeDelta::days(9))).await?;
        let week = Week::new(&hours, first, &booked, &starts, cast.length());
        self.narration.gap()?;
        self.narration.show(&week.to_string())?;
        Ok(Some(start))
    }

    pub(super) async fn ask(&mut self, start: Instant) -> Told<Requested> {
        self.pass(TimeDelta::minutes(2));
        let cast = &self.stage.cast;
        let requested = self.stage.request(&cast.owner, start, "booking").await?;
        let answer = match requested.hold_expires_at {
            Some(until) => format!("It waits for an answer until {}.", self.stage.local(until)),
            None => format!("{} accepts requests at once.", cast.trainer_name()),
        };
        let (owner, dog) = (cast.owner.name(), cast.owner.dog_name());
        let text = format!(
            "{owner} asks for {} for {dog}, at {}. {answer}",
            self.stage.local(start),
            requested.price
        );
        self.step("An owner asks")?;
        self.narration.say(&text)?;
        Ok(requested)
    }

    /// Lets a second owner ask for the same start.
    pub(super) async fn come_second(&mut self, start: Instant) -> Told {
        self.pass(TimeDelta::minutes(3));
        let rival = &self.stage.cast.rival;
        let asked = format!("{} asks for the same start, for {}", rival.name(), rival.dog_name());
        match self.stage.request(rival, start, "rival").await {
            Err(Error::Booking(BookingError::Refused(refusal))) => {
                self.step("Another owner comes second")?;
                self.narration.say(&format!("{asked}, and is refused:"))?;
                self.narration.gap()?;
                for reason in refusal.reasons.iter() {
                    self.narration.show(&format!("  · {reason} ({})", reason.code()))?;
                }
                self.narration.gap()?;
                Ok(self.narration.say(&self.alternatives(&refusal))?)
            }
            Err(error) => Err(error.into()),
            Ok(_) => {
                self.step("Another owner asks")?;
                Ok(self.narration.say(&format!("{asked}, and gets it."))?)
            }
        }
    }

    fn alternatives(&self, refusal: &Refusal) -> String {
        let nearest = refusal.nearest.map(|nearest| (nearest.before, nearest.after));
        let (before, after) = nearest.unwrap_or_default();
        let starts: Vec<_> = [before, after].into_iter().flatten().collect();
        let starts: Vec<_> = starts.into_iter().map(|start| self.stage.local(start)).collect();
        if starts.is_empty() {
            "Nothing near it is free.".to_owned()
        } else {
            format!("Nearest free instead: {}.", starts.join(", or "))
        }
    }

    pub(super) async fn answer(&mut self, requested: &Requested) -> Told {
        let Some(until) = requested.hold_expires_at else { return Ok(()) };
        let left = until.since(self.stage.now());
        self.pass(TimeDelta::minutes(10).min(left / 2));
        let (booking, cast) = (requested.booking, &self.stage.cast);
        self.stage.give(cast.trainer_actor(), "accept", AcceptBooking { booking }).await?;
        let lesson =
            self.stage.platform.lesson(cast.owner.actor(), booking, self.stage.now()).await?;
        let place = lesson.trainer.contact.and_then(|contact| contact.places.into_iter().next());
        let place = place.map_or_else(
            || "how to reach the other".to_owned(),
            |place| format!("where it is: {}, {}", place.address.line(), place.address.city()),
        );
        let text = format!(
            "{} accepts. From now on {} sees {place}.",
            cast.trainer_name(),
            cast.owner.name()
        );
        self.step("The trainer answers")?;
        Ok(self.narration.say(&text)?)
    }

    pub(super) async fn give_the_lesson(&mut self, requested: &Requested) -> Told {
        let Requested { booking, session, .. } = *requested;
        let day_before =
            session.start().saturating_add(-self.stage.platform.policy().remind_before);
        self.stage.clock.advance_to(day_before.saturating_add(TimeDelta::minutes(1)));
        if self.stage.run_due().await?.contains(&Due::Reminder(booking)) {
            self.step("The lesson is near")?;
            self.narration.say("Both are reminded of it, once.")?;
        }
        self.stage.clock.advance_to(session.end().saturating_add(TimeDelta::minutes(5)));
        let cast = &self.stage.cast;
        let complete = CompleteBooking { booking, attendance: Attendance::Attended };
        self.stage.give(cast.trainer_actor(), "complete", complete).await?;
        let text = format!(
            "{} and {} were there: {} completes it.",
            cast.owner.name(),
            cast.owner.dog_name(),
            cast.trainer_name()
        );
        self.step("The lesson is over")?;
        Ok(self.narration.say(&text)?)
    }

    pub(super) async fn review(&mut self, requested: &Requested) -> Told {
        self.pass(TimeDelta::hours(2));
        let cast = &self.stage.cast;
        let (points, comment, reply) = REVIEWS[cast.number % REVIEWS.len()];
        let review = cast.id("review");
        let write = WriteReview {
            review,
            booking: requested.booking,
            rating: Points::new(points).map_err(Error::from)?,
            comment: Text::parse(comment).map_err(Error::from)?,
        };
        self.stage.give(cast.owner.actor(), "review", write).await?;
        let written = format!("{} gives {points} of 5: “{comment}”", cast.owner.name());
        self.step("A review, and an answer to it")?;
        self.narration.say(&written)?;
        self.pass(TimeDelta::minutes(40));
        let cast = &self.stage.cast;
        let answer = ReplyToReview { review, reply: Text::parse(reply).map_err(Error::from)? };
        self.stage.give(cast.trainer_actor(), "reply", answer).await?;
        Ok(self.narration.say(&format!("{} answers: “{reply}”", cast.trainer_name()))?)
    }

    pub(super) async fn show_what_is_left(&mut self, requested: &Requested) -> Told {
        self.step("What is left of it")?;
        let Stage { platform, cast, .. } = &self.stage;
        let card = platform.trainer_card(Actor::Anonymous, cast.trainer_id()).await?;
        let rating = card.trainer.rating;
        let mean = rating.mean_e4().map_or_else(|| "none".to_owned(), decimal);
        let reviews = counted(rating.count, "review", "reviews");
        let trainer = cast.trainer_name();
        self.narration.say(&format!("{trainer}'s rating is {mean} of 5, from {reviews}."))?;
        self.show_unread(self.stage.cast.trainer_user(), self.stage.cast.trainer_name().to_owned())
            .await?;
        self.show_unread(self.stage.cast.owner.user(), self.stage.cast.owner.name().to_owned())
            .await?;
        self.show_history(requested.booking).await
    }

    async fn show_unread(&mut self, user: UserId, name: String) -> Told {
        let (platform, actor) = (self.stage.platform, Actor::member(user));
        let unread = platform.unread_notifications(actor, user).await?;
        let latest = PageRequest::first(4).map_err(Error::from)?;
        let page = platform.notifications(actor, NotificationFilter::unread(user), latest).await?;
        self.narration.gap()?;
        let unread = counted(unread, "unread notification", "unread notifications");
        self.narration.say(&format!("{name} has {unread}, the newest first:"))?;
        let templates = Templates::english();
        for told in &page.items {
            let time = self.stage.local(told.notification.created_at);
            let message = templates.render(&told.notification, &told.facts, None);
            self.narration.show(&format!("  {time:<22}{}", message.title))?;
        }
        Ok(())
    }

    async fn show_history(&mut self, booking: BookingId) -> Told {
        let subject = Subject::new(SubjectKind::Booking, booking);
        let (platform, cast) = (self.stage.platform, &self.stage.cast);
        let page = platform.history(cast.owner.actor(), subject, PageRequest::default()).await?;
        self.narration.gap()?;
        self.narration.say("The audit trail of the lesson:")?;
        for known in page.items.iter().rev() {
            let entry = &known.entry;
            let (time, code) = (self.stage.local(entry.created_at), entry.event.code());
            let who = cast.name_of(entry.actor);
            self.narration.show(&format!("  {time:<22}{code:<25}{who}"))?;
        }
        Ok(())
    }
}
