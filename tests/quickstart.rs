//! The quickstart, run as a new user would: twice on one file, and on data files with mistakes.

#[path = "../examples/quickstart/main.rs"]
#[expect(dead_code, reason = "the program's `main`; the tests call what it calls")]
mod quickstart;

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::Value;
use sitstay::{
    repository::{Census, Repository, Table},
    sqlite::SqliteRepository,
};

const SHIPPED: &str = include_str!("../examples/data/platform.json");

/// What a run answers: its exit code, what it says and what it complains of.
struct Answer {
    code: u8,
    out: String,
    complaint: String,
}

async fn run(database: &Path, data: Option<&Path>) -> Answer {
    let mut given = vec!["--database".to_owned(), database.display().to_string()];
    given.extend(
        data.map(|data| ["--data".to_owned(), data.display().to_string()]).into_iter().flatten(),
    );
    let (mut out, mut complaint) = (Vec::new(), Vec::new());
    let code = quickstart::run(given, &mut out, &mut complaint).await;
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Answer { code, out: text(out), complaint: text(complaint) }
}

async fn census(database: &Path) -> Census {
    SqliteRepository::open(database).unwrap().census().await.unwrap()
}

fn rows(census: &Census, table: Table) -> u64 {
    census.tables.iter().find(|(known, _)| *known == table).unwrap().1.rows
}

#[tokio::test]
async fn a_second_run_continues_and_duplicates_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let database = directory.path().join("quickstart.sqlite3");

    let first = run(&database, None).await;
    assert_eq!((first.code, first.complaint.as_str()), (0, ""), "{}", first.out);
    let after_first = census(&database).await;
    let second = run(&database, None).await;
    assert_eq!((second.code, second.complaint.as_str()), (0, ""), "{}", second.out);
    let after_second = census(&database).await;

    assert!(first.out.contains("Loaded into"), "{}", first.out);
    assert!(second.out.contains("is loaded already"), "{}", second.out);
    assert_eq!(rows(&after_first, Table::Trainer), 14);
    assert_eq!(rows(&after_first, Table::Owner), 30);
    assert_eq!(rows(&after_first, Table::Dog), 45);
    for table in [
        Table::User,
        Table::UserRole,
        Table::Trainer,
        Table::Owner,
        Table::Location,
        Table::Dog,
        Table::Service,
        Table::Certification,
        Table::HoursWindow,
        Table::HoursException,
    ] {
        assert_eq!(rows(&after_first, table), rows(&after_second, table), "{table}");
    }
    assert_eq!((rows(&after_first, Table::Review), rows(&after_second, Table::Review)), (1, 2));
    assert!(rows(&after_first, Table::Booking) < rows(&after_second, Table::Booking));
    assert!(second.out.contains("from 2 reviews"), "{}", second.out);
    for answer in [&first, &second] {
        assert!(answer.out.contains("(trainer_conflict)"), "{}", answer.out);
        assert!(answer.out.contains("Nearest free instead:"), "{}", answer.out);
        let widest = answer.out.lines().map(|line| line.chars().count()).max();
        assert!(widest <= Some(100), "{}", answer.out);
    }
}

#[tokio::test]
async fn a_mistake_is_named_with_its_line_and_field_and_nothing_is_written() {
    let directory = tempfile::tempdir().unwrap();
    let (database, data) =
        (directory.path().join("new.sqlite3"), directory.path().join("own.json"));
    for (right, wrong, field, problem) in [
        (
            r#""end": "12:30""#,
            r#""end": "half past""#,
            "trainers[0].hours[0].end",
            "must be a time of day HH:MM",
        ),
        (
            r#""65.00 GBP""#,
            r#""65.00 XYZ""#,
            "trainers[0].services[0].price",
            "must be a code of ISO 4217",
        ),
        (r#""65.00 GBP""#, r#""0.10 GBP""#, "trainers[0].services[0].price", "the price"),
        (
            r#""Australia/Lord_Howe""#,
            r#""Australia/Nowhere""#,
            "trainers[2].time_zone",
            "must be the name of a time zone",
        ),
        (
            r#""start": "14:00""#,
            r#""start": "12:00""#,
            "trainers[0].hours",
            "Monday 09:00–12:30 overlaps",
        ),
        (
            r#""key": "beach""#,
            r#""key": "wildlife""#,
            "trainers[2].services[1].key",
            "is used by an earlier entry of the list",
        ),
        (
            r#""duration_minutes": 50"#,
            r#""duration_minutes": 3"#,
            "trainers[1].services[0].duration_minutes",
            "must lie between 5 and 1440",
        ),
        (
            r#""hold_minutes": 4320"#,
            r#""hold_minutes": 0"#,
            "trainers[8].policy.hold_minutes",
            "must lie between 1 and 43200",
        ),
        (
            r#""min_minutes": 20"#,
            r#""min_minutes": 2"#,
            "trainers[7].policy.custom_requests.min_minutes",
            "must lie between 5 and 1440",
        ),
        (
            r#""issued_at": "2016-06-17""#,
            r#""issued_at": "2999-06-17""#,
            "trainers[0].certifications[0].issued_at",
            "must lie between 1900 and today",
        ),
        (
            "priya.nair@example.org",
            "Maya.Lindqvist@example.com",
            "owners[0].email",
            "is used by another person in this file",
        ),
        (
            r#""size": "giant""#,
            r#""size": "huge""#,
            "owners[9].dogs[0].size",
            "must be one of: small medium large giant",
        ),
        (
            r#""years_of_experience": 14"#,
            r#""years": 14"#,
            "trainers[3].years",
            "unknown field `years`",
        ),
    ] {
        let at = SHIPPED.find(right).unwrap();
        let line = 1 + SHIPPED[..at].matches('\n').count();
        fs::write(&data, SHIPPED.replacen(right, wrong, 1)).unwrap();
        let answer = run(&database, Some(&data)).await;
        assert_eq!((answer.code, answer.out.as_str()), (2, ""), "{}", answer.complaint);
        // What is wrong with a list is told where the list begins.
        let line = if field == "trainers[0].hours" { line - 2 } else { line };
        let expected = format!("{}:{line}: {field}: {problem}", data.display());
        assert!(answer.complaint.starts_with(&expected), "{}\n{expected}", answer.complaint);
        assert!(!database.exists());
    }
}

#[tokio::test]
async fn text_that_is_no_json_is_named_with_its_line_and_column() {
    let directory = tempfile::tempdir().unwrap();
    let (database, data) =
        (directory.path().join("new.sqlite3"), directory.path().join("own.json"));
    fs::write(&data, "{\n  \"platform\": {]\n}").unwrap();
    let answer = run(&database, Some(&data)).await;
    assert_eq!(answer.code, 2);
    assert!(answer.complaint.contains("own.json:2: column 16: "), "{}", answer.complaint);
    assert!(!database.exists());
}

#[tokio::test]
async fn a_mistake_leaves_a_platform_that_is_loaded_as_it_is() {
    let directory = tempfile::tempdir().unwrap();
    let (database, data) =
        (directory.path().join("own.sqlite3"), directory.path().join("own.json"));
    assert_eq!(run(&database, None).await.code, 0);
    let before = census(&database).await;
    fs::write(&data, SHIPPED.replacen(r#""age": 2"#, r#""age": 41"#, 1)).unwrap();
    let answer = run(&database, Some(&data)).await;
    assert_eq!(answer.code, 2);
    assert!(answer.complaint.contains("owners[0].dogs[0].age: must lie between 0 and 40"));
    assert_eq!(census(&database).await, before);
}

#[tokio::test]
async fn an_entry_that_changed_since_it_was_loaded_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let (database, data) =
        (directory.path().join("own.sqlite3"), directory.path().join("own.json"));
    assert_eq!(run(&database, None).await.code, 0);
    fs::write(&data, SHIPPED.replacen(r#""name": "Biscuit""#, r#""name": "Cracker""#, 1)).unwrap();
    let answer = run(&database, Some(&data)).await;
    assert_eq!(answer.code, 2);
    let expected = "owners[0]: has changed since it was loaded";
    assert!(answer.complaint.contains(expected), "{}", answer.complaint);
}

#[tokio::test]
async fn an_unknown_option_is_answered_with_the_usage() {
    let (mut out, mut complaint) = (Vec::new(), Vec::new());
    let code = quickstart::run(["--databse".to_owned()], &mut out, &mut complaint).await;
    assert_eq!(code, 2);
    let complaint = String::from_utf8(complaint).unwrap();
    assert!(complaint.starts_with("--databse: is no option\n\nusage: "), "{complaint}");
}

#[test]
fn the_shipped_platform_is_as_varied_as_it_should_be() {
    let file: Value = serde_json::from_str(SHIPPED).unwrap();
    let trainers = file["trainers"].as_array().unwrap();
    let zones: BTreeSet<_> = trainers.iter().map(|it| it["time_zone"].as_str().unwrap()).collect();
    assert!(trainers.len() >= 12 && zones.len() >= 8);
    assert!(zones.contains("Australia/Lord_Howe") && zones.contains("Asia/Kathmandu"));
    let hours = trainers.iter().flat_map(|trainer| trainer["hours"].as_array().unwrap());
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    assert!(hours.into_iter().any(|it| text(&it["end"]) < text(&it["start"])));
}
