//! The few bytes of HTTP/1.1 that a test client needs. One connection, kept while it lasts; every failure is an error that
//! the caller sees, because how a client is cut off is what these tests are about.

use std::{io, net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// An answer, its body as text.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub body: String,
}

pub struct Client {
    address: SocketAddr,
    stream: Option<TcpStream>,
    limit: Duration,
}

impl Client {
    pub fn new(address: SocketAddr) -> Client {
        Client { address, stream: None, limit: Duration::from_secs(5) }
    }

    /// The longest a request may take from connecting to its answer.
    pub fn within(mut self, limit: Duration) -> Client {
        self.limit = limit;
        self
    }

    pub async fn get(&mut self, path: &str) -> io::Result<Answer> {
        self.send(format!("GET {path} HTTP/1.1\r\nHost: test\r\n\r\n").as_bytes()).await
    }

    /// Sends a whole request as it stands.
    pub async fn send(&mut self, request: &[u8]) -> io::Result<Answer> {
        let limit = self.limit;
        let answer = timeout(limit, self.exchange(request)).await;
        let answer = answer
            .unwrap_or_else(|_| Err(io::Error::new(io::ErrorKind::TimedOut, format!("no answer within {limit:?}"))));
        if answer.is_err() {
            self.stream = None;
        }
        answer
    }

    async fn exchange(&mut self, request: &[u8]) -> io::Result<Answer> {
        if self.stream.is_none() {
            let stream = TcpStream::connect(self.address).await?;
            stream.set_nodelay(true)?;
            self.stream = Some(stream);
        }
        let stream = self.stream.as_mut().expect("just connected");
        // A server may answer and close before it has read a body that is too large: its answer counts, not the broken pipe.
        let written = stream.write_all(request).await;
        let answer = read_answer(stream).await;
        match (written, answer) {
            (_, Ok((answer, keeps))) => {
                if !keeps {
                    self.stream = None;
                }
                Ok(answer)
            }
            (Err(error), _) | (Ok(()), Err(error)) => Err(error),
        }
    }
}

/// Reads one answer; says whether the connection may be used again.
async fn read_answer(stream: &mut TcpStream) -> io::Result<(Answer, bool)> {
    let cut = || io::Error::new(io::ErrorKind::UnexpectedEof, "the connection ended within an answer");
    let mut input = Vec::with_capacity(1024);
    let head_end = loop {
        if let Some(end) = input.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(&mut input).await? == 0 {
            return Err(cut());
        }
    };
    let head = String::from_utf8_lossy(&input[..head_end]).to_ascii_lowercase();
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
    let status = status.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, format!("not an answer: {head}")))?;
    let header = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map(str::trim);
    let length: usize = header("content-length").and_then(|n| n.parse().ok()).unwrap_or(0);
    while input.len() < head_end + 4 + length {
        if stream.read_buf(&mut input).await? == 0 {
            return Err(cut());
        }
    }
    let keeps = header("connection") != Some("close");
    let body = String::from_utf8_lossy(&input[head_end + 4..]).into_owned();
    Ok((Answer { status, body }, keeps))
}

/// A write key as basic authentication carries it.
pub fn basic(key: &str) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let text = format!("{key}:");
    let mut out = String::new();
    for three in text.as_bytes().chunks(3) {
        let bits = three.iter().fold(0u32, |bits, byte| (bits << 8) | u32::from(*byte)) << (8 * (3 - three.len()));
        for i in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * i)) as usize & 63];
            out.push(if i <= three.len() { letter as char } else { '=' });
        }
    }
    out
}

/// The request of a tracking call with this body.
pub fn batch_request(path: &str, authorization: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\nAuthorization: Basic {authorization}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}
