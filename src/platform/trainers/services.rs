use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::desk::{bump, require_own};
use crate::{
    audit::{Event, SubjectKind},
    command::CommandKind,
    ids::{ServiceId, TrainerId},
    platform::{
        Error,
        execute::{Command, Loading},
        work::Work,
    },
    repository::{Belongings, BelongingsQuery, Caller, RepositoryError},
    trainer::{Service, ServiceTerms},
};

/// Offers a service, as the trainer.
///
/// # Errors
///
/// [`TrainerError`](crate::trainer::TrainerError) where a bound is broken or the price cannot be
/// charged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddService {
    /// The trainer who acts.
    pub trainer: TrainerId,
    /// The id of the new service, made by the caller.
    pub service: ServiceId,
    /// What it is.
    pub terms: ServiceTerms,
}

/// Replaces what a service is, as the trainer; also switches it on and off.
///
/// What is booked stays as it was booked.
///
/// # Errors
///
/// As for [`AddService`]; [`Error::NotFound`] for another trainer's service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpdateService {
    /// The trainer who acts.
    pub trainer: TrainerId,
    /// Which service.
    pub service: ServiceId,
    /// What it is from now on.
    pub terms: ServiceTerms,
}

#[async_trait]
impl Command for AddService {
    const KIND: CommandKind = CommandKind::AddService;
    type Outcome = ();
    type Facts = Belongings;

    async fn load(&self, loading: Loading<'_>) -> Result<(Caller, Belongings), RepositoryError> {
        let query = BelongingsQuery { calendar: Some(self.trainer), ..Default::default() };
        loading.repository.belongings(loading.caller, query).await
    }

    fn decide(&self, facts: Belongings, work: &mut Work<'_>) -> Result<(), Error> {
        let Self { trainer, service, terms } = self;
        require_own(*trainer, work)?;
        let calendar = facts.calendar.ok_or(Error::NotFound(SubjectKind::Trainer))?;
        let money = &work.policy.money;
        let row = Service::new(*service, *trainer, terms.clone(), money, work.now())?;
        let price = row.price.money();
        work.changes.insert(row);
        work.record(Event::ServiceAdded { service: *service, trainer: *trainer, price });
        bump(&calendar, work);
        Ok(())
    }
}

#[async_trait]
impl Command for UpdateService {
    const KIND: CommandKind = CommandKind::UpdateService;
    type Outcome = ();
    type Facts = Belongings;

    async fn load(&self, loading: Loading<'_>) -> Result<(Caller, Belongings), RepositoryError> {
        let query = BelongingsQuery {
            service: Some(self.service),
            calendar: Some(self.trainer),
            ..Default::default()
        };
        loading.repository.belongings(loading.caller, query).await
    }

    fn decide(&self, facts: Belongings, work: &mut Work<'_>) -> Result<(), Error> {
        require_own(self.trainer, work)?;
        let calendar = facts.calendar.ok_or(Error::NotFound(SubjectKind::Trainer))?;
        let service = facts.service.filter(|service| service.trainer == self.trainer);
        let service = service.ok_or(Error::NotFound(SubjectKind::Service))?;
        let (terms, money) = (self.terms.clone(), &work.policy.money);
        let revised = service.clone().into_value().revise(terms, money, work.now())?;
        if !revised.books_like(&service) {
            bump(&calendar, work);
        }
        work.record(Event::ServiceUpdated {
            service: revised.id,
            price: revised.price.money(),
            active: revised.is_active,
        });
        work.changes.update(service.with(revised));
        Ok(())
    }
}
