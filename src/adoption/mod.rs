//! Moving in: a service that runs on the plain schema brings its data along.
//!
//! The plain schema is the seventeen tables that services of this kind begin with: `users`,
//! `roles`, `user_roles`, `dog_trainers`, `dog_owners`, `locations`, `trainer_services`,
//! `trainer_certifications`, `trainer_availability`, `dogs`, `dog_photos`, `bookings`, `reviews`,
//! `payments`, `payouts`, `notifications` and `audit_logs`, in a Postgres database, with ids of
//! type `uuid`, money as floats or decimals, and `timestamp` without zone. What differs in that is
//! [refused by column](AdoptionError::Shape): ids that are numbers are not translated, and other
//! columns and tables are not looked at.
//!
//! 1. [`Terms`] declare what that schema does not say.
//! 2. A [dry run](Adoption::dry_run) reads everything and writes nothing: its [`Report`] lists
//!    every row that breaks a rule, by table, id and [`Reason`].
//! 3. The [copy](Adoption::copy_into) writes batch after batch into any [`Repository`]. It does
//!    not begin while a row breaks a rule, unless that row is [left behind by
//!    name](Adoption::leaving_behind).
//!
//! # Example: from one schema of a database into another
//!
//! ```no_run
//! use sitstay::{
//!     adoption::{Adoption, Terms},
//!     money::{BasisPoints, Currency},
//!     postgres::{PostgresRepository, sqlx::postgres::PgConnectOptions},
//!     time::{Instant, ZoneId},
//! };
//!
//! # async fn adopt(now: Instant) -> Result<(), Box<dyn std::error::Error>> {
//! let url = "postgres://service@db.example/lessons";
//! let source: PgConnectOptions = url.parse()?;
//! let terms = Terms::new(Currency::EUR, ZoneId::UTC, "DE".parse()?, BasisPoints::new(1_500)?);
//! let adoption = Adoption::of(source, terms).schema("public");
//!
//! let report = adoption.dry_run(now).await?;
//! for offender in report.offenders() {
//!     println!("{} {}: {}", offender.table, offender.key, offender.reason);
//! }
//! if report.is_clean() {
//!     let target = PostgresRepository::connect(url).await?;
//!     let mut progress = |step: sitstay::adoption::Progress| {
//!         println!("{}: {} of {}", step.table, step.done, step.rows);
//!     };
//!     let outcome = adoption.copy_into(&target, now, &mut progress).await?;
//!     assert!(outcome.adds_up());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Nothing is lost silently
//!
//! Every row that was read is copied, already there, or left behind for a reason, and the
//! [`Outcome`] counts them by table. What is to be said of rows that break no rule is counted as a
//! [`Remark`], before and after. Ids stay what they are.
//!
//! | in the source | in the target |
//! |---|---|
//! | a deleted user | an erased one: no name, address, phone or text; locations, certificates, photos and roles stay behind |
//! | the roles `owner`, `trainer`, `admin`, and what [means one of them](Terms::role) | those that the library seeds; other roles are copied |
//! | a profile | the profile; its user must hold the role, or [be given it](Terms::granting_roles) |
//! | a trainer's place | the user's location with the lowest id |
//! | the stored mean of ratings | computed from the reviews |
//! | a pending booking | pending, with a hold from now on by the declared policy; expired if it should have started |
//! | an accepted booking that ended longer ago than `auto_complete_after` | completed, as due work would have done it then |
//! | a completed booking | completed at its end, attended |
//! | a cancelled booking | cancelled by nobody, at the instant it was asked for: nothing else is known |
//! | a paid payment | paid when it was made, without a provider's reference, and its two legs in the ledger |
//! | a paid payment of a request that expired | as a paid one, and a refund of all of it that is due since the lesson should have started; surplus if it was paid later than that. [Counted](Remark::RefundDue) |
//! | a paid payment of a cancelled booking | stays paid, and what the trainer earned theirs: the service decided what to give back. [Counted](Remark::KeptPayment) |
//! | a refunded payment | as a paid one, and a refund of all of it that succeeded, with its legs |
//! | a processed payout | a payout of the payments that had been made by then, as many as fit, lessons that were over first and of these the oldest. What it paid beyond them is owed back by the trainer, and taken off the next payout; without any of them there is no payout, only that |
//! | a pending payout | left behind: what the trainer is owed stays owed |
//! | a notification | copied if it is about the user themselves; others say in words only what they are about, and stay behind |
//! | `audit_logs` | left behind: free text is no event. The trail says for each thing that it was adopted |
//!
//! Fees are the declared part of each price. When something was written (`created_at` and its like)
//! is read as the earlier of two instants where the clocks went back; when a lesson takes place
//! must be clear, and is listed otherwise. A booking whose service, or whatever else it
//! refers to, is left behind is left behind too, and counted as [dependent](LeftBehind::Dependent).
//!
//! # What may be mended on the way
//!
//! What is declared, and nothing else: a [status](Terms::booking_status) or a [role](Terms::role)
//! of the service's own, [roles that go without saying](Terms::granting_roles), [values that a row
//! can do without](Terms::emptying), [flags that are not there](Terms::assuming), and the [noise of
//! floats](Terms::forgiving_noise). The rest is mended in the source, or left behind.
//!
//! # Stopped and started again
//!
//! Each batch is one commit, and holds an entry of the run's journal that says which rows it
//! copies. So a copy can be stopped at any point, also by `kill -9`: the next run reads the journal
//! and goes on with what is not in it, in whatever batches. The first run notes its instant and its
//! terms; later ones go on with that instant, and [refuse](AdoptionError::OtherTerms) other terms.
//! Two runs at once share the work, if they were begun for the same instant.
//!
//! A row that is in the journal is not looked at again, whatever became of it: what the target
//! removed since stays removed, and what it changed stays as it is. A user who was erased in the
//! target stays erased, also where the source gathered more about them. The journal is kept as
//! commands of the system. Once [they are purged](Repository::purge_commands), a run is refused at
//! the first row that is there already, which is one of `roles` or `users`.
//!
//! The source is read in one snapshot per run, in portions, and is never written to. The service
//! should not write to it during the last run: what it adds after the snapshot is not seen, and
//! what it changes in a row that is copied already is not carried over. Nor should those who were
//! copied work on the target before the copy is done: rows of theirs that are still to come know
//! nothing of what they did.
//!
//! The target may be in use. What others wrote to it is never taken for the source's: a row whose
//! key, e-mail address or name is taken is [refused by name](AdoptionError::Target).
//!
//! Old lessons may overlap each other, which breaks no rule once they are over. A completed lesson
//! claims its trainer's time until it is released, so each batch holds lessons that do not overlap
//! each other, and their time is released before the next one is written.

mod amount;
mod copying;
mod error;
mod inspection;
mod journal;
mod ledger;
mod lessons;
mod offers;
mod outcome;
mod overlaps;
mod payouts;
mod people;
mod piece;
mod reading;
mod report;
mod round;
mod source;
mod table;
mod terms;
mod writing;

use std::collections::{BTreeSet, HashSet};

use self::{
    copying::Copying,
    inspection::inspect,
    journal::{Copied, Journal},
    reading::Context,
    source::Source,
};
pub use self::{
    error::AdoptionError,
    outcome::{Flag, LeftBehind, Outcome, Progress, Spare, Tally},
    report::{Offender, Reason, Remark, Report},
    table::SourceTable,
    terms::Terms,
};
use crate::{
    postgres::Endpoint,
    repository::{Repository, RowKey},
    time::Instant,
};

/// How many rows of the source are written at once.
const BATCH: usize = 500;
/// How often a commit is tried that storage gives up in favour of others, or loses sight of.
const ATTEMPTS: usize = 16;

/// A database on the plain schema, and the terms on which it is taken over.
///
/// See the [module](self) for what becomes of what.
#[derive(Debug, Clone)]
#[must_use = "an adoption does nothing until it is run"]
pub struct Adoption {
    source: Endpoint,
    schema: String,
    terms: Terms,
    name: Option<String>,
    listed: BTreeSet<(SourceTable, RowKey)>,
    batch: usize,
}

impl Adoption {
    /// Takes a database, by how to connect to it or as a pool, and the terms.
    pub fn of(source: impl Into<Endpoint>, terms: Terms) -> Self {
        Self {
            source: source.into(),
            schema: "public".to_owned(),
            terms,
            name: None,
            listed: BTreeSet::new(),
            batch: BATCH,
        }
    }

    /// Sets the schema in which the tables are; `public` by default.
    pub fn schema(mut self, name: impl Into<String>) -> Self {
        self.schema = name.into();
        self
    }

    /// Names the source, by which a later run goes on with an earlier one.
    ///
    /// By default these are its cluster, database and schema, so that a copy of the database on
    /// another server is another source. A name makes them one, and spares a server on which
    /// `pg_control_system()` may not be called.
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Sets how many rows are written at once; 500 by default, 1 to 1,000.
    ///
    /// More are no faster: measured, 2,000 lessons in one commit take Postgres five times as long
    /// each as 500 do.
    pub fn batch(mut self, rows: usize) -> Self {
        self.batch = rows.clamp(1, 1_000);
        self
    }

    /// Leaves the rows that a report lists behind, and whatever depends on them.
    pub fn leaving_behind(mut self, report: &Report) -> Self {
        self.listed.extend(report.listed());
        self
    }

    /// Reads everything as a copy at `now` would, and lists every row that breaks a rule.
    ///
    /// Nothing is written.
    ///
    /// # Errors
    ///
    /// [`AdoptionError::Source`] if the database cannot be read, and [`AdoptionError::Shape`] if it
    /// is not on the plain schema.
    pub async fn dry_run(&self, now: Instant) -> Result<Report, AdoptionError> {
        let mut source = Source::open(&self.source, &self.schema).await?;
        let report = inspect(&mut source, &Context::new(&self.terms, now, HashSet::new())).await?;
        source.close().await?;
        Ok(report)
    }

    /// Copies everything into a repository, and tells after each batch how far it is.
    ///
    /// Where an earlier run was stopped, it goes on with what that has not copied, and with the
    /// instant of that run.
    ///
    /// # Errors
    ///
    /// [`AdoptionError`]; what was copied before stays, and the next run goes on with the rest.
    pub async fn copy_into(
        &self,
        target: &dyn Repository,
        now: Instant,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Outcome, AdoptionError> {
        let mut source = Source::open(&self.source, &self.schema).await?;
        let name = match &self.name {
            Some(name) => format!("named {name}"),
            None => source.name().await?,
        };
        let journal = Journal::new(target, name, &self.terms)?;
        let earlier = journal.begun().await?;
        let erased = match earlier {
            Some(_) => journal.erased().await?,
            None => HashSet::new(),
        };
        let context = Context::new(&self.terms, earlier.unwrap_or(now), erased);
        let report = inspect(&mut source, &context).await?;
        if report.offenders().iter().any(|row| !self.listed.contains(&(row.table, row.key))) {
            return Err(AdoptionError::Offenders(Box::new(report)));
        }
        if earlier.is_none() {
            journal.begin(now).await?;
        }
        let mut copying = Copying {
            target,
            journal: &journal,
            context: &context,
            is_resumed: earlier.is_some(),
            batch: self.batch,
            report: &report,
            to_leave: &self.listed,
            left_behind: HashSet::new(),
            outcome: Outcome::new(context.now),
            listener: progress,
            copied: Copied::default(),
            commits: 0,
        };
        copying.all(&mut source).await?;
        let outcome = copying.outcome;
        source.close().await?;
        Ok(outcome)
    }
}
