//! The state diagrams of the guide, made from the tables in the code; and where the code has no
//! table, from what it does when everything that can happen happens in every state.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../support/committed.rs"]
mod committed;
mod drawing;
mod layouts;
mod machine;
mod money;
mod proposals;
mod tables;

use self::{drawing::draw, layouts::Layout, machine::Machine};

const HEAD: &str = "\
<!-- Written by tests/diagrams; see there. -->

# The state machines

The pictures are drawn by a test: those of a booking and of a payout from the tables in the code
([`booking::EDGES`](crate::booking::EDGES), [`payout::PAYOUT_EDGES`](crate::payout::PAYOUT_EDGES)), the
others from what the code does in every state. A state with a double frame is final.
";

#[tokio::test]
async fn the_guide_shows_the_state_machines_of_the_code() {
    let mut page = HEAD.to_owned();
    let mut add = |title: &str, text: &str, machine: &Machine, layout: &Layout| {
        let picture = draw(machine, layout);
        page.push_str(&format!("\n## {title}\n\n{text}\n\n{picture}"));
    };
    add(
        "A booking",
        "It is pending until the trainer answers, and holds its time from the start.",
        &tables::booking(),
        &layouts::BOOKING,
    );
    add(
        "A proposal to move a booking",
        "The old time stays booked until the other side agrees; the new one is not held.",
        &proposals::machine().await,
        &layouts::PROPOSAL,
    );
    add(
        "A payment",
        "Reports of the provider come in any order and more than once. What is failed may still be
paid; what was given back may come back.",
        &money::payment(),
        &layouts::PAYMENT,
    );
    add(
        "A dispute at the provider",
        "It goes to where the furthest report says that it is. A dispute over attendance moves no
money: an owner opens it, and an admin closes it as won or lost.",
        &money::dispute(),
        &layouts::DISPUTE,
    );
    add(
        "A payout",
        "It is in flight from before the provider is asked, and unknown while nobody knows what became
of it.",
        &tables::payout(),
        &layouts::PAYOUT,
    );
    page.push_str(&format!(
        "\n## A refund\n\nEach row says what becomes of a refund in that state. What is reported comes
from the provider, in any order.\n\n{}",
        money::refunds()
    ));
    committed::check("src/guide/state_machines.md", &page);
}
