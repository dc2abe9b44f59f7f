//! A payment provider that goes by a script, a fuse that stops whatever runs at its n-th step, and
//! something that happens in between.

use std::{
    collections::VecDeque,
    fmt,
    future::pending,
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
};

use async_trait::async_trait;
use tokio::sync::Notify;

use crate::{
    ids::{PayoutId, RefundId},
    money::Money,
    provider::{
        Answer, CreatePayment, PaymentAnswer, PaymentCall, PaymentProvider, Provider,
        ProviderError, RefundOutcome, RefundPayment, Transfer, TransferOutcome,
        fake::{Behaviour, FakeProvider},
    },
    repository::{ChangeSet, Forward, Question, Repository, Result},
};

/// How the next call of a kind goes; what is not said goes well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Transfer(Behaviour),
    LookUp(Behaviour),
    /// A look-up that comes too early to find anything.
    Miss,
}

/// A provider with books, whose transfers and look-ups go as they are told to.
#[derive(Debug)]
pub(super) struct Scripted {
    pub(super) books: Arc<FakeProvider>,
    script: Mutex<VecDeque<Step>>,
    fuse: Arc<Fuse>,
}

impl Scripted {
    pub(super) fn new() -> Self {
        Self::of(Arc::new(FakeProvider::new(1)))
    }

    /// Makes a provider with these books.
    pub(super) fn of(books: Arc<FakeProvider>) -> Self {
        Self::with(books, Arc::new(Fuse::wet()))
    }

    /// Makes a provider with these books, whose calls are steps of a fuse.
    pub(super) fn with(books: Arc<FakeProvider>, fuse: Arc<Fuse>) -> Self {
        Self { books, script: Mutex::default(), fuse }
    }

    pub(super) fn next(&self, step: Step) {
        self.script.lock().unwrap_or_else(PoisonError::into_inner).push_back(step);
    }

    /// Every transfer that did not come back, in no particular order.
    pub(super) fn transfers(&self) -> Vec<(PayoutId, Money)> {
        self.books.transfers()
    }

    /// What was transferred and did not come back, the least first.
    pub(super) fn amounts(&self) -> Vec<i64> {
        let transfers = self.transfers().into_iter();
        let mut amounts: Vec<i64> = transfers.map(|(_, amount)| amount.minor()).collect();
        amounts.sort_unstable();
        amounts
    }

    /// Takes the next step, if it is of this kind.
    fn step(&self, is_of: impl Fn(Step) -> bool) -> Option<Step> {
        let mut script = self.script.lock().unwrap_or_else(PoisonError::into_inner);
        script.front().is_some_and(|step| is_of(*step)).then(|| script.pop_front())?
    }
}

#[async_trait]
impl PaymentProvider for Scripted {
    fn name(&self) -> Provider {
        self.books.name()
    }

    async fn create_payment(
        &self,
        request: CreatePayment,
    ) -> std::result::Result<PaymentAnswer, ProviderError> {
        self.books.create_payment(request).await
    }

    async fn capture_payment(
        &self,
        request: PaymentCall,
    ) -> std::result::Result<PaymentAnswer, ProviderError> {
        self.books.capture_payment(request).await
    }

    async fn cancel_payment(
        &self,
        request: PaymentCall,
    ) -> std::result::Result<PaymentAnswer, ProviderError> {
        self.books.cancel_payment(request).await
    }

    async fn refund(
        &self,
        request: RefundPayment,
    ) -> std::result::Result<Answer<RefundOutcome>, ProviderError> {
        self.books.refund(request).await
    }

    async fn transfer(
        &self,
        request: Transfer,
    ) -> std::result::Result<Answer<TransferOutcome>, ProviderError> {
        let behaviour = match self.step(|step| matches!(step, Step::Transfer(_))) {
            Some(Step::Transfer(behaviour)) => behaviour,
            _ => Behaviour::Serve,
        };
        self.books.plan(behaviour);
        self.fuse.step(self.books.transfer(request)).await
    }

    async fn find_refund(
        &self,
        refund: RefundId,
    ) -> std::result::Result<Option<Answer<RefundOutcome>>, ProviderError> {
        self.books.find_refund(refund).await
    }

    async fn find_transfer(
        &self,
        payout: PayoutId,
    ) -> std::result::Result<Option<Answer<TransferOutcome>>, ProviderError> {
        let told = self.step(|step| !matches!(step, Step::Transfer(_)));
        let found = async {
            match told {
                Some(Step::Miss) => Ok(None),
                Some(Step::LookUp(Behaviour::Vanish)) => Err(ProviderError::Unavailable),
                Some(Step::LookUp(_)) => Err(ProviderError::Uncertain),
                _ => self.books.find_transfer(payout).await,
            }
        };
        self.fuse.step(found).await
    }
}

/// Lets some steps pass, and then stops for good whatever takes one: right before the step or right
/// after it.
#[derive(Debug)]
pub(super) struct Fuse {
    left: AtomicI64,
    is_before: bool,
    blown: Notify,
}

impl Fuse {
    pub(super) fn after(steps: i64, is_before: bool) -> Self {
        Self { left: AtomicI64::new(steps), is_before, blown: Notify::new() }
    }

    /// A fuse that never blows.
    fn wet() -> Self {
        Self::after(i64::MAX, true)
    }

    /// Says whether it stopped something.
    pub(super) fn is_blown(&self) -> bool {
        self.left.load(Ordering::SeqCst) < 0
    }

    /// Runs a task until it is over or stopped, and then makes an end of it.
    pub(super) async fn burn(self: &Arc<Self>, task: impl Future<Output = ()> + Send + 'static) {
        let fuse = Arc::clone(self);
        let running = tokio::spawn(async move {
            task.await;
            fuse.blown.notify_one();
        });
        self.blown.notified().await;
        running.abort();
        let ended = running.await;
        assert!(ended.is_ok() || ended.is_err_and(|error| error.is_cancelled()), "it panicked");
    }

    async fn step<T>(&self, step: impl Future<Output = T> + Send) -> T {
        if self.left.fetch_sub(1, Ordering::SeqCst) > 0 {
            return step.await;
        }
        if !self.is_before {
            step.await;
        }
        self.blown.notify_one();
        pending().await
    }
}

/// A repository whose commits are steps of a fuse.
#[derive(Debug)]
pub(super) struct Fused {
    pub(super) store: Arc<dyn Repository>,
    pub(super) fuse: Arc<Fuse>,
}

impl Forward for Fused {
    fn target(&self) -> &dyn Repository {
        &*self.store
    }

    async fn commits(&self, changes: ChangeSet) -> Result<()> {
        self.fuse.step(self.store.commit(changes)).await
    }
}

type Interlude = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A repository in which something happens right after the next answer to a question, before whoever
/// asked goes on.
pub(super) struct Interleaved {
    store: Arc<dyn Repository>,
    question: &'static str,
    interlude: Mutex<Option<Interlude>>,
}

impl Interleaved {
    pub(super) fn after(
        store: &Arc<dyn Repository>,
        question: &'static str,
        interlude: impl Future<Output = ()> + Send + 'static,
    ) -> Arc<Self> {
        let (store, interlude) = (Arc::clone(store), Mutex::new(Some(Box::pin(interlude) as _)));
        Arc::new(Self { store, question, interlude })
    }
}

impl fmt::Debug for Interleaved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Interleaved").field("question", &self.question).finish_non_exhaustive()
    }
}

impl Forward for Interleaved {
    fn target(&self) -> &dyn Repository {
        &*self.store
    }

    async fn asks<T: Send>(
        &self,
        question: Question,
        answer: impl Future<Output = Result<T>> + Send,
    ) -> Result<T> {
        let answer = answer.await;
        if question.name == self.question {
            let interlude = self.interlude.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some(interlude) = interlude {
                interlude.await;
            }
        }
        answer
    }
}
