//! The list of cases, and what is made from it.

/// The one list of cases, by file.
///
/// [`cases`] and the test macro are both made from it, so that a case cannot be written and then
/// forgotten on some backend: whatever is not listed is dead code.
#[doc(hidden)]
#[macro_export]
macro_rules! __for_each_conformance_case {
    ($callback:ident $(, $argument:tt)*) => {
        $crate::$callback! { ($($argument)*)
            commits {
                a_part_that_is_refused_takes_all_others_along
                an_empty_set_changes_nothing
                a_dropped_commit_is_whole_or_nothing
                the_census_counts_rows_and_writes
            }
            versions {
                what_changed_since_it_was_read_conflicts
                what_does_not_exist_conflicts
                a_removed_row_conflicts_ever_after
                an_update_bumps_the_version_by_one
                an_expectation_bumps_nothing
                a_row_is_expected_at_one_version
                a_row_is_written_once_in_a_set
                rating_deltas_merge_and_bump_nothing
                an_update_never_overwrites_a_rating
                racing_ratings_sum_exactly
                racing_counters_lose_no_update
                crossed_expectations_cannot_both_commit
                racing_bumps_of_a_guard_admit_one_at_a_time
            }
            claims {
                an_active_booking_claims_its_trainer_and_its_dog
                overlapping_is_refused
                touching_is_free
                a_short_lesson_between_two_others_is_seen
                buffers_keep_a_trainers_time
                other_trainers_are_independent
                a_dog_is_at_one_lesson_at_a_time
                buffers_are_not_a_dogs_time
                a_cancelled_booking_frees_its_time
                a_new_booking_claims_by_its_status
                a_completed_booking_keeps_its_trainer_and_frees_its_dog
                what_was_released_is_not_claimed_again
                a_release_wants_a_booking_that_is_over
                a_second_release_does_nothing
                a_booking_moves_to_free_time
                a_move_onto_taken_time_changes_nothing
                bookings_change_places_in_one_set
                cancelling_makes_way_in_the_same_set
                one_set_takes_no_time_twice
                a_set_is_told_which_time_is_taken
                a_claim_follows_its_booking_to_another_dog
                claims_end_where_time_does
            }
            payments {
                a_lesson_is_paid_by_what_the_provider_reports
                a_report_counts_once
                what_was_reported_before_its_name_was_known_counts
                a_name_and_a_report_that_cross_find_each_other
                what_nobody_owes_is_surplus_and_due
                a_lesson_that_the_trainer_missed_is_not_paid_later
                a_failed_obligation_is_due_again
                refunds_never_exceed_the_payment
                what_is_owed_is_never_forgotten
                what_no_rule_asks_for_can_be_called_off
                what_was_collected_twice_goes_back
                a_report_has_the_last_word
                a_dispute_takes_what_is_left
                a_payment_is_found_by_whatever_is_known_of_it
            }
            answers {
                an_answer_pays_a_lesson
                an_answer_that_says_nothing_new_writes_nothing
                a_payment_that_failed_may_still_be_paid
                an_answer_for_what_nobody_owes_is_surplus
                an_answer_and_a_report_that_cross_count_once
                a_payment_has_one_name
            }
            quotes {
                a_quote_shows_what_a_lesson_would_cost
                what_was_quoted_is_charged
                quoted_buffers_are_kept_free
                what_was_shown_comes_back
                a_quote_holds_no_time
                a_quote_is_used_once
                a_quote_is_for_its_owner_and_its_lesson
                a_quote_holds_until_it_expires
                a_quote_is_refused_as_a_request_would_be
                what_a_trainer_gave_up_is_not_booked_by_its_quote
                a_custom_lesson_is_quoted
                a_repeated_command_is_answered_as_at_first
            }
            payouts {
                a_trainer_is_paid_what_they_earned
                what_is_below_the_step_is_carried_over
                a_late_refund_is_taken_off_the_next_payout
                a_failed_payout_frees_what_it_held
                what_became_of_an_unknown_payout_is_looked_up
                racing_payouts_make_one
                a_payout_and_a_refund_that_race_both_count
                what_changes_meanwhile_is_not_paid_out
                the_suspended_wait
                attendance_is_final_once_it_is_paid_out
            }
            payout_reports {
                a_report_counts_before_and_after_the_answer
                an_answer_and_a_report_that_cross_find_each_other
                an_answer_and_a_report_that_cross_miss_nothing
            }
            payout_rests {
                what_is_left_is_written_off_before_an_erasure
                a_rest_that_was_written_off_is_not_paid_later
                a_payout_on_its_way_keeps_its_trainer_from_erasure
            }
            payout_runs {
                a_run_that_is_stopped_anywhere_pays_everybody_once
                runs_at_the_same_time_pay_everybody_once
                under_one_id_everybody_gets_one_new_payout
                a_run_goes_on_from_page_to_page
            }
            search {
                a_search_finds_what_a_scan_finds
                a_result_shows_the_trainer_in_public
                pages_go_on_while_trainers_come_and_go
                a_cursor_belongs_to_its_search
                a_search_that_contradicts_itself_is_refused
            }
            listing {
                a_trainer_is_listed_as_they_are_now
                what_is_refused_lists_nobody
                whoever_changes_a_listing_last_is_right
                rings_are_looked_at_until_it_is_enough
                offerings_are_of_active_trainers_by_id
            }
            free_time {
                free_lessons_of_many_are_those_of_each
                a_search_for_free_time_finds_who_is_free
                a_long_lesson_may_begin_before_a_short_one
                a_result_tells_the_next_free_lesson
                too_much_free_time_is_refused
            }
            races {
                one_of_many_rivals_gets_a_trainers_time
                one_of_many_rivals_gets_a_dogs_time
                crossing_moves_neither_hang_nor_overlap
                crossing_swaps_neither_hang_nor_overlap
                a_crowded_day_has_no_overlap
                a_reader_sees_whole_commits
            }
            keys {
                a_key_exists_once_in_every_table
                a_change_set_is_not_carried_out_twice
                a_command_is_recorded_once_and_returned
                old_commands_are_purged
            }
            uniques {
                a_new_row_takes_no_value_of_another
                an_update_takes_no_value_of_another
                one_set_takes_no_value_twice
                a_deleted_user_frees_the_address
                a_changed_address_frees_the_old_one
                a_closed_proposal_makes_way_for_another
                only_one_payment_counts_as_paid
                references_are_unique_per_provider
                a_payout_that_ended_makes_way_for_another
                events_are_unique_per_provider
                a_removed_exception_frees_its_date
                a_moved_lesson_gets_another_reminder
                racing_sign_ups_of_one_address_admit_one
            }
            references {
                every_missing_parent_is_named
                an_update_refers_to_what_exists
                parents_may_come_after_their_children_in_one_set
                an_item_may_come_with_its_entry_in_one_set
                an_update_may_refer_to_a_row_of_the_same_set
                the_location_that_search_uses_stays
                a_row_is_not_removed_from_under_another
            }
            bounds {
                every_broken_bound_is_refused
                a_rating_is_never_worn_below_its_reviews
            }
            round_trips_profiles {
                users
                roles
                roles_of_users
                owners
                locations
                trainers
                calendars
                services
                certifications
                weekly_hours
                exceptions
                time_blocks
                dogs_and_photos
            }
            round_trips_bookings {
                bookings
                all_of_a_booking_can_change
                series
                proposals
                quotes
                reviews
                payments
                refunds
                disputes
            }
            round_trips_records {
                notifications
                preferences
                the_ledger
                commands
                the_audit_trail
            }
            queries_accounts {
                the_roles_are_seeded
                nothing_is_found_where_nothing_is
                a_standing_says_what_a_user_is
                every_decision_is_loaded_with_its_caller
                a_persons_open_bookings_are_counted
                active_admins_are_counted
                an_address_finds_its_user_in_any_case
                small_lists_come_by_id
                a_removed_dog_is_found_but_not_listed
                belongings_are_what_was_asked_for
                a_dog_with_an_open_booking_is_known
                a_profile_follows_its_user
            }
            queries_calendars {
                weekly_hours_come_by_weekday_and_start
                a_desk_shows_what_is_to_come
                a_schedule_says_who_and_on_what_terms
                a_schedule_meets_its_range
                a_schedule_sees_the_longest_lessons_and_buffers
                a_schedule_shows_where_the_dog_is
                a_schedule_shows_blocks_and_exceptions_around_it
                a_schedule_names_lapsed_holds
                a_card_shows_what_everybody_may_see
            }
            queries_bookings {
                a_file_holds_everything_around_a_booking
                a_file_shows_all_payments_and_which_one_counts
                a_file_shows_an_open_proposal_lapsed_or_not
                a_move_is_decided_on_the_bookings_own_people
                a_series_is_read_from_an_instant_on
                money_is_listed_by_booking
                a_lesson_is_listed_with_its_names
                lessons_are_filtered
            }
            statements {
                a_statement_and_the_balances_add_up
            }
            queries_payouts {
                a_payout_is_found_by_whatever_is_known_of_it
                a_round_holds_what_no_payout_does
                what_is_due_comes_in_pages
                payouts_come_newest_first
            }
            queries_lists {
                notifications_come_newest_first
                unread_notifications_are_counted
                reviews_come_newest_first_hidden_only_if_asked_for
                history_comes_newest_first
                lessons_come_by_start
                a_page_stays_in_place_while_rows_are_added
                a_full_last_page_has_no_next
            }
            queries_payments {
                a_payment_is_listed_with_its_lesson
                a_payment_is_listed_as_it_stands
                payments_are_listed_under_the_parties_of_their_booking
            }
            queries_filters {
                lessons_of_any_filter_come_whole_and_in_order
                payments_of_any_filter_come_whole_and_in_order
                reviews_of_any_filter_come_whole_and_in_order
                payouts_of_any_filter_come_whole_and_in_order
                notifications_of_any_filter_come_whole_and_in_order
                history_of_any_filter_comes_whole_and_in_order
            }
            queries_due {
                a_hold_is_due_when_it_lapses
                an_accepted_lesson_is_due_when_it_ended
                a_claim_is_due_when_its_buffer_ends
                a_proposal_is_due_when_it_lapses_or_its_booking_ends
                a_reminder_is_due_once_per_start
                all_that_is_due_comes_in_order
            }
            queries_erasure {
                an_erasure_finds_all_that_is_personal
                an_erasure_finds_a_users_own_words
                an_erasure_waits_for_money_that_is_open
            }
            queries_feed {
                the_feed_tells_each_entry_once_in_a_stable_order
                a_refused_commit_is_not_in_the_feed
                the_feed_skips_nothing_while_others_write
            }
            requests {
                a_request_holds_its_time
                some_trainers_accept_at_once
                a_repeated_command_returns_its_first_result
                a_refused_command_leaves_nothing
                a_refusal_names_every_reason_in_order
                a_refusal_names_the_nearest_starts
                suspended_parties_get_no_lesson
                nobody_books_themselves
                another_owners_dog_is_not_found
                custom_requests_keep_the_trainers_bounds
                a_lapsed_hold_makes_way
                a_finished_lesson_makes_way
                limits_count_by_local_day_and_week
                anonymous_and_suspended_callers_are_denied
                a_lapsed_hold_ends_before_it_could_count_again
                the_state_of_anothers_service_is_not_told
            }
            bookings {
                every_edge_is_taken_by_its_takers_alone
                conditions_hold_to_the_microsecond
                strangers_do_not_learn_of_a_booking
                an_admin_does_not_decide_where_they_are_party
                a_suspension_leaves_the_ways_out
                nobody_accepts_for_a_suspended_owner
                a_cancellation_writes_its_refund_due
                unpaid_lessons_owe_nothing
                a_trainers_absence_gives_all_back
                the_system_completes_as_attended
                dogs_and_calendars_are_shown_to_whom_they_concern
            }
            moves {
                a_pending_lesson_moves_at_once
                an_accepted_lesson_asks_the_trainer
                a_trainer_moves_only_by_agreement
                a_proposal_whose_time_is_gone_changes_nothing
                a_proposal_lapses
                the_end_of_a_lesson_closes_its_proposal
                an_owner_moves_in_time_and_not_too_often
                a_move_never_improves_a_refund
                crossing_moves_never_overlap
                proposals_of_one_booking_admit_one
                a_moved_request_keeps_its_hold
                a_refused_move_offers_no_start_that_is_none
            }
            series {
                a_series_keeps_its_wall_clock
                a_series_is_booked_whole_or_not_at_all
                a_lesson_in_a_gap_is_refused_by_name
                a_series_has_bounds
                a_series_is_cancelled_from_a_lesson_on
                a_series_names_each_lesson_once
            }
            attendance {
                an_owner_claims_in_time
                an_owner_contests_in_time
                an_admin_decides_and_money_follows
            }
            due_work {
                everything_due_is_done_once
                a_moved_lesson_is_reminded_of_anew
                many_instances_share_the_work
                a_lesson_that_begins_or_ended_is_not_reminded_of
                nobody_takes_the_ids_of_the_system
                racing_instances_remind_once
                a_lesson_that_is_called_off_is_not_reminded_of
                a_lesson_that_moves_meanwhile_is_reminded_of_in_its_time
            }
            messages {
                every_kind_of_notification_is_put_in_words
                a_reminder_reads_well
                a_text_names_what_its_subject_leads_to
                whatever_is_told_is_dispatched_once
                the_suspended_are_told_and_the_erased_are_not
            }
            busy_time {
                imported_busy_time_blocks_slots
                an_import_replaces_what_was_imported_before
                an_import_names_the_lessons_that_are_outside
                an_import_has_a_bound
                racing_imports_leave_one_of_them
            }
            authority {
                the_table_names_every_command
                every_command_answers_every_actor_as_the_table_says
            }
            rivals {
                one_of_32_gets_the_slot
                a_limit_of_three_admits_three_of_16
                rivals_who_expire_one_hold_admit_one
                a_dog_is_booked_once_by_many_commands
                a_repeated_command_races_with_itself
                a_busy_day_is_never_double_booked
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_cases {
    (() $($file:ident { $($case:ident)* })*) => {
        /// Every case on its own; each wants an empty repository and panics if a promise is broken.
        pub mod cases {
            $(
                #[doc = concat!("The cases of `", stringify!($file), "`.")]
                pub mod $file {
                    use std::sync::Arc;

                    use $crate::{conformance::{$file, world::World}, repository::Repository};

                    $(
                        #[doc = concat!("Runs `", stringify!($case), "`.")]
                        pub async fn $case(repository: Arc<dyn Repository>) {
                            $file::$case(World::new(repository)).await;
                        }
                    )*
                }
            )*
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_tests {
    (($fresh:ident) $($file:ident { $($case:ident)* })*) => {
        $(mod $file {
            $(
                #[test]
                fn $case() {
                    $crate::conformance::run(async {
                        let (repository, _guard) = super::$fresh().await;
                        $crate::conformance::cases::$file::$case(repository).await;
                    });
                }
            )*
        })*
    };
}

/// Expands to one `#[test]` per case of the [suite](crate::conformance), in a module per file.
///
/// `$fresh` names an `async fn() -> (Arc<dyn Repository>, Guard)` beside the call, which makes an
/// empty repository; the guard is dropped after the case.
#[macro_export]
macro_rules! repository_conformance_tests {
    ($fresh:ident) => {
        $crate::__for_each_conformance_case!(__conformance_tests, $fresh);
    };
}

crate::__for_each_conformance_case!(__conformance_cases);
