//! Python's plain values as JSON text.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyInt, PyList, PyString, PyTuple};

/// Encodes dicts with string or integer keys, lists, tuples, strings, integers, booleans, None.
///
/// # Errors
/// `TypeError` for anything else.
pub(crate) fn encode(value: &Bound<'_, PyAny>) -> PyResult<String> {
    let mut text = String::new();
    write(value, &mut text)?;
    Ok(text)
}

fn write(value: &Bound<'_, PyAny>, out: &mut String) -> PyResult<()> {
    if value.is_none() {
        out.push_str("null");
    } else if let Ok(b) = value.cast_exact::<PyBool>() {
        out.push_str(if b.is_true() { "true" } else { "false" });
    } else if value.cast_exact::<PyInt>().is_ok() {
        out.push_str(&value.str()?.to_string_lossy());
    } else if let Ok(text) = value.cast::<PyString>() {
        write_string(&text.to_string_lossy(), out);
    } else if let Ok(list) = value.cast::<PyList>() {
        write_items(list.iter(), out)?;
    } else if let Ok(tuple) = value.cast::<PyTuple>() {
        write_items(tuple.iter(), out)?;
    } else if let Ok(dict) = value.cast::<PyDict>() {
        out.push('{');
        for (i, (key, item)) in dict.iter().enumerate() {
            if i > 0 {
                out.push(',');
            }
            write_string(&key.str()?.to_string_lossy(), out);
            out.push(':');
            write(&item, out)?;
        }
        out.push('}');
    } else {
        return Err(PyTypeError::new_err("only plain values can be reported"));
    }
    Ok(())
}

fn write_items<'py>(
    items: impl Iterator<Item = Bound<'py, PyAny>>,
    out: &mut String,
) -> PyResult<()> {
    out.push('[');
    for (i, item) in items.enumerate() {
        if i > 0 {
            out.push(',');
        }
        write(&item, out)?;
    }
    out.push(']');
    Ok(())
}

fn write_string(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if (c as u32) < 0x20 => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
}
