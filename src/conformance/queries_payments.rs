//! The list of a trainer's or an owner's payments.

use super::{
    fixtures::{between, cancelled, paid, refunded},
    world::{World, page},
};
use crate::{
    booking::Booking,
    payment::{Payment, PaymentStatus},
    repository::{ChangeSet, LessonFilter, LessonPayment, PaymentFilter, Versioned},
};

impl World {
    async fn paid_by(&self, filter: PaymentFilter) -> Vec<Versioned<Payment>> {
        let page = self.lesson_payments(&filter, page(200)).await.unwrap();
        assert_eq!(page.next, None);
        page.items.into_iter().map(|row| row.payment).collect()
    }
}

pub(super) async fn a_payment_is_listed_with_its_lesson(world: World) {
    let (cast, other) = (world.cast().await, world.cast().await);
    let booking = world.make.booking(&cast, between("09:00", "10:00"));
    let payment = world.make.payment(&booking);
    let both = ChangeSet::new().inserting(booking).inserting(payment.clone());
    world.commits(both).await;
    // Somebody else's does not show, and a lesson without a payment neither.
    let theirs = world.book(&other, between("09:00", "10:00")).await;
    world.insert(world.make.payment(&theirs)).await;
    world.book(&cast, between("11:00", "12:00")).await;

    let lessons = LessonFilter { trainer: Some(cast.trainer.id), ..Default::default() };
    let lesson = world.lessons(&lessons, page(10)).await.unwrap().items.remove(0);
    let expected = LessonPayment { payment: super::world::first(&payment), lesson };
    for filter in
        [PaymentFilter::of_trainer(cast.trainer.id), PaymentFilter::of_owner(cast.owner.id)]
    {
        let listed = world.lesson_payments(&filter, page(10)).await.unwrap();
        assert_eq!((&listed.items[..], listed.next), (&[expected.clone()][..], None));
    }
}

pub(super) async fn a_payment_is_listed_as_it_stands(world: World) {
    let cast = world.cast().await;
    let booking = world.book(&cast, between("09:00", "10:00")).await;
    let mut stored = world.insert(world.make.payment(&booking)).await;
    let in_status =
        |status| PaymentFilter { statuses: vec![status], ..PaymentFilter::of_owner(cast.owner.id) };
    for status in [PaymentStatus::Pending, PaymentStatus::Paid, PaymentStatus::Refunded] {
        let next = stored.map(|payment| match status {
            PaymentStatus::Paid => paid(payment),
            PaymentStatus::Refunded => refunded(payment),
            PaymentStatus::Pending | PaymentStatus::Failed => payment,
        });
        stored = world.update(next).await;
        for asked in PaymentStatus::ALL {
            let expected: &[_] = if *asked == status { std::slice::from_ref(&stored) } else { &[] };
            assert_eq!(world.paid_by(in_status(*asked)).await, expected, "{asked} of {status}");
        }
    }
}

pub(super) async fn payments_are_listed_under_the_parties_of_their_booking(world: World) {
    let (left, right) = (world.cast().await, world.cast().await);
    let booking = world.make.booking(&left, between("09:00", "10:00"));
    let booking = world.insert(cancelled(booking)).await;
    let mut payments = Vec::new();
    for _ in 0..2 {
        payments.insert(0, world.insert(world.make.payment(&booking)).await);
    }
    let moved = booking.map(|booking| Booking {
        trainer: right.trainer.id,
        owner: right.owner.id,
        dog: right.dog.id,
        service: None,
        ..booking
    });
    let booking = world.update(moved).await;
    for of in [PaymentFilter::of_trainer(left.trainer.id), PaymentFilter::of_owner(left.owner.id)] {
        assert_eq!(world.paid_by(of).await, []);
    }
    for of in [PaymentFilter::of_trainer(right.trainer.id), PaymentFilter::of_owner(right.owner.id)]
    {
        assert_eq!(world.paid_by(of).await, payments);
    }
    // Back with the trainer alone, in a commit that is refused and then in one that is not.
    let back = booking.map(|booking| Booking { trainer: left.trainer.id, ..booking });
    let twice = ChangeSet::new().updating(back.clone()).inserting(left.dog.clone());
    world.refuses(twice, &super::world::exists(&left.dog)).await;
    assert_eq!(world.paid_by(PaymentFilter::of_trainer(right.trainer.id)).await, payments);
    world.update(back).await;
    assert_eq!(world.paid_by(PaymentFilter::of_trainer(left.trainer.id)).await, payments);
    assert_eq!(world.paid_by(PaymentFilter::of_trainer(right.trainer.id)).await, []);
    assert_eq!(world.paid_by(PaymentFilter::of_owner(right.owner.id)).await, payments);
}
