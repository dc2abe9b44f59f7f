//! Who may do what: every command by every kind of actor.
//!
//! The table is written down here once more, from the specification and not from the code.

use std::{future::Future, pin::Pin};

use super::{
    fixtures::{at, between, closed, completed, date, days_later},
    town::{Town, early},
    world::World,
};
use crate::{
    account::{RoleName, User, UserStatus},
    availability::{DatedHours, WeeklyHours, Window},
    booking::{Attendance, Booking, ProposalStatus, Proposer, Reschedule},
    command::{Actor, Call, CommandKind, SystemReason},
    dog::DogFacts,
    error::ErrorKind,
    platform::{
        AcceptBooking, AcceptProposal, AddCertification, AddDog, AddLocation, AddPhoto, AddService,
        AmendAttendance, BecomeOwner, BecomeTrainer, BlockTime, CancelBooking, CancelSeries,
        ChangeEmail, ChangePassword, ChangeZone, ClaimNoShow, Command, CompleteBooking,
        ContestNoShow, DeclineBooking, DeclineProposal, EditReview, EraseUser, Error,
        ExpireBooking, ExpireProposal, GrantAdmin, HideReview, MoveBooking, ProposeMove,
        ReactivateUser, ReadAllNotifications, ReadNotification, ReleaseTime, RemoveCertification,
        RemoveDog, RemoveException, RemoveLocation, RemovePhoto, ReplyToReview, RequestBooking,
        RequestSeries, RevokeAdmin, SendReminder, SetException, SetHours, SetPolicy,
        SetPreferences, SignUp, SuspendUser, UnblockTime, UnhideReview, UpdateCertification,
        UpdateDog, UpdateLocation, UpdateProfile, UpdateService, UpdateTrainer, VerifyTrainer,
        WithdrawBooking, WithdrawProposal, WriteReview,
    },
    repository::{ChangeSet, Versioned},
    review::{Points, Review},
    text::{Reason, Text},
    time::Instant,
    trainer::{BlockSource, Certificate, ServiceTerms},
};

/// A kind of actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    Anonymous,
    Member,
    Owner,
    OtherOwner,
    Trainer,
    OtherTrainer,
    Admin,
    PartyAdmin,
    Suspended,
    Deleted,
    System,
}

const EVERYBODY: [Who; 11] = [
    Who::Anonymous,
    Who::Member,
    Who::Owner,
    Who::OtherOwner,
    Who::Trainer,
    Who::OtherTrainer,
    Who::Admin,
    Who::PartyAdmin,
    Who::Suspended,
    Who::Deleted,
    Who::System,
];

/// What comes of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Done,
    NotFound,
    Forbidden,
    Refused,
}

/// Whose the thing is that a command is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum About {
    /// It is of these parties, `o`wner or `t`rainer: others do not learn that it exists.
    Thing(&'static str),
    /// A proposal of one party, which only the other may answer: theirs to take back.
    Answer(&'static str),
    /// Oneself: everybody in the capacity does it for themselves.
    Oneself,
    /// A user whom the command names, and who is party to it.
    Named,
}

/// A command, the capacities in which it may be given (`m`ember, `o`wner, `t`rainer, `a`dmin,
/// `s`ystem), and what it is about.
type Row = (CommandKind, &'static str, About);

use About::{Answer as AnsweredBy, Named, Oneself, Thing};
use CommandKind as K;

const TABLE: &[Row] = &[
    (K::SignUp, "s", Oneself),
    (K::UpdateProfile, "mot", Oneself),
    (K::ChangeEmail, "mot", Oneself),
    (K::ChangePassword, "mot", Oneself),
    (K::SetPreferences, "mot", Oneself),
    (K::ReadNotification, "mot", Thing("o")),
    (K::ReadAllNotifications, "mot", Oneself),
    (K::AddLocation, "mot", Oneself),
    (K::UpdateLocation, "mot", Thing("o")),
    (K::RemoveLocation, "mot", Thing("o")),
    (K::BecomeOwner, "motas", Named),
    (K::BecomeTrainer, "motas", Named),
    (K::SuspendUser, "as", Named),
    (K::ReactivateUser, "as", Named),
    (K::EraseUser, "motas", Named),
    (K::GrantAdmin, "as", Named),
    (K::RevokeAdmin, "as", Named),
    (K::VerifyTrainer, "as", Named),
    (K::AddDog, "o", Oneself),
    (K::UpdateDog, "o", Thing("o")),
    (K::RemoveDog, "o", Thing("o")),
    (K::AddPhoto, "o", Thing("o")),
    (K::RemovePhoto, "o", Thing("o")),
    (K::UpdateTrainer, "t", Oneself),
    (K::ChangeZone, "t", Oneself),
    (K::SetHours, "t", Oneself),
    (K::SetException, "t", Oneself),
    (K::RemoveException, "t", Thing("t")),
    (K::BlockTime, "t", Oneself),
    (K::UnblockTime, "t", Thing("t")),
    (K::SetPolicy, "t", Oneself),
    (K::AddService, "t", Thing("t")),
    (K::UpdateService, "t", Thing("t")),
    (K::AddCertification, "t", Oneself),
    (K::UpdateCertification, "t", Thing("t")),
    (K::RemoveCertification, "t", Thing("t")),
    (K::RequestBooking, "o", Thing("o")),
    (K::RequestSeries, "o", Thing("o")),
    (K::AcceptBooking, "t", Thing("t")),
    (K::DeclineBooking, "t", Thing("t")),
    (K::WithdrawBooking, "o", Thing("o")),
    (K::CancelBooking, "ota", Thing("ot")),
    (K::CancelSeries, "ota", Thing("ot")),
    (K::CompleteBooking, "ts", Thing("t")),
    (K::MoveBooking, "o", Thing("o")),
    (K::ProposeMove, "t", Thing("t")),
    (K::AcceptProposal, "ot", AnsweredBy("o")),
    (K::DeclineProposal, "ot", AnsweredBy("o")),
    (K::WithdrawProposal, "ot", AnsweredBy("t")),
    (K::ClaimNoShow, "o", Thing("o")),
    (K::ContestNoShow, "o", Thing("o")),
    (K::AmendAttendance, "a", Thing("")),
    (K::ExpireBooking, "s", Thing("")),
    (K::ExpireProposal, "s", Thing("")),
    (K::ReleaseTime, "s", Thing("")),
    (K::SendReminder, "s", Thing("")),
    (K::WriteReview, "o", Thing("o")),
    (K::EditReview, "o", Thing("o")),
    (K::ReplyToReview, "t", Thing("t")),
    (K::HideReview, "as", Thing("")),
    (K::UnhideReview, "as", Thing("")),
];

/// What the specification says comes of a command.
fn expected((_, capacities, about): Row, who: Who) -> Answer {
    let may = |capacity| capacities.contains(capacity);
    let (capacity, is_party) = match who {
        Who::Anonymous | Who::PartyAdmin | Who::Suspended | Who::Deleted => {
            return Answer::Forbidden;
        }
        Who::Admin if may("a") => return Answer::Done,
        Who::System if may("s") => return Answer::Done,
        Who::Admin | Who::System => return Answer::Forbidden,
        Who::Member => ("m", false),
        Who::Owner => ("o", true),
        Who::OtherOwner => ("o", false),
        Who::Trainer => ("t", true),
        Who::OtherTrainer => ("t", false),
    };
    if !may(capacity) {
        return Answer::Forbidden;
    }
    match about {
        Oneself => Answer::Done,
        Named if who == Who::Member => Answer::Done,
        Thing(of) | AnsweredBy(of) if is_party && of.contains(capacity) => Answer::Done,
        AnsweredBy(_) if is_party => Answer::Refused,
        Named | Thing(_) | AnsweredBy(_) => Answer::NotFound,
    }
}

fn answer(outcome: &Result<(), Error>) -> Answer {
    match outcome {
        Ok(()) => Answer::Done,
        Err(Error::Denied(_)) => Answer::Forbidden,
        Err(error) if error.kind() == ErrorKind::NotFound => Answer::NotFound,
        Err(_) => Answer::Refused,
    }
}

pub(super) async fn the_table_names_every_command(_world: World) {
    // An adoption is nobody's to give.
    for kind in CommandKind::ALL.iter().filter(|kind| **kind != K::Adopt) {
        assert_eq!(TABLE.iter().filter(|row| row.0 == *kind).count(), 1, "{kind}");
    }
}

pub(super) async fn every_command_answers_every_actor_as_the_table_says(world: World) {
    let mut wrong = Vec::new();
    for row in TABLE {
        for who in EVERYBODY {
            let trial = Trial::new(world.clone(), row.0, who).await;
            let outcome = trial.give(row.0).await;
            let (told, due) = (answer(&outcome), expected(*row, who));
            if told != due {
                wrong.push(format!("{} by {who:?}: {due:?}, but {outcome:?}", row.0));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// One command by one actor, in a town of their own.
struct Trial {
    town: Town,
    actor: Actor,
    /// Whom a command names that is about a user.
    named: User,
}

type Outcome<'a> = Pin<Box<dyn Future<Output = Result<(), Error>> + Send + 'a>>;

impl Trial {
    async fn new(world: World, kind: CommandKind, who: Who) -> Self {
        let town = Town::new(world).await;
        let member = town.insert(town.make.user()).await.into_value();
        let party = match kind {
            K::VerifyTrainer => town.cast.trainer_user.clone(),
            _ => town.cast.owner_user.clone(),
        };
        let mut named = member.clone();
        let actor = match who {
            Who::Anonymous => Actor::Anonymous,
            Who::Member => Actor::member(member.id),
            Who::Owner | Who::Suspended | Who::Deleted => town.owner(),
            Who::OtherOwner => Actor::owner(town.another_owner().await.0.id),
            Who::Trainer => town.trainer(),
            Who::OtherTrainer => {
                let other = town.world.cast().await;
                Actor::trainer(other.trainer_user.id)
            }
            Who::Admin => town.admin().await,
            Who::PartyAdmin => {
                town.insert(town.make.user_role(&party, RoleName::Admin)).await;
                named = party.clone();
                Actor::admin(party.id)
            }
            Who::System => Actor::System(SystemReason::Maintenance),
        };
        let status = match who {
            Who::Suspended => Some(UserStatus::Suspended),
            Who::Deleted => Some(UserStatus::Deleted),
            _ => None,
        };
        if let Some(status) = status {
            let stored = town.user(town.cast.owner_user.id).await.unwrap().unwrap();
            let changed = stored.map(|user| User { status, ..user });
            town.commits(ChangeSet::new().updating(changed)).await;
        }
        Self { town, actor, named }
    }

    async fn gives<C: Command>(&self, now: Instant, command: C) -> Result<(), Error> {
        let call = Call::new(self.town.make.id(), self.actor, now);
        self.town.platform.execute(call, command).await.map(drop)
    }

    async fn pending(&self) -> Versioned<Booking> {
        let booking = self.town.make.booking(&self.town.cast, between("09:00", "10:00"));
        self.town.insert(booking).await
    }

    async fn accepted(&self) -> Versioned<Booking> {
        self.town.accepted(between("09:00", "10:00")).await
    }

    async fn completed(&self, attendance: Attendance) -> Versioned<Booking> {
        let booking = self.town.make.booking(&self.town.cast, between("09:00", "10:00"));
        let attendance = Some(attendance);
        self.town.insert(Booking { attendance, ..completed(booking) }).await
    }

    async fn proposed(&self, status: ProposalStatus) -> (Versioned<Booking>, Reschedule) {
        let booking = self.accepted().await;
        let user = &self.town.cast.trainer_user;
        let proposal = Reschedule {
            proposer: Proposer::Trainer,
            ..self.town.make.reschedule(&booking, user, between("11:00", "12:00"))
        };
        let proposal =
            if status == ProposalStatus::Open { proposal } else { closed(proposal, status) };
        (booking, self.town.insert(proposal).await.into_value())
    }

    async fn reviewed(&self, is_hidden: bool) -> Review {
        let booking = self.completed(Attendance::Attended).await;
        let review =
            Review { is_hidden, created_at: at("10:00"), ..self.town.make.review(&booking) };
        let mut changes = ChangeSet::new().inserting(review.clone());
        if !is_hidden {
            changes.rate(crate::repository::RatingDelta {
                trainer: review.trainer,
                sum: review.rating.get().into(),
                count: 1,
            });
        }
        self.town.commits(changes).await;
        review
    }

    fn terms(&self) -> ServiceTerms {
        let service = &self.town.cast.service;
        ServiceTerms {
            name: service.name.clone(),
            description: service.description.clone(),
            duration_minutes: service.duration_minutes,
            price: service.price,
            is_active: true,
            buffer_before_minutes: 0,
            buffer_after_minutes: 0,
            accepted_dog_sizes: std::collections::BTreeSet::new(),
        }
    }

    fn facts(&self) -> DogFacts {
        let dog = &self.town.cast.dog;
        DogFacts {
            name: dog.name.clone(),
            breed: dog.breed.clone(),
            age: dog.age,
            size: dog.size,
            notes: dog.notes.clone(),
        }
    }

    fn certificate(&self) -> Certificate {
        let known = self.town.make.certification(&self.town.cast.trainer);
        Certificate { name: known.name, issued_by: known.issued_by, issued_at: known.issued_at }
    }

    /// Makes what the command needs, and gives it.
    fn give(&self, kind: CommandKind) -> Outcome<'_> {
        match kind {
            K::SignUp
            | K::UpdateProfile
            | K::ChangeEmail
            | K::ChangePassword
            | K::SetPreferences
            | K::ReadNotification
            | K::ReadAllNotifications
            | K::AddLocation
            | K::UpdateLocation
            | K::RemoveLocation
            | K::BecomeOwner
            | K::BecomeTrainer => Box::pin(self.give_of_accounts(kind)),
            K::SuspendUser
            | K::ReactivateUser
            | K::EraseUser
            | K::GrantAdmin
            | K::RevokeAdmin
            | K::VerifyTrainer => Box::pin(self.give_of_admins(kind)),
            K::AddDog
            | K::UpdateDog
            | K::RemoveDog
            | K::AddPhoto
            | K::RemovePhoto
            | K::UpdateTrainer
            | K::ChangeZone
            | K::SetHours
            | K::SetException
            | K::RemoveException
            | K::BlockTime
            | K::UnblockTime
            | K::SetPolicy
            | K::AddService
            | K::UpdateService
            | K::AddCertification
            | K::UpdateCertification
            | K::RemoveCertification => Box::pin(self.give_of_profiles(kind)),
            _ => Box::pin(self.give_of_bookings(kind)),
        }
    }

    async fn give_of_accounts(&self, kind: CommandKind) -> Result<(), Error> {
        let (town, make, now) = (&self.town, &self.town.make, early());
        let fresh = make.user();
        let owner = &town.cast.owner_user;
        let location = make.location(owner);
        match kind {
            K::SignUp => {
                let (user, email, password) = (fresh.id, fresh.email, fresh.password);
                let (first_name, last_name) = (fresh.first_name, fresh.last_name);
                let phone = None;
                let command = SignUp { user, email, password, first_name, last_name, phone };
                self.gives(now, command).await
            }
            K::UpdateProfile => {
                let (first_name, last_name) = (fresh.first_name, fresh.last_name);
                self.gives(now, UpdateProfile { first_name, last_name, phone: None }).await
            }
            K::ChangeEmail => self.gives(now, ChangeEmail { email: fresh.email }).await,
            K::ChangePassword => {
                let password = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA".parse().unwrap();
                self.gives(now, ChangePassword { password }).await
            }
            K::SetPreferences => {
                let muted = [crate::notification::NotificationKind::LessonReminder].into();
                self.gives(now, SetPreferences { muted }).await
            }
            K::ReadNotification => {
                let notification = town.insert(make.notification(owner)).await.id;
                self.gives(now, ReadNotification { notification }).await
            }
            K::ReadAllNotifications => self.gives(now, ReadAllNotifications).await,
            K::AddLocation => {
                let (address, point) = (location.address, location.point);
                self.gives(now, AddLocation { location: location.id, address, point }).await
            }
            K::UpdateLocation => {
                town.insert(location.clone()).await;
                let (address, point) = (location.address, location.point);
                self.gives(now, UpdateLocation { location: location.id, address, point }).await
            }
            K::RemoveLocation => {
                let location = town.insert(location).await.id;
                self.gives(now, RemoveLocation { location }).await
            }
            K::BecomeOwner => {
                let (user, owner) = (self.named.id, make.id());
                self.gives(now, BecomeOwner { user, owner }).await
            }
            _ => {
                let trainer = &town.cast.trainer;
                let command = BecomeTrainer {
                    user: self.named.id,
                    trainer: make.id(),
                    years_of_experience: trainer.years_of_experience,
                    bio: trainer.bio.clone(),
                    time_zone: trainer.time_zone,
                };
                self.gives(now, command).await
            }
        }
    }

    async fn give_of_admins(&self, kind: CommandKind) -> Result<(), Error> {
        let (town, now, user) = (&self.town, early(), self.named.id);
        match kind {
            K::SuspendUser => self.gives(now, SuspendUser { user }).await,
            K::ReactivateUser => {
                let status = UserStatus::Suspended;
                let suspended = User { status, ..town.make.user() };
                let suspended = town.insert(suspended).await.id;
                let is_self = self.actor.user() == Some(user);
                let user = if is_self { user } else { suspended };
                self.gives(now, ReactivateUser { user }).await
            }
            K::EraseUser => self.gives(now, EraseUser { user }).await,
            K::GrantAdmin => self.gives(now, GrantAdmin { user }).await,
            K::RevokeAdmin => {
                let other = town.admin().await.user().unwrap();
                town.admin().await;
                let is_self = self.actor.user() == Some(user);
                self.gives(now, RevokeAdmin { user: if is_self { user } else { other } }).await
            }
            _ => {
                let trainer = town.cast.trainer.id;
                self.gives(now, VerifyTrainer { trainer, verified: true }).await
            }
        }
    }

    async fn give_of_profiles(&self, kind: CommandKind) -> Result<(), Error> {
        let (town, make, now) = (&self.town, &self.town.make, early());
        let (dog, trainer) = (&town.cast.dog, &town.cast.trainer);
        match kind {
            K::AddDog => self.gives(now, AddDog { dog: make.id(), facts: self.facts() }).await,
            K::UpdateDog => self.gives(now, UpdateDog { dog: dog.id, facts: self.facts() }).await,
            K::RemoveDog => self.gives(now, RemoveDog { dog: dog.id }).await,
            K::AddPhoto => {
                let url = make.photo(dog).url;
                self.gives(now, AddPhoto { dog: dog.id, photo: make.id(), url }).await
            }
            K::RemovePhoto => {
                let photo = town.insert(make.photo(dog)).await.id;
                self.gives(now, RemovePhoto { dog: dog.id, photo }).await
            }
            K::UpdateTrainer => {
                let (years_of_experience, bio) = (trainer.years_of_experience, trainer.bio.clone());
                let search_location = None;
                let command = UpdateTrainer { years_of_experience, bio, search_location };
                self.gives(now, command).await
            }
            K::ChangeZone => {
                let zone = "Europe/Paris".parse().unwrap();
                self.gives(now, ChangeZone { zone }).await
            }
            K::SetHours => {
                let window = Window::parse("08:00", "12:00").unwrap();
                let monday = crate::time::Weekday::Monday;
                let hours = WeeklyHours::disjoint([(monday, window)]).unwrap();
                self.gives(now, SetHours { hours }).await
            }
            K::SetException => {
                self.gives(now, SetException { hours: DatedHours::closed(date(3)) }).await
            }
            K::RemoveException => {
                town.insert(make.exception(trainer, date(3))).await;
                self.gives(now, RemoveException { date: date(3) }).await
            }
            K::BlockTime => {
                let (block, during) = (make.id(), between("18:00", "19:00"));
                self.gives(now, BlockTime { block, during, source: BlockSource::Manual }).await
            }
            K::UnblockTime => {
                let block = make.time_block(trainer, between("18:00", "19:00"));
                let block = town.insert(block).await.id;
                self.gives(now, UnblockTime { block }).await
            }
            K::SetPolicy => {
                let policy = crate::trainer::BookingPolicy::default();
                self.gives(now, SetPolicy { policy }).await
            }
            K::AddService => {
                let (trainer, service) = (trainer.id, make.id());
                self.gives(now, AddService { trainer, service, terms: self.terms() }).await
            }
            K::UpdateService => {
                let (trainer, service) = (trainer.id, town.cast.service.id);
                self.gives(now, UpdateService { trainer, service, terms: self.terms() }).await
            }
            K::AddCertification => {
                let (certification, certificate) = (make.id(), self.certificate());
                self.gives(now, AddCertification { certification, certificate }).await
            }
            K::UpdateCertification => {
                let certification = town.insert(make.certification(trainer)).await.id;
                let certificate = self.certificate();
                self.gives(now, UpdateCertification { certification, certificate }).await
            }
            _ => {
                let certification = town.insert(make.certification(trainer)).await.id;
                self.gives(now, RemoveCertification { certification }).await
            }
        }
    }

    async fn give_of_bookings(&self, kind: CommandKind) -> Result<(), Error> {
        let (town, make, now) = (&self.town, &self.town.make, early());
        let reason = Some(Reason::parse("The hall is flooded.").unwrap());
        let (rating, comment) = (Points::new(5).unwrap(), Text::parse("Good.").unwrap());
        match kind {
            K::RequestBooking => self.gives(now, town.wish(at("14:00"))).await,
            K::RequestSeries => {
                let RequestBooking { trainer, dog, wish, start, .. } = town.wish(at("14:00"));
                let (series, bookings) = (make.id(), vec![make.id(), make.id()]);
                let every_weeks = 1;
                let command =
                    RequestSeries { series, bookings, trainer, dog, wish, start, every_weeks };
                self.gives(now, command).await
            }
            K::AcceptBooking => {
                let booking = self.pending().await.id;
                self.gives(now, AcceptBooking { booking }).await
            }
            K::DeclineBooking => {
                let booking = self.pending().await.id;
                self.gives(now, DeclineBooking { booking, reason }).await
            }
            K::WithdrawBooking => {
                let booking = self.pending().await.id;
                self.gives(now, WithdrawBooking { booking }).await
            }
            K::CancelBooking => {
                let booking = self.accepted().await.id;
                self.gives(now, CancelBooking { booking, reason }).await
            }
            K::CancelSeries => {
                let series = town.insert(make.series(&town.cast)).await.id;
                let lesson = make.booking(&town.cast, between("09:00", "10:00"));
                let lesson = Booking { series: Some(series), ..super::fixtures::accepted(lesson) };
                town.insert(lesson).await;
                self.gives(now, CancelSeries { series, from: at("09:00"), reason }).await
            }
            K::CompleteBooking => {
                let booking = self.accepted().await.id;
                let attendance = Attendance::Attended;
                let command = CompleteBooking { booking, attendance };
                self.gives(days_later(at("10:00"), 1), command).await
            }
            K::MoveBooking => {
                let (booking, proposal) = (self.accepted().await.id, make.id());
                self.gives(now, MoveBooking { booking, start: at("14:00"), proposal }).await
            }
            K::ProposeMove => {
                let (booking, proposal) = (self.accepted().await.id, make.id());
                self.gives(now, ProposeMove { booking, start: at("14:00"), proposal }).await
            }
            K::AcceptProposal => {
                let (booking, proposal) = self.proposed(ProposalStatus::Open).await;
                let (booking, proposal, start) =
                    (booking.id, proposal.id, proposal.session.start());
                self.gives(now, AcceptProposal { booking, proposal, start }).await
            }
            K::DeclineProposal => {
                let (booking, proposal) = self.proposed(ProposalStatus::Open).await;
                let (booking, proposal) = (booking.id, proposal.id);
                self.gives(now, DeclineProposal { booking, proposal }).await
            }
            K::WithdrawProposal => {
                let (booking, proposal) = self.proposed(ProposalStatus::Open).await;
                let (booking, proposal) = (booking.id, proposal.id);
                self.gives(now, WithdrawProposal { booking, proposal }).await
            }
            K::ClaimNoShow => {
                let (booking, dispute) = (self.accepted().await.id, make.id());
                self.gives(at("09:30"), ClaimNoShow { booking, dispute }).await
            }
            K::ContestNoShow => {
                let booking = self.completed(Attendance::OwnerNoShow).await.id;
                let dispute = make.id();
                self.gives(at("11:00"), ContestNoShow { booking, dispute }).await
            }
            K::AmendAttendance => {
                let booking = self.completed(Attendance::Attended).await.id;
                let attendance = Attendance::OwnerNoShow;
                self.gives(at("11:00"), AmendAttendance { booking, attendance }).await
            }
            K::ExpireBooking => {
                let booking = self.pending().await.id;
                self.gives(at("09:00"), ExpireBooking { booking }).await
            }
            K::ExpireProposal => {
                let (booking, proposal) = self.proposed(ProposalStatus::Open).await;
                let (booking, proposal) = (booking.id, proposal.id);
                self.gives(at("08:00"), ExpireProposal { booking, proposal }).await
            }
            K::ReleaseTime => {
                let booking = self.completed(Attendance::Attended).await.id;
                self.gives(at("10:00"), ReleaseTime { booking }).await
            }
            K::SendReminder => {
                let booking = self.accepted().await.id;
                self.gives(now, SendReminder { booking }).await
            }
            K::WriteReview => {
                let booking = self.completed(Attendance::Attended).await.id;
                let command = WriteReview { review: make.id(), booking, rating, comment };
                self.gives(at("11:00"), command).await
            }
            K::EditReview => {
                let review = self.reviewed(false).await.id;
                self.gives(at("11:00"), EditReview { review, rating, comment }).await
            }
            K::ReplyToReview => {
                let review = self.reviewed(false).await.id;
                self.gives(at("11:00"), ReplyToReview { review, reply: comment }).await
            }
            K::HideReview => {
                let review = self.reviewed(false).await.id;
                self.gives(at("11:00"), HideReview { review }).await
            }
            K::UnhideReview => {
                let review = self.reviewed(true).await.id;
                self.gives(at("11:00"), UnhideReview { review }).await
            }
            other => panic!("{other} is tried elsewhere"),
        }
    }
}
