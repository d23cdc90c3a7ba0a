//! A cycle in the wait-for graph.

use std::collections::HashMap;

use heddle_trace::{TaskId, Waiting};

/// The tasks of one cycle, each waiting for the next and the last for the first, beginning with
/// the smallest; empty when there is none.
///
/// Depth first with a stack of its own: a forged trace can have tens of thousands of tasks in a
/// row. Linear in the number of edges.
pub(super) fn find(waiting: &[Waiting]) -> Vec<TaskId> {
    let rows: HashMap<TaskId, usize> = (waiting.iter().enumerate())
        .map(|(row, wait)| (wait.task, row))
        .collect();
    let mut visited = vec![false; waiting.len()];
    let mut place_on_path = vec![None; waiting.len()];
    for root in 0..waiting.len() {
        if visited[root] {
            continue;
        }
        visited[root] = true;
        place_on_path[root] = Some(0);
        // Rows on the path, each with the number of its edges that were followed.
        let mut path = vec![(root, 0)];
        while let Some((row, edge)) = path.last_mut() {
            let next = waiting[*row].for_tasks.get(*edge);
            *edge += 1;
            let Some(next) = next else {
                place_on_path[*row] = None;
                path.pop();
                continue;
            };
            let Some(&next) = rows.get(next) else {
                continue;
            };
            if let Some(place) = place_on_path[next] {
                let tasks = path[place..].iter().map(|(row, _)| waiting[*row].task);
                return smallest_first(tasks.collect());
            }
            if !visited[next] {
                visited[next] = true;
                place_on_path[next] = Some(path.len());
                path.push((next, 0));
            }
        }
    }
    Vec::new()
}

fn smallest_first(mut cycle: Vec<TaskId>) -> Vec<TaskId> {
    let smallest = (0..cycle.len()).min_by_key(|place| cycle[*place]);
    cycle.rotate_left(smallest.unwrap_or(0));
    cycle
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cycle(edges: &[(u16, &[u16])]) -> Vec<u16> {
        let waiting: Vec<Waiting> = (edges.iter())
            .map(|(task, for_tasks)| Waiting {
                task: TaskId(*task),
                object: None,
                for_tasks: for_tasks.iter().map(|t| TaskId(*t)).collect(),
                location: None,
            })
            .collect();
        find(&waiting).into_iter().map(|t| t.0).collect()
    }

    #[test]
    fn a_cycle_begins_with_its_smallest_task() {
        assert_eq!(cycle(&[(0, &[3]), (1, &[2]), (2, &[1]), (3, &[2])]), [1, 2]);
        assert_eq!(cycle(&[(2, &[0]), (1, &[2]), (0, &[1])]), [0, 1, 2]);
    }

    #[test]
    fn waiting_for_oneself_is_a_cycle() {
        assert_eq!(cycle(&[(4, &[4])]), [4]);
    }

    #[test]
    fn a_chain_is_no_cycle() {
        assert_eq!(cycle(&[(0, &[1]), (1, &[2, 9]), (2, &[])]), [0; 0]);
    }

    #[test]
    fn a_cycle_behind_the_second_edge_is_found() {
        assert_eq!(cycle(&[(0, &[1, 2]), (1, &[]), (2, &[0])]), [0, 2]);
    }

    #[test]
    fn a_very_long_chain_does_not_overflow_the_stack() {
        let next: Vec<[u16; 1]> = (0..60_000).map(|task| [(task + 1) % 60_000]).collect();
        let edges: Vec<(u16, &[u16])> = (0..60_000)
            .map(|task| (task, &next[usize::from(task)][..]))
            .collect();
        assert_eq!(cycle(&edges).len(), 60_000);
    }
}
