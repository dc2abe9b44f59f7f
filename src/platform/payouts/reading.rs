//! What trainers see of their money.

use std::collections::BTreeMap;

use crate::{
    audit::SubjectKind,
    command::Actor,
    ids::TrainerId,
    ledger::Statement,
    money::Currency,
    payout::{Earning, Payout, TrainerBalance},
    platform::{Error, Platform},
    repository::{EarningFile, Page, PageRequest, PayoutFilter, Versioned},
    time::{Instant, Interval},
};

impl Platform {
    /// Writes a trainer's statement for a period in one currency: for the trainer, for admins and for
    /// the system.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if there is no such trainer, or the actor may not see it.
    pub async fn statement(
        &self,
        actor: Actor,
        trainer: TrainerId,
        period: Interval,
        currency: Currency,
    ) -> Result<Statement, Error> {
        self.reads_money_of(actor, trainer).await?;
        let rows = self.repository().statement_rows(trainer, currency, period).await?;
        Ok(Statement::of(trainer, period, rows.opening, &rows.entries)?)
    }

    /// Says how much of a trainer's earnings is where, in every currency that there is any in: for
    /// the trainer, for admins and for the system.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if there is no such trainer, or the actor may not see it.
    pub async fn balances(
        &self,
        actor: Actor,
        trainer: TrainerId,
        now: Instant,
    ) -> Result<BTreeMap<Currency, TrainerBalance>, Error> {
        self.reads_money_of(actor, trainer).await?;
        let rows = self.repository().trainer_earnings(trainer).await?;
        let earnings: Vec<Earning> = rows.earnings.iter().map(EarningFile::earning).collect();
        let payouts = rows.payouts.iter().map(|payout| &**payout);
        Ok(TrainerBalance::of(&earnings, &rows.rests, payouts, self.policy(), now)?)
    }

    /// Returns a page of a trainer's payouts, the newest first: for the trainer, for admins and for
    /// the system.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if there is no such trainer, or the actor may not see it.
    pub async fn payouts(
        &self,
        actor: Actor,
        filter: impl Into<PayoutFilter> + Send,
        page: PageRequest,
    ) -> Result<Page<Versioned<Payout>>, Error> {
        let filter: PayoutFilter = filter.into();
        self.reads_money_of(actor, filter.trainer).await?;
        Ok(self.repository().payouts(&filter, page).await?)
    }

    /// Checks that somebody may see what a trainer earns.
    async fn reads_money_of(&self, actor: Actor, trainer: TrainerId) -> Result<(), Error> {
        let reader = self.reader(actor).await?;
        let is_visible = reader.trainer_id() == Some(trainer)
            || (reader.sees_all() && self.repository().trainer(trainer).await?.is_some());
        if is_visible { Ok(()) } else { Err(Error::NotFound(SubjectKind::Trainer)) }
    }
}
