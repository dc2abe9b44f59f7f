//! What every request works with.

use std::sync::Arc;

use sitstay::{
    command::{Actor, Call},
    ical::Publisher,
    ids::{CommandId, UserId},
    notification::Templates,
    platform::{Command, Platform},
    provider::fake::FakeProvider,
    time::{Clock, Instant},
};
use tracing::Instrument;

use crate::{
    auth::{Addresses, Passwords, Sessions, Throttle},
    config::StripeEndpoint,
    directory::Directory,
    problem::Reply,
};

/// The platform, and what the service adds to it. Cheap to clone.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) platform: Platform,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) passwords: Passwords,
    pub(crate) sessions: Sessions,
    pub(crate) addresses: Addresses,
    pub(crate) throttle: Throttle,
    pub(crate) directory: Arc<Directory>,
    pub(crate) templates: Arc<Templates>,
    /// No money moves: it keeps books in memory, and everybody pays at once.
    pub(crate) provider: Arc<FakeProvider>,
    /// What is known of Stripe, if anything is.
    pub(crate) stripe: Option<Arc<StripeEndpoint>>,
    pub(crate) publisher: Arc<Publisher>,
}

impl App {
    pub(crate) fn now(&self) -> Instant {
        self.clock.now()
    }

    /// Carries a command out, once for its id, in a span of its own.
    pub(crate) async fn execute<C: Command>(
        &self,
        id: CommandId,
        actor: Actor,
        command: C,
    ) -> Reply<C::Outcome> {
        let span = tracing::info_span!("command", kind = C::KIND.code(), %id);
        let call = Call::new(id, actor, self.now());
        let done = self.platform.execute(call, command).instrument(span.clone()).await;
        done.map_err(|error| {
            span.in_scope(|| tracing::info!(code = error.code(), "refused"));
            error.into()
        })
    }

    /// Takes every way in from a user who was erased.
    pub(crate) async fn lock_out(&self, user: UserId) -> Reply<()> {
        self.sessions.end_all(user).await?;
        self.addresses.revoke_all(user).await
    }
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").finish_non_exhaustive()
    }
}
