//! CPU time without cgroups: from /proc, process by process.

use std::fs;
use std::time::Duration;

use nix::unistd::{SysconfVar, sysconf};

/// CPU time of a process, its living descendants, and the children that each has reaped. What a
/// descendant used that ended unreaped a moment ago may be missing.
pub(crate) fn cpu_time(pid: i32) -> Duration {
    let mut ticks = 0;
    let mut todo = vec![pid];
    while let Some(pid) = todo.pop() {
        ticks += ticks_of(pid).unwrap_or(0);
        todo.extend(children(pid));
    }
    let per_second = sysconf(SysconfVar::CLK_TCK)
        .ok()
        .flatten()
        .unwrap_or(100)
        .max(1) as u64;
    Duration::from_millis(ticks * 1000 / per_second)
}

fn ticks_of(pid: i32) -> Option<u64> {
    ticks_in(&fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
}

/// The sum of utime, stime, cutime and cstime. The name before them may contain anything.
fn ticks_in(stat: &str) -> Option<u64> {
    let (_, rest) = stat.rsplit_once(')')?;
    // After the name comes field 3; the four wanted are 14 to 17.
    let fields = rest.split_whitespace().skip(11).take(4);
    Some(fields.filter_map(|field| field.parse::<u64>().ok()).sum())
}

fn children(pid: i32) -> Vec<i32> {
    let threads = fs::read_dir(format!("/proc/{pid}/task"))
        .into_iter()
        .flatten()
        .flatten();
    threads
        .filter_map(|thread| fs::read_to_string(thread.path().join("children")).ok())
        .flat_map(|list| {
            list.split_whitespace()
                .filter_map(|pid| pid.parse().ok())
                .collect::<Vec<i32>>()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_brackets_and_numbers_does_not_confuse_the_sum() {
        let stat = "12 (a) 9 9 (b) S 1 12 12 0 -1 4194560 1 0 0 0 5 6 7 8 20 0 1 0 99";
        assert_eq!(ticks_in(stat), Some(26));
    }
}
