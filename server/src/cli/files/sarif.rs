//! SARIF 2.1.0 (OASIS, *Static Analysis Results Interchange Format*, 2020): what code hosts show
//! beside the lines.

use std::collections::BTreeMap;

use heddle_trace::Severity;
use serde_json::{Value, json};

use crate::cli::accepted::By;
use crate::cli::explore::Explored;
use crate::cli::finding::{Listed, Place};
use crate::cli::program::ProgramArgs;

/// The file's text.
pub(super) fn text(program: &ProgramArgs, explored: &Explored) -> String {
    let mut rules: BTreeMap<&str, Value> = BTreeMap::new();
    for finding in &explored.findings {
        rules.entry(&finding.kind).or_insert_with(|| rule(finding));
    }
    let rules: Vec<Value> = rules.into_values().collect();
    let results = explored.findings.iter();
    let results: Vec<Value> = results.map(|one| result(program, explored, one)).collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "Heddle",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "results": results,
            "properties": { "claim": explored.claim_text },
        }],
    });
    format!("{log:#}\n")
}

fn rule(finding: &Listed) -> Value {
    json!({
        "id": finding.kind,
        "shortDescription": { "text": finding.kind.replace('-', " ") },
        "help": { "text": finding.explanation },
    })
}

fn result(program: &ProgramArgs, explored: &Explored, finding: &Listed) -> Value {
    let level = match finding.severity {
        Severity::Failure => "error",
        Severity::Warning => "warning",
    };
    let place = |file: &str, line: u32| {
        json!({ "physicalLocation": {
            "artifactLocation": { "uri": program.uri_of(file) },
            "region": { "startLine": line },
        }})
    };
    let suppressions = match finding.accepted_by {
        Some(By::Comment) => json!([{ "kind": "inSource" }]),
        Some(By::Config) => json!([{ "kind": "external" }]),
        None => json!([]),
    };
    // Code hosts want a place for each result, and the schema each related one only once.
    let mut places: Vec<Value> = Vec::new();
    for Place { file, line } in &finding.places {
        let place = place(file, *line);
        if !places.contains(&place) {
            places.push(place);
        }
    }
    if places.is_empty() {
        places.push(place(&explored.main, 1));
    }
    let others = places.split_off(1);
    // What an exit code says has no id: its kind is all there is.
    let fingerprint = match finding.id.as_str() {
        "" => &finding.kind,
        id => id,
    };
    json!({
        "ruleId": finding.kind,
        "level": level,
        "message": { "text": finding.summary },
        "locations": places,
        "relatedLocations": others,
        "suppressions": suppressions,
        "partialFingerprints": { "heddleFinding/v1": fingerprint },
        "properties": {
            "schedule": finding.schedule,
            "first_execution": finding.first_execution,
            "under_gil": finding.under_gil,
        },
    })
}
