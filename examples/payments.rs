//! Money on a platform: quoted, paid, given back in part, and told to the trainer.
//!
//! ```text
//! cargo run --features memory,testing --example payments
//! ```
//!
//! Three lessons of one week. One takes place; the next is called off too late for a full refund;
//! after the third the owner gets something back. Then the trainer gets a statement. The payment
//! provider is the one for tests: it repeats its events, and tells them in any order.

use std::{
    collections::BTreeMap,
    error::Error,
    io::{self, Write},
    process::ExitCode,
    sync::Arc,
};

use chrono::TimeDelta;
use sitstay::{
    booking::{Attendance, Wish},
    command::{Actor, Call, SystemReason},
    conformance::fixtures::{Cast, Fixtures},
    ids::{BookingId, PaymentId},
    ledger::Statement,
    memory::MemoryRepository,
    money::{BasisPoints, ChargeRule, Currency, Money, MoneyPolicy},
    platform::{
        AcceptBooking, CancelBooking, Command, CompleteBooking, GiveBack, Platform, Quoted,
        RecordPayment, RecordRefund, RequestBooking, RequestQuote, SendRefund, StartPayment,
        TakeReport,
    },
    policy::PlatformPolicy,
    provider::{CreatePayment, IdempotencyKey, PaymentProvider, RefundPayment, fake::FakeProvider},
    repository::{ChangeSet, Repository},
    time::{Instant, Interval, Weekday},
    trainer::HoursWindow,
};

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

const SYSTEM: Actor = Actor::System(SystemReason::Maintenance);

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match tell(&mut io::stdout()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody is left to tell if standard error is closed.
            let _ = writeln!(io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

/// Lets the week pass.
async fn tell(out: &mut (dyn Write + Send)) -> Outcome<()> {
    let mut stage = Stage::new().await?;
    let monday = at("2027-03-01T09:00:00Z")?;

    let first = stage.books(out, at("2027-03-03T10:00:00Z")?, monday).await?;
    let second = stage.books(out, at("2027-03-04T10:00:00Z")?, monday).await?;
    let third = stage.books(out, at("2027-03-05T10:00:00Z")?, monday).await?;
    writeln!(out)?;
    let mut payments = BTreeMap::new();
    for (booking, minute) in [(first, 1), (second, 2), (third, 3)] {
        let now = monday.saturating_add(TimeDelta::minutes(minute));
        payments.insert(booking, stage.pays(out, booking, now).await?);
        stage.hears(now).await?;
    }
    writeln!(out)?;

    stage.completes(first, at("2027-03-03T11:00:00Z")?).await?;

    let late = at("2027-03-03T18:00:00Z")?;
    let cancel = CancelBooking { booking: second, reason: None };
    let ended = stage.gives(stage.owner(), late, cancel).await?;
    if let Some(due) = ended.refund_due {
        writeln!(out, "{}  the second is called off: {due} goes back", day(late))?;
    }
    stage.refunds(second, late).await?;

    let friday = at("2027-03-05T12:00:00Z")?;
    stage.completes(third, friday).await?;
    let amount = Money::parse("10.00", Currency::EUR)?;
    let goodwill = GiveBack { payment: payments[&third], refund: stage.make.id(), amount };
    stage.gives(SYSTEM, friday, goodwill).await?;
    writeln!(out, "{}  the third began late: {amount} goes back", day(friday))?;
    stage.refunds(third, friday).await?;

    let march = Interval::new(at("2027-03-01T00:00:00Z")?, at("2027-04-01T00:00:00Z")?)?;
    let mut entries = Vec::new();
    for booking in [first, second, third] {
        entries.extend(stage.platform.repository().ledger(booking).await?);
    }
    let nothing = Money::zero(Currency::EUR);
    let statement = Statement::of(stage.cast.trainer.id, march, nothing, &entries)?;
    stage.shows(out, &statement)
}

fn at(text: &str) -> Outcome<Instant> {
    Ok(text.parse()?)
}

/// The day and the time, as people write them.
fn day(at: Instant) -> String {
    at.to_utc().format("%a %_d %b %H:%M").to_string()
}

/// A platform with a provider, a trainer and an owner.
struct Stage {
    platform: Platform,
    provider: FakeProvider,
    cast: Cast,
    make: Fixtures,
    lessons: BTreeMap<BookingId, Instant>,
}

impl Stage {
    async fn new() -> Outcome<Self> {
        let make = Fixtures::new();
        let cast = make.cast();
        let mut changes = ChangeSet::new();
        cast.insert_into(&mut changes);
        for weekday in Weekday::ALL {
            changes.insert(HoursWindow { weekday, ..make.hours(&cast.trainer) });
        }
        let repository = MemoryRepository::new();
        repository.commit(changes).await?;
        let money = MoneyPolicy::new([ChargeRule::new(Currency::EUR, 1, 50)?])?;
        let policy = PlatformPolicy::new(BasisPoints::new(1_500)?, money);
        let platform = Platform::new(Arc::new(repository), policy);
        let (provider, lessons) = (FakeProvider::new(7), BTreeMap::new());
        Ok(Self { platform, provider, cast, make, lessons })
    }

    fn owner(&self) -> Actor {
        Actor::owner(self.cast.owner_user.id)
    }

    fn trainer(&self) -> Actor {
        Actor::trainer(self.cast.trainer_user.id)
    }

    async fn gives<C: Command>(
        &self,
        actor: Actor,
        now: Instant,
        command: C,
    ) -> Outcome<C::Outcome> {
        Ok(self.platform.execute(Call::new(self.make.id(), actor, now), command).await?)
    }

    /// Asks what a lesson would cost, books it for that, and has it accepted.
    async fn books(
        &mut self,
        out: &mut (dyn Write + Send),
        start: Instant,
        now: Instant,
    ) -> Outcome<BookingId> {
        let (trainer, dog) = (self.cast.trainer.id, self.cast.dog.id);
        let wish = Wish::Service(self.cast.service.id);
        let enquiry = RequestQuote { quote: self.make.id(), trainer, dog, wish, start };
        let quoted: Quoted = self.gives(self.owner(), now, enquiry).await?;
        let Quoted { price, fee, trainer_share, expires_at, .. } = &quoted;
        writeln!(out, "{}  a lesson on {} would be {price}:", day(now), day(start))?;
        writeln!(out, "    {trainer_share} for the trainer, {fee} for the platform")?;
        let terms = quoted.refund_terms.iter();
        let terms: Vec<_> =
            terms.map(|(until, share)| format!("{share} until {}", day(*until))).collect();
        writeln!(out, "    called off, it gives back {}", terms.join(", "))?;
        writeln!(out, "    asked for until {}", day(*expires_at))?;
        let (booking, quote) = (self.make.id(), Some(quoted.quote));
        let request = RequestBooking { booking, trainer, dog, wish, start, quote };
        self.gives(self.owner(), now, request).await?;
        self.gives(self.trainer(), now, AcceptBooking { booking }).await?;
        self.lessons.insert(booking, start);
        Ok(booking)
    }

    /// Has the provider collect the price, and records its answer.
    async fn pays(
        &self,
        out: &mut (dyn Write + Send),
        booking: BookingId,
        now: Instant,
    ) -> Outcome<PaymentId> {
        let (payment, provider) = (self.make.id(), self.provider.name());
        let start = StartPayment { payment, booking, provider: provider.clone() };
        let amount = self.gives(self.owner(), now, start).await?.amount;
        let key = IdempotencyKey::create(payment);
        let create = CreatePayment { key, payment, booking, amount };
        let answer = self.provider.create_payment(create).await?;
        let record = RecordPayment::of(payment, provider, &answer);
        let status = self.gives(SYSTEM, now, record).await?.status;
        writeln!(out, "{}  {amount} for {} is {status}", day(now), day(self.lessons[&booking]))?;
        Ok(payment)
    }

    async fn completes(&self, booking: BookingId, now: Instant) -> Outcome<()> {
        let attendance = Attendance::Attended;
        self.gives(self.trainer(), now, CompleteBooking { booking, attendance }).await?;
        Ok(())
    }

    /// Hands what is due for a lesson's owner to the provider.
    async fn refunds(&self, booking: BookingId, now: Instant) -> Outcome<()> {
        for due in self.platform.repository().refunds(booking).await? {
            let refund = due.id;
            let sent = self.gives(SYSTEM, now, SendRefund { refund }).await?;
            let (Some(amount), Some(payment_reference)) = (sent.amount, sent.payment_reference)
            else {
                continue;
            };
            let key = IdempotencyKey::refund(refund);
            let ask = RefundPayment { key, refund, payment_reference, amount };
            let answer = self.provider.refund(ask).await?;
            let (reference, outcome) = (Some(answer.reference), answer.outcome);
            self.gives(SYSTEM, now, RecordRefund { refund, reference, outcome }).await?;
        }
        self.hears(now).await
    }

    /// Takes in what the provider reports, as often as it does.
    async fn hears(&self, now: Instant) -> Outcome<()> {
        for event in self.provider.deliver() {
            self.gives(SYSTEM, now, TakeReport { event }).await?;
        }
        Ok(())
    }

    /// Shows a statement as a table.
    fn shows(&self, out: &mut (dyn Write + Send), statement: &Statement) -> Outcome<()> {
        let mut line = |[when, what, lesson, amount, balance]: [&str; 5]| {
            let line = format!("{when:<16}  {what:<18} {lesson:<16} {amount:>11} {balance:>12}");
            writeln!(out, "{}", line.trim_end())
        };
        line([""; 5])?;
        line(["when", "what", "lesson of", "amount", "balance"])?;
        let rules = [16, 18, 16, 11, 12].map(|width| "─".repeat(width));
        line(rules.each_ref().map(String::as_str))?;
        let mut balance = statement.opening;
        line(["", "carried forward", "", "", &balance.to_string()])?;
        for entry in &statement.lines {
            balance = balance.checked_add(entry.amount)?;
            let what = entry.kind.map_or("correction".to_owned(), |kind| kind.to_string());
            let lesson = entry.booking.and_then(|booking| self.lessons.get(&booking));
            let lesson = lesson.map(|start| day(*start)).unwrap_or_default();
            let (what, amount) = (what.replace('_', " "), entry.amount.to_string());
            line([&day(entry.at), &what, &lesson, &amount, &balance.to_string()])?;
        }
        line(rules.each_ref().map(String::as_str))?;
        line(["", "owed", "", "", &statement.closing.to_string()])?;
        Ok(())
    }
}
