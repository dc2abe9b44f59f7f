use super::{Bind, BoxError, Field, Fields, Part, Statements, record};
use crate::{
    ids::{BookingId, OwnerId, ReviewId, TrainerId},
    review::{Points, Review},
    text::Text,
    time::Instant,
};

record! {
    Review as review, VERSIONED
    key { id: ReviewId = review.id; }
    data {
        booking_id: BookingId = review.booking;
        trainer_id: TrainerId = review.trainer;
        owner_id: OwnerId = review.owner;
        rating: Points = review.rating;
        comment: Text = review.comment;
        reply: Option<Text> = review.reply;
        is_hidden: bool = review.is_hidden;
        created_at: Instant = review.created_at;
        updated_at: Instant = review.updated_at;
    }
    => Review {
        id,
        booking: booking_id,
        trainer: trainer_id,
        owner: owner_id,
        rating,
        comment,
        reply,
        is_hidden,
        created_at,
        updated_at,
    }
}
