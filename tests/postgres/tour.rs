//! A tour through every command, each stop told to a visitor.

use std::collections::BTreeSet;

use sitstay::{
    availability::{DatedHours, IntervalSet, WeeklyHours, Window},
    booking::Attendance,
    command::{Actor, SystemReason},
    conformance::{
        fixtures::date,
        tour::{Visitor, stop},
    },
    dog::DogFacts,
    ids::BookingId,
    notification::NotificationKind,
    platform::*,
    review::Points,
    text::Text,
    time::{Interval, Weekday},
    trainer::{BlockSource, Certificate, ServiceTerms},
};

use crate::town::{Town, on};

/// One read and one commit.
const COMMAND: usize = 2;

/// Gives every command that a booking meets, on one day of a town of one trainer and two owners.
pub(crate) async fn of_bookings(town: &Town, day: i64, visitor: &mut impl Visitor) {
    let (owner, trainer, now) = (town.owner(0), town.trainer(0), on(0, "06:00"));
    let ask = |time| town.wish(0, 0, on(day, time));

    let wish = ask("06:00");
    let booking = wish.booking;
    stop(visitor, "request", COMMAND, town.gives(owner, now, wish)).await;
    stop(visitor, "accept", COMMAND, town.gives(trainer, now, AcceptBooking { booking })).await;
    let cancel = CancelBooking { booking, reason: None };
    stop(visitor, "cancel", COMMAND, town.gives(owner, now, cancel)).await;

    let wish = ask("07:00");
    let booking = wish.booking;
    stop(visitor, "request", COMMAND, town.gives(owner, now, wish)).await;
    stop(visitor, "withdraw", COMMAND, town.gives(owner, now, WithdrawBooking { booking })).await;

    let wish = ask("07:00");
    let booking = wish.booking;
    stop(visitor, "request", COMMAND, town.gives(owner, now, wish)).await;
    let decline = DeclineBooking { booking, reason: None };
    stop(visitor, "decline", COMMAND, town.gives(trainer, now, decline)).await;

    let wish = ask("08:00");
    let booking = wish.booking;
    stop(visitor, "request", COMMAND, town.gives(owner, now, wish)).await;
    let to_half_past = MoveBooking { booking, start: on(day, "08:30"), proposal: town.make.id() };
    stop(visitor, "move", COMMAND, town.gives(owner, now, to_half_past)).await;
    stop(visitor, "accept", COMMAND, town.gives(trainer, now, AcceptBooking { booking })).await;
    let propose = |time| ProposeMove { booking, start: on(day, time), proposal: town.make.id() };
    let to_ten = propose("10:00");
    let (proposal, start) = (to_ten.proposal, to_ten.start);
    stop(visitor, "propose", COMMAND, town.gives(trainer, now, to_ten)).await;
    let accept = AcceptProposal { booking, proposal, start };
    stop(visitor, "accept proposal", COMMAND, town.gives(owner, now, accept)).await;
    let to_eleven = propose("11:00");
    let proposal = to_eleven.proposal;
    stop(visitor, "propose", COMMAND, town.gives(trainer, now, to_eleven)).await;
    let decline = DeclineProposal { booking, proposal };
    stop(visitor, "decline proposal", COMMAND, town.gives(owner, now, decline)).await;
    let to_noon = propose("12:00");
    let proposal = to_noon.proposal;
    stop(visitor, "propose", COMMAND, town.gives(trainer, now, to_noon)).await;
    let withdraw = WithdrawProposal { booking, proposal };
    stop(visitor, "withdraw proposal", COMMAND, town.gives(trainer, now, withdraw)).await;

    after_the_lesson(town, day, booking, visitor).await;
    all_in_a_row(town, day, visitor).await;
}

async fn after_the_lesson(town: &Town, day: i64, booking: BookingId, visitor: &mut impl Visitor) {
    let (owner, trainer, over) = (town.owner(0), town.trainer(0), on(day, "11:00"));
    let complete = CompleteBooking { booking, attendance: Attendance::OwnerNoShow };
    stop(visitor, "complete", COMMAND, town.gives(trainer, over, complete)).await;
    let contest = ContestNoShow { booking, dispute: town.make.id() };
    stop(visitor, "contest", COMMAND, town.gives(owner, over, contest)).await;
    let amend = AmendAttendance { booking, attendance: Attendance::Attended };
    stop(visitor, "amend", COMMAND, town.gives(town.admin(), over, amend)).await;
    stop(
        visitor,
        "release",
        COMMAND,
        town.gives(Actor::System(SystemReason::DueWork), over, ReleaseTime { booking }),
    )
    .await;
    let review = WriteReview {
        review: town.make.id(),
        booking,
        rating: Points::new(5).unwrap(),
        comment: Text::parse("Rex listens now.").unwrap(),
    };
    let (id, comment) = (review.review, review.comment.clone());
    stop(visitor, "review", COMMAND, town.gives(owner, over, review)).await;
    let edit = EditReview { review: id, rating: Points::new(4).unwrap(), comment };
    stop(visitor, "edit review", COMMAND, town.gives(owner, over, edit)).await;
    let reply = ReplyToReview { review: id, reply: Text::parse("Thanks!").unwrap() };
    stop(visitor, "reply", COMMAND, town.gives(trainer, over, reply)).await;
    let hide = HideReview { review: id };
    stop(visitor, "hide", COMMAND, town.gives(town.admin(), over, hide)).await;
    let unhide = UnhideReview { review: id };
    stop(visitor, "unhide", COMMAND, town.gives(town.admin(), over, unhide)).await;
    let everything = ReadAllNotifications;
    // Who asks is read first, and then what they have not read.
    stop(visitor, "read all", 1 + COMMAND, town.gives(owner, over, everything)).await;
}

async fn all_in_a_row(town: &Town, day: i64, visitor: &mut impl Visitor) {
    let (owner, now) = (town.owner(0), on(0, "06:00"));
    // The second day's series is longer: the number of lessons makes no new text.
    let lessons = if day == 1 { 12 } else { 20 };
    let series = RequestSeries {
        series: town.make.id(),
        bookings: (0..lessons).map(|_| town.make.id()).collect(),
        trainer: town.trainers[0].1.id,
        dog: town.owners[0].2.id,
        wish: sitstay::booking::Wish::Service(town.trainers[0].2.id),
        start: on(day, "20:00"),
        every_weeks: 1,
    };
    let id = series.series;
    stop(visitor, "series", COMMAND, town.gives(owner, now, series)).await;
    let cancel = CancelSeries { series: id, from: on(day, "20:00"), reason: None };
    stop(visitor, "cancel series", COMMAND, town.gives(owner, now, cancel)).await;
}

/// Gives every command about dogs and calendars.
pub(crate) async fn of_belongings(town: &Town, day: i64, visitor: &mut impl Visitor) {
    let (owner, trainer, now) = (town.owner(0), town.trainer(0), on(0, "06:00"));
    let facts = DogFacts {
        name: "Bella".parse().unwrap(),
        breed: None,
        age: None,
        size: sitstay::dog::DogSize::Small,
        notes: Text::parse("").unwrap(),
    };
    let dog = town.make.id();
    let add = AddDog { dog, facts: facts.clone() };
    stop(visitor, "add dog", COMMAND, town.gives(owner, now, add)).await;
    let update = UpdateDog { dog, facts };
    stop(visitor, "update dog", COMMAND, town.gives(owner, now, update)).await;
    let photo = town.make.id();
    let url = "https://example.com/bella.jpg".parse().unwrap();
    stop(visitor, "add photo", COMMAND, town.gives(owner, now, AddPhoto { dog, photo, url })).await;
    stop(visitor, "remove photo", COMMAND, town.gives(owner, now, RemovePhoto { dog, photo }))
        .await;
    stop(visitor, "remove dog", COMMAND, town.gives(owner, now, RemoveDog { dog })).await;

    // Other hours on each day of the tour.
    let until = ["21:30", "21:45"][usize::try_from(day % 2).unwrap()];
    let from_six = Window::parse("06:00", until).unwrap();
    let week = Weekday::ALL.into_iter().map(|weekday| (weekday, from_six));
    let hours = SetHours { hours: WeeklyHours::new(week).unwrap() };
    stop(visitor, "set hours", COMMAND, town.gives(trainer, now, hours)).await;
    let closed = DatedHours::new(date(day + 30), Vec::new()).unwrap();
    let closed = SetException { hours: closed };
    stop(visitor, "set exception", COMMAND, town.gives(trainer, now, closed)).await;
    let open = RemoveException { date: date(day + 30) };
    stop(visitor, "remove exception", COMMAND, town.gives(trainer, now, open)).await;
    let block = town.make.id();
    let during = Interval::new(on(day + 40, "09:00"), on(day + 41, "09:00")).unwrap();
    let away = BlockTime { block, during, source: BlockSource::Manual };
    stop(visitor, "block", COMMAND, town.gives(trainer, now, away)).await;
    stop(visitor, "unblock", COMMAND, town.gives(trainer, now, UnblockTime { block })).await;
    let busy = Interval::new(on(day + 40, "11:00"), on(day + 40, "12:00")).unwrap().into();
    let import = ImportBusyTime { busy };
    stop(visitor, "import busy time", COMMAND, town.gives(trainer, now, import)).await;
    let nothing = ImportBusyTime { busy: IntervalSet::EMPTY };
    stop(visitor, "import nothing", COMMAND, town.gives(trainer, now, nothing)).await;
    let policy = SetPolicy { policy: town.trainers[0].1.policy.clone() };
    stop(visitor, "set policy", COMMAND, town.gives(trainer, now, policy)).await;
    let (of, service) = (town.trainers[0].1.id, town.make.id());
    let offered = &town.trainers[0].2;
    let terms = ServiceTerms {
        name: offered.name.clone(),
        description: offered.description.clone(),
        duration_minutes: offered.duration_minutes,
        price: offered.price,
        is_active: true,
        buffer_before_minutes: 0,
        buffer_after_minutes: 0,
        accepted_dog_sizes: BTreeSet::new(),
    };
    let add = AddService { trainer: of, service, terms: terms.clone() };
    stop(visitor, "add service", COMMAND, town.gives(trainer, now, add)).await;
    let update = UpdateService { trainer: of, service, terms };
    stop(visitor, "update service", COMMAND, town.gives(trainer, now, update)).await;
    let certification = town.make.id();
    let certificate = Certificate {
        name: "Trainer I".parse().unwrap(),
        issued_by: "The Kennel Club".parse().unwrap(),
        issued_at: date(-100),
    };
    let add = AddCertification { certification, certificate: certificate.clone() };
    stop(visitor, "certify", COMMAND, town.gives(trainer, now, add)).await;
    let update = UpdateCertification { certification, certificate };
    stop(visitor, "update certification", COMMAND, town.gives(trainer, now, update)).await;
    let remove = RemoveCertification { certification };
    stop(visitor, "remove certification", COMMAND, town.gives(trainer, now, remove)).await;
}

/// Gives every command about accounts.
pub(crate) async fn of_accounts(town: &Town, day: i64, visitor: &mut impl Visitor) {
    let (system, now) = (Actor::System(SystemReason::SignUp), on(0, "06:00"));
    let user = town.make.id();
    let sign_up = SignUp {
        user,
        email: format!("ann.{day}@example.com").parse().unwrap(),
        password: None,
        first_name: "Ann".parse().unwrap(),
        last_name: "Lee".parse().unwrap(),
        phone: None,
    };
    stop(visitor, "sign up", COMMAND, town.gives(system, now, sign_up)).await;
    let become_owner = BecomeOwner { user, owner: town.make.id() };
    stop(visitor, "become owner", COMMAND, town.gives(system, now, become_owner)).await;
    let become_trainer = BecomeTrainer {
        user,
        trainer: town.make.id(),
        years_of_experience: 3.try_into().unwrap(),
        bio: Text::parse("").unwrap(),
        time_zone: sitstay::time::ZoneId::UTC,
    };
    let trainer = become_trainer.trainer;
    stop(visitor, "become trainer", COMMAND, town.gives(system, now, become_trainer)).await;
    let (ann, admin) = (Actor::member(user), town.admin());
    let profile = UpdateProfile {
        first_name: "Anne".parse().unwrap(),
        last_name: "Lee".parse().unwrap(),
        phone: None,
    };
    stop(visitor, "profile", COMMAND, town.gives(ann, now, profile)).await;
    let email = ChangeEmail { email: format!("anne.{day}@example.com").parse().unwrap() };
    stop(visitor, "e-mail", COMMAND, town.gives(ann, now, email)).await;
    let muted = BTreeSet::from([NotificationKind::LessonReminder]);
    stop(visitor, "preferences", COMMAND, town.gives(ann, now, SetPreferences { muted })).await;
    let muted = BTreeSet::new();
    stop(visitor, "preferences again", COMMAND, town.gives(ann, now, SetPreferences { muted }))
        .await;
    let place = town.make.location(&town.admin);
    let (address, point) = (place.address, place.point);
    let location = town.make.id();
    let add = AddLocation { location, address: address.clone(), point };
    stop(visitor, "add location", COMMAND, town.gives(ann, now, add)).await;
    let update = UpdateLocation { location, address, point };
    stop(visitor, "update location", COMMAND, town.gives(ann, now, update)).await;
    let remove = RemoveLocation { location };
    stop(visitor, "remove location", COMMAND, town.gives(ann, now, remove)).await;
    let verify = VerifyTrainer { trainer, verified: true };
    // Whose profile it is, is looked up first.
    stop(visitor, "verify", 1 + COMMAND, town.gives(admin, now, verify)).await;
    stop(visitor, "grant admin", COMMAND, town.gives(admin, now, GrantAdmin { user })).await;
    stop(visitor, "revoke admin", COMMAND, town.gives(admin, now, RevokeAdmin { user })).await;
    stop(visitor, "suspend", COMMAND, town.gives(admin, now, SuspendUser { user })).await;
    stop(visitor, "reactivate", COMMAND, town.gives(admin, now, ReactivateUser { user })).await;
    // In two commits, each with its read.
    stop(visitor, "erase", 2 * COMMAND, town.gives(admin, now, EraseUser { user })).await;
}
