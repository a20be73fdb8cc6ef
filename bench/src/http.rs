//! A plain HTTP/1.1 client on one connection: as little work as the machine's second core can spare.

use std::io::{Error, Result};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

pub struct Connection {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Connection {
    pub async fn open(address: &str) -> Result<Connection> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Connection { stream, read: vec![0; 4096] })
    }

    /// Posts a body with one header of its own; returns the status.
    pub async fn post_with(&mut self, path: &str, header: &str, body: &[u8]) -> Result<u16> {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n{header}\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        self.stream.write_all(&[head.as_bytes(), body].concat()).await?;
        self.answer().await
    }

    /// Posts a body under Basic authentication; returns the status.
    pub async fn post(&mut self, path: &str, authorization: &str, body: &[u8]) -> Result<u16> {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nAuthorization: Basic {authorization}\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        let mut request = Vec::with_capacity(head.len() + body.len());
        request.extend_from_slice(head.as_bytes());
        request.extend_from_slice(body);
        self.stream.write_all(&request).await?;
        self.answer().await
    }

    /// Gets a page; returns the status.
    pub async fn get(&mut self, path: &str) -> Result<u16> {
        let head = format!("GET {path} HTTP/1.1\r\nHost: bench\r\n\r\n");
        self.stream.write_all(head.as_bytes()).await?;
        self.answer().await
    }

    /// Gets a page with a key; returns the status.
    pub async fn get_as(&mut self, path: &str, key: &str) -> Result<u16> {
        let head = format!("GET {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {key}\r\n\r\n");
        self.stream.write_all(head.as_bytes()).await?;
        self.answer().await
    }

    async fn answer(&mut self) -> Result<u16> {
        let mut have = 0;
        loop {
            if have == self.read.len() {
                self.read.resize(have * 2, 0);
            }
            let n = self.stream.read(&mut self.read[have..]).await?;
            if n == 0 {
                return Err(Error::other("the server closed the connection"));
            }
            have += n;
            let text = &self.read[..have];
            let Some(end) = text.windows(4).position(|w| w == b"\r\n\r\n") else { continue };
            let head = String::from_utf8_lossy(&text[..end]).to_ascii_lowercase();
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length:"))
                .and_then(|n| n.trim().parse::<usize>().ok());
            if have < end + 4 + length.unwrap_or(0) {
                continue;
            }
            let status = head.split_whitespace().nth(1).and_then(|s| s.parse().ok());
            return status.ok_or_else(|| Error::other("the answer has no status"));
        }
    }
}
