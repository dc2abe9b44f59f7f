//! Carries a command out: load, decide, commit; and again where another call was faster.

use async_trait::async_trait;
use serde::{Serialize, de::DeserializeOwned};

use super::{Error, Platform, acting::Acting, work::Work};
use crate::{
    command::{Actor, Call, CommandKind, CommandRecord, Fingerprint},
    error::{InvalidValue, Problem},
    policy::PlatformPolicy,
    repository::{Caller, CallerQuery, Repository, RepositoryError},
};

/// How often a command is decided anew when it loses a race, before it is given up.
///
/// Somebody wins every race, so a command that lost this many has stood behind as many others.
const ATTEMPTS: usize = 256;

/// How often a command is decided anew that finds a value or an id taken.
///
/// A rule sees what took it, unless that went away in between and something else came.
const ECHOES: usize = 3;

/// Something that changes the platform's state, as a value.
///
/// Sealed: the commands are those of this module.
#[async_trait]
pub trait Command: Serialize + Send + Sync {
    /// Which command it is.
    const KIND: CommandKind;

    /// What it returns, at first and when it is repeated.
    type Outcome: Serialize + DeserializeOwned + Send;

    /// What it is decided on.
    #[doc(hidden)]
    type Facts: Send;

    /// Loads who gives the command and what it is decided on, in one query.
    #[doc(hidden)]
    async fn load(&self, loading: Loading<'_>) -> Result<(Caller, Self::Facts), RepositoryError>;

    /// Decides, and puts together what is written.
    #[doc(hidden)]
    fn decide(&self, facts: Self::Facts, work: &mut Work<'_>) -> Result<Self::Outcome, Error>;

    /// Adds to a refusal what is worth another query, such as what is free instead.
    #[doc(hidden)]
    async fn explain(&self, loading: Loading<'_>, refusal: Error) -> Error {
        let _ = loading;
        refusal
    }

    /// Goes on once the command is committed, where one commit cannot do all of it.
    ///
    /// A repeat of the command goes on from here as well.
    #[doc(hidden)]
    async fn follow_up(
        &self,
        platform: &Platform,
        call: Call,
        outcome: Self::Outcome,
    ) -> Result<Self::Outcome, Error> {
        let _ = (platform, call);
        Ok(outcome)
    }
}

/// Where and for whom a command loads.
#[derive(Debug, Clone, Copy)]
pub struct Loading<'a> {
    pub(super) repository: &'a dyn Repository,
    pub(super) caller: CallerQuery,
    pub(super) call: Call,
    pub(super) policy: &'a PlatformPolicy,
}

impl Loading<'_> {
    /// Loads the caller alone, for commands that are decided on nothing else.
    pub(super) async fn caller_only(self) -> Result<(Caller, ()), RepositoryError> {
        Ok((self.repository.caller(self.caller).await?, ()))
    }
}

impl Platform {
    /// Carries a command out, once for its id.
    ///
    /// A repeat by the same actor with the same content returns the stored result, whatever has
    /// changed since. Races are decided anew until they are won or lost for good.
    ///
    /// # Errors
    ///
    /// [`Error`] says why nothing was written. Where it
    /// [is retryable](Error::is_retryable), or where the caller cannot tell whether the call got
    /// through, the same command is sent again under the same id.
    pub async fn execute<C>(&self, call: Call, command: C) -> Result<C::Outcome, Error>
    where
        C: Command,
    {
        let outcome = self.perform(call, &command).await?;
        command.follow_up(self, call, outcome).await
    }

    /// Carries out the one commit that a command is.
    pub(super) async fn perform<C>(&self, call: Call, command: &C) -> Result<C::Outcome, Error>
    where
        C: Command,
    {
        let is_system = matches!(call.actor, Actor::System(_));
        if call.id.is_of_the_system() && !is_system {
            let problem = Problem::Malformed("a UUID of version 7");
            return Err(InvalidValue::new("command_id", problem).into());
        }
        let content = serde_json::to_string(command).map_err(Error::Result)?;
        let fingerprint = Fingerprint::of(C::KIND, &content);
        let query = CallerQuery { command: call.id, user: call.actor.user() };
        let policy = self.policy();
        let repository = self.repository();
        let (mut attempt, mut echoes) = (1, 0);
        // Of the first commit of which nobody knows whether it was carried out.
        let mut doubt: Option<RepositoryError> = None;
        loop {
            let loading = Loading { repository, caller: query, call, policy };
            let (caller, facts) = match (command.load(loading).await, doubt.take()) {
                (Ok(loaded), known) => {
                    doubt = known;
                    loaded
                }
                (Err(_), Some(doubt)) => return Err(doubt.into()),
                (Err(error), None) => return Err(error.into()),
            };
            if let Some(record) = caller.replay {
                return replay(&record, call, C::KIND, fingerprint);
            }
            let acting = Acting::check(C::KIND, call.actor, caller.standing)?;
            let mut work = Work::new(call, policy, &acting);
            let outcome = match (command.decide(facts, &mut work), doubt) {
                (Ok(outcome), known) => {
                    doubt = known;
                    outcome
                }
                (Err(refusal), None) => return Err(command.explain(loading, refusal).await),
                // What refuses it may be its own first commit, which came through after the load.
                (Err(_), Some(doubt)) => {
                    return match repository.caller(query).await {
                        Ok(Caller { replay: Some(record), .. }) => {
                            replay(&record, call, C::KIND, fingerprint)
                        }
                        _ => Err(doubt.into()),
                    };
                }
            };
            let changes = work.finish(C::KIND, fingerprint, &outcome)?;
            match repository.commit(changes).await {
                Ok(()) => return Ok(outcome),
                Err(error) if attempt < ATTEMPTS && is_lost_race(&error) => attempt += 1,
                // What was decided is decided again: its load finds the command if it was carried
                // out, and if it still is being carried out, only one of both commits gets the id.
                Err(error @ RepositoryError::Uncertain(_)) if attempt < ATTEMPTS => {
                    if doubt.is_some() {
                        return Err(error.into());
                    }
                    doubt = Some(error);
                    attempt += 1;
                }
                Err(error) if may_be_echo(&error) => {
                    let known = match (repository.caller(query).await, &doubt) {
                        (Ok(caller), _) => caller.replay,
                        (Err(_), Some(_)) => return Err(doubt.unwrap_or(error).into()),
                        (Err(error), None) => return Err(error.into()),
                    };
                    match known {
                        Some(record) => return replay(&record, call, C::KIND, fingerprint),
                        // Decided once more, the rule mostly sees what storage saw, and says it
                        // in its own words.
                        None if echoes < ECHOES => echoes += 1,
                        None => return Err(doubt.unwrap_or(error).into()),
                    }
                }
                Err(error) => return Err(doubt.unwrap_or(error).into()),
            }
        }
    }
}

/// Says whether deciding again would see what stood in the way.
///
/// A storage that is busy has waited as long as it may; trying again is for the caller to decide.
fn is_lost_race(error: &RepositoryError) -> bool {
    matches!(error, RepositoryError::Conflict(_) | RepositoryError::TimeTaken { .. })
}

/// Says whether what stands in the way may be this very command, sent twice at the same time.
fn may_be_echo(error: &RepositoryError) -> bool {
    matches!(error, RepositoryError::AlreadyExists(_) | RepositoryError::Duplicate(_))
}

fn replay<T: DeserializeOwned>(
    record: &CommandRecord,
    call: Call,
    kind: CommandKind,
    fingerprint: Fingerprint,
) -> Result<T, Error> {
    // The system has no user either, and nobody may learn what it was told.
    let is_same = call.actor != Actor::Anonymous
        && record.actor == call.actor.user()
        && record.kind == kind
        && record.fingerprint == fingerprint;
    if !is_same {
        return Err(Error::IdReused);
    }
    serde_json::from_str(&record.result).map_err(Error::Result)
}

#[cfg(all(test, feature = "memory"))]
#[expect(clippy::unwrap_used, reason = "helpers of tests")]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{
        command::SystemReason,
        ids::{CommandId, UserId},
        memory::MemoryRepository,
        money::{BasisPoints, ChargeRule, Currency, MoneyPolicy},
        platform::SignUp,
    };

    /// A command that loads, and is then overtaken by a rival before it commits.
    #[derive(Serialize)]
    #[serde(transparent)]
    struct Overtaken {
        command: SignUp,
        #[serde(skip)]
        rival: (Platform, Call, SignUp),
    }

    #[async_trait]
    impl Command for Overtaken {
        const KIND: CommandKind = SignUp::KIND;
        type Outcome = ();
        type Facts = ();

        async fn load(&self, loading: Loading<'_>) -> Result<(Caller, ()), RepositoryError> {
            let loaded = self.command.load(loading).await;
            let (platform, call, command) = &self.rival;
            platform.execute(*call, command.clone()).await.unwrap();
            loaded
        }

        fn decide(&self, facts: (), work: &mut Work<'_>) -> Result<(), Error> {
            self.command.decide(facts, work)
        }
    }

    fn call(number: u128) -> Call {
        let id = CommandId::from_uuid(Uuid::from_u128(number));
        Call::new(id, Actor::System(SystemReason::SignUp), crate::time::Instant::MIN)
    }

    fn sign_up(number: u128, email: &str) -> SignUp {
        SignUp {
            user: UserId::from_uuid(Uuid::from_u128(number)),
            email: email.parse().unwrap(),
            password: None,
            first_name: "Ann".parse().unwrap(),
            last_name: "Lee".parse().unwrap(),
            phone: None,
        }
    }

    #[tokio::test]
    async fn a_command_overtaken_by_itself_gets_its_own_result_and_by_another_the_refusal() {
        let ann = sign_up(1, "ann@example.com");
        let rivals = [
            (call(1), ann.clone(), None),
            (call(2), sign_up(2, "ann@example.com"), Some("account.email_taken")),
            (call(2), sign_up(1, "other@example.com"), Some("id_taken")),
            (call(1), sign_up(1, "other@example.com"), Some("id_reused")),
        ];
        for (rival_call, rival, refusal) in rivals {
            let money = MoneyPolicy::new([ChargeRule::new(Currency::EUR, 1, 50).unwrap()]).unwrap();
            let policy = PlatformPolicy::new(BasisPoints::new(0).unwrap(), money);
            let platform = Platform::new(std::sync::Arc::new(MemoryRepository::new()), policy);
            let rival = (platform.clone(), rival_call, rival);
            let command = Overtaken { command: ann.clone(), rival };
            let result = platform.execute(call(1), command).await;
            assert_eq!(result.err().map(|error| error.code()), refusal);
        }
    }
}
