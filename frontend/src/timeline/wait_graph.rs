//! The wait-for graph as a drawing of real elements, with its cycle in thick lines and in words.

mod place;

use std::sync::atomic::{AtomicU32, Ordering};

use heddle_timeline::{WaitGraph, WaitKind, WaitParty};
use leptos::prelude::*;

use crate::lean::{self, live};
use place::{Arrow, Placed, Plan, place};

/// Numbers for ids, which must be unique on the page.
static NUMBER: AtomicU32 = AtomicU32::new(0);

/// Who holds what and who waits for whom.
#[component]
pub(crate) fn WaitGraphView(graph: Signal<WaitGraph>) -> impl IntoView {
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let (title, text) = (format!("waits-{number}"), format!("waits-text-{number}"));
    let drawing = move || graph.with(|graph| drawing(graph, &title, &text));
    let sentence = move || graph.with(|g| g.sentence.clone());
    let in_cycle = move || graph.with(|g| !g.cycle.is_empty());
    view! {
        <figure class="waits" class:waits-cycle=in_cycle data-testid="wait-graph">
            {live(drawing)}
            <figcaption>{lean::text(sentence)}</figcaption>
        </figure>
    }
}

fn drawing(graph: &WaitGraph, title: &str, text: &str) -> impl IntoView + use<> {
    let plan = place(graph);
    let size = format!(
        "0 0 {} {}",
        plan.width.round() as i32,
        plan.height.round() as i32
    );
    let heading = if graph.cycle.is_empty() {
        "Who waits for whom"
    } else {
        "Who waits for whom: a cycle"
    };
    let arrows = arrows(graph, &plan);
    let nodes = nodes(graph, &plan);
    let hidden = (plan.left_out > 0).then(|| format!("and {} more", plan.left_out));
    let described = describe(graph);
    view! {
        <svg
            class="waits-drawing"
            viewBox=size
            width=plan.width
            height=plan.height
            role="img"
            aria-labelledby=title.to_owned()
            aria-describedby=text.to_owned()
        >
            <title id=title.to_owned()>{heading}</title>
            <desc id=text.to_owned()>{described}</desc>
            {arrows}
            {nodes}
        </svg>
        {hidden.map(|hidden| view! { <p class="waits-more">{hidden}</p> })}
    }
}

fn arrows(graph: &WaitGraph, plan: &Plan) -> Vec<AnyView> {
    let draw = |arrow: &Arrow| {
        let edge = &graph.edges[arrow.edge];
        let (kind, word) = match edge.kind {
            WaitKind::WaitsFor => ("waits-edge waits-for", "waits for"),
            WaitKind::HeldBy => ("waits-edge waits-held", "held by"),
        };
        let class = if edge.in_cycle {
            format!("{kind} on-cycle")
        } else {
            kind.to_owned()
        };
        let (x, y) = arrow.middle;
        view! {
            <g class=class>
                <path d=arrow.line.clone()></path>
                <polygon points=arrow.head.clone()></polygon>
                <text x=x y=y text-anchor="middle" dominant-baseline="middle">
                    {word}
                </text>
            </g>
        }
        .into_any()
    };
    plan.arrows.iter().map(draw).collect()
}

fn nodes(graph: &WaitGraph, plan: &Plan) -> Vec<AnyView> {
    let draw = |placed: &Placed| {
        let node = &graph.nodes[placed.node];
        let (kind, round) = match node.party {
            WaitParty::Task(_) => ("waits-node waits-task", 6.0),
            WaitParty::Object(_) => ("waits-node waits-object", placed.h / 2.0),
        };
        let class = if node.in_cycle {
            format!("{kind} on-cycle")
        } else {
            kind.to_owned()
        };
        let (x, y) = (placed.x - placed.w / 2.0, placed.y - placed.h / 2.0);
        view! {
            <g class=class>
                <rect x=x y=y width=placed.w height=placed.h rx=round></rect>
                <text x=placed.x y=placed.y text-anchor="middle" dominant-baseline="central">
                    {placed.label.clone()}
                </text>
            </g>
        }
        .into_any()
    };
    plan.nodes.iter().map(draw).collect()
}

/// Every edge in words.
fn describe(graph: &WaitGraph) -> String {
    let name = |node: usize| graph.nodes[node].label.as_str();
    let edges = graph.edges.iter().map(|edge| {
        let word = match edge.kind {
            WaitKind::WaitsFor => "waits for",
            WaitKind::HeldBy => "is held by",
        };
        format!("{} {word} {}", name(edge.from), name(edge.to))
    });
    let edges: Vec<String> = edges.collect();
    format!("{}.", edges.join("; "))
}
