//! Texts in their form, keys that fold, and what `Debug` may show.

use proptest::prelude::*;
use sitstay::{
    contact::{Address, CountryCode, Email, EmailKey, PasswordHash, Phone, PostalCode},
    search::SearchWords,
    text::{HttpsUrl, Name, Reason, Text, search_text},
};

proptest! {
    #[test]
    fn whatever_part_of_a_text_is_typed_is_found(text in "\\PC{0,40}", from in 0..40_usize, length in 0..40_usize) {
        let part: String = text.chars().skip(from).take(length).collect();
        let stored = search_text([text.as_str()]);
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
fn a_word_is_found_while_it_is_being_typed() {
    // Lower-casing whole words would turn the last sigma into another letter.
    for (stored, typed) in
        [("ΟΔΟΣ ΑΒ", "οδοσ"), ("ΟΔΟΣΑ", "ΟΔΟΣ"), ("Größe\n M", "grö"), ("İX", "İ")]
    {
        let stored = search_text([stored]);
        assert!(stored.contains(&search_text([typed])), "{typed} in {stored}");
        assert!(SearchWords::parse(typed).unwrap().are_in(&stored), "{typed} in {stored}");
    }
    assert_eq!(search_text(["", " A ", "\u{a0}b\u{3000}C"]), "a b c");
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
