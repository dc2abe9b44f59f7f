//! A quote is used once, in time, by its owner and for what it is for.

use chrono::TimeDelta;
use sitstay::{
    booking::{Inquiry, Wish},
    conformance::fixtures::{Fixtures, at, between, just_before},
    money::{Currency, Price},
    quote::{Quote, QuoteError},
};

use super::scene::euro;

/// A quote for an hour, and what its owner asked for.
fn quoted(make: &Fixtures) -> (Quote, Inquiry) {
    let cast = make.cast();
    let quote = Quote {
        price: Price::new(4_000, Currency::EUR).unwrap(),
        fee: euro(400),
        buffer_after_minutes: 15,
        expires_at: at("08:00"),
        ..make.quote(&cast, between("09:00", "10:00"))
    };
    let inquiry = Inquiry {
        trainer: cast.trainer.id,
        dog: cast.dog.id,
        wish: Wish::Service(cast.service.id),
        start: at("09:00"),
    };
    (quote, inquiry)
}

#[test]
fn a_quote_says_what_is_charged() {
    let make = Fixtures::new();
    let (quote, inquiry) = quoted(&make);
    assert_eq!(quote.split().trainer_share, euro(3_600));
    assert_eq!(quote.refund_terms().len(), 2);
    let offer = quote.offer().unwrap();
    assert_eq!((offer.price, offer.fee), (quote.price, quote.fee));
    assert_eq!(offer.session.occupied(at("09:00")), Ok(between("09:00", "10:15")));

    // What is written down of an offer is that offer.
    let now = at("07:45");
    let lifetime = TimeDelta::minutes(15);
    let again = Quote::of(make.id(), quote.owner, inquiry, offer.clone(), lifetime, now).unwrap();
    again.check().unwrap();
    assert_eq!(again.offer().unwrap(), offer);
    let expected = Quote { id: again.id, created_at: now, updated_at: now, ..quote };
    assert_eq!(again, expected);
}

#[test]
fn a_quote_is_used_once_in_time_and_for_what_it_is_for() {
    let make = Fixtures::new();
    let (quote, inquiry) = quoted(&make);
    let (owner, in_time) = (quote.owner, just_before(at("08:00")));
    assert_eq!(quote.usable(owner, &inquiry, in_time), Ok(()));
    assert_eq!(quote.usable(owner, &inquiry, at("08:00")), Err(QuoteError::Expired));
    assert_eq!(quote.usable(make.id(), &inquiry, in_time), Err(QuoteError::Unknown));
    let wish = Wish::Custom { minutes: 60, price: quote.price };
    for other in [
        Inquiry { trainer: make.id(), ..inquiry },
        Inquiry { dog: make.id(), ..inquiry },
        Inquiry { wish: Wish::Service(make.id()), ..inquiry },
        Inquiry { wish, ..inquiry },
        Inquiry { start: at("09:15"), ..inquiry },
    ] {
        assert_eq!(quote.usable(owner, &other, in_time), Err(QuoteError::Differs));
    }
    let custom = Quote { service: None, ..quote.clone() };
    assert_eq!(custom.usable(owner, &Inquiry { wish, ..inquiry }, in_time), Ok(()));
    assert_eq!(custom.usable(owner, &inquiry, in_time), Err(QuoteError::Differs));

    let booking = make.id();
    let used = quote.used(booking, in_time);
    assert_eq!((used.booking, used.updated_at), (Some(booking), in_time));
    assert_eq!(used.usable(owner, &inquiry, in_time), Err(QuoteError::Used(booking)));
    // Another owner does not learn of the booking.
    assert_eq!(used.usable(make.id(), &inquiry, in_time), Err(QuoteError::Unknown));
}
