//! Sets of what can be seen in one place, and a tree over many of them.

/// What is to be seen in a span, at a point, or in all that falls on one pixel together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Mask(u16);

impl Mask {
    /// Nothing.
    pub const NONE: Mask = Mask(0);
    /// The task runs (or took this step).
    pub const RUN: Mask = Mask(1);
    /// The task could go, and others went.
    pub const READY: Mask = Mask(1 << 1);
    /// Waits.
    pub const WAIT: Mask = Mask(1 << 2);
    /// Holds.
    pub const HOLD: Mask = Mask(1 << 3);
    /// Waits for ever: in a deadlock.
    pub const STUCK: Mask = Mask(1 << 4);
    /// A synchronisation.
    pub const SYNC: Mask = Mask(1 << 5);
    /// A read of a variable.
    pub const READ: Mask = Mask(1 << 6);
    /// A write to a variable.
    pub const WRITE: Mask = Mask(1 << 7);
    /// Output.
    pub const OUTPUT: Mask = Mask(1 << 8);
    /// A task is started, begins, ends or is joined.
    pub const LIFE: Mask = Mask(1 << 9);
    /// Anything else that was done.
    pub const OTHER: Mask = Mask(1 << 10);

    /// Both together.
    #[must_use]
    pub const fn with(self, other: Mask) -> Mask {
        Mask(self.0 | other.0)
    }

    /// This one without the other.
    #[must_use]
    pub const fn without(self, other: Mask) -> Mask {
        Mask(self.0 & !other.0)
    }

    /// Whether anything of the other is in this one.
    pub const fn has(self, other: Mask) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether nothing is in it.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// A growing list of masks that can say quickly what a range of it holds together.
///
/// Level 0 has every mask; an entry of level n + 1 is the union of [`MaskTree::FAN`] entries of
/// level n. So a pixel that covers 100,000 spans costs about 16 look-ups for each of 6 levels, and
/// appending costs one union for each level.
#[derive(Debug, Clone, Default)]
pub(crate) struct MaskTree {
    levels: Vec<Vec<Mask>>,
}

impl MaskTree {
    const SHIFT: usize = 3;
    /// Entries that one entry of the next level stands for.
    const FAN: usize = 1 << Self::SHIFT;

    pub(crate) fn len(&self) -> usize {
        self.levels.first().map_or(0, Vec::len)
    }

    pub(crate) fn get(&self, index: usize) -> Mask {
        self.levels[0][index]
    }

    pub(crate) fn push(&mut self, mask: Mask) {
        let mut index = self.len();
        let mut level = 0;
        loop {
            if self.levels.len() == level {
                let below = self.levels.last().map_or(&[][..], Vec::as_slice);
                let unions = below.chunks(Self::FAN).map(union).collect();
                self.levels.push(unions);
            }
            let entries = &mut self.levels[level];
            if index < entries.len() {
                entries[index] = entries[index].with(mask);
            } else {
                entries.push(mask);
            }
            if entries.len() <= Self::FAN {
                return;
            }
            index >>= Self::SHIFT;
            level += 1;
        }
    }

    /// Everything in `from..to` together.
    pub(crate) fn union(&self, mut from: usize, mut to: usize) -> Mask {
        let mut found = Mask::NONE;
        for entries in &self.levels {
            while from < to && !from.is_multiple_of(Self::FAN) {
                found = found.with(entries[from]);
                from += 1;
            }
            while from < to && !to.is_multiple_of(Self::FAN) {
                to -= 1;
                found = found.with(entries[to]);
            }
            if from >= to {
                break;
            }
            if entries.len() <= Self::FAN {
                return found.with(union(&entries[from..to]));
            }
            from >>= Self::SHIFT;
            to >>= Self::SHIFT;
        }
        found
    }
}

fn union(masks: &[Mask]) -> Mask {
    masks.iter().copied().fold(Mask::NONE, Mask::with)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_tree_agrees_with_looking_at_every_entry(
            bits in prop::collection::vec(0u16..11, 0..700),
            cut in any::<(prop::sample::Index, prop::sample::Index)>(),
        ) {
            let masks: Vec<Mask> = bits.iter().map(|b| Mask(1 << b)).collect();
            let mut tree = MaskTree::default();
            for mask in &masks {
                tree.push(*mask);
            }
            let (a, b) = (cut.0.index(masks.len() + 1), cut.1.index(masks.len() + 1));
            let (from, to) = (a.min(b), a.max(b));
            prop_assert_eq!(tree.union(from, to), union(&masks[from..to]));
        }
    }
}
