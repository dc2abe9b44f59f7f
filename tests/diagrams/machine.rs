//! What is drawn.

/// A state machine: arrows between states that have codes.
#[derive(Debug)]
pub(super) struct Machine {
    pub(super) name: &'static str,
    pub(super) states: Vec<&'static str>,
    pub(super) arrows: Vec<Arrow>,
}

/// Where an arrow leads from, `None` for what is new, and to.
pub(super) type Ends = (Option<&'static str>, &'static str);

/// A way from one state to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Arrow {
    pub(super) ends: Ends,
    /// What is done.
    pub(super) verb: String,
    /// Who does it, or another remark.
    pub(super) by: String,
    /// On what condition, if on one.
    pub(super) condition: String,
}

impl Machine {
    /// Makes a machine of arrows, each of them once.
    pub(super) fn new(
        name: &'static str,
        states: impl IntoIterator<Item = &'static str>,
        arrows: impl IntoIterator<Item = Arrow>,
    ) -> Self {
        let mut machine = Self { name, states: states.into_iter().collect(), arrows: Vec::new() };
        for arrow in arrows {
            if !machine.arrows.contains(&arrow) {
                machine.arrows.push(arrow);
            }
        }
        machine
    }

    /// Returns every pair of states with an arrow between them, once.
    pub(super) fn ends(&self) -> Vec<Ends> {
        let mut known = Vec::new();
        for arrow in &self.arrows {
            if !known.contains(&arrow.ends) {
                known.push(arrow.ends);
            }
        }
        known
    }

    /// Says whether no arrow leads out of a state.
    pub(super) fn is_final(&self, state: &str) -> bool {
        self.arrows.iter().all(|arrow| arrow.ends.0 != Some(state))
    }
}

/// Writes a code as words.
pub(super) fn words(code: &str) -> String {
    code.replace('_', " ")
}
