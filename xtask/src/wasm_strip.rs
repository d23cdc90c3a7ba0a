//! Taking the names of functions out of a wasm file: half of it, and of use to a profiler only.
//!
//! `strip = true` in the profile would do it too, but before wasm-bindgen has read which features of
//! wasm the compiler used; without knowing, wasm-bindgen warns and writes larger code.

use anyhow::{Context, Result};

/// The magic number and the version.
const HEADER: usize = 8;
const CUSTOM: u8 = 0;
/// Custom sections that no browser reads.
const NEEDLESS: [&[u8]; 2] = [b"name", b"producers"];

/// The file without them.
pub(crate) fn strip(wasm: &[u8]) -> Result<Vec<u8>> {
    let (header, mut rest) = wasm.split_at_checked(HEADER).context("no wasm file")?;
    let mut out = header.to_vec();
    while let Some((&kind, after)) = rest.split_first() {
        let (size, content) = leb128(after)?;
        let (content, next) = content
            .split_at_checked(size)
            .context("a section of the wasm file is cut off")?;
        let whole = &rest[..rest.len() - next.len()];
        if kind != CUSTOM || !NEEDLESS.contains(&name(content)?) {
            out.extend_from_slice(whole);
        }
        rest = next;
    }
    Ok(out)
}

/// The name that a custom section begins with.
fn name(content: &[u8]) -> Result<&[u8]> {
    let (length, rest) = leb128(content)?;
    rest.get(..length).context("a section's name is cut off")
}

/// An unsigned number as wasm writes it: seven bits to a byte, the lowest first.
fn leb128(bytes: &[u8]) -> Result<(usize, &[u8])> {
    let mut number = 0;
    for (i, byte) in bytes.iter().take(5).enumerate() {
        number |= usize::from(byte & 0x7f) << (7 * i);
        if byte & 0x80 == 0 {
            return Ok((number, &bytes[i + 1..]));
        }
    }
    anyhow::bail!("a number in the wasm file does not end")
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAGIC: &[u8] = b"\0asm\x01\0\0\0";

    fn section(kind: u8, content: &[u8]) -> Vec<u8> {
        let size = content.len();
        assert!(size < 0x4000);
        let mut section = vec![kind, (size & 0x7f) as u8 | 0x80, (size >> 7) as u8];
        section.extend_from_slice(content);
        section
    }

    #[test]
    fn names_go_and_all_else_stays() {
        let code = section(10, &[7; 300]);
        let features = section(CUSTOM, b"\x0ftarget_features\x01");
        let names = section(CUSTOM, b"\x04name and more");
        let file = [MAGIC, &code, &names, &features].concat();
        assert_eq!(strip(&file).unwrap(), [MAGIC, &code, &features].concat());
    }

    #[test]
    fn a_file_that_is_cut_off_is_an_error() {
        let file = [MAGIC, &section(10, &[7; 300])[..200]].concat();
        assert!(strip(&file).is_err());
        assert!(strip(b"\0asm").is_err());
    }
}
