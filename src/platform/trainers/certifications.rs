use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::{
    audit::{Event, SubjectKind},
    command::CommandKind,
    ids::CertificationId,
    platform::{
        Error,
        execute::{Command, Loading},
        work::Work,
    },
    repository::{Belongings, BelongingsQuery, Caller, RepositoryError, Versioned},
    trainer::{Certificate, Certification},
};

/// Adds a certification to a trainer's profile, as the trainer.
///
/// # Errors
///
/// [`Error::Invalid`] if it was issued before 1900 or in the future.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddCertification {
    /// The id of the new certification, made by the caller.
    pub certification: CertificationId,
    /// What it says.
    pub certificate: Certificate,
}

/// Replaces what a certification says, as the trainer.
///
/// # Errors
///
/// As for [`AddCertification`]; [`Error::NotFound`] for another trainer's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpdateCertification {
    /// Which certification.
    pub certification: CertificationId,
    /// What it says from now on.
    pub certificate: Certificate,
}

/// Removes a certification, as the trainer.
///
/// # Errors
///
/// [`Error::NotFound`] for another trainer's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoveCertification {
    /// Which certification.
    pub certification: CertificationId,
}

async fn load_certification(
    id: CertificationId,
    loading: Loading<'_>,
) -> Result<(Caller, Belongings), RepositoryError> {
    let query = BelongingsQuery { certification: Some(id), ..Default::default() };
    loading.repository.belongings(loading.caller, query).await
}

fn own(facts: Belongings, work: &Work<'_>) -> Result<Versioned<Certification>, Error> {
    let trainer = work.acting.trainer()?.id;
    let found = facts.certification.filter(|certification| certification.trainer == trainer);
    found.ok_or(Error::NotFound(SubjectKind::Certification))
}

#[async_trait]
impl Command for AddCertification {
    const KIND: CommandKind = CommandKind::AddCertification;
    type Outcome = ();
    type Facts = ();

    async fn load(&self, loading: Loading<'_>) -> Result<(Caller, ()), RepositoryError> {
        Ok((loading.repository.caller(loading.caller).await?, ()))
    }

    fn decide(&self, (): (), work: &mut Work<'_>) -> Result<(), Error> {
        let trainer = work.acting.trainer()?;
        let (id, trainer, zone) = (self.certification, trainer.id, trainer.time_zone.zone());
        let (certificate, now) = (self.certificate.clone(), work.now());
        let row = Certification::new(id, trainer, certificate, zone.date(now), now)?;
        work.changes.insert(row);
        work.record(Event::CertificationAdded { certification: id, trainer });
        Ok(())
    }
}

#[async_trait]
impl Command for UpdateCertification {
    const KIND: CommandKind = CommandKind::UpdateCertification;
    type Outcome = ();
    type Facts = Belongings;

    async fn load(&self, loading: Loading<'_>) -> Result<(Caller, Belongings), RepositoryError> {
        load_certification(self.certification, loading).await
    }

    fn decide(&self, facts: Belongings, work: &mut Work<'_>) -> Result<(), Error> {
        let row = own(facts, work)?;
        let (certificate, now) = (self.certificate.clone(), work.now());
        let today = work.acting.trainer()?.time_zone.zone().date(now);
        let revised = row.clone().into_value().revise(certificate, today, now)?;
        work.record(Event::CertificationUpdated { certification: row.id });
        work.changes.update(row.with(revised));
        Ok(())
    }
}

#[async_trait]
impl Command for RemoveCertification {
    const KIND: CommandKind = CommandKind::RemoveCertification;
    type Outcome = ();
    type Facts = Belongings;

    async fn load(&self, loading: Loading<'_>) -> Result<(Caller, Belongings), RepositoryError> {
        load_certification(self.certification, loading).await
    }

    fn decide(&self, facts: Belongings, work: &mut Work<'_>) -> Result<(), Error> {
        let row = own(facts, work)?;
        work.record(Event::CertificationRemoved { certification: row.id });
        work.changes.remove(row);
        Ok(())
    }
}
