//! The rules of the house that no compiler checks: which crate stands on which floor, what may come in from
//! outside, what a file may be. They read `cargo metadata` and the repository, and need no network.
//! Not here: the style of code (clippy and its bans in `clippy.toml`).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// A crate may use only crates on floors below its own (`ARCHITECTURE.md`).
const FLOORS: &[(&str, u8)] = &[
    ("model", 0),
    ("wire", 0),
    ("store", 1),
    ("atlas", 1),
    ("carriers", 1),
    ("engine", 2),
    ("hub", 3),
    ("dialects", 4),
    ("console", 4),
    ("sandbox", 4),
    ("demarc", 5),
    // Not of the house: it measures it, mostly from outside.
    ("bench", 6),
];

/// These hold nouns, rules, wire types and connectors: no sockets, no database, no runtime.
const PURE: &[&str] = &["model", "wire", "carriers"];
const IMPURE: &[&str] = &["tokio", "reqwest", "hyper", "rusqlite", "postgres", "axum"];

/// Builds need Rust and a C compiler, nothing else; TLS is rustls with ring.
const FORBIDDEN: &[&str] = &["openssl", "openssl-sys", "native-tls", "aws-lc-rs", "aws-lc-sys", "cmake"];

/// The same list as in `deny.toml`.
const LICENCES: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Two versions of one of these mean types that do not fit each other, or two generations of cryptography.
/// The same list as in `deny.toml`.
const ONE_VERSION: &[&str] = &[
    "aead",
    "argon2",
    "axum",
    "chacha20poly1305",
    "cipher",
    "crypto-common",
    "digest",
    "hmac",
    "http",
    "hyper",
    "jiff",
    "libsqlite3-sys",
    "metrics",
    "postgres",
    "reqwest",
    "ring",
    "rusqlite",
    "rust_decimal",
    "rustls",
    "serde",
    "serde_json",
    "sha2",
    "tokio",
    "tokio-rustls",
    "tower",
    "tracing",
    "utoipa",
    "uuid",
];

const LONGEST_FILE: usize = 500;

#[test]
fn a_crate_uses_only_crates_on_floors_below_its_own() {
    let metadata = metadata();
    let ours: BTreeMap<&str, &Value> = packages(&metadata)
        .filter(|package| is_ours(package))
        .map(|package| (text(package, "name"), package))
        .collect();
    let mut broken = Vec::new();
    for (name, package) in &ours {
        for dependency in list(package, "dependencies") {
            let used = text(dependency, "name");
            // Tests may turn on a crate's own features, and order from the sandbox: it is a carrier, reached
            // over HTTP like any other.
            let to_test = dependency["kind"] == "dev" && (used == *name || used == "sandbox");
            if ours.contains_key(used) && !to_test && floor(used) >= floor(name) {
                broken.push(format!("{name} (floor {}) uses {used} (floor {})", floor(name), floor(used)));
            }
        }
    }
    check(
        &broken,
        "Move what is needed down to a floor that both may use, or pass it in from above as a trait.",
    );
}

#[test]
fn rules_wire_types_and_connectors_reach_neither_network_nor_database() {
    let metadata = metadata();
    let names = names_by_id(&metadata);
    let mut broken = Vec::new();
    for pure in PURE {
        for id in reached_from(&metadata, pure) {
            let used = names[id.as_str()];
            if IMPURE.contains(&used) {
                broken.push(format!("{pure} reaches {used}"));
            }
        }
    }
    check(
        &broken,
        "These crates are pure: let the engine, the store or a dialect do the I/O. \
         `cargo tree -p CRATE -e normal -i DEPENDENCY` shows the way there.",
    );
}

#[test]
fn every_dependency_has_a_permissive_licence() {
    let metadata = metadata();
    let broken: Vec<String> = packages(&metadata)
        .filter_map(|package| {
            let licence = package["license"].as_str().unwrap_or("none stated");
            let name = text(package, "name");
            (!is_permissive(licence)).then(|| format!("{name}: {licence}"))
        })
        .collect();
    check(
        &broken,
        "Choose another crate. A licence that is permissive and only missing here goes into LICENCES and deny.toml.",
    );
}

#[test]
fn an_expression_of_licences_is_permissive_when_some_choice_is() {
    for permissive in ["MIT", "MIT/Apache-2.0", "GPL-3.0 OR MIT", "(MIT OR GPL-2.0) AND Unicode-3.0"] {
        assert!(is_permissive(permissive), "{permissive}");
    }
    for other in ["GPL-3.0", "MIT AND GPL-3.0", "(MIT OR Apache-2.0) AND OpenSSL", "MPL-2.0", "none stated"] {
        assert!(!is_permissive(other), "{other}");
    }
}

#[test]
fn crates_whose_types_or_cryptography_meet_are_there_in_one_version() {
    let metadata = metadata();
    let mut versions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for package in packages(&metadata) {
        versions.entry(text(package, "name")).or_default().insert(text(package, "version"));
    }
    let broken: Vec<String> = ONE_VERSION
        .iter()
        .filter_map(|name| {
            let found = versions.get(name)?;
            (found.len() > 1).then(|| format!("{name}: {found:?}"))
        })
        .collect();
    check(&broken, "`cargo tree -d` shows who asks for which; take versions of our dependencies that agree.");
}

#[test]
fn no_dependency_needs_more_than_rust_and_a_c_compiler() {
    let metadata = metadata();
    let broken: Vec<String> = packages(&metadata)
        .map(|package| text(package, "name"))
        .filter(|name| FORBIDDEN.contains(name))
        .map(str::to_owned)
        .collect();
    check(
        &broken,
        "`cargo tree -i CRATE` shows who asks for it; turn that feature off (rustls with `ring`).",
    );
}

#[test]
fn every_dependency_comes_from_the_public_registry() {
    let metadata = metadata();
    let broken: Vec<String> = packages(&metadata)
        .filter(|package| !is_ours(package))
        .filter(|package| {
            package["source"].as_str() != Some("registry+https://github.com/rust-lang/crates.io-index")
        })
        .map(|package| format!("{} from {}", text(package, "name"), package["source"]))
        .collect();
    check(
        &broken,
        "Git and path dependencies cannot be updated or audited like the others: use a published version.",
    );
}

#[test]
fn every_crate_of_ours_takes_the_lints_of_the_workspace() {
    let metadata = metadata();
    let broken: Vec<String> = packages(&metadata)
        .filter(|package| is_ours(package))
        .map(|package| text(package, "manifest_path"))
        .filter(|manifest| !fs::read_to_string(manifest).unwrap().contains("[lints]\nworkspace = true"))
        .map(str::to_owned)
        .collect();
    check(&broken, "Without `[lints] workspace = true` the bans do not hold there: add it.");
}

#[test]
fn no_file_names_a_registry_host_or_the_folder_beside_the_repository() {
    // Where packages come from is the machine's setting; what lies beside the repository is not part of it.
    // The lock file's name for the registry is the same on every machine.
    let hosts = [
        "index.crates.io",
        "static.crates.io",
        "https://crates.io",
        "pypi.org",
        "pythonhosted.org",
        "registry.npmjs.org",
        "deb.debian.org",
        "../shared",
    ];
    let mut broken = Vec::new();
    for file in repository_files() {
        if is_in(&file, &["tests", "bench", "benches"]) || file == Path::new("Cargo.lock") {
            continue;
        }
        let bytes = fs::read(root().join(&file)).unwrap();
        let content = String::from_utf8_lossy(&bytes);
        for host in hosts.iter().filter(|host| content.contains(**host)) {
            broken.push(format!("{}: {host}", file.display()));
        }
    }
    check(
        &broken,
        "Leave the address to the machine's settings; data from outside may be used in tests/ and bench/ only.",
    );
}

#[test]
fn no_source_file_is_too_long_to_be_one_thing() {
    let broken: Vec<String> = repository_files()
        .into_iter()
        .filter(|file| {
            file.extension().is_some_and(|end| end == "rs")
                && file.starts_with("crates")
                && is_in(file, &["src"])
        })
        .filter_map(|file| {
            let lines = fs::read_to_string(root().join(&file)).unwrap().lines().count();
            (lines > LONGEST_FILE).then(|| format!("{}: {lines} lines", file.display()))
        })
        .collect();
    check(&broken, "About 400 lines is the aim, 500 the limit: its sections are files of their own.");
}

#[test]
fn one_file_alone_is_trusted_with_memory() {
    const MAPPING: &str = "crates/atlas/src/file/map.rs";
    let broken: Vec<String> = repository_files()
        .into_iter()
        .filter(|file| {
            file.extension().is_some_and(|end| end == "rs")
                && file != Path::new(MAPPING)
                && !file.ends_with("tests/house.rs")
        })
        .filter(|file| {
            // The word of a browser's policy is another one. The lint's name is not: nobody else allows it.
            let content = fs::read_to_string(root().join(file)).unwrap().replace("unsafe-inline", "");
            content.contains("unsafe")
        })
        .map(|file| file.display().to_string())
        .collect();
    check(&broken, "Write it without `unsafe`, or take a library that has it inside.");
    let mapping = fs::read_to_string(root().join(MAPPING)).unwrap();
    assert_eq!(mapping.matches("unsafe {").count(), 1, "{MAPPING} has one such block");
}

/// Fails with every break of the rule and what to do about it.
fn check(broken: &[String], remedy: &str) {
    assert!(broken.is_empty(), "\n  {}\n{remedy}\n", broken.join("\n  "));
}

fn floor(name: &str) -> u8 {
    FLOORS
        .iter()
        .find(|(known, _)| *known == name)
        .unwrap_or_else(|| panic!("{name} has no floor: give it one in FLOORS and ARCHITECTURE.md"))
        .1
}

/// Strict where it is unsure: every part joined by AND must offer a permissive choice, however the parts nest.
fn is_permissive(expression: &str) -> bool {
    expression.split(" AND ").all(|part| {
        part.replace('/', " OR ")
            .split(" OR ")
            .any(|choice| LICENCES.contains(&choice.trim_matches(['(', ')', ' '])))
    })
}

/// Ids of everything that the normal dependencies of our crate `name` lead to.
fn reached_from(metadata: &Value, name: &str) -> BTreeSet<String> {
    let edges: BTreeMap<&str, &Value> =
        list(&metadata["resolve"], "nodes").map(|node| (text(node, "id"), node)).collect();
    let start = packages(metadata)
        .find(|package| is_ours(package) && text(package, "name") == name)
        .unwrap_or_else(|| panic!("there is no crate {name}"));
    let mut reached = BTreeSet::new();
    let mut open = vec![text(start, "id")];
    while let Some(id) = open.pop() {
        for dependency in list(edges[id], "deps") {
            let normal = list(dependency, "dep_kinds").any(|kind| kind["kind"].is_null());
            let next = text(dependency, "pkg");
            if normal && reached.insert(next.to_owned()) {
                open.push(next);
            }
        }
    }
    reached
}

fn names_by_id(metadata: &Value) -> BTreeMap<&str, &str> {
    packages(metadata).map(|package| (text(package, "id"), text(package, "name"))).collect()
}

fn is_ours(package: &Value) -> bool {
    package["source"].is_null()
}

fn packages(metadata: &Value) -> impl Iterator<Item = &Value> {
    list(metadata, "packages")
}

fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value[key].as_array().expect(key).iter()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().expect(key)
}

/// Of this platform only: what another one would need has not been downloaded.
fn metadata() -> Value {
    let output = run(Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--offline", "--locked"])
        .args(["--filter-platform", "host-tuple"]));
    serde_json::from_str(&output).unwrap()
}

/// Relative to the root; also files that are not added yet, so that a break shows before the commit.
fn repository_files() -> Vec<PathBuf> {
    let listed = run(Command::new("git")
        .args(["-c", "safe.directory=*", "-c", "core.quotepath=off"])
        .args(["ls-files", "--cached", "--others", "--exclude-standard", "-z"]));
    let files: Vec<PathBuf> =
        listed.split_terminator('\0').map(PathBuf::from).filter(|file| root().join(file).is_file()).collect();
    assert!(!files.is_empty(), "git lists no files");
    files
}

fn is_in(file: &Path, folders: &[&str]) -> bool {
    file.components().any(|part| folders.iter().any(|folder| part.as_os_str() == *folder))
}

fn run(command: &mut Command) -> String {
    let output = command.current_dir(root()).output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
