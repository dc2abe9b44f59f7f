//! A quote is used once, in time, by its owner and for what it is for.

use sitstay::{
    booking::Booking,
    conformance::fixtures::{Fixtures, at, between, just_before},
    money::{Currency, Price},
    quote::{Quote, QuoteError},
    time::ZoneId,
};

use super::scene::euro;

#[test]
fn a_quote_charges_what_was_shown() {
    let make = Fixtures::new();
    let cast = make.cast();
    let session = between("09:00", "10:00");
    let quote = Quote {
        price: Price::new(4_000, Currency::EUR).unwrap(),
        fee: euro(400),
        buffer_after_minutes: 15,
        expires_at: at("08:00"),
        ..make.quote(&cast, session)
    };
    assert_eq!(quote.split().trainer_share, euro(3_600));
    assert_eq!(quote.refund_terms(ZoneId::UTC).len(), 2);
    let asked = make.booking(&cast, session);
    let in_time = just_before(at("08:00"));
    let (used, booking) = quote.clone().book(asked.clone(), in_time).unwrap();
    assert_eq!((booking.price, booking.fee), (quote.price, quote.fee));
    assert_eq!(booking.buffer_after_minutes, 15);
    booking.check().unwrap();
    assert_eq!(used.booking, Some(asked.id));

    assert_eq!(used.usable(&asked, in_time), Err(QuoteError::Used(asked.id)));
    assert_eq!(quote.usable(&asked, at("08:00")), Err(QuoteError::Expired));
    let stranger = Booking { owner: make.id(), ..asked.clone() };
    assert_eq!(quote.usable(&stranger, in_time), Err(QuoteError::Unknown));
    for other in [
        Booking { trainer: make.id(), ..asked.clone() },
        Booking { dog: make.id(), ..asked.clone() },
        Booking { service: None, ..asked.clone() },
        Booking { session: between("09:00", "10:01"), ..asked.clone() },
    ] {
        assert_eq!(quote.usable(&other, in_time), Err(QuoteError::Differs));
    }
}
