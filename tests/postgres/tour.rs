//! A tour through every command and every read, each stop told to a visitor.

use std::collections::BTreeSet;

use sitstay::{
    audit::{FeedPosition, Subject, SubjectKind},
    availability::{DatedHours, WeeklyHours, Window},
    booking::Attendance,
    command::{Actor, SystemReason},
    conformance::fixtures::{Everything, at, between, date, minutes},
    dog::DogFacts,
    ids::{BookingId, CommandId},
    notification::NotificationKind,
    platform::*,
    repository::{
        BelongingsQuery, CallerQuery, LessonFilter, PageRequest, Repository, ScheduleQuery,
    },
    review::Points,
    text::Text,
    time::{Instant, Interval, Weekday},
    trainer::{BlockSource, Certificate, ServiceTerms},
};

use crate::town::{Town, on};

/// Who is told of every stop: what it is called, and how many round trips it may take.
pub(crate) trait Visitor {
    fn before(&mut self);
    fn after(&mut self, stop: &'static str, trips: usize);
}

macro_rules! stop {
    ($visitor:ident, $name:expr, $trips:expr, $call:expr) => {{
        $visitor.before();
        let outcome = $call.await.unwrap_or_else(|error| panic!("{}: {error:?}", $name));
        $visitor.after($name, $trips);
        outcome
    }};
}

/// One read and one commit.
const COMMAND: usize = 2;

/// Gives every command that a booking meets, on one day of a town of one trainer and two owners.
pub(crate) async fn of_bookings(town: &Town, day: i64, visitor: &mut impl Visitor) {
    let (owner, trainer, now) = (town.owner(0), town.trainer(0), on(0, "06:00"));
    let ask = |time| town.wish(0, 0, on(day, time));

    let wish = ask("06:00");
    let booking = wish.booking;
    stop!(visitor, "request", COMMAND, town.gives(owner, now, wish));
    stop!(visitor, "accept", COMMAND, town.gives(trainer, now, AcceptBooking { booking }));
    let cancel = CancelBooking { booking, reason: None };
    stop!(visitor, "cancel", COMMAND, town.gives(owner, now, cancel));

    let wish = ask("07:00");
    let booking = wish.booking;
    stop!(visitor, "request", COMMAND, town.gives(owner, now, wish));
    stop!(visitor, "withdraw", COMMAND, town.gives(owner, now, WithdrawBooking { booking }));

    let wish = ask("07:00");
    let booking = wish.booking;
    stop!(visitor, "request", COMMAND, town.gives(owner, now, wish));
    let decline = DeclineBooking { booking, reason: None };
    stop!(visitor, "decline", COMMAND, town.gives(trainer, now, decline));

    let wish = ask("08:00");
    let booking = wish.booking;
    stop!(visitor, "request", COMMAND, town.gives(owner, now, wish));
    let to_half_past = MoveBooking { booking, start: on(day, "08:30"), proposal: town.make.id() };
    stop!(visitor, "move", COMMAND, town.gives(owner, now, to_half_past));
    stop!(visitor, "accept", COMMAND, town.gives(trainer, now, AcceptBooking { booking }));
    let propose = |time| ProposeMove { booking, start: on(day, time), proposal: town.make.id() };
    let to_ten = propose("10:00");
    let (proposal, start) = (to_ten.proposal, to_ten.start);
    stop!(visitor, "propose", COMMAND, town.gives(trainer, now, to_ten));
    let accept = AcceptProposal { booking, proposal, start };
    stop!(visitor, "accept proposal", COMMAND, town.gives(owner, now, accept));
    let to_eleven = propose("11:00");
    let proposal = to_eleven.proposal;
    stop!(visitor, "propose", COMMAND, town.gives(trainer, now, to_eleven));
    let decline = DeclineProposal { booking, proposal };
    stop!(visitor, "decline proposal", COMMAND, town.gives(owner, now, decline));
    let to_noon = propose("12:00");
    let proposal = to_noon.proposal;
    stop!(visitor, "propose", COMMAND, town.gives(trainer, now, to_noon));
    let withdraw = WithdrawProposal { booking, proposal };
    stop!(visitor, "withdraw proposal", COMMAND, town.gives(trainer, now, withdraw));

    after_the_lesson(town, day, booking, visitor).await;
    all_in_a_row(town, day, visitor).await;
}

async fn after_the_lesson(town: &Town, day: i64, booking: BookingId, visitor: &mut impl Visitor) {
    let (owner, trainer, over) = (town.owner(0), town.trainer(0), on(day, "11:00"));
    let complete = CompleteBooking { booking, attendance: Attendance::OwnerNoShow };
    stop!(visitor, "complete", COMMAND, town.gives(trainer, over, complete));
    let contest = ContestNoShow { booking, dispute: town.make.id() };
    stop!(visitor, "contest", COMMAND, town.gives(owner, over, contest));
    let amend = AmendAttendance { booking, attendance: Attendance::Attended };
    stop!(visitor, "amend", COMMAND, town.gives(town.admin(), over, amend));
    stop!(
        visitor,
        "release",
        COMMAND,
        town.gives(Actor::System(SystemReason::DueWork), over, ReleaseTime { booking })
    );
    let review = WriteReview {
        review: town.make.id(),
        booking,
        rating: Points::new(5).unwrap(),
        comment: Text::parse("Rex listens now.").unwrap(),
    };
    let (id, comment) = (review.review, review.comment.clone());
    stop!(visitor, "review", COMMAND, town.gives(owner, over, review));
    let edit = EditReview { review: id, rating: Points::new(4).unwrap(), comment };
    stop!(visitor, "edit review", COMMAND, town.gives(owner, over, edit));
    let reply = ReplyToReview { review: id, reply: Text::parse("Thanks!").unwrap() };
    stop!(visitor, "reply", COMMAND, town.gives(trainer, over, reply));
    let hide = HideReview { review: id };
    stop!(visitor, "hide", COMMAND, town.gives(town.admin(), over, hide));
    let unhide = UnhideReview { review: id };
    stop!(visitor, "unhide", COMMAND, town.gives(town.admin(), over, unhide));
    let everything = ReadAllNotifications;
    // They are counted first.
    stop!(visitor, "read all", 1 + COMMAND, town.gives(owner, over, everything));
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
    stop!(visitor, "series", COMMAND, town.gives(owner, now, series));
    let cancel = CancelSeries { series: id, from: on(day, "20:00"), reason: None };
    stop!(visitor, "cancel series", COMMAND, town.gives(owner, now, cancel));
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
    stop!(visitor, "add dog", COMMAND, town.gives(owner, now, add));
    let update = UpdateDog { dog, facts };
    stop!(visitor, "update dog", COMMAND, town.gives(owner, now, update));
    let photo = town.make.id();
    let url = "https://example.com/bella.jpg".parse().unwrap();
    stop!(visitor, "add photo", COMMAND, town.gives(owner, now, AddPhoto { dog, photo, url }));
    stop!(visitor, "remove photo", COMMAND, town.gives(owner, now, RemovePhoto { dog, photo }));
    stop!(visitor, "remove dog", COMMAND, town.gives(owner, now, RemoveDog { dog }));

    // Other hours on each day of the tour.
    let until = ["21:30", "21:45"][usize::try_from(day % 2).unwrap()];
    let from_six = Window::parse("06:00", until).unwrap();
    let week = Weekday::ALL.into_iter().map(|weekday| (weekday, from_six));
    let hours = SetHours { hours: WeeklyHours::new(week).unwrap() };
    stop!(visitor, "set hours", COMMAND, town.gives(trainer, now, hours));
    let closed = DatedHours::new(date(day + 30), Vec::new()).unwrap();
    let closed = SetException { hours: closed };
    stop!(visitor, "set exception", COMMAND, town.gives(trainer, now, closed));
    let open = RemoveException { date: date(day + 30) };
    stop!(visitor, "remove exception", COMMAND, town.gives(trainer, now, open));
    let block = town.make.id();
    let during = Interval::new(on(day + 40, "09:00"), on(day + 41, "09:00")).unwrap();
    let away = BlockTime { block, during, source: BlockSource::Manual };
    stop!(visitor, "block", COMMAND, town.gives(trainer, now, away));
    stop!(visitor, "unblock", COMMAND, town.gives(trainer, now, UnblockTime { block }));
    let policy = SetPolicy { policy: town.trainers[0].1.policy.clone() };
    stop!(visitor, "set policy", COMMAND, town.gives(trainer, now, policy));
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
    stop!(visitor, "add service", COMMAND, town.gives(trainer, now, add));
    let update = UpdateService { trainer: of, service, terms };
    stop!(visitor, "update service", COMMAND, town.gives(trainer, now, update));
    let certification = town.make.id();
    let certificate = Certificate {
        name: "Trainer I".parse().unwrap(),
        issued_by: "The Kennel Club".parse().unwrap(),
        issued_at: date(-100),
    };
    let add = AddCertification { certification, certificate: certificate.clone() };
    stop!(visitor, "certify", COMMAND, town.gives(trainer, now, add));
    let update = UpdateCertification { certification, certificate };
    stop!(visitor, "update certification", COMMAND, town.gives(trainer, now, update));
    let remove = RemoveCertification { certification };
    stop!(visitor, "remove certification", COMMAND, town.gives(trainer, now, remove));
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
    stop!(visitor, "sign up", COMMAND, town.gives(system, now, sign_up));
    let become_owner = BecomeOwner { user, owner: town.make.id() };
    stop!(visitor, "become owner", COMMAND, town.gives(system, now, become_owner));
    let become_trainer = BecomeTrainer {
        user,
        trainer: town.make.id(),
        years_of_experience: 3.try_into().unwrap(),
        bio: Text::parse("").unwrap(),
        time_zone: sitstay::time::ZoneId::UTC,
    };
    let trainer = become_trainer.trainer;
    stop!(visitor, "become trainer", COMMAND, town.gives(system, now, become_trainer));
    let (ann, admin) = (Actor::member(user), town.admin());
    let profile = UpdateProfile {
        first_name: "Anne".parse().unwrap(),
        last_name: "Lee".parse().unwrap(),
        phone: None,
    };
    stop!(visitor, "profile", COMMAND, town.gives(ann, now, profile));
    let email = ChangeEmail { email: format!("anne.{day}@example.com").parse().unwrap() };
    stop!(visitor, "e-mail", COMMAND, town.gives(ann, now, email));
    let muted = BTreeSet::from([NotificationKind::LessonReminder]);
    stop!(visitor, "preferences", COMMAND, town.gives(ann, now, SetPreferences { muted }));
    let muted = BTreeSet::new();
    stop!(visitor, "preferences again", COMMAND, town.gives(ann, now, SetPreferences { muted }));
    let place = town.make.location(&town.admin);
    let (address, point) = (place.address, place.point);
    let location = town.make.id();
    let add = AddLocation { location, address: address.clone(), point };
    stop!(visitor, "add location", COMMAND, town.gives(ann, now, add));
    let update = UpdateLocation { location, address, point };
    stop!(visitor, "update location", COMMAND, town.gives(ann, now, update));
    let remove = RemoveLocation { location };
    stop!(visitor, "remove location", COMMAND, town.gives(ann, now, remove));
    let verify = VerifyTrainer { trainer, verified: true };
    // Whose profile it is, is looked up first.
    stop!(visitor, "verify", 1 + COMMAND, town.gives(admin, now, verify));
    stop!(visitor, "grant admin", COMMAND, town.gives(admin, now, GrantAdmin { user }));
    stop!(visitor, "revoke admin", COMMAND, town.gives(admin, now, RevokeAdmin { user }));
    stop!(visitor, "suspend", COMMAND, town.gives(admin, now, SuspendUser { user }));
    stop!(visitor, "reactivate", COMMAND, town.gives(admin, now, ReactivateUser { user }));
    // In two commits, each with its read.
    stop!(visitor, "erase", 2 * COMMAND, town.gives(admin, now, EraseUser { user }));
}

/// Asks every question of the storage contract.
pub(crate) async fn of_reads(
    repository: &dyn Repository,
    rows: &Everything,
    visitor: &mut impl Visitor,
) {
    let cast = &rows.cast;
    let caller = CallerQuery {
        command: CommandId::from_uuid(rows.command.id.as_uuid()),
        user: Some(cast.owner_user.id),
    };
    let schedule = ScheduleQuery {
        trainer: cast.trainer.id,
        service: Some(cast.service.id),
        dog: Some(cast.dog.id),
        range: between("00:00", "23:00"),
        now: at("00:00"),
    };
    let belongings = BelongingsQuery {
        location: Some(rows.location.id),
        service: Some(cast.service.id),
        certification: Some(rows.certification.id),
        exception: Some((cast.trainer.id, date(1))),
        time_block: Some(rows.time_block.id),
        dog: Some(cast.dog.id),
        photo: Some(rows.photo.id),
        notification: Some(rows.notification.id),
        preferences: Some(cast.owner_user.id),
        calendar: Some(cast.trainer.id),
    };
    let (page, booking) = (PageRequest::first(1).unwrap(), rows.booking.id);
    let r = repository;
    stop!(visitor, "caller", 1, r.caller(caller));
    stop!(visitor, "belongings", 1, r.belongings(caller, belongings));
    stop!(visitor, "person", 1, r.person(caller, cast.owner_user.id));
    stop!(visitor, "erasure file", 1, r.erasure_file(caller, cast.owner_user.id));
    stop!(visitor, "desk", 1, r.desk(caller, cast.trainer_user.id, at("00:00")));
    stop!(visitor, "request", 1, r.request(caller, schedule));
    stop!(visitor, "booking file", 1, r.booking_file(caller, booking));
    stop!(visitor, "move file", 1, r.move_file(caller, booking, schedule));
    stop!(visitor, "series files", 1, r.series_files(caller, rows.series.id, at("00:00")));
    stop!(visitor, "review file", 1, r.review_file(caller, rows.review.id));
    stop!(visitor, "user", 1, r.user(cast.owner_user.id));
    stop!(visitor, "user by e-mail", 1, r.user_by_email(&cast.owner_user.email.key()));
    stop!(visitor, "location", 1, r.location(rows.location.id));
    stop!(visitor, "locations", 1, r.locations(cast.trainer_user.id));
    stop!(visitor, "trainer", 1, r.trainer(cast.trainer.id));
    stop!(visitor, "calendar", 1, r.calendar(cast.trainer.id));
    stop!(visitor, "service", 1, r.service(cast.service.id));
    stop!(visitor, "services", 1, r.services(cast.trainer.id));
    stop!(visitor, "card", 1, r.trainer_card(cast.trainer.id));
    stop!(visitor, "schedule", 1, r.schedule(schedule));
    stop!(visitor, "dog", 1, r.dog(cast.dog.id));
    stop!(visitor, "dogs", 1, r.dogs(cast.owner.id));
    stop!(visitor, "photos", 1, r.photos(cast.dog.id));
    stop!(visitor, "booking", 1, r.booking(booking));
    stop!(visitor, "claims", 1, r.claims(booking));
    stop!(visitor, "mismatched claims", 1, r.mismatched_claims(10));
    stop!(visitor, "review", 1, r.review(rows.review.id));
    stop!(visitor, "payments", 1, r.payments(booking));
    stop!(visitor, "refunds", 1, r.refunds(booking));
    stop!(visitor, "disputes", 1, r.disputes(booking));
    stop!(visitor, "ledger", 1, r.ledger(booking));
    stop!(visitor, "unread count", 1, r.unread_count(cast.owner_user.id));
    let subject = Subject::new(SubjectKind::User, cast.owner_user.id);
    let history = stop!(visitor, "history", 1, r.history(subject, page));
    let position = history.items[0].position;
    stop!(visitor, "feed", 1, r.feed(position, 10));
    stop!(visitor, "feed from its start", 1, r.feed(FeedPosition::START, 10));
    stop!(visitor, "due", 1, r.due(at("23:00"), at("23:00"), at("23:59"), 100));
    let after = Some(sitstay::repository::Cursor::new(at("00:00"), booking.as_uuid()));
    for page in [page, page.after(after)] {
        stop!(visitor, "later history", 1, r.history(subject, page));
        for either in [true, false] {
            stop!(visitor, "reviews", 1, r.reviews(cast.trainer.id, either, page));
            let told = r.notifications(cast.owner_user.id, either, page);
            stop!(visitor, "notifications", 1, told);
        }
        for filter in filters(rows, minutes(0, 1_440)) {
            stop!(visitor, "lessons", 1, r.lessons(&filter, page));
        }
    }
    stop!(visitor, "census", 1, r.census());
    stop!(visitor, "purge", 1, r.purge_commands(Instant::MIN));
}

/// Every combination of what a list of lessons can be narrowed down to.
fn filters(rows: &Everything, range: Interval) -> Vec<LessonFilter> {
    (0..64_u32)
        .map(|bits| {
            let has = |bit: u32| bits & (1 << bit) != 0;
            LessonFilter {
                trainer: has(0).then_some(rows.cast.trainer.id),
                owner: has(1).then_some(rows.cast.owner.id),
                dog: has(2).then_some(rows.cast.dog.id),
                from: has(3).then_some(range.start()),
                until: has(4).then_some(range.end()),
                statuses: if has(5) { vec![rows.booking.status] } else { Vec::new() },
            }
        })
        .collect()
}
