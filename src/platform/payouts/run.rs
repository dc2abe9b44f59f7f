//! The batch run: every trainer is paid what they can be paid, once.

use super::{CreatePayout, PayoutCreated, PayoutSettled, RecordPayout, SendPayout};
use crate::{
    audit::SubjectKind,
    command::{Actor, Call, SystemReason},
    error::within,
    ids::{CommandId, DerivedIds, PayoutId},
    payout::{Payout, PayoutAnswer, PayoutError, PayoutItem, PayoutState},
    platform::{Command, Error, Platform, reading::reads},
    provider::{PaymentProvider, ProviderError, Transfer},
    repository::{PayoutCase, PayoutDue, PayoutSought},
    time::Instant,
};

const SYSTEM: Actor = Actor::System(SystemReason::Payouts);

/// What a part of a batch run did.
#[derive(Debug, Default)]
#[must_use]
pub struct PayoutRun {
    /// The payouts that were made or driven on, and where they stand.
    pub payouts: Vec<(PayoutId, PayoutState)>,
    /// Whose payouts wait, because they are suspended.
    pub waiting: Vec<PayoutDue>,
    /// The payouts that the provider could not be asked about; a later run tries again.
    pub unreached: Vec<(PayoutId, ProviderError)>,
    /// What failed, and why; a later run tries it again.
    pub failed: Vec<(PayoutDue, Error)>,
    /// Where the run goes on; `None` at its end.
    pub next: Option<PayoutDue>,
}

/// One run, with its provider.
#[derive(Debug, Clone, Copy)]
struct Run<'r> {
    platform: &'r Platform,
    provider: &'r dyn PaymentProvider,
    id: CommandId,
    now: Instant,
}

impl Platform {
    /// Pays out what can be paid to at most `limit` trainers, counted once for each currency; a
    /// service goes on with [`PayoutRun::next`] until there is none.
    ///
    /// A payout that is on its way is driven on first. One that was created is sent. One that may
    /// have been sent is looked up, and asked for again only if the provider never carried it out,
    /// under the same key. Then whoever has enough gets a new one.
    ///
    /// `run` is the run's id: under one id each trainer gets one new payout in a currency at most. It
    /// may be stopped at any point, even between asking the provider and recording its answer, and
    /// started again under the same id or another; nobody is paid twice. Several instances may run
    /// at once.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] for a limit outside 1 to 1,000; [`Error::Storage`] if what is due cannot be
    /// read. What fails of the work itself is in the report.
    ///
    /// # Example: a run over everybody
    ///
    /// ```
    /// # #[cfg(all(feature = "memory", feature = "testing"))]
    /// # sitstay::conformance::run(async {
    /// use std::sync::Arc;
    ///
    /// use sitstay::{
    ///     ids::CommandId,
    ///     memory::MemoryRepository,
    ///     money::{BasisPoints, ChargeRule, Currency, MoneyPolicy},
    ///     platform::Platform,
    ///     policy::PlatformPolicy,
    ///     provider::fake::FakeProvider,
    /// };
    ///
    /// let money = MoneyPolicy::new([ChargeRule::any(Currency::EUR)]).unwrap();
    /// let policy = PlatformPolicy::new(BasisPoints::new(1_500).unwrap(), money);
    /// let platform = Platform::new(Arc::new(MemoryRepository::new()), policy);
    /// let (provider, now) = (FakeProvider::new(7), "2027-03-01T09:00:00Z".parse().unwrap());
    /// let run = CommandId::from_uuid(uuid::Uuid::from_u128(1));
    /// let mut after = None;
    /// loop {
    ///     let part = platform.run_payouts(run, &provider, after, 100, now).await.unwrap();
    ///     for (due, error) in &part.failed {
    ///         eprintln!("{}: {error}", due.trainer);
    ///     }
    ///     after = part.next;
    ///     if after.is_none() {
    ///         break;
    ///     }
    /// }
    /// assert!(provider.transfers().is_empty());
    /// # });
    /// ```
    pub async fn run_payouts(
        &self,
        run: CommandId,
        provider: &dyn PaymentProvider,
        after: Option<PayoutDue>,
        limit: u16,
        now: Instant,
    ) -> Result<PayoutRun, Error> {
        within("payout_limit", limit, 1, 1_000)?;
        let due = self.repository().payouts_due(after, limit).await?;
        let is_full = due.len() == usize::from(limit);
        let next = due.last().copied().filter(|_| is_full);
        let mut report = PayoutRun { next, ..PayoutRun::default() };
        let run = Run { platform: self, provider, id: run, now };
        for due in due {
            if let Err(error) = run.pay(due, &mut report).await {
                report.failed.push((due, error));
            }
        }
        Ok(report)
    }
}

impl Run<'_> {
    async fn pay(&self, due: PayoutDue, report: &mut PayoutRun) -> Result<(), Error> {
        let mut created = self.create(due).await;
        if let Err(Error::Payout(PayoutError::Running { payout })) = created {
            if self.drive(due, payout, report).await?.is_running() {
                return Ok(());
            }
            created = self.create(due).await;
        }
        match created {
            Ok(PayoutCreated { payout, .. }) => self.drive(due, payout, report).await.map(drop),
            // Somebody else's run is at it.
            Err(Error::Payout(PayoutError::TooLittle { .. } | PayoutError::Running { .. })) => {
                Ok(())
            }
            Err(Error::Payout(PayoutError::Suspended)) => {
                report.waiting.push(due);
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// Makes a new payout, or returns the one that was made under the run's id before.
    async fn create(&self, due: PayoutDue) -> Result<PayoutCreated, Error> {
        let PayoutDue { trainer, currency } = due;
        let name = format!("payout of {} to {trainer} in {currency}", self.id);
        let provider = self.provider.name();
        let command = CreatePayout { trainer, currency, provider, is_last: false };
        self.give(&name, command).await
    }

    /// Takes a payout as far as the provider lets it get, and returns where it stands.
    async fn drive(
        &self,
        due: PayoutDue,
        id: PayoutId,
        report: &mut PayoutRun,
    ) -> Result<PayoutState, Error> {
        let case = self.case(id).await?;
        let state = if case.payout.provider == self.provider.name() {
            self.drive_on(due, &case, report).await?
        } else {
            case.payout.state
        };
        report.payouts.push((id, state));
        Ok(state)
    }

    async fn drive_on(
        &self,
        due: PayoutDue,
        case: &PayoutCase,
        report: &mut PayoutRun,
    ) -> Result<PayoutState, Error> {
        let payout = &case.payout;
        let answer = match payout.state {
            PayoutState::Processed | PayoutState::Failed => return Ok(payout.state),
            PayoutState::Created => {
                let name = format!("send payout {}", payout.id);
                match self.give(&name, SendPayout { payout: payout.id }).await {
                    Err(Error::Payout(PayoutError::Suspended)) => {
                        report.waiting.push(due);
                        return Ok(payout.state);
                    }
                    sent => sent.map(drop)?,
                }
                self.ask(payout).await
            }
            PayoutState::InFlight | PayoutState::Unknown => {
                match self.provider.find_transfer(payout.id).await {
                    Ok(Some(answer)) => Ok(answer.into()),
                    Ok(None) => self.ask(payout).await,
                    Err(error) => Err(error),
                }
            }
        };
        match answer {
            Ok(answer) => self.record(payout.id, answer).await,
            Err(error) => {
                report.unreached.push((payout.id, error));
                Ok(self.case(payout.id).await?.payout.state)
            }
        }
    }

    /// Asks the provider to send a payout that is in flight or unknown.
    async fn ask(&self, payout: &Payout) -> Result<PayoutAnswer, ProviderError> {
        match self.provider.transfer(Transfer::of(payout)).await {
            Ok(answer) => Ok(answer.into()),
            // Another instance may have asked at the same time, and was not declined.
            Err(ProviderError::Declined { .. }) => {
                Ok(match self.provider.find_transfer(payout.id).await {
                    Ok(Some(answer)) => answer.into(),
                    Ok(None) => PayoutAnswer::Declined,
                    Err(_) => PayoutAnswer::Missing,
                })
            }
            Err(ProviderError::Uncertain) => Ok(PayoutAnswer::Missing),
            // Nothing was carried out: a later run asks again.
            Err(error @ ProviderError::Unavailable) => Err(error),
        }
    }

    /// Records an answer, if it says anything new.
    async fn record(&self, id: PayoutId, answer: PayoutAnswer) -> Result<PayoutState, Error> {
        let case = self.case(id).await?;
        let items: Vec<PayoutItem> = case.items.iter().map(|item| **item).collect();
        let mut ids = DerivedIds::new(self.id, self.now);
        if case.payout.answered(&answer, &items, &mut ids, self.now)?.is_none() {
            return Ok(case.payout.state);
        }
        let told = serde_json::to_string(&answer).map_err(Error::Result)?;
        let name = format!("payout {id} answered {told}");
        let provider = self.provider.name();
        let PayoutSettled { state, .. } =
            self.give(&name, RecordPayout { payout: id, provider, answer }).await?;
        Ok(state)
    }

    async fn case(&self, id: PayoutId) -> Result<PayoutCase, Error> {
        let sought = PayoutSought::Payout(id);
        let case = self.platform.repository().payout_case(reads(SYSTEM), &sought).await?.1;
        case.ok_or(Error::NotFound(SubjectKind::Payout))
    }

    async fn give<C: Command>(&self, name: &str, command: C) -> Result<C::Outcome, Error> {
        let call = Call::new(CommandId::of_the_system(name), SYSTEM, self.now);
        self.platform.execute(call, command).await
    }
}
