//! Properties of the small values: money, distances, text keys and what `Debug` may show.

use std::cmp::Ordering;

use geographiclib_rs::{Geodesic, InverseGeodesic};
use proptest::prelude::*;
use sitstay::{
    contact::{Address, CountryCode, Email, EmailKey, PasswordHash, Phone, PostalCode},
    geo::{GeoPoint, distance_metres},
    money::{
        BasisPoints, ChargeRule, Currency, Money, MoneyError, MoneyPolicy, Price, cumulative_share,
        split_fee,
    },
    text::{HttpsUrl, Name, Reason, Text, search_text},
};

fn any_currency() -> impl Strategy<Value = Currency> {
    proptest::sample::select(Currency::all().collect::<Vec<_>>())
}

fn any_basis_points() -> impl Strategy<Value = BasisPoints> {
    (0..=10_000_u16).prop_map(|points| BasisPoints::new(points).unwrap())
}

fn any_point() -> impl Strategy<Value = GeoPoint> {
    const POLE: i32 = 900_000_000;
    let latitude =
        prop_oneof![4 => -POLE..=POLE, 1 => Just(POLE), 1 => Just(-POLE), 1 => 890_000_000..=POLE];
    let longitude = prop_oneof![
        4 => -2 * POLE..=2 * POLE,
        1 => 2 * POLE - 1_000_000..=2 * POLE,
        1 => -2 * POLE..=-2 * POLE + 1_000_000,
    ];
    (latitude, longitude)
        .prop_map(|(latitude, longitude)| GeoPoint::new(latitude, longitude).unwrap())
}

fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::USD)
}

proptest! {
    #[test]
    fn money_reads_back_what_it_writes(minor: i64, currency in any_currency()) {
        let money = Money::new(minor, currency);
        let shown = money.to_string();
        let (amount, code) = shown.split_once(' ').unwrap();
        prop_assert_eq!(code, currency.code());
        prop_assert_eq!(Money::parse(amount, currency), Ok(money));

        let json = serde_json::to_string(&money).unwrap();
        prop_assert_eq!(&json, &format!(r#"{{"amount":{minor},"currency":"{currency}"}}"#));
        prop_assert_eq!(serde_json::from_str::<Money>(&json).unwrap(), money);
    }

    #[test]
    fn a_share_is_within_half_a_unit_and_never_more_than_the_whole(minor: i64, part in any_basis_points()) {
        let share = i128::from(usd(minor).share(part).minor());
        let exact = i128::from(minor) * i128::from(part.get());
        // Half up: share − ½ < exact ÷ 10,000 + … i.e. the error lies in (−½, ½].
        let error = share * 10_000 - exact;
        prop_assert!(-5_000 < error && error <= 5_000, "{share} for {exact} ÷ 10,000");
        prop_assert!(share.abs() <= i128::from(minor).abs());
    }

    #[test]
    fn fee_and_trainer_share_add_up_to_the_price(minor in 0..=Price::MAX_MINOR, fee in any_basis_points()) {
        let price = Price::new(minor, Currency::USD).unwrap();
        let split = split_fee(price, fee);
        prop_assert_eq!(split.fee.checked_add(split.trainer_share), Ok(price.money()));
        prop_assert!(!split.fee.is_negative() && !split.trainer_share.is_negative());
        prop_assert_eq!(split.fee, price.money().share(fee));
    }

    #[test]
    fn a_fee_given_back_in_steps_ends_at_the_fee(
        whole in 1..=Price::MAX_MINOR,
        fee in any_basis_points(),
        steps in prop::collection::vec(0..=10_000_i64, 0..8),
    ) {
        let fee = usd(whole).share(fee);
        let mut parts: Vec<i64> =
            steps.iter().map(|step| usd(whole).share(BasisPoints::new(*step as u16).unwrap()).minor()).collect();
        parts.extend([0, whole]);
        parts.sort_unstable();

        let totals: Vec<i64> = parts
            .iter()
            .map(|part| cumulative_share(fee, usd(*part), usd(whole)).unwrap().minor())
            .collect();
        prop_assert_eq!(totals.first(), Some(&0));
        prop_assert_eq!(totals.last(), Some(&fee.minor()));
        for (part, total) in parts.windows(2).zip(totals.windows(2)) {
            let (given_back, of_fee) = (part[1] - part[0], total[1] - total[0]);
            prop_assert!(0 <= of_fee && of_fee <= given_back, "{of_fee} of {given_back}");
        }
    }

    #[test]
    fn split_lines_add_up_and_stay_within_one_unit_of_their_share(
        minor: i64,
        weights in prop::collection::vec(prop_oneof![any::<u64>(), 0..4_u64], 1..12),
    ) {
        prop_assume!(weights.iter().any(|weight| *weight > 0));
        let parts = usd(minor).split_by(&weights).unwrap();
        prop_assert_eq!(parts.len(), weights.len());
        prop_assert_eq!(parts.iter().map(|part| i128::from(part.minor())).sum::<i128>(), i128::from(minor));

        let sum: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
        for (part, weight) in parts.iter().zip(&weights) {
            let exact = i128::from(minor) * i128::from(*weight);
            let cut = exact / sum;
            let away = i128::from(part.minor()) - cut;
            prop_assert!(away == 0 || away == exact.signum(), "{part} for {weight}");
        }
    }

    #[test]
    fn a_rounded_refund_keeps_the_step_and_never_exceeds_its_price(
        step in 1..=1_000_i64,
        steps in 0..=1_000_000_i64,
        share in any_basis_points(),
    ) {
        let policy = MoneyPolicy::new([ChargeRule::new(Currency::USD, step, 0).unwrap()]).unwrap();
        let price = usd(step * steps);
        let exact = price.share(share);
        let refund = policy.round_refund(exact);
        prop_assert_eq!(refund.minor() % step, 0);
        prop_assert!(0 <= refund.minor() && refund.minor() <= price.minor());
        prop_assert!(2 * (refund.minor() - exact.minor()).abs() <= step);
    }

    #[test]
    fn distance_is_symmetrical_and_zero_only_to_itself_within_a_metre(a in any_point(), b in any_point()) {
        prop_assert_eq!(distance_metres(a, b), distance_metres(b, a));
        prop_assert_eq!(distance_metres(a, a), 0);
        prop_assert!(distance_metres(a, b) <= 20_015_114);
    }

    #[test]
    fn distance_is_within_the_stated_bound_of_the_ellipsoid(a in any_point(), b in any_point()) {
        let ((lat_a, lon_a), (lat_b, lon_b)) = (a.to_degrees(), b.to_degrees());
        let exact: f64 = Geodesic::wgs84().inverse(lat_a, lon_a, lat_b, lon_b);
        let error = (f64::from(distance_metres(a, b)) - exact).abs();
        prop_assert!(error <= 0.5 + exact * 0.0056, "{a} to {b}: {exact} m, {error} m away");
    }

    #[test]
    fn boxes_hold_every_point_within_the_radius(
        centre in any_point(),
        bearing in 0.0..360.0_f64,
        radius in prop_oneof![0..100_u32, 0..1_000_000_u32, 0..21_000_000_u32],
        nearness in prop_oneof![Just(1.0), 0.0..1.0_f64],
    ) {
        let point = travelled(centre, bearing, f64::from(radius) * nearness);
        if distance_metres(centre, point) <= radius {
            prop_assert!(
                centre.bounding_boxes(radius).contains(point),
                "{point} is {} m from {centre}", distance_metres(centre, point)
            );
        }
    }

    #[test]
    fn boxes_hold_every_random_point_within_the_distance(a in any_point(), b in any_point()) {
        prop_assert!(a.bounding_boxes(distance_metres(a, b)).contains(b));
    }

    #[test]
    fn boxes_leave_out_what_is_far_north_or_south(a in any_point(), b in any_point(), radius in 0..5_000_000_u32) {
        // A degree of latitude is never shorter than 110.5 km.
        let north_south = f64::from(a.latitude().abs_diff(b.latitude())) / 1e7 * 110_500.0;
        if north_south > f64::from(radius) * 1.01 + 10.0 {
            prop_assert!(!a.bounding_boxes(radius).contains(b));
        }
    }

    #[test]
    fn points_survive_degrees_and_json(point in any_point()) {
        let (latitude, longitude) = point.to_degrees();
        prop_assert_eq!(GeoPoint::from_degrees(latitude, longitude), Ok(point));
        let json = serde_json::to_string(&point).unwrap();
        prop_assert_eq!(serde_json::from_str::<GeoPoint>(&json).unwrap(), point);
    }

    #[test]
    fn the_public_point_is_near_and_rounded(point in any_point()) {
        let public = point.rounded_public();
        prop_assert_eq!((public.latitude() % 100_000, public.longitude() % 100_000), (0, 0));
        prop_assert!(point.latitude().abs_diff(public.latitude()) <= 50_000);
        prop_assert!(distance_metres(point, public) <= 790);
        prop_assert_eq!(public.rounded_public(), public);
    }

    #[test]
    fn whatever_part_of_a_text_is_typed_is_found(text in "\\PC{0,40}", from in 0..40_usize, length in 0..40_usize) {
        let part: String = text.chars().skip(from).take(length).collect();
        let (stored, typed) = (search_text([text.as_str()]), search_text([part.to_uppercase().as_str()]));
        // Upper case of some letters is several letters (ß, ŉ); those are no round trip.
        if part.to_uppercase().to_lowercase() == part.to_lowercase() && typed == search_text([part.as_str()]) {
            prop_assert!(stored.contains(&typed), "{stored:?} {typed:?}");
        }
        prop_assert!(stored.contains(&search_text([part.as_str()])));
        prop_assert_eq!(&search_text([stored.as_str()]), &stored);
    }

    #[test]
    fn an_email_key_is_the_same_for_every_case(local in "[a-zA-Z0-9.+_-]{1,20}", domain in "[a-zA-Z0-9]{1,10}\\.[a-zA-Z]{2,5}") {
        let email = Email::parse(&format!("{local}@{domain}")).unwrap();
        let shouted = Email::parse(&format!("{local}@{domain}").to_uppercase()).unwrap();
        prop_assert_eq!(email.key(), shouted.key());
        prop_assert_eq!(EmailKey::parse(shouted.as_str()), Ok(email.key()));
        prop_assert_eq!(Email::parse(email.as_str()), Ok(email));
    }
}

/// Goes a distance from a point on a sphere with the library's radius.
fn travelled(from: GeoPoint, bearing: f64, metres: f64) -> GeoPoint {
    let angle = metres / 6_371_008.8;
    let bearing = bearing.to_radians();
    let (latitude, longitude) = from.to_degrees();
    let (latitude, longitude) = (latitude.to_radians(), longitude.to_radians());
    let end = (latitude.sin() * angle.cos() + latitude.cos() * angle.sin() * bearing.cos())
        .clamp(-1.0, 1.0)
        .asin();
    let east = (bearing.sin() * angle.sin() * latitude.cos())
        .atan2(angle.cos() - latitude.sin() * end.sin());
    let longitude = ((longitude + east).to_degrees() + 540.0).rem_euclid(360.0) - 180.0;
    GeoPoint::from_degrees(end.to_degrees().clamp(-90.0, 90.0), longitude).unwrap()
}

#[test]
fn ties_of_shares_go_up() {
    let half = BasisPoints::HALF;
    for (whole, share) in [(1, 1), (3, 2), (-1, 0), (-3, -1), (i64::MAX, 4_611_686_018_427_387_904)]
    {
        assert_eq!(usd(whole).share(half), usd(share), "half of {whole}");
    }
    assert_eq!(cumulative_share(usd(1), usd(1), usd(2)), Ok(usd(1)));
}

#[test]
fn currencies_never_mix() {
    let mismatch = MoneyError::CurrencyMismatch { left: Currency::USD, right: Currency::EUR };
    let euro = Money::new(1, Currency::EUR);
    assert_eq!(usd(1).checked_add(euro), Err(mismatch));
    assert_eq!(usd(1).checked_sub(euro), Err(mismatch));
    assert_eq!(usd(1).checked_cmp(euro), Err(mismatch));
    assert_eq!(Money::checked_sum(Currency::USD, [usd(1), euro]), Err(mismatch));
    assert!(cumulative_share(usd(1), euro, usd(1)).is_err());
    assert!(cumulative_share(euro, usd(1), usd(1)).is_err());
    assert_eq!(usd(1).checked_cmp(usd(2)), Ok(Ordering::Less));
}

#[test]
fn sums_past_64_bits_are_an_error() {
    assert_eq!(usd(i64::MAX).checked_add(usd(1)), Err(MoneyError::Overflow));
    assert_eq!(usd(i64::MIN).checked_sub(usd(1)), Err(MoneyError::Overflow));
    assert_eq!(usd(i64::MIN).checked_neg(), Err(MoneyError::Overflow));
    assert_eq!(usd(3).checked_sub(usd(4)), Ok(usd(-1)));
    assert_eq!(Money::parse("92233720368547758.08", Currency::USD), Err(MoneyError::Overflow));
    assert_eq!(Money::parse("-92233720368547758.08", Currency::USD), Ok(usd(i64::MIN)));
}

#[test]
fn amounts_are_read_exactly_or_not_at_all() {
    let kwd = Currency::parse("KWD").unwrap();
    let sound = [
        ("12.5", Currency::USD, 1_250),
        ("-0.05", Currency::USD, -5),
        ("007", Currency::USD, 700),
        ("1250", Currency::JPY, 1_250),
        ("1.005", kwd, 1_005),
    ];
    for (text, currency, minor) in sound {
        assert_eq!(Money::parse(text, currency), Ok(Money::new(minor, currency)), "{text}");
    }
    for text in
        ["", "-", ".", "1.", ".5", "1.005", "1,5", "+1", " 1", "1e3", "1.2.3", "--1", "1.-5", "١"]
    {
        assert!(Money::parse(text, Currency::USD).is_err(), "{text:?}");
    }
    assert!(Money::parse("1.0", Currency::JPY).is_err());
    assert_eq!(Money::new(-1_005, kwd).to_string(), "-1.005 KWD");
    assert_eq!(usd(-5).to_string(), "-0.05 USD");
}

#[test]
fn equal_remainders_go_to_earlier_lines() {
    let minors = |minor, weights: &[u64]| {
        usd(minor)
            .split_by(weights)
            .map(|parts| parts.iter().map(|part| part.minor()).collect::<Vec<_>>())
    };
    assert_eq!(minors(5, &[1, 1, 1]), Ok(vec![2, 2, 1]));
    assert_eq!(minors(-5, &[1, 1, 1]), Ok(vec![-2, -2, -1]));
    assert_eq!(minors(10, &[0, 2, 1]), Ok(vec![0, 7, 3]));
    assert_eq!(minors(i64::MIN, &[u64::MAX]), Ok(vec![i64::MIN]));
    assert_eq!(minors(10, &[0, 0]), Err(MoneyError::NothingToSplitOver));
    assert_eq!(minors(10, &[]), Err(MoneyError::NothingToSplitOver));
}

#[test]
fn a_part_outside_the_whole_is_refused() {
    for (part, whole) in [(-1, 10), (11, 10), (0, 0), (-1, -1)] {
        let refused = cumulative_share(usd(1), usd(part), usd(whole));
        assert_eq!(refused, Err(MoneyError::PartOutsideWhole), "{part} of {whole}");
    }
}

#[test]
fn a_price_outside_its_bounds_cannot_be_read() {
    for minor in [-1, Price::MAX_MINOR + 1] {
        assert!(Price::new(minor, Currency::USD).is_err());
        let json = serde_json::json!({"amount": minor, "currency": "USD"});
        assert!(serde_json::from_value::<Price>(json).is_err());
    }
    assert!(Price::new(Price::MAX_MINOR, Currency::USD).is_ok());
}

#[test]
fn a_money_policy_says_why_a_price_cannot_be_charged() {
    let kwd = Currency::parse("KWD").unwrap();
    let policy = MoneyPolicy::new([ChargeRule::new(kwd, 10, 200).unwrap()]).unwrap();
    let codes = [
        (Price::new(200, kwd), None),
        (Price::new(0, kwd), None),
        (Price::new(205, kwd), Some("money.off_step")),
        (Price::new(190, kwd), Some("money.below_minimum")),
        (Price::new(0, Currency::USD), Some("money.currency_not_allowed")),
    ];
    for (price, code) in codes {
        let refusal = policy.check(price.unwrap()).err();
        assert_eq!(refusal.map(|refusal| refusal.code()), code, "{price:?}");
    }
    let refund = |minor| policy.round_refund(Money::new(minor, kwd)).minor();
    assert_eq!([refund(104), refund(105), refund(i64::MAX)], [100, 110, i64::MAX]);

    let json = serde_json::to_value(&policy).unwrap();
    assert_eq!(json, serde_json::json!([{"currency": "KWD", "step": 10, "minimum": 200}]));
    assert_eq!(serde_json::from_value::<MoneyPolicy>(json).unwrap(), policy);
    for unclear in [
        serde_json::json!([]),
        serde_json::json!([{"currency": "KWD", "step": 0, "minimum": 0}]),
        serde_json::json!([{"currency": "KWD", "step": 1, "minimum": 0}, {"currency": "KWD", "step": 2, "minimum": 0}]),
    ] {
        assert!(serde_json::from_value::<MoneyPolicy>(unclear).is_err());
    }
}

#[test]
fn known_distances_are_right_across_the_antimeridian_and_at_the_poles() {
    let point = |latitude, longitude| GeoPoint::from_degrees(latitude, longitude).unwrap();
    let degree = 111_195;
    let cases = [
        (point(0.0, 179.5), point(0.0, -179.5), degree),
        (point(0.0, 180.0), point(0.0, -180.0), 0),
        (point(90.0, 12.0), point(90.0, -70.0), 0),
        (point(89.5, 0.0), point(89.5, 180.0), degree),
        (point(-90.0, 0.0), point(90.0, 0.0), 20_015_114),
        (point(51.5, -0.12), point(48.86, 2.35), 342_165),
    ];
    for (a, b, metres) in cases {
        assert_eq!(distance_metres(a, b), metres, "{a} to {b}");
    }
}

#[test]
fn boxes_wrap_at_the_antimeridian_and_go_around_a_pole() {
    let point = |latitude, longitude| GeoPoint::from_degrees(latitude, longitude).unwrap();
    let wrapping = point(10.0, 179.95).bounding_boxes(20_000);
    assert!(wrapping.second().is_some());
    assert!(wrapping.contains(point(10.0, -179.9)) && !wrapping.contains(point(10.0, 0.0)));

    let plain = point(10.0, 20.0).bounding_boxes(20_000);
    assert!(plain.second().is_none());
    assert!(!plain.contains(point(10.0, 20.3)) && !plain.contains(point(10.3, 20.0)));

    let polar = point(89.95, 20.0).bounding_boxes(20_000);
    assert!(polar.contains(point(89.95, -160.0)) && polar.second().is_none());
    let world = point(10.0, 20.0).bounding_boxes(u32::MAX);
    assert!(world.contains(point(-90.0, -160.0)));
}

#[test]
fn points_off_the_earth_are_refused() {
    for (latitude, longitude) in
        [(90.000_000_1, 0.0), (0.0, -180.000_000_1), (f64::NAN, 0.0), (0.0, f64::INFINITY)]
    {
        assert!(GeoPoint::from_degrees(latitude, longitude).is_err());
    }
    assert!(GeoPoint::new(900_000_001, 0).is_err());
    assert!(serde_json::from_str::<GeoPoint>(r#"{"latitude":91,"longitude":0}"#).is_err());
    assert_eq!(GeoPoint::new(0, 1_800_000_000), GeoPoint::new(0, -1_800_000_000));
}

/// Walks a table of texts that a type accepts, with the form it keeps, and of texts that it refuses.
fn walk<T: std::str::FromStr + AsRef<str> + serde::de::DeserializeOwned>(
    accepted: &[(&str, &str)],
    refused: &[&str],
) {
    let kind = std::any::type_name::<T>();
    for (text, kept) in accepted {
        let value: T = text.parse().ok().unwrap_or_else(|| panic!("{kind} refuses {text:?}"));
        assert_eq!(value.as_ref(), *kept, "{kind} from {text:?}");
    }
    for text in refused {
        assert!(text.parse::<T>().is_err(), "{kind} accepts {text:?}");
        assert!(serde_json::from_value::<T>((*text).into()).is_err(), "{kind} reads {text:?}");
    }
}

#[test]
fn texts_are_accepted_in_their_form_only() {
    let x = |count| "x".repeat(count);
    let (x63, x64) = (x(63), x(64));
    let long_local = format!("{}@example.org", x(242));
    let too_long = format!("{}@example.org", x(243));
    let long_label = format!("a@{x63}.org");
    let longer_label = format!("a@{x64}.org");
    walk::<Email>(
        &[
            ("Ann@Example.COM", "Ann@example.com"),
            ("a.b+c'd@x-y.co.uk", "a.b+c'd@x-y.co.uk"),
            ("a@xn--mnchen-3ya.de", "a@xn--mnchen-3ya.de"),
            (&long_local, &long_local),
            (&long_label, &long_label),
        ],
        &[
            "",
            "a",
            "@b.c",
            "a@",
            "a@b",
            "a@b.",
            "a@.b",
            "a@b..c",
            "a@-b.c",
            "a@b-.c",
            "a@@b.c",
            "a@b@c.d",
            "a b@c.d",
            " a@b.c",
            "a@b.c ",
            "a@b.c\n",
            "a@b_c.d",
            "ä@b.c",
            "a@münchen.de",
            "\"a\"@b.c",
            "a@[1.2.3.4]",
            &too_long,
            &longer_label,
        ],
    );
    walk::<Phone>(
        &[
            ("+12025550123", "+12025550123"),
            ("+12345678", "+12345678"),
            ("+123456789012345", "+123456789012345"),
        ],
        &[
            "",
            "12025550123",
            "+1234567",
            "+1234567890123456",
            "+02025550123",
            "+1 2025550123",
            "+1202555012x",
            "+١٢٣٤٥٦٧٨٩",
        ],
    );
    let (x100, x101) = ("é".repeat(100), "é".repeat(101));
    walk::<Name>(
        &[(" Rex ", "Rex"), ("\u{fc}ber\u{a0}x", "\u{fc}ber\u{a0}x"), (&x100, &x100)],
        &["", "  ", "a\nb", "a\u{7}", "a\u{85}b", &x101],
    );
    let (x1000, x1001) = (x(1_000), x(1_001));
    walk::<Reason>(
        &[("ill\r\nagain ", "ill\nagain"), (&x1000, &x1000)],
        &["", "\n", "a\0", &x1001],
    );
    let (x5000, x5001) = ("\u{1f415}".repeat(5_000), "\u{1f415}".repeat(5_001));
    walk::<Text>(
        &[("", ""), (" a\tb\r\n", " a\tb\n"), (&x5000, &x5000)],
        &["a\rb", "\u{1b}[0m", &x5001],
    );
    let long = format!("https://a.b/{}", x(2_036));
    let longer = format!("https://a.b/{}", x(2_037));
    walk::<HttpsUrl>(
        &[
            ("HTTPS://Img.Example.com/A/b.jpg?x=1#y", "https://img.example.com/A/b.jpg?x=1#y"),
            ("https://localhost:8443", "https://localhost:8443"),
            ("https://a.b?x@y:z", "https://a.b?x@y:z"),
            (&long, &long),
        ],
        &[
            "",
            "http://a.b",
            "https:/a.b",
            "https://",
            "https:///a",
            "https://ann:pw@a.b/",
            "https://ann@a.b",
            "https://a.b:0",
            "https://a.b:65536",
            "https://a.b:",
            "https://a.b:+1",
            "https://a b",
            "https://a.b/x y",
            "https://a.b/\u{e4}",
            "https://\u{e4}.b",
            "https://a.b/\n",
            "https://a.b/\"><script>",
            "https://a.b\\c",
            "javascript://a.b/",
            &longer,
        ],
    );
    walk::<CountryCode>(&[("DE", "DE"), ("GB", "GB")], &["", "de", "UK", "XX", "EU", "DEU", "A"]);
    walk::<PostalCode>(
        &[(" ab-1 ", "AB-1")],
        &["", "a1", "1234567890123", "12_45", "\u{661}\u{662}\u{663}"],
    );
}

#[test]
fn postal_codes_have_the_form_of_their_country() {
    let cases = [
        ("US", "20500", "2050"),
        ("US", "20500-0003", "20500 0003"),
        ("CA", "k1a 0b1", "K1A 0BB"),
        ("GB", "sw1a 1aa", "SW1A-1AA"),
        ("GB", "M1 1AE", "1M 1AE"),
        ("IE", "D02 AF30", "D02"),
        ("DE", "10117", "1011"),
        ("AT", "1010", "01010"),
        ("NL", "1011 AB", "1011 A1"),
        ("SE", "111 22", "11 122"),
        ("PL", "00-950", "00950"),
        ("PT", "1000-205", "1000"),
        ("BR", "01310-100", "01310 100"),
        ("JP", "100-0001", "10-0001"),
        ("IN", "110 001", "11001"),
        ("AU", "2000", "ABC"),
        ("KE", "00100", "!!!"),
    ];
    for (country, sound, unsound) in cases {
        let country: CountryCode = country.parse().unwrap();
        assert!(PostalCode::parse_in(country, sound).is_ok(), "{country} {sound}");
        assert!(PostalCode::parse_in(country, unsound).is_err(), "{country} {unsound}");
    }
}

#[test]
fn an_address_checks_the_postal_code_against_its_country_when_read() {
    let json = |country| serde_json::json!({"line": "Main St 1", "city": "X", "postal_code": "10117", "country": country});
    let address: Address = serde_json::from_value(json("DE")).unwrap();
    assert_eq!(address.postal_code().map(PostalCode::as_str), Some("10117"));
    assert!(serde_json::from_value::<Address>(json("GB")).is_err());
    assert_eq!(
        serde_json::from_value::<Address>(serde_json::to_value(&address).unwrap()).unwrap(),
        address
    );
    assert!(!format!("{address:?}").contains("Main"));
}

#[test]
fn hashes_are_phc_strings_and_nothing_else() {
    let argon = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA";
    for hash in [argon, "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW"] {
        assert_eq!(PasswordHash::parse(hash).unwrap().expose(), hash);
    }
    let long = format!("$a${}", "x".repeat(510));
    for text in [
        "",
        "hunter2",
        "$",
        "$argon2id",
        "$argon2id$",
        "$$x",
        "$Argon$x",
        "$a$x y",
        "$a$x\n",
        "$a$$x",
        &long,
    ] {
        assert!(PasswordHash::parse(text).is_err(), "{text:?}");
    }
}

#[test]
fn what_identifies_a_person_stays_out_of_debug_and_errors() {
    #[derive(Debug)]
    #[expect(dead_code, reason = "read through Debug")]
    struct User {
        email: Email,
        key: EmailKey,
        phone: Option<Phone>,
        password: PasswordHash,
    }
    let email = Email::parse("secret@example.com").unwrap();
    let shown = format!(
        "{:#?}",
        User {
            key: email.key(),
            email,
            phone: Phone::parse("+12025550123").ok(),
            password: PasswordHash::parse("$argon2id$v=19$hash").unwrap(),
        }
    );
    for secret in ["secret", "example.com", "2025550123", "argon2id"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    let refused = Email::parse("secret@nowhere").unwrap_err();
    assert!(!format!("{refused} {refused:?}").contains("secret"));
    let refused = serde_json::from_str::<Phone>(r#""555-secret""#).unwrap_err();
    assert!(!refused.to_string().contains("secret"));
}

#[test]
fn a_tombstone_is_an_address_of_its_own() {
    let user = "018f3b4e-0000-7000-8000-000000000001".parse().unwrap();
    let tombstone = Email::tombstone(user);
    assert_eq!(Email::parse(tombstone.as_str()), Ok(tombstone.clone()));
    let other = "018f3b4e-0000-7000-8000-000000000002".parse().unwrap();
    assert_ne!(tombstone.key(), Email::tombstone(other).key());
}
