//! `ritorno connect parse|verify`: what a shop's webhook or API body says, and whether a request is signed by the shop. Neither
//! needs a database or a server; [`connections`](crate::connections) are what does.

use crate::connections;
use adapters::shops::{self, Headers, Parsed, Settings, generic::Mapping};
use base::Currency;
use clap::{Args, Subcommand};
use serde::Serialize;
use std::{
    io::Read,
    path::{Path, PathBuf},
};

/// The name under which a mapping is used instead of a shop.
const GENERIC: &str = "generic";
/// Larger bodies are refused, as no webhook and no page of an API is larger.
const BYTES_MAX: u64 = 64 << 20;

#[derive(Debug, Subcommand)]
pub enum Connect {
    /// Read webhook or API bodies of a shop and print the events that they become.
    #[command(after_help = "\
Examples:
  ritorno connect parse --shop shopify orders_create.json
  ritorno connect parse --shop woocommerce --topic order.updated --json body.json
  ritorno connect parse --shop prestashop --zone Europe/Rome --currency EUR orders.xml
  ritorno connect parse --shop generic --mapping my-shop.json body.json

Without --topic the kind of each object is recognised from the object. Envelopes such as {\"order\":…}, {\"data\":…} or
{\"topic\":…,\"data\":…} and lists are unwrapped. With --json each file is one line: {\"file\",\"events\":[…]}, with \"ignored\", the
reason, where something is understood but says nothing that is kept, and \"refused\", a list, where single objects of a list
are not understood; {\"file\",\"reason\"} where nothing is, and then the exit code is 1.")]
    Parse(Parse),
    /// Check the signature of a request; exit code 0 where it is the shop's, 1 where it is not.
    #[command(after_help = "\
Example:
  ritorno connect verify --shop shopify --secret hush --header X-Shopify-Hmac-Sha256=B23t…= body.json

The body must be the very bytes that were received. For Adobe's RSA signatures the secret is the public key as PEM text.")]
    Verify(Verify),
    #[command(flatten)]
    Shops(connections::Shops),
}

#[derive(Debug, Args)]
pub struct Parse {
    #[command(flatten)]
    shop: ShopArgs,
    /// The topic that the webhook's header names, such as orders/create.
    #[arg(long, env = "RITORNO_TOPIC", value_name = "TOPIC")]
    topic: Option<String>,
    /// The IANA zone of times that name none. Magento's are always UTC.
    #[arg(long, env = "RITORNO_ZONE", default_value = "UTC", value_name = "ZONE")]
    zone: String,
    /// The ISO 4217 currency of amounts that name none.
    #[arg(long, env = "RITORNO_CURRENCY", value_name = "CODE")]
    currency: Option<String>,
    /// Put before the ids of customers, carts and orders, where two shops of one workspace may use the same.
    #[arg(long, env = "RITORNO_NAMESPACE", value_name = "NAME")]
    namespace: Option<String>,
    /// Print one JSON object a file instead of lines to read.
    #[arg(long, env = "RITORNO_JSON", value_parser = clap::builder::BoolishValueParser::new())]
    json: bool,
    /// The bodies; - is standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Verify {
    #[command(flatten)]
    shop: ShopArgs,
    /// The secret that is shared with the shop.
    #[arg(long, env = "RITORNO_SECRET", hide_env_values = true)]
    secret: String,
    /// A header of the request. Several times.
    #[arg(long = "header", env = "RITORNO_HEADER", value_name = "NAME=VALUE")]
    headers: Vec<String>,
    /// The body; - is standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

#[derive(Debug, Args)]
struct ShopArgs {
    /// The kind of shop: shopify, woocommerce, magento, prestashop, sfcc, vendure, medusa, or generic with a mapping.
    #[arg(long = "shop", env = "RITORNO_SHOP", value_name = "NAME")]
    name: String,
    /// The mapping document of a generic shop.
    #[arg(long, env = "RITORNO_MAPPING", value_name = "FILE")]
    mapping: Option<PathBuf>,
}

/// A shop, or a mapping in the place of one.
enum Source {
    Shop(&'static shops::Shop),
    Mapping(Box<Mapping>),
}

impl ShopArgs {
    fn source(&self) -> Result<Source, String> {
        if self.name == GENERIC {
            let file = self.mapping.as_ref().ok_or("a generic shop needs --mapping FILE")?;
            let text = String::from_utf8(read(file)?).map_err(|_| format!("{}: it is not UTF-8", file.display()))?;
            let mapping = Mapping::read(&text).map_err(|e| format!("{}: {e}", file.display()))?;
            return Ok(Source::Mapping(Box::new(mapping)));
        }
        shops::find_shop(&self.name).map(Source::Shop).ok_or_else(|| {
            let known: Vec<&str> = shops::shops().iter().map(|shop| shop.name).collect();
            format!("{:?} is not a shop that is known: {}, {GENERIC}", self.name, known.join(", "))
        })
    }
}

/// What stands in one line of `--json`.
#[derive(Serialize)]
struct Outcome<'a> {
    file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    events: Option<&'a [shops::Event]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ignored: Option<String>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    refused: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
}

/// Prints what the bodies become.
pub fn parse(options: &Parse) -> Result<(), String> {
    let source = options.shop.source()?;
    let zone = jiff::tz::TimeZone::get(&options.zone).map_err(|_| format!("{:?} is not an IANA zone", options.zone))?;
    let currency = match &options.currency {
        Some(code) => Some(Currency::parse(code).ok_or_else(|| format!("{code:?} is not an ISO 4217 currency"))?),
        None => None,
    };
    let settings = Settings { zone, currency, namespace: options.namespace.clone() };
    let mut failed = Vec::new();
    for file in &options.files {
        let parsed = read(file).and_then(|body| {
            let topic = options.topic.as_deref();
            match &source {
                Source::Shop(shop) => shop.parse(topic, &body, &settings),
                Source::Mapping(mapping) => mapping.parse(topic, &body, &settings),
            }
            .map_err(|refusal| refusal.0)
        });
        say(file, &parsed, options.json)?;
        if let Err(reason) = parsed {
            failed.push(format!("{}: {reason}", file.display()));
        }
    }
    match failed.as_slice() {
        [] => Ok(()),
        [one] => Err(one.clone()),
        [first, ..] => Err(format!("{} of {} files are not understood; {first}", failed.len(), options.files.len())),
    }
}

fn say(file: &Path, parsed: &Result<Parsed, String>, json: bool) -> Result<(), String> {
    let outcome = match parsed {
        Ok(parsed) => Outcome {
            file: file.display().to_string(),
            events: Some(&parsed.events),
            ignored: (!parsed.ignored.is_empty()).then(|| shops::joined(&parsed.ignored)),
            refused: &parsed.refused,
            reason: None,
        },
        Err(reason) => Outcome {
            file: file.display().to_string(),
            events: None,
            ignored: None,
            refused: &[],
            reason: Some(reason),
        },
    };
    if json {
        println!("{}", serde_json::to_string(&outcome).map_err(|e| e.to_string())?);
        return Ok(());
    }
    match outcome.reason {
        Some(reason) => println!("{}: not understood: {reason}", outcome.file),
        None => println!("{}: {} events", outcome.file, outcome.events.map_or(0, <[_]>::len)),
    }
    for event in outcome.events.unwrap_or_default() {
        println!("  {}", event.to_json());
    }
    if let Some(ignored) = outcome.ignored {
        println!("  ignored: {ignored}");
    }
    for refused in outcome.refused {
        println!("  refused: {refused}");
    }
    Ok(())
}

/// Says whether a request is the shop's.
pub fn verify(options: &Verify) -> Result<(), String> {
    let source = options.shop.source()?;
    let pair = |text: &String| {
        let (name, value) = text.split_once('=').ok_or_else(|| format!("header {text:?} is not NAME=VALUE"))?;
        Ok((name.trim().to_owned(), value.to_owned()))
    };
    let headers = options.headers.iter().map(pair).collect::<Result<Vec<_>, String>>()?;
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let headers = Headers(&headers);
    let body = read(&options.file)?;
    let checked = match &source {
        Source::Shop(shop) => shop.verify(&headers, &body, &options.secret),
        Source::Mapping(mapping) => {
            let now = crate::serve::system_clock().now();
            mapping.verify(&headers, &body, &options.secret, now)
        }
    };
    checked.map_err(|e| e.to_string())?;
    println!("the signature is the shop's");
    Ok(())
}

fn read(file: &Path) -> Result<Vec<u8>, String> {
    let named = |e: std::io::Error| format!("{}: {e}", file.display());
    let mut body = Vec::new();
    let length = if file == Path::new("-") {
        std::io::stdin().lock().take(BYTES_MAX + 1).read_to_end(&mut body)
    } else {
        std::fs::File::open(file).map_err(named)?.take(BYTES_MAX + 1).read_to_end(&mut body)
    };
    if length.map_err(named)? as u64 > BYTES_MAX {
        return Err(format!("{}: it is larger than {} MiB", file.display(), BYTES_MAX >> 20));
    }
    Ok(body)
}
