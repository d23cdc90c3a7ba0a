//! What a copied address carries: program, schedule, step and cell.

use std::fmt;

use heddle_trace::ProgramHash;

/// The query of a page's address. Parts that make no sense are left out, except the schedule: a
/// damaged one is kept as it is, so that the page can say what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Link {
    /// The program, when it is not the page's own.
    pub program: Option<ProgramHash>,
    /// The schedule's text.
    pub schedule: Option<String>,
    /// How many of its steps have been taken; all of them when absent.
    pub step: Option<usize>,
    /// Which of the page's workbenches it is about.
    pub cell: Option<String>,
}

impl Link {
    /// Reads a query, with or without its question mark.
    pub(crate) fn parse(query: &str) -> Self {
        let mut link = Link::default();
        for pair in query.trim_start_matches('?').split('&') {
            let Some((name, value)) = pair.split_once('=') else {
                continue;
            };
            let value = decode(value);
            match name {
                "program" => link.program = value.parse().ok(),
                "schedule" => link.schedule = Some(value),
                "step" => link.step = value.parse().ok(),
                "cell" => link.cell = Some(value),
                _ => {}
            }
        }
        link
    }

    /// Whether this link is about that workbench: one without a cell is about the page's only one.
    pub(crate) fn is_about(&self, cell: Option<&str>) -> bool {
        self.cell.as_deref() == cell
    }
}

/// The query without its question mark; empty when there is nothing to say.
impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Link {
            program,
            schedule,
            step,
            cell,
        } = self;
        let parts = [
            ("cell", cell.as_deref().map(encode)),
            ("program", program.map(|hash| hash.to_string())),
            ("schedule", schedule.as_deref().map(encode)),
            ("step", step.map(|step| step.to_string())),
        ];
        let mut between = "";
        for (name, value) in parts {
            if let Some(value) = value {
                write!(f, "{between}{name}={value}")?;
                between = "&";
            }
        }
        Ok(())
    }
}

fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let escaped = (bytes[i] == b'%')
            .then(|| text.get(i + 1..i + 3))
            .flatten()
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (escaped, bytes[i]) {
            (Some(byte), _) => {
                out.push(byte);
                i += 2;
            }
            (None, b'+') => out.push(b' '),
            (None, byte) => out.push(byte),
        }
        i += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use heddle_trace::Program;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_link_survives_its_address(
            source in prop::option::of(".{0,8}"),
            schedule in prop::option::of(".{0,12}"),
            step in prop::option::of(0usize..1000),
            cell in prop::option::of("[a-z/ é%&=+]{1,12}"),
        ) {
            let program = source.map(|text| Program::python(text).hash());
            let link = Link { program, schedule, step, cell };
            prop_assert_eq!(Link::parse(&link.to_string()), link.clone());
            prop_assert_eq!(Link::parse(&format!("?{link}")), link);
        }

        #[test]
        fn no_query_makes_the_parser_panic(query in ".*") {
            let _ = Link::parse(&query);
        }
    }

    #[test]
    fn an_empty_link_leaves_the_address_clean() {
        assert_eq!(Link::default().to_string(), "");
    }

    #[test]
    fn a_damaged_schedule_is_kept_so_that_the_page_can_say_so() {
        let link = Link::parse("?schedule=nonsense&step=many&program=zz");
        assert_eq!(link.schedule.as_deref(), Some("nonsense"));
        assert_eq!((link.step, link.program), (None, None));
    }

    #[test]
    fn a_link_is_about_one_workbench() {
        let link = Link::parse("cell=bank-step");
        assert!(link.is_about(Some("bank-step")));
        assert!(!link.is_about(Some("bank-run")));
        assert!(!link.is_about(None));
    }
}
