//! `ritorno catalogue`: a product feed from a file, through the door of the server that has the database.

use crate::{commands::carry_out, config::Place, operations::Operation};
use bytes::Bytes;
use clap::Subcommand;
use futures_util::{Stream, stream};
use serde_json::Value as Json;
use std::{io, path::PathBuf};
use tokio::io::AsyncReadExt;

/// Bytes read at once.
const CHUNK: usize = 64 << 10;

#[derive(Debug, Subcommand)]
pub enum Catalogue {
    /// Take in a file of products: CSV, the XML of Google Merchant, or JSON.
    #[command(after_help = "\
Example:
  ritorno catalogue import products.csv --source shop

The file is read as it is, in bounded memory. A row that is wrong is named on standard error with its line and the reason, and the
others go in. Read again, it changes what it says differently; what it does not name stays. CSV needs a first line of names, such as
id,title,price,sale_price,availability,quantity,link,image_link,brand,product_type,item_group_id,gtin (Google Merchant's, or what
most shops write). Product ids of one source are its own.")]
    Import {
        #[command(flatten)]
        place: Place,
        /// The feed, a file on this machine.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Whose products these are; made if there is no source of this name.
        #[arg(long, env = "RITORNO_SOURCE", value_name = "NAME")]
        source: String,
        /// csv, xml or json; default: recognised from the content.
        #[arg(long, env = "RITORNO_FORMAT", value_name = "FORMAT")]
        format: Option<String>,
        /// Print the answer as one JSON object.
        #[arg(long, env = "RITORNO_JSON", value_parser = clap::builder::BoolishValueParser::new())]
        json: bool,
    },
}

pub async fn run(command: Catalogue) -> Result<(), String> {
    let Catalogue::Import { place, file, source, format, json } = command;
    let file = std::path::absolute(&file).map_err(|e| format!("{}: {e}", file.display()))?;
    let answer = carry_out(&place, Operation::CatalogueImport { file, source, format }).await?;
    for row in answer["rows"].as_array().into_iter().flatten() {
        eprintln!("line {}: {}", row["line"], row["reason"].as_str().unwrap_or_default());
    }
    let count = |name: &str| answer[name].as_u64().unwrap_or(0);
    let named = answer["rows"].as_array().map_or(0, Vec::len) as u64;
    if count("refused") > named {
        eprintln!("and {} more", count("refused") - named);
    }
    if json {
        println!("{}", serde_json::to_string(&answer).map_err(|e| e.to_string())?);
    } else {
        println!("{} rows went in, {} were refused", count("accepted"), count("refused"));
    }
    match answer.get("error").and_then(Json::as_str) {
        Some(error) => Err(format!("the file could not be read to its end: {error}")),
        None => Ok(()),
    }
}

/// A file's bytes, as they are read.
pub async fn bytes_of(path: &std::path::Path) -> io::Result<impl Stream<Item = io::Result<Bytes>>> {
    let file = tokio::fs::File::open(path).await?;
    Ok(stream::unfold(Some(file), async |file| {
        let mut file = file?;
        let mut chunk = vec![0; CHUNK];
        match file.read(&mut chunk).await {
            Ok(0) => None,
            Ok(n) => {
                chunk.truncate(n);
                Some((Ok(Bytes::from(chunk)), Some(file)))
            }
            Err(error) => Some((Err(error), None)),
        }
    }))
}
