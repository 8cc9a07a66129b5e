//! A line before a real mail server that breaks right at the final dot.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Where it breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    /// The server gets the dot; its answer is lost.
    Answer,
    /// The dot is lost.
    Dot,
}

/// Listens for one client after the other and breaks each line.
pub(super) struct CutProxy {
    port: u16,
    task: JoinHandle<()>,
}

impl Drop for CutProxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl CutProxy {
    pub(super) async fn start(server: u16, cut: Cut) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                // A broken line is what this is for.
                tokio::spawn(async move { drop(between(client, server, cut).await) });
            }
        });
        Self { port, task }
    }

    pub(super) const fn port(&self) -> u16 {
        self.port
    }
}

async fn between(client: TcpStream, server: u16, cut: Cut) -> std::io::Result<()> {
    let server = TcpStream::connect(("127.0.0.1", server)).await?;
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let (mut in_data, mut dot_is_through) = (false, false);
    let mut tail: Vec<u8> = Vec::new();
    let (mut up, mut down) = (vec![0; 65_536], vec![0; 65_536]);
    loop {
        tokio::select! {
            read = from_client.read(&mut up) => {
                let n = read?;
                if n == 0 {
                    return Ok(());
                }
                if in_data {
                    tail.extend_from_slice(&up[..n]);
                    let is_end = tail.ends_with(b"\r\n.\r\n");
                    tail.drain(..tail.len().saturating_sub(5));
                    if is_end && cut == Cut::Dot {
                        return Ok(());
                    }
                    dot_is_through |= is_end;
                }
                to_server.write_all(&up[..n]).await?;
            }
            read = from_server.read(&mut down) => {
                let n = read?;
                if n == 0 || dot_is_through {
                    return Ok(());
                }
                in_data |= down[..n].starts_with(b"354") || down[..n].windows(5).any(|at| at == b"\r\n354");
                to_client.write_all(&down[..n]).await?;
            }
        }
    }
}
