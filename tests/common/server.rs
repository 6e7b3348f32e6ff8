//! A web server for tests, on this machine: answers each request by a function of the test.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// A request: its path, and its headers by lower-case names.
#[derive(Debug, Clone)]
pub struct Request {
    pub path: String,
    pub headers: BTreeMap<String, String>,
}

/// A server that runs until the test's process ends.
pub struct Server {
    /// `http://127.0.0.1:PORT`.
    pub address: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    /// Answers by `answer`, which writes a whole response, or as much of one as the test wants; then the connection is
    /// closed.
    pub fn start(answer: impl Fn(&Request, &mut TcpStream) -> std::io::Result<()> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (requests, answer) = (Arc::new(Mutex::new(Vec::new())), Arc::new(answer));
        let seen = Arc::clone(&requests);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (answer, seen) = (Arc::clone(&answer), Arc::clone(&seen));
                std::thread::spawn(move || {
                    let mut stream = stream.unwrap();
                    let Some(request) = read(&stream) else { return };
                    seen.lock().unwrap().push(request.clone());
                    // The client may have left.
                    let _ = answer(&request, &mut stream);
                });
            }
        });
        Self { address, requests }
    }

    /// The requests so far.
    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

fn read(stream: &TcpStream) -> Option<Request> {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    let path = lines.next()?.split(' ').nth(1)?.to_owned();
    let headers = lines.take_while(|line| !line.is_empty()).filter_map(|line| {
        let (name, value) = line.split_once(": ")?;
        Some((name.to_lowercase(), value.to_owned()))
    });
    Some(Request { path, headers: headers.collect() })
}

/// Writes a status and headers.
pub fn head(stream: &mut TcpStream, status: &str, headers: &[(&str, &str)]) -> std::io::Result<()> {
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    write!(stream, "HTTP/1.1 {status}\r\n{headers}Connection: close\r\n\r\n")
}

/// Serves a file as static hosts do, with ranges; at most `most` bytes of the answer are sent.
pub fn file(request: &Request, stream: &mut TcpStream, bytes: &[u8], etag: &str, most: usize) -> std::io::Result<()> {
    let range = request.headers.get("range").filter(|_| request.headers.get("if-range").is_none_or(|tag| tag == etag));
    let start = range.and_then(|range| range.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok()).unwrap_or(0);
    if start > 0 && start >= bytes.len() {
        return head(stream, "416 Range Not Satisfiable", &[("Content-Length", "0")]);
    }
    let (rest, range) = (&bytes[start..], format!("bytes {start}-{}/{}", bytes.len() - 1, bytes.len()));
    let length = rest.len().to_string();
    let headers = [("Content-Length", length.as_str()), ("ETag", etag), ("Content-Range", &range)];
    match start {
        0 => head(stream, "200 OK", &headers[..2])?,
        _ => head(stream, "206 Partial Content", &headers)?,
    }
    stream.write_all(&rest[..most.min(rest.len())])
}
