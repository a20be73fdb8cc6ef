//! The few lines of HTTP/1.1 that a test needs: one request, one connection.

use std::net::SocketAddr;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub body: String,
}

/// Sends a request and reads the whole answer; `path` may be a full address at this server.
pub async fn ask(to: SocketAddr, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let path = path.strip_prefix(&format!("http://{to}")).unwrap_or(path);
    let mut stream = TcpStream::connect(to).await.expect("the server listens");
    let mut head =
        format!("{method} {path} HTTP/1.1\r\nhost: {to}\r\nconnection: close\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    stream.write_all(format!("{head}\r\n{body}").as_bytes()).await.expect("the server reads");
    let mut raw = Vec::new();
    stream.read_to_end(&mut raw).await.expect("the server answers");
    let text = String::from_utf8_lossy(&raw);
    let (head, body) = text.split_once("\r\n\r\n").expect("an answer has a head");
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
    Answer { status: status.expect("an answer has a status"), body: body.to_owned() }
}
