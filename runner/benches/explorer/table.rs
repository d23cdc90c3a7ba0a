//! Tables in Markdown.

/// A table, printed row by row: a long bench shows how far it is.
pub(crate) struct Table;

impl Table {
    /// Prints a heading, what it is about, and the table's first two lines.
    pub(crate) fn begin(heading: &str, about: &str, columns: &[&str]) -> Table {
        println!("\n## {heading}\n\n{about}\n");
        println!("| {} |", columns.join(" | "));
        println!("|{}", "---|".repeat(columns.len()));
        Table
    }

    /// Prints a row.
    pub(crate) fn row(&self, cells: &[String]) {
        println!("| {} |", cells.join(" | "));
    }
}

/// Executions to the first failure of several searches: mean, worst, and how many found none.
pub(crate) fn firsts(firsts: &[Option<u64>]) -> String {
    let found: Vec<u64> = firsts.iter().copied().flatten().collect();
    let Some(worst) = found.iter().max() else {
        return format!("none in {}", firsts.len());
    };
    let missed = match firsts.len() - found.len() {
        0 => String::new(),
        missed => format!(" !{missed}"),
    };
    let mean = found.iter().sum::<u64>() as f64 / found.len() as f64;
    match firsts.len() {
        1 => format!("{worst}"),
        _ => format!("{mean:.1} ({worst}){missed}"),
    }
}

/// Seconds, as exactly as they are worth.
pub(crate) fn seconds(seconds: f64) -> String {
    match seconds {
        long if long >= 10.0 => format!("{long:.0} s"),
        some if some >= 1.0 => format!("{some:.1} s"),
        short => format!("{:.0} ms", short * 1e3),
    }
}

/// The middle one.
pub(crate) fn median<T: Copy + PartialOrd>(values: &mut [T]) -> Option<T> {
    values.sort_by(|one, other| one.partial_cmp(other).unwrap_or(std::cmp::Ordering::Equal));
    values.get(values.len() / 2).copied()
}
