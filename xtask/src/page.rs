//! What happens to the page after Trunk: no inline script (the server's CSP forbids them), and
//! every text and wasm file also compressed, so that the server compresses nothing per request.

use std::hash::{DefaultHasher, Hasher};
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, bail};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::files;

/// Formats that are compressed already are not worth a second try.
const COMPRESSIBLE: [&str; 8] = ["css", "html", "js", "json", "map", "svg", "txt", "wasm"];
/// Below this a compressed answer saves no packet.
const WORTHWHILE: usize = 1024;

/// Moves the inline scripts of `index.html` in a folder into files beside it.
pub(crate) fn move_inline_scripts(folder: &Path) -> Result<()> {
    let index = folder.join("index.html");
    let (html, scripts) = without_inline_scripts(&files::read(&index)?)?;
    for script in &scripts {
        files::write(&folder.join(&script.name), &script.text)?;
    }
    files::write(&index, html)
}

/// Writes `.br` and `.gz` beside every file that gains by it.
pub(crate) fn compress(folder: &Path) -> Result<()> {
    for file in files::below(folder, |_| false)? {
        let bytes = std::fs::read(&file).with_context(|| format!("reading {}", file.display()))?;
        let compressible = COMPRESSIBLE
            .iter()
            .any(|extension| files::has_extension(&file, extension));
        if !compressible || bytes.len() < WORTHWHILE {
            continue;
        }
        for (extension, compressed) in [("br", brotli(&bytes)?), ("gz", gzip(&bytes)?)] {
            let mut name = file.clone().into_os_string();
            name.push(".");
            name.push(extension);
            files::write(Path::new(&name), compressed)?;
        }
    }
    Ok(())
}

/// The best quality makes our wasm a tenth smaller than 9 does, which is worth its seconds.
fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut out, 1 << 16, 11, 22);
    writer.write_all(bytes).context("compressing with brotli")?;
    drop(writer);
    Ok(out)
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut writer = GzEncoder::new(Vec::new(), Compression::best());
    writer.write_all(bytes).context("compressing with gzip")?;
    writer.finish().context("compressing with gzip")
}

/// A script that stood in the page.
#[derive(Debug, PartialEq, Eq)]
struct Script {
    /// With a hash of the text, so that it can be cached for ever.
    name: String,
    text: String,
}

/// Replaces every inline script that a browser would run by a reference to a file.
///
/// This is no HTML parser: Trunk writes the page from our own `index.html`, and what it writes is
/// plain enough. What is not understood is an error, never left in place.
fn without_inline_scripts(html: &str) -> Result<(String, Vec<Script>)> {
    let (mut out, mut scripts) = (String::new(), Vec::new());
    let mut rest = html;
    while let Some(start) = rest.find("<script") {
        let (before, tag) = rest.split_at(start);
        out.push_str(before);
        let (Some(open), Some(close)) = (tag.find('>'), tag.find("</script>")) else {
            bail!("index.html has a <script> that is not closed");
        };
        let (attributes, text) = (&tag["<script".len()..open], &tag[open + 1..close]);
        rest = &tag[close + "</script>".len()..];
        if has_attribute(attributes, "src") || is_data(attributes) {
            out.push_str(&tag[..tag.len() - rest.len()]);
            continue;
        }
        let script = Script {
            name: format!("boot-{:016x}.js", hash(text)),
            text: text.trim().to_owned() + "\n",
        };
        out.push_str(&format!(
            "<script{attributes} src=\"/{}\"></script>",
            script.name
        ));
        scripts.push(script);
    }
    out.push_str(rest);
    Ok((out, scripts))
}

/// Scripts of a type that browsers do not run are data, which a CSP lets pass. An import map is
/// neither: it cannot be in a file, and a strict CSP blocks it.
fn is_data(attributes: &str) -> bool {
    ["application/json", "application/ld+json", "text/plain"]
        .iter()
        .any(|kind| attributes.contains(kind))
}

fn has_attribute(attributes: &str, name: &str) -> bool {
    attributes
        .split_whitespace()
        .any(|word| word == name || word.starts_with(&format!("{name}=")))
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(text.as_bytes());
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inline_script_becomes_a_file() {
        let html = "<head><script type=\"module\">\nimport init from '/x.js';\n</script></head>";
        let (html, scripts) = without_inline_scripts(html).unwrap();
        let [script] = scripts.as_slice() else {
            panic!("one script expected: {scripts:?}");
        };
        assert_eq!(script.text, "import init from '/x.js';\n");
        assert_eq!(
            html,
            format!(
                "<head><script type=\"module\" src=\"/{}\"></script></head>",
                script.name
            )
        );
    }

    #[test]
    fn a_script_in_a_file_and_data_stay_as_they_are() {
        let html = "<script src=\"/a.js\"></script><script type=\"application/json\">{}</script>";
        let (same, scripts) = without_inline_scripts(html).unwrap();
        assert_eq!((same.as_str(), scripts.len()), (html, 0));
    }

    #[test]
    fn another_attribute_that_ends_in_src_does_not_hide_an_inline_script() {
        let (_, scripts) = without_inline_scripts("<script data-src=\"x\">1</script>").unwrap();
        assert_eq!(scripts.len(), 1);
    }

    #[test]
    fn different_scripts_have_different_names() {
        let (_, scripts) =
            without_inline_scripts("<script>one</script> <script>two</script>").unwrap();
        assert_eq!(scripts.len(), 2);
        assert_ne!(scripts[0].name, scripts[1].name);
    }

    #[test]
    fn a_script_that_is_not_closed_is_an_error() {
        assert!(without_inline_scripts("<script>1").is_err());
    }

    #[test]
    fn what_was_compressed_is_what_comes_out() {
        let text = "the same words again and again ".repeat(100).into_bytes();
        let mut unpacked = Vec::new();
        let packed = gzip(&text).unwrap();
        std::io::Read::read_to_end(
            &mut flate2::read::GzDecoder::new(&packed[..]),
            &mut unpacked,
        )
        .unwrap();
        assert_eq!(unpacked, text);

        unpacked.clear();
        let packed = brotli(&text).unwrap();
        brotli::BrotliDecompress(&mut &packed[..], &mut unpacked).unwrap();
        assert_eq!(unpacked, text);
        assert!(packed.len() < text.len() / 10);
    }
}
