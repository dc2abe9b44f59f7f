//! The machines of payments, disputes and refunds: everything that can happen, in every state.

use std::fmt::Write as _;

use sitstay::{
    conformance::fixtures::{Fixtures, accepted, at, between},
    ids::RefundId,
    money::{ChargeRule, Currency, Money, MoneyPolicy},
    payment::{DisputeStatus, PaymentFile, PaymentStatus, RefundStatus},
    provider::{DisputeOutcome, Happening, ProviderEvent, RefundOutcome},
};

use super::machine::{Arrow, Machine};

const DISPUTE_OUTCOMES: [DisputeOutcome; 3] =
    [DisputeOutcome::Open, DisputeOutcome::Won, DisputeOutcome::Lost];

const REFUND_OUTCOMES: [RefundOutcome; 4] = [
    RefundOutcome::Pending,
    RefundOutcome::Succeeded,
    RefundOutcome::Canceled,
    RefundOutcome::Failed,
];

/// A payment of a lesson, and what was reported of it.
#[derive(Debug, Clone)]
struct Scene {
    make: Fixtures,
    file: PaymentFile,
    reports: Vec<ProviderEvent>,
}

impl Scene {
    /// Starts a payment.
    fn started() -> Self {
        let make = Fixtures::new();
        let booking = accepted(make.booking(&make.cast(), between("09:00", "10:00")));
        let (refunds, disputes) = (Vec::new(), Vec::new());
        let payment = make.payment(&booking);
        let file = PaymentFile { booking, payment, refunds, disputes, another_is_paid: false };
        Self { make, file, reports: Vec::new() }
    }

    fn paid() -> Self {
        let scene = Self::started();
        let success = scene.success();
        scene.after(success)
    }

    fn amount(&self) -> Money {
        self.file.payment.amount
    }

    fn success(&self) -> Happening {
        Happening::PaymentSucceeded {
            payment: Some(self.file.payment.id),
            reference: self.file.payment.provider_reference.clone().unwrap(),
            amount: self.amount(),
        }
    }

    fn failure(&self) -> Happening {
        Happening::PaymentFailed {
            payment: Some(self.file.payment.id),
            reference: self.file.payment.provider_reference.clone().unwrap(),
        }
    }

    fn refund(&self, ours: Option<RefundId>, outcome: RefundOutcome) -> Happening {
        Happening::Refund {
            refund: ours,
            reference: "re_1".parse().unwrap(),
            payment_reference: self.file.payment.provider_reference.clone().unwrap(),
            amount: self.amount(),
            outcome,
        }
    }

    fn dispute(&self, outcome: DisputeOutcome) -> Happening {
        Happening::Dispute {
            reference: "dp_1".parse().unwrap(),
            payment_reference: self.file.payment.provider_reference.clone().unwrap(),
            amount: self.amount(),
            outcome,
        }
    }

    /// Takes in one more report.
    fn after(mut self, happening: Happening) -> Self {
        let place = self.reports.len();
        self.reports.push(ProviderEvent {
            provider: self.file.payment.provider.clone(),
            id: format!("evt_{place}").parse().unwrap(),
            occurred_at: at("07:00"),
            happening,
        });
        let reported = self.file.reported(&self.reports, &mut self.make, at("12:00")).unwrap();
        self.file = self.file.settled(&reported.settlement);
        self
    }

    fn refund_status(&self) -> Option<RefundStatus> {
        self.file.refunds.first().map(|refund| refund.status)
    }

    fn dispute_status(&self) -> Option<DisputeStatus> {
        self.file.disputes.first().map(|dispute| dispute.status)
    }
}

fn arrow(ends: (Option<&'static str>, &'static str), verb: &str, by: &str) -> Arrow {
    let condition = String::new();
    Arrow { ends, verb: verb.to_owned(), by: by.to_owned(), condition }
}

pub(super) fn payment() -> Machine {
    let failed = Scene::started();
    let failure = failed.failure();
    let refunded = Scene::paid();
    let given_back = refunded.refund(None, RefundOutcome::Succeeded);
    let scenes =
        [Scene::started(), failed.after(failure), Scene::paid(), refunded.after(given_back)];
    let known: Vec<_> = scenes.iter().map(|scene| scene.file.payment.status).collect();
    assert!(PaymentStatus::ALL.iter().all(|status| known.contains(status)), "{known:?}");

    let begun = Scene::started().file.payment.status.code();
    let mut arrows = vec![arrow((None, begun), "start", "by owner")];
    for scene in &scenes {
        let happenings = [
            (scene.success(), "succeed"),
            (scene.failure(), "fail"),
            (scene.refund(None, RefundOutcome::Succeeded), "all goes back"),
            (scene.refund(None, RefundOutcome::Failed), "it comes back"),
        ];
        for (happening, verb) in happenings {
            let (from, to) =
                (scene.file.payment.status, scene.clone().after(happening).file.payment.status);
            if from != to {
                arrows.push(arrow((Some(from.code()), to.code()), verb, ""));
            }
        }
    }
    Machine::new("payment", PaymentStatus::ALL.iter().map(|status| status.code()), arrows)
}

pub(super) fn dispute() -> Machine {
    let mut arrows = Vec::new();
    let begun = DISPUTE_OUTCOMES.map(|outcome| {
        let scene = Scene::paid();
        let happening = scene.dispute(outcome);
        scene.after(happening)
    });
    for scene in [Scene::paid()].iter().chain(&begun) {
        for outcome in DISPUTE_OUTCOMES {
            let happening = scene.dispute(outcome);
            let from = scene.dispute_status();
            let to = scene.clone().after(happening).dispute_status().unwrap();
            if from != Some(to) {
                let ends = (from.map(DisputeStatus::code), to.code());
                arrows.push(arrow(ends, &format!("report {}", to.code()), ""));
            }
        }
    }
    Machine::new("dispute", DisputeStatus::ALL.iter().map(|status| status.code()), arrows)
}

/// Prints what becomes of a refund of ours as a table.
pub(super) fn refunds() -> String {
    let policy = MoneyPolicy::new([ChargeRule::new(Currency::EUR, 1, 50).unwrap()]).unwrap();
    let due = |mut scene: Scene| {
        let (id, amount): (RefundId, _) = (scene.make.id(), scene.amount());
        let made = scene.file.goodwill(id, amount, &policy, &mut scene.make, at("12:00")).unwrap();
        scene.file = scene.file.settled(&made);
        (scene, id)
    };
    let in_state = |status: RefundStatus| {
        let (scene, id) = due(Scene::paid());
        let outcome = match status {
            RefundStatus::Due => return (scene, id),
            RefundStatus::Pending => RefundOutcome::Pending,
            RefundStatus::Succeeded => RefundOutcome::Succeeded,
            RefundStatus::Failed => RefundOutcome::Failed,
            RefundStatus::Canceled => RefundOutcome::Canceled,
        };
        let happening = scene.refund(Some(id), outcome);
        (scene.after(happening), id)
    };

    let mut table = String::from("| it is | we send it | we call it off |");
    for outcome in REFUND_OUTCOMES {
        let _ = write!(table, " reported {} |", RefundStatus::from(outcome));
    }
    table.push_str("\n|---|---|---|---|---|---|---|\n");
    for &status in RefundStatus::ALL {
        let (scene, id) = in_state(status);
        assert_eq!(scene.refund_status(), Some(status));
        let (mut sent, mut called_off) = (scene.clone(), scene.clone());
        let sending = sent.file.send(id, &mut sent.make, at("12:00"));
        let calling = called_off.file.call_off(id, &mut called_off.make, at("12:00"));
        let ours = [(sent, sending), (called_off, calling)].map(|(scene, settlement)| {
            let after = settlement.ok().map(|settlement| scene.file.settled(&settlement));
            after.map_or_else(|| "refused".to_owned(), |file| file.refunds[0].status.to_string())
        });
        let reported = REFUND_OUTCOMES.map(|outcome| {
            let happening = scene.refund(Some(id), outcome);
            let became = scene.clone().after(happening).refund_status().unwrap();
            if became == status { "–".to_owned() } else { became.to_string() }
        });
        let cells: Vec<_> = ours.into_iter().chain(reported).collect();
        let _ = writeln!(table, "| **{status}** | {} |", cells.join(" | "));
    }
    table
}
