//! Reviews as they are stored, and the ratings that come of them.

use sitstay::{
    ids::TrainerId,
    repository::{Census, PageRequest, Repository, RepositoryError, Table, Versioned},
    review::Review,
    trainer::Rating,
};

use super::{
    Findings, Promise, Told,
    bookings::Bookings,
    rows_of,
    together::together,
    trail::{ToldReview, Trail},
};

pub(super) async fn check(
    repository: &dyn Repository,
    trail: &Trail,
    bookings: &Bookings,
    census: &Census,
    findings: &mut Findings,
    told: Told<'_>,
) -> Result<(), RepositoryError> {
    let trainers = trail.trainers.keys().copied();
    let lists = together(trainers.clone().map(|id| reviews_of(repository, id))).await?;
    let rows = together(trainers.clone().map(|id| repository.trainer(id))).await?;
    let mut listed = 0;
    for ((id, reviews), row) in trainers.zip(lists).zip(rows) {
        told(reviews.len());
        listed += reviews.len();
        let mut seen = Rating::default();
        for review in &reviews {
            compare(review, trail, bookings, findings);
            let counted = review.counted();
            seen.sum += counted.sum;
            seen.count += counted.count;
        }
        let stored = row.map(|row| row.rating);
        findings.require(stored == Some(seen), Promise::Ratings, || {
            format!("trainer {id} is rated {stored:?}, and the reviews make {seen:?}")
        });
    }
    let stored = rows_of(census, Table::Review);
    findings.require(stored == listed as u64, Promise::Orphans, || {
        format!("{stored} reviews are stored, and {listed} are of a trainer who is there")
    });
    findings.look_at("reviews", listed);
    Ok(())
}

async fn reviews_of(
    repository: &dyn Repository,
    trainer: TrainerId,
) -> Result<Vec<Versioned<Review>>, RepositoryError> {
    let (mut reviews, mut after) = (Vec::new(), None);
    loop {
        let page = repository.reviews(&trainer.into(), PageRequest::MAX.after(after)).await?;
        reviews.extend(page.items);
        after = page.next;
        if after.is_none() {
            return Ok(reviews);
        }
    }
}

fn compare(review: &Review, trail: &Trail, bookings: &Bookings, findings: &mut Findings) {
    let lesson = bookings.find(review.booking);
    let is_of_lesson = lesson
        .is_some_and(|lesson| lesson.trainer == review.trainer && lesson.owner == review.owner);
    findings.require(is_of_lesson, Promise::Orphans, || {
        format!("review {} is of no lesson of its trainer and owner", review.id)
    });
    let stored = ToldReview {
        booking: review.booking,
        trainer: review.trainer,
        rating: review.rating,
        is_hidden: review.is_hidden,
        is_replied: review.reply.is_some(),
    };
    let told = trail.reviews.get(&review.id);
    findings.require(told == Some(&stored), Promise::Audit, || {
        format!("review {} is {stored:?}, and the trail tells {told:?}", review.id)
    });
}
