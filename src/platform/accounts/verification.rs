use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::target::{target, tell_about};
use crate::{
    audit::{Event, Subject, SubjectKind},
    command::CommandKind,
    ids::TrainerId,
    notification::NotificationKind,
    platform::{
        Error,
        execute::{Command, Loading},
        work::Work,
    },
    repository::{Caller, Person, RepositoryError},
    trainer::Trainer,
};

/// Verifies a trainer, or takes that back, as an admin who is not the trainer.
///
/// Nothing happens where it is so already.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct VerifyTrainer {
    /// Which trainer.
    pub trainer: TrainerId,
    /// Whether the trainer is verified from now on.
    pub verified: bool,
}

#[async_trait]
impl Command for VerifyTrainer {
    const KIND: CommandKind = CommandKind::VerifyTrainer;
    type Outcome = ();
    type Facts = Option<Person>;

    async fn load(
        &self,
        loading: Loading<'_>,
    ) -> Result<(Caller, Option<Person>), RepositoryError> {
        // Whose profile it is never changes, so two reads see no less than one would.
        match loading.repository.trainer(self.trainer).await? {
            Some(trainer) => loading.repository.person(loading.caller, trainer.user).await,
            None => Ok((loading.repository.caller(loading.caller).await?, None)),
        }
    }

    fn decide(&self, facts: Option<Person>, work: &mut Work<'_>) -> Result<(), Error> {
        let unknown = |error| match error {
            Error::NotFound(_) => Error::NotFound(SubjectKind::Trainer),
            other => other,
        };
        let person = target(work.acting, facts).map_err(unknown)?;
        let trainer = person.standing.trainer.clone();
        let trainer = trainer.ok_or(Error::NotFound(SubjectKind::Trainer))?;
        if trainer.is_verified == self.verified {
            return Ok(());
        }
        let (is_verified, updated_at) = (self.verified, work.now());
        work.changes.update(trainer.map(|trainer| Trainer { is_verified, updated_at, ..trainer }));
        work.record(Event::TrainerVerified { trainer: self.trainer, verified: is_verified });
        if is_verified {
            let subject = Subject::new(SubjectKind::Trainer, self.trainer);
            tell_about(work, &person, NotificationKind::TrainerVerified, subject);
        }
        Ok(())
    }
}
