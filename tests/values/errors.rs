//! Every error says what kind of failure it is, and so which HTTP status fits.

use sitstay::{
    availability::Reason,
    booking::{BookingError, OccurrenceRefusal, Refusal},
    error::{ErrorKind, ErrorKind::Conflict, ErrorKind::Invalid, ErrorKind::NotFound},
    money::{Currency, Money, MoneyError, Price},
    payment::PaymentError,
    review::ReviewError,
    time::Instant,
};

fn refused(reasons: &[Reason]) -> Refusal {
    let reasons = reasons.iter().copied().collect();
    Refusal { start: Instant::MIN, reasons, nearest: None }
}

fn series(reasons: &[Reason]) -> BookingError {
    let lesson = |index, reason: Reason| OccurrenceRefusal {
        index,
        local_date: chrono::NaiveDate::default(),
        start: None,
        reasons: reason.into(),
    };
    BookingError::SeriesRefused((0..).zip(reasons).map(|(i, reason)| lesson(i, *reason)).collect())
}

#[test]
fn what_a_booking_is_refused_for_tells_its_kind() {
    let off_step = MoneyError::OffStep { step: Money::new(5, Currency::EUR) };
    let malformed = Price::new(-1, Currency::EUR).unwrap_err();
    let errors: [(BookingError, ErrorKind); 9] = [
        (BookingError::Refused(refused(&[Reason::InPast, Reason::NotFound])), NotFound),
        (BookingError::Refused(refused(&[Reason::InPast])), Conflict),
        (series(&[Reason::InPast, Reason::NotFound]), NotFound),
        (series(&[Reason::InPast, Reason::Notice]), Conflict),
        (BookingError::ReasonMissing, Invalid),
        (BookingError::NotMoved, Invalid),
        (BookingError::Money(off_step), Invalid),
        (BookingError::Invalid(malformed), Invalid),
        (BookingError::Ended, Conflict),
    ];
    for (error, kind) in errors {
        assert_eq!(error.kind(), kind, "{error}");
    }
    let text = BookingError::Refused(refused(&[Reason::Notice, Reason::InPast])).to_string();
    assert_eq!(text, "the lesson cannot be booked: in_past, notice");
}

#[test]
fn what_a_payment_or_a_review_is_refused_for_tells_its_kind() {
    let id = "018f3b4e-0000-7000-8000-000000000001";
    let off_step = MoneyError::OffStep { step: Money::new(5, Currency::EUR) };
    for (error, kind) in [
        (PaymentError::UnknownRefund(id.parse().unwrap()), NotFound),
        (PaymentError::UnknownDispute(id.parse().unwrap()), NotFound),
        (PaymentError::Money(off_step), Invalid),
        (PaymentError::Disputed, Conflict),
    ] {
        assert_eq!(error.kind(), kind, "{error}");
    }
    assert_eq!(ReviewError::EmptyReply.kind(), Invalid);
    assert_eq!(ReviewError::AlreadyReplied.kind(), Conflict);
}
