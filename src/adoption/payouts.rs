//! What an adopted payout paid: whole earnings, the oldest first.
//!
//! The plain schema does not say what a payout was made of. What it paid must be in it all the same,
//! or it would be paid again.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, btree_map::Entry},
};

use chrono::TimeDelta;

use super::{AdoptionError, SourceTable, piece::Piece};
use crate::{
    ids::{CommandId, DerivedIds, TrainerId},
    ledger::{Journal, Movement},
    money::{Currency, Money, MoneyError},
    payout::{Earning, Payout, PayoutItem},
    repository::{CallerQuery, Change, Repository, RepositoryError, Write},
    time::Instant,
};

/// Returns the changes of a batch, with what its payouts are found to have paid.
pub(super) async fn changes_of(
    target: &dyn Repository,
    table: SourceTable,
    pieces: &[Piece],
) -> Result<Vec<Change>, AdoptionError> {
    let refused = |source| AdoptionError::Target { table, key: None, source };
    let mut open: BTreeMap<(TrainerId, Currency), Vec<Earning>> = BTreeMap::new();
    let mut changes = Vec::new();
    for change in pieces.iter().flat_map(|piece| &piece.changes) {
        let Change::Payout(Write::Insert(payout)) = change else {
            changes.push(change.clone());
            continue;
        };
        let (trainer, currency) = (payout.trainer, payout.amount.currency());
        let earnings = match open.entry((trainer, currency)) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => {
                place.insert(earned(target, trainer, currency).await.map_err(refused)?)
            }
        };
        let paid = pay(payout, earnings).map_err(|error| {
            let (table, source) = (table.code(), error.into());
            refused(RepositoryError::Corrupt { table, source })
        })?;
        changes.extend(paid);
    }
    Ok(changes)
}

/// Returns what a trainer earned in the target that no payout holds.
async fn earned(
    target: &dyn Repository,
    trainer: TrainerId,
    currency: Currency,
) -> Result<Vec<Earning>, RepositoryError> {
    let command = CommandId::of_the_system("adopted payouts");
    let nobody = CallerQuery { command, user: None };
    let round = target.payout_round(nobody, trainer, currency).await?.1;
    Ok(round.map(|round| round.earnings()).unwrap_or_default())
}

/// Makes the rows of a payout, and takes what it paid out of the earnings.
///
/// Of the payments that had been made by then it paid those that fit, lessons that were over first
/// and of these the oldest. What it paid beyond them is not lost: it is booked as owed back, and
/// taken off the trainer's next payout.
fn pay(payout: &Payout, earnings: &mut Vec<Earning>) -> Result<Vec<Change>, MoneyError> {
    let (trainer, currency) = (payout.trainer, payout.amount.currency());
    let paid_at = payout.processed_at.unwrap_or(payout.created_at);
    let about = format!("adopted payout {}", payout.id);
    let mut ids = DerivedIds::new(CommandId::of_the_system(&about), paid_at);
    earnings.sort_by_key(|earning| Reverse(rank(earning)));
    let (mut sum, mut items) = (Money::zero(currency), Vec::new());
    // The first ones stand last, so that what is taken out moves nothing that is looked at.
    for place in (0..earnings.len()).rev() {
        let earning = &earnings[place];
        let is_paid = earning.payment.paid_at.is_some_and(|at| at <= paid_at);
        let with_it = sum.checked_add(earning.open_sum()?)?;
        if is_paid && !earning.payment.surplus && with_it.minor() <= payout.amount.minor() {
            sum = with_it;
            items.extend(earning.open_entries().map(|entry| PayoutItem {
                payout: payout.id,
                entry: entry.id,
                released_at: None,
                updated_at: paid_at,
            }));
            earnings.remove(place);
        }
    }
    let mut changes = Vec::new();
    let mut legs = Vec::new();
    if sum.is_positive() {
        changes.push(Write::Insert(Payout { amount: sum, ..payout.clone() }).into());
        changes.extend(items.into_iter().map(|item| Write::Insert(item).into()));
        let of_payout = Some(payout.id);
        for movement in [Movement::PayoutSent, Movement::PayoutProcessed] {
            let mut journal = Journal::of_payout(trainer, of_payout, currency, paid_at, &mut ids);
            journal.post(movement, &[sum.minor()]);
            legs.extend(journal.into_entries());
        }
    } else {
        sum = Money::zero(currency);
    }
    let beyond = payout.amount.checked_sub(sum)?.minor();
    for movement in [Movement::RestLeft, Movement::Excess] {
        let mut journal = Journal::of_payout(trainer, None, currency, paid_at, &mut ids);
        journal.post(movement, &[beyond]);
        legs.extend(journal.into_entries());
    }
    changes.extend(legs.into_iter().map(Change::from));
    Ok(changes)
}

/// Orders earnings by when they could first be paid out: those of lessons that are not over last.
fn rank(earning: &Earning) -> (Instant, Option<Instant>, crate::ids::PaymentId) {
    let over_at = earning.available_at(TimeDelta::zero()).unwrap_or(Instant::MAX);
    (over_at, earning.payment.paid_at, earning.payment.id)
}
