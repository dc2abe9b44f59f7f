//! What trainers see of their money.

use super::{
    fixtures::{accepted, days_later},
    payouts::{EUR, SHARE, SYSTEM, code, euro, hour, later},
    scripted::Scripted,
    town::{Town, early},
    world::World,
};
use crate::{
    command::Actor,
    platform::{GiveBack, StartPayment},
    provider::{Happening, fake::FakeProvider},
    repository::PageRequest,
    time::Interval,
};

pub(super) async fn a_statement_and_the_balances_add_up(world: World) {
    let (town, provider) = (Town::new(world).await, Scripted::new());
    let trainer = town.cast.trainer.id;
    town.teaches(&town.cast, hour(8)).await;
    town.pays_out(&provider, later()).await;
    let (_, payment) = town.teaches(&town.cast, hour(10)).await;
    let give_back = GiveBack { payment, refund: town.make.id(), amount: euro(1_000) };
    town.gives(SYSTEM, later(), give_back).await.unwrap();
    town.sends().await;
    town.teaches(&town.cast, hour(12)).await;
    let booking = town.insert(accepted(town.make.booking(&town.cast, hour(14)))).await;
    let (unfinished, provider_name) = (town.make.id(), FakeProvider::provider());
    let start = StartPayment { payment: unfinished, booking: booking.id, provider: provider_name };
    town.gives(town.owner(), early(), start).await.unwrap();
    let (reference, amount) = (town.make.token(), booking.price.money());
    let payment = Some(unfinished);
    town.hears_of(Happening::PaymentSucceeded { payment, reference, amount }, early()).await;

    let now = days_later(later(), 1);
    let balance = town.platform.balances(town.trainer(), trainer, now).await.unwrap()[&EUR];
    assert_eq!(balance.paid, euro(SHARE));
    assert_eq!(balance.locked, euro(SHARE - 850));
    assert_eq!(balance.available, euro(SHARE));
    assert_eq!(balance.pending, euro(SHARE));
    // What is on its way has left what is payable.
    assert_eq!(town.owed(trainer, EUR).await, 2 * SHARE);

    let all = Interval::new(days_later(early(), -1), now).unwrap();
    let statement = |period, actor| town.platform.statement(actor, trainer, period, EUR);
    let whole = statement(all, town.trainer()).await.unwrap();
    assert_eq!((whole.opening, whole.closing), (euro(0), euro(2 * SHARE)));
    let halves =
        [Interval::new(all.start(), later()).unwrap(), Interval::new(later(), all.end()).unwrap()];
    let mut lines = vec![];
    let mut opening = whole.opening;
    for period in halves {
        let half = statement(period, SYSTEM).await.unwrap();
        assert_eq!(half.opening, opening);
        let sum: i64 = half.lines.iter().map(|line| line.amount.minor()).sum();
        assert_eq!(half.closing.minor(), half.opening.minor() + sum);
        assert!(half.lines.iter().all(|line| period.contains(line.at)));
        opening = half.closing;
        lines.extend(half.lines);
    }
    assert_eq!((opening, &lines), (whole.closing, &whole.lines));

    let other = town.world.cast().await;
    let stranger = Actor::trainer(other.trainer_user.id);
    assert_eq!(code(statement(all, stranger).await), "not_found");
    assert_eq!(code(town.platform.balances(town.owner(), trainer, now).await), "not_found");
    let page = PageRequest::first(1).unwrap();
    assert_eq!(code(town.platform.payouts(stranger, trainer, page).await), "not_found");
    let admin = town.admin().await;
    assert_eq!(statement(all, admin).await.unwrap(), whole);
    assert_eq!(code(town.platform.balances(admin, town.make.id(), now).await), "not_found");
}
