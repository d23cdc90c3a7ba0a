//! The page and its files.

use tempfile::TempDir;

use crate::harness::{Server, real_runner};

#[test]
fn the_page_is_at_every_address_it_knows_and_nowhere_else() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(&real_runner(), &folder);
    let visitor = server.visitor();
    for path in ["/", "/play", "/lessons/first", "/play?program=0&step=3"] {
        let reply = visitor.get(path);
        assert_eq!(reply.status, 200, "{path}");
        assert!(reply.body.contains("<title>Heddle</title>"), "{path}");
        assert_eq!(reply.header("cache-control"), Some("no-cache"), "{path}");
    }
    for path in [
        "/nowhere",
        "/lessons",
        "/app.js",
        "/../Cargo.toml",
        "/%2e%2e/data/heddle.db",
    ] {
        assert_eq!(visitor.get(path).status, 404, "{path}");
    }
}

#[test]
fn every_answer_has_a_strict_policy_and_a_request_id() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(&real_runner(), &folder);
    for path in ["/", "/editor.js", "/nowhere", "/api/course", "/api/nowhere"] {
        let reply = server.visitor().get(path);
        let policy = reply.header("content-security-policy").unwrap();
        for part in [
            "default-src 'self'",
            "script-src 'self' 'wasm-unsafe-eval'",
            "style-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(part), "{path}: no {part} in {policy}");
        }
        assert!(!policy.contains("unsafe-inline"), "{path}");
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(reply.header("referrer-policy"), Some("same-origin"));
        assert!(reply.header("x-request-id").is_some(), "{path}");
    }
}

#[test]
fn files_with_a_hash_in_their_name_are_kept_for_ever_and_sent_compressed() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(&real_runner(), &folder);
    let visitor = server.visitor();
    let path = "/app-0123456789abcdef.js";
    let plain = visitor.get_with(path, "accept-encoding", "identity");
    assert_eq!(plain.body, "export const plain = 1;");
    let kept = plain.header("cache-control").unwrap();
    assert!(kept.contains("immutable"), "{kept}");
    let packed = visitor.get_with(path, "accept-encoding", "br");
    assert_eq!(packed.header("content-encoding"), Some("br"));
    assert_eq!(packed.header("content-type"), Some("text/javascript"));
    let named = visitor.get("/editor.js");
    assert_eq!(named.header("cache-control"), Some("no-cache"));
}
