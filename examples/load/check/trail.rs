//! What the audit trail says that there is.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    time::Duration,
};

use sitstay::{
    audit::{Event, FeedPosition},
    booking::{Attendance, BookingStatus, CancelKind},
    ids::{
        AuditId, BookingId, DogId, OwnerId, RescheduleId, ReviewId, SeriesId, ServiceId, TrainerId,
        UserId,
    },
    money::Money,
    repository::{Repository, RepositoryError},
    review::Points,
    time::Interval,
};

use super::{Findings, Promise, Told};

/// How many entries are read at once.
pub(super) const PAGE: u16 = 1_000;

/// How long, and how often, is waited for an entry that is stored and not in the feed yet.
const PAUSE: Duration = Duration::from_millis(10);
const PAUSES: u32 = 6_000;

/// A booking, as the trail tells it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ToldBooking {
    pub(super) trainer: TrainerId,
    pub(super) owner: OwnerId,
    pub(super) dog: DogId,
    pub(super) session: Interval,
    pub(super) price: Money,
    pub(super) status: BookingStatus,
    pub(super) cancel_kind: Option<CancelKind>,
    pub(super) attendance: Option<Attendance>,
    /// Whether the trainer's time was released after the lesson.
    pub(super) is_released: bool,
}

/// A review, as the trail tells it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ToldReview {
    pub(super) booking: BookingId,
    pub(super) trainer: TrainerId,
    pub(super) rating: Points,
    pub(super) is_hidden: bool,
    pub(super) is_replied: bool,
}

/// Everything that the trail tells and that never goes away again.
#[derive(Debug, Default)]
pub(super) struct Trail {
    pub(super) entries: u64,
    /// The entries after the first ones, of which it was said how many they are.
    pub(super) recent: HashSet<AuditId>,
    pub(super) users: HashSet<UserId>,
    pub(super) owners: BTreeMap<OwnerId, UserId>,
    pub(super) trainers: BTreeMap<TrainerId, UserId>,
    pub(super) services: BTreeMap<ServiceId, TrainerId>,
    pub(super) dogs: BTreeMap<DogId, OwnerId>,
    pub(super) bookings: HashMap<BookingId, ToldBooking>,
    pub(super) series: HashSet<SeriesId>,
    pub(super) proposals: HashMap<RescheduleId, bool>,
    pub(super) reviews: HashMap<ReviewId, ToldReview>,
    pub(super) reminders: u64,
}

impl Trail {
    /// Reads as many entries as are stored.
    ///
    /// The feed may for a while leave out what was committed last: on Postgres it ends before the
    /// oldest transaction that still runs anywhere on the server. So this waits for the rest, and
    /// where nothing more comes, says so.
    pub(super) async fn read(
        repository: &dyn Repository,
        stored: u64,
        entries_before: u64,
        findings: &mut Findings,
        told: Told<'_>,
    ) -> Result<Self, RepositoryError> {
        let mut trail = Self::default();
        let (mut position, mut pauses) = (FeedPosition::START, 0);
        loop {
            let entries = repository.feed(position, PAGE).await?;
            let Some(last) = entries.last() else {
                if trail.entries >= stored {
                    break;
                }
                if pauses == PAUSES {
                    let missing = stored - trail.entries;
                    findings.add(Promise::Audit, || {
                        format!("{missing} entries did not come into the feed within a minute")
                    });
                    break;
                }
                pauses += 1;
                tokio::time::sleep(PAUSE).await;
                continue;
            };
            let end = last.position;
            pauses = 0;
            told(entries.len());
            for known in entries {
                findings.require(known.position > position, Promise::Audit, || {
                    format!("{} comes in the feed after {position}", known.position)
                });
                position = known.position;
                if trail.entries >= entries_before && !trail.recent.insert(known.entry.id) {
                    let id = known.entry.id;
                    findings.add(Promise::Audit, || format!("{id} is in the feed twice"));
                }
                trail.entries += 1;
                if !trail.follow(&known.entry.event) {
                    let event = known.entry.event;
                    findings.add(Promise::Audit, || {
                        format!("{} of {} cannot follow", event.code(), event.subject())
                    });
                }
            }
            position = end;
        }
        findings.look_at("audit_entries", usize::try_from(trail.entries).unwrap_or(usize::MAX));
        Ok(trail)
    }

    /// Carries out a change; `false` where it cannot have happened after the earlier ones.
    fn follow(&mut self, event: &Event) -> bool {
        match event {
            Event::UserSignedUp { user } => self.users.insert(*user),
            Event::OwnerRegistered { owner, user } => self.owners.insert(*owner, *user).is_none(),
            Event::TrainerRegistered { trainer, user } => {
                self.trainers.insert(*trainer, *user).is_none()
            }
            Event::ServiceAdded { service, trainer, .. } => {
                self.services.insert(*service, *trainer).is_none()
            }
            Event::DogAdded { dog, owner } => self.dogs.insert(*dog, *owner).is_none(),
            Event::SeriesRequested { series, .. } => self.series.insert(*series),
            Event::ReminderSent { booking, .. } => {
                self.reminders += 1;
                self.bookings.contains_key(booking)
            }
            Event::ProposalMade { proposal, .. } => {
                self.proposals.insert(*proposal, true).is_none()
            }
            Event::ProposalAccepted { proposal, .. }
            | Event::ProposalDeclined { proposal, .. }
            | Event::ProposalWithdrawn { proposal, .. }
            | Event::ProposalExpired { proposal, .. } => {
                self.proposals.insert(*proposal, false) == Some(true)
            }
            Event::ReviewWritten { review, booking, trainer, rating } => {
                let told = ToldReview {
                    booking: *booking,
                    trainer: *trainer,
                    rating: *rating,
                    is_hidden: false,
                    is_replied: false,
                };
                self.reviews.insert(*review, told).is_none()
            }
            Event::ReviewEdited { review, from, to } => {
                self.review(*review, |told| std::mem::replace(&mut told.rating, *to) == *from)
            }
            Event::ReviewReplied { review } => {
                self.review(*review, |told| !std::mem::replace(&mut told.is_replied, true))
            }
            Event::ReviewHidden { review } => {
                self.review(*review, |told| !std::mem::replace(&mut told.is_hidden, true))
            }
            Event::ReviewUnhidden { review } => {
                self.review(*review, |told| std::mem::replace(&mut told.is_hidden, false))
            }
            _ => self.follow_booking(event),
        }
    }

    fn review(&mut self, id: ReviewId, change: impl FnOnce(&mut ToldReview) -> bool) -> bool {
        self.reviews.get_mut(&id).is_some_and(change)
    }

    fn follow_booking(&mut self, event: &Event) -> bool {
        use BookingStatus::{Accepted, Cancelled, Completed, Pending};
        if let Event::BookingRequested {
            booking,
            trainer,
            owner,
            dog,
            session,
            price,
            accepted,
            ..
        } = event
        {
            let told = ToldBooking {
                trainer: *trainer,
                owner: *owner,
                dog: *dog,
                session: *session,
                price: *price,
                status: if *accepted { Accepted } else { Pending },
                cancel_kind: None,
                attendance: None,
                is_released: false,
            };
            return self.bookings.insert(*booking, told).is_none();
        }
        let (Event::BookingAccepted { booking }
        | Event::BookingCancelled { booking, .. }
        | Event::BookingMoved { booking, .. }
        | Event::BookingCompleted { booking, .. }
        | Event::TimeReleased { booking }
        | Event::AttendanceAmended { booking, .. }) = event
        else {
            return true;
        };
        let Some(told) = self.bookings.get_mut(booking) else { return false };
        let status = told.status;
        match event {
            Event::BookingAccepted { .. } => {
                told.status = Accepted;
                status == Pending
            }
            Event::BookingCancelled { kind, .. } => {
                (told.status, told.cancel_kind) = (Cancelled, Some(*kind));
                status.is_active()
            }
            Event::BookingMoved { from, to, .. } => {
                let before = std::mem::replace(&mut told.session, *to);
                status.is_active() && before.start() == *from
            }
            Event::BookingCompleted { attendance, .. } => {
                (told.status, told.attendance) = (Completed, Some(*attendance));
                status == Accepted
            }
            Event::AttendanceAmended { to, .. } => {
                told.attendance = Some(*to);
                status == Completed
            }
            // Two calls may release one lesson's time; the second changes nothing.
            _ => {
                told.is_released = true;
                status == Completed
            }
        }
    }
}
