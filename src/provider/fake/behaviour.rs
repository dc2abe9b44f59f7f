use std::collections::VecDeque;

use fastrand::Rng;

/// What a [`FakeProvider`](super::FakeProvider) does with one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Behaviour {
    /// It carries the call out and tells the outcome.
    Serve,
    /// It carries the call out, answers that it takes a while, and leaves the end to the test. A
    /// look-up shows what has ended as if it were on its way.
    Delay,
    /// It declines, now and whenever it is asked under the same key; a call that it carried out
    /// before, it serves.
    Decline,
    /// It is not there, and carries nothing out.
    Vanish,
    /// It carries the call out and never answers.
    TimeOutAfter,
    /// It takes the call on, never answers, and leaves the end to the test.
    TimeOutAmid,
    /// It never answers and carries nothing out.
    TimeOutBefore,
}

impl Behaviour {
    const MISBEHAVIOURS: [Self; 6] = [
        Self::Delay,
        Self::Decline,
        Self::Vanish,
        Self::TimeOutAfter,
        Self::TimeOutAmid,
        Self::TimeOutBefore,
    ];
}

/// What was said about the next calls.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) calls: VecDeque<Behaviour>,
    pub(super) look_ups: VecDeque<Behaviour>,
    /// How many in a hundred of those for which nothing was said go wrong.
    pub(super) faults: u8,
}

impl Plan {
    pub(super) fn next_call(&mut self, random: &mut Rng) -> Behaviour {
        self.calls.pop_front().unwrap_or_else(|| self.by_chance(random))
    }

    pub(super) fn next_look_up(&mut self, random: &mut Rng) -> Behaviour {
        self.look_ups.pop_front().unwrap_or_else(|| self.by_chance(random))
    }

    fn by_chance(&self, random: &mut Rng) -> Behaviour {
        if random.u8(..100) < self.faults {
            Behaviour::MISBEHAVIOURS[random.usize(..Behaviour::MISBEHAVIOURS.len())]
        } else {
            Behaviour::Serve
        }
    }
}
