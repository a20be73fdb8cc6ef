//! One connection to the sink.

use super::{Act, Received, Shared, SinkTls, Verb, lock};
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use std::{
    io::{self, ErrorKind},
    sync::atomic::Ordering,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
    time::sleep,
};

/// Content beyond this ends the connection, whatever SIZE says.
const MESSAGE_MAX: usize = 64 << 20;

pub(super) struct Offers {
    pub hidden: Vec<String>,
    pub size_max: usize,
}

impl Default for Offers {
    fn default() -> Offers {
        Offers { hidden: Vec::new(), size_max: 32 << 20 }
    }
}

impl Offers {
    fn has(&self, extension: &str) -> bool {
        !self.hidden.iter().any(|h| h == extension)
    }
}

trait Io: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Io for T {}

struct Session<'a> {
    shared: &'a Shared,
    number: usize,
    io: Box<dyn Io>,
    input: Vec<u8>,
    at: usize,
    output: Vec<u8>,
    encrypted: bool,
    helo: String,
    user: Option<String>,
    from: Option<String>,
    to: Vec<String>,
}

/// Whether the session goes on.
type Next = io::Result<bool>;

pub(super) async fn run(tcp: TcpStream, shared: &Shared, number: usize) -> io::Result<()> {
    tcp.set_nodelay(true)?;
    let mut session = Session {
        shared,
        number,
        io: Box::new(tcp),
        input: Vec::new(),
        at: 0,
        output: Vec::new(),
        encrypted: false,
        helo: String::new(),
        user: None,
        from: None,
        to: Vec::new(),
    };
    if shared.tls == SinkTls::Implicit {
        session = session.encrypt().await?;
    }
    if !session.answer(Verb::Connect, "", "220 sink.test ESMTP ready").await? {
        return session.end().await;
    }
    loop {
        let line = session.read_line().await?;
        shared.note(&line);
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        if verb == "STARTTLS" {
            let ready = shared.tls == SinkTls::StartTls && !session.encrypted;
            let reply = if ready { "220 2.0.0 go ahead" } else { "502 5.5.1 not offered" };
            let goes_on = session.answer(Verb::StartTls, &line, reply).await?;
            let consented = session.output.starts_with(b"220");
            session.flush().await?;
            if !goes_on {
                return Ok(());
            }
            if consented {
                session = session.encrypt().await?;
            }
            continue;
        }
        if !session.command(&verb, &line).await? {
            return session.end().await;
        }
    }
}

impl Session<'_> {
    async fn command(&mut self, verb: &str, line: &str) -> Next {
        match verb {
            "EHLO" => {
                self.helo = line.get(5..).unwrap_or_default().to_owned();
                let reply = self.ehlo_reply();
                self.answer(Verb::Ehlo, line, &reply).await
            }
            "HELO" => {
                self.helo = line.get(5..).unwrap_or_default().to_owned();
                self.answer(Verb::Helo, line, "250 sink.test").await
            }
            "AUTH" => self.authenticate(line).await,
            "MAIL" => self.mail(line).await,
            "RCPT" => self.rcpt(line).await,
            "DATA" => self.data(line).await,
            "RSET" => {
                self.forget();
                self.answer(Verb::Rset, line, "250 2.0.0 forgotten").await
            }
            "NOOP" => self.say("250 2.0.0 ok"),
            "QUIT" => self.answer(Verb::Quit, line, "221 2.0.0 bye").await.map(|_| false),
            _ => self.say("500 5.5.2 no such command"),
        }
    }

    fn ehlo_reply(&self) -> String {
        let offers = &self.shared.offers;
        let mut lines = vec!["sink.test".to_owned()];
        for extension in ["PIPELINING", "8BITMIME", "SMTPUTF8"] {
            if offers.has(extension) {
                lines.push(extension.to_owned());
            }
        }
        if offers.has("SIZE") {
            lines.push(format!("SIZE {}", offers.size_max));
        }
        if self.shared.tls == SinkTls::StartTls && !self.encrypted {
            lines.push("STARTTLS".to_owned());
        }
        if self.shared.auth.is_some() && offers.has("AUTH") {
            lines.push(if offers.has("PLAIN") { "AUTH LOGIN PLAIN" } else { "AUTH LOGIN" }.to_owned());
        }
        lines.push("ENHANCEDSTATUSCODES".to_owned());
        let last = lines.len() - 1;
        let line = |(n, text): (usize, &String)| format!("250{}{text}", if n == last { ' ' } else { '-' });
        lines.iter().enumerate().map(line).collect::<Vec<_>>().join("\r\n")
    }

    async fn authenticate(&mut self, line: &str) -> Next {
        let decode = |text: &str| {
            BASE64.decode(text.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
        };
        let mut words = line.split_whitespace().skip(1);
        let (user, password) = match words.next().map(str::to_ascii_uppercase).as_deref() {
            Some("PLAIN") => {
                let given = match words.next() {
                    Some(given) => given.to_owned(),
                    None => self.ask("334 ").await?,
                };
                let decoded = decode(&given);
                let mut parts = decoded.split('\0').skip(1).map(str::to_owned);
                (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
            }
            Some("LOGIN") => {
                let user = self.ask("334 VXNlcm5hbWU6").await?;
                let password = self.ask("334 UGFzc3dvcmQ6").await?;
                (decode(&user), decode(&password))
            }
            _ => return self.say("504 5.5.4 mechanism not offered"),
        };
        if self.shared.auth.as_ref() == Some(&(user.clone(), password)) {
            self.user = Some(user);
            self.answer(Verb::Auth, line, "235 2.7.0 welcome").await
        } else {
            self.answer(Verb::Auth, line, "535 5.7.8 wrong user or password").await
        }
    }

    async fn mail(&mut self, line: &str) -> Next {
        let reply = if self.shared.auth.is_some() && self.user.is_none() {
            "530 5.7.0 sign in first"
        } else if self.from.is_some() {
            "503 5.5.1 one message at a time"
        } else {
            "250 2.1.0 sender ok"
        };
        let goes_on = self.answer(Verb::Mail, line, reply).await?;
        if self.said_yes() && reply.starts_with("250") {
            self.from = Some(address_in(line));
        }
        Ok(goes_on)
    }

    async fn rcpt(&mut self, line: &str) -> Next {
        if self.from.is_none() {
            return self.say("503 5.5.1 MAIL first");
        }
        let goes_on = self.answer(Verb::Rcpt, line, "250 2.1.5 recipient ok").await?;
        if self.said_yes() {
            self.to.push(address_in(line));
        }
        Ok(goes_on)
    }

    async fn data(&mut self, line: &str) -> Next {
        if self.to.is_empty() {
            return self.say("503 5.5.1 no recipient");
        }
        let goes_on = self.answer(Verb::Data, line, "354 go on, end with a dot").await?;
        if !goes_on || !self.last_line().starts_with(b"354") {
            return Ok(goes_on);
        }
        self.flush().await?;
        let about = self.to.join(" ");
        let act = lock(&self.shared.rules).act(Verb::Content, &about);
        let raw = match act {
            Some(Act::DropAfter(bytes)) => {
                while self.input.len() - self.at < bytes {
                    self.fill().await?;
                }
                return Ok(false);
            }
            Some(Act::StopReading) => return std::future::pending().await,
            Some(Act::Delay(pause)) => {
                sleep(pause).await;
                self.read_content().await?
            }
            _ => self.read_content().await?,
        };
        let received = Received::new(
            self.from.take().unwrap_or_default(),
            std::mem::take(&mut self.to),
            raw,
            self.number,
            self.encrypted,
            self.user.clone(),
        );
        self.take_message(received, &about).await
    }

    async fn take_message(&mut self, received: Received, about: &str) -> Next {
        let shared = self.shared;
        let act = lock(&shared.rules).act(Verb::End, about);
        let number = shared.accepted.load(Ordering::SeqCst) + 1;
        let consent = format!("250 2.0.0 accepted as {number}");
        match act {
            None => {
                shared.accept(received);
                self.say(&consent)
            }
            Some(Act::AcceptThenHang) => {
                shared.accept(received);
                self.hang().await
            }
            Some(Act::AcceptThenDrop) => {
                shared.accept(received);
                Ok(false)
            }
            Some(act @ (Act::Delay(_) | Act::Drip(_))) => {
                shared.accept(received);
                self.act(act, &consent).await
            }
            Some(act) => self.act(act, &consent).await,
        }
    }

    /// The ordinary reply, or what a rule says.
    async fn answer(&mut self, verb: Verb, about: &str, reply: &str) -> Next {
        let act = lock(&self.shared.rules).act(verb, about);
        match act {
            None => self.say(reply),
            Some(act) => self.act(act, reply).await,
        }
    }

    async fn act(&mut self, act: Act, reply: &str) -> Next {
        match act {
            Act::Reply(code, text) => {
                self.say(&format!("{code} {text}"))?;
                Ok(code != 421)
            }
            Act::Hang => self.hang().await,
            Act::Drop | Act::AcceptThenDrop => {
                self.flush().await?;
                Ok(false)
            }
            Act::Delay(pause) => {
                self.flush().await?;
                sleep(pause).await;
                self.say(reply)
            }
            Act::Drip(pause) => {
                self.flush().await?;
                let mut bytes = reply.as_bytes().to_vec();
                bytes.extend_from_slice(b"\r\n");
                for byte in &bytes {
                    sleep(pause).await;
                    self.io.write_all(&[*byte]).await?;
                    self.io.flush().await?;
                }
                Ok(true)
            }
            Act::AcceptThenHang | Act::DropAfter(_) | Act::StopReading => self.say(reply),
        }
    }

    /// Answers nothing until the client goes away.
    async fn hang(&mut self) -> Next {
        self.flush().await?;
        loop {
            self.input.clear();
            self.at = 0;
            self.fill().await?;
        }
    }

    fn say(&mut self, reply: &str) -> Next {
        self.output.extend_from_slice(reply.as_bytes());
        self.output.extend_from_slice(b"\r\n");
        Ok(true)
    }

    /// The last line waiting to be sent.
    fn last_line(&self) -> &[u8] {
        let body = self.output.strip_suffix(b"\r\n").unwrap_or(&self.output);
        let start = body.windows(2).rposition(|w| w == b"\r\n").map_or(0, |n| n + 2);
        &body[start..]
    }

    fn said_yes(&self) -> bool {
        // Nothing waiting: it went out slowly, as the ordinary reply.
        self.output.is_empty() || self.last_line().starts_with(b"2")
    }

    fn forget(&mut self) {
        self.from = None;
        self.to.clear();
    }

    async fn ask(&mut self, challenge: &str) -> io::Result<String> {
        self.say(challenge)?;
        self.read_line().await
    }

    async fn flush(&mut self) -> io::Result<()> {
        if !self.output.is_empty() {
            self.io.write_all(&self.output).await?;
            self.io.flush().await?;
            self.output.clear();
        }
        Ok(())
    }

    async fn end(mut self) -> io::Result<()> {
        self.flush().await?;
        self.io.shutdown().await
    }

    /// Replies leave when nothing more is waiting to be read, as a server that pipelines does.
    async fn fill(&mut self) -> io::Result<()> {
        self.flush().await?;
        if self.at == self.input.len() {
            self.input.clear();
            self.at = 0;
        }
        self.input.reserve(64 << 10);
        self.shared.reads.fetch_add(1, Ordering::SeqCst);
        match self.io.read_buf(&mut self.input).await? {
            0 => Err(ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }

    async fn read_line(&mut self) -> io::Result<String> {
        loop {
            let rest = &self.input[self.at..];
            if let Some(end) = rest.iter().position(|b| *b == b'\n') {
                let line = String::from_utf8_lossy(&rest[..end]).trim_end().to_owned();
                self.at += end + 1;
                return Ok(line);
            }
            if rest.len() > 8 << 10 {
                return Err(io::Error::other("a command line without an end"));
            }
            self.fill().await?;
        }
    }

    /// Up to the end mark, dots undoubled.
    async fn read_content(&mut self) -> io::Result<Vec<u8>> {
        let mut seen = 0;
        let end = loop {
            let rest = &self.input[self.at..];
            if rest.starts_with(b".\r\n") {
                self.at += 3;
                return Ok(Vec::new());
            }
            // The mark may lie across two reads.
            let from = seen.max(4) - 4;
            if let Some(found) = find_mark(&rest[from.min(rest.len())..]) {
                break from + found;
            }
            seen = rest.len();
            if seen > MESSAGE_MAX {
                return Err(io::Error::other("a message without an end"));
            }
            self.fill().await?;
        };
        let rest = &self.input[self.at..self.at + end + 2];
        let mut raw = Vec::with_capacity(rest.len());
        for line in rest.split_inclusive(|b| *b == b'\n') {
            raw.extend_from_slice(line.strip_prefix(b".").unwrap_or(line));
        }
        self.at += end + 5;
        Ok(raw)
    }

    async fn encrypt(self) -> io::Result<Self> {
        let acceptor = self.shared.acceptor.as_ref().expect("made whenever the sink encrypts").clone();
        let tls = acceptor.accept(self.io).await?;
        Ok(Session { io: Box::new(tls), input: Vec::new(), at: 0, encrypted: true, ..self })
    }
}

/// Where `\r\n.\r\n` begins. The last byte is looked for first: content of long lines is passed over quickly.
fn find_mark(bytes: &[u8]) -> Option<usize> {
    memchr::memmem::find(bytes, b"\r\n.\r\n")
}

fn address_in(line: &str) -> String {
    let start = line.find('<').map_or(0, |n| n + 1);
    let end = line[start..].find('>').map_or(line.len(), |n| start + n);
    line[start..end].to_owned()
}
