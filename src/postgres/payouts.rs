//! Payouts, their items, and the entries of the ledger that no payout holds.

use std::{collections::BTreeSet, sync::LazyLock};

use super::{
    accounts::{caller, party},
    error::failure,
    files::{find, reports_about},
    newest::Newest,
    parameters::Parameters,
    part::{Part, Statement, list, records_of, row, rows},
};
use crate::{
    account::User,
    booking::Booking,
    ids::TrainerId,
    ledger::{Account, LedgerEntry},
    money::Currency,
    notification::Preferences,
    payment::{Dispute, Payment},
    payout::{Payout, PayoutItem},
    repository::{
        Caller, EarningFile, Party, PayoutCase, PayoutDue, PayoutRound, Result, Table,
        TrainerEarnings, Versioned,
    },
    sql::{Record as _, currency_bounds, orphan, payout_due},
    trainer::Trainer,
};

/// A payout that is on its way.
const RUNNING: &str = "state IN ('created', 'in_flight', 'unknown')";

/// Gives names to the open earnings of the trainer `$n`, in currencies between `$n+1` and `$n+2`: their
/// entries, their payments, and all entries of these on the account `$n+3`.
fn open(first: usize) -> String {
    let [trainer, least, greatest, account] = [0, 1, 2, 3].map(|place| first + place);
    format!(
        "WITH open AS MATERIALIZED (
             SELECT entry_id, payment_id FROM @.open_earnings
              WHERE trainer_id = ${trainer} AND currency BETWEEN ${least} AND ${greatest}),
         earned AS MATERIALIZED (
             SELECT id, booking_id FROM @.payments
              WHERE id IN (SELECT payment_id FROM open WHERE payment_id IS NOT NULL)),
         owed AS MATERIALIZED (
             SELECT id FROM @.ledger_entries
              WHERE payment_id IN (SELECT id FROM earned)
                AND (debit_account = ${account} OR credit_account = ${account}))"
    )
}

/// Adds the parameters of [`open`]: those of a trainer's earnings in one currency, or in all.
pub(super) fn open_parameters(
    parameters: Parameters,
    trainer: TrainerId,
    currency: Option<Currency>,
) -> Result<Parameters> {
    let (least, greatest) = currency_bounds(currency);
    parameters.and(trainer)?.and(least)?.and(greatest)?.and(Account::TrainerPayable(trainer))
}

type OpenEarnings = (Vec<EarningFile>, Vec<LedgerEntry>);

/// Asks for the earnings that are open, by payment, and for what was written off, by id.
fn open_earnings() -> Part<OpenEarnings> {
    rows::<Payment>("WHERE t.id IN (SELECT id FROM earned) ORDER BY t.id")
        .and(rows::<Booking>("WHERE t.id IN (SELECT booking_id FROM earned)"))
        .and(rows::<Dispute>("WHERE t.booking_id IN (SELECT booking_id FROM earned) ORDER BY t.id"))
        .and(records_of::<LedgerEntry, _>(
            "",
            "WHERE t.id IN (SELECT id FROM owed) ORDER BY t.created_at, t.id",
            LedgerEntry::decode,
        ))
        .and(rows::<PayoutItem>(
            "WHERE t.entry_id IN (SELECT id FROM owed) ORDER BY t.entry_id, t.payout_id",
        ))
        .and(records_of::<LedgerEntry, _>(
            "",
            "WHERE t.id IN (SELECT entry_id FROM open WHERE payment_id IS NULL) ORDER BY t.id",
            LedgerEntry::decode,
        ))
        .map(|(((((payments, bookings), disputes), entries), items), rests)| {
            let file = |payment: Versioned<Payment>| {
                let booking =
                    find(&bookings, |row| row.id == payment.booking).ok_or_else(orphan)?;
                let of_payment = |entry: &&LedgerEntry| entry.payment == Some(payment.id);
                let own: Vec<LedgerEntry> = entries.iter().filter(of_payment).cloned().collect();
                let is_own = |entry| own.iter().any(|known| known.id == entry);
                Ok(EarningFile {
                    disputes: disputes
                        .iter()
                        .filter(|it| it.booking == booking.id)
                        .cloned()
                        .collect(),
                    items: items.iter().filter(|item| is_own(item.entry)).cloned().collect(),
                    entries: own,
                    booking,
                    payment,
                })
            };
            Ok((payments.into_iter().map(file).collect::<Result<_>>()?, rests))
        })
}

/// Asks for the user of a trainer, whose id `trainer` selects.
fn party_of(trainer: &str) -> Part<Option<Party>> {
    let user = format!("(SELECT user_id FROM @.dog_trainers WHERE id = {trainer})");
    row::<User>(&format!("WHERE t.id = {user}"))
        .and(rows::<Preferences>(&format!("WHERE t.user_id = {user}")))
        .map(|(user, preferences)| {
            Ok(user.and_then(|user| party(user.id, std::slice::from_ref(&user), &preferences)))
        })
}

/// What a payout to the trainer `$3` in the currency `$4` is decided on.
pub(super) static PAYOUT_ROUND: LazyLock<Statement<(Caller, Option<PayoutRound>)>> =
    LazyLock::new(|| {
        let parts = caller()
            .and(row::<Trainer>("WHERE t.id = $3"))
            .and(party_of("$3"))
            .and(open_earnings())
            .and(row::<Payout>(
                "WHERE t.trainer_id = $3 AND t.currency = $4 AND t.state = 'processed'
                 ORDER BY t.processed_at DESC, t.id DESC LIMIT 1",
            ))
            .and(row::<Payout>(&format!(
                "WHERE t.trainer_id = $3 AND t.currency = $4 AND t.{RUNNING}"
            )))
            .and(list("CAST($4 AS text)", "", |fields| fields.take_of(Table::Payout)).first());
        Statement::with(
            &open(3),
            parts.map(|loaded| {
                let ((loaded, running), currency) = loaded;
                let ((((caller, trainer), party), (earnings, rests)), last) = loaded;
                let Some((trainer, currency)) = trainer.zip(currency) else {
                    return Ok((caller, None));
                };
                let party = party.ok_or_else(orphan)?;
                let round =
                    PayoutRound { trainer, party, currency, earnings, rests, last, running };
                Ok((caller, Some(round)))
            }),
        )
    });

/// The payout of the id `$3`, or the one that the provider `$4` calls `$5`, which decides; where the
/// provider is given, it is the payout's.
pub(super) static PAYOUT_CASE: LazyLock<Statement<(Caller, Option<PayoutCase>)>> = LazyLock::new(
    || {
        let sought = "WITH sought AS MATERIALIZED (SELECT coalesce(
             (SELECT id FROM @.payouts WHERE provider = $4 AND provider_reference = $5),
             (SELECT id FROM @.payouts WHERE id = $3 AND provider = coalesce($4, provider))) AS id)";
        let of_sought = "(SELECT id FROM sought)";
        let parts = caller()
            .and(row::<Payout>(&format!("WHERE t.id = {of_sought}")))
            .and(rows::<PayoutItem>(&format!(
                "WHERE t.payout_id = {of_sought} ORDER BY t.entry_id"
            )))
            .and(party_of(&format!("(SELECT trainer_id FROM @.payouts WHERE id = {of_sought})")))
            .and(reports_about("payouts", "$4", "$5"));
        Statement::with(
            sought,
            parts.map(|((((caller, payout), items), party), reports)| {
                let Some(payout) = payout else { return Ok((caller, None)) };
                let party = party.ok_or_else(orphan)?;
                Ok((caller, Some(PayoutCase { payout, items, party, reports })))
            }),
        )
    },
);

/// At most `$3` trainers and currencies after `$1` and `$2` with open earnings, and as many with a
/// payout on its way.
pub(super) static PAYOUTS_DUE: LazyLock<Statement<BTreeSet<PayoutDue>>> = LazyLock::new(|| {
    let page = "(trainer_id, currency) > ($1, $2) ORDER BY trainer_id, currency LIMIT $3";
    let columns = "trainer_id, currency";
    list(
        columns,
        &format!("FROM (SELECT DISTINCT {columns} FROM @.open_earnings WHERE {page}) due"),
        payout_due,
    )
    .and(list(columns, &format!("FROM @.payouts WHERE {RUNNING} AND {page}"), payout_due))
    .map(|(open, running)| Ok(open.into_iter().chain(running).collect()))
    .into()
});

/// The payouts of the trainer `$1` in the currency `$2` and one of the states `$3`, the newest first.
pub(super) static PAYOUTS: LazyLock<Newest<Versioned<Payout>>> = LazyLock::new(|| {
    let condition = "t.trainer_id = $1 AND ($2 IS NULL OR t.currency = $2)
        AND (cardinality($3) = 0 OR t.state = ANY($3))";
    Newest::of(condition, 3, rows)
});

/// The items of the payout `$1`.
pub(super) static PAYOUT_ITEMS: LazyLock<Statement<Vec<Versioned<PayoutItem>>>> =
    LazyLock::new(|| rows::<PayoutItem>("WHERE t.payout_id = $1 ORDER BY t.entry_id").into());

/// What the trainer `$1` was owed at `$4`, on the account `$2` and in the currency `$3`, and the
/// entries until `$5`.
pub(super) static STATEMENT_ROWS: LazyLock<Statement<(i64, Vec<LedgerEntry>)>> =
    LazyLock::new(|| {
        let of_side = |side: &str| {
            format!(
                "FROM @.ledger_entries
                  WHERE {side}_trainer_id = $1 AND {side}_account = $2 AND currency = $3"
            )
        };
        let (credits, debits) = (of_side("credit"), of_side("debit"));
        let opening = format!(
            "FROM (SELECT amount {credits} AND created_at < $4
                   UNION ALL
                   SELECT -amount {debits} AND created_at < $4) legs"
        );
        let during = "created_at >= $4 AND created_at < $5";
        let entries = format!(
            "WHERE t.id IN (SELECT id {credits} AND {during}
                            UNION ALL SELECT id {debits} AND {during})
             ORDER BY t.created_at, t.id"
        );
        list("CAST(coalesce(sum(amount), 0) AS bigint)", &opening, |fields| {
            fields.take::<i64>().map_err(failure)
        })
        .first()
        .map(|sum| Ok(sum.unwrap_or_default()))
        .and(records_of::<LedgerEntry, _>("", &entries, LedgerEntry::decode))
        .into()
    });

/// The open earnings of the trainer `$1`, and every payout that did not fail.
pub(super) static TRAINER_EARNINGS: LazyLock<Statement<TrainerEarnings>> = LazyLock::new(|| {
    let payouts = rows::<Payout>("WHERE t.trainer_id = $1 AND t.state <> 'failed' ORDER BY t.id");
    Statement::with(
        &open(1),
        open_earnings()
            .and(payouts)
            .map(|((earnings, rests), payouts)| Ok(TrainerEarnings { earnings, rests, payouts })),
    )
});
