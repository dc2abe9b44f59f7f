//! What reports and exports may rely on: the tables and columns of both SQL backends.

/// Every table with every plain column, as every schema promises them to reports and exports.
///
/// How a backend orders the feed and stores the ends of claims is its own affair.
pub(crate) const TABLES: &[(&str, &str)] = &[
    (
        "users",
        "id email password first_name last_name phone status created_at updated_at email_key version",
    ),
    ("roles", "id name updated_at version"),
    ("user_roles", "user_id role_id updated_at version"),
    (
        "dog_trainers",
        "id user_id years_of_experience bio is_verified average_rating total_reviews created_at \
         updated_at rating_sum time_zone search_location_id slot_step_minutes notice_minutes \
         days_ahead hold_minutes daily_limit weekly_limit auto_accept custom_min_minutes \
         custom_max_minutes custom_min_price custom_max_price custom_currency \
         custom_buffer_before_minutes custom_buffer_after_minutes cancellation_policy version",
    ),
    ("dog_owners", "id user_id created_at updated_at version"),
    (
        "locations",
        "id user_id address city state zip_code latitude longitude country_code public_latitude \
         public_longitude created_at updated_at version",
    ),
    (
        "trainer_services",
        "id trainer_id name description duration_minutes price is_active created_at updated_at \
         currency buffer_before_minutes buffer_after_minutes accepted_dog_sizes version",
    ),
    (
        "trainer_certifications",
        "id trainer_id name issued_by issued_at created_at updated_at version",
    ),
    (
        "trainer_availability",
        "id trainer_id day_of_week start_time end_time created_at updated_at version",
    ),
    ("dogs", "id owner_id name breed age size notes created_at updated_at removed_at version"),
    ("dog_photos", "id dog_id photo_url created_at updated_at version"),
    (
        "bookings",
        "id trainer_id owner_id dog_id service_id start_time end_time price_snapshot status \
         cancellation_reason created_at currency fee buffer_before_minutes buffer_after_minutes \
         cancellation_policy hold_expires_at accepted_at cancelled_at cancelled_by cancel_kind \
         completed_at attendance local_start time_zone utc_offset refund_cap_bp rescheduled_from \
         reschedules series_id updated_at version",
    ),
    (
        "reviews",
        "id booking_id trainer_id owner_id rating comment created_at reply is_hidden updated_at \
         version",
    ),
    (
        "payments",
        "id booking_id amount currency provider status created_at provider_reference paid_at \
         refunded_amount refund_reserved refund_owed surplus updated_at version",
    ),
    (
        "payouts",
        "id trainer_id amount status processed_at currency state provider provider_reference \
         carried_in carried_out created_at updated_at version",
    ),
    (
        "notifications",
        "id user_id type message is_read created_at subject_kind subject_id updated_at version",
    ),
    ("audit_logs", "id actor_user_id action entity entity_id created_at payload notified"),
    ("trainer_calendars", "trainer_id version updated_at"),
    (
        "trainer_availability_exceptions",
        "id trainer_id local_date windows created_at updated_at version",
    ),
    (
        "trainer_time_blocks",
        "id trainer_id start_time end_time source created_at updated_at version",
    ),
    ("booking_series", "id trainer_id owner_id lessons every_weeks created_at updated_at version"),
    (
        "reschedule_requests",
        "id booking_id proposer proposed_by start_time end_time status expires_at closed_at \
         created_at updated_at version",
    ),
    ("commands", "command_id actor_user_id kind fingerprint result created_at"),
    (
        "quotes",
        "id trainer_id owner_id dog_id service_id start_time end_time price currency fee \
         buffer_before_minutes buffer_after_minutes cancellation_policy time_zone booking_id \
         expires_at created_at updated_at version",
    ),
    (
        "refunds",
        "id payment_id amount currency status cause provider_reference replaces created_at \
         updated_at version",
    ),
    (
        "disputes",
        "id kind booking_id payment_id amount currency status opened_by provider_reference \
         closed_at created_at updated_at version",
    ),
    ("provider_events", "id provider event_id kind reference payload occurred_at created_at"),
    (
        "ledger_entries",
        "id movement_id debit_account credit_account amount currency booking_id payment_id \
         payout_id created_at",
    ),
    ("payout_items", "payout_id entry_id released_at updated_at version"),
    ("open_earnings", "entry_id trainer_id currency payment_id"),
    ("payment_parties", "payment_id trainer_id owner_id created_at"),
    ("notification_preferences", "user_id muted updated_at version"),
    ("reminders", "id booking_id starts_at created_at"),
    ("occupied", "resource_id kind booking_id"),
];
