//! The machines that are tables in the code.

use sitstay::{
    booking::{BookingStatus, EDGES, Edge},
    payout::{PAYOUT_EDGES, PayoutState},
};

use super::machine::{Arrow, Machine, words};

pub(super) fn booking() -> Machine {
    let listed = |codes: Vec<&str>| words(&codes.join(", "));
    let arrow = |edge: &Edge| Arrow {
        ends: (edge.from.map(BookingStatus::code), edge.to.code()),
        verb: words(edge.verb.code()),
        by: format!("by {}", listed(edge.takers.iter().map(|taker| taker.code()).collect())),
        condition: match edge.conditions {
            [] => String::new(),
            known => format!("if {}", listed(known.iter().map(|known| known.code()).collect())),
        },
    };
    let states = BookingStatus::ALL.iter().map(|status| status.code());
    Machine::new("booking", states, EDGES.iter().map(arrow))
}

pub(super) fn payout() -> Machine {
    let made = Arrow {
        ends: (None, PayoutState::Created.code()),
        verb: "create".to_owned(),
        by: String::new(),
        condition: String::new(),
    };
    let arrows = PAYOUT_EDGES.iter().map(|edge| Arrow {
        ends: (Some(edge.from.code()), edge.to.code()),
        verb: words(edge.verb.code()),
        by: String::new(),
        condition: edge
            .movement
            .map_or_else(String::new, |movement| format!("books {}", words(movement.code()))),
    });
    let states = PayoutState::ALL.iter().map(|state| state.code());
    Machine::new("payout", states, [made].into_iter().chain(arrows))
}
