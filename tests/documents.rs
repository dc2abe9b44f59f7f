//! What the documents say is what the code says.

use sitstay::booking::Edge;

#[test]
fn the_design_record_shows_the_state_machine_of_the_code() {
    let document = include_str!("../DESIGN.md");
    let diagram = Edge::diagram();
    assert!(document.contains(&diagram), "put this into DESIGN.md:\n\n```mermaid\n{diagram}```");
}
