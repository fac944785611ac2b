//! A process of the program, watched, stopped and killed from outside.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use crate::support::http_user::HttpUser;

/// How long anything may take before it counts as never.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Waits for something outside this process, which can't tell us.
pub(crate) async fn eventually(mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < TIMEOUT, "it never came to be");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A running program; it is killed when nobody wants it any more.
pub(crate) struct ServerProcess {
    child: Child,
    pub origin: String,
    pub address: String,
}

impl ServerProcess {
    pub(super) fn wait_until_listening(mut child: Child) -> Option<Self> {
        let mut lines = BufReader::new(child.stdout.take()?).lines();
        let line = lines.next()?.ok()?;
        let origin = line.strip_prefix("Rekey answers at ")?.to_owned();
        // An https address is that of a proxy: no line has our own port then.
        let address = origin.strip_prefix("http://").unwrap_or_default().to_owned();
        Some(Self { child, origin, address })
    }

    /// Stops it as a power cut would.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to stop.
    pub(crate) fn request_stop(&self) {
        let id = self.child.id().to_string();
        assert!(Command::new("/bin/kill").args(["-TERM", &id]).status().unwrap().success());
    }

    /// Asks it to stop and gives its exit status.
    pub(crate) async fn stop(self) -> Option<i32> {
        self.request_stop();
        self.wait_for_exit().await
    }

    /// Its exit status, once it has ended.
    pub(crate) async fn wait_for_exit(mut self) -> Option<i32> {
        eventually(|| self.child.try_wait().unwrap().is_some()).await;
        self.child.wait().unwrap().code()
    }

    pub(crate) fn http_user(&self) -> HttpUser {
        HttpUser::of(&self.address)
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
