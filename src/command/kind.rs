use crate::code::codes;

codes! {
    /// Every command that changes something.
    pub enum CommandKind as "command_kind" {
        /// Makes a user.
        SignUp = "sign_up",
        /// Changes names and phone.
        UpdateProfile = "update_profile",
        /// Changes the e-mail address.
        ChangeEmail = "change_email",
        /// Changes the password hash.
        ChangePassword = "change_password",
        /// Chooses which notifications are written.
        SetPreferences = "set_preferences",
        /// Marks one notification as read.
        ReadNotification = "read_notification",
        /// Marks all notifications as read.
        ReadAllNotifications = "read_all_notifications",
        /// Adds a place.
        AddLocation = "add_location",
        /// Changes a place.
        UpdateLocation = "update_location",
        /// Removes a place.
        RemoveLocation = "remove_location",
        /// Gives a user an owner's profile.
        BecomeOwner = "become_owner",
        /// Gives a user a trainer's profile.
        BecomeTrainer = "become_trainer",
        /// Suspends a user.
        SuspendUser = "suspend_user",
        /// Lets a suspended user act again.
        ReactivateUser = "reactivate_user",
        /// Erases a user.
        EraseUser = "erase_user",
        /// Makes a user an admin.
        GrantAdmin = "grant_admin",
        /// Makes an admin a user.
        RevokeAdmin = "revoke_admin",
        /// Verifies a trainer, or takes that back.
        VerifyTrainer = "verify_trainer",
        /// Adds a dog.
        AddDog = "add_dog",
        /// Changes what is known of a dog.
        UpdateDog = "update_dog",
        /// Removes a dog.
        RemoveDog = "remove_dog",
        /// Adds a photo of a dog.
        AddPhoto = "add_photo",
        /// Removes a photo of a dog.
        RemovePhoto = "remove_photo",
        /// Changes a trainer's profile.
        UpdateTrainer = "update_trainer",
        /// Changes a trainer's time zone.
        ChangeZone = "change_zone",
        /// Writes a trainer's week of hours.
        SetHours = "set_hours",
        /// Writes the exception of a date.
        SetException = "set_exception",
        /// Removes the exception of a date.
        RemoveException = "remove_exception",
        /// Takes time out.
        BlockTime = "block_time",
        /// Opens blocked time again.
        UnblockTime = "unblock_time",
        /// Replaces the busy time of another calendar.
        ImportBusyTime = "import_busy_time",
        /// Changes a trainer's booking policy.
        SetPolicy = "set_policy",
        /// Adds a service.
        AddService = "add_service",
        /// Changes a service.
        UpdateService = "update_service",
        /// Adds a certification.
        AddCertification = "add_certification",
        /// Changes a certification.
        UpdateCertification = "update_certification",
        /// Removes a certification.
        RemoveCertification = "remove_certification",
        /// Asks what a lesson would cost.
        RequestQuote = "request_quote",
        /// Asks for a lesson.
        RequestBooking = "request_booking",
        /// Asks for a series of lessons.
        RequestSeries = "request_series",
        /// Accepts a lesson.
        AcceptBooking = "accept_booking",
        /// Turns a request down.
        DeclineBooking = "decline_booking",
        /// Takes a request back.
        WithdrawBooking = "withdraw_booking",
        /// Calls a lesson off.
        CancelBooking = "cancel_booking",
        /// Calls off a lesson and all later ones of its series.
        CancelSeries = "cancel_series",
        /// Completes a lesson.
        CompleteBooking = "complete_booking",
        /// Moves a lesson, or proposes to.
        MoveBooking = "move_booking",
        /// Proposes another time, as a trainer.
        ProposeMove = "propose_move",
        /// Agrees to a proposed time.
        AcceptProposal = "accept_proposal",
        /// Declines a proposed time.
        DeclineProposal = "decline_proposal",
        /// Takes a proposal back.
        WithdrawProposal = "withdraw_proposal",
        /// Says that the trainer did not come.
        ClaimNoShow = "claim_no_show",
        /// Contests having stayed away.
        ContestNoShow = "contest_no_show",
        /// Sets who came, as an admin.
        AmendAttendance = "amend_attendance",
        /// Ends a lapsed request.
        ExpireBooking = "expire_booking",
        /// Ends a lapsed proposal.
        ExpireProposal = "expire_proposal",
        /// Releases the time of a completed lesson.
        ReleaseTime = "release_time",
        /// Reminds the parties of a lesson.
        SendReminder = "send_reminder",
        /// Begins to pay for a lesson.
        StartPayment = "start_payment",
        /// Records the provider's answer about a payment.
        RecordPayment = "record_payment",
        /// Gives something of a payment back.
        GiveBack = "give_back",
        /// Calls a refund off that is due.
        CallOffRefund = "call_off_refund",
        /// Takes a refund on its way.
        SendRefund = "send_refund",
        /// Records the provider's answer about a refund.
        RecordRefund = "record_refund",
        /// Records how a dispute at the provider ended.
        DecideDispute = "decide_dispute",
        /// Takes in what a provider reports.
        TakeReport = "take_report",
        /// Applies what was reported before its payment was known.
        ApplyReports = "apply_reports",
        /// Makes a payout of all that a trainer can be paid.
        CreatePayout = "create_payout",
        /// Takes a payout on its way.
        SendPayout = "send_payout",
        /// Records what the provider answered about a payout.
        RecordPayout = "record_payout",
        /// Writes off what is left below the step of payouts.
        WriteOffRest = "write_off_rest",
        /// Reviews a lesson.
        WriteReview = "write_review",
        /// Changes a review.
        EditReview = "edit_review",
        /// Answers a review.
        ReplyToReview = "reply_to_review",
        /// Hides a review.
        HideReview = "hide_review",
        /// Shows a hidden review again.
        UnhideReview = "unhide_review",
        /// Copies a batch of rows from another database. No service gives it: the records of an
        /// adoption (module `adoption`) are kept under it.
        Adopt = "adopt",
    }
}
