//! A platform on which everybody wrote something wherever they could.

use std::sync::Arc;

use sitstay::{
    account::RoleName,
    availability::{DatedHours, WeeklyHours, Window},
    booking::{Attendance, Wish},
    command::{Actor, Call, SystemReason},
    conformance::fixtures::{Fixtures, at, date, days_later},
    dog::{DogFacts, DogSize},
    ids::{
        BookingId, CommandId, DogId, LocationId, OwnerId, ReviewId, ServiceId, TrainerId, UserId,
    },
    money::{BasisPoints, ChargeRule, Currency, MoneyPolicy, Price},
    notification::NotificationKind,
    platform::*,
    policy::PlatformPolicy,
    provider::{CreatePayment, IdempotencyKey, PaymentProvider as _, fake::FakeProvider},
    repository::Repository,
    review::Points,
    time::{Instant, Interval, Weekday},
    trainer::{BlockSource, BookingPolicy, Certificate, ServiceTerms},
    years::{DogAge, Experience},
};

use super::marks::{Fate, Marks};

const SYSTEM: Actor = Actor::System(SystemReason::Maintenance);

/// Who of [`Story::people`] is erased.
pub(crate) const VICTIMS: [usize; 3] = [ADMINS[0], OWNERS[0], TRAINERS[0]];

const ADMINS: [usize; 2] = [0, 1];
const OWNERS: [usize; 2] = [2, 3];
const TRAINERS: [usize; 2] = [4, 5];
const NAMES: [&str; 6] = ["Ida", "Eva", "Ann", "Bea", "Tom", "Udo"];

/// Somebody with all that they wrote.
#[derive(Debug)]
pub(crate) struct Person {
    pub(crate) user: UserId,
    pub(crate) role: RoleName,
    pub(crate) marks: Marks,
}

impl Person {
    pub(crate) fn actor(&self) -> Actor {
        Actor::User { user: self.user, role: Some(self.role) }
    }
}

#[derive(Debug)]
pub(crate) struct Story {
    pub(crate) platform: Platform,
    pub(crate) now: Instant,
    /// Admins, owners and trainers, two of each.
    pub(crate) people: Vec<Person>,
    pub(crate) keepers: Vec<(OwnerId, Vec<DogId>)>,
    pub(crate) coaches: Vec<(TrainerId, ServiceId)>,
    pub(crate) bookings: Vec<BookingId>,
    pub(crate) hidden: Option<ReviewId>,
    /// Every command that was given.
    pub(crate) calls: Vec<CommandId>,
    make: Fixtures,
    provider: FakeProvider,
}

/// An hour of a day, so many days after Monday 2027-03-01.
fn on(day: i64, hour: usize) -> Instant {
    days_later(at(&format!("{hour:02}:00")), day)
}

/// Which owner and which trainer a pair is made of.
const fn of_pair(pair: usize) -> (usize, usize) {
    (pair / 2, pair % 2)
}

impl Story {
    /// Lets the week pass.
    pub(crate) async fn tell(repository: Arc<dyn Repository>) -> Self {
        let money = MoneyPolicy::new([ChargeRule::any(Currency::EUR)]).unwrap();
        let policy = PlatformPolicy::new(BasisPoints::new(1_500).unwrap(), money);
        let mut story = Self {
            platform: Platform::new(repository, policy),
            now: on(0, 6),
            people: Vec::new(),
            keepers: Vec::new(),
            coaches: Vec::new(),
            bookings: Vec::new(),
            hidden: None,
            calls: Vec::new(),
            make: Fixtures::new(),
            provider: FakeProvider::new(7),
        };
        for (index, name) in (0..).zip(NAMES) {
            story.joins(index, name).await;
        }
        for admin in ADMINS {
            let user = story.people[admin].user;
            story.gives(SYSTEM, GrantAdmin { user }).await;
        }
        for owner in OWNERS {
            story.keeps_dogs(owner).await;
        }
        for trainer in TRAINERS {
            story.trains(trainer).await;
        }
        let mut attended = Vec::new();
        for pair in 0..4 {
            attended.push(story.books(pair).await);
        }
        story.is_paid(attended[0]).await;
        story.now = on(1, 20);
        for (pair, booking) in attended.into_iter().enumerate() {
            story.takes_place(pair, booking).await;
        }
        story.now = on(5, 6);
        story.pays_out().await;
        story
    }

    pub(crate) async fn gives<C: Command>(&mut self, actor: Actor, command: C) -> C::Outcome {
        let call = Call::new(self.make.id(), actor, self.now);
        self.calls.push(call.id);
        self.platform.execute(call, command).await.unwrap()
    }

    pub(crate) async fn erases(&mut self, victim: usize) {
        let user = self.people[victim].user;
        self.gives(Actor::member(user), EraseUser { user }).await;
    }

    fn marks(&mut self, person: usize) -> &mut Marks {
        &mut self.people[person].marks
    }

    /// Somebody signs up, and changes all that they said then.
    async fn joins(&mut self, index: usize, name: &'static str) {
        let role = [RoleName::Admin, RoleName::Owner, RoleName::Trainer][index / 2];
        let number = i32::try_from(index).unwrap() + 1;
        let mut marks = Marks::of(name, number);
        let sign_up = SignUp {
            user: self.make.id(),
            email: marks.email(Fate::Replaced),
            password: Some(marks.password(Fate::Replaced)),
            first_name: marks.person_name(Fate::Replaced),
            last_name: marks.person_name(Fate::Replaced),
            phone: Some(marks.phone(Fate::Replaced)),
        };
        let user = sign_up.user;
        self.gives(SYSTEM, sign_up).await;
        let me = Actor::member(user);
        self.gives(me, ChangeEmail { email: marks.email(Fate::Kept) }).await;
        self.gives(me, ChangePassword { password: marks.password(Fate::Kept) }).await;
        let update = UpdateProfile {
            first_name: marks.person_name(Fate::Kept),
            last_name: marks.person_name(Fate::Kept),
            phone: Some(marks.phone(Fate::Kept)),
        };
        self.gives(me, update).await;
        self.gives(me, SetPreferences { muted: [NotificationKind::ALL[0]].into() }).await;
        self.people.push(Person { user, role, marks });
        let gone = self.has_place(index, Fate::Replaced).await;
        self.gives(me, RemoveLocation { location: gone }).await;
    }

    /// Adds a place, and changes it.
    async fn has_place(&mut self, person: usize, fate: Fate) -> LocationId {
        let (location, me) = (self.make.id(), Actor::member(self.people[person].user));
        let marks = self.marks(person);
        let (address, point) = (marks.address(Fate::Replaced), marks.point(Fate::Replaced));
        self.gives(me, AddLocation { location, address, point }).await;
        let marks = self.marks(person);
        let (address, point) = (marks.address(fate), marks.point(fate));
        self.gives(me, UpdateLocation { location, address, point }).await;
        location
    }

    fn dog(&mut self, owner: usize, fate: Fate) -> DogFacts {
        let marks = self.marks(owner);
        DogFacts {
            name: marks.name(fate),
            breed: Some(marks.name(fate)),
            age: Some(DogAge::new(7).unwrap()),
            size: DogSize::Medium,
            notes: marks.text(fate),
        }
    }

    async fn keeps_dogs(&mut self, person: usize) {
        let user = self.people[person].user;
        let owner = self.make.id();
        self.gives(Actor::member(user), BecomeOwner { user, owner }).await;
        self.has_place(person, Fate::Kept).await;
        let me = Actor::owner(user);
        let mut dogs = Vec::new();
        for _ in 0..2 {
            let dog = self.make.id();
            let facts = self.dog(person, Fate::Replaced);
            self.gives(me, AddDog { dog, facts }).await;
            let facts = self.dog(person, Fate::Kept);
            self.gives(me, UpdateDog { dog, facts }).await;
            for fate in [Fate::Replaced, Fate::Kept] {
                let (photo, url) = (self.make.id(), self.marks(person).url(fate));
                self.gives(me, AddPhoto { dog, photo, url }).await;
                if fate == Fate::Replaced {
                    self.gives(me, RemovePhoto { dog, photo }).await;
                }
            }
            dogs.push(dog);
        }
        self.gives(me, RemoveDog { dog: dogs[1] }).await;
        self.keepers.push((owner, dogs));
    }

    fn service(&mut self, trainer: usize, fate: Fate, is_active: bool) -> ServiceTerms {
        let marks = self.marks(trainer);
        ServiceTerms {
            name: marks.name(fate),
            description: marks.text(fate),
            duration_minutes: 60,
            price: Price::new(6_000, Currency::EUR).unwrap(),
            is_active,
            buffer_before_minutes: 0,
            buffer_after_minutes: 0,
            accepted_dog_sizes: [DogSize::Medium].into(),
        }
    }

    fn certificate(&mut self, trainer: usize, fate: Fate) -> Certificate {
        let marks = self.marks(trainer);
        Certificate { name: marks.name(fate), issued_by: marks.name(fate), issued_at: date(-400) }
    }

    async fn trains(&mut self, person: usize) {
        let user = self.people[person].user;
        let trainer = self.make.id();
        let years_of_experience = Experience::new(7).unwrap();
        let bio = self.marks(person).text(Fate::Replaced);
        let time_zone = "Europe/Berlin".parse().unwrap();
        let become_trainer = BecomeTrainer { user, trainer, years_of_experience, bio, time_zone };
        self.gives(Actor::member(user), become_trainer).await;
        let search_location = Some(self.has_place(person, Fate::Kept).await);
        let (me, bio) = (Actor::trainer(user), self.marks(person).text(Fate::Kept));
        self.gives(me, UpdateTrainer { years_of_experience, bio, search_location }).await;

        let mut offered = Vec::new();
        for is_active in [true, false] {
            let service = self.make.id();
            let terms = self.service(person, Fate::Replaced, true);
            self.gives(me, AddService { trainer, service, terms }).await;
            let terms = self.service(person, Fate::Kept, is_active);
            self.gives(me, UpdateService { trainer, service, terms }).await;
            offered.push(service);
        }
        for fate in [Fate::Replaced, Fate::Kept] {
            let certification = self.make.id();
            let certificate = self.certificate(person, Fate::Replaced);
            self.gives(me, AddCertification { certification, certificate }).await;
            let certificate = self.certificate(person, fate);
            self.gives(me, UpdateCertification { certification, certificate }).await;
            if fate == Fate::Replaced {
                self.gives(me, RemoveCertification { certification }).await;
            }
        }
        self.opens(me).await;
        self.coaches.push((trainer, offered[0]));
    }

    async fn opens(&mut self, me: Actor) {
        let all_day = Window::parse("00:00", "00:00").unwrap();
        let hours = WeeklyHours::disjoint(Weekday::ALL.map(|weekday| (weekday, all_day))).unwrap();
        self.gives(me, SetHours { hours }).await;
        let hours = DatedHours::new(date(20), [Window::parse("09:00", "12:00").unwrap()]).unwrap();
        self.gives(me, SetException { hours }).await;
        self.gives(me, SetPolicy { policy: BookingPolicy::default() }).await;
        let during = Interval::new(on(21, 6), on(21, 9)).unwrap();
        let (block, source) = (self.make.id(), BlockSource::Manual);
        self.gives(me, BlockTime { block, during, source }).await;
        let busy = [Interval::new(on(22, 6), on(22, 9)).unwrap()].into_iter().collect();
        self.gives(me, ImportBusyTime { busy }).await;
    }

    async fn requests(&mut self, pair: usize, day: i64) -> BookingId {
        let (owner, trainer) = of_pair(pair);
        let (dog, (trainer, service)) = (self.keepers[owner].1[0], self.coaches[trainer]);
        let (booking, me) = (self.make.id(), self.people[OWNERS[owner]].actor());
        let (start, wish) = (on(day, 8 + 2 * pair), Wish::Service(service));
        let quote = self.make.id();
        self.gives(me, RequestQuote { quote, trainer, dog, wish, start }).await;
        let quote = Some(quote);
        self.gives(me, RequestBooking { booking, trainer, dog, wish, start, quote }).await;
        self.bookings.push(booking);
        booking
    }

    async fn agrees(&mut self, pair: usize, day: i64) -> BookingId {
        let booking = self.requests(pair, day).await;
        let (_, trainer) = of_pair(pair);
        let coach = self.people[TRAINERS[trainer]].actor();
        self.gives(coach, AcceptBooking { booking }).await;
        booking
    }

    async fn calls_off(&mut self, person: usize, booking: BookingId) {
        let (reason, actor) = (Some(self.marks(person).reason()), self.people[person].actor());
        self.gives(actor, CancelBooking { booking, reason }).await;
    }

    /// Books a lesson that will take place, and others that are called off by everybody who can.
    async fn books(&mut self, pair: usize) -> BookingId {
        let (owner, trainer) = of_pair(pair);
        let (owner, trainer) = (OWNERS[owner], TRAINERS[trainer]);
        let attended = self.agrees(pair, 1).await;
        for (person, day) in [(owner, 3), (trainer, 4), (ADMINS[pair % 2], 5)] {
            let booking = self.agrees(pair, day).await;
            self.calls_off(person, booking).await;
        }
        let booking = self.requests(pair, 6).await;
        let reason = Some(self.marks(trainer).reason());
        let actor = self.people[trainer].actor();
        self.gives(actor, DeclineBooking { booking, reason }).await;
        self.plans_a_series(pair).await;
        attended
    }

    async fn plans_a_series(&mut self, pair: usize) {
        let (owner, trainer) = of_pair(pair);
        let ((trainer_id, service), coach) =
            (self.coaches[trainer], self.people[TRAINERS[trainer]].actor());
        let (dog, owner) = (self.keepers[owner].1[0], OWNERS[owner]);
        let (series, me) = (self.make.id(), self.people[owner].actor());
        let bookings: Vec<BookingId> = vec![self.make.id(), self.make.id()];
        let request = RequestSeries {
            series,
            bookings: bookings.clone(),
            trainer: trainer_id,
            dog,
            wish: Wish::Service(service),
            start: on(8, 8 + 2 * pair),
            every_weeks: 1,
        };
        self.gives(me, request).await;
        for &booking in &bookings {
            self.gives(coach, AcceptBooking { booking }).await;
        }
        let reason = Some(self.marks(owner).reason());
        self.gives(me, CancelSeries { series, from: self.now, reason }).await;
        self.bookings.extend(bookings);
    }

    /// The first owner pays for a lesson.
    async fn is_paid(&mut self, booking: BookingId) {
        let (payment, me) = (self.make.id(), self.people[OWNERS[0]].actor());
        let provider = FakeProvider::provider();
        let start = StartPayment { payment, booking, provider: provider.clone() };
        let amount = self.gives(me, start).await.amount;
        let key = IdempotencyKey::create(payment);
        let create = CreatePayment { key, payment, booking, amount };
        let answer = self.provider.create_payment(create).await.unwrap();
        self.gives(SYSTEM, RecordPayment::of(payment, provider, &answer)).await;
        self.hears().await;
    }

    async fn hears(&mut self) {
        for event in self.provider.deliver() {
            self.gives(SYSTEM, TakeReport { event }).await;
        }
    }

    /// A lesson is over: it is reviewed, the review changed, and replied to.
    async fn takes_place(&mut self, pair: usize, booking: BookingId) {
        let (owner, trainer) = of_pair(pair);
        let (owner, trainer) = (OWNERS[owner], TRAINERS[trainer]);
        let (me, coach) = (self.people[owner].actor(), self.people[trainer].actor());
        let attendance = Attendance::Attended;
        self.gives(coach, CompleteBooking { booking, attendance }).await;
        let (review, rating) = (self.make.id(), Points::new(4).unwrap());
        let comment = self.marks(owner).text(Fate::Replaced);
        self.gives(me, WriteReview { review, booking, rating, comment }).await;
        let comment = self.marks(owner).text(Fate::Told);
        self.gives(me, EditReview { review, rating, comment }).await;
        let reply = self.marks(trainer).text(Fate::Told);
        self.gives(coach, ReplyToReview { review, reply }).await;
        if self.hidden.is_none() {
            let admin = self.people[ADMINS[0]].actor();
            self.gives(admin, HideReview { review }).await;
            self.hidden = Some(review);
        }
    }

    async fn pays_out(&mut self) {
        let run = self.make.id();
        for _ in 0..2 {
            let done = self.platform.run_payouts(run, &self.provider, None, 100, self.now).await;
            assert!(done.unwrap().failed.is_empty());
            self.provider.finish();
            self.hears().await;
        }
        assert_eq!(self.provider.transfers().len(), 1);
    }
}
