//! Variables of a stopped program: locals of every task, globals, shared objects.

use heddle_api::StepView;
use heddle_trace::{Frame, Variable};
use leptos::prelude::*;

use super::bench::Bench;
use super::tasks::name_of;
use crate::lean::live;

/// Variables under one heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Group {
    /// Whose they are.
    pub title: String,
    /// They.
    pub rows: Vec<Row>,
}

/// One variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    /// Its name.
    pub name: String,
    /// Its value in short.
    pub value: String,
    /// Whether the last step changed it.
    pub changed: bool,
}

/// The variables of a state; those that differ from `before` are marked.
pub(crate) fn groups(view: &StepView, before: Option<&StepView>) -> Vec<Group> {
    let now = collect(view);
    let before = before.map(collect);
    let was = |title: &str, name: &str| {
        let groups = before.as_ref()?;
        let (_, rows) = groups.iter().find(|(other, _)| other == title)?;
        rows.iter().find(|row| row.name == name)
    };
    now.into_iter()
        .map(|(title, variables)| {
            let rows = variables
                .into_iter()
                .map(|variable| Row {
                    changed: before.is_some()
                        && was(&title, &variable.name)
                            .is_none_or(|old| old.value != variable.value),
                    name: variable.name,
                    value: variable.value,
                })
                .collect();
            Group { title, rows }
        })
        .collect()
}

fn collect(view: &StepView) -> Vec<(String, Vec<Variable>)> {
    let Some(snapshot) = &view.snapshot else {
        return Vec::new();
    };
    let mut groups = vec![
        ("Shared objects".to_owned(), snapshot.shared.clone()),
        ("Globals".to_owned(), snapshot.globals.clone()),
    ];
    for task in &snapshot.tasks {
        let info = view.trace.tasks.get(usize::from(task.task.0));
        let name = info.map_or_else(|| task.task.to_string(), name_of);
        let frames = task
            .stack
            .iter()
            .filter(|frame| frame.function != "<module>");
        for Frame {
            function,
            location: _,
            locals,
        } in frames
        {
            groups.push((format!("{name}, in {function}()"), locals.clone()));
        }
    }
    groups.retain(|(_, variables)| !variables.is_empty());
    groups
}

/// The panel.
#[component]
pub(crate) fn VariablesPanel(bench: Bench) -> impl IntoView {
    let groups = Memo::new(move |_| {
        bench
            .with_steps(|steps| Some(groups(steps.here()?, steps.before().map(|view| &**view))))
            .flatten()
            .unwrap_or_default()
    });
    view! {
        <section class="panel" aria-label="Variables" data-testid="variables">
            <h3>"Variables"</h3>
            {live(move || {
                let groups = groups.get();
                if groups.is_empty() {
                    return view! { <p class="quiet">"No variables yet."</p> }.into_any();
                }
                groups.into_iter().map(|group| view! { <GroupTable group /> }).collect_view().into_any()
            })}
        </section>
    }
}

#[component]
fn GroupTable(group: Group) -> impl IntoView {
    let row = |row: Row| {
        let class = if row.changed { "changed" } else { "" };
        let changed = row
            .changed
            .then(|| view! { <span class="changed-word">"changed"</span> });
        view! {
            <tr class=class>
                <th scope="row">{row.name}</th>
                <td>{row.value} {changed}</td>
            </tr>
        }
    };
    view! {
        <table class="variables">
            <caption>{group.title}</caption>
            <tbody>{group.rows.into_iter().map(row).collect_view()}</tbody>
        </table>
    }
}
