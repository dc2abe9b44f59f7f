use super::{Fixtures, Place, tables::TABLES, with_everything};

/// What only this backend has.
const OWN: &[(&str, &str)] = &[("audit_logs", "feed_position"), ("occupied", "start_at end_at")];

#[test]
fn every_table_has_its_columns() {
    let place = Place::new();
    drop(place.open());
    let connection = place.foreign();
    for (table, expected) in TABLES.iter().chain(OWN) {
        let found: Vec<String> = connection
            .prepare("SELECT name FROM pragma_table_xinfo(?1)")
            .unwrap()
            .query_map([table], |row| row.get(0))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        for column in expected.split_whitespace() {
            assert!(found.iter().any(|name| name == column), "{table} lacks {column}: {found:?}");
        }
    }
}

#[tokio::test]
async fn the_mean_rating_is_derived_and_null_without_reviews() {
    let place = Place::new();
    let repository = place.open();
    let everything = with_everything(&repository, &Fixtures::new()).await;
    let mean = || -> Option<f64> {
        place
            .foreign()
            .query_row(
                "SELECT average_rating FROM dog_trainers WHERE id = ?1",
                [everything.cast.trainer.id.as_uuid().as_bytes()],
                |row| row.get(0),
            )
            .unwrap()
    };
    assert_eq!(mean(), None);
    let mut changes = sitstay::repository::ChangeSet::new();
    let trainer = everything.cast.trainer.id;
    changes.rate(sitstay::repository::RatingDelta { trainer, sum: 9, count: 2 });
    sitstay::repository::Repository::commit(&repository, changes).await.unwrap();
    assert_eq!(mean(), Some(4.5));
}
