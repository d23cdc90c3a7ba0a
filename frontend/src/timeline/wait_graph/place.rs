//! Where the nodes and arrows of a wait-for graph go.
//!
//! The nodes of a cycle stand on a ring in the order of its arrows, so that the eye can follow it
//! round. All others stand in two columns, tasks on the left of it, objects on the right.

use std::f64::consts::TAU;
use std::fmt;

use heddle_timeline::{WaitGraph, WaitParty};

use crate::timeline::painter::barbs;

/// A node with its place: middle, width and height.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Placed {
    /// Index of the node.
    pub(super) node: usize,
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) w: f64,
    pub(super) h: f64,
    /// Its label, shortened.
    pub(super) label: String,
}

/// An edge with its place.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Arrow {
    /// Index of the edge.
    pub(super) edge: usize,
    /// The line, as a path.
    pub(super) line: String,
    /// Corners of the head.
    pub(super) head: String,
    /// Where its word stands.
    pub(super) middle: (f64, f64),
}

/// The whole drawing.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Plan {
    pub(super) nodes: Vec<Placed>,
    pub(super) arrows: Vec<Arrow>,
    pub(super) width: f64,
    pub(super) height: f64,
    /// Nodes that have no place.
    pub(super) left_out: usize,
}

/// More nodes than this cannot be read.
const MOST: usize = 20;
const HEIGHT: f64 = 34.0;
const MARGIN: f64 = 12.0;
/// Between two columns, with room for the arrows' words.
const BETWEEN: f64 = 96.0;
/// Between two rows.
const ROW: f64 = 70.0;
const LONGEST_LABEL: usize = 22;

/// Places a graph.
pub(super) fn place(graph: &WaitGraph) -> Plan {
    let shown = chosen(graph);
    let mut plan = Plan {
        left_out: graph.nodes.len() - shown.len(),
        ..Plan::default()
    };
    let on_ring: Vec<usize> = (graph.cycle.iter().copied())
        .filter(|n| shown.contains(n))
        .collect();
    let others = shown.into_iter().filter(|n| !on_ring.contains(n));
    let (tasks, objects): (Vec<usize>, Vec<usize>) =
        others.partition(|n| matches!(graph.nodes[*n].party, WaitParty::Task(_)));
    column(graph, &tasks, &mut plan);
    ring(graph, &on_ring, &mut plan);
    column(graph, &objects, &mut plan);
    plan.width = extent(&plan, |p| p.x + p.w / 2.0) + MARGIN;
    plan.height = extent(&plan, |p| p.y + p.h / 2.0) + MARGIN;
    plan.arrows = (0..graph.edges.len())
        .filter_map(|edge| arrow(graph, edge, &plan.nodes))
        .collect();
    plan
}

/// The cycle first, then what there is room for.
fn chosen(graph: &WaitGraph) -> Vec<usize> {
    let rest = (0..graph.nodes.len()).filter(|n| !graph.cycle.contains(n));
    graph.cycle.iter().copied().chain(rest).take(MOST).collect()
}

fn extent(plan: &Plan, edge: impl Fn(&Placed) -> f64) -> f64 {
    plan.nodes.iter().map(edge).fold(0.0, f64::max)
}

fn node(graph: &WaitGraph, node: usize, x: f64, y: f64) -> Placed {
    let label = shorten(&graph.nodes[node].label);
    let w = 26.0 + 7.6 * label.chars().count() as f64;
    let h = HEIGHT;
    Placed {
        node,
        x,
        y,
        w,
        h,
        label,
    }
}

fn shorten(label: &str) -> String {
    if label.chars().count() <= LONGEST_LABEL {
        return label.to_owned();
    }
    label.chars().take(LONGEST_LABEL - 1).chain(['…']).collect()
}

/// An ellipse, wide enough that neighbours have room for an arrow between them.
fn ring(graph: &WaitGraph, cycle: &[usize], plan: &mut Plan) {
    if cycle.is_empty() {
        return;
    }
    let left = next_column(plan);
    let widest = cycle
        .iter()
        .map(|n| node(graph, *n, 0.0, 0.0).w)
        .fold(0.0, f64::max);
    let count = cycle.len() as f64;
    let across = (count * (widest + 50.0) / TAU).max(widest / 2.0 + 70.0);
    let down = (count * 70.0 / TAU).max(92.0);
    let middle = (left + widest / 2.0 + across, MARGIN + HEIGHT / 2.0 + down);
    // A task on top: arrows then lead down on the right and up on the left.
    let top = cycle
        .iter()
        .position(|n| matches!(graph.nodes[*n].party, WaitParty::Task(_)))
        .unwrap_or(0);
    for (i, n) in cycle[top..].iter().chain(&cycle[..top]).enumerate() {
        let turns = i as f64 / count;
        let (x, y) = (
            middle.0 + across * sine(turns),
            middle.1 - down * sine(turns + 0.25),
        );
        plan.nodes.push(node(graph, *n, x, y));
    }
}

/// Left edge of the next column.
fn next_column(plan: &Plan) -> f64 {
    match plan.nodes.is_empty() {
        true => MARGIN,
        false => extent(plan, |p| p.x + p.w / 2.0) + BETWEEN,
    }
}

fn column(graph: &WaitGraph, members: &[usize], plan: &mut Plan) {
    let left = next_column(plan);
    let first = plan.nodes.len();
    for (row, n) in members.iter().enumerate() {
        let y = MARGIN + HEIGHT / 2.0 + row as f64 * ROW;
        plan.nodes.push(node(graph, *n, 0.0, y));
    }
    let column = &mut plan.nodes[first..];
    let widest = column.iter().map(|p| p.w).fold(0.0, f64::max);
    for placed in column {
        placed.x = left + widest / 2.0;
    }
}

/// From border to border; bent a little to the left, which is outwards on the ring, so that two
/// arrows between the same nodes do not lie on each other.
fn arrow(graph: &WaitGraph, edge: usize, nodes: &[Placed]) -> Option<Arrow> {
    let find = |node: usize| nodes.iter().find(|p| p.node == node);
    let (a, b) = (find(graph.edges[edge].from)?, find(graph.edges[edge].to)?);
    let (dx, dy) = (b.x - a.x, b.y - a.y);
    let distance = length(dx, dy);
    if distance < 1.0 {
        return None;
    }
    let bend = (distance * 0.12).min(26.0);
    let middle = (
        (a.x + b.x) / 2.0 + dy / distance * bend,
        (a.y + b.y) / 2.0 - dx / distance * bend,
    );
    let start = border(a, middle, 2.0);
    let tip = border(b, middle, 4.0);
    let line = format!("M{} Q{} {}", Point(start), Point(middle), Point(tip));
    // The middle of the curve is half way to its control point; the word stands a little outside.
    let outside = |s: f64, m: f64, t: f64| 0.1 * s + 0.8 * m + 0.1 * t;
    Some(Arrow {
        edge,
        line,
        head: head(middle, tip),
        middle: (
            outside(start.0, middle.0, tip.0),
            outside(start.1, middle.1, tip.1),
        ),
    })
}

/// Where the line from a node's middle to a point crosses its border, and `gap` further.
fn border(node: &Placed, to: (f64, f64), gap: f64) -> (f64, f64) {
    let (dx, dy) = (to.0 - node.x, to.1 - node.y);
    let distance = length(dx, dy).max(0.001);
    let sides = |half: f64, d: f64| {
        if d.abs() < 0.001 {
            f64::MAX
        } else {
            half / d.abs()
        }
    };
    let part = sides(node.w / 2.0, dx).min(sides(node.h / 2.0, dy));
    let part = (part + gap / distance).min(1.0);
    (node.x + dx * part, node.y + dy * part)
}

fn head(from: (f64, f64), tip: (f64, f64)) -> String {
    let (left, right) = barbs(from, tip, 10.0);
    format!("{} {} {}", Point(tip), Point(left), Point(right))
}

/// Sine of an angle in turns, good to a thousandth: two parabolas, and their squares to correct
/// them. (The exact one brings 6 kB of code to the page.)
fn sine(turns: f64) -> f64 {
    let t = turns - turns.round();
    let coarse = 8.0 * t - 16.0 * t * t.abs();
    coarse + 0.225 * (coarse * coarse.abs() - coarse)
}

fn length(dx: f64, dy: f64) -> f64 {
    (dx * dx + dy * dy).sqrt()
}

/// A point as SVG writes it, to a tenth of a pixel.
struct Point((f64, f64));

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenths = |n: f64| (n * 10.0).round() as i32;
        let (x, y) = (tenths(self.0.0), tenths(self.0.1));
        let sign = |n: i32| if n < 0 { "-" } else { "" };
        let parts = |n: i32| (n.abs() / 10, n.abs() % 10);
        let ((xa, xb), (ya, yb)) = (parts(x), parts(y));
        write!(f, "{}{xa}.{xb},{}{ya}.{yb}", sign(x), sign(y))
    }
}

#[cfg(test)]
mod tests {
    use heddle_timeline::{WaitEdge, WaitKind, WaitNode};
    use heddle_trace::{ObjectId, TaskId};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_short_sine_is_good_to_a_thousandth() {
        for i in -300..300 {
            let turns = f64::from(i) / 100.0;
            let exact = (turns * TAU).sin();
            assert!((sine(turns) - exact).abs() < 1.2e-3, "{turns}");
        }
    }

    #[test]
    fn points_are_written_to_a_tenth() {
        assert_eq!(Point((-0.26, 12.0)).to_string(), "-0.3,12.0");
        assert_eq!(Point((-12.34, 0.06)).to_string(), "-12.3,0.1");
    }

    #[test]
    fn both_ends_of_a_head_are_as_far_from_its_tip() {
        let (left, right) = barbs((0.0, 0.0), (30.0, 40.0), 10.0);
        for (x, y) in [left, right] {
            assert!((length(x - 30.0, y - 40.0) - 10.0).abs() < 0.01);
            assert!(length(x, y) < 50.0, "behind the tip");
        }
    }

    /// `tasks` tasks and as many objects; each task holds one and waits for the next, and the
    /// first `cycle` of them in a ring.
    fn graph(tasks: usize, cycle: usize) -> WaitGraph {
        let mut graph = WaitGraph::default();
        for i in 0..tasks {
            let on = i < cycle;
            for (party, label) in [
                (
                    WaitParty::Task(TaskId(i as u16)),
                    format!("Thread-{i} (work)"),
                ),
                (WaitParty::Object(ObjectId(i as u32)), format!("lock {i}")),
            ] {
                let in_cycle = on;
                graph.nodes.push(WaitNode {
                    party,
                    label,
                    in_cycle,
                });
            }
            let next = if on { (i + 1) % cycle } else { (i + 1) % tasks };
            for (from, to, kind) in [
                (2 * i, 2 * next + 1, WaitKind::WaitsFor),
                (2 * i + 1, 2 * i, WaitKind::HeldBy),
            ] {
                let in_cycle = on;
                graph.edges.push(WaitEdge {
                    from,
                    to,
                    kind,
                    in_cycle,
                });
            }
            if on {
                graph.cycle.extend([2 * i, 2 * next + 1]);
            }
        }
        graph
    }

    fn overlap(a: &Placed, b: &Placed) -> bool {
        (a.x - b.x).abs() < (a.w + b.w) / 2.0 && (a.y - b.y).abs() < (a.h + b.h) / 2.0
    }

    proptest! {
        #[test]
        fn no_two_nodes_overlap_and_all_are_inside(tasks in 1usize..16, cycle in 0usize..9) {
            let graph = graph(tasks, if cycle < 2 { 0 } else { cycle.min(tasks) });
            let plan = place(&graph);
            prop_assert_eq!(plan.nodes.len() + plan.left_out, graph.nodes.len());
            for (i, a) in plan.nodes.iter().enumerate() {
                for b in &plan.nodes[i + 1..] {
                    prop_assert!(!overlap(a, b), "{a:?} {b:?}");
                }
                prop_assert!(a.x - a.w / 2.0 >= 0.0 && a.y - a.h / 2.0 >= 0.0, "{a:?}");
                prop_assert!(a.x + a.w / 2.0 <= plan.width && a.y + a.h / 2.0 <= plan.height);
            }
        }
    }

    #[test]
    fn a_cycle_is_never_left_out() {
        let graph = graph(15, 6);
        let plan = place(&graph);
        assert!(plan.left_out > 0);
        for n in &graph.cycle {
            assert!(plan.nodes.iter().any(|p| p.node == *n));
        }
    }

    #[test]
    fn an_empty_graph_is_an_empty_drawing() {
        let plan = place(&WaitGraph::default());
        assert!(plan.nodes.is_empty() && plan.arrows.is_empty());
    }
}
