//! The machine that the figures are from.

use heddle_trace::protocol::HostInfo;
use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::unistd::Pid;

use crate::frontrun::Frontrun;

/// Cores, memory, kernel, interpreters, date.
pub(crate) fn line(host: &HostInfo, frontrun: Option<&Frontrun>) -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let memory = field("/proc/meminfo", "MemTotal:");
    let kilobytes: u64 = memory.trim_end_matches(" kB").parse().unwrap_or(0);
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let date = std::process::Command::new("date")
        .arg("+%F")
        .output()
        .unwrap();
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or_default().to_owned();
    let beside = frontrun.map_or("without frontrun".to_owned(), Frontrun::version);
    format!(
        "Taken by `cargo xtask bench explorer` (figures only, nothing is asserted) on {}: {}, {cores} \
         cores, {} GiB, Linux {}, load before {load}. Heddle: {}, jail {:?}. Beside it: {beside}.",
        String::from_utf8_lossy(&date.stdout).trim(),
        field("/proc/cpuinfo", "model name").trim_start_matches([' ', '\t', ':']),
        kilobytes.div_ceil(1 << 20),
        kernel.trim(),
        host.python,
        host.jail,
    )
}

fn field(file: &str, name: &str) -> String {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let value = text.lines().find_map(|line| line.strip_prefix(name));
    value.unwrap_or("?").trim().to_owned()
}

/// This thread, and every process that it starts from now on.
pub(crate) fn keep_to_one_core() {
    let this = Pid::from_raw(0);
    let allowed = sched_getaffinity(this).unwrap();
    let last = (0..CpuSet::count())
        .rev()
        .find(|core| allowed.is_set(*core).unwrap_or(false));
    let mut one = CpuSet::new();
    one.set(last.unwrap()).unwrap();
    sched_setaffinity(this, &one).unwrap();
}
