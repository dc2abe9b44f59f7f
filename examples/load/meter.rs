//! A repository that counts what it is asked, and hands it on.

use std::sync::Arc;

use sitstay::{
    ids::CommandId,
    repository::{ChangeSet, Forward, Question, Repository, RepositoryError, Result},
};
use uuid::Uuid;

use super::tally::{Tally, note};

/// Counts reads and commits on the [`Tally`] of whoever asks.
#[derive(Debug)]
pub(crate) struct Metered(pub(crate) Arc<dyn Repository>);

/// Reads that name no command are those of views.
const NO_COMMAND: CommandId = CommandId::from_uuid(Uuid::nil());

impl Forward for Metered {
    fn target(&self) -> &dyn Repository {
        &*self.0
    }

    async fn asks<T: Send>(
        &self,
        question: Question,
        answer: impl Future<Output = Result<T>> + Send,
    ) -> Result<T> {
        note(|tally| {
            tally.reads += 1;
            let command = question.caller.map(|caller| caller.command);
            tally.given.extend(command.filter(|command| *command != NO_COMMAND));
        });
        answer.await
    }

    async fn commits(&self, changes: ChangeSet) -> Result<()> {
        let outcome = self.0.commit(changes).await;
        note(|tally| count_commit(tally, &outcome));
        outcome
    }
}

fn count_commit(tally: &mut Tally, outcome: &Result<()>) {
    match outcome {
        Ok(()) => {
            tally.commits += 1;
            tally.committed.extend(tally.given.last().copied());
        }
        Err(
            RepositoryError::Conflict(_)
            | RepositoryError::TimeTaken { .. }
            | RepositoryError::Contention(_),
        ) => tally.lost += 1,
        Err(_) => tally.failed += 1,
    }
}
