//! Writes the tables of the files of the web interface and of the demonstration's shop into `OUT_DIR`, for `src/ui.rs` and
//! `src/demo/pages.rs` to include.
//!
//! Takes `web/dist` where it has been built (`npm run build` in `web/`), else one stub page, so that the server and its
//! tests build without Node. Writes nothing outside `OUT_DIR`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

const STUB: &str = r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Ritorno is running</title>
</head>
<body>
<main>
<h1>Ritorno is running</h1>
<p lang="it">Ritorno è in funzione.</p>
<p>This build has no web interface inside: run <code>npm ci --ignore-scripts &amp;&amp; npm run build</code> in <code>web/</code> and build again.</p>
<p><a href="/readyz">Readiness</a> · <a href="/api/openapi.json">API</a></p>
</main>
</body>
</html>
"#;

fn main() -> io::Result<()> {
    let manifest = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let web = manifest.join("../../web");
    let dist = web.join("dist");
    // Cargo watches a folder with everything below it. While there is no `dist`, the folder above is watched for its
    // appearance; a change to the sources of the interface then runs this script again, which costs nothing.
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={}", if dist.is_dir() { &dist } else { &web }.display());

    let mut files = Vec::new();
    if dist.join("index.html").is_file() {
        collect(&dist, &dist, &mut files)?;
    } else {
        let stub = out.join("stub.html");
        fs::write(&stub, STUB)?;
        files.push(("index.html".to_owned(), stub));
    }
    files.sort();
    fs::write(out.join("ui_files.gen.rs"), table(&files)?)?;

    // The demonstration's shop is written by hand and needs no building.
    let shop = manifest.join("src/demo/shop");
    println!("cargo::rerun-if-changed={}", shop.display());
    let mut files = Vec::new();
    collect(&shop, &shop, &mut files)?;
    files.sort();
    fs::write(out.join("demo_files.gen.rs"), table(&files)?)
}

/// Every file below `folder`, named by its path inside `root` with forward slashes.
fn collect(root: &Path, folder: &Path, files: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(root, &path, files)?;
        } else {
            let inside = path.strip_prefix(root).expect("the walk starts at root");
            let name: Vec<_> = inside.iter().map(|part| part.to_string_lossy()).collect();
            files.push((name.join("/"), path));
        }
    }
    Ok(())
}

fn table(files: &[(String, PathBuf)]) -> io::Result<String> {
    let mut rust = String::from("&[\n");
    for (name, path) in files {
        let tag = content_tag(&fs::read(path)?);
        let path = fs::canonicalize(path)?;
        writeln!(rust, "    File {{ name: {name:?}, tag: \"\\\"{tag:016x}\\\"\", bytes: include_bytes!({path:?}) }},")
            .expect("writing to a string cannot fail");
    }
    rust.push_str("]\n");
    Ok(rust)
}

/// FNV-1a, 64 bits: tells two builds of one file apart, which is all an `ETag` needs.
fn content_tag(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}
