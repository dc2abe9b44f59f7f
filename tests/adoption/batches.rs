//! What one commit holds.

use sitstay::{memory::MemoryRepository, repository::BookingQueries as _};

use super::{
    adoption,
    copying::booking,
    failing::{Failing, Failure},
    now, run, town,
};

/// Completed lessons of one trainer on one morning: one from 10 to 12, three within it, and one of
/// another trainer behind them; twelve times, on twelve days.
const OVERLAPPING: &str = "
    INSERT INTO bookings
    SELECT n(700 + 10 * day + nth), CASE nth WHEN 4 THEN n(22) ELSE n(21) END, n(31), n(81), NULL,
           midnight + begins, midnight + ends, 50, 'completed', NULL, '2026-01-01'
      FROM generate_series(0, 11) day,
           LATERAL (SELECT timestamp '2026-03-01' + day * interval '1 day' AS midnight) date,
           (VALUES (0, interval '10:00', interval '12:00'), (1, '10:00', '10:30'), (2, '10:30', '11:00'),
                   (3, '11:00', '11:30'), (4, '10:00', '11:00')) lesson (nth, begins, ends);";

#[tokio::test]
async fn a_commit_holds_no_more_rows_than_a_batch_however_many_lessons_overlap() {
    let town = town().await;
    run(&town, OVERLAPPING).await;
    for batch in [1, 2, 3, 7] {
        let target = Failing::never(MemoryRepository::new());
        let adoption = adoption(&town).batch(batch);
        let outcome = adoption.copy_into(&target, now(), &mut |_| {}).await.unwrap();
        assert!(outcome.adds_up());
        assert_eq!(target.most_bookings(), batch);
        for n in 700..820 {
            let is_there = target.booking(booking(n)).await.unwrap().is_some();
            assert_eq!(is_there, n % 10 < 5, "{n}");
        }
    }
}

#[tokio::test]
async fn a_run_after_one_new_row_writes_that_row_and_nothing_else() {
    let town = town().await;
    let first = Failing::never(MemoryRepository::new());
    adoption(&town).batch(3).copy_into(&first, now(), &mut |_| {}).await.unwrap();
    // Its id is the lowest of all, so that every batch behind it would be another one.
    run(
        &town,
        "INSERT INTO users VALUES (n(5), 'eve@example.com', NULL, 'Eve', 'New', NULL, 'active', '2027-02-01', NULL)",
    )
    .await;
    let next = Failing::new(first.inner, Failure::Down, usize::MAX);
    let outcome = adoption(&town).batch(3).copy_into(&next, now(), &mut |_| {}).await.unwrap();
    assert!(outcome.adds_up());
    assert_eq!(next.commits(), 1);
}
