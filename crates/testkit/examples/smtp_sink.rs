//! A mail server on the loopback that shows what it receives and can be told to misbehave:
//! `cargo run -p testkit --example smtp_sink -- --listen 127.0.0.1:2525 --print`.
//!
//! One JSON line per accepted message goes to `--out` (or to standard output without `--print`), written before the client
//! is told; so a line may stand for a message whose sender never heard about it, which is the point of `--hang-every`.

use std::{
    fs::OpenOptions,
    io::{ErrorKind, Write},
    net::SocketAddr,
    path::PathBuf,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use testkit::smtp::{Act, Received, SinkBuilder, SinkTls, SmtpSink, Verb, When};

const HELP: &str = "\
smtp_sink: a mail server for trying things out; it keeps everything on this machine

  --listen ADDRESS     where to listen, on the loopback (127.0.0.1:2525)
  --out FILE           append one JSON line per accepted message
  --dir DIR            save each message as DIR/<number>.eml
  --print              show each message as a person reads it
  --hang-every N       accept every Nth message and never answer
  --hang-chance P      accept with this probability (0 to 1) and never answer
  --lose-every N       close the connection before accepting every Nth message
  --later-every N      refuse every Nth message with 451
  --refuse ADDRESS     refuse this recipient with 550 (may stand more than once)
  --delay-ms N         answer each message after so long
  --starttls, --tls    encrypt, with a certificate nobody signed
  --auth USER:PASSWORD ask for a password
  --seed N             for --hang-chance (1)
";

struct Options {
    listen: SocketAddr,
    out: Option<PathBuf>,
    dir: Option<PathBuf>,
    print: bool,
    refused: Vec<String>,
    builder: SinkBuilder,
}

fn read_options(mut words: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut options = Options {
        listen: SocketAddr::from(([127, 0, 0, 1], 2525)),
        out: None,
        dir: None,
        print: false,
        refused: Vec::new(),
        builder: SmtpSink::builder(),
    };
    let (mut chance, mut seed) = (None, 1);
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word} wants a value"));
        let builder = options.builder;
        options.builder = match word.as_str() {
            "--hang-every" => builder.rule_when(Verb::End, Act::AcceptThenHang, When::Every(number(&value()?)?)),
            "--lose-every" => builder.rule_when(Verb::End, Act::Drop, When::Every(number(&value()?)?)),
            "--later-every" => {
                let act = Act::reply(451, "4.3.0 try again later");
                builder.rule_when(Verb::End, act, When::Every(number(&value()?)?))
            }
            "--delay-ms" => builder.rule(Verb::End, Act::Delay(Duration::from_millis(number(&value()?)?))),
            "--starttls" => builder.tls(SinkTls::StartTls),
            "--tls" => builder.tls(SinkTls::Implicit),
            "--auth" => {
                let value = value()?;
                let (user, password) = value.split_once(':').ok_or("--auth wants USER:PASSWORD")?;
                builder.auth(user, password)
            }
            _ => {
                match word.as_str() {
                    "--listen" => options.listen = number(&value()?)?,
                    "--out" => options.out = Some(value()?.into()),
                    "--dir" => options.dir = Some(value()?.into()),
                    "--print" => options.print = true,
                    "--hang-chance" => chance = Some(number(&value()?)?),
                    "--seed" => seed = number(&value()?)?,
                    "--refuse" => options.refused.push(value()?),
                    "--help" | "-h" => return Err(HELP.to_owned()),
                    _ => return Err(format!("{word} is not an option\n\n{HELP}")),
                }
                builder
            }
        };
    }
    if let Some(probability) = chance {
        let when = When::Chance { probability, seed };
        options.builder = options.builder.rule_when(Verb::End, Act::AcceptThenHang, when);
    }
    Ok(options)
}

fn number<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("{text:?} is not a value this option takes"))
}

fn as_json(number: usize, message: &Received) -> serde_json::Value {
    serde_json::json!({
        "number": number,
        "message_id": message.message_id(),
        "from": message.from,
        "to": message.to,
        "subject": message.subject(),
        "header_from": message.header("From"),
        "reply_to": message.header("Reply-To"),
        "list_unsubscribe": message.header("List-Unsubscribe"),
        "bytes": message.raw.len(),
        "connection": message.connection,
        "encrypted": message.encrypted,
        "text": message.text(),
    })
}

/// For a person: who, what, and the text part.
fn as_page(number: usize, message: &Received) -> String {
    let mut page = format!("\n=== message {number} {}\n", "=".repeat(56));
    for name in ["From", "Reply-To", "To", "Subject", "Date", "List-Unsubscribe"] {
        if let Some(value) = message.header(name) {
            page.push_str(&format!("{name:>16}: {value}\n"));
        }
    }
    page.push('\n');
    for line in message.text().trim_end().lines() {
        page.push_str(&format!("  {line}\n"));
    }
    page
}

#[tokio::main]
async fn main() {
    if let Err(problem) = run().await {
        eprintln!("{problem}");
        std::process::exit(2);
    }
}

async fn run() -> Result<(), String> {
    let Options { listen, out, dir, print, refused, builder } = read_options(std::env::args().skip(1))?;
    let out = match &out {
        Some(path) => {
            let file = OpenOptions::new().create(true).append(true).open(path);
            Some(Mutex::new(file.map_err(|e| format!("{}: {e}", path.display()))?))
        }
        None => None,
    };
    if let Some(dir) = &dir {
        std::fs::create_dir_all(dir).map_err(|e| format!("{}: {e}", dir.display()))?;
    }
    let numbers = AtomicUsize::new(0);
    let write = move |message: &Received| {
        let number = numbers.fetch_add(1, Ordering::SeqCst) + 1;
        let mut line = as_json(number, message).to_string();
        line.push('\n');
        // A sink that cannot keep its promise to write must not go on accepting.
        match &out {
            // One write a line, straight to the file: nothing is lost when this process is killed.
            Some(file) => {
                file.lock().expect("no writer panics").write_all(line.as_bytes()).expect("--out can be written")
            }
            None if !print => {
                let mut stdout = std::io::stdout().lock();
                stdout.write_all(line.as_bytes()).and_then(|()| stdout.flush()).expect("standard output is open");
            }
            None => {}
        }
        if let Some(dir) = &dir {
            let path = dir.join(format!("{number:06}.eml"));
            std::fs::write(path, &message.raw).expect("--dir can be written");
        }
        if print {
            let mut stdout = std::io::stdout().lock();
            let page = as_page(number, message);
            stdout.write_all(page.as_bytes()).and_then(|()| stdout.flush()).expect("standard output is open");
        }
    };
    // Whoever was killed a moment ago may still have the address.
    for _ in 0..50 {
        match tokio::net::TcpListener::bind(listen).await {
            Err(error) if error.kind() == ErrorKind::AddrInUse => tokio::time::sleep(Duration::from_millis(200)).await,
            _ => break,
        }
    }
    // Messages live in the files, not in memory.
    let sink = builder.listen(listen).count_only().on_message(write).start().await;
    let sink = sink.map_err(|e| format!("cannot listen on {listen}: {e}"))?;
    for address in &refused {
        sink.rule_for(address, Verb::Rcpt, Act::reply(550, "5.1.1 no such person"));
    }
    eprintln!("smtp sink on {} (stop it with Ctrl-C)", sink.url());
    tokio::signal::ctrl_c().await.map_err(|e| e.to_string())?;
    eprintln!("{} messages", sink.count());
    Ok(())
}
