//! Requests that leave through a proxy, a real one (tinyproxy) that asks for a password, as an operator's network may
//! let nothing else out.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rekey_adapters::connectors::OutboundProxy;
use rekey_adapters::connectors::pwned_passwords::PwnedPasswords;
use rekey_core::passwords::breach_check::server::{BreachServer as _, Sha1Prefix};
use rekey_core::types::secret::Secret;

use super::file::fresh_folder;
use crate::support::server_process::eventually;
use crate::support::stubs::range_server::{Answer, RangeServer};

struct Tinyproxy {
    child: Child,
    port: u16,
    log: PathBuf,
}

impl Tinyproxy {
    async fn start(name: &str) -> Self {
        let folder = fresh_folder(name);
        fs::create_dir_all(&folder).unwrap();
        // The port is free at this moment; the program takes no socket from us.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let (file, log) = (folder.join("tinyproxy.conf"), folder.join("log"));
        let text = format!(
            "Port {port}\nListen 127.0.0.1\nTimeout 20\nMaxClients 20\nBasicAuth rekey hunter2\nLogLevel Connect\nLogFile \"{}\"\n",
            log.display()
        );
        fs::write(&file, text).unwrap();
        let mut command = Command::new("tinyproxy");
        let child = command.arg("-d").arg("-c").arg(&file).stdout(Stdio::null()).stderr(Stdio::null());
        let child = child.spawn().expect("tinyproxy: `bin/setup` installs it");
        eventually(|| std::net::TcpStream::connect(("127.0.0.1", port)).is_ok()).await;
        Self { child, port, log }
    }

    fn url(&self, password: &str) -> Secret {
        Secret::from(format!("http://rekey:{password}@127.0.0.1:{}", self.port).as_str())
    }
}

impl Drop for Tinyproxy {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

/// An address of this machine that is not loopback, to which requests are always direct.
fn own_address() -> Option<std::net::IpAddr> {
    let socket = std::net::UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("192.0.2.1:9").ok()?;
    socket.local_addr().ok().map(|address| address.ip()).filter(|ip| !ip.is_loopback())
}

async fn asks(address: &str, proxy: &OutboundProxy) -> bool {
    let server = PwnedPasswords::build(address, Duration::from_secs(5), proxy).unwrap();
    server.fetch_range(Sha1Prefix::of(&[0; 20])).await.is_ok()
}

#[tokio::test]
async fn requests_go_through_the_proxy_with_its_password_except_to_hosts_that_are_excepted() {
    let Some(ip) = own_address() else {
        println!("this machine has no address in a network, so nothing needs a proxy");
        return;
    };
    let tinyproxy = Tinyproxy::start("tinyproxy").await;
    let suffix = format!("{}:1", "0".repeat(35));
    let server = RangeServer::answering_everywhere(Answer::range(&[&suffix])).await;
    let address = server.url.replace("127.0.0.1", &ip.to_string());
    let through = |password: &str, except: Option<&str>| {
        OutboundProxy::new(Some(&tinyproxy.url(password)), except).unwrap()
    };
    assert!(asks(&address, &through("hunter2", None)).await);
    let connections = || read(&tinyproxy.log).matches("Request (file descriptor").count();
    assert_eq!(connections(), 1, "{}", read(&tinyproxy.log));
    assert!(
        !asks(&address, &through("wrong", None)).await,
        "the proxy refuses it, and nothing goes around it"
    );
    let refused = connections();
    assert!(asks(&address, &through("hunter2", Some(&ip.to_string()))).await);
    assert!(asks(&server.url, &through("hunter2", None)).await, "this machine is always direct");
    assert_eq!(connections(), refused);
    assert_eq!(server.requests().len(), 3);
    let seen = server.requests().concat();
    assert!(!seen.to_lowercase().contains("proxy-authorization"), "{seen}");
}
